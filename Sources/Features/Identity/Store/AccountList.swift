import Base
import Registry
import Storage

extension Tx {
    /// The accounts within reach that a filter leaves, by username, a page of them, with the roles given to each.
    public func accountList(_ filter: AccountFilter, scope: Scope, limit: Int = 50) throws -> [AccountLine] {
        let wheres = try conditions(filter, scope)
        let isBack = !filter.before.isEmpty, isFalling = isBack != filter.isReversed
        let from = Usernames.key(isBack ? filter.before : filter.after)
        let place: SQL =
            from.isEmpty ? "1 = 1" : isFalling ? "a.username_key < \(from)" : "a.username_key > \(from)"
        let order: SQL = isFalling ? "DESC" : "ASC"
        let rows = try all(
            """
            SELECT a.id, a.username, a.name, a.person_kind, a.state, a.org_id, a.seen_at FROM identity_account a
            WHERE \(sql: (wheres + [place]).joined(" AND ")) ORDER BY a.username_key \(sql: order) LIMIT \(limit)
            """
        ) { row in
            (
                id: try row() as ID<Account>, username: try row() as String, name: try row() as String,
                kind: try row() as PersonKind?,
                state: try row() as AccountState, org: try row() as ID<Org>?, seen: try row() as Int64?
            )
        }
        var names: [ID<Org>: String] = [:]
        let roles = try givenRoles(rows.map(\.id))
        return try (isBack ? rows.reversed() : rows).map { row in
            if let org = row.org, names[org] == nil { names[org] = try name(of: org) }
            return AccountLine(
                id: row.id, username: row.username, name: row.name, kind: row.kind, state: row.state,
                orgName: row.org.flatMap { names[$0] } ?? "", roles: roles[row.id] ?? [], seenAt: row.seen)
        }
    }

    /// How many accounts a filter leaves, counted to a limit and one more.
    public func accountCount(_ filter: AccountFilter, scope: Scope, limit: Int = 1000) throws -> Int {
        try count(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM identity_account a WHERE \(sql: conditions(filter, scope).joined(" AND ")) LIMIT \(limit + 1)) x
            """)
    }

    private func givenRoles(_ accounts: [ID<Account>]) throws -> [ID<Account>: [Role]] {
        var found: [ID<Account>: [Role]] = [:]
        try each(
            """
            SELECT g.account_id, g.role FROM identity_grant g WHERE g.account_id IN \(list: accounts) AND g.ended_at IS NULL
            AND g.valid_from <= \(today) AND g.valid_to >= \(today) ORDER BY g.id
            """
        ) { row in
            let account: ID<Account> = try row(), role: Role = try row()
            if found[account]?.contains(role) != true { found[account, default: []].append(role) }
        }
        return found
    }

    private func conditions(_ filter: AccountFilter, _ scope: Scope) throws -> [SQL] {
        var wheres: [SQL] = [try reachCondition(scope, isWide: filter.org == nil && filter.role == nil)]
        if let kind = filter.kind { wheres.append("a.person_kind = \(kind)") }
        if let state = filter.state { wheres.append("a.state = \(state)") }
        if let role = filter.role {
            wheres.append(
                """
                a.id IN (SELECT g.account_id FROM identity_grant g WHERE g.role = \(role) AND g.ended_at IS NULL
                AND g.valid_from <= \(today) AND g.valid_to >= \(today))
                """)
        }
        if let org = filter.org {
            wheres.append(
                """
                a.org_id IN (SELECT p.org_id FROM registry_org_path p WHERE p.ancestor_id = \(org) AND p.valid_to = \(Day.forever))
                """)
        }
        for word in Fold.key(filter.text).split(separator: " ").prefix(6) {
            let part = String(word.filter { $0 != "%" && $0 != "_" })
            wheres.append("(a.name_key LIKE \("%\(part)%") OR a.username LIKE \("%\(part)%"))")
        }
        return wheres
    }

    /// Whose accounts a scope takes in: those of its units, or of its classes' pupils and their guardians.
    private func reachCondition(_ scope: Scope, isWide: Bool) throws -> SQL {
        // A wide reach is walked along the sign-in names: fifty are found soon, where by unit all would be read and sorted (the plus sees to it).
        if case .tree = scope.reach, isWide { return "\(scope, on: "+a.org_id")" }
        guard case .classes(let classes, _) = scope.reach else { return "\(scope, on: "a.org_id")" }
        let learners = try classes.flatMap { try pupils(of: $0) }
        let parents = try learners.flatMap { try guardians(of: $0) }
        return """
            ((a.person_kind = 'student' AND a.person_id IN \(list: learners)) \
            OR (a.person_kind = 'guardian' AND a.person_id IN \(list: parents)))
            """
    }
}
