import Base
import Storage

/// Who runs on the system: kept totals of classes and teachers beside the accounts that another room counts.
extension Tx {
    /// Adds the targets K-05 and K-13 as of today: an institution runs on the system when it has classes of the school year
    /// and somebody of its staff has an account in use.
    func addUse(
        _ inUse: [ID<Org>: InUse], to set: inout FigureSet, of org: ID<Org>, year: SchoolYear, scope: Scope
    ) throws {
        var byUnit: [ID<Org>: UseTally] = [:], whole = UseTally()
        let parents = try parents(set.units.map(\.line.id), on: today)
        try each(
            """
            SELECT o.id, o.is_institution, MAX(CASE WHEN t.dimension = 'classes' THEN 1 ELSE 0 END),
            COALESCE(SUM(CASE WHEN t.dimension = 'staff' THEN t.total ELSE 0 END), 0)
            FROM registry_org_path p CROSS JOIN registry_org o LEFT JOIN registry_total t ON t.org_id = o.id AND t.year = \(year)
            AND t.dimension IN ('classes', 'staff') AND t.class_id < 1 AND (t.dimension = 'classes' OR t.value = \(StaffGroup.teacher))
            WHERE p.ancestor_id = \(org) AND p.valid_from <= \(today) AND p.valid_to >= \(today) AND o.id = p.org_id
            AND \(scope, on: "o.id") \(sql: teaching(set.filter.level)) GROUP BY o.id, o.is_institution
            """
        ) { row in
            let unit: ID<Org> = try row(), isInstitution: Bool = try row(), hasClasses: Bool = try row()
            let teachers: Int = try row(), own = inUse[unit] ?? InUse()
            var tally = UseTally()
            tally.institutions = isInstitution ? 1 : 0
            tally.running = isInstitution && hasClasses && own.staff > 0 ? 1 : 0
            (tally.teachers, tally.active) = (teachers, own.teachers)
            whole.add(tally)
            if let parent = parents[unit] { byUnit[parent, default: UseTally()].add(tally) }
        }
        set.use = whole
        for index in set.units.indices { set.units[index].use = byUnit[set.units[index].line.id] ?? UseTally() }
    }

    private func teaching(_ level: Level?) -> SQL {
        level.map { "AND EXISTS (SELECT 1 FROM registry_org_level l WHERE l.org_id = o.id AND l.level = \($0))" }
            ?? .none
    }
}
