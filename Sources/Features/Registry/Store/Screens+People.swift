import Base
import Storage
import Work

extension Tx {
    /// The papers of a learner's file, newest first.
    public func documents(of student: ID<Student>, scope: Scope) throws -> [DocumentRecord] {
        try all(
            """
            SELECT \(sql: DocumentRecord.columns)
            FROM registry_document d JOIN registry_student s ON s.id = d.subject_id
            WHERE d.subject_kind = 'student' AND d.subject_id = \(student) AND d.removed_at IS NULL
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            ORDER BY d.added_at DESC, d.id DESC
            """, DocumentRecord.init)
    }

    /// The name of a class within reach.
    public func className(_ id: ID<ClassGroup>, scope: Scope) throws -> String? {
        try value(
            """
            SELECT c.name FROM registry_class c
            WHERE c.id = \(id) AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
            """)
    }

    /// Learners by their keys within reach, in the order of names: what was ticked in a list.
    public func students(_ ids: [ID<Student>], scope: Scope) throws -> [StudentLine] {
        guard !ids.isEmpty else { return [] }
        return try all(
            """
            SELECT \(sql: StudentLine.columns), s.status, s.level, s.grade, s.class_id, c.name, s.org_id, o.name
            FROM registry_student s LEFT JOIN registry_class c ON c.id = s.class_id LEFT JOIN registry_org o ON o.id = s.org_id
            WHERE s.id IN \(list: ids)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            ORDER BY s.sort_key, s.id
            """, StudentLine.init)
    }

    /// Guardians of the children within reach whose name and telephone begin like this: to link, not to write twice.
    public func guardians(matching name: String, phone: String, scope: Scope, limit: Int = 8) throws -> [GuardianLine] {
        let key = Fold.key(name)
        guard !key.isEmpty || !phone.isEmpty else { return [] }
        let named: SQL = key.isEmpty ? "1 = 1" : "g.name_key LIKE \("%\(key)%")"
        let called: SQL = phone.isEmpty ? "1 = 1" : "g.phone = \(phone)"
        return try all(
            """
            SELECT g.id, g.name, g.sex, g.birth_date, g.phone, MIN(l.relation), MIN(s.name)
            FROM registry_guardian g JOIN registry_guardianship l ON l.guardian_id = g.id JOIN registry_student s ON s.id = l.student_id
            WHERE \(sql: named) AND \(sql: called)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            GROUP BY g.id, g.name, g.sex, g.birth_date, g.phone ORDER BY g.name, g.id LIMIT \(limit)
            """
        ) { row in
            let id: ID<Guardian> = try row(), name: String = try row(), sex: String = try row()
            let birth: PartialDay? = try row(), phone: String = try row(), relation: String = try row(),
                child: String = try row()
            return GuardianLine(
                id: id, name: name, sex: sex, birthDate: birth, phone: phone, relation: relation, isContact: false,
                job: child)
        }
    }
}
