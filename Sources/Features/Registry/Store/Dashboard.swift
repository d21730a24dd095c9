import Base
import Storage

/// The kept totals summed over a part of the tree. A running year stands on the tree of today, an earlier one on that of its last day.
extension Tx {
    /// Learners (or classes, or staff) under a unit by one dimension, the most first.
    public func figures(of org: ID<Org>, year: SchoolYear, by dimension: Dimension, scope: Scope, level: Level? = nil)
        throws -> [Figure]
    {
        let day = min(year.lastDay, today)
        return try all(
            """
            SELECT \(sql: dimension == .level ? "t.level" : "t.value"), SUM(t.total), SUM(t.female)
            FROM registry_org_path p JOIN registry_total t ON t.org_id = p.org_id
            WHERE p.ancestor_id = \(org) AND p.valid_from <= \(day) AND p.valid_to >= \(day) AND \(sql: totals(of: dimension, year, scope, day))
            \(sql: level.map { "AND t.level = \($0)" } ?? .none) GROUP BY 1 ORDER BY 2 DESC, 1
            """
        ) { Figure(value: try $0(), total: try $0(), female: try $0()) }
    }

    /// The figures of one class by one dimension.
    public func figures(of classGroup: ID<ClassGroup>, by dimension: Dimension, scope: Scope) throws -> [Figure] {
        try all(
            """
            SELECT \(sql: dimension == .level ? "t.level" : "t.value"), SUM(t.total), SUM(t.female) FROM registry_total t
            WHERE t.class_id = \(classGroup) AND t.dimension = \(dimension == .level ? .all : dimension)
            AND \(scope, on: Belongs(org: "t.org_id", classGroup: "t.class_id", level: "t.level")) GROUP BY 1 ORDER BY 2 DESC, 1
            """
        ) { Figure(value: try $0(), total: try $0(), female: try $0()) }
    }

    /// The units right below one with their learners, classes, institutions and staff, in Vietnamese order.
    public func childFigures(of org: ID<Org>, year: SchoolYear, scope: Scope, level: Level? = nil) throws
        -> [UnitFigures]
    {
        let day = min(year.lastDay, today)
        return try unitFigures(
            children(of: org, on: day, scope: scope), year: year, scope: scope, level: level, on: day)
    }

    /// The same for one unit.
    public func unitFigures(of org: ID<Org>, year: SchoolYear, scope: Scope, level: Level? = nil) throws -> UnitFigures?
    {
        let day = min(year.lastDay, today)
        let lines = try all(
            """
            SELECT o.id, o.code, COALESCE(n.name, o.name), o.kind, o.is_institution, o.levels, o.parent_id, 0 FROM registry_org o
            LEFT JOIN registry_org_name n ON n.org_id = o.id AND n.valid_from <= \(day) AND n.valid_to >= \(day)
            WHERE o.id = \(org) AND \(sql: within(scope, "o.id", on: day))
            """, OrgLine.init)
        return try unitFigures(lines, year: year, scope: scope, level: level, on: day).first
    }

    /// The units right below one on a day.
    public func children(of org: ID<Org>, on day: Day, scope: Scope) throws -> [OrgLine] {
        OrgLine.ordered(
            try all(
                """
                SELECT o.id, o.code, COALESCE(n.name, o.name), o.kind, o.is_institution, o.levels, m.parent_id, 1
                FROM registry_org_managed m JOIN registry_org o ON o.id = m.org_id
                LEFT JOIN registry_org_name n ON n.org_id = o.id AND n.valid_from <= \(day) AND n.valid_to >= \(day)
                WHERE m.parent_id = \(org) AND m.valid_from <= \(day) AND m.valid_to >= \(day) AND \(sql: within(scope, "o.id", on: day))
                """, OrgLine.init))
    }

    /// Learners by one dimension for each unit right below one: the cells of a cross table.
    public func crossFigures(
        of org: ID<Org>, year: SchoolYear, by dimension: Dimension, scope: Scope
    ) throws -> [ID<Org>: [Figure]] {
        let day = min(year.lastDay, today)
        var out: [ID<Org>: [Figure]] = [:]
        try each(
            """
            SELECT m.org_id, \(sql: dimension == .level ? "t.level" : "t.value"), SUM(t.total), SUM(t.female)
            FROM registry_org_managed m JOIN registry_org_path p ON p.ancestor_id = m.org_id
            JOIN registry_total t ON t.org_id = p.org_id
            WHERE m.parent_id = \(org) AND m.valid_from <= \(day) AND m.valid_to >= \(day) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            AND \(sql: totals(of: dimension, year, scope, day)) GROUP BY 1, 2 ORDER BY 1, 3 DESC
            """
        ) { row in
            out[try row(), default: []].append(Figure(value: try row(), total: try row(), female: try row()))
        }
        return out
    }

    /// Institutions under a unit on a day: each counted once, and once for each of its levels.
    public func institutionCounts(of org: ID<Org>, on day: Day, scope: Scope) throws -> InstitutionCounts {
        let condition: SQL = """
            p.ancestor_id = \(org) AND p.valid_from <= \(day) AND p.valid_to >= \(day) AND o.is_institution = 1
            AND \(sql: within(scope, "o.id", on: day))
            """
        let whole = try count(
            "SELECT COUNT(DISTINCT o.id) FROM registry_org_path p JOIN registry_org o ON o.id = p.org_id WHERE \(sql: condition)"
        )
        var byLevel: [Level: Int] = [:]
        try each(
            """
            SELECT l.level, COUNT(DISTINCT o.id) FROM registry_org_path p JOIN registry_org o ON o.id = p.org_id
            JOIN registry_org_level l ON l.org_id = o.id WHERE \(sql: condition) GROUP BY l.level
            """
        ) { row in byLevel[try row()] = try row() }
        return InstitutionCounts(institutions: whole, byLevel: byLevel)
    }

    /// Learners by the commune they live in, under a place, whoever manages their school: a right of its own.
    public func residents(in parent: String, on day: Day) throws -> [(place: PlaceRecord, figure: Figure)] {
        try all(
            """
            SELECT \(sql: PlaceRecord.columns), COUNT(*), SUM(CASE WHEN s.sex = 'female' THEN 1 ELSE 0 END)
            FROM registry_place p JOIN registry_student s ON s.residence_id = p.id
            WHERE p.parent_code = \(parent) AND p.valid_from <= \(day) AND p.valid_to >= \(day) AND s.status IN \(list: StudentStatus.open)
            GROUP BY p.id ORDER BY p.name_key, p.id
            """
        ) { row in
            let place = try PlaceRecord(&row)
            return (place, Figure(value: place.code, total: try row(), female: try row()))
        }
    }

    /// The rows of totals that a visitor sums: whole schools; for a teacher the rows of the own classes.
    private func totals(of dimension: Dimension, _ year: SchoolYear, _ scope: Scope, _ day: Day) -> SQL {
        let kept = dimension == .level ? Dimension.all : dimension
        let rows: SQL =
            switch scope.reach {
            case .classes, .students: "t.class_id > 0"
            // Written as a range, so that the engines go by the primary key and not through the index of classes.
            default: "t.class_id < 1"
            }
        return
            "t.year = \(year) AND t.dimension = \(kept) AND \(sql: rows) AND \(sql: totalScope(scope, day, hasLevel: dimension != .staff))"
    }

    private func totalScope(_ scope: Scope, _ day: Day, hasLevel: Bool) -> SQL {
        let now: SQL =
            hasLevel
            ? "\(scope, on: Belongs(org: "t.org_id", classGroup: "t.class_id", level: "t.level"))"
            : "\(scope, on: Belongs(org: "t.org_id", classGroup: "t.class_id"))"
        guard case .tree(let orgs) = scope.reach, day < today else { return now }
        let levels: SQL = hasLevel ? scope.levels.map { "AND t.level IN \(list: $0)" } ?? .none : .none
        return """
            (\(sql: now) OR (t.org_id IN (SELECT q.org_id FROM registry_org_path q WHERE q.ancestor_id IN \(list: orgs)
            AND q.valid_from <= \(day) AND q.valid_to >= \(day)) \(sql: levels)))
            """
    }

    private func unitFigures(
        _ lines: [OrgLine], year: SchoolYear, scope: Scope, level: Level?, on day: Day
    ) throws -> [UnitFigures] {
        guard !lines.isEmpty else { return [] }
        let ids = lines.map(\.id), only: SQL = level.map { "AND t.level = \($0)" } ?? .none
        var sums: [ID<Org>: (students: Int, female: Int, classes: Int, staff: Int)] = [:]
        for dimension in [Dimension.all, .classes, .staff] {
            try each(
                """
                SELECT p.ancestor_id, SUM(t.total), SUM(t.female) FROM registry_org_path p JOIN registry_total t ON t.org_id = p.org_id
                WHERE p.ancestor_id IN \(list: ids) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
                AND \(sql: totals(of: dimension, year, scope, day)) \(sql: dimension == .staff ? .none : only) GROUP BY p.ancestor_id
                """
            ) { row in
                let id: ID<Org> = try row(), total: Int = try row(), female: Int = try row()
                switch dimension {
                case .all:
                    (sums[id, default: (0, 0, 0, 0)].students, sums[id, default: (0, 0, 0, 0)].female) = (total, female)
                case .classes: sums[id, default: (0, 0, 0, 0)].classes = total
                default: sums[id, default: (0, 0, 0, 0)].staff = total
                }
            }
        }
        let schools = try institutionsBelow(ids, level: level, scope: scope, on: day)
        return lines.map { line in
            let sum = sums[line.id] ?? (0, 0, 0, 0)
            return UnitFigures(
                id: line.id, name: line.name, kind: line.kind, isInstitution: line.isInstitution, levels: line.levels,
                students: sum.students, female: sum.female, classes: sum.classes, institutions: schools[line.id] ?? 0,
                staff: sum.staff)
        }
    }

    private func institutionsBelow(_ ids: [ID<Org>], level: Level?, scope: Scope, on day: Day) throws -> [ID<Org>: Int]
    {
        let only: SQL =
            level.map { "AND EXISTS (SELECT 1 FROM registry_org_level l WHERE l.org_id = o.id AND l.level = \($0))" }
            ?? .none
        var out: [ID<Org>: Int] = [:]
        try each(
            """
            SELECT p.ancestor_id, COUNT(DISTINCT o.id) FROM registry_org_path p JOIN registry_org o ON o.id = p.org_id
            WHERE p.ancestor_id IN \(list: ids) AND p.valid_from <= \(day) AND p.valid_to >= \(day) AND o.is_institution = 1
            AND \(sql: within(scope, "o.id", on: day)) \(sql: only) GROUP BY p.ancestor_id
            """
        ) { row in out[try row()] = try row() }
        return out
    }
}
