import Base
import Files
import Storage
import Web
import Work

/// Units: where a visitor's tree begins, the list of units and its file.
enum OrgPages {
    static func mount(_ routes: Routes) {
        routes.get("/orgs", .holder(.viewOrgs), scope: .list) { visit in try await begin(visit) }
        routes.get("/orgs.xlsx", .holder(.viewFigures), scope: .list, load: .report) { visit in try await excel(visit) }
        routes.get("/orgs/print", .holder(.viewFigures), scope: .list, load: .report) { visit in
            try await paper(visit)
        }
        OrgFigures.mount(routes)
        OrgHistory.mount(routes)
        OrgGaps.mount(routes)
        OrgUse.mount(routes)
        OrgFreezes.mount(routes)
        OrgEdit.mount(routes)
        OrgChange.mount(routes)
    }

    /// Without a question it is the visitor's own unit; with one, the list.
    private static func begin(_ visit: Visit) async throws -> Reply {
        let isAsking = visit.queries.contains { $0.name != "year" }
        if !isAsking, let home = try await home(visit) { return .redirect("/orgs/\(home.code)") }
        return try await list(visit)
    }

    private static func home(_ visit: Visit) async throws -> ID<Org>? {
        let scope = visit.visitor.scope
        if let org = visit.visitor.org ?? scope.orgs.first { return org }
        return try await visit.db.read { tx in try tx.roots(scope: scope).first?.id }
    }

    private static func filter(_ visit: Visit) -> OrgFilter {
        var filter = OrgFilter()
        filter.q = String(visit.query("q").prefix(200))
        filter.kind = visit.query("kind")
        filter.level = Level(rawValue: visit.query("level"))
        filter.place = visit.queryID("place")
        filter.parent = visit.queryID("parent")
        filter.org = visit.queryID("org")
        filter.isInstitutions = visit.query("institutions") == "1"
        let sort = visit.query("sort")
        filter.isDescending = sort.hasPrefix("-")
        filter.sort = OrgFilter.Sort(rawValue: String(sort.drop { $0 == "-" })) ?? .name
        filter.isWithClosed = visit.query("closed") == "1"
        return filter
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let filter = filter(visit), scope = visit.visitor.scope, year = visit.year, key = PageKey(visit.query("from"))
        let (slice, count, choices, unit) = try await visit.db.read { tx in
            (
                try tx.orgRows(filter, year: year, scope: scope, from: key), try tx.countOrgs(filter, scope: scope),
                try tx.orgChoices(scope: scope), try filter.org.flatMap { try tx.org($0, scope: scope)?.name }
            )
        }
        if filter.org != nil, unit == nil { throw Fault.notFound }
        let rest = visit.link(("from", nil)).dropFirst(visit.path.count), mayExport = visit.visitor.may(.viewFigures)
        let content =
            form(filter, choices, visit)
            + UI.list(
                count: .text(t("{} đơn vị", count.shown)), chips: chips(filter, choices, unit, visit),
                tools: UI.tools(
                    excel: mayExport ? "/orgs.xlsx\(rest)" : nil, print: mayExport ? "/orgs/print\(rest)" : nil),
                table: table(slice.items, filter, visit), pager: StudentPages.pager(slice, visit))
        return .page(t("Danh sách đơn vị"), crumbs: [(t("Đơn vị"), "/orgs"), (t("Danh sách"), nil)], content)
    }

    private typealias Choices = (places: [(ID<Place>, String)], parents: [(ID<Org>, String)])

    private static func form(_ filter: OrgFilter, _ choices: Choices, _ visit: Visit) -> HTML {
        UI.filters(
            "/orgs",
            """
            \(UI.text("q", t("Tên hoặc mã"), value: filter.q, entry: .search, autocomplete: "off", maxLength: 200))\
            \(UI.select("kind", t("Loại hình"), Words.options("school-kinds"), value: filter.kind, any: t("Tất cả")))\
            \(UI.select("level", t("Cấp học"), Level.allCases.map { ($0.rawValue, $0.label) }, value: filter.level?.rawValue ?? "", any: t("Tất cả")))\
            \(UI.select("place", t("Xã, phường"), choices.places.map { ($0.0.code, $0.1) }, value: filter.place?.code ?? "", any: t("Tất cả")))\
            \(UI.select("parent", t("Đơn vị quản lý"), choices.parents.map { ($0.0.code, $0.1) }, value: filter.parent?.code ?? "", any: t("Tất cả")))\
            \(UI.checkbox("closed", t("Cả đơn vị đã giải thể"), isOn: filter.isWithClosed))
            """, kept: [("all", "1")] + visit.kept("year", "sort", "org", "institutions"))
    }

    private static func chips(_ filter: OrgFilter, _ choices: Choices, _ unit: String?, _ visit: Visit) -> [UI.Chip] {
        var chips: [UI.Chip] = []
        func add(_ name: String, _ label: String, _ value: String?) {
            if let value {
                chips.append(UI.Chip(label, value, removeHref: visit.link((name, nil), ("all", "1"), ("from", nil))))
            }
        }
        add("org", t("Thuộc"), unit)
        add("institutions", t("Loại hình"), filter.isInstitutions ? t("Cơ sở giáo dục") : nil)
        add("q", t("Tìm"), filter.q.isEmpty ? nil : filter.q)
        add("kind", t("Loại hình"), filter.kind.isEmpty ? nil : Words.label(filter.kind, "school-kinds"))
        add("level", t("Cấp học"), filter.level?.label)
        add("place", t("Xã, phường"), filter.place.flatMap { id in choices.places.first { $0.0 == id }?.1 })
        add("parent", t("Đơn vị quản lý"), filter.parent.flatMap { id in choices.parents.first { $0.0 == id }?.1 })
        add("closed", t("Trạng thái"), filter.isWithClosed ? t("Cả đã giải thể") : nil)
        return chips
    }

    /// A heading sorts by its column, and the other way when it already does.
    private static func column(
        _ label: String, _ sort: OrgFilter.Sort, _ filter: OrgFilter, _ visit: Visit, isNumeric: Bool = false
    ) -> UI.Column {
        let isCurrent = filter.sort == sort, isDown = isCurrent ? !filter.isDescending : isNumeric
        let value = "\(isDown ? "-" : "")\(sort.rawValue)"
        return UI.Column(
            label, sortHref: visit.link(("sort", value == "name" ? nil : value), ("all", "1"), ("from", nil)),
            sort: isCurrent ? (filter.isDescending ? .descending : .ascending) : nil, isNumeric: isNumeric)
    }

    private static func table(_ rows: [OrgRow], _ filter: OrgFilter, _ visit: Visit) -> HTML {
        let hasFigures = visit.visitor.may(.viewFigures)
        let columns =
            [
                column(t("Đơn vị"), .name, filter, visit), column(t("Mã"), .code, filter, visit),
                column(t("Loại hình"), .kind, filter, visit), UI.Column(t("Xã, phường")),
                UI.Column(t("Đơn vị quản lý")),
            ]
            + (hasFigures
                ? [
                    column(t("Lớp"), .classes, filter, visit, isNumeric: true),
                    column(t("Học sinh"), .students, filter, visit, isNumeric: true),
                ] : [])
        let lines = rows.map { row in
            let cells: [HTML] = [
                name(row, visit), .text(row.code), .text(Words.label(row.kind, "school-kinds")),
                .text(row.placeName ?? ""),
                .text(row.parentName ?? ""),
            ]
            let figures: [HTML] = [row.classes, row.students].map { .text(row.levels.isEmpty ? "" : UI.grouped($0)) }
            return UI.Row(
                cells + (hasFigures ? figures : []), href: "/orgs/\(row.id.code)", isFaded: row.closedOn < visit.today)
        }
        return UI.table(
            columns, lines, caption: t("Danh sách đơn vị"),
            empty: UI.empty(t("Không có đơn vị nào khớp"), t("Thử bỏ bớt điều kiện lọc."), icon: "org"), cards: true)
    }

    private static func name(_ row: OrgRow, _ visit: Visit) -> HTML {
        row.closedOn < visit.today ? "\(row.name) (\(t("giải thể {}", row.closedOn.shown)))" : .text(row.name)
    }

    /// Every row of the filter, noted in the trail.
    private static func rows(_ visit: Visit, _ verb: Verb) async throws -> [OrgRow] {
        let filter = filter(visit), scope = visit.visitor.scope, year = visit.year
        try await visit.db.noteRead(as: visit.visitor, verb, on: Subject("org", nil, org: visit.visitor.org))
        return try await visit.db.read { tx in
            if let org = filter.org, try tx.org(org, scope: scope) == nil { throw Fault.notFound }
            var rows: [OrgRow] = []
            try tx.eachOrgRow(filter, year: year, scope: scope) { rows.append($0) }
            return rows
        }
    }

    private static func paper(_ visit: Visit) async throws -> Reply {
        let rows = try await rows(visit, "registry.org.print")
        let lines = rows.enumerated().map { index, row in
            let cells: [String] = [
                "\(index + 1)", row.name, row.code, Words.label(row.kind, "school-kinds"), row.placeName ?? "",
                row.levels.isEmpty ? "" : UI.grouped(row.classes), row.levels.isEmpty ? "" : UI.grouped(row.students),
            ]
            return UI.Row(cells.map { HTML.text($0) })
        }
        let columns = [
            UI.Column(t("STT")), UI.Column(t("Đơn vị")), UI.Column(t("Mã")), UI.Column(t("Loại hình")),
            UI.Column(t("Xã, phường")), UI.Column(t("Lớp"), isNumeric: true),
            UI.Column(t("Học sinh"), isNumeric: true),
        ]
        return .paper(
            t("Danh sách đơn vị"), for: visit, back: "/orgs?all=1",
            """
            \(Papers.head(visit.visitor.orgName))<h1>\(t("Danh sách đơn vị"))</h1>
            <p class="center">\(t("Năm học {}", visit.year))</p>
            <div class="dense">\(UI.table(columns, lines, caption: t("Danh sách đơn vị")))</div>
            <p>\(t("Danh sách có {} đơn vị.", rows.count))</p>
            """)
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let rows = try await rows(visit, "registry.org.export"), year = visit.year
        return try SheetFile(visit).reply(name: "don-vi-\(year).xlsx", isDemo: visit.isDemo) { book in
            let sheet = try book.sheet(t("Đơn vị"), titles: [t("DANH SÁCH ĐƠN VỊ NĂM HỌC {}", year)], columns: columns)
            for row in rows { try sheet.write(cells(row)) }
        }
    }

    private static var columns: [Spreadsheet.Column] {
        [
            .init(t("Mã"), width: 14), .init(t("Đơn vị"), width: 48), .init(t("Loại hình"), width: 30),
            .init(t("Cấp học"), width: 20),
            .init(t("Xã, phường"), width: 22), .init(t("Đơn vị quản lý"), width: 30), .init(t("Lớp")),
            .init(t("Học sinh")), .init(t("Nữ")),
        ]
    }

    private static func cells(_ row: OrgRow) -> [Spreadsheet.Cell] {
        [
            .text(row.code), .text(row.name), .text(Words.label(row.kind, "school-kinds")),
            .text(row.levels.map(\.label).joined(separator: ", ")), .text(row.placeName ?? ""),
            .text(row.parentName ?? ""),
            .whole(row.classes), .whole(row.students), .whole(row.female),
        ]
    }
}

extension SheetFile {
    /// Writes a small workbook from rows already read, and sends it.
    public func reply(name: String, isDemo: Bool, _ write: (Spreadsheet) throws -> Void) throws -> Reply {
        do {
            let book = try Spreadsheet(path: path, isDemo: isDemo)
            try write(book)
            try book.finish()
        } catch {
            remove()
            throw error
        }
        return reply(name: name)
    }
}
