import Base
import Storage

/// What an export is limited to: a unit with all below it, a school year, what the visitor reaches.
struct RosterFilter: Sendable {
    let org: ID<Org>?, year: SchoolYear?, scope: Scope
}

extension Tx {
    /// Roughly how many rows an export will have.
    func rosterSize() throws -> Int {
        try count(
            """
            SELECT (SELECT COUNT(*) FROM registry_student) * 3 + (SELECT COUNT(*) FROM registry_staff) * 3
            + (SELECT COUNT(*) FROM registry_guardian) * 2 + (SELECT COUNT(*) FROM registry_enrolment)
            """)
    }

    /// The columns beyond the standard that files of other systems had.
    func rosterExtras(_ file: String) throws -> [String] {
        let rows = try all(
            "SELECT record FROM registry_identifier WHERE type = 'header' AND value = \(file) ORDER BY source"
        ) {
            try Details(kept: $0())
        }
        return Array(Set(rows.flatMap { $0.values.keys })).sorted()
    }

    private func below(_ filter: RosterFilter, _ column: StaticString) -> SQL {
        filter.org.map { below($0, column, on: today) } ?? "1 = 1"
    }

    func rosterOrgs(_ filter: RosterFilter) throws -> [OrgRecord] {
        try all(
            """
            SELECT \(sql: OrgRecord.columns) FROM registry_org o
            WHERE (\(filter.scope, on: "o.id") OR (o.closed_on < '2200-12-31' AND \(sql: everIn(filter.scope, "o.id"))))
            AND \(sql: below(filter, "o.id")) ORDER BY o.id
            """, OrgRecord.init)
    }

    func rosterCourses(_ filter: RosterFilter) throws -> [Int64] {
        try all(
            """
            SELECT c.id FROM registry_course c WHERE (c.org_id IS NULL OR (\(filter.scope, on: "c.org_id") AND \(sql: below(filter, "c.org_id"))))
            ORDER BY c.id
            """)
    }

    private func year(_ filter: RosterFilter, _ column: StaticString) -> SQL {
        filter.year.map { "\(sql: Tx.column(column)) = \($0)" } ?? "1 = 1"
    }

    /// Classes in pages, from the key given.
    func rosterClasses(_ filter: RosterFilter) throws -> (Int64) throws -> [(Int64, ClassRecord)] {
        { last in
            try self.all(
                """
                SELECT c.id, \(sql: ClassRecord.columns) FROM registry_class c
                WHERE \(filter.scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
                AND \(sql: self.below(filter, "c.org_id")) AND \(sql: self.year(filter, "c.year")) AND c.id > \(last) ORDER BY c.id LIMIT 1000
                """
            ) { (try $0(), try ClassRecord(&$0)) }
        }
    }

    /// Stays in classes in pages, from the key given.
    func rosterStays(_ filter: RosterFilter) throws -> (Int64) throws -> [(Int64, EnrolmentRecord)] {
        { last in
            try self.all(
                """
                SELECT e.id, \(sql: EnrolmentRecord.columns) FROM registry_enrolment e JOIN registry_org o ON o.id = e.org_id
                JOIN registry_class c ON c.id = e.class_id
                WHERE \(filter.scope, on: Belongs(org: "e.org_id", classGroup: "e.class_id", student: "e.student_id", level: "e.level"))
                AND \(sql: self.below(filter, "e.org_id")) AND \(sql: self.year(filter, "e.year")) AND e.id > \(last) ORDER BY e.id LIMIT 1000
                """
            ) { (try $0(), try EnrolmentRecord(&$0)) }
        }
    }

    /// Passes over pages until one is empty.
    func inPages<Item>(_ page: (Int64) throws -> [(Int64, Item)], _ body: (Item) throws -> Void) throws {
        var last: Int64 = 0
        while true {
            let items = try page(last)
            for item in items { try body(item.1) }
            guard let end = items.last else { return }
            last = end.0
        }
    }

    func rosterStudents(_ filter: RosterFilter) throws -> [ID<Student>] {
        let inYear: SQL =
            filter.year.map {
                "AND EXISTS (SELECT 1 FROM registry_enrolment e WHERE e.student_id = s.id AND e.year = \($0))"
            } ?? .none
        return try all(
            """
            SELECT s.id FROM registry_student s
            WHERE \(filter.scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            AND \(sql: below(filter, "s.org_id")) \(sql: inYear) ORDER BY s.id
            """)
    }

    func rosterStaff(_ filter: RosterFilter) throws -> [ID<Staff>] {
        try all(
            "SELECT s.id FROM registry_staff s WHERE \(filter.scope, on: "s.org_id") AND \(sql: below(filter, "s.org_id")) ORDER BY s.id"
        )
    }

    /// Guardians of the learners exported; those without a child only for whoever sees everything.
    func rosterGuardians(_ filter: RosterFilter) throws -> [Int64] {
        if filter.scope.reach == .everything, filter.org == nil {
            return try all("SELECT id FROM registry_guardian ORDER BY id")
        }
        return try all(
            """
            SELECT DISTINCT g.guardian_id FROM registry_guardianship g JOIN registry_student s ON s.id = g.student_id
            WHERE g.valid_to >= \(today)
            AND \(filter.scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            AND \(sql: below(filter, "s.org_id")) ORDER BY g.guardian_id
            """)
    }

    func rosterPosts(of staff: ID<Staff>) throws -> [Int64] {
        try all("SELECT id FROM registry_post WHERE staff_id = \(staff) ORDER BY id")
    }

    func rosterTeachings(_ filter: RosterFilter) throws -> [(id: Int64, org: ID<Org>)] {
        try all(
            """
            SELECT t.id, c.org_id FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id
            WHERE \(filter.scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level")) AND \(sql: below(filter, "c.org_id"))
            AND \(sql: year(filter, "c.year")) ORDER BY t.id
            """
        ) { (id: try $0(), org: try $0()) }
    }

    // MARK: rows kept verbatim

    func hasKept(_ type: String) throws -> Bool {
        try exists(
            "SELECT 1 FROM registry_identifier WHERE type = \(type) AND entity = 'kept' AND LENGTH(digest) > 0 LIMIT 1")
    }

    func keptRows(_ type: String) throws -> [(name: String, record: Details)] {
        try all(
            "SELECT value, record FROM registry_identifier WHERE type = \(type) AND entity = 'kept' AND LENGTH(digest) > 0 ORDER BY source, value"
        ) {
            (name: try $0(), record: try Details(kept: $0()))
        }
    }

    /// The columns that any kept row of a file fills, the identifier first.
    func keptColumns(_ type: String) throws -> [String] {
        var columns: Set<String> = []
        for row in try keptRows(type) { columns.formUnion(row.record.values.keys) }
        let front = ["sourcedId", "status", "dateLastModified"]
        return front + columns.subtracting(front).sorted()
    }
}
