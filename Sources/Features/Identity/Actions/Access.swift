import Base
import Storage
import Work

/// Why no token is given, in the words of RFC 6749, section 5.2.
struct AccessRefusal: Error {
    let code: String, sentence: String

    static let client = AccessRefusal(code: "invalid_client", sentence: "Sai mã hệ thống hoặc khóa bí mật.")
    static let scope = AccessRefusal(code: "invalid_scope", sentence: "Hệ thống này không được cấp phạm vi nào đã hỏi.")
}

extension Entrance {
    /// Gives a connected system a token for an hour, for its id and secret (RFC 6749, 4.4). Wrong secrets are counted by where they come from,
    /// so that nobody locks another's system out; the secret itself, 256 random bits, cannot be guessed. Throws `AccessRefusal`.
    func grantAccess(client: String, secret: String, scope: String, address: String) async throws -> AccessGrant {
        let id = ID<Consumer>(client), hash = Secret.sha256(secret.utf8)
        let budgets: [Budget] = [.account("c:\(client.prefix(20)):\(address)"), .address(address), .network(address)]
        let (trial, row) = try await db.commit { [settings] tx -> (Trial, ConsumerRow?) in
            let trial = try tx.begin(budgets, limited: settings.limitsAttempts)
            let row = try id.flatMap { try tx.consumer($0) }
            let isRight =
                try ConsumerTerms.isSecret(secret, "hbs_") && row.map { try tx.isSecret(hash, of: $0.id) } ?? false
            return (trial, isRight ? row : nil)
        }
        guard let row, row.isOpen(on: db.clock.today) else {
            try await noteRefusal(of: id, isRight: row != nil, address: address)
            throw AccessRefusal.client
        }
        guard let scopes = ConsumerTerms.granted(scope, of: row.scopes) else {
            try await db.commit { tx in try tx.takeBack(trial.attempt, trial.keys) }
            throw AccessRefusal.scope
        }
        let token = "hba_\(Secret.random(32).hex)"
        let caller = Visitor(kind: .consumer, name: row.name, org: row.org, address: address)
        return try await db.write(as: caller, "identity.consumer.sign-in", on: .consumer(row.id, org: row.org)) { tx in
            try tx.takeBack(trial.attempt, trial.keys)
            try tx.insertAccess(
                Secret.sha256(token.utf8), of: row.id, scopes: scopes, expiresAt: tx.now + ConsumerTerms.access)
            return AccessGrant(token: token, seconds: Int(ConsumerTerms.access / 1000), scopes: scopes)
        }
    }

    private func noteRefusal(of id: ID<Consumer>?, isRight: Bool, address: String) async throws {
        let known = try await db.read { tx in try id.flatMap { try tx.consumer($0) } }
        if let known { tally.add(known.id, status: 401, at: db.clock.now) }
        let subject = known.map { Subject.consumer($0.id, org: $0.org) } ?? Subject("consumer")
        try await db.write(as: Visitor(kind: .anonymous, address: address), "identity.consumer.refuse", on: subject) {
            tx in
            if isRight { tx.audit(note: "state") }
        }
    }

    /// Who holds the token of a connected system; nothing when it is unknown, over, or its system may not call.
    func consumer(_ token: String, address: String) async throws -> Visitor? {
        guard ConsumerTerms.isSecret(token, "hba_") else { return nil }
        let hash = Secret.sha256(token.utf8)
        return try await db.read { tx in
            guard let (row, scopes) = try tx.openAccess(hash) else { return nil }
            return Visitor(
                kind: .consumer, name: row.name, scope: try tx.scope(of: row), org: row.org,
                orgName: try tx.name(of: row.org), address: address,
                program: Program(id: row.id.raw, scopes: Set(scopes), perMinute: row.perMinute))
        }
    }
}

extension Tx {
    /// How far a connected system sees: its unit and what is below, within its levels.
    fileprivate func scope(of row: ConsumerRow) throws -> Scope {
        try row.levels == nil && isTop(row.org) ? .everything : Scope(.tree([row.org]), levels: row.levels)
    }
}
