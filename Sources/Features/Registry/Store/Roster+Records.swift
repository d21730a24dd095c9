import Base
import Storage

/// The records of a page of the roster, read in pieces of one size, so that the engines plan few statements.
extension Tx {
    /// Runs a query for pieces of a list of keys; the last is filled up with its last key.
    private func inPieces(_ ids: [Int64], _ body: ([Int64]) throws -> Void) throws {
        for start in stride(from: 0, to: ids.count, by: 100) {
            let piece = ids[start..<min(start + 100, ids.count)]
            guard let last = piece.last else { return }
            try body(
                Array(piece) + Array(repeating: last, count: piece.count <= 10 ? 10 - piece.count : 100 - piece.count))
        }
    }

    private func records<T>(_ ids: [Int64], _ sql: ([Int64]) -> SQL, _ read: (inout Row) throws -> (Int64, T)) throws
        -> [Int64: T]
    {
        var found: [Int64: T] = [:]
        try inPieces(ids) { piece in
            try each(sql(piece)) { row in
                let (id, record) = try read(&row)
                found[id] = record
            }
        }
        return found
    }

    func rosterStudents(_ ids: [Int64], scope: Scope) throws -> [Int64: StudentRecord] {
        try records(ids) { ids in
            """
            SELECT \(sql: StudentRecord.columns) FROM registry_student s WHERE s.id IN \(list: ids)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            """
        } _: { row in
            let record = try StudentRecord(&row)
            return (record.id.raw, record)
        }
    }

    func rosterStaff(_ ids: [Int64], scope: Scope) throws -> [Int64: StaffRecord] {
        try records(ids) { ids in
            "SELECT \(sql: StaffRecord.columns) FROM registry_staff s WHERE s.id IN \(list: ids) AND \(scope, on: "s.org_id")"
        } _: { row in
            let record = try StaffRecord(&row)
            return (record.id.raw, record)
        }
    }

    /// Guardians, with the moment of the last change; the caller has found them within reach.
    func rosterGuardians(_ ids: [Int64]) throws -> [Int64: (record: GuardianRecord, changedAt: Int64)] {
        try records(ids) { ids in
            """
            SELECT g.id, g.name, g.sex, g.birth_date, g.phone, CASE WHEN g.personal_blind IS NULL THEN 0 ELSE 1 END, g.details, g.version,
            g.updated_at FROM registry_guardian g WHERE g.id IN \(list: ids)
            """
        } _: { row in
            let record = GuardianRecord(
                id: try row(), name: try row(), sex: try row(), birthDate: try row(), phone: try row(),
                hasPersonalID: try row(), details: try row(), version: try row())
            return (record.id.raw, (record, try row()))
        }
    }

    func rosterClasses(_ ids: [Int64], scope: Scope) throws -> [Int64: (
        record: ClassRecord, changedAt: Int64, course: Int64?
    )] {
        try records(ids) { ids in
            """
            SELECT \(sql: ClassRecord.columns), c.updated_at, c.course_id FROM registry_class c WHERE c.id IN \(list: ids)
            AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
            """
        } _: { row in
            let record = try ClassRecord(&row)
            return (record.id.raw, (record, try row(), try row()))
        }
    }

    func rosterOrgs(_ ids: [Int64], scope: Scope) throws -> [Int64: (record: OrgRecord, changedAt: Int64)] {
        try records(ids) { ids in
            """
            SELECT \(sql: OrgRecord.columns), o.updated_at FROM registry_org o WHERE o.id IN \(list: ids)
            AND (\(scope, on: "o.id") OR (o.closed_on < '2200-12-31' AND \(sql: everIn(scope, "o.id"))))
            """
        } _: { row in
            let record = try OrgRecord(&row)
            return (record.id.raw, (record, try row()))
        }
    }

    /// Units, by the unit above, within reach.
    func rosterChildren(of orgs: [Int64], scope: Scope) throws -> [Int64: [Int64]] {
        var found: [Int64: [Int64]] = [:]
        try inPieces(orgs) { ids in
            try each(
                "SELECT o.parent_id, o.id FROM registry_org o WHERE o.parent_id IN \(list: ids) AND \(scope, on: "o.id") ORDER BY o.id"
            ) { row in found[try row(), default: []].append(try row()) }
        }
        return found
    }

    /// Stays, with the moment of the last change and whether they go on or ran their course.
    func rosterStays(_ ids: [Int64], scope: Scope) throws -> [Int64: (record: EnrolmentRecord, changedAt: Int64)] {
        try records(ids) { ids in
            """
            SELECT \(sql: EnrolmentRecord.columns), s.updated_at FROM registry_enrolment e JOIN registry_org o ON o.id = e.org_id
            JOIN registry_class c ON c.id = e.class_id JOIN registry_student s ON s.id = e.student_id WHERE e.id IN \(list: ids)
            AND \(scope, on: Belongs(org: "e.org_id", classGroup: "e.class_id", student: "e.student_id", level: "e.level"))
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            """
        } _: { row in
            let record = try EnrolmentRecord(&row)
            return (record.id.raw, (record, try row()))
        }
    }

    func rosterTeachings(_ ids: [Int64], scope: Scope) throws -> [Int64: RosterTeaching] {
        try records(ids) { ids in
            """
            SELECT t.id, t.class_id, c.name, t.staff_id, s.name, t.subject, t.duty, t.valid_from, t.valid_to, c.org_id, c.year, c.updated_at
            FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id JOIN registry_staff s ON s.id = t.staff_id
            WHERE t.id IN \(list: ids) AND \(scope, on: "s.org_id")
            AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
            """
        } _: { row in
            let record = try TeachingRecord(&row)
            return (
                record.id.raw, RosterTeaching(record: record, org: try row(), year: try row(), changedAt: try row())
            )
        }
    }

    /// How other systems name records, the first name of each.
    func rosterNamings(of entity: String, _ ids: [Int64], types: [String]) throws -> [Int64: RosterNaming] {
        var found: [Int64: RosterNaming] = [:]
        try inPieces(ids) { ids in
            try each(
                """
                SELECT entity_id, value, type, source, record FROM registry_identifier
                WHERE entity = \(entity) AND entity_id IN \(list: ids) AND type IN \(list: types) ORDER BY entity_id, source, type, value
                """
            ) { row in
                let id: Int64 = try row()
                guard found[id] == nil else { return }
                found[id] = RosterNaming(
                    value: try row(), type: try row(), source: try row(), record: try Details(kept: row()))
            }
        }
        return found
    }

    enum Side { case student, guardian }

    /// Those bound today to each of some learners or guardians; one bound to nobody is there with none.
    func bound(to ids: [Int64], _ side: Side) throws -> [Int64: [Int64]] {
        var found = Dictionary(ids.map { ($0, [Int64]()) }, uniquingKeysWith: { first, _ in first })
        try inPieces(ids) { ids in
            let sql: SQL =
                side == .student
                ? """
                SELECT student_id, guardian_id FROM registry_guardianship
                WHERE student_id IN \(list: ids) AND valid_to >= \(today) ORDER BY guardian_id
                """
                : """
                SELECT guardian_id, student_id FROM registry_guardianship
                WHERE guardian_id IN \(list: ids) AND valid_to >= \(today) ORDER BY student_id
                """
            try each(sql) { row in found[try row(), default: []].append(try row()) }
        }
        return found
    }

    /// The unit where each of some learners is.
    func places(of students: [Int64]) throws -> [Int64: ID<Org>?] {
        try records(students) { ids in
            "SELECT s.id, s.org_id FROM registry_student s WHERE s.id IN \(list: ids)"
        } _: {
            (try $0(), try $0())
        }
    }

    /// The posts of staff, in the order of their keys.
    func rosterPosts(of staff: [Int64]) throws -> [Int64: [RosterPost]] {
        var found: [Int64: [RosterPost]] = [:]
        try inPieces(staff) { ids in
            try each(
                """
                SELECT p.staff_id, p.id, p.org_id, p.position, p.is_main, p.valid_from, p.valid_to FROM registry_post p
                WHERE p.staff_id IN \(list: ids) ORDER BY p.id
                """
            ) { row in
                let staff: ID<Staff> = try row(), id: Int64 = try row()
                found[staff.raw, default: []].append(
                    RosterPost(
                        id: id, post: (staff, try row(), try row(), try row(), try row.period())))
            }
        }
        return found
    }

    /// The rows of roles that other systems sent of persons, by the person.
    func rosterRoles(of entity: String, _ ids: [Int64]) throws -> [Int64: [Details]] {
        var found: [Int64: [Details]] = [:]
        try inPieces(ids) { ids in
            try each(
                """
                SELECT entity_id, record FROM registry_identifier
                WHERE entity = \(entity) AND entity_id IN \(list: ids) AND type = 'roles' ORDER BY entity_id, source, value
                """
            ) { row in found[try row(), default: []].append(try Details(kept: row())) }
        }
        return found
    }

    /// The rows of demographics that other systems sent of persons, by the person.
    func rosterDemographics(of entity: String, _ ids: [Int64]) throws -> [Int64: Details] {
        var found: [Int64: Details] = [:]
        try inPieces(ids) { ids in
            try each(
                """
                SELECT entity_id, record FROM registry_identifier
                WHERE entity = \(entity) AND entity_id IN \(list: ids) AND type = 'demographics' ORDER BY entity_id, source, value
                """
            ) { row in
                let id: Int64 = try row()
                if found[id] == nil { found[id] = try Details(kept: row()) }
            }
        }
        return found
    }

    /// Persons whose row belongs to another kind of theirs: they are told as that one.
    func rosterSecondKinds() throws -> [RosterSecondKind] {
        try rosterSources().flatMap { source in
            try all(
                """
                SELECT entity, entity_id, value FROM registry_identifier
                WHERE source = \(source) AND type IN ('users/guardian', 'users/staff', 'users/student') ORDER BY value
                """
            ) { RosterSecondKind(entity: try $0(), id: try $0(), source: source, value: try $0()) }
        }
    }

    /// Those of some learners who are within a reach.
    func within(_ scope: Scope, _ students: [Int64]) throws -> Set<Int64> {
        if scope == .everything { return Set(students) }
        var found: Set<Int64> = []
        try inPieces(students) { ids in
            try each(
                """
                SELECT s.id FROM registry_student s WHERE s.id IN \(list: ids)
                AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
                """
            ) { row in found.insert(try row()) }
        }
        return found
    }

    /// The last unit where each of some learners had a stay within reach.
    func lastOrgs(of students: [Int64], scope: Scope) throws -> [Int64: ID<Org>] {
        var found: [Int64: ID<Org>] = [:]
        try inPieces(students) { ids in
            try each(
                """
                SELECT e.student_id, e.org_id FROM registry_enrolment e WHERE e.student_id IN \(list: ids)
                AND \(scope, on: Belongs(org: "e.org_id", classGroup: "e.class_id", student: "e.student_id", level: "e.level"))
                ORDER BY e.valid_to, e.id
                """
            ) { row in found[try row()] = try row() }
        }
        return found
    }

    /// The unit that a visitor's reach starts from, the topmost of all for whoever sees everything.
    func rosterTop(_ scope: Scope) throws -> ID<Org>? {
        try scope.orgs.first ?? value("SELECT o.id FROM registry_org o WHERE o.parent_id IS NULL ORDER BY o.id LIMIT 1")
    }

    /// When a session was changed last by hand, and a course by a file; nothing where neither happened.
    func rosterChange(session id: Int64) throws -> Int64? {
        try value(
            "SELECT MAX(at) FROM work_audit_entry WHERE subject_kind = 'session' AND subject_id = \(id)", Int64?.self)
            ?? nil
    }

    func rosterChange(_ entity: String, _ id: Int64) throws -> Int64? {
        let batch: Int64? =
            try value(
                "SELECT MAX(batch_id) FROM registry_identifier WHERE entity = \(entity) AND entity_id = \(id)",
                Int64?.self)
            ?? nil
        return batch.map { ID<Batch>(stored: $0).madeAt }
    }

    /// The last entry of the trail: while it is the same, nothing that is noted there was changed.
    func lastEntry() throws -> Int64 {
        try value("SELECT MAX(id) FROM work_audit_entry", Int64?.self).flatMap { $0 } ?? 0
    }

    /// Says that what hangs on a class, a member of staff or a learner was changed, for those who ask for changes.
    func touch(class id: ID<ClassGroup>) throws {
        try exec("UPDATE registry_class SET updated_at = \(now) WHERE id = \(id) AND updated_at < \(now)")
    }

    func touch(staff id: ID<Staff>) throws {
        try exec("UPDATE registry_staff SET updated_at = \(now) WHERE id = \(id) AND updated_at < \(now)")
    }

    func touch(_ guardian: ID<Guardian>, and student: ID<Student>) throws {
        try exec("UPDATE registry_guardian SET updated_at = \(now) WHERE id = \(guardian) AND updated_at < \(now)")
        try exec("UPDATE registry_student SET updated_at = \(now) WHERE id = \(student) AND updated_at < \(now)")
    }
}

/// An assignment to a class, with the class's unit and year.
struct RosterTeaching {
    let record: TeachingRecord, org: ID<Org>, year: SchoolYear, changedAt: Int64
}

/// A post as the roster tells it.
struct RosterPost {
    let id: Int64
    let post: (staff: ID<Staff>, org: ID<Org>, position: String, isMain: Bool, period: Period)
}
