import Base
import Storage

/// Whether an account may be used.
public enum AccountState: String, Sendable, CaseIterable, Column {
    case notActivated = "not-activated", active, suspended

    public var label: String {
        switch self {
        case .notActivated: t("Chưa kích hoạt")
        case .active: t("Đang dùng")
        case .suspended: t("Tạm khóa")
        }
    }
}

/// Which record of the register an account belongs to.
public enum PersonKind: String, Sendable, CaseIterable, Column {
    case student, staff, guardian

    public var label: String {
        switch self {
        case .student: t("Học sinh")
        case .staff: t("Cán bộ, giáo viên")
        case .guardian: t("Cha mẹ học sinh")
        }
    }
}

/// A person of the register, by kind and key.
public struct Person: Sendable, Hashable {
    public let kind: PersonKind
    public let id: Int64

    public init(_ kind: PersonKind, _ id: Int64) { (self.kind, self.id) = (kind, id) }

    /// A person by the key of its record.
    public static func student(_ id: ID<Student>) -> Person { Person(.student, id.raw) }
    public static func staff(_ id: ID<Staff>) -> Person { Person(.staff, id.raw) }
    public static func guardian(_ id: ID<Guardian>) -> Person { Person(.guardian, id.raw) }

    var student: ID<Student>? { kind == .student ? ID(stored: id) : nil }
    var staff: ID<Staff>? { kind == .staff ? ID(stored: id) : nil }
    var guardian: ID<Guardian>? { kind == .guardian ? ID(stored: id) : nil }
}

/// An account as its keepers see it; the password is elsewhere.
public struct AccountRow: Sendable {
    public let id: ID<Account>
    public let username: String
    /// The name shown while the register has none for the person.
    public let name: String
    public let person: Person?
    /// The unit whose office looks after the account.
    public let org: ID<Org>?
    public let state: AccountState
    public let language: Language
    public let version: Int
    public let createdAt: Int64
    public let seenAt: Int64?

    static let columns: SQL = """
        a.id, a.username, a.name, a.person_kind, a.person_id, a.org_id, a.state, a.language, a.version, a.created_at, a.seen_at
        """

    init(_ row: inout Row) throws {
        (id, username, name) = (try row(), try row(), try row())
        let kind: PersonKind? = try row(), personID: Int64? = try row()
        person = if let kind, let personID { Person(kind, personID) } else { nil }
        (org, state) = (try row(), try row())
        language = Language(rawValue: try row()) ?? .vi
        (version, createdAt, seenAt) = (try row(), try row(), try row())
    }
}

/// One role that an account holds now: stored, or following from a relation (own record, classes led or taught, own children).
public struct HeldRole: Sendable, Hashable {
    public let grant: ID<Grant>?
    public let role: Role
    public let org: ID<Org>?
    public let orgName: String
    public let levels: [Level]?
    public let until: Day

    /// What the switcher sends.
    public var key: String { grant?.code ?? role.rawValue }
    public var label: String { orgName.isEmpty ? role.label : "\(role.label) · \(orgName)" }
}

/// A role given to an account, with its period and giver.
public struct GrantRow: Sendable {
    public let id: ID<Grant>
    public let account: ID<Account>
    public let role: Role
    /// Nothing for the whole installation.
    public let org: ID<Org>?
    public let levels: [Level]?
    public let from: Day, to: Day
    public let givenBy: ID<Account>?
    public let givenAt: Int64
    public let endedAt: Int64?

    static let columns: SQL = """
        g.id, g.account_id, g.role, g.org_id, g.levels, g.valid_from, g.valid_to, g.given_by, g.given_at, g.ended_at
        """

    init(_ row: inout Row) throws {
        (id, account, role, org) = (try row(), try row(), try row(), try row())
        levels = Levels.read(try row())
        (from, to, givenBy, givenAt, endedAt) = (try row(), try row(), try row(), try row(), try row())
    }
}

/// Levels of education as a JSON list in a column; NULL is all.
enum Levels {
    static func text(_ levels: [Level]?) -> String? {
        levels.map { "[" + $0.map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]" }
    }

    static func read(_ text: String?) -> [Level]? {
        text.map { $0.split { !$0.isLetter }.compactMap { Level(rawValue: String($0)) } }
    }
}
