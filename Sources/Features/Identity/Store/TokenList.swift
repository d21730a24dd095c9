import Base
import Storage

/// A token with its account, as a list shows it.
struct TokenLine: Sendable {
    let id: ID<Token>, name: String, username: String, scopes: String
    let createdAt: Int64, expiresAt: Int64, usedAt: Int64?, revokedAt: Int64?
}

extension Tx {
    /// The tokens of accounts within reach, the latest first.
    func tokenList(scope: Scope, limit: Int = 200) throws -> [TokenLine] {
        try all(
            """
            SELECT k.id, k.name, a.username, k.scopes, k.created_at, k.expires_at, k.used_at, k.revoked_at
            FROM identity_token k JOIN identity_account a ON a.id = k.account_id WHERE \(scope, on: "a.org_id") ORDER BY k.id DESC LIMIT \(limit)
            """
        ) { row in
            TokenLine(
                id: try row(), name: try row(), username: try row(), scopes: try row(), createdAt: try row(),
                expiresAt: try row(),
                usedAt: try row(), revokedAt: try row())
        }
    }
}
