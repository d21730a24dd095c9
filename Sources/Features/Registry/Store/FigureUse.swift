import Base
import Storage

/// Who runs on the system: kept totals of classes and teachers beside the accounts that another room counts.
extension Tx {
    /// Adds the targets K-05 and K-13 as of today: an institution runs on the system when it has classes of the school year
    /// and somebody of its staff has an account in use.
    func addUse(
        _ inUse: [ID<Org>: InUse], to set: inout FigureSet, of org: ID<Org>, year: SchoolYear, scope: Scope
    ) throws {
        let parents = try parents(set.units.map(\.line.id), on: today)
        let (taught, teachers) = try kept(of: org, year: year, scope: scope)
        var byUnit: [ID<Org>: UseTally] = [:], whole = UseTally()
        for (unit, isInstitution) in try unitsBelow(org, level: set.filter.level, scope: scope) {
            let own = inUse[unit] ?? InUse()
            var tally = UseTally()
            tally.institutions = isInstitution ? 1 : 0
            tally.running = isInstitution && taught.contains(unit) && own.staff > 0 ? 1 : 0
            (tally.teachers, tally.active) = (teachers[unit] ?? 0, own.teachers)
            whole.add(tally)
            if let parent = parents[unit] { byUnit[parent, default: UseTally()].add(tally) }
        }
        set.use = whole
        for index in set.units.indices { set.units[index].use = byUnit[set.units[index].line.id] ?? UseTally() }
    }

    /// The schools that have classes, and the teachers of each, from the kept totals.
    private func kept(of org: ID<Org>, year: SchoolYear, scope: Scope) throws -> (Set<ID<Org>>, [ID<Org>: Int]) {
        let key = FigureMemory.Key(
            house: ids, orgs: [org], year: year, day: today, scope: scope, filter: nil, isBySchool: true)
        let sums = try remembered(key) {
            FigureMemory.Sums(
                units: try all(
                    """
                    SELECT t.org_id, t.year, t.dimension, SUM(t.total), SUM(t.female)
                    FROM registry_org_path p CROSS JOIN registry_total t
                    WHERE p.ancestor_id = \(org) AND p.valid_from <= \(today) AND p.valid_to >= \(today) AND \(scope, on: "p.org_id")
                    AND t.org_id = p.org_id AND t.year = \(year) AND t.dimension IN \(list: [Dimension.classes.rawValue, Dimension.staff.rawValue])
                    AND t.class_id < 1 AND (t.dimension = \(Dimension.classes) OR t.value = \(StaffGroup.teacher)) GROUP BY 1, 2, 3
                    """, UnitSum.init))
        }.units
        return (
            Set(sums.filter { $0.dimension == .classes && $0.figure.total > 0 }.map(\.unit)),
            Dictionary(
                sums.filter { $0.dimension == .staff }.map { ($0.unit, $0.figure.total) }, uniquingKeysWith: +)
        )
    }

    /// Every unit at or below one today, and whether it is an institution.
    private func unitsBelow(_ org: ID<Org>, level: Level?, scope: Scope) throws -> [(ID<Org>, Bool)] {
        let only: SQL =
            level.map { "AND EXISTS (SELECT 1 FROM registry_org_level l WHERE l.org_id = o.id AND l.level = \($0))" }
            ?? .none
        return try all(
            """
            SELECT o.id, o.is_institution FROM registry_org_path p CROSS JOIN registry_org o
            WHERE p.ancestor_id = \(org) AND p.valid_from <= \(today) AND p.valid_to >= \(today) AND o.id = p.org_id
            AND \(scope, on: "o.id") \(sql: only)
            """
        ) { (try $0(), try $0()) }
    }
}
