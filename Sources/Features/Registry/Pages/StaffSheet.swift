import Base
import Files
import Storage
import Web
import Work

/// The columns a list of staff can show after the name.
enum StaffColumn: String, Sendable, CaseIterable {
    case code, position, group, birth, sex, ethnicity, org, status

    static func chosen(_ visit: Visit) -> [StaffColumn] {
        let chosen = visit.queries("col").compactMap(StaffColumn.init(rawValue:))
        if !chosen.isEmpty { return allCases.filter(chosen.contains) }
        return visit.visitor.scope.isWide
            ? [.position, .birth, .sex, .org, .status] : [.code, .position, .birth, .sex, .ethnicity, .status]
    }

    var label: String {
        switch self {
        case .code: t("Mã")
        case .position: t("Vị trí")
        case .group: t("Nhóm")
        case .birth: t("Ngày sinh")
        case .sex: t("Giới tính")
        case .ethnicity: t("Dân tộc")
        case .org: t("Đơn vị")
        case .status: t("Trạng thái")
        }
    }

    var sort: StaffFilter.Sort? {
        switch self {
        case .code: .code
        case .birth: .birth
        default: nil
        }
    }

    /// The value as text: files and prints.
    func text(_ line: StaffLine) -> String {
        switch self {
        case .code: line.code
        case .position: Words.position(line.position)
        case .group: line.group.label
        case .birth: line.birthDate?.shown ?? ""
        case .sex: Words.sex(line.sex)
        case .ethnicity: Words.ethnicity(line.ethnicity)
        case .org: line.orgName ?? ""
        case .status: Words.staffStatus(line.status)
        }
    }

    func cell(_ line: StaffLine) -> HTML {
        self == .status && line.status != StaffStatus.working
            ? Words.badge(staffStatus: line.status) : .text(text(line))
    }
}

/// A list of staff as a workbook and on paper: every row of the filter, audited.
enum StaffSheet {
    static func excel(_ visit: Visit) async throws -> Reply {
        try visit.visitor.must(.viewStaff)
        let filter = StaffPages.filter(visit), scope = visit.visitor.scope, isDemo = visit.isDemo
        let file = SheetFile(visit), language = Language.current, columns = StaffColumn.allCases
        let titles = [t("DANH SÁCH CÁN BỘ, GIÁO VIÊN"), t("Tính đến ngày {}", visit.today.shown)]
        let heads = [(t("STT"), 6), (t("Họ và tên"), 28)] + columns.map { ($0.label, $0 == .org ? 28 : 16) }
        do {
            let count = try await visit.db.read { tx in
                try Language.$current.withValue(language) {
                    _ = try ListFrame.read(tx, visit, org: filter.org)
                    let book = try Spreadsheet(path: file.path, isDemo: isDemo, workFolder: visit.uploadFolder)
                    let sheet = try book.sheet(
                        t("Cán bộ, giáo viên"), titles: titles,
                        columns: heads.map { Spreadsheet.Column($0.0, width: Double($0.1)) })
                    try tx.eachStaff(filter, scope: scope) { line in
                        try sheet.write([.whole(sheet.rows + 1), .text(line.name)] + columns.map { cell($0, line) })
                    }
                    try book.finish()
                    return sheet.rows
                }
            }
            try await note(visit, "registry.staff.export", count)
        } catch {
            file.remove()
            throw error
        }
        return file.reply(name: "can-bo-giao-vien-\(visit.today.iso).xlsx")
    }

    private static func cell(_ column: StaffColumn, _ line: StaffLine) -> Spreadsheet.Cell {
        if column == .birth, let day = line.birthDate?.day { return .day(day) }
        return .text(column.text(line))
    }

    /// The list on paper, in parts.
    static func paper(_ visit: Visit) async throws -> Reply {
        try visit.visitor.must(.viewStaff)
        let filter = StaffPages.filter(visit), scope = visit.visitor.scope, columns = StaffColumn.chosen(visit)
        let part = PaperPart(visit, size: StudentSheet.perPaper), key = PageKey(visit.query("from"))
        let (frame, slice) = try await visit.db.read { tx in
            let frame = try ListFrame.read(tx, visit, org: filter.org)
            return (frame, try tx.staff(filter, scope: scope, from: key, size: StudentSheet.perPaper))
        }
        try await note(visit, "registry.staff.print", slice.items.count)
        let rows = slice.items.enumerated().map { index, line in
            UI.Row(["\(part.start + index + 1)", .text(line.name)] + columns.map { .text($0.text(line)) })
        }
        let title = t("Danh sách cán bộ, giáo viên")
        return .paper(
            title, for: visit, back: part.back(to: "/staff", without: ["id"]),
            """
            \(part.links(slice))\(Papers.head(frame.org?.name ?? visit.visitor.orgName))
            <h1>\(title)</h1><p class="center">\(t("Tính đến ngày {}", visit.today.shown))</p>
            \(UI.table([UI.Column(t("STT")), UI.Column(t("Họ và tên"))] + columns.map { UI.Column($0.label) }, rows, caption: title))
            <p>\(part.sum(slice) { t("Danh sách có {} người.", $0) })</p>
            """)
    }

    private static func note(_ visit: Visit, _ verb: Verb, _ count: Int) async throws {
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("list", nil, org: visit.visitor.org), note: "rows \(count)")
    }
}
