import Base
import Registry
import Storage

extension FindingRecord {
    static let columns: SQL = """
        f.id, f.rule, f.subject_kind, f.subject_id, f.class_id, f.level, f.severity, f.detail, f.org_id, f.since, f.state, f.ended_at,
        f.reason, f.until, f.account_id
        """

    init(_ row: inout Row) throws {
        id = try row()
        let rule: String = try row(), kind = Profile.Kind(rawValue: try row()) ?? .org, subject: Int64 = try row()
        let classGroup: Int64 = try row(), level = Level(rawValue: try row())
        let severity = Severity(rawValue: try row()) ?? .low
        found = Found(
            rule: rule, kind: kind, subject: subject, classGroup: ID(raw: classGroup), level: level, severity: severity,
            detail: try row())
        (org, since, state, endedAt) = (try row(), try row(), try row(), try row())
        (reason, until, account) = (try row(), try row(), try row())
    }

    var key: FindingKey {
        FindingKey(org: org.raw, classGroup: found.classGroup?.raw ?? 0, subject: found.subject, id: id.raw)
    }
}

/// A worklist: by unit, class and record, so that what stands against one learner stands together.
extension Tx {
    /// One page of a worklist within the visitor's reach, after a key.
    func findings(_ filter: FindingFilter, scope: Scope, after key: FindingKey? = nil, limit: Int) throws
        -> [FindingRecord]
    {
        var wheres = conditions(filter, scope)
        if let key {
            wheres.append(
                """
                (f.org_id, f.class_id, f.subject_id, f.id) > (\(key.org), \(key.classGroup), \(key.subject), \(key.id))
                """)
        }
        return try all(
            """
            SELECT \(sql: FindingRecord.columns) FROM quality_finding f WHERE \(sql: wheres.joined(" AND "))
            ORDER BY f.org_id, f.class_id, f.subject_id, f.id LIMIT \(limit)
            """, FindingRecord.init)
    }

    /// How many a worklist holds, exact to a thousand.
    func countFindings(_ filter: FindingFilter, scope: Scope) throws -> Int {
        try count(
            """
            SELECT COUNT(*) FROM (SELECT 1 AS found FROM quality_finding f WHERE \(sql: conditions(filter, scope).joined(" AND "))
            LIMIT 1001) x
            """)
    }

    /// Some finds by their keys, within reach.
    func findings(_ ids: [ID<Finding>], scope: Scope) throws -> [FindingRecord] {
        try all(
            """
            SELECT \(sql: FindingRecord.columns) FROM quality_finding f WHERE f.id IN \(list: ids) AND \(sql: reached(scope))
            ORDER BY f.org_id, f.class_id, f.subject_id, f.id
            """, FindingRecord.init)
    }

    /// How many open finds of some rules are in reach, rule by rule: for those who reach single classes.
    func openFindings(rules: [String], scope: Scope) throws -> [String: Int] {
        var out: [String: Int] = [:]
        try each(
            """
            SELECT f.rule, COUNT(*) FROM quality_finding f WHERE f.state = 'open' AND f.rule IN \(list: rules) AND \(sql: reached(scope))
            GROUP BY f.rule
            """
        ) { row in out[try row()] = try row() }
        return out
    }

    private func conditions(_ filter: FindingFilter, _ scope: Scope) -> [SQL] {
        var wheres: [SQL] = ["f.state = \(filter.state)", reached(scope)]
        if let org = filter.org {
            wheres.append(
                """
                f.org_id IN (SELECT p.org_id FROM registry_org_path p WHERE p.ancestor_id = \(org) AND p.valid_to = '2200-12-31')
                """)
        }
        if let classGroup = filter.classGroup { wheres.append("f.class_id = \(classGroup)") }
        if let kind = filter.kind { wheres.append("f.subject_kind = \(kind)") }
        if let rules = filter.rules { wheres.append("f.rule IN \(list: rules)") }
        if let severity = filter.severity { wheres.append("f.severity = \(severity)") }
        if let subject = filter.subject { wheres.append("f.subject_id = \(subject)") }
        return wheres
    }

    /// The reach stands first, so that the engines walk along the units; then the level: of staff and units it is what they teach.
    private func reached(_ scope: Scope) -> SQL {
        let reach: SQL =
            "\(Scope(scope.reach), on: Belongs(org: "f.org_id", classGroup: "f.class_id", student: "f.subject_id"))"
        guard let levels = scope.levels else { return reach }
        return "\(sql: reach) AND (f.level IN \(list: levels) OR f.level = '' AND \(scope, on: "f.org_id"))"
    }

    /// Leaves finds as they are, for a reason and until a day; answers the units they are of.
    func waive(_ ids: [ID<Finding>], reason: String, until: Day?, by account: ID<Account>?) throws -> Set<ID<Org>> {
        Set(
            try all(
                """
                UPDATE quality_finding SET state = 'waived', reason = \(reason), until = \(until), account_id = \(account), ended_at = \(now)
                WHERE id IN \(list: ids) AND state = 'open' RETURNING org_id
                """, ID<Org>.self))
    }

    /// Takes finds up again that were left as they are.
    func reopen(_ ids: [ID<Finding>]) throws -> Set<ID<Org>> {
        Set(
            try all(
                """
                UPDATE quality_finding SET state = 'open', reason = '', until = NULL, account_id = NULL, ended_at = NULL
                WHERE id IN \(list: ids) AND state = 'waived' RETURNING org_id
                """, ID<Org>.self))
    }
}
