import Base
import Files
import Storage
import Web
import Work

/// A list of classes as a workbook and on paper: every row of the filter, audited.
enum ClassSheet {
    static func grades(_ line: ClassLine) -> String {
        line.grades.map { Words.grade($0, line.level) }.joined(separator: ", ")
    }

    private static var heads: [(label: String, width: Double)] {
        [
            (t("STT"), 6), (t("Lớp"), 16), (t("Trường"), 36), (t("Cấp học"), 12), (t("Khối"), 16),
            (t("Điểm trường"), 24), (t("Giáo viên chủ nhiệm"), 28), (t("Sĩ số"), 8), (t("Nữ"), 8),
        ]
    }

    static func excel(_ visit: Visit) async throws -> Reply {
        try visit.visitor.must(.viewStudents)
        let filter = ClassPages.filter(visit), scope = visit.visitor.scope, isDemo = visit.isDemo
        let file = SheetFile(visit), language = Language.current, heads = heads
        let titles = [t("DANH SÁCH LỚP"), t("Năm học {}", filter.year)], name = t("Lớp")
        do {
            let count = try await visit.db.read { tx in
                try Language.$current.withValue(language) {
                    _ = try ListFrame.read(tx, visit, org: filter.org)
                    let book = try Spreadsheet(path: file.path, isDemo: isDemo, workFolder: visit.uploadFolder)
                    let sheet = try book.sheet(
                        name, titles: titles, columns: heads.map { Spreadsheet.Column($0.label, width: $0.width) })
                    try tx.eachClass(filter, scope: scope) { row in
                        let line = row.line
                        try sheet.write([
                            .whole(sheet.rows + 1), .text(line.name), .text(row.orgName), .text(line.level.label),
                            .text(grades(line)), .text(line.siteName ?? ""), .text(line.homeroomName ?? ""),
                            .whole(line.total), .whole(line.female),
                        ])
                    }
                    try book.finish()
                    return sheet.rows
                }
            }
            try await note(visit, "registry.class.export", count)
        } catch {
            file.remove()
            throw error
        }
        return file.reply(name: "lop-\(filter.year).xlsx")
    }

    /// The list on paper, in parts.
    static func paper(_ visit: Visit) async throws -> Reply {
        try visit.visitor.must(.viewStudents)
        let filter = ClassPages.filter(visit), scope = visit.visitor.scope
        let part = PaperPart(visit, size: StudentSheet.perPaper), key = PageKey(visit.query("from"))
        let (frame, slice) = try await visit.db.read { tx in
            let frame = try ListFrame.read(tx, visit, org: filter.org)
            return (frame, try tx.classRows(filter, scope: scope, from: key, size: StudentSheet.perPaper))
        }
        try await note(visit, "registry.class.print", slice.items.count)
        let rows = slice.items.enumerated().map { index, row in
            UI.Row([
                "\(part.start + index + 1)", .text(row.line.name), .text(row.orgName), .text(grades(row.line)),
                .text(row.line.siteName ?? ""), .text(row.line.homeroomName ?? ""), .text(UI.grouped(row.line.total)),
                .text(UI.grouped(row.line.female)),
            ])
        }
        let title = t("Danh sách lớp"), columns = heads.filter { $0.label != t("Cấp học") }.map { UI.Column($0.label) }
        return .paper(
            title, for: visit, back: part.back(to: "/classes"),
            """
            \(part.links(slice))\(Papers.head(frame.org?.name ?? visit.visitor.orgName))
            <h1>\(title)</h1><p class="center">\(t("Năm học {}", filter.year))</p>
            \(UI.table(columns, rows, caption: title))
            <p>\(part.sum(slice) { t("Danh sách có {} lớp.", $0) })</p>
            """)
    }

    private static func note(_ visit: Visit, _ verb: Verb, _ count: Int) async throws {
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("list", nil, org: visit.visitor.org), note: "rows \(count)")
    }
}
