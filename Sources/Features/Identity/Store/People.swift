import Base
import Registry
import Storage

// What this room asks of the register, all in one place.

/// A class and the unit it belongs to.
typealias ClassPlace = (id: ID<ClassGroup>, org: ID<Org>)

extension Tx {
    /// The units above one, itself last.
    func way(to org: ID<Org>) throws -> [ID<Org>] { try path(of: org, on: today, scope: .everything).map(\.id) }

    /// Whether nothing is above a unit.
    func isTop(_ org: ID<Org>) throws -> Bool { try self.org(org, scope: .everything).map { $0.parent == nil } ?? false }

    /// The name of a person in the register.
    func name(of person: Person) throws -> String? { try personName(kind: person.kind.rawValue, id: person.id) }
}

// Until the register answers these itself.
extension Tx {
    func classesLed(by staff: ID<Staff>, on day: Day) throws -> [ClassPlace] {
        try all("SELECT id, org_id FROM registry_class WHERE homeroom_id = \(staff) AND year = \(SchoolYear(of: day)) AND closed_on IS NULL") {
            (id: try $0(), org: try $0())
        }
    }

    func classesTaught(by staff: ID<Staff>, on day: Day) throws -> [ClassPlace] {
        try all("""
            SELECT DISTINCT c.id, c.org_id FROM registry_teaching g JOIN registry_class c ON c.id = g.class_id
            WHERE g.staff_id = \(staff) AND g.valid_from <= \(day) AND g.valid_to >= \(day) AND c.year = \(SchoolYear(of: day))
            """) { (id: try $0(), org: try $0()) }
    }

    func children(of guardian: ID<Guardian>, on day: Day) throws -> [(student: ID<Student>, classGroup: ID<ClassGroup>?, org: ID<Org>?)] {
        try all("""
            SELECT s.id, s.class_id, s.org_id FROM registry_guardianship g JOIN registry_student s ON s.id = g.student_id
            WHERE g.guardian_id = \(guardian) AND g.valid_from <= \(day) AND g.valid_to >= \(day)
            """) { (student: try $0(), classGroup: try $0(), org: try $0()) }
    }

    func placeOf(student: ID<Student>) throws -> (classGroup: ID<ClassGroup>?, org: ID<Org>?)? {
        try one("SELECT class_id, org_id FROM registry_student WHERE id = \(student)") { (classGroup: try $0(), org: try $0()) }
    }

    func personName(kind: String, id: Int64) throws -> String? {
        switch kind {
        case "student": try value("SELECT name FROM registry_student WHERE id = \(id)")
        case "staff": try value("SELECT name FROM registry_staff WHERE id = \(id)")
        default: try value("SELECT name FROM registry_guardian WHERE id = \(id)")
        }
    }

    func leaders(of classGroup: ID<ClassGroup>, on day: Day) throws -> [ID<Staff>] {
        try all("SELECT homeroom_id FROM registry_class WHERE id = \(classGroup) AND homeroom_id IS NOT NULL")
    }

    func teachers(of classGroup: ID<ClassGroup>, on day: Day) throws -> [ID<Staff>] {
        try all("""
            SELECT DISTINCT staff_id FROM registry_teaching WHERE class_id = \(classGroup) AND valid_from <= \(day) AND valid_to >= \(day)
            """)
    }

    func guardians(of student: ID<Student>, on day: Day) throws -> [ID<Guardian>] {
        try all("""
            SELECT guardian_id FROM registry_guardianship WHERE student_id = \(student) AND valid_from <= \(day) AND valid_to >= \(day)
            """)
    }

    func roster(of classGroup: ID<ClassGroup>, on day: Day) throws -> [ID<Student>] {
        try all("SELECT id FROM registry_student WHERE class_id = \(classGroup) ORDER BY sort_key, id")
    }

    func classPlace(_ classGroup: ID<ClassGroup>) throws -> ID<Org>? {
        try value("SELECT org_id FROM registry_class WHERE id = \(classGroup)")
    }

    func staff(of org: ID<Org>, on day: Day) throws -> [ID<Staff>] {
        try all("SELECT id FROM registry_staff WHERE org_id = \(org) ORDER BY sort_key, id")
    }

    func birthYear(of person: Person) throws -> Int? {
        let born: PartialDay?? = switch person.kind {
        case .student: try value("SELECT birth_date FROM registry_student WHERE id = \(person.id)")
        case .staff: try value("SELECT birth_date FROM registry_staff WHERE id = \(person.id)")
        case .guardian: try value("SELECT birth_date FROM registry_guardian WHERE id = \(person.id)")
        }
        return born.flatMap { $0?.year }
    }

    /// Teachers with a profile, and those of them whose account is in use: target K-13.
    func teacherTotals(_ scope: Scope) throws -> (teachers: Int, active: Int) {
        let row = try one("""
            SELECT COUNT(*), COUNT(a.id) FROM registry_staff s
            LEFT JOIN identity_account a ON a.person_id = s.id AND a.person_kind = 'staff' AND a.state = 'active'
            WHERE s.staff_group = 'gv' AND \(scope, on: "s.org_id")
            """) { (teachers: try $0() as Int, active: try $0() as Int) }
        return row ?? (0, 0)
    }
}
