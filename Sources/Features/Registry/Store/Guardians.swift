import Base
import Storage

extension Tx {
    /// Writes a guardian, findable by name.
    @discardableResult
    public func insert(_ draft: GuardianDraft) throws -> ID<Guardian> {
        let id = newID(Guardian.self), name = Fold.compose(draft.name), number = try seal(personalID: draft.personalID)
        try exec(
            """
            INSERT INTO registry_guardian (id, name, name_key, sort_key, sex, birth_date, phone, personal_blind, personal_sealed, details,
            version, created_at, updated_at)
            VALUES (\(id), \(name), \(Fold.key(name)), \(Fold.sortKey(name)), \(draft.sex), \(draft.birthDate), \(draft.phone),
            \(number.blind), \(number.sealed), \(draft.details), 1, \(now), \(now))
            """)
        try index(.guardian, id.raw, org: nil, name: name, level: nil)
        return id
    }

    /// Says that a guardian answers for a child; saying it again changes the relation.
    public func link(
        _ guardian: ID<Guardian>, to student: ID<Student>, relation: String, isContact: Bool = true,
        period: Period = .always
    ) throws {
        try exec(
            """
            INSERT INTO registry_guardianship (guardian_id, student_id, relation, is_contact, valid_from, valid_to)
            VALUES (\(guardian), \(student), \(relation), \(isContact), \(period.first), \(period.last))
            ON CONFLICT (guardian_id, student_id) DO UPDATE SET relation = excluded.relation, is_contact = excluded.is_contact,
            valid_from = excluded.valid_from, valid_to = excluded.valid_to
            """)
        try touch(guardian, and: student)
    }

    /// The children that a guardian answers for on a day, with their places of today.
    public func children(of guardian: ID<Guardian>, on day: Day) throws
        -> [(student: ID<Student>, classGroup: ID<ClassGroup>?, org: ID<Org>?)]
    {
        try all(
            """
            SELECT s.id, s.class_id, s.org_id FROM registry_guardianship g JOIN registry_student s ON s.id = g.student_id
            WHERE g.guardian_id = \(guardian) AND g.valid_from <= \(day) AND g.valid_to >= \(day) ORDER BY s.birth_date, s.id
            """
        ) { (student: try $0(), classGroup: try $0(), org: try $0()) }
    }

    /// Who answers for a learner on a day, contacts first.
    public func guardians(of student: ID<Student>, on day: Day, scope: Scope) throws -> [GuardianLine] {
        try all(
            """
            SELECT g.id, g.name, g.sex, g.birth_date, g.phone, l.relation, l.is_contact, g.details
            FROM registry_guardianship l JOIN registry_guardian g ON g.id = l.guardian_id JOIN registry_student s ON s.id = l.student_id
            WHERE l.student_id = \(student) AND l.valid_from <= \(day) AND l.valid_to >= \(day)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            ORDER BY l.is_contact DESC, l.relation, g.id
            """
        ) { row in
            let line = (
                id: try row(ID<Guardian>.self), name: try row(String.self), sex: try row(String.self),
                birth: try row(PartialDay?.self), phone: try row(String.self)
            )
            let link = (relation: try row(String.self), isContact: try row(Bool.self), details: try row(Details.self))
            return GuardianLine(
                id: line.id, name: line.name, sex: line.sex, birthDate: line.birth, phone: line.phone,
                relation: link.relation,
                isContact: link.isContact, job: link.details["job"] ?? "")
        }
    }

    /// A guardian whose child the visitor reaches.
    public func guardian(_ id: ID<Guardian>, scope: Scope) throws -> GuardianRecord? {
        try one(
            """
            SELECT g.id, g.name, g.sex, g.birth_date, g.phone, CASE WHEN g.personal_blind IS NULL THEN 0 ELSE 1 END, g.details, g.version
            FROM registry_guardian g WHERE g.id = \(id) AND EXISTS (SELECT 1 FROM registry_guardianship l
            JOIN registry_student s ON s.id = l.student_id WHERE l.guardian_id = g.id
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level")))
            """
        ) { row in
            GuardianRecord(
                id: try row(), name: try row(), sex: try row(), birthDate: try row(), phone: try row(),
                hasPersonalID: try row(),
                details: try row(), version: try row())
        }
    }
}

extension Tx {
    func isGuardian(_ id: ID<Guardian>) throws -> Bool {
        try exists("SELECT id FROM registry_guardian WHERE id = \(id)")
    }

    /// The relation that binds a guardian to a learner today.
    func relation(of guardian: ID<Guardian>, to student: ID<Student>) throws -> String? {
        try value(
            """
            SELECT relation FROM registry_guardianship
            WHERE guardian_id = \(guardian) AND student_id = \(student) AND valid_to >= \(today)
            """)
    }

    func endGuardianship(_ guardian: ID<Guardian>, _ student: ID<Student>, last: Day) throws {
        try exec(
            """
            UPDATE registry_guardianship SET valid_to = \(last) WHERE guardian_id = \(guardian) AND student_id = \(student)
            """)
        try touch(guardian, and: student)
    }

    func update(_ id: ID<Guardian>, _ draft: GuardianDraft) throws {
        let name = Fold.compose(draft.name)
        try exec(
            """
            UPDATE registry_guardian SET name = \(name), name_key = \(Fold.key(name)), sort_key = \(Fold.sortKey(name)), sex = \(draft.sex),
            birth_date = \(draft.birthDate), phone = \(draft.phone), details = \(draft.details), version = version + 1, updated_at = \(now)
            WHERE id = \(id)
            """)
        if let number = draft.personalID {
            let kept = try seal(personalID: number)
            try exec(
                "UPDATE registry_guardian SET personal_blind = \(kept.blind), personal_sealed = \(kept.sealed) WHERE id = \(id)"
            )
        }
        try index(.guardian, id.raw, org: nil, name: name, level: nil)
    }
}
