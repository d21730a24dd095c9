import Base
import Storage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What another system's identifier stands for here, with the row as it was sent last.
struct RosterEntry: Sendable {
    let entity: String
    let id: Int64
    /// The other system; nothing where the identifier is our own code.
    let source: String?
    let digest: [UInt8]
    let record: Details
    /// The identifier as that system wrote it.
    var name = ""
    /// The batch that remembered the row last.
    var batch: ID<Batch>?
}

/// How another system names a record, with the row as it was sent last.
struct RosterNaming: Sendable {
    let value: String, type: String, source: String, record: Details
}

extension Tx {
    /// The systems whose rows were taken in so far.
    ///
    /// Steps from one to the next in the key, where DISTINCT would read a million rows.
    func rosterSources() throws -> [String] {
        var sources: [String] = []
        while let next = try value(
            "SELECT MIN(source) FROM registry_identifier WHERE source > \(sources.last ?? "")", String?.self) ?? nil
        {
            sources.append(next)
        }
        return sources
    }

    func rosterEntry(source: String, type: String, value: String) throws -> RosterEntry? {
        try one(
            """
            SELECT entity, entity_id, digest, record, batch_id FROM registry_identifier
            WHERE source = \(source) AND type = \(type) AND value = \(value)
            """
        ) {
            RosterEntry(
                entity: try $0(), id: try $0(), source: source, digest: try $0(), record: try Details(kept: $0()),
                name: value, batch: try $0())
        }
    }

    /// A row kept verbatim by the key that we gave it.
    func keptEntry(type: String, _ id: Int64) throws -> RosterEntry? {
        try one(
            """
            SELECT source, digest, record, value, batch_id FROM registry_identifier
            WHERE entity = 'kept' AND entity_id = \(id) AND type = \(type)
            """
        ) {
            RosterEntry(
                entity: "kept", id: id, source: try $0(), digest: try $0(), record: try Details(kept: $0()),
                name: try $0(), batch: try $0())
        }
    }

    /// The units that a system's files named so far.
    func rosterUnits(of source: String) throws -> [ID<Org>] {
        try all(
            "SELECT entity_id FROM registry_identifier WHERE source = \(source) AND type = 'orgs' AND entity = 'org' AND LENGTH(digest) > 0"
        )
    }

    /// How the first other system named a record, with its row; `types` are the kinds of rows that name it.
    func rosterName(of entity: String, _ id: Int64, types: [String]) throws -> RosterNaming? {
        try one(
            """
            SELECT value, type, source, record FROM registry_identifier
            WHERE entity = \(entity) AND entity_id = \(id) AND type IN \(list: types) ORDER BY source, type, value LIMIT 1
            """
        ) { RosterNaming(value: try $0(), type: try $0(), source: try $0(), record: try Details(kept: $0())) }
    }

    func rosterNames(of entity: String, _ id: Int64, type: String) throws -> [(value: String, record: Details)] {
        try all(
            """
            SELECT value, record FROM registry_identifier WHERE entity = \(entity) AND entity_id = \(id) AND type = \(type)
            ORDER BY source, value
            """
        ) { (value: try $0(), record: try Details(kept: $0())) }
    }

    /// How one system names a record.
    func rosterNames(of entity: String, _ id: Int64, by source: String, type: String) throws -> [String] {
        try all(
            """
            SELECT value FROM registry_identifier WHERE entity = \(entity) AND entity_id = \(id) AND source = \(source) AND type = \(type)
            """)
    }

    /// Whether a system already has a name for a record.
    func isNamed(_ entity: String, _ id: Int64, by source: String, type: String) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM registry_identifier WHERE entity = \(entity) AND entity_id = \(id) AND source = \(source) AND type = \(type)
            """)
    }

    /// Whether a key names a record of the entity.
    func exists(_ entity: String, _ id: Int64) throws -> Bool {
        switch entity {
        case "org": try exists("SELECT 1 FROM registry_org WHERE id = \(id)")
        case "session": try exists("SELECT 1 FROM registry_session WHERE id = \(id)")
        case "course": try exists("SELECT 1 FROM registry_course WHERE id = \(id)")
        case "class": try exists("SELECT 1 FROM registry_class WHERE id = \(id)")
        case "student": try exists("SELECT 1 FROM registry_student WHERE id = \(id)")
        case "staff": try exists("SELECT 1 FROM registry_staff WHERE id = \(id)")
        case "guardian": try exists("SELECT 1 FROM registry_guardian WHERE id = \(id)")
        case "enrolment": try exists("SELECT 1 FROM registry_enrolment WHERE id = \(id)")
        case "teaching": try exists("SELECT 1 FROM registry_teaching WHERE id = \(id)")
        case "post": try exists("SELECT 1 FROM registry_post WHERE id = \(id)")
        default: false
        }
    }

    /// Passes over the rows of a system that a file named, in pieces, so that others may be written between them.
    func rosterEntries(source: String, type: String, after value: String, limit: Int) throws -> [(
        value: String, entity: String, id: Int64
    )] {
        try all(
            """
            SELECT value, entity, entity_id FROM registry_identifier
            WHERE source = \(source) AND type = \(type) AND value > \(value) ORDER BY value LIMIT \(limit)
            """
        ) { (value: try $0(), entity: try $0(), id: try $0()) }
    }

    /// Marks that the record behind an identifier was ended by a file, so that the same row later brings it back.
    func forgetDigest(source: String, type: String, value: String) throws {
        try exec(
            """
            UPDATE registry_identifier SET digest = \([UInt8]()) WHERE source = \(source) AND type = \(type) AND value = \(value)
            """)
    }

    func isTaken(orgCode code: String) throws -> Bool {
        try exists("SELECT 1 FROM registry_org WHERE code = \(code) OR moet_code = \(code)")
    }
    func isTaken(orgMOETCode code: String) throws -> Bool {
        try exists("SELECT 1 FROM registry_org WHERE moet_code = \(code)")
    }
}

extension Details {
    /// Reads a kept row; an empty text is an empty row.
    init(kept text: String) throws {
        let values =
            text.isEmpty || text == "{}" ? [:] : try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        self.init(values)
    }
}

// MARK: sessions, courses, classes

/// A course as it is kept.
struct CourseRow: Sendable, Equatable {
    var org: ID<Org>?
    var title: String
    var code: String
    var year: SchoolYear?
    var grades: String
    var subjects: String
}

extension Tx {
    func session(_ id: Int64) throws -> SessionRecord? {
        try one(
            """
            SELECT s.id, s.kind, s.title, s.year, s.first_day, s.last_day, s.parent_id, s.org_id FROM registry_session s WHERE s.id = \(id)
            """
        ) { row in
            SessionRecord(
                id: try row(), kind: try row(), title: try row(), year: try row(), period: try row.period(),
                parent: try row(),
                org: try row())
        }
    }

    /// A session of everybody's that is the same as one in a file.
    func sameSession(kind: String, year: SchoolYear, _ first: Day, _ last: Day) throws -> [Int64] {
        let days: SQL = kind == "year" ? .none : "AND first_day = \(first) AND last_day = \(last)"
        return try all(
            """
            SELECT id FROM registry_session WHERE kind = \(kind) AND year = \(year) AND org_id IS NULL \(sql: days) ORDER BY id
            """)
    }

    /// The session of a whole school year, to name the year of a class that came from no file.
    func yearSession(_ year: SchoolYear) throws -> Int64? {
        try value(
            "SELECT id FROM registry_session WHERE kind = 'year' AND year = \(year) ORDER BY CASE WHEN org_id IS NULL THEN 0 ELSE 1 END, id LIMIT 1"
        )
    }

    func update(session id: Int64, title: String, kind: String, year: SchoolYear, _ first: Day, _ last: Day) throws {
        try exec(
            """
            UPDATE registry_session SET title = \(title), kind = \(kind), year = \(year), first_day = \(first), last_day = \(last)
            WHERE id = \(id)
            """)
    }

    func setParent(session id: Int64, _ parent: Int64?) throws {
        try exec("UPDATE registry_session SET parent_id = \(parent) WHERE id = \(id)")
    }

    func course(_ id: Int64) throws -> CourseRow? {
        try one("SELECT org_id, title, code, year, grades, subjects FROM registry_course WHERE id = \(id)") {
            CourseRow(
                org: try $0(), title: try $0(), code: try $0(), year: try $0(), grades: try $0(), subjects: try $0())
        }
    }

    func insert(_ course: CourseRow) throws -> Int64 {
        let id = newID(CourseRow.self).raw
        try exec(
            """
            INSERT INTO registry_course (id, org_id, title, code, year, grades, subjects)
            VALUES (\(id), \(course.org), \(course.title), \(course.code), \(course.year), \(course.grades), \(course.subjects))
            """)
        return id
    }

    func update(course id: Int64, _ course: CourseRow) throws {
        try exec(
            """
            UPDATE registry_course SET org_id = \(course.org), title = \(course.title), code = \(course.code), year = \(course.year),
            grades = \(course.grades), subjects = \(course.subjects) WHERE id = \(id)
            """)
    }

    func courseOf(class id: ID<ClassGroup>) throws -> Int64? {
        try value("SELECT course_id FROM registry_class WHERE id = \(id)", Int64?.self) ?? nil
    }
    func setCourse(_ course: Int64?, of id: ID<ClassGroup>) throws {
        try exec("UPDATE registry_class SET course_id = \(course) WHERE id = \(id)")
    }
    func reopen(class id: ID<ClassGroup>) throws {
        try exec(
            "UPDATE registry_class SET closed_on = NULL, version = version + 1, updated_at = \(now) WHERE id = \(id)")
    }
    func lead(_ id: ID<ClassGroup>, by staff: ID<Staff>) throws {
        try exec(
            "UPDATE registry_class SET homeroom_id = \(staff), version = version + 1, updated_at = \(now) WHERE id = \(id)"
        )
    }
}

// MARK: people, stays

extension Tx {
    func enrolment(_ id: Int64) throws -> EnrolmentRecord? {
        try one(
            """
            SELECT \(sql: EnrolmentRecord.columns) FROM registry_enrolment e JOIN registry_org o ON o.id = e.org_id
            LEFT JOIN registry_class c ON c.id = e.class_id WHERE e.id = \(id)
            """, EnrolmentRecord.init)
    }

    func teaching(_ id: Int64) throws -> TeachingRecord? {
        try one(
            """
            SELECT t.id, t.class_id, c.name, t.staff_id, s.name, t.subject, t.duty, t.valid_from, t.valid_to
            FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id JOIN registry_staff s ON s.id = t.staff_id WHERE t.id = \(id)
            """, TeachingRecord.init)
    }

    func post(_ id: Int64) throws -> (staff: ID<Staff>, org: ID<Org>, position: String, isMain: Bool, period: Period)? {
        try one("SELECT staff_id, org_id, position, is_main, valid_from, valid_to FROM registry_post WHERE id = \(id)")
        {
            (staff: try $0(), org: try $0(), position: try $0(), isMain: try $0(), period: try $0.period())
        }
    }

    /// A learner's stay in a class in its year, whatever file it came from.
    func stay(of student: ID<Student>, in group: ID<ClassGroup>) throws -> Int64? {
        try value(
            """
            SELECT id FROM registry_enrolment WHERE student_id = \(student) AND class_id = \(group) ORDER BY valid_to DESC, id DESC LIMIT 1
            """)
    }

    /// A teacher's assignment to a class, whatever file it came from.
    func teachings(of staff: ID<Staff>, in group: ID<ClassGroup>) throws -> [Int64] {
        try all("SELECT id FROM registry_teaching WHERE staff_id = \(staff) AND class_id = \(group) ORDER BY id")
    }

    func update(stay id: ID<Enrolment>, kind: String, _ period: Period, leaving: String) throws {
        try exec(
            """
            UPDATE registry_enrolment SET kind = \(kind), valid_from = \(period.first), valid_to = \(period.last), leaving = \(leaving)
            WHERE id = \(id)
            """)
    }

    func update(teaching id: Int64, _ period: Period) throws {
        try exec(
            "UPDATE registry_teaching SET valid_from = \(period.first), valid_to = \(period.last) WHERE id = \(id)")
    }

    func update(post id: Int64, _ period: Period) throws {
        try exec("UPDATE registry_post SET valid_from = \(period.first), valid_to = \(period.last) WHERE id = \(id)")
    }

    /// Sets a learner's copies of today's place; the search index only where the unit or level changed.
    func settle(
        _ student: StudentRecord, org: ID<Org>, classGroup: ID<ClassGroup>?, level: Level?, grade: String,
        status: String
    ) throws {
        try exec(
            """
            UPDATE registry_student SET org_id = \(org), class_id = \(classGroup), level = \(level?.rawValue ?? ""), grade = \(grade),
            status = \(status), version = version + 1, updated_at = \(now) WHERE id = \(student.id)
            """)
        guard student.org != org || student.level != level else { return }
        try index(.student, student.id.raw, org: org, name: student.name.full, level: level)
    }

    func setOrg(_ org: ID<Org>, position: String, of staff: StaffRecord) throws {
        guard staff.org == nil || staff.org == org else { return }
        try exec(
            """
            UPDATE registry_staff SET org_id = \(org), position = \(position.isEmpty ? staff.position : position), version = version + 1,
            updated_at = \(now) WHERE id = \(staff.id)
            """)
        if staff.org == nil { try index(.staff, staff.id.raw, org: org, name: staff.name.full, level: nil) }
    }

    func setStatus(_ status: String, ofStudent id: ID<Student>) throws {
        try exec(
            "UPDATE registry_student SET status = \(status), version = version + 1, updated_at = \(now) WHERE id = \(id)"
        )
    }

    func setStatus(_ status: String, ofStaff id: ID<Staff>) throws {
        try exec(
            "UPDATE registry_staff SET status = \(status), version = version + 1, updated_at = \(now) WHERE id = \(id)")
    }

    func guardian(_ id: Int64) throws -> GuardianRecord? {
        try one(
            """
            SELECT g.id, g.name, g.sex, g.birth_date, g.phone, CASE WHEN g.personal_blind IS NULL THEN 0 ELSE 1 END, g.details, g.version
            FROM registry_guardian g WHERE g.id = \(id)
            """
        ) { row in
            GuardianRecord(
                id: try row(), name: try row(), sex: try row(), birthDate: try row(), phone: try row(),
                hasPersonalID: try row(),
                details: try row(), version: try row())
        }
    }

    func isLinked(_ guardian: ID<Guardian>, _ student: ID<Student>) throws -> Bool {
        try exists("SELECT 1 FROM registry_guardianship WHERE guardian_id = \(guardian) AND student_id = \(student)")
    }

    /// The children of a guardian, or the guardians of a child, whom a link binds today.
    func linked(guardian: Int64) throws -> [Int64] {
        try all(
            "SELECT student_id FROM registry_guardianship WHERE guardian_id = \(guardian) AND valid_to >= \(today) ORDER BY student_id"
        )
    }

    func linked(student: Int64) throws -> [Int64] {
        try all(
            "SELECT guardian_id FROM registry_guardianship WHERE student_id = \(student) AND valid_to >= \(today) ORDER BY guardian_id"
        )
    }
}

extension Tx {
    func openPosts(of staff: ID<Staff>) throws -> [(id: Int64, first: Day)] {
        try all(
            "SELECT id, valid_from FROM registry_post WHERE staff_id = \(staff) AND valid_to = '2200-12-31' ORDER BY id"
        ) {
            (id: try $0(), first: try $0())
        }
    }
}
