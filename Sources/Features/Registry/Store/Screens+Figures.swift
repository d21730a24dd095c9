import Base
import Storage

/// The figures that a unit's page draws: read from the kept totals in three statements, whatever the size of the province.
extension Tx {
    /// The dimensions that a page shows.
    static let shownDimensions: [Dimension] = [
        .all, .age, .ethnicity, .policy, .grade, .area, .border, .site, .classes, .staff, .complete, .staffComplete,
    ]

    /// The kept figures of a unit in a year, narrowed by a filter that the totals know.
    ///
    /// The tree is that of `day`; another year's totals may be read on it, so that like is compared with like.
    func keptFigures(of org: ID<Org>, year: SchoolYear, filter: FigureFilter, scope: Scope, on day: Day) throws
        -> FigureSet
    {
        var set = FigureSet(filter: filter)
        let rows = try keptRows(of: org, year: year, scope: scope, on: day)
        let (dimension, value) = filter.main
        set.rows =
            dimension == .all
            ? rows
            : rows.compactMap { row in
                let isBeside = Dimension.beside.contains(row.dimension)
                guard isBeside || (row.dimension == dimension && row.value == value) else { return nil }
                return isBeside
                    ? row
                    : FigureRow(dimension: .all, level: row.level, value: "", total: row.total, female: row.female)
            }
        return set
    }

    private func keptRows(of org: ID<Org>, year: SchoolYear, scope: Scope, on day: Day) throws -> [FigureRow] {
        let key = FigureMemory.Key(house: ids, orgs: [org], year: year, day: day, scope: scope, filter: nil)
        let rows = try remembered(key) {
            FigureMemory.Sums(
                rows: try all(
                    """
                    SELECT t.dimension, t.level, t.value, SUM(t.total), SUM(t.female)
                    FROM registry_org_path p CROSS JOIN registry_total t
                    WHERE p.ancestor_id = \(org) AND p.valid_from <= \(day) AND p.valid_to >= \(day) AND \(sql: kept(scope, on: day))
                    AND t.org_id = p.org_id AND t.year = \(year) AND t.dimension IN \(list: Tx.shownDimensions.map(\.rawValue)) GROUP BY 1, 2, 3
                    """, FigureRow.init))
        }.rows
        guard let levels = scope.levels else { return rows }
        return rows.filter { row in row.level.map(levels.contains) ?? Dimension.beside.contains(row.dimension) }
    }

    /// The rows of totals that a visitor sums: whole schools, found unit by unit; a teacher those of the own classes.
    ///
    /// A school's own rows bear class 0: written as `< 1`, and after a CROSS JOIN, it keeps the engines to the primary key.
    private func kept(_ scope: Scope, on day: Day) -> SQL {
        switch scope.reach {
        case .classes, .students: "t.class_id > 0 AND \(scope, on: Belongs(org: "t.org_id", classGroup: "t.class_id"))"
        default:
            "t.class_id < 1 AND \(sql: day < today ? within(scope, "p.org_id", on: day) : "\(scope, on: "p.org_id")")"
        }
    }

    /// The units right below one with what each counts; `before` is last year's on the same tree.
    func keptUnits(of org: ID<Org>, year: SchoolYear, filter: FigureFilter, scope: Scope, on day: Day) throws
        -> [UnitTally]
    {
        let lines = try children(of: org, on: day, scope: scope)
        guard !lines.isEmpty else { return [] }
        var units = Dictionary(lines.map { ($0.id, UnitTally(line: $0)) }, uniquingKeysWith: { first, _ in first })
        let below = lines.map(\.id), sums = try keptSums(of: below, year: year, filter: filter, scope: scope, on: day)
        for sum in sums { units[sum.unit]?.add(sum.dimension, sum.figure, isBefore: sum.year != year, filter) }
        for (id, count) in try institutions(below: below, level: filter.level, scope: scope, on: day) {
            units[id]?.institutions = count
        }
        return lines.compactMap { units[$0.id] }
    }

    private func keptSums(of units: [ID<Org>], year: SchoolYear, filter: FigureFilter, scope: Scope, on day: Day) throws
        -> [UnitSum]
    {
        let (dimension, value) = filter.main, beside = [Dimension.classes.rawValue, Dimension.staff.rawValue]
        let key = FigureMemory.Key(house: ids, orgs: units, year: year, day: day, scope: scope, filter: filter)
        let level: SQL = filter.level.map { "AND (t.level = \($0) OR t.dimension = \(Dimension.staff))" } ?? .none
        let levels: SQL =
            scope.levels.map { "AND (t.level IN \(list: $0) OR t.dimension = \(Dimension.staff))" } ?? .none
        return try remembered(key) {
            FigureMemory.Sums(
                units: try all(
                    """
                    SELECT p.ancestor_id, t.year, t.dimension, SUM(t.total), SUM(t.female)
                    FROM registry_org_path p CROSS JOIN registry_total t
                    WHERE p.ancestor_id IN \(list: units) AND p.valid_from <= \(day) AND p.valid_to >= \(day) AND \(sql: kept(scope, on: day))
                    AND t.org_id = p.org_id AND t.year IN \(list: [year.start, year.previous.start])
                    AND t.dimension IN \(list: [dimension.rawValue] + beside) AND (t.value = \(value) OR t.dimension IN \(list: beside))
                    \(sql: level) \(sql: levels) GROUP BY 1, 2, 3
                    """, UnitSum.init))
        }.units
    }

    /// Institutions under each of several units on a day, each counted once.
    func institutions(below ids: [ID<Org>], level: Level?, scope: Scope, on day: Day) throws -> [ID<Org>: Int] {
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

    /// The learners of each class of a school under a filter that the totals know.
    func keptClasses(of org: ID<Org>, year: SchoolYear, filter: FigureFilter, scope: Scope) throws -> [ID<ClassGroup>:
        Figure]
    {
        var out: [ID<ClassGroup>: Figure] = [:]
        let (dimension, value) = filter.main
        try each(
            """
            SELECT t.class_id, SUM(t.total), SUM(t.female) FROM registry_total t
            WHERE t.org_id = \(org) AND t.year = \(year) AND t.dimension = \(dimension) AND t.value = \(value) AND t.class_id > 1
            AND \(scope, on: Belongs(org: "t.org_id", classGroup: "t.class_id", level: "t.level")) GROUP BY t.class_id
            """
        ) { row in
            out[try row()] = filter.applied(to: Figure(value: "", total: try row(), female: try row()))
        }
        return out
    }
}

extension UnitTally {
    mutating func add(_ dimension: Dimension, _ figure: Figure, isBefore: Bool, _ filter: FigureFilter) {
        switch (dimension, isBefore) {
        case (.classes, false): classes += figure.total
        case (.staff, false): staff += figure.total
        case (.classes, true), (.staff, true): break
        case (_, true): before = (before ?? 0) + filter.applied(to: figure).total
        case (_, false):
            (students, female) = (
                students + filter.applied(to: figure).total, female + filter.applied(to: figure).female
            )
        }
    }
}

extension FigureRow {
    init(_ row: inout Row) throws {
        (dimension, level, value) = (try row(), Level(rawValue: try row()), try row())
        (total, female) = (try row(), try row())
    }
}

extension Dimension: Column {
    /// What is counted beside the learners, whom no filter of learners narrows.
    static let beside: Set<Dimension> = [.classes, .staff, .staffComplete]
}
