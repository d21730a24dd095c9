import Base
import Storage

/// What a list of classes over several schools is narrowed to.
public struct ClassFilter: Sendable, Hashable {
    public enum Sort: String, Sendable, CaseIterable { case name, homeroom, size }

    public var org: ID<Org>?
    public var year: SchoolYear
    public var q = ""
    public var level: Level?
    public var grade = ""
    public var isCombined = false
    /// Homeroom classes without a homeroom teacher alone.
    public var isUnled = false
    public var sort = Sort.name
    public var isDescending = false

    public init(year: SchoolYear) { self.year = year }
}

/// A class beside its school.
public struct ClassRow: Sendable {
    public let line: ClassLine
    public let orgName: String
}

extension Tx {
    /// One page of the classes of many schools, by school and then by class.
    public func classRows(
        _ filter: ClassFilter, scope: Scope, from key: PageKey? = nil, size: Int = 50
    ) throws -> Slice<ClassRow> {
        let sort = StudentSort(filter.sort, isDescending: filter.isDescending)
        var wheres = classConditions(filter, scope)
        if let key { wheres.append(sort.condition(after: key)) }
        let rows = try all(
            """
            SELECT \(sql: Tx.classColumns), \(sql: sort.column) FROM \(sql: Tx.classSource)
            WHERE \(sql: wheres.joined(" AND ")) ORDER BY \(sql: sort.order(key)) LIMIT \(size + 1)
            """
        ) { row in
            let line = try ClassLine(&row)
            return (item: ClassRow(line: line, orgName: try row()), sort: try row(String.self), id: line.id.raw)
        }
        return Slice.page(rows, size: size, from: key)
    }

    /// Every class that a filter finds, in its order, one by one.
    public func eachClass(_ filter: ClassFilter, scope: Scope, _ body: (ClassRow) throws -> Void) throws {
        let order = StudentSort(filter.sort, isDescending: filter.isDescending).order(nil)
        try each(
            """
            SELECT \(sql: Tx.classColumns) FROM \(sql: Tx.classSource)
            WHERE \(sql: classConditions(filter, scope).joined(" AND ")) ORDER BY \(sql: order)
            """
        ) { row in
            let line = try ClassLine(&row)
            try body(ClassRow(line: line, orgName: try row()))
        }
    }

    private static let classColumns: SQL = """
        c.id, c.org_id, c.name, c.level, c.grades, c.is_combined, s.name, c.homeroom_id, h.name, COALESCE(t.total, 0),
        COALESCE(t.female, 0), o.name
        """
    private static let classSource: SQL = """
        registry_class c JOIN registry_org o ON o.id = c.org_id LEFT JOIN registry_site s ON s.id = c.site_id
        LEFT JOIN registry_staff h ON h.id = c.homeroom_id
        LEFT JOIN registry_total t ON t.org_id = c.org_id AND t.year = c.year AND t.dimension = 'all' AND t.class_id = c.id
        AND t.level = c.level AND t.value = ''
        """

    /// How many classes a filter finds, exact to a thousand.
    public func countUpTo1000(_ filter: ClassFilter, scope: Scope) throws -> ListCount {
        ListCount(
            count: try count(
                """
                SELECT COUNT(*) FROM (SELECT 1 AS found FROM registry_class c WHERE \(sql: classConditions(filter, scope).joined(" AND "))
                LIMIT \(ListCount.most + 1)) x
                """))
    }

    private func classConditions(_ filter: ClassFilter, _ scope: Scope) -> [SQL] {
        var wheres: [SQL] = [
            "c.year = \(filter.year)", "c.closed_on IS NULL",
            "\(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))",
        ]
        if let org = filter.org { wheres.append(below(org, "c.org_id", on: .forever)) }
        if let level = filter.level { wheres.append("c.level = \(level)") }
        if !filter.grade.isEmpty { wheres.append("',' || c.grades || ',' LIKE \("%,\(filter.grade),%")") }
        if filter.isUnled { wheres.append("c.homeroom_id IS NULL AND c.kind = 'homeroom'") }
        if filter.isCombined { wheres.append("c.is_combined = 1") }
        for word in Fold.key(String(filter.q.prefix(60))).split(separator: " ") {
            wheres.append("c.name_key LIKE \("%\(word)%")")
        }
        return wheres
    }

    /// The staff of a unit today, for a choice: teachers and heads, by name.
    func teachers(of org: ID<Org>, scope: Scope) throws -> [TeacherChoice] {
        try all(
            """
            SELECT s.id, s.name, s.birth_date, s.position, CASE WHEN s.photo IS NULL THEN 0 ELSE 1 END FROM registry_staff s WHERE s.org_id = \(org) AND s.status IN \(list: StaffStatus.open)
            AND s.staff_group IN ('GV', 'CBQL') AND \(scope, on: "s.org_id") ORDER BY s.sort_key, s.id LIMIT 500
            """
        ) { TeacherChoice(id: try $0(), name: try $0(), birthDate: try $0(), position: try $0(), hasPhoto: try $0()) }
    }
}

extension ClassLine {
    init(_ row: inout Row) throws {
        let id: ID<ClassGroup> = try row(), org: ID<Org> = try row(), name: String = try row(), level: Level = try row()
        let grades = ClassRecord.grades(try row()), isCombined: Bool = try row(), siteName: String? = try row()
        self.init(
            id: id, org: org, name: name, level: level, grades: grades, isCombined: isCombined, siteName: siteName,
            homeroom: try row(),
            homeroomName: try row(), total: try row(), female: try row())
    }
}
