import Base
import Storage
import Web
import Work

/// The register of staff: the list and its file.
enum StaffPages {
    static func mount(_ routes: Routes) {
        routes.get("/staff", .holder(.viewStaff), scope: .list) { visit in try await list(visit) }
        routes.get("/staff.xlsx", .holder(.exportLists), scope: .list, load: .report) { visit in
            try await StaffSheet.excel(visit)
        }
        routes.get("/staff/print", .holder(.exportLists), scope: .list, load: .report) { visit in
            try await StaffSheet.paper(visit)
        }
        routes.post("/staff/bulk", .holder(.viewStaff), scope: .list) { visit in try bulk(visit) }
        StaffForm.mount(routes)
        StaffPage.mount(routes)
        StaffPosts.mount(routes)
    }

    static func filter(_ visit: Visit) -> StaffFilter {
        var filter = StaffFilter()
        filter.q = String(visit.query("q").prefix(200))
        filter.org = visit.queryID("org")
        filter.group = StaffGroup(rawValue: visit.query("group"))
        filter.position = visit.query("position")
        filter.sex = visit.query("sex")
        filter.ethnicity = visit.query("ethnicity")
        filter.status = visit.query("status")
        filter.isMissing = visit.query("missing") == "1"
        filter.ids = Array(visit.queries("id").compactMap { ID<Staff>($0) }.prefix(200))
        filter.sort = StaffFilter.Sort(rawValue: visit.query("sort")) ?? .name
        filter.isDescending = ListSorting.isDescending(visit)
        return filter
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let filter = filter(visit), scope = visit.visitor.scope, key = PageKey(visit.query("from"))
        let (frame, slice, count) = try await visit.db.read { tx in
            (
                try ListFrame.read(tx, visit, org: filter.org), try tx.staff(filter, scope: scope, from: key),
                try tx.countUpTo1000(filter, scope: scope)
            )
        }
        let columns = StaffColumn.chosen(visit)
        let content =
            form(filter, frame, visit)
            + UI.list(
                count: .text(t("{} người", count.shown)), units: frame.units(visit),
                chips: chips(filter, frame, visit), tools: tools(columns, visit),
                table: table(slice.items, columns, filter, visit), pager: StudentPages.pager(slice, visit))
        let title = t("Cán bộ, giáo viên")
        return .page(title, crumbs: [(title, nil)], primary: primary(visit), content)
    }

    private static func primary(_ visit: Visit) -> HTML? {
        visit.mayChange(.editStaff) ? UI.link(t("Thêm người"), "/staff/new", icon: "plus", isPrimary: true) : nil
    }

    private static func form(_ filter: StaffFilter, _ frame: ListFrame, _ visit: Visit) -> HTML {
        let positions = Words.options("position-codes", on: visit.today) { item in
            filter.group.map { item.group == $0.rawValue }
                ?? (visit.visitor.scope.isWide || item.group != StaffGroup.official.rawValue)
        }
        let fields: HTML = """
            \(UI.text("q", t("Tìm theo tên hoặc mã"), value: filter.q, entry: .search, autocomplete: "off", maxLength: 200, isWide: true))\
            \(UI.select(
                "group", t("Nhóm"), StaffGroup.allCases.map { (value: $0.rawValue, label: $0.label) }, value: filter.group?.rawValue ?? "",
                any: t("Mọi nhóm")))\
            \(UI.select("position", t("Vị trí"), positions, value: filter.position, any: t("Mọi vị trí")))
            """
        let more: HTML = """
            \(UI.select("sex", t("Giới tính"), Words.options("sexes"), value: filter.sex, any: t("Tất cả")))\
            \(UI.select("ethnicity", t("Dân tộc"), Words.options("ethnic-groups"), value: filter.ethnicity, any: t("Mọi dân tộc")))\
            \(UI.select("status", t("Trạng thái"), statuses, value: filter.status, any: t("Đang thuộc đơn vị")))
            """
        let isOpen = !filter.sex.isEmpty || !filter.ethnicity.isEmpty || !filter.status.isEmpty
        return UI.filters(
            "/staff", fields + UI.fold(t("Lọc thêm"), UI.grid(more), isOpen: isOpen),
            kept: visit.kept("org", "sort", "order", "col", "year", "missing"))
    }

    private static var statuses: [(value: String, label: String)] {
        [(value: StudentFilter.anyStatus, label: t("Mọi trạng thái"))] + Words.options("staff-statuses")
    }

    private static func chips(_ filter: StaffFilter, _ frame: ListFrame, _ visit: Visit) -> [UI.Chip] {
        var chips: [UI.Chip] = []
        func add(_ label: String, _ value: String?, _ name: String) {
            if let value, !value.isEmpty {
                chips.append(UI.Chip(label, value, removeHref: visit.link((name, nil), ("from", nil))))
            }
        }
        if filter.org != nil { add(t("Đơn vị"), frame.org?.name, "org") }
        add(t("Tìm"), filter.q, "q")
        add(t("Nhóm"), filter.group?.label, "group")
        add(t("Hồ sơ"), filter.isMissing ? t("thiếu mã định danh") : nil, "missing")
        add(t("Vị trí"), Words.position(filter.position), "position")
        add(t("Giới tính"), Words.sex(filter.sex), "sex")
        add(t("Dân tộc"), Words.ethnicity(filter.ethnicity), "ethnicity")
        add(
            t("Trạng thái"),
            filter.status == StudentFilter.anyStatus ? t("Mọi trạng thái") : Words.staffStatus(filter.status), "status")
        return chips
    }

    private static func tools(_ columns: [StaffColumn], _ visit: Visit) -> HTML {
        let mayExport = visit.visitor.may(.exportLists)
        let rest = visit.link(("from", nil)).dropFirst(visit.path.count)
        return UI.tools(
            excel: mayExport ? "/staff.xlsx\(rest)" : nil, print: mayExport ? "/staff/print\(rest)" : nil,
            columns: UI.columnChooser(
                StaffColumn.allCases.map { (key: $0.rawValue, label: $0.label, isShown: columns.contains($0)) },
                action: "/staff",
                kept: visit.queries.filter { $0.name != "col" && $0.name != "from" }.map {
                    (name: $0.name, value: $0.value)
                }))
    }

    private static func table(
        _ lines: [StaffLine], _ columns: [StaffColumn], _ filter: StaffFilter, _ visit: Visit
    ) -> HTML {
        let sorting = ListSorting(visit, current: filter.sort.rawValue)
        let heads =
            [sorting.column(t("Họ và tên"), "name")] + columns.map { sorting.column($0.label, $0.sort?.rawValue) }
        let rows = lines.map { line in
            UI.Row(
                [named(line)] + columns.map { $0.cell(line) }, href: "/staff/\(line.id.code)", key: line.id.code,
                name: line.name, isFaded: !StaffStatus.open.contains(line.status))
        }
        return UI.table(
            heads, rows, caption: t("Danh sách cán bộ, giáo viên"), bulk: bulkVerbs(visit),
            empty: UI.empty(
                t("Không tìm thấy ai"), t("Thử bỏ bớt điều kiện lọc, hoặc gõ tên không dấu."), icon: "search"),
            cards: true, panel: true)
    }

    private static func named(_ line: StaffLine) -> HTML {
        line.hasPhoto ? "\(UI.face(line.name, photo: "/staff/\(line.id.code)/photo")) \(line.name)" : .text(line.name)
    }

    private static func bulkVerbs(_ visit: Visit) -> UI.Bulk? {
        var verbs: [(label: String, value: String)] = []
        if visit.visitor.may(.exportLists) { verbs.append((label: t("In danh sách đã chọn"), value: "print")) }
        if visit.mayChange(.editStaff) { verbs.append((label: t("Thôi làm việc"), value: "leave")) }
        return verbs.isEmpty ? nil : UI.Bulk(action: "/staff/bulk", csrf: visit.csrf, verbs: verbs)
    }

    /// A verb on the ticked rows leads to its own page.
    private static func bulk(_ visit: Visit) throws -> Reply {
        let ids = visit.form.all("id").compactMap { ID<Staff>($0) }.prefix(200)
        guard !ids.isEmpty else { throw Fault.invalid("Chưa chọn ai.") }
        let list = ids.map { "id=\($0.code)" }.joined(separator: "&")
        switch visit.form.text("verb") {
        case "print": return .redirect("/staff/print?status=any&\(list)")
        case "leave": return .redirect("/staff/leave?\(list)")
        default: throw Fault.invalid("Chưa chọn việc cần làm.")
        }
    }
}
