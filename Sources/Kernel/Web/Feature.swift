import Base
import Storage
import Work

/// One room of the house, as data. The name is its URL, table, permission, text and CSS prefix.
public struct Feature: Sendable {
    public let name: String
    public var migrations: [Migration] = [], permissions: [Permission] = [], menu: [MenuEntry] = []
    public var pages: @Sendable (Routes) -> Void = { _ in }
    public var jobs: [Job] = [], listens: [Listener] = [], upkeep: [Upkeep] = []
    public var imports: [ImportKind] = [], exports: [ExportKind] = []
    public var offers = Offers()
    public var checks: [Check] = []

    public init(_ name: StaticString) { self.name = name.description }
}

/// A word of the left rail: shown to those who hold the right.
public struct MenuEntry: Sendable {
    public let label: StaticString, icon: String, href: String, right: Permission
    /// The place in the rail and, for the first four, in the phone's bottom bar.
    public let order: Int
    /// The roles for which this is one of the four jobs of the bottom bar; empty is all that hold the right.
    public let roles: Set<Role>

    public init(
        _ label: StaticString, icon: String, href: String, right: Permission, order: Int = 50, roles: Set<Role> = []
    ) {
        (self.label, self.icon, self.href, self.right, self.order, self.roles) = (
            label, icon, href, right, order, roles
        )
    }
}

/// What a room offers to those who look over all rooms.
public struct Offers: Sendable {
    /// Cards of the home page, by role.
    public var cards: [HomeCard] = []
    public init() {}
}

/// A card of the home page.
public struct HomeCard: Sendable {
    public let order: Int
    public let right: Permission
    public let roles: Set<Role>
    public let content: @Sendable (Visit) async throws -> HTML?

    /// `roles` empty is every role that holds the right.
    public init(
        order: Int, right: Permission, roles: Set<Role> = [],
        _ content: @escaping @Sendable (Visit) async throws -> HTML?
    ) { (self.order, self.right, self.roles, self.content) = (order, right, roles, content) }
}

/// A test of stored data that `hoaban check` runs; answers what is wrong, in words.
public struct Check: Sendable {
    public let name: String
    public let run: @Sendable (Tx) throws -> [String]

    public init(_ name: StaticString, _ run: @escaping @Sendable (Tx) throws -> [String]) {
        (self.name, self.run) = (name.description, run)
    }
}
