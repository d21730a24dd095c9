import Base
import Registry
import Storage

extension ConsumerRow {
    static let columns: SQL = """
        c.id, c.name, c.contact, c.org_id, c.levels, c.scopes, c.per_minute, c.expires_on, c.state, c.version, c.created_at, c.created_by,
        c.used_at
        """

    init(_ row: inout Row) throws {
        (id, name, contact, org) = (try row(), try row(), try row(), try row())
        levels = Levels.read(try row())
        scopes = try (row() as String).split(separator: " ").map(String.init)
        (perMinute, expiresOn, state, version) = (try row(), try row(), try row(), try row())
        (createdAt, createdBy, usedAt) = (try row(), try row(), try row())
    }
}

extension Tx {
    /// Connected systems whose unit lies within reach, by name, a page of them.
    public func consumers(_ filter: ConsumerFilter, scope: Scope, limit: Int = 51) throws -> [ConsumerLine] {
        var wheres: [SQL] = ["\(scope, on: "c.org_id")"]
        if let state = filter.state { wheres.append("c.state = \(state)") }
        if let after = filter.after {
            wheres.append(
                "(c.name_key, c.id) > (SELECT a.name_key, a.id FROM identity_consumer a WHERE a.id = \(after))")
        }
        for word in Fold.key(filter.text).split(separator: " ").prefix(6) {
            let part = String(word.filter { $0 != "%" && $0 != "_" })
            wheres.append("c.name_key LIKE \("%\(part)%")")
        }
        let rows = try all(
            """
            SELECT \(sql: ConsumerRow.columns) FROM identity_consumer c WHERE \(sql: wheres.joined(" AND "))
            ORDER BY c.name_key, c.id LIMIT \(limit)
            """, ConsumerRow.init)
        let counts = try calls(of: rows.map(\.id))
        return try rows.map { row in
            let count = counts[row.id]
            return ConsumerLine(
                row: row, orgName: try name(of: row.org), calls: count?.calls ?? 0, refused: count?.refused ?? 0)
        }
    }

    private func calls(of ids: [ID<Consumer>]) throws -> [ID<Consumer>: (calls: Int, refused: Int)] {
        var found: [ID<Consumer>: (calls: Int, refused: Int)] = [:]
        try each(
            """
            SELECT d.consumer_id, d.calls, d.refused FROM identity_consumer_day d
            WHERE d.consumer_id IN \(list: ids) AND d.day > \(today.adding(-ConsumerTerms.counted))
            """
        ) { row in
            let id: ID<Consumer> = try row(), calls: Int = try row(), refused: Int = try row()
            let before = found[id] ?? (0, 0)
            found[id] = (before.calls + calls, before.refused + refused)
        }
        return found
    }

    func consumer(_ id: ID<Consumer>) throws -> ConsumerRow? {
        try one("SELECT \(sql: ConsumerRow.columns) FROM identity_consumer c WHERE c.id = \(id)", ConsumerRow.init)
    }

    /// A connected system that a visitor may look after: its unit within reach, and no wider in levels. Otherwise it is not found.
    func consumer(_ id: ID<Consumer>, keptBy visitor: Visitor) throws -> ConsumerRow {
        guard let row = try consumer(id), try reaches(visitor.scope, org: row.org),
            visitor.scope.levels.map({ own in row.levels?.allSatisfy(own.contains) ?? false }) ?? true
        else { throw Fault.notFound }
        return row
    }

    func insertConsumer(
        _ form: ConsumerForm, org: ID<Org>, expiresOn: Day, levels: [Level]?, by maker: ID<Account>?
    ) throws -> ID<Consumer> {
        let id = newID(Consumer.self)
        try exec(
            """
            INSERT INTO identity_consumer (id, name, name_key, contact, org_id, levels, scopes, per_minute, expires_on, state, version,
            created_at, created_by, updated_at)
            VALUES (\(id), \(form.name), \(Fold.key(form.name)), \(form.contact), \(org), \(Levels.text(levels)),
            \(form.scopes.joined(separator: " ")), \(form.perMinute), \(expiresOn), 'active', 1, \(now), \(maker), \(now))
            """)
        return id
    }

    /// Changes a connected system that still has the version its form was drawn from; answers whether it had.
    func update(
        _ id: ID<Consumer>, _ form: ConsumerForm, org: ID<Org>, expiresOn: Day, levels: [Level]?, version: Int
    ) throws -> Bool {
        try exec(
            """
            UPDATE identity_consumer SET name = \(form.name), name_key = \(Fold.key(form.name)), contact = \(form.contact), org_id = \(org),
            levels = \(Levels.text(levels)), scopes = \(form.scopes.joined(separator: " ")), per_minute = \(form.perMinute),
            expires_on = \(expiresOn), version = version + 1, updated_at = \(now) WHERE id = \(id) AND version = \(version)
            """) > 0
    }

    func set(_ state: ConsumerState, of id: ID<Consumer>) throws {
        try exec(
            "UPDATE identity_consumer SET state = \(state), version = version + 1, updated_at = \(now) WHERE id = \(id)"
        )
    }
}

// MARK: Secrets and tokens

extension Tx {
    func insertSecret(_ hash: [UInt8], of id: ID<Consumer>, by maker: ID<Account>?) throws {
        try exec(
            """
            INSERT INTO identity_consumer_secret (hash, consumer_id, created_at, created_by) VALUES (\(hash), \(id), \(now), \(maker))
            """)
    }

    /// Lets the secrets of now end at a moment; those that end earlier keep to that.
    func endSecrets(of id: ID<Consumer>, at moment: Int64) throws {
        try exec(
            """
            UPDATE identity_consumer_secret SET ends_at = \(moment)
            WHERE consumer_id = \(id) AND (ends_at IS NULL OR ends_at > \(moment))
            """)
    }

    func isSecret(_ hash: [UInt8], of id: ID<Consumer>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM identity_consumer_secret
            WHERE hash = \(hash) AND consumer_id = \(id) AND (ends_at IS NULL OR ends_at > \(now))
            """)
    }

    /// The secrets that still open, the latest first.
    func secrets(of id: ID<Consumer>) throws -> [ConsumerSecret] {
        try all(
            """
            SELECT created_at, created_by, ends_at FROM identity_consumer_secret
            WHERE consumer_id = \(id) AND (ends_at IS NULL OR ends_at > \(now)) ORDER BY created_at DESC
            """
        ) { row in
            let at: Int64 = try row(), maker: ID<Account>? = try row()
            return ConsumerSecret(createdAt: at, maker: try maker.map(accountName) ?? "hoaban", endsAt: try row())
        }
    }

    func insertAccess(_ hash: [UInt8], of id: ID<Consumer>, scopes: [String], expiresAt: Int64) throws {
        try exec(
            """
            INSERT INTO identity_access (hash, consumer_id, scopes, created_at, expires_at)
            VALUES (\(hash), \(id), \(scopes.joined(separator: " ")), \(now), \(expiresAt))
            """)
        try exec("UPDATE identity_consumer SET used_at = \(now) WHERE id = \(id)")
    }

    /// Whose token it is and what it was given for, as long as it opens.
    func openAccess(_ hash: [UInt8]) throws -> (consumer: ConsumerRow, scopes: [String])? {
        try one(
            """
            SELECT \(sql: ConsumerRow.columns), t.scopes FROM identity_access t JOIN identity_consumer c ON c.id = t.consumer_id
            WHERE t.hash = \(hash) AND t.expires_at > \(now) AND c.state = 'active' AND c.expires_on >= \(today)
            """
        ) { row in
            let consumer = try ConsumerRow(&row)
            return (consumer, try (row() as String).split(separator: " ").map(String.init))
        }
    }

    func endAccess(of id: ID<Consumer>) throws { try exec("DELETE FROM identity_access WHERE consumer_id = \(id)") }
    func dropAccess() throws { try exec("DELETE FROM identity_access WHERE expires_at <= \(now)") }
}

// MARK: Use

extension Tx {
    /// Adds what was counted in memory.
    func add(_ counts: [ConsumerTally.Key: ConsumerTally.Count]) throws {
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            try exec(
                """
                INSERT INTO identity_consumer_day (consumer_id, day, calls, refused)
                VALUES (\(key.consumer), \(key.day), \(count.calls), \(count.refused))
                ON CONFLICT (consumer_id, day) DO UPDATE SET calls = identity_consumer_day.calls + excluded.calls,
                refused = identity_consumer_day.refused + excluded.refused
                """)
            try exec(
                """
                UPDATE identity_consumer SET used_at = \(count.last)
                WHERE id = \(key.consumer) AND (used_at IS NULL OR used_at < \(count.last))
                """)
        }
    }

    /// The calls of thirty days, the latest day first.
    func days(of id: ID<Consumer>) throws -> [ConsumerDay] {
        try all(
            """
            SELECT day, calls, refused FROM identity_consumer_day
            WHERE consumer_id = \(id) AND day > \(today.adding(-ConsumerTerms.counted)) ORDER BY day DESC
            """
        ) { ConsumerDay(day: try $0(), calls: try $0(), refused: try $0()) }
    }

    func dropConsumerDays() throws { try exec("DELETE FROM identity_consumer_day WHERE day < \(today.adding(-400))") }
}
