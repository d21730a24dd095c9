import Base
import Storage

extension ClassRecord {
    static let columns: SQL = """
        c.id, c.org_id, c.site_id, c.year, c.name, c.kind, c.level, c.grades, c.is_combined, c.homeroom_id, c.closed_on, c.details, c.version
        """

    init(_ row: inout Row) throws {
        (id, org, site, year, name, kind) = (try row(), try row(), try row(), try row(), try row(), try row())
        (level, grades, isCombined, homeroom) = (try row(), try ClassRecord.grades(row()), try row(), try row())
        (closedOn, details, version) = (try row(), try row(), try row())
    }

    static func grades(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}

extension TeachingRecord {
    init(_ row: inout Row) throws {
        (id, classGroup, className, staff, staffName) = (try row(), try row(), try row(), try row(), try row())
        (subject, duty, period) = (try row(), try row(), try row.period())
    }
}

extension Tx {
    /// Writes a class.
    @discardableResult
    public func insert(_ draft: ClassDraft) throws -> ID<ClassGroup> {
        let id = newID(ClassGroup.self)
        try exec(
            """
            INSERT INTO registry_class (id, org_id, site_id, year, name, name_key, sort_key, kind, level, grades, is_combined, homeroom_id,
            details, version, created_at, updated_at)
            VALUES (\(id), \(draft.org), \(draft.site), \(draft.year), \(draft.name), \(Fold.key(draft.name)),
            \(ClassName.sortKey(level: draft.level, grades: draft.grades, name: draft.name)), \(draft.kind), \(draft.level),
            \(draft.grades.joined(separator: ",")), \(draft.grades.count > 1), \(draft.homeroom), \(draft.details), 1, \(now), \(now))
            """)
        return id
    }

    /// Writes a teaching assignment.
    @discardableResult
    public func insertTeaching(
        _ staff: ID<Staff>, of classGroup: ID<ClassGroup>, subject: String, duty: String = "subject", period: Period
    ) throws -> ID<Teaching> {
        let id = newID(Teaching.self)
        try exec(
            """
            INSERT INTO registry_teaching (id, class_id, staff_id, subject, duty, valid_from, valid_to)
            VALUES (\(id), \(classGroup), \(staff), \(subject), \(duty), \(period.first), \(period.last))
            """)
        return id
    }

    /// A class within the visitor's reach.
    public func classGroup(_ id: ID<ClassGroup>, scope: Scope) throws -> ClassRecord? {
        try one(
            """
            SELECT \(sql: ClassRecord.columns) FROM registry_class c
            WHERE c.id = \(id) AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
            """, ClassRecord.init)
    }

    /// The classes of a unit in a year, in the order of their names, with the sizes kept for them.
    public func classes(of org: ID<Org>, year: SchoolYear, scope: Scope, level: Level? = nil) throws -> [ClassLine] {
        let only: SQL = level.map { "AND c.level = \($0)" } ?? .none
        return try all(
            """
            SELECT c.id, c.org_id, c.name, c.level, c.grades, c.is_combined, s.name, c.homeroom_id, h.name,
            COALESCE(t.total, 0), COALESCE(t.female, 0)
            FROM registry_class c LEFT JOIN registry_site s ON s.id = c.site_id LEFT JOIN registry_staff h ON h.id = c.homeroom_id
            LEFT JOIN registry_total t ON t.org_id = c.org_id AND t.year = c.year AND t.dimension = 'all' AND t.class_id = c.id
            AND t.level = c.level AND t.value = ''
            WHERE c.org_id = \(org) AND c.year = \(year) AND c.closed_on IS NULL \(sql: only)
            AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level")) ORDER BY c.sort_key, c.id
            """
        ) { row in
            ClassLine(
                id: try row(), org: try row(), name: try row(), level: try row(), grades: try ClassRecord.grades(row()),
                isCombined: try row(), siteName: try row(), homeroom: try row(), homeroomName: try row(),
                total: try row(),
                female: try row())
        }
    }

    /// Who teaches a class on a day.
    public func teachings(of classGroup: ID<ClassGroup>, on day: Day, scope: Scope) throws -> [TeachingRecord] {
        try all(
            """
            SELECT t.id, t.class_id, c.name, t.staff_id, s.name, t.subject, t.duty, t.valid_from, t.valid_to
            FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id JOIN registry_staff s ON s.id = t.staff_id
            WHERE t.class_id = \(classGroup) AND t.valid_from <= \(day) AND t.valid_to >= \(day)
            AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level")) ORDER BY t.subject, s.sort_key, t.id
            """, TeachingRecord.init)
    }

    /// What a member of staff teaches, newest first.
    public func teachings(by staff: ID<Staff>, scope: Scope, limit: Int = 200) throws -> [TeachingRecord] {
        try all(
            """
            SELECT t.id, t.class_id, c.name, t.staff_id, s.name, t.subject, t.duty, t.valid_from, t.valid_to
            FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id JOIN registry_staff s ON s.id = t.staff_id
            WHERE t.staff_id = \(staff) AND \(scope, on: "c.org_id") ORDER BY t.valid_from DESC, c.sort_key LIMIT \(limit)
            """, TeachingRecord.init)
    }

    /// The classes that a member of staff is homeroom teacher of in the school year of a day.
    public func classesLed(by staff: ID<Staff>, on day: Day) throws -> [(id: ID<ClassGroup>, org: ID<Org>)] {
        try all(
            """
            SELECT c.id, c.org_id FROM registry_class c
            WHERE c.homeroom_id = \(staff) AND c.year = \(SchoolYear(of: day)) AND (c.closed_on IS NULL OR c.closed_on >= \(day))
            ORDER BY c.sort_key, c.id
            """
        ) { (id: try $0(), org: try $0()) }
    }

    /// The classes that a member of staff teaches on a day.
    public func classesTaught(by staff: ID<Staff>, on day: Day) throws -> [(id: ID<ClassGroup>, org: ID<Org>)] {
        try all(
            """
            SELECT DISTINCT c.id, c.org_id, c.sort_key FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id
            WHERE t.staff_id = \(staff) AND t.valid_from <= \(day) AND t.valid_to >= \(day)
            AND c.year = \(SchoolYear(of: day)) AND (c.closed_on IS NULL OR c.closed_on >= \(day)) ORDER BY c.sort_key, c.id
            """
        ) { (id: try $0(), org: try $0()) }
    }
}

extension Tx {
    func update(_ id: ID<ClassGroup>, _ draft: ClassDraft) throws {
        try exec(
            """
            UPDATE registry_class SET site_id = \(draft.site), name = \(draft.name), name_key = \(Fold.key(draft.name)),
            sort_key = \(ClassName.sortKey(level: draft.level, grades: draft.grades, name: draft.name)), kind = \(draft.kind),
            level = \(draft.level), grades = \(draft.grades.joined(separator: ",")), is_combined = \(draft.grades.count > 1),
            details = \(draft.details), version = version + 1, updated_at = \(now) WHERE id = \(id)
            """)
    }

    func hasOpenStays(in id: ID<ClassGroup>) throws -> Bool {
        try exists("SELECT id FROM registry_enrolment WHERE class_id = \(id) AND valid_to = '2200-12-31' LIMIT 1")
    }

    func closeClass(_ id: ID<ClassGroup>, last: Day) throws {
        try exec(
            "UPDATE registry_class SET closed_on = \(last), version = version + 1, updated_at = \(now) WHERE id = \(id)"
        )
        try exec("UPDATE registry_teaching SET valid_to = \(last) WHERE class_id = \(id) AND valid_to > \(last)")
    }

    /// Sets today's homeroom teacher and keeps who it was when, among the teaching rows with the duty `homeroom`.
    func setHomeroom(_ staff: ID<Staff>?, of id: ID<ClassGroup>, on day: Day) throws {
        try exec("DELETE FROM registry_teaching WHERE class_id = \(id) AND duty = 'homeroom' AND valid_from >= \(day)")
        try exec(
            """
            UPDATE registry_teaching SET valid_to = \(day.adding(-1)) WHERE class_id = \(id) AND duty = 'homeroom' AND valid_to >= \(day)
            """)
        try exec(
            "UPDATE registry_class SET homeroom_id = \(staff), version = version + 1, updated_at = \(now) WHERE id = \(id)"
        )
        let year: SchoolYear? = try value("SELECT year FROM registry_class WHERE id = \(id)")
        guard let staff, let period = Period(day, max(day, year?.lastDay ?? .forever)) else { return }
        try insertTeaching(staff, of: id, subject: "", duty: "homeroom", period: period)
    }

    func endTeaching(_ teaching: ID<Teaching>, of id: ID<ClassGroup>, last: Day) throws -> (
        staff: ID<Staff>, subject: String
    )? {
        try one(
            """
            UPDATE registry_teaching SET valid_to = \(last) WHERE id = \(teaching) AND class_id = \(id) AND valid_from <= \(last)
            RETURNING staff_id, subject
            """
        ) { (staff: try $0(), subject: try $0()) }.map { ended in
            try touch(class: id)
            return ended
        }
    }
}
