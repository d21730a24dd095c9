import Base
import Storage

/// What a key of a connected system stands for.
public enum Consumer {}

/// Whether a connected system may call.
public enum ConsumerState: String, Sendable, CaseIterable, Column {
    case active, paused, revoked

    /// The state as people say it.
    public var label: String {
        switch self {
        case .active: t("Đang dùng")
        case .paused: t("Tạm dừng")
        case .revoked: t("Đã thu hồi")
        }
    }
}

/// A connected system: another program that reads within the reach of one unit, with secrets of its own.
public struct ConsumerRow: Sendable {
    public let id: ID<Consumer>, name: String, contact: String
    /// The unit whose part of the tree it sees, and the levels of education it is limited to; nil is all.
    public let org: ID<Org>, levels: [Level]?
    public let scopes: [String], perMinute: Int
    /// The last day on which it may call.
    public let expiresOn: Day
    public let state: ConsumerState, version: Int, createdAt: Int64, createdBy: ID<Account>?, usedAt: Int64?

    /// Whether it may call on a day.
    func isOpen(on day: Day) -> Bool { state == .active && day <= expiresOn }
}

/// What a person says of a connected system.
public struct ConsumerForm: Sendable {
    public var name = "", contact = "", org: ID<Org>?, scopes: [String] = [], perMinute = 120, expiresOn: Day?

    public init() {}
}

/// A secret of a connected system, as its keepers see it: never itself.
public struct ConsumerSecret: Sendable {
    public let createdAt: Int64, maker: String, endsAt: Int64?
}

/// What a connected system asked on one day.
public struct ConsumerDay: Sendable, Hashable {
    public let day: Day
    public var calls: Int, refused: Int
}

/// A connected system as a list shows it, with its calls of thirty days.
public struct ConsumerLine: Sendable {
    public let row: ConsumerRow, orgName: String, calls: Int, refused: Int
}

/// What a list of connected systems is narrowed to; the page lies after the key.
public struct ConsumerFilter: Sendable {
    public var text = "", state: ConsumerState?, after: ID<Consumer>?

    public init() {}
}

/// A token given to a connected system: itself, for this answer alone.
public struct AccessGrant: Sendable {
    public let token: String, seconds: Int, scopes: [String]
}
