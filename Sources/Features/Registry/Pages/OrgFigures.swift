import Base
import Storage
import Web

/// One dashboard for every tier of the tree: what a unit is, what it counts, what stands below it.
enum OrgFigures {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}", .holder(.viewOrgs), scope: .org) { visit in try await show(visit) }
        routes.get("/orgs/{id}/figures.xlsx", .holder(.viewFigures), scope: .org, load: .report) { visit in
            try await FigureSheet.excel(visit)
        }
    }

    /// Up to so many learners are counted one by one at once, so that every plot is there under a filter.
    private static let fewLearners = 4000

    struct Sight: Sendable {
        let head: OrgHead
        let place: PlaceRecord?, parentName: String?, leader: String, charges: [ChargeRecord], sites: [SiteRecord]
        var figures: FigureSet?, before: FigureSet?
        var classes: [ClassLine] = []
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let query = FigureQuery(visit)
        let sight = try await visit.db.read { tx in try read(tx, visit, query) }
        let content = facts(sight, visit) + figures(sight, query, visit)
        return .page(
            sight.head.name, crumbs: sight.head.crumbs(visit, keeps: true), primary: primary(sight, visit),
            sight.head.tabs(.figures, visit) + content)
    }

    /// Everything that a page of figures needs, in one consistent reading.
    static func read(_ tx: Tx, _ visit: Visit, _ query: FigureQuery) throws -> Sight {
        let head = try OrgHead.read(tx, visit, on: query.day), scope = visit.visitor.scope, org = head.org
        let positions = Words.catalogues.items(in: "position-codes").filter { $0.role == Role.principal.rawValue }.map(
            \.code)
        let parent = head.path.dropLast().last?.name
        var sight = Sight(
            head: head, place: try org.place.flatMap(tx.place), parentName: parent,
            leader: try tx.leader(of: org.id, positions: positions, scope: scope)?.name ?? org.details["head_name"]
                ?? "",
            charges: try tx.charges(of: org.id, on: visit.today, scope: scope),
            sites: try tx.sites(of: org.id, on: query.day, scope: scope))
        if org.isInstitution, visit.visitor.may(.viewStudents) {
            sight.classes = try tx.classes(of: org.id, year: query.year, scope: scope, level: query.filter.level)
        }
        if visit.visitor.may(.viewFigures) { try readFigures(tx, visit, query, &sight) }
        return sight
    }

    private static func readFigures(_ tx: Tx, _ visit: Visit, _ query: FigureQuery, _ sight: inout Sight) throws {
        let org = sight.head.org, scope = visit.visitor.scope, filter = query.filter
        if query.isKept {
            var set = try tx.keptFigures(of: org.id, year: query.year, filter: filter, scope: scope, on: query.day)
            guard filter.values.isEmpty || set.all.total > fewLearners else {
                return try count(tx, visit, query, &sight)
            }
            set.institutions = try tx.institutionCounts(of: org.id, on: query.day, scope: scope)
            set.units = try tx.keptUnits(of: org.id, year: query.year, filter: filter, scope: scope, on: query.day)
            if org.isInstitution {
                set.classes = try tx.keptClasses(of: org.id, year: query.year, filter: filter, scope: scope)
            }
            try addUse(tx, visit, query, &set, of: org.id)
            sight.figures = set
            sight.before = try tx.keptFigures(
                of: org.id, year: query.year.previous, filter: filter, scope: scope, on: query.day)
        } else {
            try count(tx, visit, query, &sight)
        }
    }

    private static func count(_ tx: Tx, _ visit: Visit, _ query: FigureQuery, _ sight: inout Sight) throws {
        var set = try tx.countedFigures(
            of: sight.head.org.id, query.basis, filter: query.filter, scope: visit.visitor.scope, on: query.day)
        try addUse(tx, visit, query, &set, of: sight.head.org.id)
        sight.figures = set
    }

    /// Accounts have no past: who uses the system is shown with the figures of today alone.
    private static func addUse(
        _ tx: Tx, _ visit: Visit, _ query: FigureQuery, _ set: inout FigureSet, of org: ID<Org>
    ) throws {
        let scope = visit.visitor.scope, accounts = visit.staffCount("accounts")
        guard query.day == visit.today, let inUse = try OrgUse.read(tx, accounts, org, scope) else { return }
        try tx.addUse(inUse, to: &set, of: org, year: query.year, scope: scope)
    }

    private static func primary(_ sight: Sight, _ visit: Visit) -> HTML? {
        guard visit.mayChange(.freezeFigures), sight.figures != nil else { return nil }
        let href = "/orgs/\(sight.head.org.id.code)/freezes\(OrgHead.suffix(visit))"
        return UI.link(t("Chốt số liệu"), href, icon: "lock", isPrimary: true)
    }

    // MARK: what the unit is

    private static func facts(_ sight: Sight, _ visit: Visit) -> HTML {
        let org = sight.head.org
        var facts: [(term: String, value: HTML)] = [
            (t("Loại hình"), .text(Words.label(org.kind, "school-kinds"))), (t("Mã"), .text(codes(org))),
            (t("Đơn vị quản lý"), .text(sight.parentName ?? "")), (t("Địa bàn"), place(sight)),
            (org.isInstitution ? Words.leader(of: org.levels) : t("Lãnh đạo"), .text(sight.leader)),
            (t("Phụ trách chuyển đổi số"), charge(sight, visit)),
        ]
        if !org.levels.isEmpty {
            facts.insert((t("Cấp học"), .text(org.levels.map(\.label).joined(separator: ", "))), at: 1)
        }
        if !org.isOpen { facts.append((t("Giải thể"), .text(org.closedOn.shown))) }
        return UI.facts(facts)
    }

    private static func codes(_ org: OrgRecord) -> String {
        org.moetCode.map { $0 == org.code ? $0 : t("{} (mã Bộ {})", org.code, $0) } ?? org.code
    }

    private static func place(_ sight: Sight) -> HTML {
        guard let place = sight.place else { return HTML() }
        let marks = [
            place.area.isEmpty ? nil : Dimension.area.words(place.area), place.isBorder ? t("biên giới") : nil,
        ].compactMap { $0 }
        let note: HTML = marks.isEmpty ? HTML() : " (\(marks.joined(separator: ", ")))"
        return "<a href=\"/places/\(place.id.code)\">\(place.name)</a>\(note)"
    }

    private static func charge(_ sight: Sight, _ visit: Visit) -> HTML {
        let found = sight.charges.filter { $0.duty == OrgEdit.digitalDuty }
        guard !found.isEmpty else { return UI.badge(t("Chưa phân công"), .warn) }
        return found.map { charge in
            "\(charge.name)\(when(!charge.phone.isEmpty && visit.visitor.may(.viewStaff), ", \(FieldText.shownPhone(charge.phone))")) (\(Words.period(charge.period)))"
                as HTML
        }.joined("; ")
    }

    // MARK: what it counts

    private static func figures(_ sight: Sight, _ query: FigureQuery, _ visit: Visit) -> HTML {
        guard let set = sight.figures else { return classTable(sight, nil, query, visit) }
        let org = sight.head.org, action = "/orgs/\(org.id.code)"
        if !org.period.contains(query.day) {
            return query.form(visit, action: action) + UI.chips(query.chips(visit))
                + UI.empty(
                    t("Đơn vị chưa có hoặc không còn vào ngày {}", query.day.shown),
                    t("Chọn ngày khác, hoặc xem lịch sử của đơn vị."), icon: "history",
                    action: UI.link(t("Xem lịch sử"), "\(action)/history"))
        }
        let excel = "\(action)/figures.xlsx\(visit.link(("sort", nil)).dropFirst(visit.path.count))"
        return """
            \(query.form(visit, action: action))\(UI.chips(query.chips(visit)))\(label(set, query, visit))\
            \(UI.stats(FigureTiles.drawn(sight, set, query, visit)))\
            <div class="list-top"><p class="count">\(links(sight, set, query, visit))</p>\(UI.tools(excel: excel))</div>\
            \(below(sight, set, query, visit))\(FigurePlots(figures: set, before: sight.before, query: query, visit: visit).drawn)
            """
    }

    /// Where to go on: the learners counted, the units, what is missing, the plots further down.
    private static func links(_ sight: Sight, _ set: FigureSet, _ query: FigureQuery, _ visit: Visit) -> HTML {
        let org = sight.head.org, levels = levels(sight, query)
        var links: [(String, String)] = []
        if visit.visitor.may(.viewStudents) {
            let count = Words.learners(UI.grouped(set.all.total), levels.count == 1 ? levels.first : nil)
            links.append((t("Xem danh sách {}", count), query.studentList(org.id)))
        }
        if !org.isInstitution { links.append((t("Danh sách đơn vị"), query.list("/orgs", org.id))) }
        if query.day == visit.today { links.append((t("Cần hoàn thiện"), "/orgs/\(org.id.code)/gaps")) }
        links.append((t("Cơ cấu học sinh"), "#plots"))
        return links.map { "<a href=\"\($0.1)\">\($0.0)</a>" as HTML }.joined(" · ")
    }

    /// The levels that words go by: the one asked for, else those of the school; an office has all.
    static func levels(_ sight: Sight, _ query: FigureQuery) -> [Level] {
        query.filter.level.map { [$0] } ?? (sight.head.org.isInstitution ? sight.head.org.levels : [])
    }

    private static func label(_ set: FigureSet, _ query: FigureQuery, _ visit: Visit) -> HTML {
        if query.isDayWrong { return OrgHead.wrongDay(visit.query("on")) }
        if let on = query.on {
            return UI.notice(.text(t("Số liệu tại ngày {}, đếm từ hồ sơ và cây đơn vị của ngày đó.", on.shown)))
        }
        if set.isCounted {
            return UI.notice(.text(t("Đếm từng hồ sơ của năm học {} theo các điều kiện đã chọn.", query.year)))
        }
        guard !query.filter.values.isEmpty else { return HTML() }
        let href = visit.link(("detail", "1"))
        return UI.notice(
            """
            \(t("Số liệu tổng hợp của nhóm đã chọn.")) <a href="\(href)">\(t("Đếm từng hồ sơ để xem theo tuổi, dân tộc, khối"))</a>
            """)
    }

    private static func below(_ sight: Sight, _ set: FigureSet, _ query: FigureQuery, _ visit: Visit) -> HTML {
        if sight.head.org.isInstitution { return classTable(sight, set, query, visit) }
        return UnitTable(units: set.units, query: query, visit: visit, showsBefore: !set.isCounted).drawn
    }

    private static func classTable(_ sight: Sight, _ set: FigureSet?, _ query: FigureQuery, _ visit: Visit) -> HTML {
        guard sight.head.org.isInstitution, visit.visitor.may(.viewStudents) else { return siteList(sight) }
        return ClassTable(classes: sight.classes, sites: sight.sites, figures: set, query: query, visit: visit).drawn
    }

    private static func siteList(_ sight: Sight) -> HTML {
        guard !sight.sites.isEmpty else { return HTML() }
        return UI.card(t("Điểm trường"), "<ul>\(sight.sites.map { "<li>\($0.name)</li>" as HTML })</ul>")
    }
}
