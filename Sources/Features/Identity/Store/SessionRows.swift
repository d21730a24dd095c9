import Base
import Storage

/// A session as stored.
struct SessionRecord: Sendable {
    let id: ID<Session>, account: ID<Account>, held: String, duty: Duty?, year: SchoolYear?, isStaff: Bool
    let createdAt: Int64, touchedAt: Int64, endsAt: Int64, viewing: ID<Account>?, viewingUntil: Int64?

    static let columns: SQL = """
        s.id, s.account_id, s.held, s.duty, s.year, s.is_staff, s.created_at, s.touched_at, s.ends_at, s.viewing_id, s.viewing_until
        """

    init(_ row: inout Row) throws {
        (id, account, held) = (try row(), try row(), try row())
        duty = (try row() as String?).flatMap(Duty.init)
        (year, isStaff, createdAt, touchedAt, endsAt) = (try row(), try row(), try row(), try row(), try row())
        (viewing, viewingUntil) = (try row(), try row())
    }
}

extension Tx {
    /// The open session under a hash, whether or not its time is over.
    func session(_ hash: [UInt8]) throws -> SessionRecord? {
        try one(
            """
            SELECT \(sql: SessionRecord.columns) FROM identity_session s WHERE s.hash = \(hash) AND s.ended_at IS NULL
            """, SessionRecord.init)
    }

    func insertSession(
        _ hash: [UInt8], account: ID<Account>, held: String, duty: Duty?, isStaff: Bool, endsAt: Int64, address: String,
        agent: String
    ) throws -> ID<Session> {
        let id = newID(Session.self)
        try exec(
            """
            INSERT INTO identity_session (id, hash, account_id, held, duty, is_staff, created_at, touched_at, ends_at, address, agent) VALUES
            (\(id), \(hash), \(account), \(held), \(duty), \(isStaff), \(now), \(now), \(endsAt), \(address), \(String(agent.prefix(200))))
            """)
        return id
    }

    /// Gives a session a new secret, at every change of what it may do: the old one is dead at once.
    func turn(_ session: ID<Session>, to hash: [UInt8]) throws {
        try exec("UPDATE identity_session SET hash = \(hash), touched_at = \(now) WHERE id = \(session)")
    }

    func set(held: String, of session: ID<Session>) throws {
        try exec("UPDATE identity_session SET held = \(held) WHERE id = \(session)")
    }

    func set(duty: Duty?, of session: ID<Session>) throws {
        try exec("UPDATE identity_session SET duty = \(duty) WHERE id = \(session)")
    }

    func set(year: SchoolYear?, of session: ID<Session>) throws {
        try exec("UPDATE identity_session SET year = \(year) WHERE id = \(session)")
    }

    func set(viewing: ID<Account>?, until: Int64?, of session: ID<Session>) throws {
        try exec("UPDATE identity_session SET viewing_id = \(viewing), viewing_until = \(until) WHERE id = \(session)")
    }

    func touch(_ session: ID<Session>) throws {
        try exec("UPDATE identity_session SET touched_at = \(now) WHERE id = \(session) AND touched_at < \(now)")
    }

    @discardableResult
    func end(_ session: ID<Session>, why: String) throws -> Int {
        try exec(
            "UPDATE identity_session SET ended_at = \(now), ended_why = \(why) WHERE id = \(session) AND ended_at IS NULL"
        )
    }

    /// Ends every open session of an account but one; answers how many.
    @discardableResult
    func endSessions(of account: ID<Account>, why: String, but kept: ID<Session>? = nil) throws -> Int {
        try exec(
            """
            UPDATE identity_session SET ended_at = \(now), ended_why = \(why)
            WHERE account_id = \(account) AND ended_at IS NULL AND id <> \(kept?.raw ?? 0)
            """)
    }

    /// An account's open sessions, the latest used first.
    public func sessions(of account: ID<Account>) throws -> [SessionRow] {
        try all(
            """
            SELECT s.id, s.created_at, s.touched_at, s.address, s.agent FROM identity_session s
            WHERE s.account_id = \(account) AND s.ended_at IS NULL AND s.ends_at > \(now) ORDER BY s.touched_at DESC LIMIT 100
            """
        ) { row in
            SessionRow(
                id: try row(), createdAt: try row(), touchedAt: try row(), address: try row(), agent: try row())
        }
    }

    func owner(of session: ID<Session>) throws -> ID<Account>? {
        try value("SELECT account_id FROM identity_session WHERE id = \(session)")
    }

    /// Whose session a secret's hash was, open or over.
    func owner(of hash: [UInt8]) throws -> ID<Account>? {
        try value("SELECT account_id FROM identity_session WHERE hash = \(hash)")
    }

    func dropSessions(before moment: Int64) throws -> Int {
        try exec("DELETE FROM identity_session WHERE ended_at < \(moment)")
            + exec("DELETE FROM identity_session WHERE ends_at < \(moment)")
    }
}
