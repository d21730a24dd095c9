import Base

/// What a list of accounts is narrowed to, and where in it one stands.
public struct AccountFilter: Sendable {
    public var text = "", kind: PersonKind?, state: AccountState?, role: Role?, org: ID<Org>?
    /// Usernames beyond which the page lies: after one, or before one.
    public var after = "", before = ""
    /// From the last username to the first.
    public var isReversed = false

    public init() {}
}

/// An account as a list shows it.
public struct AccountLine: Sendable {
    public let id: ID<Account>, username: String, name: String, kind: PersonKind?, state: AccountState, orgName: String
    public let roles: [Role], seenAt: Int64?
}

/// What a list of guardians' slips is narrowed to, and where in it one stands.
public struct SlipFilter: Sendable {
    public var states: [SlipState]
    /// A part of the child's or the claimant's name.
    public var text = ""
    public var isOldestFirst = false
    /// The slip beyond which the page lies: after one, or before one.
    public var after: ID<Slip>?, before: ID<Slip>?

    public init(states: [SlipState]) { self.states = states }
}
