import Base
import Storage

/// What a count reads: a whole school year's stays, or those of one day.
enum CountBasis: Sendable, Hashable {
    case year(SchoolYear)
    case day(Day)
}

/// Figures counted record by record: true for any day and for any crossing of filters, slower than the kept totals.
extension Tx {
    /// Counts the learners under a unit, narrowed by any filter, on the tree of `day`.
    func countedFigures(of org: ID<Org>, _ basis: CountBasis, filter: FigureFilter, scope: Scope, on day: Day) throws
        -> FigureSet
    {
        var set = FigureSet(filter: filter)
        set.isCounted = true
        let lines = try children(of: org, on: day, scope: scope)
        var fold = FigureFold(areas: try areas(on: day), filter: filter)
        fold.parents = try parents(lines.map(\.id), on: day)
        try eachStay(of: org, basis, filter, scope, on: day) { fold.add($0) }
        if filter.values.isEmpty { try countClasses(of: org, basis, filter, scope, on: day, &fold) }
        set.rows =
            try policyRows(of: org, basis, filter, scope, on: day)
            + staffRows(of: org, scope: scope, on: day, &fold) + staffFiles(of: org, scope: scope, on: day) + fold.rows
        (set.units, set.classes) = (fold.units(lines), fold.classes)
        let schools = try institutions(below: lines.map(\.id), level: filter.level, scope: scope, on: day)
        for index in set.units.indices { set.units[index].institutions = schools[set.units[index].line.id] ?? 0 }
        set.institutions = try institutionCounts(of: org, on: day, scope: scope)
        return set
    }

    private func eachStay(
        of org: ID<Org>, _ basis: CountBasis, _ filter: FigureFilter, _ scope: Scope, on day: Day,
        _ body: (StayGroup) -> Void
    ) throws {
        try each(
            """
            SELECT e.org_id, e.class_id, e.level, e.grade, s.sex, \(sql: Counted(.age, on: day).value), s.ethnicity,
            \(sql: Counted(.site, on: day).value), COALESCE(c.is_combined, 0), \(sql: Counted.completeness), COUNT(*)
            FROM registry_enrolment e JOIN registry_student s ON s.id = e.student_id \(sql: Counted(.site, on: day).joins)
            WHERE \(sql: stays(basis, filter, scope, of: org, on: day)) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
            """
        ) { row in body(try StayGroup(&row)) }
    }

    private func stays(_ basis: CountBasis, _ filter: FigureFilter, _ scope: Scope, of org: ID<Org>, on day: Day) -> SQL
    {
        var wheres: [SQL] = ["e.kind = 'main'", dated(scope, on: day), below(org, "e.org_id", on: day)]
        switch basis {
        case .year(let year): wheres.append("e.year = \(year) AND e.leaving IN \(list: Leaving.counted)")
        case .day(let on):
            wheres.append("e.year = \(SchoolYear(of: on)) AND e.valid_from <= \(on) AND e.valid_to >= \(on)")
        }
        if let level = filter.level { wheres.append("e.level = \(level)") }
        for (dimension, value) in filter.values { wheres.append(condition(dimension, value, on: day)) }
        return wheres.joined(" AND ")
    }

    private func condition(_ dimension: Dimension, _ value: String, on day: Day) -> SQL {
        switch dimension {
        case .grade: "e.grade = \(value)"
        case .ethnicity: "s.ethnicity = \(value)"
        case .age: "\(sql: Counted(.age, on: day).value) = \(value)"
        case .policy:
            """
            EXISTS (SELECT 1 FROM registry_policy x WHERE x.student_id = s.id AND x.kind = \(value)
            AND x.valid_from <= \(day) AND x.valid_to >= \(day))
            """
        case .area, .border, .site: whereabouts(dimension, value, org: "e.org_id", classGroup: "e.class_id", on: day)
        case .all, .sex, .level, .status, .classes, .staff, .complete, .staffComplete: "1 = 1"
        }
    }

    /// Where the school of a learner stands, and at what kind of campus the class learns.
    func whereabouts(_ dimension: Dimension, _ value: String, org: SQL, classGroup: SQL, on day: Day) -> SQL {
        guard dimension != .site else {
            return """
                \(sql: value == "satellite" ? "" : "NOT") EXISTS (SELECT 1 FROM registry_class y JOIN registry_site z ON z.id = y.site_id
                WHERE y.id = \(sql: classGroup) AND z.is_main = 0)
                """
        }
        // A school whose commune is not known, or not on the border, is of no border.
        let isNot = dimension == .border && value != "1"
        let place: SQL = dimension == .area ? "b.area = \(value)" : "b.is_border = 1"
        return """
            \(sql: org) \(sql: isNot ? "NOT" : "") IN (SELECT a.org_id FROM registry_org_located a JOIN registry_place b ON b.id = a.place_id
            WHERE a.valid_from <= \(day) AND a.valid_to >= \(day) AND \(sql: place))
            """
    }

    private func policyRows(
        of org: ID<Org>, _ basis: CountBasis, _ filter: FigureFilter, _ scope: Scope, on day: Day
    ) throws -> [FigureRow] {
        let counted = Counted(.policy, on: day)
        return try all(
            """
            SELECT 'policy', e.level, p.kind, \(sql: counted.total), \(sql: counted.female)
            FROM registry_enrolment e JOIN registry_student s ON s.id = e.student_id \(sql: counted.joins)
            WHERE \(sql: stays(basis, filter, scope, of: org, on: day)) GROUP BY 2, 3
            """, FigureRow.init)
    }

    /// The classes of the day, those without learners too; under a filter of learners only the classes of those found count.
    private func countClasses(
        of org: ID<Org>, _ basis: CountBasis, _ filter: FigureFilter, _ scope: Scope, on day: Day,
        _ fold: inout FigureFold
    ) throws {
        let year: SchoolYear, open: SQL
        switch basis {
        case .year(let asked): (year, open) = (asked, "c.closed_on IS NULL")
        case .day(let on): (year, open) = (SchoolYear(of: on), "(c.closed_on IS NULL OR c.closed_on > \(on))")
        }
        let only: SQL = filter.level.map { "AND c.level = \($0)" } ?? .none
        let levels: SQL = scope.levels.map { "AND c.level IN \(list: $0)" } ?? .none
        let own: SQL =
            switch scope.reach {
            case .classes, .students: "\(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))"
            default: within(scope, "c.org_id", on: day)
            }
        try each(
            """
            SELECT c.id, c.org_id, c.level, c.is_combined FROM registry_class c WHERE c.year = \(year) AND c.kind = 'homeroom'
            AND \(sql: open) AND \(sql: below(org, "c.org_id", on: day)) AND \(sql: own) \(sql: only) \(sql: levels)
            """
        ) { row in
            fold.add(classGroup: try row(), of: try row(), level: try row(), isCombined: try row())
        }
    }

    /// Staff of today are those on the register, of another day those whose main post held on it.
    private func staffRows(of org: ID<Org>, scope: Scope, on day: Day, _ fold: inout FigureFold) throws -> [FigureRow] {
        var rows: [FigureRow] = []
        try each(
            """
            SELECT w.org_id, s.staff_group, COUNT(DISTINCT s.id), COUNT(DISTINCT CASE WHEN s.sex = 'female' THEN s.id END)
            FROM \(sql: staff(of: org, scope: scope, on: day)) GROUP BY 1, 2
            """
        ) { row in
            let school: ID<Org> = try row()
            let cell = FigureRow(dimension: .staff, level: nil, value: try row(), total: try row(), female: try row())
            fold.staff[school, default: 0] += cell.total
            rows.append(cell)
        }
        return rows
    }

    /// Whether the files of those teachers and managers bear both identifiers, as they are written today (K-06).
    private func staffFiles(of org: ID<Org>, scope: Scope, on day: Day) throws -> [FigureRow] {
        try all(
            """
            SELECT \(Dimension.staffComplete), '', \(sql: Counted.completeness), COUNT(DISTINCT s.id),
            COUNT(DISTINCT CASE WHEN s.sex = 'female' THEN s.id END) FROM \(sql: staff(of: org, scope: scope, on: day))
            AND s.staff_group IN \(list: [StaffGroup.teacher.rawValue, StaffGroup.manager.rawValue]) GROUP BY 3
            """, FigureRow.init)
    }

    private func staff(of org: ID<Org>, scope: Scope, on day: Day) -> SQL {
        let posts: SQL =
            day == today
            ? "registry_staff w JOIN registry_staff s ON s.id = w.id WHERE s.status IN \(list: StaffStatus.open)"
            : """
            registry_post w JOIN registry_staff s ON s.id = w.staff_id
            WHERE w.is_main = 1 AND w.valid_from <= \(day) AND w.valid_to >= \(day)
            """
        return """
            \(sql: posts) AND \(sql: within(scope, "w.org_id", on: day)) AND \(sql: below(org, "w.org_id", on: day))
            """
    }

    /// The area and the border of every unit's commune on a day.
    private func areas(on day: Day) throws -> [ID<Org>: (area: String, border: String)] {
        var out: [ID<Org>: (area: String, border: String)] = [:]
        try each(
            """
            SELECT a.org_id, b.area, CASE WHEN b.is_border = 1 THEN '1' ELSE '0' END FROM registry_org_located a
            JOIN registry_place b ON b.id = a.place_id WHERE a.valid_from <= \(day) AND a.valid_to >= \(day)
            """
        ) { row in out[try row()] = (try row(), try row()) }
        return out
    }

    /// Under which of the units given each unit stood on a day.
    func parents(_ units: [ID<Org>], on day: Day) throws -> [ID<Org>: ID<Org>] {
        var out: [ID<Org>: ID<Org>] = [:]
        try each(
            """
            SELECT p.org_id, p.ancestor_id FROM registry_org_path p
            WHERE p.ancestor_id IN \(list: units) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            """
        ) { row in out[try row()] = try row() }
        return out
    }
}

/// Learners of one class who are alike in what figures ask.
struct StayGroup {
    let org: ID<Org>, classGroup: ID<ClassGroup>?, level: String, grade: String, sex: String, age: String,
        ethnicity: String
    let site: String, isCombined: Bool, complete: String, count: Int

    init(_ row: inout Row) throws {
        (org, classGroup, level, grade, sex) = (try row(), try row(), try row(), try row(), try row())
        (age, ethnicity, site) = (try row(), try row(), try row())
        (isCombined, complete, count) = (try row(), try row(), try row())
    }
}

/// Sums groups of stays into the figures of every dimension at once.
struct FigureFold {
    private struct Key: Hashable { let dimension: Dimension, level: String, value: String }

    let areas: [ID<Org>: (area: String, border: String)]
    let filter: FigureFilter
    var parents: [ID<Org>: ID<Org>] = [:]
    var staff: [ID<Org>: Int] = [:]
    private var cells: [Key: (total: Int, female: Int)] = [:]
    private var byUnit: [ID<Org>: (total: Int, female: Int)] = [:]
    private var classUnit: [ID<ClassGroup>: (unit: ID<Org>?, level: String, isCombined: Bool)] = [:]
    private var byClass: [ID<ClassGroup>: (total: Int, female: Int)] = [:]

    init(areas: [ID<Org>: (area: String, border: String)], filter: FigureFilter) {
        (self.areas, self.filter) = (areas, filter)
    }

    mutating func add(_ group: StayGroup) {
        let place = areas[group.org] ?? ("", "0"), female = group.sex == "female" ? group.count : 0
        let values: [(Dimension, String)] = [
            (.all, ""), (.grade, group.grade), (.age, group.age), (.ethnicity, group.ethnicity), (.area, place.area),
            (.border, place.border), (.site, group.site), (.sex, group.sex), (.complete, group.complete),
        ]
        for (dimension, value) in values {
            FigureFold.add(
                (group.count, female),
                to: &cells[Key(dimension: dimension, level: group.level, value: value), default: (0, 0)])
        }
        if let unit = parents[group.org] { FigureFold.add((group.count, female), to: &byUnit[unit, default: (0, 0)]) }
        guard let classGroup = group.classGroup else { return }
        add(classGroup: classGroup, of: group.org, level: group.level, isCombined: group.isCombined)
        FigureFold.add((group.count, female), to: &byClass[classGroup, default: (0, 0)])
    }

    /// A class counts once, at its own level, whatever the learners in it: those of its first rows stand for a mixed one.
    mutating func add(classGroup: ID<ClassGroup>, of org: ID<Org>, level: String, isCombined: Bool) {
        guard classUnit[classGroup] == nil else { return }
        classUnit[classGroup] = (parents[org], level, isCombined)
    }

    private static func add(_ more: (total: Int, female: Int), to sum: inout (total: Int, female: Int)) {
        sum = (sum.total + more.total, sum.female + more.female)
    }

    var rows: [FigureRow] {
        let learners = cells.map {
            FigureRow(
                dimension: $0.dimension, level: Level(rawValue: $0.level), value: $0.value, total: $1.total,
                female: $1.female)
        }
        let classes = Dictionary(grouping: classUnit.values) {
            Key(dimension: .classes, level: $0.level, value: $0.isCombined ? "combined" : "single")
        }.map {
            FigureRow(
                dimension: .classes, level: Level(rawValue: $0.level), value: $0.value, total: $1.count, female: 0)
        }
        return learners + classes
    }

    var classes: [ID<ClassGroup>: Figure] {
        byClass.mapValues { filter.applied(to: Figure(value: "", total: $0.total, female: $0.female)) }
    }

    func units(_ lines: [OrgLine]) -> [UnitTally] {
        var classCounts: [ID<Org>: Int] = [:], staffCounts: [ID<Org>: Int] = [:]
        for (unit, _, _) in classUnit.values { if let unit { classCounts[unit, default: 0] += 1 } }
        for (school, count) in staff { if let unit = parents[school] { staffCounts[unit, default: 0] += count } }
        return lines.map { line in
            let sum = byUnit[line.id] ?? (0, 0),
                figure = filter.applied(to: Figure(value: "", total: sum.total, female: sum.female))
            var tally = UnitTally(line: line)
            (tally.students, tally.female) = (figure.total, figure.female)
            (tally.classes, tally.staff) = (classCounts[line.id] ?? 0, staffCounts[line.id] ?? 0)
            return tally
        }
    }
}
