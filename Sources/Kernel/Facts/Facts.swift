import Base

/// Something that happened in a room, told to the others after it is on disk: ids and plain values, with a version.
public protocol Fact: Codable, Sendable {
    /// `room.what-happened`, in the past tense.
    static var name: String { get }
    static var version: Int { get }
}

extension Fact {
    public static var version: Int { 1 }
}

/// A pupil's place changed: a new enrolment, a move, a leaving, a return.
public struct EnrolmentChanged: Fact {
    public static let name = "registry.enrolment-changed"
    public let student: ID<Student>
    public let org: ID<Org>
    public let classGroup: ID<ClassGroup>?

    public init(student: ID<Student>, org: ID<Org>, classGroup: ID<ClassGroup>?) {
        (self.student, self.org, self.classGroup) = (student, org, classGroup)
    }
}

/// The tree of units changed: rights and totals that hang on it are stale.
public struct TreeChanged: Fact {
    public static let name = "registry.tree-changed"
    public let org: ID<Org>

    public init(org: ID<Org>) { self.org = org }
}

/// What an account may see changed: a role given or ended, a child linked, a post left.
public struct RightsChanged: Fact {
    public static let name = "identity.rights-changed"
    public let account: ID<Account>

    public init(account: ID<Account>) { self.account = account }
}
