import Base
import Storage

/// What rules of data quality look at, read school by school: in a few statements each, so that a province takes seconds.
extension Tx {
    /// The units that are looked over, at or below one (or everywhere), by key.
    public func examinedOrgs(under org: ID<Org>?, scope: Scope) throws -> [ID<Org>] {
        let only: SQL = org.map { "AND \(sql: below($0, "o.id", on: today))" } ?? .none
        return try all(
            """
            SELECT o.id FROM registry_org o WHERE o.opened_on <= \(today) AND o.closed_on >= \(today) AND \(scope, on: "o.id") \(sql: only)
            ORDER BY o.id
            """)
    }

    /// The unit whose record one is; nothing when it belongs to none any more.
    public func examinedOrg(of kind: ExaminedRecord.Kind, _ id: Int64) throws -> ID<Org>? {
        switch kind {
        case .student: try value("SELECT org_id FROM registry_student WHERE id = \(id)", ID<Org>?.self) ?? nil
        case .staff: try value("SELECT org_id FROM registry_staff WHERE id = \(id)", ID<Org>?.self) ?? nil
        case .classGroup: try value("SELECT org_id FROM registry_class WHERE id = \(id)")
        case .org: try value("SELECT id FROM registry_org WHERE id = \(id)")
        }
    }

    /// The learners of a unit, or one of them, who learn there today.
    public func examineStudents(of org: ID<Org>, only: Int64? = nil, scope: Scope) throws -> [ExaminedRecord] {
        let wheres: SQL = """
            s.org_id = \(org) AND s.status IN \(list: StudentStatus.open) \(sql: only.map { "AND s.id = \($0)" } ?? .none)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            """
        let numbers = Examining.Numbers(keys)
        var kin = try kin(where: wheres)
        let statuses = try statuses(where: wheres), stays = try openStays(where: wheres)
        return try all(
            """
            SELECT \(sql: StudentRecord.columns), s.personal_sealed, c.grades, c.level, c.org_id, c.closed_on
            FROM registry_student s LEFT JOIN registry_class c ON c.id = s.class_id WHERE \(sql: wheres)
            """
        ) { row in
            let student = try StudentRecord(&row), id = student.id.raw
            var out = ExaminedRecord(kind: .student, id: id, org: org)
            (out.classGroup, out.level, out.values) = (student.classGroup, student.level, student.values)
            out.grades = [student.grade].filter { !$0.isEmpty }
            if student.residence != nil { out.values["residence"] = "1" }
            if student.classGroup != nil { out.values["class"] = "1" }
            let family = kin.removeValue(forKey: id) ?? []
            out.kin = family.map(\.kin)
            numbers.note(
                try row(), family: family.compactMap(\.sealed), in: &out, sex: student.sex, birth: student.birthDate)
            out.statuses = statuses[id] ?? []
            out.counts = ["stays": stays[id] ?? 0, "kin": family.count]
            out.note(
                classGrades: try row(String?.self), try row(Level?.self), org: try row(ID<Org>?.self),
                closed: try row(Day?.self))
            return out
        }
    }

    /// The staff of a unit, or one of them, who work there today.
    public func examineStaff(of org: ID<Org>, only: Int64? = nil, scope: Scope) throws -> [ExaminedRecord] {
        let wheres: SQL = """
            s.org_id = \(org) AND s.status IN \(list: StaffStatus.open) \(sql: only.map { "AND s.id = \($0)" } ?? .none)
            AND \(scope, on: "s.org_id")
            """
        let posts = try counted(
            """
            SELECT p.staff_id, COUNT(*) FROM registry_post p JOIN registry_staff s ON s.id = p.staff_id
            WHERE \(sql: wheres) AND p.valid_from <= \(today) AND p.valid_to >= \(today) GROUP BY p.staff_id
            """)
        let levels = try all("SELECT level FROM registry_org_level WHERE org_id = \(org) ORDER BY level", String.self)
        let numbers = Examining.Numbers(keys)
        return try all(
            "SELECT \(sql: StaffRecord.columns), s.personal_sealed FROM registry_staff s WHERE \(sql: wheres)"
        ) { row in
            let staff = try StaffRecord(&row)
            var out = ExaminedRecord(kind: .staff, id: staff.id.raw, org: org)
            out.values = staff.values
            numbers.note(try row(), family: [], in: &out, sex: staff.sex, birth: staff.birthDate)
            out.counts = ["posts": posts[staff.id.raw] ?? 0]
            out.sets["levels"] = levels
            return out
        }
    }

    private func kin(where wheres: SQL) throws -> [Int64: [(kin: ExaminedRecord.Kin, sealed: [UInt8]?)]] {
        var out: [Int64: [(kin: ExaminedRecord.Kin, sealed: [UInt8]?)]] = [:]
        try each(
            """
            SELECT h.student_id, h.relation, g.birth_date, g.phone, g.personal_sealed FROM registry_student s
            JOIN registry_guardianship h ON h.student_id = s.id JOIN registry_guardian g ON g.id = h.guardian_id
            WHERE \(sql: wheres) AND h.valid_to >= \(today)
            """
        ) { row in
            let student: Int64 = try row(), relation: String = try row(), birth: PartialDay? = try row()
            let kin = ExaminedRecord.Kin(relation: relation, birthYear: birth?.year, phone: try row())
            out[student, default: []].append((kin, try row()))
        }
        return out
    }

    private func statuses(where wheres: SQL) throws -> [Int64: [ExaminedRecord.Status]] {
        var out: [Int64: [ExaminedRecord.Status]] = [:]
        try each(
            """
            SELECT p.student_id, p.kind, p.basis, p.document FROM registry_student s JOIN registry_policy p ON p.student_id = s.id
            WHERE \(sql: wheres) AND p.valid_from <= \(today) AND p.valid_to >= \(today)
            """
        ) { row in
            let student: Int64 = try row(), kind: String = try row(), basis: String = try row()
            let paper: String = try row()
            out[student, default: []].append(.init(kind: kind, hasPaper: !basis.isEmpty || !paper.isEmpty))
        }
        return out
    }

    /// Of stays that go on, how many main ones each learner has.
    private func openStays(where wheres: SQL) throws -> [Int64: Int] {
        try counted(
            """
            SELECT e.student_id, COUNT(*) FROM registry_student s JOIN registry_enrolment e ON e.student_id = s.id
            WHERE \(sql: wheres) AND e.kind = 'main' AND e.valid_from <= \(today) AND e.valid_to = '2200-12-31' GROUP BY e.student_id
            """)
    }

    func counted(_ sql: SQL) throws -> [Int64: Int] {
        var out: [Int64: Int] = [:]
        try each(sql) { row in out[try row()] = try row() }
        return out
    }
}

enum Examining {
    /// Opens personal numbers only to say what is wrong with them: the digits go nowhere.
    struct Numbers {
        private let keys: Keys

        init(_ keys: Keys) { self.keys = keys }

        func note(
            _ sealed: [UInt8]?, family: [[UInt8]], in record: inout ExaminedRecord, sex: String, birth: PartialDay?
        ) {
            guard let sealed else { return }
            record.values["personal_id"] = "1"
            guard let text = keys.open(sealed, Tx.personalPurpose) else { return }
            var flaws = Self.flaws(of: text, sex: sex, birth: birth)
            if family.contains(where: { keys.open($0, Tx.personalPurpose) == text }) { flaws.append("kin") }
            record.sets["number"] = flaws
        }

        private static func flaws(of text: String, sex: String, birth: PartialDay?) -> [String] {
            do {
                return try PersonalID(text, allowsDemo: true).doubts(sex: sex, birth: birth).map(\.rawValue)
            } catch { return ["structure"] }
        }
    }
}

extension ExaminedRecord {
    /// What a learner's class says of itself: its grades, and whether it is the right one to be in.
    fileprivate mutating func note(classGrades: String?, _ classLevel: Level?, org classOrg: ID<Org>?, closed: Day?) {
        guard let classGrades else { return }
        sets["class-grades"] = ClassRecord.grades(classGrades)
        counts["class-elsewhere"] = classOrg == org ? 0 : 1
        counts["class-closed"] = closed == nil ? 0 : 1
        counts["class-level"] = classLevel == level ? 0 : 1
    }
}
