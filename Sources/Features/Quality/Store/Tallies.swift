import Base
import Registry
import Storage

/// Counts kept by unit: what a province's page sums up without reading each find.
extension Tx {
    /// Notes that a unit was looked over, and how many records it has.
    func noteLook(at org: ID<Org>, _ sizes: [Look.Size: Int]) throws {
        try exec(
            """
            INSERT INTO quality_unit (org_id, checked_at) VALUES (\(org), \(now))
            ON CONFLICT (org_id) DO UPDATE SET checked_at = excluded.checked_at
            """)
        try exec("DELETE FROM quality_size WHERE org_id = \(org)")
        for (size, records) in sizes {
            try exec(
                """
                INSERT INTO quality_size (org_id, kind, level, records)
                VALUES (\(org), \(size.kind), \(size.level?.rawValue ?? ""), \(records))
                """)
        }
    }

    /// Counts the finds of a unit anew: for now, and for the running week.
    func recountFindings(of org: ID<Org>) throws {
        try exec("DELETE FROM quality_tally WHERE org_id = \(org)")
        try exec(
            """
            INSERT INTO quality_tally (org_id, rule, level, open, waived)
            SELECT org_id, rule, level, SUM(CASE WHEN state = 'open' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'waived' THEN 1 ELSE 0 END)
            FROM quality_finding WHERE org_id = \(org) AND state IN ('open', 'waived') GROUP BY org_id, rule, level
            """)
        for week in ["now", today.week.iso] {
            try exec("DELETE FROM quality_share WHERE org_id = \(org) AND week = \(week)")
            try exec(
                """
                INSERT INTO quality_share (org_id, week, kind, level, records, faulty, open)
                SELECT z.org_id, \(week), z.kind, z.level, z.records, COALESCE(x.faulty, 0), COALESCE(x.open, 0) FROM quality_size z
                LEFT JOIN (SELECT f.subject_kind, f.level, COUNT(*) AS open,
                    COUNT(DISTINCT CASE WHEN f.severity <> 'low' THEN f.subject_id END) AS faulty
                    FROM quality_finding f WHERE f.org_id = \(org) AND f.state = 'open' GROUP BY f.subject_kind, f.level) x
                ON x.subject_kind = z.kind AND x.level = z.level WHERE z.org_id = \(org)
                """)
        }
    }

    /// The figures at or below a unit, as far as a scope reaches: of whole schools, never of single classes.
    func sight(of org: ID<Org>, scope: Scope, weeks: Int = 26) throws -> QualitySight {
        var sight = QualitySight()
        try each(
            """
            SELECT t.rule, SUM(t.open), SUM(t.waived) FROM registry_org_path p JOIN quality_tally t ON t.org_id = p.org_id
            WHERE \(sql: at(org, scope)) GROUP BY t.rule
            """
        ) { row in sight.byRule[try row()] = (open: try row(), waived: try row()) }
        try each(
            """
            SELECT t.kind, SUM(t.records), SUM(t.faulty) FROM registry_org_path p JOIN quality_share t ON t.org_id = p.org_id
            WHERE t.week = 'now' AND \(sql: at(org, scope)) GROUP BY t.kind
            """
        ) { row in
            let kind: Profile.Kind? = Profile.Kind(rawValue: try row())
            if let kind { sight.shares[kind] = QualityShare(records: try row(), faulty: try row()) }
        }
        sight.weeks = try weeklyShares(of: org, scope: scope, weeks: weeks)
        sight.units = try unitShares(of: org, scope: scope)
        sight.checkedAt =
            try value(
                """
                SELECT MIN(u.checked_at) FROM registry_org_path p JOIN quality_unit u ON u.org_id = p.org_id
                WHERE p.ancestor_id = \(org) AND p.valid_to = '2200-12-31' AND \(scope, on: "p.org_id")
                """, Int64?.self) ?? nil
        return sight
    }

    private func at(_ org: ID<Org>, _ scope: Scope) -> SQL {
        """
        p.ancestor_id = \(org) AND p.valid_to = '2200-12-31' AND \(scope, on: Belongs(org: "t.org_id"))
        AND \(sql: levelled(scope, "t.level"))
        """
    }

    /// Rows of a level are of those who look after it; rows of none are of all who reach the unit.
    private func levelled(_ scope: Scope, _ column: StaticString) -> SQL {
        guard let levels = scope.levels else { return "1 = 1" }
        let level = SQL(stringLiteral: column.description)
        return "(\(sql: level) = '' OR \(sql: level) IN \(list: levels))"
    }

    private func weeklyShares(of org: ID<Org>, scope: Scope, weeks: Int) throws -> [(
        day: Day, open: Int, learners: QualityShare
    )] {
        let first = today.week.adding(-7 * weeks)
        return try all(
            """
            SELECT t.week, SUM(t.open), SUM(CASE WHEN t.kind = 'student' THEN t.records ELSE 0 END),
            SUM(CASE WHEN t.kind = 'student' THEN t.faulty ELSE 0 END)
            FROM registry_org_path p JOIN quality_share t ON t.org_id = p.org_id
            WHERE t.week >= \(first) AND t.week <= \(today) AND \(sql: at(org, scope)) GROUP BY t.week ORDER BY t.week
            """
        ) { (day: try $0(), open: try $0(), learners: QualityShare(records: try $0(), faulty: try $0())) }
    }

    private func unitShares(of org: ID<Org>, scope: Scope) throws -> [(
        line: OrgLine, open: Int, learners: QualityShare
    )] {
        let lines = try children(of: org, scope: scope)
        guard !lines.isEmpty else { return [] }
        var sums: [ID<Org>: (open: Int, learners: QualityShare)] = [:]
        try each(
            """
            SELECT p.ancestor_id, SUM(t.open), SUM(CASE WHEN t.kind = 'student' THEN t.records ELSE 0 END),
            SUM(CASE WHEN t.kind = 'student' THEN t.faulty ELSE 0 END)
            FROM registry_org_path p JOIN quality_share t ON t.org_id = p.org_id
            WHERE p.ancestor_id IN \(list: lines.map(\.id)) AND p.valid_to = '2200-12-31' AND t.week = 'now'
            AND \(scope, on: Belongs(org: "t.org_id")) AND \(sql: levelled(scope, "t.level")) GROUP BY p.ancestor_id
            """
        ) { row in
            sums[try row()] = (open: try row(), learners: QualityShare(records: try row(), faulty: try row()))
        }
        return lines.map { line in
            let sum = sums[line.id] ?? (0, QualityShare())
            return (line, sum.open, sum.learners)
        }
    }
}

extension Day {
    /// The Monday of its week.
    var week: Day { adding(-((Int(number) + 3) % 7 + 7) % 7) }
}
