import Base
import Storage

// How the rows of a list find whom they speak of.
extension Tx {
    /// The units of a name, marks and capitals aside.
    func orgs(called name: String, scope: Scope) throws -> [ID<Org>] {
        try all(
            """
            SELECT o.id FROM registry_org o WHERE o.name_key = \(Fold.key(name)) AND o.closed_on IS NULL
            AND \(scope, on: "o.id") ORDER BY o.id LIMIT 3
            """)
    }

    /// The classes of a name in a school and year.
    func classes(called name: String, in org: ID<Org>, year: SchoolYear) throws -> [ClassRecord] {
        try all(
            """
            SELECT \(sql: ClassRecord.columns) FROM registry_class c
            WHERE c.org_id = \(org) AND c.year = \(year) AND c.name_key = \(Fold.key(name)) AND c.closed_on IS NULL
            AND c.kind = 'homeroom' ORDER BY c.id LIMIT 3
            """, ClassRecord.init)
    }

    /// The learners of a school with a name, and a day of birth where one is told.
    func students(called name: PersonName, born: PartialDay?, in org: ID<Org>) throws -> [ID<Student>] {
        let day: SQL = born.map { "AND s.birth_date = \($0)" } ?? .none
        return try all(
            """
            SELECT s.id FROM registry_student s WHERE s.org_id = \(org) AND s.sort_key = \(name.sortKey) AND s.name = \(name.full)
            \(sql: day) ORDER BY s.id LIMIT 3
            """)
    }

    /// The staff of a unit with a name, and a day of birth where one is told.
    func staff(called name: PersonName, born: PartialDay?, in org: ID<Org>) throws -> [ID<Staff>] {
        let day: SQL = born.map { "AND s.birth_date = \($0)" } ?? .none
        return try all(
            """
            SELECT s.id FROM registry_staff s WHERE s.org_id = \(org) AND s.name = \(name.full) \(sql: day) ORDER BY s.id LIMIT 3
            """)
    }

    /// Who answers for a learner today.
    func guardians(of student: ID<Student>) throws -> [(id: ID<Guardian>, relation: String)] {
        try all(
            """
            SELECT guardian_id, relation FROM registry_guardianship WHERE student_id = \(student) AND valid_to >= \(today)
            ORDER BY guardian_id
            """
        ) { (id: try $0(), relation: try $0()) }
    }

    /// Says what a guardian is to a learner.
    func relate(_ guardian: ID<Guardian>, to student: ID<Student>, as relation: String) throws {
        try exec(
            """
            UPDATE registry_guardianship SET relation = \(relation) WHERE guardian_id = \(guardian) AND student_id = \(student)
            """)
    }

    /// A guardian of the same name and telephone, or with the same number: the parent of a brother or sister.
    func sameGuardian(name: String, phone: String, personalID: String) throws -> ID<Guardian>? {
        if !personalID.isEmpty {
            return try value(
                """
                SELECT id FROM registry_guardian WHERE personal_blind IN \(list: keys.blinds(personalID, Tx.personalPurpose))
                AND name_key = \(Fold.key(name)) ORDER BY id LIMIT 1
                """)
        }
        guard !phone.isEmpty else { return nil }
        return try value(
            """
            SELECT id FROM registry_guardian WHERE phone = \(phone) AND name_key = \(Fold.key(name)) ORDER BY id LIMIT 1
            """)
    }

    /// The policy statuses that a learner has today.
    func openPolicies(of student: ID<Student>) throws -> Set<String> {
        Set(
            try all(
                """
                SELECT kind FROM registry_policy WHERE student_id = \(student) AND valid_from <= \(today) AND valid_to >= \(today)
                """))
    }

    /// Whether a personal number stands on a guardian's record.
    func hasPersonalID(_ number: String, guardian id: ID<Guardian>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM registry_guardian WHERE id = \(id) AND personal_blind IN \(list: keys.blinds(number, Tx.personalPurpose))
            """)
    }
}
