import Base
import Files
import Storage
import Web
import Work

/// The register of staff: the list and its file.
enum StaffPages {
    static func mount(_ routes: Routes) {
        routes.get("/staff", .holder(.viewStaff), scope: .list) { visit in try await list(visit) }
        routes.get("/staff.xlsx", .holder(.exportLists), scope: .list, load: .report) { visit in try await excel(visit)
        }
        StaffForm.mount(routes)
        StaffPage.mount(routes)
        StaffPosts.mount(routes)
    }

    private static func filter(_ visit: Visit) -> StaffFilter {
        var filter = StaffFilter()
        filter.q = String(visit.query("q").prefix(200))
        filter.org = visit.queryID("org")
        filter.group = StaffGroup(rawValue: visit.query("group"))
        filter.position = visit.query("position")
        filter.sex = visit.query("sex")
        filter.ethnicity = visit.query("ethnicity")
        filter.status = visit.query("status")
        filter.sort = StaffFilter.Sort(rawValue: visit.query("sort")) ?? .name
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
        let rest = visit.link(("from", nil)).dropFirst(visit.path.count)
        let content =
            frame.units(visit) + form(filter, frame, visit)
            + UI.list(
                count: .text(t("{} người", count.shown)), chips: chips(filter, frame, visit),
                tools: UI.tools(excel: visit.visitor.may(.exportLists) ? "/staff.xlsx\(rest)" : nil),
                table: table(slice.items, filter, visit),
                pager: StudentPages.pager(slice, visit))
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
            kept: visit.kept("org", "sort", "year"))
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
        add(t("Vị trí"), Words.position(filter.position), "position")
        add(t("Giới tính"), Words.sex(filter.sex), "sex")
        add(t("Dân tộc"), Words.ethnicity(filter.ethnicity), "ethnicity")
        add(
            t("Trạng thái"),
            filter.status == StudentFilter.anyStatus ? t("Mọi trạng thái") : Words.staffStatus(filter.status), "status")
        return chips
    }

    private static func table(_ lines: [StaffLine], _ filter: StaffFilter, _ visit: Visit) -> HTML {
        let isWide = visit.visitor.scope.isWide
        func column(_ label: String, _ key: StaffFilter.Sort) -> UI.Column {
            UI.Column(
                label, sortHref: visit.link(("sort", key == .name ? nil : key.rawValue), ("from", nil)),
                sort: key == filter.sort ? .ascending : nil)
        }
        let columns =
            [
                column(t("Họ và tên"), .name), UI.Column(t("Vị trí")), column(t("Ngày sinh"), .birth),
                UI.Column(t("Giới tính")),
            ]
            + (isWide ? [UI.Column(t("Đơn vị"))] : [UI.Column(t("Dân tộc")), column(t("Mã"), .code)]) + [
                UI.Column(t("Trạng thái"))
            ]
        let rows = lines.map { line in
            UI.Row(
                [
                    .text(line.name), .text(Words.position(line.position)), .text(line.birthDate?.shown ?? ""),
                    .text(Words.sex(line.sex)),
                ] + (isWide ? [.text(line.orgName ?? "")] : [.text(Words.ethnicity(line.ethnicity)), .text(line.code)])
                    + [
                        line.status == StaffStatus.working
                            ? .text(Words.staffStatus(line.status)) : Words.badge(staffStatus: line.status)
                    ], href: "/staff/\(line.id.code)", name: line.name, isFaded: !StaffStatus.open.contains(line.status)
            )
        }
        return UI.table(
            columns, rows, caption: t("Danh sách cán bộ, giáo viên"),
            empty: UI.empty(
                t("Không tìm thấy ai"), t("Thử bỏ bớt điều kiện lọc, hoặc gõ tên không dấu."), icon: "search"),
            cards: true, panel: true)
    }

    // MARK: File

    private static func excel(_ visit: Visit) async throws -> Reply {
        try visit.visitor.must(.viewStaff)
        let filter = filter(visit), scope = visit.visitor.scope, isDemo = visit.isDemo, file = SheetFile(visit),
            language = Language.current
        let titles = [t("DANH SÁCH CÁN BỘ, GIÁO VIÊN"), t("Tính đến ngày {}", visit.today.shown)]
        let labels = [
            t("STT"), t("Họ và tên"), t("Mã"), t("Ngày sinh"), t("Giới tính"), t("Dân tộc"), t("Nhóm"), t("Vị trí"),
            t("Trạng thái"), t("Đơn vị"),
        ]
        do {
            let count = try await visit.db.read { tx in
                try Language.$current.withValue(language) {
                    _ = try ListFrame.read(tx, visit, org: filter.org)
                    let book = try Spreadsheet(path: file.path, isDemo: isDemo, workFolder: visit.uploadFolder)
                    let sheet = try book.sheet(
                        t("Cán bộ, giáo viên"), titles: titles,
                        columns: labels.enumerated().map {
                            Spreadsheet.Column($1, width: $0 == 0 ? 6 : $0 == 1 || $0 == 9 ? 28 : 16)
                        })
                    try tx.eachStaff(filter, scope: scope) { line in
                        try sheet.write([.whole(sheet.rows + 1)] + cells(line))
                    }
                    try book.finish()
                    return sheet.rows
                }
            }
            try await visit.db.noteRead(
                as: visit.visitor, "registry.staff.export", on: Subject("list", nil, org: visit.visitor.org),
                note: "rows \(count)")
        } catch {
            file.remove()
            throw error
        }
        return file.reply(name: "can-bo-giao-vien-\(visit.today.iso).xlsx")
    }

    private static func cells(_ line: StaffLine) -> [Spreadsheet.Cell] {
        [
            .text(line.name), .text(line.code),
            line.birthDate?.day.map { .day($0) } ?? .text(line.birthDate?.shown ?? ""),
            .text(Words.sex(line.sex)), .text(Words.ethnicity(line.ethnicity)), .text(line.group.label),
            .text(Words.position(line.position)),
            .text(Words.staffStatus(line.status)), .text(line.orgName ?? ""),
        ]
    }
}
