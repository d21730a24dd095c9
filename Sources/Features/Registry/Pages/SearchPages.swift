import Base
import Storage
import Web

/// One box for everything: learners, staff, units, classes, guardians that the visitor reaches, by name, code or number.
enum SearchPages {
    static func mount(_ routes: Routes) {
        routes.get("/search", .holder(.viewOrgs), scope: .list, show)
    }

    /// How many of each kind a page shows.
    private static let most = 20

    private static func show(_ visit: Visit) async throws -> Reply {
        let q = String(visit.query("q").trimmed.prefix(200))
        let kinds = kinds(for: visit), chosen = SearchKind(rawValue: visit.query("kind")).filter(kinds.contains)
        let found = try await find(q, chosen.map { [$0] } ?? Set(kinds), visit)
        let title = q.isEmpty ? t("Tìm kiếm") : t("Tìm “{}”", q)
        return .page(title, form(q, kinds, chosen) + UI.list(count: count(found, q), table: results(found, q, visit)))
    }

    /// The kinds that the visitor may look for, in the order of the page.
    private static func kinds(for visit: Visit) -> [SearchKind] {
        SearchKind.allCases.filter { kind in
            switch kind {
            case .student: visit.visitor.may(.viewStudent)
            case .classGroup: visit.visitor.may(.viewStudents)
            case .staff: visit.visitor.may(.viewStaff)
            case .guardian: visit.visitor.may(.viewStudents) && visit.visitor.may(.viewSensitive)
            case .org: true
            }
        }
    }

    private static func find(_ q: String, _ kinds: Set<SearchKind>, _ visit: Visit) async throws -> [Found] {
        guard !q.isEmpty else { return [] }
        let scope = visit.visitor.scope, year = visit.year
        return try await visit.db.read { tx in
            let hits = try tx.search(q, scope: scope, kinds: kinds.subtracting([.classGroup]), limit: most)
            let classes =
                kinds.contains(.classGroup) ? try tx.classes(named: q, year: year, scope: scope, limit: most) : []
            let children = try tx.children(ofFound: hits.filter { $0.kind == .guardian }.map(\.id), scope: scope)
            return (hits + classes).map { Found(hit: $0, children: children[$0.id] ?? []) }
        }
    }

    private struct Found: Sendable {
        let hit: SearchHit
        let children: [ChildLine]
    }

    private static func form(_ q: String, _ kinds: [SearchKind], _ chosen: SearchKind?) -> HTML {
        let kindField = UI.select(
            "kind", t("Loại"), kinds.map { ($0.rawValue, $0.label) }, value: chosen?.rawValue ?? "", any: t("Tất cả"))
        return UI.filters(
            "/search",
            """
            \(UI.text(
                "q", t("Tên, mã hoặc số định danh"), value: q, entry: .search, autocomplete: "off", maxLength: 200, isWide: true))\
            \(when(kinds.count > 1, kindField))
            """)
    }

    private static func count(_ found: [Found], _ q: String) -> HTML {
        guard !q.isEmpty else { return .text(t("Gõ tên có dấu hoặc không dấu, mã học sinh, mã trường, số định danh.")) }
        return .text(t("Tìm thấy {}", UI.grouped(found.count)))
    }

    private static func results(_ found: [Found], _ q: String, _ visit: Visit) -> HTML {
        if q.isEmpty { return HTML() }
        if found.isEmpty {
            return UI.empty(
                t("Không thấy ai, đơn vị nào khớp"),
                t("Thử ít chữ hơn, hoặc bỏ dấu. Chỉ tìm trong phạm vi bạn được xem."), icon: "search")
        }
        return UI.each(SearchKind.allCases) { kind in
            let ones = found.filter { $0.hit.kind == kind }
            return when(!ones.isEmpty, group(kind, ones, q, visit))
        }
    }

    private static func group(_ kind: SearchKind, _ found: [Found], _ q: String, _ visit: Visit) -> HTML {
        let isPerson = kind == .student || kind == .staff
        let rows = found.map { one in
            let birth: [HTML] = isPerson ? [.text(one.hit.birthDate?.shown ?? "")] : []
            let place: [HTML] = kind == .org || kind == .guardian ? [] : [.text(one.hit.orgName ?? "")]
            return UI.Row([.text(one.hit.name)] + birth + [detail(one)] + place, href: kind.path(one.hit.id))
        }
        let columns =
            [UI.Column(kind.label)] + (isPerson ? [UI.Column(t("Ngày sinh"))] : []) + [UI.Column(kind.detailLabel)]
            + (kind == .org || kind == .guardian ? [] : [UI.Column(t("Đơn vị"))])
        let more =
            found.count >= most ? kind.list.map { UI.link(t("Xem tất cả"), "\($0)?q=\(Percent.encode(q))") } : nil
        return UI.card(
            kind.label, UI.table(columns, rows, caption: kind.label, cards: true) + UI.some(more) { "<p>\($0)</p>" })
    }

    private static func detail(_ found: Found) -> HTML {
        switch found.hit.kind {
        case .student, .classGroup: .text(found.hit.detail)
        case .staff: .text(Catalogues.current.label(of: found.hit.detail, in: "position-codes"))
        case .org:
            .text(found.hit.detail.isEmpty ? "" : Catalogues.current.label(of: found.hit.detail, in: "school-kinds"))
        case .guardian:
            found.children.map { "<a href=\"/students/\($0.id)\">\($0.name)</a> \($0.className)" as HTML }.joined(", ")
        }
    }
}

extension SearchKind {
    /// What the kind is called as the heading of a group.
    var label: String {
        switch self {
        case .student: t("Học sinh")
        case .staff: t("Cán bộ, giáo viên")
        case .guardian: t("Cha mẹ học sinh")
        case .org: t("Đơn vị")
        case .classGroup: t("Lớp")
        }
    }

    fileprivate var detailLabel: String {
        switch self {
        case .student: t("Lớp")
        case .staff: t("Vị trí")
        case .guardian: t("Con")
        case .org: t("Loại hình")
        case .classGroup: t("Khối")
        }
    }

    /// The page of one thing found; a guardian has none, its children have.
    fileprivate func path(_ id: Int64) -> String? {
        let code = ID<Org>(stored: id).code
        return switch self {
        case .student: "/students/\(code)"
        case .staff: "/staff/\(code)"
        case .org: "/orgs/\(code)"
        case .classGroup: "/classes/\(code)"
        case .guardian: nil
        }
    }

    fileprivate var list: String? {
        switch self {
        case .student: "/students"
        case .staff: "/staff"
        case .org: "/orgs"
        case .guardian, .classGroup: nil
        }
    }
}

extension Optional {
    /// The value, when it is one that is wanted.
    func filter(_ isWanted: (Wrapped) -> Bool) -> Wrapped? { flatMap { isWanted($0) ? $0 : nil } }
}
