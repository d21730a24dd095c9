import Base
import Storage

/// A parent or another who answers for children.
public struct GuardianRecord: Sendable {
    public let id: ID<Guardian>
    public let name: String
    public let sex: String
    public let birthDate: PartialDay?
    public let phone: String
    public let hasPersonalID: Bool
    public let details: Details
    public let version: Int
}

/// A guardian to be written.
public struct GuardianDraft: Sendable {
    public var name: String
    public var sex = ""
    public var birthDate: PartialDay?
    public var phone = ""
    public var personalID: String?
    public var details = Details()

    public init(name: String) { self.name = name }
}

/// A guardian beside one child: the relation is a code of the catalogue `relations`.
public struct GuardianLine: Sendable, Hashable {
    public let id: ID<Guardian>
    public let name: String
    public let sex: String
    public let birthDate: PartialDay?
    public let phone: String
    public let relation: String
    public let isContact: Bool
    public let job: String
}
