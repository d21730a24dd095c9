import Base
import Storage

/// A learner whose file lacks an identifier.
struct GapLine: Sendable {
    let id: ID<Student>, name: String, className: String?, lacksMoetCode: Bool, lacksPersonalID: Bool
}

/// What a unit still has to put in order.
struct UnitGaps: Sendable {
    var studentFiles = 0, students = 0
    var staffFiles = 0, staff = 0
    /// Classes of the year without a homeroom teacher.
    var classes = 0
    /// Institutions and offices in which nobody answers for digital transformation.
    var charges = 0
    var units = 0
}

/// A class of a teacher's day.
struct OwnClass: Sendable {
    let id: ID<ClassGroup>, name: String, orgName: String, subjects: String, isHomeroom: Bool, total: Int, female: Int
}

/// The child of a family, with whom to turn to.
struct FamilyLine: Sendable {
    let id: ID<Student>, name: String, className: String?, orgName: String?, homeroomName: String?, orgPhone: String
}

extension Tx {
    /// What is incomplete under a unit, from the kept totals and the units' own rows.
    func gaps(under org: ID<Org>, year: SchoolYear, duty: String, scope: Scope) throws -> UnitGaps {
        var gaps = UnitGaps()
        let set = try keptFigures(of: org, year: year, filter: FigureFilter(), scope: scope, on: today)
        (gaps.students, gaps.staff) = (set.sum(.complete), set.sum(.staffComplete))
        gaps.studentFiles = gaps.students - set.sum(.complete) { $0 == "full" }
        gaps.staffFiles = gaps.staff - set.sum(.staffComplete) { $0 == "full" }
        gaps.classes = try count(
            """
            SELECT COUNT(*) FROM registry_org_path p JOIN registry_class c ON c.org_id = p.org_id
            WHERE p.ancestor_id = \(org) AND p.valid_to = '2200-12-31' AND c.year = \(year) AND c.kind = 'homeroom' AND c.closed_on IS NULL
            AND c.homeroom_id IS NULL AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
            """)
        let units: SQL = """
            registry_org_path p JOIN registry_org o ON o.id = p.org_id WHERE p.ancestor_id = \(org) AND p.valid_to = '2200-12-31'
            AND o.closed_on >= \(today) AND \(scope, on: "o.id")
            """
        gaps.units = try count("SELECT COUNT(*) FROM \(sql: units)")
        gaps.charges = try count(
            """
            SELECT COUNT(*) FROM \(sql: units) AND NOT EXISTS (SELECT 1 FROM registry_charge h WHERE h.org_id = o.id AND h.duty = \(duty)
            AND h.valid_from <= \(today) AND h.valid_to >= \(today))
            """)
        return gaps
    }

    /// Files without an identifier for each unit right below one, from the kept totals.
    func gapsBelow(_ org: ID<Org>, year: SchoolYear, scope: Scope) throws -> [(line: OrgLine, missing: Int, whole: Int)]
    {
        let lines = try children(of: org, on: today, scope: scope)
        let cells = try crossFigures(of: org, year: year, by: .complete, scope: scope)
        return lines.map { line in
            let figures = cells[line.id] ?? []
            let whole = figures.reduce(0) { $0 + $1.total }, full = figures.first { $0.value == "full" }?.total ?? 0
            return (line, whole - full, whole)
        }
    }

    /// The learners of a school whose files lack an identifier, by class.
    func gapLines(of org: ID<Org>, classGroup: ID<ClassGroup>? = nil, scope: Scope, limit: Int) throws -> [GapLine] {
        try gapRows(of: org, classGroup, scope, from: nil, limit: limit).map(\.item)
    }

    /// One page of the same.
    func gapSlice(of org: ID<Org>, scope: Scope, from key: PageKey?, size: Int = 100) throws -> Slice<GapLine> {
        Slice.page(try gapRows(of: org, nil, scope, from: key, limit: size + 1), size: size, from: key)
    }

    private func gapRows(
        of org: ID<Org>, _ classGroup: ID<ClassGroup>?, _ scope: Scope, from key: PageKey?, limit: Int
    ) throws -> [(item: GapLine, sort: String, id: Int64)] {
        let sort = StudentSort(StudentFilter.Sort.class)
        // Of a class: by the class, with its school as a mere condition.
        let unit: SQL = classGroup.map { "s.class_id = \($0) AND +s.org_id = \(org)" } ?? "s.org_id = \(org)"
        let place: SQL = key.map { "AND \(sql: sort.condition(after: $0))" } ?? .none
        return try all(
            """
            SELECT s.id, s.name, c.name, CASE WHEN LENGTH(COALESCE(s.moet_code, '')) = 10 THEN 0 ELSE 1 END,
            CASE WHEN s.personal_blind IS NULL THEN 1 ELSE 0 END, \(sql: sort.column)
            FROM registry_student s LEFT JOIN registry_class c ON c.id = s.class_id
            WHERE \(sql: unit) AND s.status IN \(list: StudentStatus.open)
            AND (LENGTH(COALESCE(s.moet_code, '')) <> 10 OR s.personal_blind IS NULL)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level")) \(sql: place)
            ORDER BY \(sql: sort.order(key)) LIMIT \(limit)
            """
        ) { row in
            let line = GapLine(
                id: try row(), name: try row(), className: try row(), lacksMoetCode: try row(),
                lacksPersonalID: try row())
            return (item: line, sort: try row(String.self), id: line.id.raw)
        }
    }

    /// The classes of a year that a member of staff leads or teaches.
    func ownClasses(of staff: ID<Staff>, year: SchoolYear, scope: Scope) throws -> [OwnClass] {
        var subjects: [ID<ClassGroup>: [String]] = [:]
        for line in try teachings(by: staff, scope: scope) where line.period.contains(today) {
            subjects[line.classGroup, default: []].append(line.subject)
        }
        return try all(
            """
            SELECT c.id, c.name, o.name, CASE WHEN c.homeroom_id = \(staff) THEN 1 ELSE 0 END, COALESCE(t.total, 0), COALESCE(t.female, 0)
            FROM registry_class c JOIN registry_org o ON o.id = c.org_id
            LEFT JOIN registry_total t ON t.org_id = c.org_id AND t.year = c.year AND t.dimension = 'all' AND t.class_id = c.id
            AND t.level = c.level AND t.value = ''
            WHERE c.year = \(year) AND c.closed_on IS NULL AND (c.homeroom_id = \(staff) OR c.id IN \(list: Array(subjects.keys)))
            AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level")) ORDER BY 4 DESC, c.sort_key
            """
        ) { row in
            let id: ID<ClassGroup> = try row(), name: String = try row(), org: String = try row()
            return OwnClass(
                id: id, name: name, orgName: org, subjects: subjects[id]?.joined(separator: ",") ?? "",
                isHomeroom: try row(),
                total: try row(), female: try row())
        }
    }

    /// The visitor's own child or children, or oneself.
    func family(scope: Scope) throws -> [FamilyLine] {
        try all(
            """
            SELECT s.id, s.name, c.name, o.name, h.name, o.details FROM registry_student s LEFT JOIN registry_class c ON c.id = s.class_id
            LEFT JOIN registry_org o ON o.id = s.org_id LEFT JOIN registry_staff h ON h.id = c.homeroom_id
            WHERE \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            ORDER BY s.birth_date, s.id LIMIT 20
            """
        ) { row in
            let id: ID<Student> = try row(), name: String = try row(), className: String? = try row(),
                orgName: String? = try row()
            let homeroom: String? = try row(), details: Details? = try row()
            return FamilyLine(
                id: id, name: name, className: className, orgName: orgName, homeroomName: homeroom,
                orgPhone: details?["phone"] ?? "")
        }
    }
}

extension Tx {
    /// The units in which nobody answers for a duty today, by name.
    func uncharged(under org: ID<Org>, duty: String, scope: Scope, limit: Int = 200) throws -> [(ID<Org>, String)] {
        try all(
            """
            SELECT o.id, o.name FROM registry_org_path p JOIN registry_org o ON o.id = p.org_id
            WHERE p.ancestor_id = \(org) AND p.valid_to = '2200-12-31' AND o.closed_on >= \(today) AND \(scope, on: "o.id")
            AND NOT EXISTS (SELECT 1 FROM registry_charge h WHERE h.org_id = o.id AND h.duty = \(duty)
            AND h.valid_from <= \(today) AND h.valid_to >= \(today)) ORDER BY o.name_key, o.id LIMIT \(limit)
            """
        ) { (try $0(), try $0()) }
    }
}
