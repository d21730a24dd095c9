import Base
import Storage
import Web
import Work

/// Classes: of one school, of many schools by school.
enum ClassPages {
    static func mount(_ routes: Routes) {
        routes.get("/classes", .holder(.viewStudents), scope: .list) { visit in try await list(visit) }
        routes.get("/classes.xlsx", .holder(.exportLists), scope: .list, load: .report) { visit in
            try await ClassSheet.excel(visit)
        }
        routes.get("/classes/print", .holder(.exportLists), scope: .list, load: .report) { visit in
            try await ClassSheet.paper(visit)
        }
        routes.post("/classes/bulk", .holder(.viewStudents), scope: .list) { visit in try bulk(visit) }
        ClassForm.mount(routes)
        ClassPage.mount(routes)
        ClassTeaching.mount(routes)
        ClassFilling.mount(routes)
        ClassClosing.mount(routes)
    }

    static func filter(_ visit: Visit) -> ClassFilter {
        var filter = ClassFilter(year: visit.year)
        filter.org = visit.queryID("org")
        filter.q = String(visit.query("q").prefix(60))
        filter.level = Level(rawValue: visit.query("level"))
        filter.grade = visit.query("grade")
        filter.isCombined = visit.query("combined") == "1"
        filter.isUnled = visit.query("homeroom") == "none"
        filter.sort = ClassFilter.Sort(rawValue: visit.query("sort")) ?? .name
        filter.isDescending = ListSorting.isDescending(visit)
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
            form(filter, frame, visit)
            + UI.list(
                count: .text(t("{} lớp", count.shown)), units: frame.units(visit), chips: chips(filter, frame, visit),
                tools: tools(visit), table: table(slice.items, filter, showsSchool: !frame.isSchool, visit),
                pager: StudentPages.pager(slice, visit))
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
        return UI.filters("/classes", fields, kept: visit.kept("org", "year", "sort", "order", "homeroom"))
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
        add(t("Giáo viên chủ nhiệm"), filter.isUnled ? t("Chưa có") : nil, "homeroom")
        add(t("Lớp ghép"), filter.isCombined ? t("Có") : nil, "combined")
        return chips
    }

    private static func tools(_ visit: Visit) -> HTML {
        guard visit.visitor.may(.exportLists) else { return UI.tools(excel: nil) }
        let rest = visit.link(("from", nil)).dropFirst(visit.path.count)
        let registers = visit.queryID("org", Org.self).map { "?org=\($0.code)" } ?? ""
        return UI.link(t("Sổ đăng bộ"), "/prints/register\(registers)", icon: "file")
            + UI.tools(excel: "/classes.xlsx\(rest)", print: "/classes/print\(rest)")
    }

    private static func table(_ rows: [ClassRow], _ filter: ClassFilter, showsSchool: Bool, _ visit: Visit) -> HTML {
        let sorting = ListSorting(visit, current: filter.sort.rawValue)
        let school = showsSchool ? [UI.Column(t("Trường"))] : []
        let columns =
            [sorting.column(t("Lớp"), "name")] + school + [
                UI.Column(t("Khối")), UI.Column(t("Điểm trường")),
                sorting.column(t("Giáo viên chủ nhiệm"), ClassFilter.Sort.homeroom.rawValue),
                sorting.column(t("Sĩ số"), ClassFilter.Sort.size.rawValue, isNumeric: true),
                UI.Column(t("Nữ"), isNumeric: true),
            ]
        let drawn = rows.map { row in
            let line = row.line, combined = when(line.isCombined, " " + UI.badge(t("lớp ghép"), .info))
            return UI.Row(
                ["\(line.name)\(combined)"] + (showsSchool ? [.text(row.orgName)] : []) + [
                    .text(ClassSheet.grades(line)), .text(line.siteName ?? ""), .text(line.homeroomName ?? "–"),
                    .text(UI.grouped(line.total)), .text(UI.grouped(line.female)),
                ], href: "/classes/\(line.id.code)", key: line.id.code, name: line.name)
        }
        let total = rows.reduce(0) { $0 + $1.line.total }, female = rows.reduce(0) { $0 + $1.line.female }
        let blanks = [HTML](repeating: HTML(), count: columns.count - 3)
        let footer: [HTML] =
            showsSchool ? [] : [.text(t("Cộng"))] + blanks + [.text(UI.grouped(total)), .text(UI.grouped(female))]
        return UI.table(
            columns, drawn, caption: t("Danh sách lớp"), bulk: bulkVerbs(filter, visit),
            empty: UI.empty(t("Chưa có lớp"), t("Năm học này chưa mở lớp nào khớp điều kiện lọc."), icon: "class"),
            footer: footer, cards: true)
    }

    private static func bulkVerbs(_ filter: ClassFilter, _ visit: Visit) -> UI.Bulk? {
        var verbs: [(label: String, value: String)] = []
        if visit.visitor.may(.exportLists) { verbs.append((label: t("In thẻ học sinh"), value: "cards")) }
        if visit.mayChange(.editClasses), filter.year >= SchoolYear(of: visit.today) {
            verbs.append((label: t("Kết thúc lớp"), value: "close"))
        }
        return verbs.isEmpty ? nil : UI.Bulk(action: "/classes/bulk", csrf: visit.csrf, verbs: verbs)
    }

    /// A verb on the ticked rows leads to its own page.
    private static func bulk(_ visit: Visit) throws -> Reply {
        let codes = visit.form.all("id").compactMap { ID<ClassGroup>($0)?.code }
        guard !codes.isEmpty else { throw Fault.invalid("Chưa chọn lớp nào.") }
        switch visit.form.text("verb") {
        case "cards": return .redirect("/prints/cards?\(codes.prefix(60).map { "class=\($0)" }.joined(separator: "&"))")
        case "close": return .redirect("/classes/close?\(codes.prefix(200).map { "id=\($0)" }.joined(separator: "&"))")
        default: throw Fault.invalid("Chưa chọn việc cần làm.")
        }
    }
}
