import Base

/// What a list of accounts is narrowed to, and where in it one stands.
public struct AccountFilter: Sendable {
    public var text = "", kind: PersonKind?, state: AccountState?, role: Role?, org: ID<Org>?
    /// Usernames beyond which the page lies: after one, or before one.
    public var after = "", before = ""

    public init() {}
}

/// An account as a list shows it.
public struct AccountLine: Sendable {
    public let id: ID<Account>, username: String, name: String, kind: PersonKind?, state: AccountState, orgName: String
    public let roles: [Role], seenAt: Int64?
}
