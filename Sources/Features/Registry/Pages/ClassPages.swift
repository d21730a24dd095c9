import Base
import Storage
import Web
import Work

/// Classes: of one school, of many schools by school.
enum ClassPages {
    static func mount(_ routes: Routes) {
        routes.get("/classes", .holder(.viewStudents), scope: .list) { visit in try await list(visit) }
        ClassForm.mount(routes)
        ClassPage.mount(routes)
        ClassTeaching.mount(routes)
    }

    private static func filter(_ visit: Visit) -> ClassFilter {
        var filter = ClassFilter(year: visit.year)
        filter.org = visit.queryID("org")
        filter.q = String(visit.query("q").prefix(60))
        filter.level = Level(rawValue: visit.query("level"))
        filter.grade = visit.query("grade")
        filter.isCombined = visit.query("combined") == "1"
        return filter
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let filter = filter(visit), scope = visit.visitor.scope, key = PageKey(visit.query("from"))
        // A school has fewer classes than two pages: it is shown whole, with its sums.
        let isSchool = !scope.isWide
        let (frame, slice, count) = try await visit.db.read { tx in
            let frame = try ListFrame.read(tx, visit, org: filter.org)
            let size = isSchool || frame.isSchool ? 200 : 50
            return (
                frame, try tx.classRows(filter, scope: scope, from: key, size: size),
                try tx.countUpTo1000(filter, scope: scope)
            )
        }
        let content =
            frame.units(visit) + form(filter, frame, visit)
            + UI.list(
                count: .text(t("{} lớp", count.shown)), chips: chips(filter, frame, visit), tools: UI.tools(excel: nil),
                table: table(slice.items, showsSchool: !frame.isSchool, visit), pager: StudentPages.pager(slice, visit))
        let title = t("Lớp")
        return .page(title, crumbs: [(title, nil)], primary: primary(frame, visit), content)
    }

    private static func primary(_ frame: ListFrame, _ visit: Visit) -> HTML? {
        guard visit.mayChange(.editClasses) else { return nil }
        let org = frame.isSchool ? frame.org.map { "?org=\($0.id.code)" } ?? "" : ""
        return UI.link(t("Thêm lớp"), "/classes/new\(org)", icon: "plus", isPrimary: true)
    }

    private static func form(_ filter: ClassFilter, _ frame: ListFrame, _ visit: Visit) -> HTML {
        let levels = frame.levels
        let fields: HTML = """
            \(UI.text("q", t("Tên lớp"), value: filter.q, entry: .search, autocomplete: "off", maxLength: 60, isWide: true))\
            \(when(levels.count > 1, UI.select(
                "level", t("Cấp học"), levels.map { (value: $0.rawValue, label: $0.label) }, value: filter.level?.rawValue ?? "",
                any: t("Mọi cấp"))))\
            \(UI.select("grade", t("Khối"), Words.grades(of: filter.level.map { [$0] } ?? levels), value: filter.grade, any: t("Mọi khối")))\
            \(UI.select(
                "combined", t("Lớp ghép"), [(value: "1", label: t("Chỉ lớp ghép"))], value: filter.isCombined ? "1" : "", any: t("Mọi lớp")))
            """
        return UI.filters("/classes", fields, kept: visit.kept("org", "year"))
    }

    private static func chips(_ filter: ClassFilter, _ frame: ListFrame, _ visit: Visit) -> [UI.Chip] {
        var chips: [UI.Chip] = []
        func add(_ label: String, _ value: String?, _ name: String) {
            if let value, !value.isEmpty {
                chips.append(UI.Chip(label, value, removeHref: visit.link((name, nil), ("from", nil))))
            }
        }
        if filter.org != nil { add(t("Đơn vị"), frame.org?.name, "org") }
        add(t("Tên lớp"), filter.q, "q")
        add(t("Cấp học"), filter.level?.label, "level")
        add(t("Khối"), Words.grade(filter.grade, filter.level), "grade")
        add(t("Lớp ghép"), filter.isCombined ? t("Có") : nil, "combined")
        return chips
    }

    private static func table(_ rows: [ClassRow], showsSchool: Bool, _ visit: Visit) -> HTML {
        let school = showsSchool ? [UI.Column(t("Trường"))] : []
        let columns =
            [UI.Column(t("Lớp"))] + school + [
                UI.Column(t("Khối")), UI.Column(t("Điểm trường")), UI.Column(t("Giáo viên chủ nhiệm")),
                UI.Column(t("Sĩ số"), isNumeric: true),
                UI.Column(t("Nữ"), isNumeric: true),
            ]
        let drawn = rows.map { row in
            let line = row.line, combined = when(line.isCombined, " " + UI.badge(t("lớp ghép"), .info))
            let grades = line.grades.map { Words.grade($0, line.level) }.joined(separator: ", ")
            return UI.Row(
                ["\(line.name)\(combined)"] + (showsSchool ? [.text(row.orgName)] : []) + [
                    .text(grades), .text(line.siteName ?? ""), .text(line.homeroomName ?? "–"),
                    .text(UI.grouped(line.total)),
                    .text(UI.grouped(line.female)),
                ], href: "/classes/\(line.id.code)", name: line.name)
        }
        let total = rows.reduce(0) { $0 + $1.line.total }, female = rows.reduce(0) { $0 + $1.line.female }
        let blanks = [HTML](repeating: HTML(), count: columns.count - 3)
        let footer: [HTML] =
            showsSchool ? [] : [.text(t("Cộng"))] + blanks + [.text(UI.grouped(total)), .text(UI.grouped(female))]
        return UI.table(
            columns, drawn, caption: t("Danh sách lớp"),
            empty: UI.empty(t("Chưa có lớp"), t("Năm học này chưa mở lớp nào khớp điều kiện lọc."), icon: "class"),
            footer: footer, cards: true)
    }
}
