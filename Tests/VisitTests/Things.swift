import Base
import House
import Identity
import Quality
import Registry
import Storage
import Work

/// Something of the sample that a path can name, and where it belongs.
struct Thing: Sendable {
    let id: Int64, org: Int64?
    var classGroup: Int64?, student: Int64?, owner: Int64?
    /// Other things by which it is reached as well: the second record of a pair.
    var also: [Thing] = []
    /// What gives it away on a page.
    var sign = ""

    var code: String { ID<Org>(stored: id).code }
}

/// The sample's things by what stands before their key in a path: `students`, `classes` …, read from the tables, so
/// that what a role may see is told here a second time and not by the code under test.
struct Things: Sendable {
    private(set) var kinds: [String: [Thing]] = [:]
    /// A key that nothing has.
    let guessed = ID<Org>(stored: 1 << 40).code

    init(_ door: Door) async throws {
        try await Things.make(door)
        kinds = try await door.db.read { tx in try Things.read(tx) }
    }

    /// What the sample has none of by itself: a learner who left, slips, frozen figures, jobs.
    private static func make(_ door: Door) async throws {
        let visitor = Visitor.commandLine
        let learners = try await door.db.read { tx in
            try tx.all(
                """
                SELECT MIN(s.id) AS id, MAX(s.id) FROM registry_student s WHERE s.class_id IS NOT NULL
                GROUP BY s.class_id ORDER BY id
                """
            ) { (first: try $0() as ID<Student>, last: try $0() as ID<Student>) }
        }
        for learner in learners.suffix(1) {
            try await Registry.leave(
                learner.last, on: Day(at: door.db.clock.now), status: "left-1", by: visitor, in: door.db)
        }
        for learner in learners.map(\.last) { try await Things.ask(learner, door) }
        _ = try await issueSlips(for: learners.map(\.first), by: visitor, in: door.db)
        for org in try await door.db.read({ tx in try Things.schools(tx) }) {
            _ = try await Registry.freezeFigures(
                "Bản chốt \(org.code)", of: org, on: Day(at: door.db.clock.now), by: visitor, in: door.db)
        }
        try await makePairs(learners.map(\.first), door)
        for org in try await door.db.read({ tx in try Things.schools(tx) }) {
            var form = ConsumerForm()
            (form.name, form.contact, form.org) = ("Hệ thống \(org.code)", "ai đó", org)
            (form.scopes, form.expiresOn) = ([RosterScopes.core], Day(at: door.db.clock.now).adding(30))
            _ = try await makeConsumer(form, by: visitor, in: door.db)
        }
        for org in try await door.db.read({ tx in try tx.all("SELECT id FROM registry_org ORDER BY id", ID<Org>.self) })
        {
            _ = try await Quality.inspect(org, in: door.db)
        }
        _ = try await door.db.commit { tx in
            try tx.enqueue("matrix.none", input: "{}", by: visitor, due: .max)
        }
    }

    /// Pairs within a class and across schools, and a merge of each.
    private static func makePairs(_ learners: [ID<Student>], _ door: Door) async throws {
        let visitor = Visitor.commandLine
        let places = try await door.db.read { tx in
            try tx.all(
                "SELECT id, code, org_id FROM registry_student WHERE class_id IS NOT NULL ORDER BY org_id, class_id, id"
            ) { (id: try $0() as ID<Student>, code: try $0() as String, org: try $0() as Int64) }
        }
        let schools = Dictionary(grouping: places, by: \.org).values.sorted { $0[0].org < $1[0].org }
        for (school, next) in zip(schools, schools.dropFirst() + schools.prefix(1))
        where school.count > 12 && next.count > 12 {
            _ = try await Registry.propose(school[3].id, and: school[4].code, by: visitor, in: door.db)
            _ = try await Registry.propose(school[5].id, and: next[6].code, by: visitor, in: door.db)
            var draft = TransferDraft(student: school[9].id, day: Day(at: door.db.clock.now))
            (draft.target, draft.reason) = (next.first.map { ID(stored: $0.org) }, "Ma trận")
            _ = try await Registry.askTransfer(draft, by: visitor, in: door.db)
            var plan = MergePlan(kept: school[7].id, given: school[8].id)
            plan.reason = "Ma trận"
            _ = try await Registry.merge(plan, tables: House.personTables, by: visitor, in: door.db)
        }
    }

    /// A request of a family's, as the form sends it.
    private static func ask(_ learner: ID<Student>, _ door: Door) async throws {
        try await door.db.commit { tx in
            try tx.exec(
                """
                INSERT INTO rights_request (id, kind, subject_kind, subject_id, org_id, class_id, level, words, asked_at, answer_by, done_by, state,
                answer) SELECT \(tx.newID(Student.self)), 'access', 'student', id, org_id, class_id, level, '', \(tx.now), \(tx.today), \(tx.today),
                'open', '' FROM registry_student WHERE id = \(learner)
                """)
        }
    }

    private static func schools(_ tx: Tx) throws -> [ID<Org>] {
        try tx.all("SELECT id FROM registry_org WHERE is_institution = 1 ORDER BY id", ID<Org>.self)
    }

    private static func read(_ tx: Tx) throws -> [String: [Thing]] {
        let students = try tx.all(
            """
            SELECT s.id, COALESCE(s.org_id, (SELECT MAX(e.org_id) FROM registry_enrolment e WHERE e.student_id = s.id)),
            s.class_id, s.code FROM registry_student s ORDER BY s.id
            """
        ) { row in
            let id: Int64 = try row()
            return Thing(id: id, org: try row(), classGroup: try row(), student: id, sign: try row())
        }
        let place = Dictionary(students.map { ($0.id, $0) }) { first, _ in first }
        func plain(_ sql: SQL) throws -> [Thing] {
            try tx.all(sql) { Thing(id: try $0(), org: try $0(), sign: try $0()) }
        }
        return [
            "students": students,
            "staff": try plain("SELECT id, org_id, code FROM registry_staff ORDER BY id"),
            "classes": try tx.all("SELECT id, org_id FROM registry_class ORDER BY id") { row in
                let id: Int64 = try row()
                return Thing(id: id, org: try row(), classGroup: id)
            },
            "orgs": try tx.all("SELECT id FROM registry_org ORDER BY id") { row in
                let id: Int64 = try row()
                return Thing(id: id, org: id)
            },
            "accounts": try tx.all(
                "SELECT id, org_id, person_kind, person_id, username FROM identity_account ORDER BY id"
            ) { row in
                var thing = Thing(id: try row(), org: try row())
                let kind: String? = try row(), person: Int64? = try row()
                if kind == "student" { thing.student = person }
                if kind == "student" { thing.classGroup = person.flatMap { place[$0]?.classGroup } }
                thing.owner = thing.id
                thing.sign = try row()
                return thing
            },
            "slips": try tx.all("SELECT id, org_id, class_id, student_id FROM identity_slip ORDER BY id") { row in
                Thing(id: try row(), org: try row(), classGroup: try row(), student: try row())
            },
            "consumers": try tx.all("SELECT id, org_id FROM identity_consumer ORDER BY id") { row in
                Thing(id: try row(), org: try row())
            },
            "freezes": try tx.all("SELECT id, org_id FROM registry_freeze ORDER BY id") { row in
                Thing(id: try row(), org: try row())
            },
            "requests": try tx.all("SELECT id, org_id, class_id, subject_id FROM rights_request ORDER BY id") { row in
                Thing(id: try row(), org: try row(), classGroup: try row(), student: try row())
            },
            "audit": try tx.all("SELECT id, subject_org_id, account_id FROM work_audit_entry ORDER BY id") { row in
                var thing = Thing(id: try row(), org: try row())
                thing.owner = try row()
                return thing
            },
            "duplicates": try tx.all("SELECT id, first_id, second_id FROM registry_duplicate ORDER BY id") { row in
                let id: Int64 = try row(), sides = [try row() as Int64, try row() as Int64].compactMap { place[$0] }
                return Things.pair(id, sides)
            },
            "transfers": try tx.all("SELECT id, from_org, to_org, from_class FROM registry_transfer ORDER BY id") {
                row in
                let id: Int64 = try row(), orgs = [try row() as Int64?, try row() as Int64?].compactMap { $0 }
                return Things.pair(id, orgs.map { Thing(id: $0, org: $0) })
            },
            "merges": try tx.all("SELECT id, kept_id FROM registry_merge ORDER BY id") { row in
                let id: Int64 = try row()
                return Things.pair(id, [try row() as Int64].compactMap { place[$0] })
            },
            "jobs": try tx.all("SELECT id, org_id FROM work_job ORDER BY id") { Thing(id: try $0(), org: try $0()) },
        ]
    }

    /// A thing that is reached by whoever reaches one of the learners it is about.
    private static func pair(_ id: Int64, _ sides: [Thing]) -> Thing {
        var thing = Thing(id: id, org: sides.first?.org)
        (thing.classGroup, thing.student, thing.also) = (sides.first?.classGroup, sides.first?.student, sides)
        return thing
    }

    /// The kind of thing that a route's first key stands for.
    private static func kind(of pattern: String) -> String {
        let parts = pattern.split(separator: "/")
        let at = parts.firstIndex { $0.hasPrefix("{") } ?? 0
        let name = at > 0 ? String(parts[at - 1]) : ""
        return name == "imports" || name == "exports" ? "jobs" : name
    }

    /// A route's paths: its key filled with one of each sort, each told whether it is foreign to the one who asks.
    func paths(of pattern: String, for reach: RoleReach) -> [(path: String, isForeign: Bool)] {
        guard pattern.contains("{") else {
            return [(pattern, false), ("\(pattern)?q=a", false), ("\(pattern)?q=LC", false)]
        }
        let all = kinds[Things.kind(of: pattern)] ?? []
        let own = all.first { reach.sees($0) }.map { [(filled(pattern, $0.code), false)] } ?? []
        return own + (reach.foreign(of: all).map(\.code) + [guessed]).map { (filled(pattern, $0), true) }
    }

    /// A route's paths for whoever asks: one with a thing that is there, one guessed.
    func all(of pattern: String) -> [String] {
        guard pattern.contains("{") else { return [pattern] }
        let first = kinds[Things.kind(of: pattern)]?.first?.code
        return (first.map { [$0] } ?? []).map { filled(pattern, $0) } + [filled(pattern, guessed)]
    }

    /// The fields in which forms name what they are about, filled with what the sender must not reach.
    func foreignFields(_ reach: RoleReach) -> [(String, String)] {
        func one(_ kind: String) -> String { reach.foreign(of: kinds[kind] ?? []).first?.code ?? guessed }
        return [
            ("id", one("students")), ("student", one("students")), ("students", one("students")),
            ("staff", one("staff")), ("org", one("orgs")), ("school", one("orgs")), ("parent", one("orgs")),
            ("class", one("classes")), ("account", one("accounts")), ("slip", one("slips")), ("grant", guessed),
            ("verb", "move"), ("role", "clerk"), ("state", "suspended"),
        ]
    }

    private func filled(_ pattern: String, _ code: String) -> String {
        guard let from = pattern.firstIndex(of: "{"), let to = pattern.firstIndex(of: "}") else { return pattern }
        let path = pattern.replacingCharacters(in: from...to, with: code)
        return filled(path, guessed)
    }

    /// What must not stand on any page of somebody's.
    func signs(foreignTo reach: RoleReach) -> Set<String> {
        Set(
            ["students", "staff"].flatMap { kinds[$0] ?? [] }.filter { !$0.sign.isEmpty && !reach.sees($0) }.map(\.sign)
        )
    }
}

extension Answer {
    /// The words of an answer that may be codes: letters, digits, hyphens and the star of a check character.
    var words: Set<String> {
        Set(
            bytes.split {
                !(48...57).contains($0) && !(65...90).contains($0) && !(97...122).contains($0) && $0 != 45 && $0 != 42
            }
            .map { String(decoding: $0, as: UTF8.self) })
    }
}

/// What one account of the sample may see, found in the tables by the words of the issue and not by the code under test.
struct RoleReach: Sendable {
    /// The units it reaches; nil is all.
    private(set) var orgs: Set<Int64>?
    /// The classes and learners it is limited to.
    private(set) var classes: Set<Int64>?, students: Set<Int64>?
    let account: Int64, home: Int64?

    init(_ role: Role, _ door: Door) async throws {
        let held = door.demo.accounts.first { $0.role == role.rawValue }
        let username = held?.username ?? "", org = held?.org ?? ""
        self = try await door.db.read { tx in try RoleReach(tx, role, username, org) }
    }

    private init(_ tx: Tx, _ role: Role, _ username: String, _ org: String) throws {
        let found = try tx.one("SELECT id, person_id FROM identity_account WHERE username = \(username)") {
            (id: try $0() as Int64, person: try $0() as Int64?)
        }
        account = found?.id ?? 0
        home = try tx.value("SELECT id FROM registry_org WHERE code = \(org)")
        let person = found?.person ?? 0
        switch role {
        case .administrator: orgs = nil
        case .department, .commune, .inspector:
            orgs = Set(
                try tx.all(
                    """
                    SELECT org_id FROM registry_org_path WHERE ancestor_id = \(home ?? 0) AND valid_to = '2200-12-31'
                    """, Int64.self))
        case .homeroom:
            classes = Set(try tx.all("SELECT id FROM registry_class WHERE homeroom_id = \(person)", Int64.self))
        case .subjectTeacher:
            classes = Set(
                try tx.all("SELECT class_id FROM registry_teaching WHERE staff_id = \(person)", Int64.self)
                    + tx.all("SELECT id FROM registry_class WHERE homeroom_id = \(person)", Int64.self))
        case .student: students = [person]
        case .guardian:
            students = Set(
                try tx.all(
                    """
                    SELECT student_id FROM identity_child WHERE account_id = \(account)
                    UNION SELECT student_id FROM registry_guardianship WHERE guardian_id = \(person)
                    """, Int64.self))
        default: break
        }
        if role != .administrator, orgs == nil { orgs = home.map { [$0] } ?? [] }
        if let students {
            let places = try tx.all(
                "SELECT org_id, class_id FROM registry_student WHERE id IN \(list: students.sorted())"
            ) {
                (org: try $0() as Int64?, classGroup: try $0() as Int64?)
            }
            orgs = Set(places.compactMap(\.org))
            classes = Set(places.compactMap(\.classGroup))
        }
    }

    func sees(_ thing: Thing) -> Bool {
        if thing.owner == account || thing.also.contains(where: sees) { return true }
        if let student = thing.student, let students { return students.contains(student) }
        if let classes, thing.student != nil || thing.classGroup != nil {
            return thing.classGroup.map(classes.contains) ?? false
        }
        guard let orgs else { return true }
        return thing.org.map(orgs.contains) ?? false
    }

    /// One of each sort that is not seen: of the same school, of another one, without a place.
    func foreign(of things: [Thing]) -> [Thing] {
        let hidden = things.filter { !sees($0) }
        let same = hidden.first { $0.org != nil && $0.org == home }
        let others = Dictionary(grouping: hidden.filter { $0.org != nil && $0.org != home }) { $0.org ?? 0 }
        let away = others.keys.sorted().compactMap { others[$0]?.last }
        let loose = hidden.first { $0.org == nil }, gone = hidden.last { $0.student != nil && $0.classGroup == nil }
        return [same, away.first, away.last, loose, gone].compactMap { $0 }
            .reduce(into: []) { kept, thing in if !kept.contains(where: { $0.id == thing.id }) { kept.append(thing) } }
    }
}
