import Base
import Storage

/// Which objects the roster's lists hold, in the order of their keys: new ones come last, so that a walk by pages meets each once.
extension Tx {
    func rosterMarks(_ question: RosterQuestion, _ depth: RosterQuestion.Depth = .keys) throws -> [RosterMark] {
        let found: [[RosterMark]] =
            switch question.noun {
            case .orgs: [try orgMarks(question)]
            case .academicSessions: [try sessionMarks(question)]
            case .courses: [try courseMarks(question), try gradeCourseMarks(question)]
            case .classes: [try classMarks(question)]
            case .users, .demographics: try personMarks(question, depth)
            case .enrollments: [try stayMarks(question), try teachingMarks(question), try keptMarks(question)]
            }
        let marks = found.filter { !$0.isEmpty }
        return marks.count == 1 ? marks[0] : marks.joined().sorted { $0.key.id < $1.key.id }
    }

    private func keyed(_ kind: RosterKind, _ sql: SQL) throws -> [RosterMark] {
        try all(sql) { RosterMark(key: RosterKey(kind: kind, id: try $0())) }
    }

    /// The one asked for, where it is of this kind.
    private func only(_ question: RosterQuestion, _ kind: RosterKind, _ column: StaticString) -> SQL {
        guard let key = question.only else { return "1 = 1" }
        return key.kind == kind ? "\(sql: Tx.column(column)) = \(key.id)" : "1 = 0"
    }

    // MARK: units, sessions, courses, classes

    private func orgMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        let schools: SQL = question.choice == .schools ? "o.is_institution = 1" : "1 = 1"
        return try keyed(
            .org,
            """
            SELECT o.id FROM registry_org o WHERE (\(question.scope, on: "o.id")
            OR (o.closed_on < '2200-12-31' AND \(sql: everIn(question.scope, "o.id"))))
            AND \(sql: schools) AND \(sql: only(question, .org, "o.id")) ORDER BY o.id
            """)
    }

    private func sessionMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        var wheres: [SQL] = [
            "(s.org_id IS NULL OR \(question.scope, on: "s.org_id"))", only(question, .session, "s.id"),
        ]
        if question.choice == .terms { wheres.append("s.kind IN ('term', 'semester')") }
        if question.choice == .gradingPeriods { wheres.append("s.kind = 'grading-period'") }
        if let school = question.school { wheres.append("(s.org_id IS NULL OR s.org_id = \(school))") }
        if let term = question.term {
            wheres.append(
                "(s.parent_id = \(term) OR s.parent_id IN (SELECT p.id FROM registry_session p WHERE p.parent_id = \(term)))"
            )
        }
        return try keyed(
            .session, "SELECT s.id FROM registry_session s WHERE \(sql: wheres.joined(" AND ")) ORDER BY s.id")
    }

    private func courseMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        let ofSchool: SQL =
            question.school.map {
                "(c.org_id = \($0) OR c.id IN (SELECT g.course_id FROM registry_class g WHERE g.org_id = \($0)))"
            } ?? "1 = 1"
        return try keyed(
            .course,
            """
            SELECT c.id FROM registry_course c WHERE (c.org_id IS NULL OR \(question.scope, on: "c.org_id"))
            AND \(sql: ofSchool) AND \(sql: only(question, .course, "c.id")) ORDER BY c.id
            """)
    }

    /// The courses that classes follow which no file gave one: one a level and grade.
    private func gradeCourseMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        if let key = question.only {
            return key.kind == .gradeCourse && GradeCourse.all.contains { $0.id == key.id }
                ? [RosterMark(key: key)] : []
        }
        guard let school = question.school else {
            return GradeCourse.all.map { RosterMark(key: RosterKey(kind: .gradeCourse, id: $0.id)) }
        }
        let used = Set(
            try all(
                """
                SELECT DISTINCT c.level, c.grades FROM registry_class c
                WHERE c.org_id = \(school) AND c.course_id IS NULL AND \(question.scope, on: "c.org_id")
                """
            ) { GradeCourse.of(level: try $0(), grades: ClassRecord.grades(try $0())).id })
        return used.sorted().map { RosterMark(key: RosterKey(kind: .gradeCourse, id: $0)) }
    }

    private func classMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        var wheres: [SQL] = [
            "\(question.scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))",
            only(question, .classGroup, "c.id"),
        ]
        if let school = question.school { wheres.append("c.org_id = \(school)") }
        if let year = question.year { wheres.append("c.year = \(year)") }
        if let course = question.course {
            wheres.append(course.kind == .gradeCourse ? follows(gradeCourse: course.id) : "c.course_id = \(course.id)")
        }
        if let user = question.user { wheres.append(classes(of: user)) }
        return try keyed(
            .classGroup, "SELECT c.id FROM registry_class c WHERE \(sql: wheres.joined(" AND ")) ORDER BY c.id")
    }

    private func follows(gradeCourse id: Int64) -> SQL {
        guard let course = GradeCourse.all.first(where: { $0.id == id }) else { return "1 = 0" }
        let grade: SQL =
            course.grade.isEmpty
            ? "c.grades = ''" : "(c.grades = \(course.grade) OR c.grades LIKE \(course.grade + ",%"))"
        return "c.course_id IS NULL AND c.level = \(course.level) AND \(sql: grade)"
    }

    private func classes(of user: RosterKey) -> SQL {
        switch user.kind {
        case .student:
            "c.id IN (SELECT e.class_id FROM registry_enrolment e WHERE e.student_id = \(user.id) AND \(sql: isOn()))"
        case .staff:
            """
            c.id IN (SELECT t.class_id FROM registry_teaching t JOIN registry_class g ON g.id = t.class_id
            WHERE t.staff_id = \(user.id) AND \(sql: isTaught("g.year")))
            """
        default: "1 = 0"
        }
    }

    // MARK: stays and assignments

    /// Stays that go on, or ran their course: the others are told as gone.
    private func isOn() -> SQL { "(e.valid_to >= \(today) OR e.leaving IN ('year-end', 'graduated', 'completed'))" }

    /// Assignments that go on, and all of earlier years.
    private func isTaught(_ year: StaticString) -> SQL {
        "(t.valid_to >= \(today) OR \(sql: Tx.column(year)) < \(SchoolYear(of: today)))"
    }

    private func stayMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        let scope = question.scope
        var wheres: [SQL] = [
            "\(scope, on: Belongs(org: "e.org_id", classGroup: "e.class_id", student: "e.student_id", level: "e.level"))",
            "\(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))",
            "e.class_id IS NOT NULL", only(question, .enrolment, "e.id"),
        ]
        if let school = question.school { wheres.append("e.org_id = \(school)") }
        if let group = question.classGroup { wheres.append("e.class_id = \(group)") }
        if let user = question.user { wheres.append(user.kind == .student ? "e.student_id = \(user.id)" : "1 = 0") }
        if let since = question.since {
            wheres.append("(s.updated_at >= \(since) OR e.id >= \(RosterMark.key(at: since)))")
        }
        return try all(
            """
            SELECT e.id, s.updated_at, CASE WHEN \(sql: isOn()) THEN 0 ELSE 1 END
            FROM registry_enrolment e JOIN registry_student s ON s.id = e.student_id
            WHERE \(sql: wheres.joined(" AND ")) ORDER BY e.id
            """
        ) { try RosterMark(.enrolment, &$0) }
    }

    private func teachingMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        let scope = question.scope
        var wheres: [SQL] = [
            "\(scope, on: "s.org_id")",
            "\(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))",
            only(question, .teaching, "t.id"),
        ]
        if let school = question.school { wheres.append("c.org_id = \(school)") }
        if let group = question.classGroup { wheres.append("t.class_id = \(group)") }
        if let user = question.user { wheres.append(user.kind == .staff ? "t.staff_id = \(user.id)" : "1 = 0") }
        if let since = question.since {
            wheres.append("(c.updated_at >= \(since) OR t.id >= \(RosterMark.key(at: since)))")
        }
        return try all(
            """
            SELECT t.id, c.updated_at, CASE WHEN \(sql: isTaught("c.year")) THEN 0 ELSE 1 END
            FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id JOIN registry_staff s ON s.id = t.staff_id
            WHERE \(sql: wheres.joined(" AND ")) ORDER BY t.id
            """
        ) { try RosterMark(.teaching, &$0) }
    }

    /// Rows kept verbatim are told to those alone who see the whole register: nothing says whose they are.
    private func keptMarks(_ question: RosterQuestion) throws -> [RosterMark] {
        guard question.scope == .everything, question.choice == .all, question.school == nil,
            question.classGroup == nil, question.user == nil
        else { return [] }
        return try keyed(
            .kept,
            """
            SELECT i.entity_id FROM registry_identifier i WHERE i.entity = 'kept' AND i.type = \(question.noun.file.rawValue)
            AND LENGTH(i.digest) > 0 AND \(sql: only(question, .kept, "i.entity_id")) ORDER BY i.entity_id
            """)
    }
}

extension RosterMark {
    /// The first key that can have been made at a moment.
    static func key(at moment: Int64) -> Int64 {
        min(max(0, moment - IDSource.epoch), (1 << 42) - 1) << 21
    }

    fileprivate init(_ kind: RosterKind, _ row: inout Row) throws {
        let id: Int64 = try row(), changed: Int64 = try row()
        self.init(key: RosterKey(kind: kind, id: id))
        moment = max(changed, ID<Enrolment>(stored: id).madeAt)
        isGone = try row()
    }
}

// MARK: persons

extension Tx {
    private func personMarks(_ question: RosterQuestion, _ depth: RosterQuestion.Depth) throws -> [[RosterMark]] {
        var found = [try studentMarks(question, depth), try staffMarks(question, depth)]
        if question.choice == .all {
            found.append(try guardianMarks(question, depth))
            found.append(try keptMarks(question))
        }
        if question.since != nil, question.noun == .users {
            found += [try leftStudents(question), try leftStaff(question)]
        }
        return found
    }

    /// What demographics say: a person of whom nothing of the sort is known has none.
    private func tells(_ question: RosterQuestion, _ condition: SQL) -> SQL {
        question.noun == .demographics ? condition : "1 = 1"
    }

    private func studentMarks(_ question: RosterQuestion, _ depth: RosterQuestion.Depth) throws -> [RosterMark] {
        guard question.choice != .teachers else { return [] }
        var wheres: [SQL] = [
            "\(question.scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))",
            only(question, .student, "s.id"),
            tells(question, "(s.birth_date IS NOT NULL OR s.sex <> '' OR s.ethnicity <> '')"),
        ]
        if let school = question.school, question.classGroup == nil { wheres.append("s.org_id = \(school)") }
        if let group = question.classGroup {
            wheres.append(
                "s.id IN (SELECT e.student_id FROM registry_enrolment e WHERE e.class_id = \(group) AND \(sql: isOn()))"
            )
        }
        if let since = question.since { wheres.append("s.updated_at >= \(since)") }
        let status = StudentStatus.open
        return try all(
            """
            SELECT s.id\(sql: columns(depth, names: true)) FROM registry_student s WHERE \(sql: wheres.joined(" AND ")) ORDER BY s.id
            """
        ) { try RosterMark(person: .student, &$0, depth) { status.contains($0) } }
    }

    private func staffMarks(_ question: RosterQuestion, _ depth: RosterQuestion.Depth) throws -> [RosterMark] {
        guard question.choice != .students else { return [] }
        var wheres: [SQL] = [
            "\(question.scope, on: "s.org_id")", only(question, .staff, "s.id"),
            tells(question, "(s.birth_date IS NOT NULL OR s.sex <> '' OR s.ethnicity <> '')"),
        ]
        if let school = question.school, question.classGroup == nil { wheres.append("s.org_id = \(school)") }
        if question.choice == .teachers, question.classGroup == nil {
            wheres.append(
                """
                (s.staff_group = 'GV' OR EXISTS (SELECT 1 FROM registry_teaching t WHERE t.staff_id = s.id AND t.valid_to >= \(today)))
                """)
        }
        if let group = question.classGroup {
            wheres.append(
                """
                s.id IN (SELECT t.staff_id FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id
                WHERE t.class_id = \(group) AND \(sql: isTaught("c.year")))
                """)
        }
        if let since = question.since { wheres.append("s.updated_at >= \(since)") }
        let status = StaffStatus.open
        return try all(
            """
            SELECT s.id\(sql: columns(depth, names: true)) FROM registry_staff s WHERE \(sql: wheres.joined(" AND ")) ORDER BY s.id
            """
        ) { try RosterMark(person: .staff, &$0, depth) { status.contains($0) } }
    }

    private func guardianMarks(_ question: RosterQuestion, _ depth: RosterQuestion.Depth) throws -> [RosterMark] {
        guard question.school == nil, question.classGroup == nil else { return [] }
        var wheres: [SQL] = [
            only(question, .guardian, "s.id"), tells(question, "(s.birth_date IS NOT NULL OR s.sex <> '')"),
        ]
        if question.scope != .everything {
            wheres.append(
                """
                s.id IN (SELECT g.guardian_id FROM registry_guardianship g JOIN registry_student p ON p.id = g.student_id
                WHERE g.valid_to >= \(today)
                AND \(question.scope, on: Belongs(org: "p.org_id", classGroup: "p.class_id", student: "p.id", level: "p.level")))
                """)
        }
        if let since = question.since { wheres.append("s.updated_at >= \(since)") }
        return try all(
            """
            SELECT s.id\(sql: columns(depth, names: false)) FROM registry_guardian s WHERE \(sql: wheres.joined(" AND ")) ORDER BY s.id
            """
        ) { try RosterMark(person: .guardian, &$0, depth) { _ in true } }
    }

    private func columns(_ depth: RosterQuestion.Depth, names: Bool) -> SQL {
        guard depth != .keys else { return .none }
        let moments: SQL = names ? ", s.updated_at, s.status" : ", s.updated_at, ''"
        guard depth != .moments else { return moments }
        let parts: SQL = names ? ", s.family_name, s.middle_name, s.given_name" : ", s.name, '', ''"
        return moments + parts + (depth == .emails ? ", s.details" : .none)
    }

    /// Learners who had a stay within reach and learn elsewhere now.
    private func leftStudents(_ question: RosterQuestion) throws -> [RosterMark] {
        guard question.scope != .everything, question.choice != .teachers, question.classGroup == nil else { return [] }
        let scope = question.scope, ofSchool: SQL = question.school.map { "e.org_id = \($0)" } ?? "1 = 1"
        return try left(
            .goneStudent,
            """
            SELECT DISTINCT s.id, s.updated_at FROM registry_student s JOIN registry_enrolment e ON e.student_id = s.id
            WHERE s.updated_at >= \(question.since ?? 0) AND \(sql: ofSchool) AND \(sql: only(question, .goneStudent, "s.id"))
            AND \(scope, on: Belongs(org: "e.org_id", classGroup: "e.class_id", student: "e.student_id", level: "e.level"))
            AND CASE WHEN \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level")) THEN 1 ELSE 0 END = 0
            ORDER BY s.id
            """)
    }

    /// Staff who had a post within reach and have none now.
    private func leftStaff(_ question: RosterQuestion) throws -> [RosterMark] {
        guard question.scope != .everything, question.choice != .students, question.classGroup == nil else { return [] }
        let scope = question.scope, ofSchool: SQL = question.school.map { "p.org_id = \($0)" } ?? "1 = 1"
        return try left(
            .goneStaff,
            """
            SELECT DISTINCT s.id, s.updated_at FROM registry_staff s JOIN registry_post p ON p.staff_id = s.id
            WHERE s.updated_at >= \(question.since ?? 0) AND \(sql: ofSchool) AND \(sql: only(question, .goneStaff, "s.id"))
            AND \(scope, on: "p.org_id") AND p.valid_to < \(today)
            AND CASE WHEN \(scope, on: "s.org_id") THEN 1 ELSE 0 END = 0 ORDER BY s.id
            """)
    }

    private func left(_ kind: RosterKind, _ sql: SQL) throws -> [RosterMark] {
        try all(sql) { row in
            var mark = RosterMark(key: RosterKey(kind: kind, id: try row()))
            (mark.moment, mark.isGone) = (try row(), true)
            return mark
        }
    }
}

extension RosterMark {
    fileprivate init(
        person kind: RosterKind, _ row: inout Row, _ depth: RosterQuestion.Depth, _ isOpen: (String) -> Bool
    ) throws {
        self.init(key: RosterKey(kind: kind, id: try row()))
        guard depth != .keys else { return }
        moment = try row()
        isGone = try !isOpen(row())
        guard depth != .moments else { return }
        (family, middle, given) = (try row(), try row(), try row())
        if kind == .guardian {
            let name = RosterBook.parts(of: family, as: [:])
            (family, middle, given) = (name.family, name.middle, name.given)
        }
        if depth == .emails { email = try (row() as Details)["email"] ?? "" }
    }
}
