import Base
import Storage

extension OrgRecord {
    static let columns: SQL = """
        o.id, o.code, o.moet_code, o.kind, o.ownership, o.name, o.is_institution, o.levels, o.parent_id, o.place_id,
        o.opened_on, o.closed_on, o.details, o.version
        """

    init(_ row: inout Row) throws {
        (id, code, moetCode, kind, ownership, name) = (try row(), try row(), try row(), try row(), try row(), try row())
        (isInstitution, levels, parent, place) = (try row(), try Level.list(row()), try row(), try row())
        (openedOn, closedOn, details, version) = (try row(), try row(), try row(), try row())
    }
}

extension Level {
    /// Reads levels as stored in one column, parted by commas.
    static func list(_ text: String) -> [Level] {
        text.split(separator: ",").compactMap { Level(rawValue: String($0)) }
    }
}

extension Tx {
    /// A unit within the visitor's reach; a closed one by whoever reaches the unit that managed it last.
    public func org(_ id: ID<Org>, scope: Scope) throws -> OrgRecord? {
        try one(
            """
            SELECT \(sql: OrgRecord.columns) FROM registry_org o
            WHERE o.id = \(id) AND (\(scope, on: "o.id") OR (o.closed_on < '2200-12-31' AND \(sql: everIn(scope, "o.id"))))
            """, OrgRecord.init)
    }

    /// A unit by its code or the ministry's.
    public func org(code: String, scope: Scope) throws -> OrgRecord? {
        try one(
            """
            SELECT \(sql: OrgRecord.columns) FROM registry_org o
            WHERE (o.code = \(code) OR o.moet_code = \(code)) AND \(scope, on: "o.id") ORDER BY o.id LIMIT 1
            """, OrgRecord.init)
    }

    /// Whether the register holds a unit at all.
    public func hasUnits() throws -> Bool { try exists("SELECT 1 FROM registry_org LIMIT 1") }

    /// Today's name of a unit.
    public func orgName(_ id: ID<Org>) throws -> String? { try value("SELECT name FROM registry_org WHERE id = \(id)") }

    /// The name a unit bore on a day.
    public func orgName(_ id: ID<Org>, on day: Day) throws -> String? {
        try value(
            "SELECT name FROM registry_org_name WHERE org_id = \(id) AND valid_from <= \(day) AND valid_to >= \(day)")
    }

    /// The roots of what a visitor sees: where a tree on the screen starts.
    public func roots(scope: Scope, on day: Day? = nil) throws -> [OrgLine] {
        guard scope.reach != .everything, !scope.orgs.isEmpty else {
            return try orgLines(where: "o.parent_id IS NULL AND \(scope, on: "o.id")", on: day ?? today)
        }
        return try orgLines(where: "o.id IN \(list: scope.orgs) AND \(scope, on: "o.id")", on: day ?? today)
    }

    /// The units right below one today, schools after offices, in Vietnamese order.
    public func children(of org: ID<Org>, scope: Scope) throws -> [OrgLine] {
        try orgLines(where: "o.parent_id = \(org) AND o.closed_on >= \(today) AND \(scope, on: "o.id")", on: today)
    }

    /// The tree under a unit as it stood on a day: every unit, its name and its managing body of that day, nearest first.
    public func orgs(under org: ID<Org>, on day: Day, scope: Scope, institutionsOnly: Bool = false) throws -> [OrgLine]
    {
        let lines = try all(
            """
            SELECT o.id, o.code, COALESCE(n.name, o.name), o.kind, o.is_institution, o.levels, m.parent_id, p.depth
            FROM registry_org_path p JOIN registry_org o ON o.id = p.org_id
            LEFT JOIN registry_org_name n ON n.org_id = o.id AND n.valid_from <= \(day) AND n.valid_to >= \(day)
            LEFT JOIN registry_org_managed m ON m.org_id = o.id AND m.valid_from <= \(day) AND m.valid_to >= \(day)
            WHERE p.ancestor_id = \(org) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            AND \(sql: within(scope, "o.id", on: day)) \(sql: institutionsOnly ? "AND o.is_institution = 1" : .none)
            """, OrgLine.init)
        return OrgLine.ordered(lines)
    }

    /// The ids of the institutions under a unit today, at most so many; a quick way to know how wide a question is.
    public func institutions(under org: ID<Org>, scope: Scope, limit: Int = 10_000) throws -> [ID<Org>] {
        try all(
            """
            SELECT o.id FROM registry_org_path p JOIN registry_org o ON o.id = p.org_id
            WHERE p.ancestor_id = \(org) AND p.valid_to = '2200-12-31' AND o.is_institution = 1 AND \(scope, on: "o.id") LIMIT \(limit)
            """)
    }

    /// The way from the root to a unit on a day, the root first, the unit last: breadcrumbs.
    public func path(of org: ID<Org>, on day: Day, scope: Scope) throws -> [OrgLine] {
        try all(
            """
            SELECT o.id, o.code, COALESCE(n.name, o.name), o.kind, o.is_institution, o.levels, o.parent_id, p.depth
            FROM registry_org_path p JOIN registry_org o ON o.id = p.ancestor_id
            LEFT JOIN registry_org_name n ON n.org_id = o.id AND n.valid_from <= \(day) AND n.valid_to >= \(day)
            WHERE p.org_id = \(org) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            AND (\(scope, on: "p.org_id") OR \(sql: everIn(scope, "p.org_id"))) ORDER BY p.depth DESC
            """, OrgLine.init)
    }

    /// Everything that happened to a unit, newest first.
    public func events(of org: ID<Org>, scope: Scope) throws -> [OrgEvent] {
        try all(
            """
            SELECT e.kind, e.on_day, e.other_id, o.name, e.basis FROM registry_org_event e LEFT JOIN registry_org o ON o.id = e.other_id
            WHERE e.org_id = \(org) AND (\(scope, on: "e.org_id") OR \(sql: everIn(scope, "e.org_id"))) ORDER BY e.on_day DESC, e.id DESC
            """
        ) { OrgEvent(kind: try $0(), day: try $0(), other: try $0(), otherName: try $0(), basis: try $0()) }
    }

    /// The names a unit has borne, newest first.
    public func names(of org: ID<Org>, scope: Scope) throws -> [(name: String, period: Period, basis: String)] {
        try all(
            """
            SELECT n.name, n.valid_from, n.valid_to, n.basis FROM registry_org_name n
            WHERE n.org_id = \(org) AND (\(scope, on: "n.org_id") OR \(sql: everIn(scope, "n.org_id"))) ORDER BY n.valid_from DESC
            """
        ) { (name: try $0(), period: try $0.period(), basis: try $0()) }
    }

    /// The units whose name holds every word begun in the text, without regard to diacritics; nearest the root first.
    public func orgs(matching text: String, scope: Scope, institutionsOnly: Bool = false, limit: Int = 20) throws
        -> [OrgLine]
    {
        let words = Fold.key(text).split(separator: " ").map { "% \($0)%" }
        guard !words.isEmpty else { return [] }
        let likes = words.map { "' ' || o.name_key LIKE \($0)" as SQL }.joined(" AND ")
        return try all(
            """
            SELECT o.id, o.code, o.name, o.kind, o.is_institution, o.levels, o.parent_id, 0
            FROM registry_org o WHERE o.closed_on >= \(today) AND \(scope, on: "o.id") AND \(sql: likes)
            \(sql: institutionsOnly ? "AND o.is_institution = 1" : .none) ORDER BY o.is_institution, o.name_key, o.id LIMIT \(limit)
            """, OrgLine.init)
    }

    /// The campuses of a unit on a day, the main one first.
    public func sites(of org: ID<Org>, on day: Day, scope: Scope) throws -> [SiteRecord] {
        try all(
            """
            SELECT s.id, s.org_id, s.code, s.name, s.is_main, s.distance_km, s.valid_from, s.valid_to, s.details FROM registry_site s
            WHERE s.org_id = \(org) AND s.valid_from <= \(day) AND s.valid_to >= \(day)
            AND (\(scope, on: "s.org_id") OR \(sql: everIn(scope, "s.org_id"))) ORDER BY s.is_main DESC, s.name, s.id
            """, SiteRecord.init)
    }

    /// Who answers for the duties of a unit on a day.
    public func charges(of org: ID<Org>, on day: Day, scope: Scope) throws -> [ChargeRecord] {
        try all(
            """
            SELECT c.id, c.org_id, c.staff_id, c.name, c.phone, c.duty, c.valid_from, c.valid_to FROM registry_charge c
            WHERE c.org_id = \(org) AND c.valid_from <= \(day) AND c.valid_to >= \(day) AND \(scope, on: "c.org_id") ORDER BY c.duty, c.id
            """
        ) { row in
            ChargeRecord(
                id: try row(), org: try row(), staff: try row(), name: try row(), phone: try row(), duty: try row(),
                period: try row.period())
        }
    }

    private func orgLines(where condition: SQL, on day: Day) throws -> [OrgLine] {
        let lines = try all(
            """
            SELECT o.id, o.code, o.name, o.kind, o.is_institution, o.levels, o.parent_id, 1,
            CASE WHEN EXISTS (SELECT 1 FROM registry_org c WHERE c.parent_id = o.id AND c.closed_on >= \(day)) THEN 1 ELSE 0 END
            FROM registry_org o WHERE \(sql: condition)
            """
        ) { row in try OrgLine(&row, hasChildren: nil) }
        return OrgLine.ordered(lines)
    }
}

extension OrgLine {
    init(_ row: inout Row) throws { try self.init(&row, hasChildren: false) }

    /// `hasChildren: nil` reads it from the last column.
    init(_ row: inout Row, hasChildren known: Bool?) throws {
        (id, code, name, kind, isInstitution) = (try row(), try row(), try row(), try row(), try row())
        (levels, parent, depth) = (try Level.list(row()), try row(), try row())
        hasChildren = try known ?? row()
    }

    /// Offices before schools, levels from the youngest, names in Vietnamese order with numbers by value.
    static func ordered(_ lines: [OrgLine]) -> [OrgLine] {
        lines.map { (line: $0, key: Fold.sortKey(text: $0.name)) }.sorted { left, right in
            let (a, b) = (left.line, right.line)
            if a.depth != b.depth { return a.depth < b.depth }
            if a.isInstitution != b.isInstitution { return b.isInstitution }
            if a.levels.first != b.levels.first {
                return (a.levels.first ?? .preschool) < (b.levels.first ?? .preschool)
            }
            return (left.key, a.id) < (right.key, b.id)
        }.map(\.line)
    }
}

extension SiteRecord {
    init(_ row: inout Row) throws {
        (id, org, code, name, isMain, distance) = (try row(), try row(), try row(), try row(), try row(), try row())
        (period, details) = (try row.period(), try row())
    }
}

extension Row {
    /// Reads the first and the last day of a period.
    mutating func period() throws -> Period {
        let first: Day = try self(), last: Day = try self()
        return Period(first, last) ?? .always
    }
}
