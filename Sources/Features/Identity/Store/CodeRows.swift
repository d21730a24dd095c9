import Base
import Storage

/// What a printed code is for.
enum CodeKind: String, Sendable, Column { case activation, reset }

extension Tx {
    /// Makes a code for an account in place of any it had; the code itself is only in the answer.
    func makeCode(_ kind: CodeKind, for account: ID<Account>, by maker: ID<Account>?) throws -> (
        code: String, expiresAt: Int64
    ) {
        try revokeCodes(of: account)
        let code = PrintedCodes.make(), expiresAt = now + (try codeLifetime())
        try exec(
            """
            INSERT INTO identity_code (id, account_id, hash, kind, created_at, created_by, expires_at) VALUES
            (\(newID(PrintedCode.self)), \(account), \(try sealing().blind(code, Purpose.printed)), \(kind), \(now), \(maker), \(expiresAt))
            """)
        return (PrintedCodes.shown(code), expiresAt)
    }

    /// A day (bar E9), or as many hours as the installation says, at most fourteen days.
    private func codeLifetime() throws -> Int64 {
        let hours = try setting("identity.code-hours").flatMap { Int64($0) } ?? 24
        return min(max(hours, 1), 336) * Lifetimes.hour
    }

    func revokeCodes(of account: ID<Account>) throws {
        try exec(
            "UPDATE identity_code SET revoked_at = \(now) WHERE account_id = \(account) AND used_at IS NULL AND revoked_at IS NULL"
        )
    }

    /// The account that a good code opens.
    func codeHolder(_ code: String) throws -> AccountRow? {
        try one(
            """
            SELECT \(sql: AccountRow.columns) FROM identity_code c JOIN identity_account a ON a.id = c.account_id
            WHERE c.hash IN \(list: keys.blinds(code, Purpose.printed)) AND c.used_at IS NULL AND c.revoked_at IS NULL AND c.expires_at > \(now)
            AND a.state <> 'suspended'
            """, AccountRow.init)
    }

    /// Uses a code up; false when it is not good any more.
    func useCode(_ code: String) throws -> Bool {
        try exec(
            """
            UPDATE identity_code SET used_at = \(now) WHERE hash IN \(list: keys.blinds(code, Purpose.printed))
            AND used_at IS NULL AND revoked_at IS NULL AND expires_at > \(now)
            """) == 1
    }
}
