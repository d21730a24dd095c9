import Base
import Storage

extension Tx {
    /// One page of learners within the visitor's reach.
    public func students(
        _ filter: StudentFilter, scope: Scope, from key: PageKey? = nil, size: Int = 50
    ) throws -> Slice<StudentLine> {
        let sort = StudentSort(filter.sort, isDescending: filter.isDescending)
        var wheres = try studentConditions(filter, scope)
        if let key { wheres.append(sort.condition(after: key)) }
        let rows = try all(
            """
            SELECT \(sql: StudentLine.columns), \(sql: placeColumns(filter)), \(sql: sort.column)
            FROM \(sql: studentSource(filter)) WHERE \(sql: wheres.joined(" AND "))
            ORDER BY \(sql: sort.order(key)) LIMIT \(size + 1)
            """
        ) { row in
            let line = try StudentLine(&row)
            return (item: line, sort: try row(String.self), id: line.id.raw)
        }
        return Slice.page(rows, size: size, from: key)
    }

    /// How many learners a filter finds, exact to a thousand.
    public func countUpTo1000(_ filter: StudentFilter, scope: Scope) throws -> ListCount {
        let source = countSource(filter), wheres = try studentConditions(filter, scope).joined(" AND ")
        // A few schools are counted whole, which is half the work a row; a province stops at the thousandth.
        if try isNarrow(filter, scope) {
            return ListCount(count: try count("SELECT COUNT(*) FROM \(sql: source) WHERE \(sql: wheres)"))
        }
        return ListCount(
            count: try count(
                """
                SELECT COUNT(*) FROM (SELECT 1 AS found FROM \(sql: source) WHERE \(sql: wheres) LIMIT \(ListCount.most + 1)) x
                """))
    }

    /// The policy statuses that the learners of a filter hold on a day, each once, by kind.
    public func policies(_ filter: StudentFilter, on day: Day, scope: Scope) throws -> [(
        student: ID<Student>, kind: String
    )] {
        let held: [(student: ID<Student>, kind: String)] = try all(
            """
            SELECT p.student_id, p.kind FROM \(sql: countSource(filter)) JOIN registry_policy p ON p.student_id = s.id
            WHERE \(sql: studentConditions(filter, scope).joined(" AND ")) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            """
        ) { (student: try $0(), kind: try $0()) }
        let sorted = held.sorted { ($0.kind, $0.student) < ($1.kind, $1.student) }
        return sorted.indices.filter { $0 == 0 || sorted[$0 - 1] != sorted[$0] }.map { sorted[$0] }
    }

    /// Every learner that a filter finds, in its order, one by one: exports and prints of any length.
    public func eachStudent(_ filter: StudentFilter, scope: Scope, _ body: (StudentLine) throws -> Void) throws {
        let wheres = try studentConditions(filter, scope)
        try each(
            """
            SELECT \(sql: StudentLine.columns), \(sql: placeColumns(filter))
            FROM \(sql: studentSource(filter)) WHERE \(sql: wheres.joined(" AND ")) ORDER BY \(sql: StudentSort(filter.sort, isDescending: filter.isDescending).order(nil))
            """
        ) { row in try body(try StudentLine(&row)) }
    }

    /// A class's list in the order of the register: whoever learns in it now, or learned in it to the end of its year.
    public func roster(of classGroup: ID<ClassGroup>, on day: Day? = nil, scope: Scope) throws -> [StudentLine] {
        var filter = StudentFilter()
        (filter.classGroup, filter.on) = (classGroup, day)
        return try everyStudent(filter, scope: scope)
    }

    /// Every learner that a filter finds, in its order: of a class, of what was ticked.
    public func everyStudent(_ filter: StudentFilter, scope: Scope) throws -> [StudentLine] {
        var lines: [StudentLine] = []
        try eachStudent(filter, scope: scope) { lines.append($0) }
        return lines
    }

    /// Whether the list is read from stays (a year, a day) and not from the register of today.
    private func isDated(_ filter: StudentFilter) -> Bool { filter.year != nil || filter.on != nil }

    private func studentSource(_ filter: StudentFilter) -> SQL {
        isDated(filter)
            ? """
            registry_enrolment e JOIN registry_student s ON s.id = e.student_id LEFT JOIN registry_class c ON c.id = e.class_id
            LEFT JOIN registry_org o ON o.id = e.org_id
            """
            : "registry_student s \(sql: classJoin(filter)) LEFT JOIN registry_org o ON o.id = s.org_id"
    }

    /// Of one class, the class is read once and not beside every learner.
    private func classJoin(_ filter: StudentFilter) -> SQL {
        filter.classGroup == nil
            ? "LEFT JOIN registry_class c ON c.id = s.class_id" : "JOIN registry_class c ON c.id = s.class_id"
    }

    /// No more than the conditions name, so that an index alone can answer.
    private func countSource(_ filter: StudentFilter) -> SQL {
        if isDated(filter) { return studentSource(filter) }
        return filter.site == nil ? "registry_student s" : "registry_student s \(sql: classJoin(filter))"
    }

    private func placeColumns(_ filter: StudentFilter) -> SQL {
        isDated(filter)
            ? "CASE WHEN e.leaving IN \(list: Leaving.counted) THEN 'studying' ELSE e.leaving END, e.level, e.grade, e.class_id, c.name, e.org_id, o.name"
            : "s.status, s.level, s.grade, s.class_id, c.name, s.org_id, o.name"
    }

    private func studentConditions(_ filter: StudentFilter, _ scope: Scope) throws -> [SQL] {
        var wheres = try isDated(filter) ? datedConditions(filter, scope) : todayConditions(filter, scope)
        if !filter.sex.isEmpty { wheres.append("s.sex = \(filter.sex)") }
        if !filter.ethnicity.isEmpty { wheres.append("s.ethnicity = \(filter.ethnicity)") }
        if let site = filter.site { wheres.append("c.site_id = \(site)") }
        let day = filter.on ?? filter.year.map { min($0.lastDay, today) } ?? today
        wheres += whereabouts(filter, on: day)
        if !filter.policy.isEmpty {
            wheres.append(
                """
                EXISTS (SELECT 1 FROM registry_policy p WHERE p.student_id = s.id AND p.kind = \(filter.policy)
                AND p.valid_from <= \(day) AND p.valid_to >= \(day))
                """)
        }
        if let age = filter.age {
            let year = String(SchoolYear(of: day).start - age)
            wheres.append("s.birth_date >= \(year) AND s.birth_date < \(year + "~")")
        }
        if let words = try nameCondition(filter.q, isNarrow: isNarrow(filter, scope)) {
            wheres.append(words)
        }
        return wheres
    }

    /// Where the school and its campus stand: as the figures of area, border and campus count it.
    private func whereabouts(_ filter: StudentFilter, on day: Day) -> [SQL] {
        isDated(filter)
            ? whereabouts(filter, org: "e.org_id", classGroup: "e.class_id", on: day)
            // Few schools are named by `fewSchools`; with many the plus keeps the walk along the names.
            : whereabouts(filter, org: "+s.org_id", classGroup: "s.class_id", on: day)
    }

    private func whereabouts(_ filter: StudentFilter, org: SQL, classGroup: SQL, on day: Day) -> [SQL] {
        var values: [Dimension: String] = [:]
        if !filter.area.isEmpty { values[.area] = filter.area }
        if let isBorder = filter.isBorder { values[.border] = isBorder ? "1" : "0" }
        if let isSatellite = filter.isSatellite { values[.site] = isSatellite ? "satellite" : "main" }
        return values.map { whereabouts($0, $1, org: org, classGroup: classGroup, on: day) }
    }

    private func todayConditions(_ filter: StudentFilter, _ scope: Scope) throws -> [SQL] {
        var wheres: [SQL] = []
        if let classGroup = filter.classGroup { wheres.append("s.class_id = \(classGroup)") }
        let isOne = try filter.org.map(isInstitution) ?? false
        let few = filter.isSifted && !isOne ? try fewSchools(filter, scope) : nil
        if let few {
            wheres.append("s.org_id IN \(list: few)")
        } else if let org = filter.org {
            switch (isOne, filter.classGroup) {
            case (true, nil): wheres.append("s.org_id = \(org)")
            case (true, _?): wheres.append("+s.org_id = \(org)")
            case (false, _): wheres.append(below(org, "+s.org_id", on: .forever))
            }
        }
        wheres.append(widely(scope, isOne: isOne, isClass: filter.classGroup != nil))
        if !filter.grade.isEmpty { wheres.append("s.grade = \(filter.grade)") }
        if let level = filter.level { wheres.append("s.level = \(level)") }
        if filter.isUnassigned { wheres.append("s.class_id IS NULL") }
        switch filter.status {
        case "": wheres.append("s.status IN \(list: StudentStatus.open)")
        case StudentFilter.anyStatus: break
        default: wheres.append("s.status = \(filter.status)")
        }
        return wheres
    }

    /// The schools asked about, where they are few: then their learners are read and sifted, not the whole province's.
    private func fewSchools(_ filter: StudentFilter, _ scope: Scope) throws -> [ID<Org>]? {
        let tops: [ID<Org>]
        if let org = filter.org {
            tops = [org]
        } else if case .tree(let orgs) = scope.reach {
            tops = orgs
        } else {
            return nil
        }
        var around = filter
        around.isSatellite = nil
        let places = whereabouts(around, org: "o.id", classGroup: "NULL", on: today).joined(" AND ")
        let schools: [ID<Org>] = try all(
            """
            SELECT DISTINCT p.org_id FROM registry_org_path p JOIN registry_org o ON o.id = p.org_id AND o.is_institution = 1
            WHERE p.ancestor_id IN \(list: tops) AND p.valid_to = '2200-12-31' \(sql: places.isEmpty ? "" : "AND ")\(sql: places) LIMIT 65
            """)
        return schools.count > 64 ? nil : schools
    }

    /// A `+` keeps the engines from answering a wide question unit by unit and then sorting it all (the sort index is walked
    /// instead), and one about a class by reading its whole school.
    private func widely(_ scope: Scope, isOne: Bool, isClass: Bool) -> SQL {
        var isFree = isClass
        if case .tree = scope.reach, !isOne { isFree = true }
        return isFree
            ? "\(scope, on: Belongs(org: "+s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))"
            : "\(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))"
    }

    private func datedConditions(_ filter: StudentFilter, _ scope: Scope) throws -> [SQL] {
        var wheres: [SQL] = []
        let day = filter.on ?? filter.year.map { min($0.lastDay, today) } ?? today
        if let classGroup = filter.classGroup { wheres.append("e.class_id = \(classGroup)") }
        if let org = filter.org { wheres.append(below(org, "e.org_id", on: day)) }
        wheres.append(dated(scope, on: day))
        if let on = filter.on {
            wheres.append("e.valid_from <= \(on) AND e.valid_to >= \(on) AND e.year = \(SchoolYear(of: on))")
        } else if let year = filter.year {
            wheres.append("e.year = \(year) AND e.kind = 'main'")
            switch filter.status {
            case "", StudentStatus.studying: wheres.append("e.leaving IN \(list: Leaving.counted)")
            case StudentFilter.anyStatus: wheres.append("e.leaving NOT IN \(list: Leaving.inner)")
            default: wheres.append("e.leaving = \(filter.status)")
            }
        }
        if !filter.grade.isEmpty { wheres.append("e.grade = \(filter.grade)") }
        if let level = filter.level { wheres.append("e.level = \(level)") }
        if filter.isUnassigned { wheres.append("e.class_id IS NULL") }
        return wheres
    }

    /// The scope over stays, as of a day: what is the visitor's today, and what stood below the visitor's units then.
    func dated(_ scope: Scope, on day: Day) -> SQL {
        let columns = Belongs(org: "e.org_id", classGroup: "e.class_id", student: "e.student_id", level: "e.level")
        guard case .tree(let orgs) = scope.reach else { return "\(scope, on: columns)" }
        let levels: SQL = scope.levels.map { "AND e.level IN \(list: $0)" } ?? .none
        return """
            (\(scope, on: columns) OR (e.org_id IN (SELECT p.org_id FROM registry_org_path p WHERE p.ancestor_id IN \(list: orgs)
            AND p.valid_from <= \(day) AND p.valid_to >= \(day)) \(sql: levels)))
            """
    }

    func isInstitution(_ org: ID<Org>) throws -> Bool {
        try value("SELECT is_institution FROM registry_org WHERE id = \(org)", Bool.self) ?? false
    }

    private func isNarrow(_ filter: StudentFilter, _ scope: Scope) throws -> Bool {
        try filter.classGroup != nil || isNarrow(filter.org, scope)
    }

    /// Whether so few people are asked about that reading their names beats the index of names.
    func isNarrow(_ org: ID<Org>?, _ scope: Scope) throws -> Bool {
        if let org, try isInstitution(org) { return true }
        return switch scope.reach {
        case .classes, .students, .nothing: true
        case .institutions(let orgs): orgs.count <= 3
        case .everything, .tree: false
        }
    }
}

extension StudentStatus {
    /// The states of those who learn: the catalogue's entries that are open.
    static let open = [studying, "arrived-1", "arrived-2", "arrived-summer"]
}

extension StudentLine {
    static let columns: SQL = """
        s.id, s.code, s.name, s.birth_date, s.sex, s.ethnicity, CASE WHEN s.photo IS NULL THEN 0 ELSE 1 END
        """

    init(_ row: inout Row) throws {
        (id, code, name, birthDate, sex, ethnicity) = (try row(), try row(), try row(), try row(), try row(), try row())
        hasPhoto = try row()
        (status, level, grade, classGroup) = (try row(), Level(rawValue: try row()), try row(), try row())
        (className, org, orgName) = (try row(), try row(), try row())
    }
}

/// One order of a list: the column, which way it runs, and how to go on from a key.
struct StudentSort {
    let column: SQL
    var key: SQL = "s.id"
    let isDescending: Bool

    init(_ sort: StudentFilter.Sort, isDescending: Bool = false) {
        self.isDescending = isDescending
        column =
            switch sort {
            case .name: "s.sort_key"
            case .birth: "COALESCE(s.birth_date, '')"
            case .class: "COALESCE(c.sort_key, '') || ' ' || s.sort_key"
            case .code: "s.code"
            }
    }

    init(_ sort: StaffFilter.Sort, isDescending: Bool = false) {
        self.isDescending = isDescending
        column =
            switch sort {
            case .name: "s.sort_key"
            case .birth: "COALESCE(s.birth_date, '')"
            case .code: "s.code"
            }
    }

    init(_ sort: ClassFilter.Sort, isDescending: Bool = false) {
        (self.isDescending, key) = (isDescending, "c.id")
        // A count is sorted as digits of one length, because a place in a list is a text.
        column =
            switch sort {
            case .name: "o.name_key || ' ' || c.sort_key"
            case .homeroom: "COALESCE(h.sort_key, '') || ' ' || c.sort_key"
            case .size: "CAST(1000000 + COALESCE(t.total, 0) AS TEXT)"
            }
    }

    func condition(after key: PageKey) -> SQL {
        key.isBackwards != isDescending
            ? "(\(sql: column), \(sql: self.key)) < (\(key.sort), \(key.id))"
            : "(\(sql: column), \(sql: self.key)) > (\(key.sort), \(key.id))"
    }

    func order(_ key: PageKey?) -> SQL {
        (key?.isBackwards ?? false) != isDescending
            ? "\(sql: column) DESC, \(sql: self.key) DESC" : "\(sql: column), \(sql: self.key)"
    }
}
