import Base
import Storage

/// A token of the programming interface, as its keepers see it.
public struct TokenRow: Sendable {
    public let id: ID<Token>, account: ID<Account>, name: String, scopes: [String]
    public let createdAt: Int64, expiresAt: Int64, usedAt: Int64?, revokedAt: Int64?
}

extension Tx {
    func insertToken(
        _ hash: [UInt8], account: ID<Account>, name: String, held: String, scopes: [String], expiresAt: Int64,
        by maker: ID<Account>?
    ) throws -> ID<Token> {
        let id = newID(Token.self)
        try exec(
            """
            INSERT INTO identity_token (id, account_id, hash, name, held, scopes, created_at, created_by, expires_at) VALUES
            (\(id), \(account), \(hash), \(name), \(held), \(scopes.joined(separator: " ")), \(now), \(maker), \(expiresAt))
            """)
        return id
    }

    /// The tokens of an account, the latest first.
    public func tokens(of account: ID<Account>) throws -> [TokenRow] {
        try all(
            """
            SELECT id, account_id, name, scopes, created_at, expires_at, used_at, revoked_at FROM identity_token
            WHERE account_id = \(account) ORDER BY id DESC LIMIT 200
            """
        ) { row in
            TokenRow(
                id: try row(), account: try row(), name: try row(),
                scopes: try (row() as String).split(separator: " ").map(String.init),
                createdAt: try row(), expiresAt: try row(), usedAt: try row(), revokedAt: try row())
        }
    }

    func openToken(_ hash: [UInt8]) throws -> (
        id: ID<Token>, account: ID<Account>, held: String, scopes: [String], usedAt: Int64?
    )? {
        try one(
            """
            SELECT id, account_id, held, scopes, used_at FROM identity_token
            WHERE hash = \(hash) AND revoked_at IS NULL AND expires_at > \(now)
            """
        ) { row in
            (try row(), try row(), try row(), try (row() as String).split(separator: " ").map(String.init), try row())
        }
    }

    func noteUse(of token: ID<Token>) throws {
        try exec("UPDATE identity_token SET used_at = \(now) WHERE id = \(token)")
    }

    func tokenOwner(_ token: ID<Token>) throws -> ID<Account>? {
        try value("SELECT account_id FROM identity_token WHERE id = \(token)")
    }

    func revokeToken(_ token: ID<Token>) throws -> Int {
        try exec("UPDATE identity_token SET revoked_at = \(now) WHERE id = \(token) AND revoked_at IS NULL")
    }
}
