import Base

/// Who may give which role, and whose accounts each role may look after: tables, so that nobody gives or mends more than they hold.
public enum Granting {
    private static let school: Set<Role> = [
        .principal, .deputy, .homeroom, .subjectTeacher, .clerk, .accountant, .librarian, .equipment, .medic,
    ]
    private static let family: Set<Role> = [.student, .guardian]
    private static let desk: Set<Role> = [.homeroom, .subjectTeacher, .librarian, .equipment, .medic]

    /// The roles that the holder of a role may give.
    public static func given(by role: Role) -> Set<Role> {
        switch role {
        case .administrator: Set(Role.allCases).subtracting(family)
        case .department: school.union([.commune, .inspector])
        case .commune: school
        case .principal: school.subtracting([.principal])
        case .deputy: desk
        default: []
        }
    }

    /// The roles whose accounts (codes, suspension, sessions, view-as) the holder of a role may look after.
    public static func below(_ role: Role) -> Set<Role> {
        switch role {
        case .administrator: Set(Role.allCases)
        case .department: school.union(family).union([.commune, .inspector])
        case .commune: school.union(family)
        case .principal: school.subtracting([.principal]).union(family)
        case .deputy: desk.union(family).union([.clerk, .accountant])
        case .clerk: desk.union(family)
        case .homeroom: family
        default: []
        }
    }

    /// What must be true of a unit for a role to be held there.
    public enum Place: Sendable, Equatable { case anywhere, office, institution }

    /// Where a role is held.
    public static func place(of role: Role) -> Place {
        switch role {
        case .administrator, .inspector: .anywhere
        case .department, .commune: .office
        default: .institution
        }
    }

    /// The levels that a giver limited to some may give on: never more than their own.
    public static func levels(_ asked: [Level]?, within own: [Level]?) -> [Level]? {
        guard let own else { return asked }
        return (asked ?? own).filter(own.contains)
    }

    /// The roles that sign in with a second factor unless the installation says otherwise (bar E4).
    public static let withSecondFactor: Set<Role> = [.administrator, .department, .principal, .accountant]
}

/// How long things last, in milliseconds.
public enum Lifetimes {
    static let minute: Int64 = 60_000, hour: Int64 = 60 * minute, day: Int64 = 24 * hour

    /// A session of a member of staff, and of a pupil or guardian: unused, and in all (bar E5).
    public static func idle(staff: Bool, staffMinutes: Int64 = 30) -> Int64 { staff ? staffMinutes * minute : 8 * hour }
    public static func whole(staff: Bool) -> Int64 { staff ? 12 * hour : 30 * day }

    public static let touch = minute
    /// How old a cached visitor may be: a change of rights is felt on every process within five seconds.
    public static let cached: Int64 = 4_000
    public static let viewAs = 30 * minute
    /// A printed code that lets somebody set a password (bar E9), and a guardian's slip.
    public static let code = day
    public static let slip = 30 * day
    static let device = 180 * day
    static let ended = 90 * day
}
