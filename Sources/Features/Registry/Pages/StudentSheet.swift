import Base
import Files
import Storage
import Web
import Work

/// A list of learners as a workbook and on paper: every row of the filter, audited.
enum StudentSheet {
    /// So many rows are one part of a print.
    static let perPaper = 400

    static func excel(_ visit: Visit) async throws -> Reply {
        let query = StudentQuery(visit), scope = visit.visitor.scope, isDemo = visit.isDemo
        let file = SheetFile(visit), columns = StudentColumn.allCases.filter { $0 != .grade } + [.grade]
        let titles = [t("DANH SÁCH HỌC SINH"), subtitle(query, visit)], labels = columns.map(\.label),
            language = Language.current
        do {
            let count = try await visit.db.read { tx in
                try Language.$current.withValue(language) {
                    let book = try Spreadsheet(path: file.path, isDemo: isDemo, workFolder: visit.uploadFolder)
                    let sheet = try book.sheet(
                        t("Học sinh"), titles: titles,
                        columns: [
                            Spreadsheet.Column(t("STT"), width: 6), Spreadsheet.Column(t("Họ và tên"), width: 28),
                        ]
                            + labels.map { Spreadsheet.Column($0, width: 18) })
                    _ = try ListFrame.read(tx, visit, org: query.filter.org)
                    try tx.eachStudent(query.filter, scope: scope) { line in
                        try sheet.write([.whole(sheet.rows + 1), .text(line.name)] + columns.map { cell($0, line) })
                    }
                    try book.finish()
                    return sheet.rows
                }
            }
            try await note(visit, "registry.student.export", count)
        } catch {
            file.remove()
            throw error
        }
        return file.reply(name: "hoc-sinh-\(visit.today.iso).xlsx")
    }

    private static func cell(_ column: StudentColumn, _ line: StudentLine) -> Spreadsheet.Cell {
        if column == .birth, let day = line.birthDate?.day { return .day(day) }
        return .text(column.text(line))
    }

    /// The list on paper, in parts that a slow line carries; the numbering goes on from part to part.
    static func paper(_ visit: Visit) async throws -> Reply {
        let query = StudentQuery(visit), scope = visit.visitor.scope, part = PaperPart(visit, size: perPaper)
        let (frame, slice) = try await visit.db.read { tx in
            let frame = try ListFrame.read(tx, visit, org: query.filter.org)
            return (frame, try tx.students(query.filter, scope: scope, from: query.key, size: perPaper))
        }
        try await note(visit, "registry.student.print", slice.items.count)
        let columns = query.columns.map { UI.Column($0.label) }
        let rows = slice.items.enumerated().map { index, line in
            UI.Row(["\(part.start + index + 1)", .text(line.name)] + query.columns.map { .text($0.text(line)) })
        }
        let title = t("Danh sách học sinh")
        return .paper(
            title, for: visit, back: part.back(to: "/students"),
            """
            \(part.links(slice))\(Papers.head(frame.org?.name ?? visit.visitor.orgName))
            <h1>\(title)</h1><p class="center">\(subtitle(query, visit))</p>
            \(UI.table([UI.Column(t("STT")), UI.Column(t("Họ và tên"))] + columns, rows, caption: title))
            <p>\(part.sum(slice) { t("Danh sách có {} học sinh.", $0) })</p>
            """)
    }

    private static func subtitle(_ query: StudentQuery, _ visit: Visit) -> String {
        query.filter.on.map { t("Tính đến ngày {}", $0.shown) } ?? t("Năm học {}", visit.year)
    }

    static func note(_ visit: Visit, _ verb: Verb, _ count: Int) async throws {
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("list", nil, org: visit.visitor.org), note: "rows \(count)")
    }
}
