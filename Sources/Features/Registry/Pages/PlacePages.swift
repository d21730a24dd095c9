import Base
import Files
import Storage
import Web
import Work

/// The catalogue of places: the tiers as they stood on a day, what became of each, its other spellings.
enum PlacePages {
    static func mount(_ routes: Routes) {
        routes.get("/places", .holder(.viewOrgs), scope: .none) { visit in try await list(visit) }
        routes.get("/places.xlsx", .holder(.viewOrgs), scope: .none, load: .report) { visit in try await excel(visit) }
        routes.get("/places/{id}", .holder(.viewOrgs), scope: .none) { visit in try await show(visit) }
    }

    /// What the address asks of the catalogue, and what was found.
    private struct Found: Sendable {
        let day: Day, q: String, code: String
        /// Counting residents reads every learner: only when it is asked for, and of today.
        let isCounting: Bool
        var provinces: [PlaceRecord] = []
        var rows: [PlaceRow] = []
        var residents: [ID<Place>: Figure] = [:]

        init(_ visit: Visit) {
            day = Day(typed: visit.query("on"), year: visit.today.parts.year) ?? visit.today
            (q, code) = (String(visit.query("q").trimmed.prefix(100)), visit.query("in"))
            isCounting =
                q.isEmpty && visit.visitor.may(.viewResidents) && day == visit.today && visit.query("residents") == "1"
        }

        mutating func read(_ tx: Tx) throws {
            provinces = try tx.provinces(on: day)
            let above = code.isEmpty ? provinces.first?.code ?? "" : code
            rows = try tx.others(of: q.isEmpty ? try tx.places(below: above, on: day) : try tx.places(matching: q))
            guard isCounting else { return }
            residents = Dictionary(
                try tx.residents(in: above, on: day).map { ($0.place.id, $0.figure) }, uniquingKeysWith: { $1 })
        }
    }

    private static func find(_ visit: Visit) async throws -> Found {
        try await visit.db.read { tx in
            var found = Found(visit)
            try found.read(tx)
            return found
        }
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let found = try await find(visit), q = found.q
        let isWrong = Day(typed: visit.query("on"), year: visit.today.parts.year) == nil && !visit.query("on").isEmpty
        let title = q.isEmpty ? t("Địa bàn hành chính") : t("Địa bàn: tìm “{}”", q)
        let count = HTML.text(
            q.isEmpty
                ? t("{} đơn vị hành chính ngày {}", found.rows.count, found.day.shown)
                : t("Tìm thấy {}", UI.grouped(found.rows.count)))
        return .page(
            title, crumbs: [(t("Địa bàn"), nil)],
            when(isWrong, OrgHead.wrongDay(visit.query("on")))
                + form(q, found.day, found.code, found.provinces, visit)
                + UI.list(
                    count: count, tools: tools(found, visit),
                    table: table(found.rows, found.isCounting ? found.residents : nil, visit, isSearch: !q.isEmpty)))
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let found = try await find(visit)
        try await visit.db.noteRead(
            as: visit.visitor, "registry.org.export", on: Subject("place", nil, org: visit.visitor.org))
        let counts: [Spreadsheet.Column] =
            found.isCounting ? [.init(t("Học sinh cư trú"), width: 16), .init(t("Nữ"), width: 10)] : []
        return try SheetFile(visit).reply(name: "dia-ban-\(found.day.iso).xlsx", isDemo: visit.isDemo) { book in
            let sheet = try book.sheet(
                t("Địa bàn"), titles: [t("Địa bàn hành chính"), t("Tại ngày {}", found.day.shown)],
                columns: [
                    .init(t("Mã"), width: 10), .init(t("Tên"), width: 36), .init(t("Khu vực"), width: 24),
                    .init(t("Hiệu lực"), width: 26), .init(t("Trước đó, sau đó"), width: 60),
                ] + counts)
            for row in found.rows {
                let place = row.place, living = found.residents[place.id]
                let numbers: [Spreadsheet.Cell] =
                    found.isCounting ? [.whole(living?.total ?? 0), .whole(living?.female ?? 0)] : []
                try sheet.write(
                    [
                        .text(place.code), .text(place.name), .text(marks(place)), .text(Words.period(place.period)),
                        .text(others(row)),
                    ] + numbers)
            }
        }
    }

    private static func form(_ q: String, _ day: Day, _ code: String, _ provinces: [PlaceRecord], _ visit: Visit)
        -> HTML
    {
        let province =
            provinces.count > 1
            ? UI.select("in", t("Tỉnh, thành phố"), provinces.map { ($0.code, $0.name) }, value: code) : HTML()
        return UI.filters(
            "/places",
            """
            \(UI.text("q", t("Tên cũ, tên mới hoặc mã"), value: q, entry: .search, autocomplete: "off", maxLength: 100))\
            \(UI.date("on", t("Tại ngày"), value: day.shown))\(province)
            """)
    }

    private static func tools(_ found: Found, _ visit: Visit) -> HTML {
        let tools = UI.tools(excel: "/places.xlsx\(visit.link().dropFirst(visit.path.count))")
        guard visit.visitor.may(.viewResidents), found.day == visit.today, found.q.isEmpty, !found.isCounting else {
            return tools
        }
        return UI.link(t("Đếm học sinh cư trú"), visit.link(("residents", "1")), icon: "people") + tools
    }

    private static func table(_ rows: [PlaceRow], _ residents: [ID<Place>: Figure]?, _ visit: Visit, isSearch: Bool)
        -> HTML
    {
        var columns = [
            UI.Column(t("Tên")), UI.Column(t("Mã")), UI.Column(t("Khu vực")),
            UI.Column(t("Hiệu lực"), isHiddenOnPhone: !isSearch),
            UI.Column(t("Trước đó, sau đó")),
        ]
        if residents != nil { columns.append(UI.Column(t("Học sinh cư trú"), isNumeric: true)) }
        let lines = rows.map { row in
            let place = row.place
            var cells: [HTML] = [
                .text(place.name), .text(place.code), .text(marks(place)), .text(Words.period(place.period)),
                .text(others(row)),
            ]
            if let residents { cells.append(.text(UI.grouped(residents[place.id]?.total ?? 0))) }
            return UI.Row(cells, href: "/places/\(place.id.code)", isFaded: !place.period.isOpen && isSearch)
        }
        return UI.table(
            columns, lines, caption: t("Đơn vị hành chính"),
            empty: UI.empty(t("Không có địa bàn nào khớp"), t("Thử tên không dấu, hoặc một ngày khác."), icon: "map"),
            cards: true)
    }

    private static func marks(_ place: PlaceRecord) -> String {
        let words = [place.area.isEmpty ? nil : t("Khu vực {}", place.area), place.isBorder ? t("biên giới") : nil]
            .compactMap { $0 }
        return words.joined(separator: ", ")
    }

    private static func others(_ row: PlaceRow) -> String {
        guard !row.others.isEmpty else { return "" }
        let names = row.others.joined(separator: ", ")
        return row.place.period.isOpen ? t("từ {}", names) : t("nay là {}", names)
    }

    // MARK: one place

    private struct Sight: Sendable {
        let place: PlaceRecord, above: PlaceRecord?, aliases: [String]
        let before: [PlaceRecord], after: [PlaceRecord], below: [PlaceRecord], orgs: [OrgLine], residents: Figure?
        let day: Day
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let id: ID<Place> = try visit.id("id"), scope = visit.visitor.scope,
            mayCount = visit.visitor.may(.viewResidents)
        let asked = Day(typed: visit.query("on")) ?? visit.today
        let sight = try await visit.db.read { tx in
            guard let place = try tx.place(id) else { throw Fault.notFound }
            let day = min(max(asked, place.period.first), place.period.last)
            return Sight(
                place: place, above: try tx.placeAbove(place, on: day), aliases: try tx.aliases(of: id),
                before: try tx.predecessors(of: id), after: try tx.successors(of: id),
                below: try tx.places(below: place.code, on: day),
                orgs: place.tier == .province ? [] : try tx.orgs(inPlace: place, on: day, scope: scope),
                residents: mayCount && place.period.isOpen && place.tier == .commune ? try tx.residents(of: id) : nil,
                day: day)
        }
        var crumbs: [(String, String?)] = [(t("Địa bàn"), "/places?on=\(sight.day.iso)")]
        if let above = sight.above { crumbs.append((above.name, "/places/\(above.id.code)")) }
        crumbs.append((sight.place.name, nil))
        return .page(
            sight.place.name, crumbs: crumbs, facts(sight) + UI.columns(changes(sight)) + below(sight) + orgs(sight))
    }

    private static func facts(_ sight: Sight) -> HTML {
        let place = sight.place
        var facts: [(term: String, value: HTML)] = [
            (t("Mã"), .text(place.code)), (t("Thuộc"), .text(sight.above?.name ?? "")),
            (t("Hiệu lực"), .text(Words.period(place.period))),
            (t("Khu vực"), .text(marks(place))), (t("Cách viết khác"), .text(sight.aliases.joined(separator: ", "))),
        ]
        if let residents = sight.residents {
            facts.append(
                (
                    t("Học sinh cư trú"),
                    .text(t("{}, trong đó {} nữ", UI.grouped(residents.total), UI.grouped(residents.female)))
                ))
        }
        return UI.facts(facts)
    }

    private static func changes(_ sight: Sight) -> [HTML] {
        func card(_ title: String, _ places: [PlaceRecord]) -> HTML? {
            guard !places.isEmpty else { return nil }
            let links = places.map {
                "<li><a href=\"/places/\($0.id.code)\">\($0.name)</a> (\(Words.period($0.period)))</li>" as HTML
            }
            return UI.card(title, "<ul>\(links)</ul>")
        }
        return [card(t("Hình thành từ"), sight.before), card(t("Nay là"), sight.after)].compactMap { $0 }
    }

    private static func below(_ sight: Sight) -> HTML {
        guard !sight.below.isEmpty else { return HTML() }
        let rows = sight.below.map {
            UI.Row([.text($0.name), .text($0.code), .text(marks($0))], href: "/places/\($0.id.code)")
        }
        return UI.table(
            [UI.Column(t("Tên")), UI.Column(t("Mã")), UI.Column(t("Khu vực"))], rows,
            caption: t("Đơn vị hành chính trực thuộc ngày {}", sight.day.shown), showsCaption: true)
    }

    private static func orgs(_ sight: Sight) -> HTML {
        guard !sight.orgs.isEmpty else { return HTML() }
        let rows = sight.orgs.map { org in
            UI.Row([.text(org.name), .text(Words.label(org.kind, "school-kinds"))], href: "/orgs/\(org.id.code)")
        }
        return UI.table(
            [UI.Column(t("Đơn vị")), UI.Column(t("Loại hình"))], rows,
            caption: t("Trường, đơn vị đóng trên địa bàn ngày {}", sight.day.shown),
            showsCaption: true)
    }
}
