import Base
import Storage

extension StudentRecord {
    static let columns: SQL = """
        s.id, s.code, s.moet_code, CASE WHEN s.personal_blind IS NULL THEN 0 ELSE 1 END, s.personal_state, s.family_name, s.middle_name,
        s.given_name, s.birth_date, s.sex, s.ethnicity, s.status, s.org_id, s.class_id, s.level, s.grade, s.residence_id, s.photo, s.details, s.version,
        s.created_at, s.updated_at
        """

    init(_ row: inout Row) throws {
        (id, code, moetCode, hasPersonalID, personalState) = (try row(), try row(), try row(), try row(), try row())
        name = PersonName(storedFamily: try row(), middle: try row(), given: try row())
        (birthDate, sex, ethnicity, status) = (try row(), try row(), try row(), try row())
        (org, classGroup, level, grade) = (try row(), try row(), Level(rawValue: try row()), try row())
        (residence, photo) = (try row(), try row())
        (details, version, createdAt, updatedAt) = (try row(), try row(), try row(), try row())
    }
}

extension EnrolmentRecord {
    static let columns: SQL = """
        e.id, e.student_id, e.org_id, o.name, e.class_id, c.name, e.year, e.level, e.grade, e.kind, e.valid_from, e.valid_to, e.entry,
        e.leaving, e.reason
        """

    init(_ row: inout Row) throws {
        (id, student, org, orgName, classGroup, className) = (
            try row(), try row(), try row(), try row(), try row(), try row()
        )
        (year, level, grade, kind) = (try row(), Level(rawValue: try row()), try row(), try row())
        (period, entry, leaving, reason) = (try row.period(), try row(), try row(), try row())
    }
}

extension Tx {
    /// Writes a learner, findable by name; the stay itself is written by `insert(EnrolmentDraft)`, totals by `recount`.
    @discardableResult
    public func insert(_ draft: StudentDraft) throws -> ID<Student> {
        let id = newID(Student.self), name = draft.name, number = try seal(personalID: draft.personalID)
        let code = try draft.code.isEmpty ? PersonCode.student.code(nextStudentSerial()) : draft.code
        try exec(
            """
            INSERT INTO registry_student (id, code, moet_code, personal_blind, personal_sealed, personal_state, family_name, middle_name,
            given_name, name, name_key, sort_key, birth_date, sex, ethnicity, status, org_id, class_id, level, grade, residence_id, details,
            version, created_at, updated_at)
            VALUES (\(id), \(code), \(draft.moetCode), \(number.blind), \(number.sealed), \(draft.personalState),
            \(name.family), \(name.middle), \(name.given), \(name.full), \(name.key), \(name.sortKey), \(draft.birthDate), \(draft.sex),
            \(draft.ethnicity), \(draft.status), \(draft.org), \(draft.classGroup), \(draft.level?.rawValue ?? ""), \(draft.grade),
            \(draft.residence), \(draft.details), 1, \(now), \(now))
            """)
        try index(.student, id.raw, org: draft.org, name: name.full, level: draft.level)
        return id
    }

    /// Writes a stay.
    @discardableResult
    public func insert(_ draft: EnrolmentDraft) throws -> ID<Enrolment> {
        let id = newID(Enrolment.self)
        try exec(
            """
            INSERT INTO registry_enrolment (id, student_id, org_id, class_id, year, level, grade, kind, valid_from, valid_to, entry, leaving,
            reason)
            VALUES (\(id), \(draft.student), \(draft.org), \(draft.classGroup), \(draft.year), \(draft.level?.rawValue ?? ""),
            \(draft.grade), \(draft.kind), \(draft.period.first), \(draft.period.last), \(draft.entry), \(draft.leaving), \(draft.reason))
            """)
        return id
    }

    /// Writes a policy status.
    @discardableResult
    public func insert(_ draft: PolicyDraft) throws -> ID<Policy> {
        let id = newID(Policy.self)
        try exec(
            """
            INSERT INTO registry_policy (id, student_id, kind, valid_from, valid_to, basis, document)
            VALUES (\(id), \(draft.student), \(draft.kind), \(draft.period.first), \(draft.period.last), \(draft.basis), \(draft.document))
            """)
        return id
    }

    /// A learner within the visitor's reach; one who left is reached by whoever reaches the last school.
    public func student(_ id: ID<Student>, scope: Scope) throws -> StudentRecord? {
        try one(
            """
            SELECT \(sql: StudentRecord.columns) FROM registry_student s
            WHERE s.id = \(id) AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            """, StudentRecord.init)
    }

    /// A learner by the province's code, the ministry's, or the 12-digit number (found by its blind index); the codes of a record that
    /// was given up lead to the one that was kept.
    public func student(code text: String, scope: Scope) throws -> StudentRecord? {
        let match: SQL =
            PersonalID.looksLike(text)
            ? "s.personal_blind IN \(list: keys.blinds(text, Tx.personalPurpose))"
            : """
            (s.code = \(text.uppercased()) OR s.moet_code = \(text) OR s.id IN (SELECT f.student_id FROM registry_former f
            WHERE f.code = \(text.uppercased()) OR f.moet_code = \(text)))
            """
        return try one(
            """
            SELECT \(sql: StudentRecord.columns) FROM registry_student s
            WHERE \(sql: match) AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            """, StudentRecord.init)
    }

    /// The stays of a learner, newest first. The caller has reached the learner.
    public func enrolments(of student: ID<Student>, scope: Scope) throws -> [EnrolmentRecord] {
        try all(
            """
            SELECT \(sql: EnrolmentRecord.columns) FROM registry_enrolment e JOIN registry_student s ON s.id = e.student_id
            JOIN registry_org o ON o.id = e.org_id LEFT JOIN registry_class c ON c.id = e.class_id
            WHERE e.student_id = \(student)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            ORDER BY e.valid_from DESC, e.id DESC
            """, EnrolmentRecord.init)
    }

    /// The policy statuses of a learner, newest first.
    public func policies(of student: ID<Student>, scope: Scope) throws -> [PolicyRecord] {
        try all(
            """
            SELECT p.id, p.kind, p.valid_from, p.valid_to, p.basis, p.document
            FROM registry_policy p JOIN registry_student s ON s.id = p.student_id WHERE p.student_id = \(student)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            ORDER BY p.valid_from DESC, p.kind
            """
        ) { PolicyRecord(id: try $0(), kind: try $0(), period: try $0.period(), basis: try $0(), document: try $0()) }
    }

    /// Where a learner is today.
    public func placeOf(student: ID<Student>) throws -> (classGroup: ID<ClassGroup>?, org: ID<Org>?)? {
        try one("SELECT class_id, org_id FROM registry_student WHERE id = \(student)") {
            (classGroup: try $0(), org: try $0())
        }
    }

    /// The name of a person of whatever kind: `student`, `staff`, `guardian`.
    public func personName(kind: String, id: Int64) throws -> String? {
        switch kind {
        case "student": try value("SELECT name FROM registry_student WHERE id = \(id)")
        case "staff": try value("SELECT name FROM registry_staff WHERE id = \(id)")
        case "guardian": try value("SELECT name FROM registry_guardian WHERE id = \(id)")
        default: nil
        }
    }
}
