/// The posts a person can hold in the system; each is held for a part of the tree, some levels of education and a period.
public enum Role: String, Sendable, CaseIterable, Codable {
    case administrator, department, commune, inspector, principal, deputy, homeroom
    case subjectTeacher = "subject-teacher"
    case clerk, accountant, librarian, equipment, medic, student, guardian

    /// The role's name as its holders say it.
    public var label: String {
        switch self {
        case .administrator: t("Quản trị hệ thống")
        case .department: t("Chuyên viên Sở")
        case .commune: t("Phòng Văn hóa - Xã hội xã")
        case .inspector: t("Cán bộ kiểm tra")
        case .principal: t("Hiệu trưởng")
        case .deputy: t("Phó hiệu trưởng")
        case .homeroom: t("Giáo viên chủ nhiệm")
        case .subjectTeacher: t("Giáo viên bộ môn")
        case .clerk: t("Văn thư")
        case .accountant: t("Kế toán")
        case .librarian: t("Nhân viên thư viện")
        case .equipment: t("Nhân viên thiết bị")
        case .medic: t("Nhân viên y tế")
        case .student: t("Học sinh")
        case .guardian: t("Cha mẹ học sinh")
        }
    }

    /// Those who work for a school's office or above.
    public static let offices: Set<Role> = [.administrator, .department, .commune]
    public static let heads: Set<Role> = [.principal, .deputy]
    public static let teachers: Set<Role> = [.homeroom, .subjectTeacher]
    /// Everybody who works in education, in whatever post.
    public static let workers: Set<Role> = Set(allCases).subtracting([.student, .guardian])
}

/// A right: its name (`room.verb`) and the roles that hold it; how far it reaches is the visitor's scope.
public struct Permission: Sendable, Hashable {
    public let name: String
    public let roles: Set<Role>

    public init(_ name: String, _ roles: Set<Role>) { (self.name, self.roles) = (name, roles) }

    public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The levels of education, as stored: the first letters are the ministry's.
public enum Level: String, Sendable, CaseIterable, Codable, Comparable {
    case preschool = "mn", primary = "th", lowerSecondary = "thcs", upperSecondary = "thpt", continuing = "gdtx",
        college = "cd"

    public var label: String {
        switch self {
        case .preschool: t("Mầm non")
        case .primary: t("Tiểu học")
        case .lowerSecondary: t("THCS")
        case .upperSecondary: t("THPT")
        case .continuing: t("GDTX")
        case .college: t("Cao đẳng")
        }
    }

    public static func < (left: Level, right: Level) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// How far a visitor sees, compiled once from role, place in the tree, levels and period.
public struct Scope: Sendable, Hashable {
    public enum Reach: Sendable, Hashable {
        /// Everything: the command line, jobs, administrators of the whole province.
        case everything
        /// The units below these, themselves among them.
        case tree([ID<Org>])
        /// These institutions alone, whole.
        case institutions([ID<Org>])
        /// These classes, and of their schools what a member of staff may see.
        case classes([ID<ClassGroup>], of: [ID<Org>])
        /// These pupils, their classes and their schools.
        case students([ID<Student>], classes: [ID<ClassGroup>], of: [ID<Org>])
        case nothing
    }

    public let reach: Reach
    /// The levels of education it is limited to; nil is all.
    public let levels: [Level]?

    public init(_ reach: Reach, levels: [Level]? = nil) { (self.reach, self.levels) = (reach, levels) }

    public static let everything = Scope(.everything)
    public static let nothing = Scope(.nothing)

    /// The units it hangs on: where the visitor's work starts.
    public var orgs: [ID<Org>] {
        switch reach {
        case .everything, .nothing: []
        case .tree(let orgs), .institutions(let orgs), .classes(_, let orgs), .students(_, _, let orgs): orgs
        }
    }
}

/// Who asks: handed down by value to everything that is done in their name.
public struct Visitor: Sendable {
    public enum Kind: String, Sendable {
        case anonymous, session, token, consumer, job
        case commandLine = "command-line"
    }

    public let kind: Kind
    public let account: ID<Account>?
    public let name: String
    public let role: Role?
    public let scope: Scope
    /// The unit named in the header: where the role is held.
    public let org: ID<Org>?
    public let orgName: String
    /// The record of the person behind the account, of the kind the role says.
    public let person: Int64?
    /// The address asked from, for the audit trail.
    public let address: String
    /// What the token of a program lets it ask for; people have none.
    public let program: Program?

    public init(
        kind: Kind, account: ID<Account>? = nil, name: String = "", role: Role? = nil, scope: Scope = .nothing,
        org: ID<Org>? = nil, orgName: String = "", person: Int64? = nil, address: String = "", program: Program? = nil
    ) {
        (self.kind, self.account, self.name, self.role, self.scope) = (kind, account, name, role, scope)
        (self.org, self.orgName, self.person, self.address) = (org, orgName, person, address)
        self.program = program
    }

    public static let anonymous = Visitor(kind: .anonymous)
    public static let commandLine = Visitor(kind: .commandLine, name: "hoaban", scope: .everything)
    public static func job(_ name: String) -> Visitor { Visitor(kind: .job, name: name, scope: .everything) }

    /// Whether the visitor holds a right at all; how far it reaches is for the query to say.
    public func may(_ permission: Permission) -> Bool {
        switch kind {
        case .commandLine, .job: true
        case .anonymous, .consumer: false
        case .session, .token: role.map(permission.roles.contains) ?? false
        }
    }

    /// Throws when the visitor does not hold the right.
    public func must(_ permission: Permission) throws(Fault) {
        guard may(permission) else { throw kind == .anonymous ? .unauthenticated : .forbidden }
    }
}
