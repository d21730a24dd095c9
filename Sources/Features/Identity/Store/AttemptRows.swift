import Base
import Storage

extension Tx {
    /// The moments of the latest wrong attempts under a key, newest first.
    func wrongAttempts(_ key: String, since: Int64, limit: Int) throws -> [Int64] {
        try all("SELECT at FROM identity_attempt WHERE key = \(key) AND at > \(since) ORDER BY at DESC LIMIT \(limit)")
    }

    /// Writes an attempt down before it is tried, so that those tried side by side count too; a right one is taken back.
    func reserveAttempt(_ keys: [String]) throws -> ID<Attempt> {
        let id = newID(Attempt.self)
        for key in keys { try exec("INSERT INTO identity_attempt (key, at, id) VALUES (\(key), \(now), \(id))") }
        return id
    }

    func takeBack(_ attempt: ID<Attempt>, _ keys: [String]) throws {
        for key in keys { try exec("DELETE FROM identity_attempt WHERE key = \(key) AND id = \(attempt)") }
    }

    func dropAttempts(before moment: Int64) throws -> Int {
        try exec("DELETE FROM identity_attempt WHERE at < \(moment)")
    }

    /// Whether many people come in by an address or a network: a school, an office.
    func isShared(_ key: String) throws -> Bool {
        try count(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM identity_sharer WHERE key = \(key) AND seen_at > \(now - Attempts.sharing)
            LIMIT \(Attempts.sharers)) x
            """) >= Attempts.sharers
    }

    /// Notes that an account came in by its address and network.
    func noteSharer(_ account: ID<Account>, at address: String) throws {
        let keys = Networks.keys(of: address)
        for key in [keys.address, keys.network] {
            try exec(
                """
                INSERT INTO identity_sharer (key, account_id, seen_at) VALUES (\(key), \(account), \(now))
                ON CONFLICT (key, account_id) DO UPDATE SET seen_at = excluded.seen_at
                """)
        }
    }

    func dropSharers(before moment: Int64) throws {
        try exec("DELETE FROM identity_sharer WHERE seen_at < \(moment)")
    }

    func knowsDevice(_ token: [UInt8], of account: ID<Account>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM identity_device WHERE hash = \(token) AND account_id = \(account) AND seen_at > \(now - Lifetimes.device)
            """)
    }

    func isDevice(_ token: [UInt8]) throws -> Bool {
        try exists("SELECT 1 FROM identity_device WHERE hash = \(token) AND seen_at > \(now - Lifetimes.device)")
    }

    func noteDevice(_ token: [UInt8], of account: ID<Account>) throws {
        try exec(
            """
            INSERT INTO identity_device (hash, account_id, seen_at) VALUES (\(token), \(account), \(now))
            ON CONFLICT (hash, account_id) DO UPDATE SET seen_at = excluded.seen_at
            """)
    }

    func dropDevices(before moment: Int64) throws {
        try exec("DELETE FROM identity_device WHERE seen_at < \(moment)")
    }

    func forgetDevices(of account: ID<Account>) throws {
        try exec("DELETE FROM identity_device WHERE account_id = \(account)")
    }
}

/// What a key of an attempt stands for.
enum Attempt {}
