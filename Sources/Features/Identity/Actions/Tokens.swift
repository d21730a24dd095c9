import Base
import Storage
import Work

/// Makes a token for an account, to be used under its first role; the token itself is only in the answer. `hoaban token create`.
public func createToken(
    for id: ID<Account>, name: String, scopes: [String], days: Int = 365, by visitor: Visitor, in db: any Database
) async throws -> String {
    try visitor.must(.manageTokens)
    guard scopes.count <= 50, scopes.allSatisfy(isScope), (1...1100).contains(days) else {
        throw Fault.invalid([Problem("scopes", "Phạm vi của mã truy cập chưa đúng.")])
    }
    let secret = "hb_\(Secret.random(32).hex)"
    try await db.write(as: visitor, "identity.token.create", on: .account(id)) { tx in
        let account = try tx.account(id, keptBy: visitor)
        tx.audit(subject: .account(id, org: account.org))
        guard let held = try tx.held(by: account, on: tx.today).first else {
            throw Fault.conflict("Tài khoản này chưa có vai trò nào.")
        }
        _ = try tx.insertToken(
            Secret.sha256(secret.utf8), account: id, name: String(name.prefix(100)), held: held.key, scopes: scopes,
            expiresAt: tx.now + Int64(days) * Lifetimes.day, by: visitor.account)
    }
    return secret
}

/// The account that a name typed at the command line means.
public func accountID(named username: String, in db: any Database) async throws -> ID<Account>? {
    try await db.read { tx in try tx.account(named: username)?.id }
}

/// Revokes a token at once.
public func revoke(token: ID<Token>, by visitor: Visitor, in db: any Database) async throws {
    try visitor.must(.manageTokens)
    try await db.write(as: visitor, "identity.token.revoke", on: Subject("token", token.raw)) { tx in
        guard let owner = try tx.tokenOwner(token) else { throw Fault.notFound }
        let account = try tx.account(owner, keptBy: visitor)
        tx.audit(subject: .account(account.id, org: account.org))
        _ = try tx.revokeToken(token)
    }
}

/// A caller of the programming interface: who it speaks for, and what the token is for.
public struct TokenVisit: Sendable {
    public let visitor: Visitor
    public let scopes: [String]
}

extension Entrance {
    /// Who holds a bearer token; nothing when it is unknown, over, revoked, or its account may not be used.
    public func token(_ text: String, address: String) async throws -> TokenVisit? {
        guard text.utf8.count == 67, text.hasPrefix("hb_") else { return nil }
        let hash = Secret.sha256(text.utf8)
        let found = try await db.read { tx -> (visit: TokenVisit, touch: ID<Token>?)? in
            guard let token = try tx.openToken(hash), let account = try tx.account(token.account),
                account.state != .suspended,
                let held = try tx.held(by: account, on: tx.today).first(where: { $0.key == token.held })
            else { return nil }
            let program = Program(id: token.id.raw, scopes: Set(token.scopes))
            let visitor = try tx.visitor(account, held, address: address, kind: .token, program: program)
            let isRecent = token.usedAt.map { tx.now - $0 < Lifetimes.touch } ?? false
            return (TokenVisit(visitor: visitor, scopes: token.scopes), isRecent ? nil : token.id)
        }
        if let token = found?.touch { try await db.commit { tx in try tx.noteUse(of: token) } }
        return found?.visit
    }
}

/// `roster.read`, `https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly`: printable, no spaces.
private func isScope(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
}
