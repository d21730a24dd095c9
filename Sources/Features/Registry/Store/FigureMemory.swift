import Base
import Storage
import Synchronization

/// What was summed from the kept totals and is still true: a province's page costs one look at its schools' stamps.
///
/// Every recount of a school raises its stamp in the same transaction. The stamps under a unit, each weighed by its school
/// and its place in the tree, are read with the page; where they are as before, so are the sums. The scope is part of the key.
final class FigureMemory: Sendable {
    static let shared = FigureMemory()

    /// One database, told from others in the same process by its source of keys.
    struct Key: Hashable {
        let house: IDSource
        let orgs: [ID<Org>], year: SchoolYear, day: Day, scope: Scope, filter: FigureFilter?
        /// Whether the sums are of each school below and not of the units themselves.
        var isBySchool = false

        static func == (left: Key, right: Key) -> Bool {
            left.house === right.house && left.orgs == right.orgs && left.year == right.year && left.day == right.day
                && left.scope == right.scope && left.filter == right.filter && left.isBySchool == right.isBySchool
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(ObjectIdentifier(house))
            hasher.combine(orgs)
            hasher.combine(year)
            hasher.combine(day)
            hasher.combine(scope)
            hasher.combine(filter)
            hasher.combine(isBySchool)
        }
    }

    /// Equal while no school under the unit was counted anew, came or went.
    struct Stamp: Equatable, Sendable { let schools: Int, sum: Int64 }

    /// The sums of one reading: cells of one unit, or of the units right below one.
    struct Sums: Sendable {
        var rows: [FigureRow] = []
        var units: [UnitSum] = []
    }

    private let known = Mutex<[Key: (stamp: Stamp, sums: Sums)]>([:])
    private static let most = 256

    func sums(_ key: Key, _ stamp: Stamp) -> Sums? {
        known.withLock { entries in entries[key].flatMap { $0.stamp == stamp ? $0.sums : nil } }
    }

    func keep(_ sums: Sums, _ key: Key, _ stamp: Stamp) {
        known.withLock { entries in
            if entries.count >= FigureMemory.most { entries.removeAll() }
            entries[key] = (stamp, sums)
        }
    }
}

/// Learners, classes or staff of a year under one of several units.
struct UnitSum: Sendable {
    let unit: ID<Org>, year: SchoolYear, dimension: Dimension, figure: Figure

    init(_ row: inout Row) throws {
        (unit, year, dimension) = (try row(), try row(), try row())
        figure = Figure(value: "", total: try row(), female: try row())
    }
}

extension Tx {
    /// Sums that are remembered while they are true, else made anew. A transaction that writes remembers nothing.
    func remembered(_ key: FigureMemory.Key, _ make: () throws -> FigureMemory.Sums) throws -> FigureMemory.Sums {
        guard !isWriting else { return try make() }
        let stamp = try stamp(of: key.orgs, year: key.year, scope: key.scope, on: key.day)
        if let sums = FigureMemory.shared.sums(key, stamp) { return sums }
        let sums = try make()
        FigureMemory.shared.keep(sums, key, stamp)
        return sums
    }

    private func stamp(of orgs: [ID<Org>], year: SchoolYear, scope: Scope, on day: Day) throws -> FigureMemory.Stamp {
        try one(
            """
            SELECT COUNT(*), COALESCE(SUM(t.total * (t.org_id % 1000003) * (p.ancestor_id % 997 + 1)), 0)
            FROM registry_org_path p CROSS JOIN registry_total t
            WHERE p.ancestor_id IN \(list: orgs) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            AND \(sql: within(scope, "p.org_id", on: day)) AND t.org_id = p.org_id AND t.year IN \(list: [year.start, year.previous.start])
            AND t.dimension = 'stamp' AND t.class_id < 1
            """
        ) { FigureMemory.Stamp(schools: try $0(), sum: try $0()) } ?? FigureMemory.Stamp(schools: 0, sum: 0)
    }

    /// Raises the stamp of a school's totals: what was summed from the old ones is no longer true.
    func raiseStamp(of org: ID<Org>, year: SchoolYear) throws {
        try exec(
            """
            INSERT INTO registry_total (org_id, year, dimension, class_id, level, value, total, female)
            VALUES (\(org), \(year), 'stamp', 0, '', '', 1, 0)
            ON CONFLICT (org_id, year, dimension, class_id, level, value) DO UPDATE SET total = registry_total.total + 1
            """)
    }

    /// The same for every school of a year.
    func raiseStamps(_ year: SchoolYear) throws {
        try exec(
            """
            INSERT INTO registry_total (org_id, year, dimension, class_id, level, value, total, female)
            SELECT DISTINCT org_id, year, 'stamp', 0, '', '', 1, 0 FROM registry_total WHERE year = \(year)
            ON CONFLICT (org_id, year, dimension, class_id, level, value) DO UPDATE SET total = registry_total.total + 1
            """)
    }
}
