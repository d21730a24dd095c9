import Base

/// The one thing that an account must do before anything else.
public enum Duty: String, Sendable {
    case changePassword = "change-password", enterFactor = "enter-factor", setUpFactor = "set-up-factor"
}

/// A session as the gate and the pages need it.
public struct SessionState: Sendable {
    public let id: ID<Session>
    public let account: ID<Account>
    public let username: String
    /// Who asks; without role and reach while a duty is open.
    public let visitor: Visitor
    public let csrf: String
    public let held: [HeldRole]
    public let current: HeldRole?
    public let language: Language
    public let year: SchoolYear?
    public let duty: Duty?
    /// Set while the visitor looks with another's eyes: every write is refused.
    public let isViewingAs: Bool
}

/// What a successful sign-in hands to the browser.
public struct SignIn: Sendable {
    /// The session's secret, for the session cookie.
    public let cookie: String
    /// The device's token, for a cookie of its own that outlives the session.
    public let device: String
    public let account: ID<Account>
    public let duty: Duty?
    /// How long the session's cookie may live, in seconds.
    public let seconds: Int
}

/// A session in its owner's list.
public struct SessionRow: Sendable {
    public let id: ID<Session>
    public let createdAt: Int64, touchedAt: Int64, address: String, agent: String
}
