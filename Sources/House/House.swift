import Base
import Exchange
import Identity
import Logging
import Quality
import Registry
import Rights
import Storage
import Web
import Work

/// The rooms that are let, ground floor first. A new room is one line here and one in `Package.swift`.
public enum House {
    public static let rooms: [Feature] = keeping + [.rights(of: keeping), .exchange(of: keeping)]
    private static let keeping: [Feature] = [.identity, .registry, .quality]

    /// Every step of the schema, the kernel's first.
    public static var migrations: [Migration] { WorkSchema.migrations + rooms.flatMap(\.migrations) }

    /// The route table: the permission matrix, the header test and the fuzz list are made from it.
    public static func routes(also extra: (Routes) -> Void = { _ in }) -> [Route] {
        let routes = Routes()
        for room in rooms { room.pages(routes) }
        Reference.mount(
            routes, rooms.flatMap(\.api), rooms.reduce(into: [:]) { $0.merge($1.shapes) { first, _ in first } })
        extra(routes)
        return routes.all
    }

    /// Builds the front gate of an installation: the one function that the server and the tests both call.
    public static func gate(
        db: any Database, resources: String, settings: Gate.Settings, metrics: Metrics, log: Logger,
        also extra: (Routes) -> Void = { _ in }
    ) async throws -> Gate {
        let (isDemo, name) = try await db.read { tx in
            (try tx.setting("demo") != nil, try tx.setting("house-name") ?? "")
        }
        let house = HouseFrame(
            menu: rooms.flatMap(\.menu), cards: rooms.flatMap(\.offers.cards), links: rooms.flatMap(\.offers.links),
            staffCounts: rooms.flatMap(\.offers.staffCounts), personTables: personTables,
            accountName: rooms.lazy.compactMap(\.offers.accountName).first, assets: try Assets(resources: resources),
            isDemo: isDemo,
            houseName: name)
        return Gate(
            db: db, routes: routes(also: extra), sessions: Identity.sessionGate(db, rateLimits: settings.rateLimits),
            house: house,
            settings: settings, metrics: metrics, log: log)
    }

    public static var personTables: [PersonTable] { rooms.flatMap(\.offers.personTables) }
    public static var imports: [ImportKind] { rooms.flatMap(\.imports) }
    public static var exports: [ExportKind] { rooms.flatMap(\.exports) }
    public static var jobs: [Job] { rooms.flatMap(\.jobs) }
    public static var listeners: [Listener] { rooms.flatMap(\.listens) }
    public static var upkeep: [Upkeep] { Upkeep.kernel + rooms.flatMap(\.upkeep) }
    public static var checks: [Check] { rooms.flatMap(\.checks) }
    public static var sealed: [SealedValues] { SealedValues.kernel + rooms.flatMap(\.sealed) }
    public static var codes: [KeyedCodes] { rooms.flatMap(\.codes) }
    public static var permissions: [Permission] { rooms.flatMap(\.permissions) }
}
