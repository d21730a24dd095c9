import Base

/// What an object of the roster is in the register.
enum RosterKind: UInt8, Sendable {
    case org, session, course, gradeCourse, classGroup, student, staff, guardian, kept, enrolment, teaching
    /// Persons who were within reach and are no more: told as gone, without their values.
    case goneStudent, goneStaff

    /// The entity under which other systems' names are kept.
    var entity: String {
        switch self {
        case .org: "org"
        case .session: "session"
        case .course, .gradeCourse: "course"
        case .classGroup: "class"
        case .student, .goneStudent: "student"
        case .staff, .goneStaff: "staff"
        case .guardian: "guardian"
        case .kept: "kept"
        case .enrolment: "enrolment"
        case .teaching: "teaching"
        }
    }
}

/// The key of an object of the roster: its kind and the register's key.
struct RosterKey: Sendable, Hashable {
    let kind: RosterKind, id: Int64
}

/// What of an object is read before it is drawn: enough for the commonest filters and orders.
struct RosterMark: Sendable {
    let key: RosterKey
    var moment: Int64 = 0, isGone = false
    var family = "", middle = "", given = "", email = ""
}

/// Which objects are asked for: a noun, a choice of it, what they belong to, and how far the asker sees.
struct RosterQuestion: Sendable, Hashable {
    enum Choice: Sendable, Hashable { case all, schools, terms, gradingPeriods, students, teachers }

    /// How much of each object is wanted beside its key.
    enum Depth: Int, Sendable { case keys, moments, names, emails }

    let noun: RosterNoun
    var choice = Choice.all
    var school: ID<Org>?, classGroup: ID<ClassGroup>?, course: RosterKey?, term: Int64?, year: SchoolYear?
    var user: RosterKey?
    /// Those changed since, in milliseconds: what is gone from the reach is told too.
    var since: Int64?
    /// This one alone.
    var only: RosterKey?
    let scope: Scope

    init(_ noun: RosterNoun, scope: Scope) { (self.noun, self.scope) = (noun, scope) }
}
