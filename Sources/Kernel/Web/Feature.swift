import Base
import Storage
import Work

/// One room of the house, as data. The name is its URL, table, permission, text and CSS prefix.
public struct Feature: Sendable {
    public let name: String
    public var migrations: [Migration] = [], permissions: [Permission] = [], menu: [MenuEntry] = []
    public var pages: @Sendable (Routes) -> Void = { _ in }
    /// Its part of the programming interface, and the shapes that it names.
    public var api: [Endpoint] = [], shapes: [String: JSONShape] = [:]
    public var jobs: [Job] = [], listens: [Listener] = [], upkeep: [Upkeep] = []
    public var imports: [ImportKind] = [], exports: [ExportKind] = []
    public var offers = Offers()
    public var checks: [Check] = []
    /// What it keeps under the installation's key.
    public var sealed: [SealedValues] = [], codes: [KeyedCodes] = []

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
    /// Links to its own pages about one thing, on the page that another room has of it.
    public var links: [RecordLink] = []
    /// What the figures of units count of staff beside the register's own: accounts in use.
    public var staffCounts: [StaffCount] = []
    /// Its tables that refer to learners.
    public var personTables: [PersonTable] = []
    /// How the room that keeps accounts names the person behind one: histories say who changed what.
    public var accountName: (@Sendable (Tx, ID<Account>) throws -> String)?
    /// What the room keeps of people: whoever asks is given all of it.
    public var holdings: [PersonHolding] = []
    public init() {}
}

/// A count of staff that one room keeps and the figures of units show.
public struct StaffCount: Sendable {
    /// So many of a group of one unit's staff.
    public struct Line: Sendable {
        public let org: ID<Org>, group: String, count: Int

        public init(org: ID<Org>, group: String, count: Int) {
            (self.org, self.group, self.count) = (org, group, count)
        }
    }

    public let name: String
    /// The lines of the units at or below one, today, as far as a scope reaches.
    public let lines: @Sendable (Tx, ID<Org>, Scope) throws -> [Line]

    public init(_ name: StaticString, _ lines: @escaping @Sendable (Tx, ID<Org>, Scope) throws -> [Line]) {
        (self.name, self.lines) = (name.description, lines)
    }
}

/// A link to a room's own page about one learner, class or other thing: `page` stands below the thing's address.
public struct RecordLink: Sendable {
    public let kind: ScopeRule, label: StaticString, icon: String, page: String, right: Permission

    public init(_ label: StaticString, icon: String, of kind: ScopeRule, page: String, right: Permission) {
        (self.label, self.icon, self.kind, self.page, self.right) = (label, icon, kind, page, right)
    }
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
