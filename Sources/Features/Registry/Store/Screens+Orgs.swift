import Base
import Storage

/// What a list of units is narrowed to.
struct OrgFilter: Sendable, Hashable {
    var q = ""
    var kind = ""
    var level: Level?
    var place: ID<Place>?
    /// The managing body: the units right below it.
    var parent: ID<Org>?
    /// A unit and all below it.
    var org: ID<Org>?
    /// Schools, centres and the college alone, without offices.
    var isInstitutions = false
    /// Closed units too.
    var isWithClosed = false
    var sort = Sort.name
    var isDescending = false

    enum Sort: String, CaseIterable, Sendable { case name, code, kind, classes, students }
}

/// A unit in the list of units.
struct OrgRow: Sendable {
    let id: ID<Org>, code: String, name: String, kind: String, levels: [Level]
    let parentName: String?, placeName: String?, closedOn: Day
    let students: Int, female: Int, classes: Int
}

extension Tx {
    /// One page of units within reach, in the order asked for.
    func orgRows(_ filter: OrgFilter, year: SchoolYear, scope: Scope, from key: PageKey? = nil, size: Int = 50) throws
        -> Slice<OrgRow>
    {
        let column = OrgRow.sort(filter.sort, year), isDown = filter.isDescending != (key?.isBackwards ?? false)
        var wheres = try orgConditions(filter, scope)
        if let key {
            wheres.append(
                isDown
                    ? "(\(sql: column), o.id) < (\(key.sort), \(key.id))"
                    : "(\(sql: column), o.id) > (\(key.sort), \(key.id))")
        }
        let rows = try all(
            """
            SELECT \(sql: OrgRow.columns(year)), \(sql: column) FROM registry_org o LEFT JOIN registry_org m ON m.id = o.parent_id
            LEFT JOIN registry_place p ON p.id = o.place_id WHERE \(sql: wheres.joined(" AND "))
            ORDER BY \(sql: order(column, isDown: isDown)) LIMIT \(size + 1)
            """
        ) { row in
            let item = try OrgRow(&row)
            return (item: item, sort: try row(String.self), id: item.id.raw)
        }
        return Slice.page(rows, size: size, from: key)
    }

    private func order(_ column: SQL, isDown: Bool) -> SQL {
        isDown ? "\(sql: column) DESC, o.id DESC" : "\(sql: column), o.id"
    }

    /// Every unit that a filter finds, in its order: exports and prints.
    func eachOrgRow(_ filter: OrgFilter, year: SchoolYear, scope: Scope, _ body: (OrgRow) throws -> Void) throws {
        let wheres = try orgConditions(filter, scope)
        try each(
            """
            SELECT \(sql: OrgRow.columns(year)) FROM registry_org o LEFT JOIN registry_org m ON m.id = o.parent_id
            LEFT JOIN registry_place p ON p.id = o.place_id WHERE \(sql: wheres.joined(" AND "))
            ORDER BY \(sql: order(OrgRow.sort(filter.sort, year), isDown: filter.isDescending))
            """
        ) { row in try body(try OrgRow(&row)) }
    }

    func countOrgs(_ filter: OrgFilter, scope: Scope) throws -> ListCount {
        let wheres = try orgConditions(filter, scope)
        return ListCount(
            count: try count(
                """
                SELECT COUNT(*) FROM (SELECT 1 AS found FROM registry_org o WHERE \(sql: wheres.joined(" AND ")) LIMIT \(ListCount.most + 1)) x
                """))
    }

    private func orgConditions(_ filter: OrgFilter, _ scope: Scope) throws -> [SQL] {
        var wheres: [SQL] = [
            filter.isWithClosed ? "(\(scope, on: "o.id") OR \(sql: everIn(scope, "o.id")))" : "\(scope, on: "o.id")"
        ]
        if !filter.isWithClosed { wheres.append("o.closed_on >= \(today)") }
        if !filter.kind.isEmpty { wheres.append("o.kind = \(filter.kind)") }
        if let level = filter.level {
            wheres.append("EXISTS (SELECT 1 FROM registry_org_level l WHERE l.org_id = o.id AND l.level = \(level))")
        }
        if let place = filter.place { wheres.append("o.place_id = \(place)") }
        if let org = filter.org { wheres.append(below(org, "o.id", on: .forever)) }
        if filter.isInstitutions { wheres.append("o.is_institution = 1") }
        if let parent = filter.parent { wheres.append("o.parent_id = \(parent)") }
        let text = Fold.compose(filter.q), words = Fold.key(text).split(separator: " ").prefix(8)
        if !words.isEmpty {
            let names = words.map { "' ' || o.name_key LIKE \("% \($0)%")" as SQL }.joined(" AND ")
            wheres.append("((\(sql: names)) OR o.code = \(text) OR o.moet_code = \(text))")
        }
        return wheres
    }

    /// The communes and managing bodies that units within reach have: the choices of the list's filters.
    func orgChoices(scope: Scope) throws -> (places: [(ID<Place>, String)], parents: [(ID<Org>, String)]) {
        let places = try all(
            """
            SELECT DISTINCT p.id, p.name, p.name_key FROM registry_org o JOIN registry_place p ON p.id = o.place_id
            WHERE o.closed_on >= \(today) AND \(scope, on: "o.id") ORDER BY p.name_key, p.id LIMIT 400
            """
        ) { (try $0(ID<Place>.self), try $0(String.self)) }
        let parents = try all(
            """
            SELECT DISTINCT m.id, m.name, m.name_key FROM registry_org o JOIN registry_org m ON m.id = o.parent_id
            WHERE o.closed_on >= \(today) AND \(scope, on: "o.id") ORDER BY m.name_key, m.id LIMIT 400
            """
        ) { (try $0(ID<Org>.self), try $0(String.self)) }
        return (places, parents)
    }

    /// Which of several units the visitor reaches: what a breadcrumb may link to.
    func reached(_ orgs: [ID<Org>], scope: Scope) throws -> Set<ID<Org>> {
        Set(
            try all(
                """
                SELECT o.id FROM registry_org o WHERE o.id IN \(list: orgs) AND (\(scope, on: "o.id") OR \(sql: everIn(scope, "o.id")))
                """, ID<Org>.self))
    }

    /// The managing bodies a unit has had, newest first.
    func managers(of org: ID<Org>, scope: Scope) throws -> [(id: ID<Org>, name: String, period: Period, basis: String)]
    {
        try all(
            """
            SELECT m.parent_id, COALESCE(n.name, o.name), m.valid_from, m.valid_to, m.basis
            FROM registry_org_managed m JOIN registry_org o ON o.id = m.parent_id
            LEFT JOIN registry_org_name n ON n.org_id = o.id AND n.valid_from <= m.valid_from AND n.valid_to >= m.valid_from
            WHERE m.org_id = \(org) AND (\(scope, on: "m.org_id") OR \(sql: everIn(scope, "m.org_id"))) ORDER BY m.valid_from DESC
            """
        ) { (id: try $0(), name: try $0(), period: try $0.period(), basis: try $0()) }
    }

    /// The places a unit has stood in, newest first.
    func locations(of org: ID<Org>, scope: Scope) throws -> [(id: ID<Place>, name: String, period: Period)] {
        try all(
            """
            SELECT l.place_id, p.name, l.valid_from, l.valid_to FROM registry_org_located l JOIN registry_place p ON p.id = l.place_id
            WHERE l.org_id = \(org) AND (\(scope, on: "l.org_id") OR \(sql: everIn(scope, "l.org_id"))) ORDER BY l.valid_from DESC
            """
        ) { (id: try $0(), name: try $0(), period: try $0.period()) }
    }

    /// Everybody who ever answered for a duty of a unit, newest first.
    func allCharges(of org: ID<Org>, scope: Scope) throws -> [ChargeRecord] {
        try all(
            """
            SELECT c.id, c.org_id, c.staff_id, c.name, c.phone, c.duty, c.valid_from, c.valid_to FROM registry_charge c
            WHERE c.org_id = \(org) AND (\(scope, on: "c.org_id") OR \(sql: everIn(scope, "c.org_id"))) ORDER BY c.valid_from DESC, c.id DESC
            """
        ) { row in
            ChargeRecord(
                id: try row(), org: try row(), staff: try row(), name: try row(), phone: try row(), duty: try row(),
                period: try row.period())
        }
    }

    /// Every campus a unit ever had, the open ones first.
    func allSites(of org: ID<Org>, scope: Scope) throws -> [SiteRecord] {
        try all(
            """
            SELECT s.id, s.org_id, s.code, s.name, s.is_main, s.distance_km, s.valid_from, s.valid_to, s.details FROM registry_site s
            WHERE s.org_id = \(org) AND \(scope, on: "s.org_id") ORDER BY s.valid_to DESC, s.is_main DESC, s.name, s.id
            """, SiteRecord.init)
    }

    /// The head of a unit: who holds one of the positions given.
    func leader(of org: ID<Org>, positions: [String], scope: Scope) throws -> (
        id: ID<Staff>, name: String, position: String
    )? {
        try one(
            """
            SELECT s.id, s.name, s.position FROM registry_staff s WHERE s.org_id = \(org) AND s.position IN \(list: positions)
            AND s.status IN \(list: StaffStatus.open) AND \(scope, on: "s.org_id") ORDER BY s.sort_key LIMIT 1
            """
        ) { (id: try $0(), name: try $0(), position: try $0()) }
    }
}

extension OrgRow {
    /// The learners and classes are sums of the kept totals of the unit itself; an office has none of its own.
    static func columns(_ year: SchoolYear) -> SQL {
        """
        o.id, o.code, o.name, o.kind, o.levels, m.name, p.name, o.closed_on, \(sql: total("total", "all", year)),
        \(sql: total("female", "all", year)), \(sql: total("total", "classes", year))
        """
    }

    /// What a list goes by, as text: numbers begin with the same count of digits, so that they stand in their order.
    static func sort(_ sort: OrgFilter.Sort, _ year: SchoolYear) -> SQL {
        switch sort {
        case .name: "o.name_key"
        case .code: "o.code"
        case .kind: "o.kind || ' ' || o.name_key"
        case .classes: "CAST(1000000000 + \(sql: total("total", "classes", year)) AS TEXT)"
        case .students: "CAST(1000000000 + \(sql: total("total", "all", year)) AS TEXT)"
        }
    }

    private static func total(_ column: StaticString, _ dimension: String, _ year: SchoolYear) -> SQL {
        """
        COALESCE((SELECT SUM(t.\(sql: Tx.column(column))) FROM registry_total t
        WHERE t.org_id = o.id AND t.year = \(year) AND t.dimension = \(dimension) AND t.class_id = 0), 0)
        """
    }

    init(_ row: inout Row) throws {
        (id, code, name, kind, levels) = (try row(), try row(), try row(), try row(), try Level.list(row()))
        (parentName, placeName, closedOn) = (try row(), try row(), try row())
        (students, female, classes) = (try row(), try row(), try row())
    }
}

extension Tx {
    func update(site: ID<Site>, of org: ID<Org>, name: String, code: String, distance: Double?) throws {
        try exec(
            """
            UPDATE registry_site SET name = \(name), code = \(code), distance_km = \(distance) WHERE id = \(site) AND org_id = \(org)
            """)
    }
}

/// What the forms of a change of the tree choose from.
extension Tx {
    /// The bodies within reach that may manage others today.
    func bodies(scope: Scope) throws -> [(ID<Org>, String)] {
        try all(
            """
            SELECT o.id, o.name FROM registry_org o WHERE o.is_institution = 0 AND o.closed_on >= \(today) AND \(scope, on: "o.id")
            ORDER BY o.name_key, o.id LIMIT 2000
            """
        ) { (try $0(), try $0()) }
    }

    /// The communes and wards of a province on a day, by name.
    func places(inProvince code: String, on day: Day) throws -> [PlaceRecord] {
        try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p WHERE p.province_code = \(code) AND p.tier = 'commune'
            AND p.valid_from <= \(day) AND p.valid_to >= \(day) ORDER BY p.name_key, p.code
            """, PlaceRecord.init)
    }
}
