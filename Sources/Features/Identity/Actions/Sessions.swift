import Base
import Storage
import Work

extension Entrance {
    /// Who holds a session's cookie; nothing when it is nobody's, or its time is over. Costs no query when asked again within four seconds.
    public func session(_ cookie: String, address: String) async throws -> SessionState? {
        guard let hash = SessionSecret.hash(cookie) else { return nil }
        if let kept = cache.find(hash) { return kept.asked(from: address) }
        let token = csrf(cookie), idleMinutes = settings.staffIdleMinutes
        let found = try await db.read { tx -> (record: SessionRecord, state: SessionState?, now: Int64)? in
            guard let record = try tx.session(hash) else { return nil }
            let set = try tx.setting("identity.staff-idle-minutes").flatMap { Int64($0) }
            let idle = Lifetimes.idle(staff: record.isStaff, staffMinutes: set ?? idleMinutes)
            guard record.touchedAt + idle > tx.now, record.endsAt > tx.now else { return (record, nil, tx.now) }
            return (record, try tx.state(of: record, csrf: token, address: address), tx.now)
        }
        guard let found else { return nil }
        guard let state = found.state else {
            try await db.commit { tx in try tx.end(found.record.id, why: "expired") }
            return nil
        }
        if found.now - found.record.touchedAt >= Lifetimes.touch {
            try await db.commit { tx in try tx.touch(found.record.id) }
        }
        cache.keep(state, hash)
        return state
    }

    /// Takes up another of the account's roles; answers the session's new secret.
    public func switchRole(to key: String, cookie: String, address: String) async throws -> String {
        let state = try await own(cookie, address)
        guard let chosen = state.held.first(where: { $0.key == key }) else { throw Fault.forbidden }
        return try await turning(cookie, state, "identity.session.switch") { tx in
            try tx.set(held: chosen.key, of: state.id)
            tx.audit(note: chosen.role.rawValue)
        }
    }

    /// Ends the session of a cookie; nothing happens when there is none.
    public func signOut(_ cookie: String, address: String) async throws {
        guard let hash = SessionSecret.hash(cookie), let state = try await session(cookie, address: address) else {
            return
        }
        cache.drop(hash)
        try await db.write(as: state.visitor, "identity.session.end", on: .account(state.account)) { tx in
            try tx.end(state.id, why: "sign-out")
        }
    }

    /// Remembers the school year that the visitor looks at.
    public func choose(_ year: SchoolYear?, cookie: String, address: String) async throws {
        guard let state = try await session(cookie, address: address) else { throw Fault.unauthenticated }
        try await db.commit { tx in try tx.set(year: year, of: state.id) }
        SessionSecret.hash(cookie).map(cache.drop)
    }

    /// Remembers the language of an account.
    public func choose(_ language: Language, cookie: String, address: String) async throws {
        let state = try await own(cookie, address)
        try await db.commit { tx in try tx.setLanguage(language, of: state.account) }
        cache.drop(state.account)
    }

    /// Ends one of the visitor's own sessions.
    public func endOwnSession(_ id: ID<Session>, cookie: String, address: String) async throws {
        let state = try await own(cookie, address)
        guard state.duty == nil else { throw Fault.forbidden }
        try await db.write(as: state.visitor, "identity.session.end", on: .account(state.account)) { tx in
            guard try tx.owner(of: id) == state.account else { throw Fault.notFound }
            try tx.end(id, why: "owner")
        }
        cache.drop(state.account)
    }

    /// Ends all the visitor's sessions but this one; answers how many.
    public func endOtherSessions(cookie: String, address: String) async throws -> Int {
        let state = try await own(cookie, address)
        guard state.duty == nil else { throw Fault.forbidden }
        defer { cache.drop(state.account) }
        return try await db.write(as: state.visitor, "identity.session.end", on: .account(state.account)) { tx in
            let ended = try tx.endSessions(of: state.account, why: "owner", but: state.id)
            tx.audit(note: "\(ended)")
            return ended
        }
    }

    /// The session of a cookie with no other's eyes: for what only the account's owner does.
    func own(_ cookie: String, _ address: String) async throws -> SessionState {
        guard let state = try await session(cookie, address: address) else { throw Fault.unauthenticated }
        guard !state.isViewingAs else { throw Fault.readOnly }
        return state
    }

    /// Changes what a session may do, under a new secret: the old one is dead at once.
    func turning(
        _ cookie: String, _ state: SessionState, _ verb: Verb, _ body: @escaping @Sendable (Tx) throws -> Void
    ) async throws -> String {
        let secret = SessionSecret.make()
        try await db.write(as: state.visitor, verb, on: .account(state.account, org: state.current?.org)) { tx in
            try body(tx)
            try tx.turn(state.id, to: SessionSecret.hash(secret) ?? [])
        }
        SessionSecret.hash(cookie).map(cache.drop)
        return secret
    }
}

extension SessionState {
    /// The same session asked from another address.
    func asked(from address: String) -> SessionState {
        guard visitor.address != address else { return self }
        let who = Visitor(
            kind: visitor.kind, account: visitor.account, name: visitor.name, role: visitor.role, scope: visitor.scope,
            org: visitor.org,
            orgName: visitor.orgName, person: visitor.person, address: address)
        return SessionState(
            id: id, account: account, username: username, visitor: who, csrf: csrf, held: held, current: current,
            language: language,
            year: year, duty: duty, isViewingAs: isViewingAs)
    }
}

extension Tx {
    /// A stored session as the gate needs it; nothing when its account may not be used.
    func state(of record: SessionRecord, csrf: String, address: String) throws -> SessionState? {
        guard let account = try account(record.account), account.state == .active else { return nil }
        let held = try held(by: account, on: today)
        let current = held.first { $0.key == record.held } ?? held.first
        let viewed = try viewed(by: record)
        let visitor =
            if let viewed, record.duty == nil {
                try self.viewing(viewed, by: account, address: address)
            } else {
                try self.visitor(account, record.duty == nil ? current : nil, address: address)
            }
        return SessionState(
            id: record.id, account: account.id, username: account.username, visitor: visitor, csrf: csrf, held: held,
            current: current,
            language: account.language, year: record.year, duty: record.duty,
            isViewingAs: viewed != nil && record.duty == nil)
    }

    private func viewed(by record: SessionRecord) throws -> AccountRow? {
        guard let viewing = record.viewing, let until = record.viewingUntil, until > now else { return nil }
        return try account(viewing)
    }

    /// Another's eyes: their name, role and reach, but the viewer's own account, so that the audit names who really looked.
    private func viewing(_ viewed: AccountRow, by viewer: AccountRow, address: String) throws -> Visitor {
        let eyes = try visitor(viewed, held(by: viewed, on: today).first, address: address)
        return Visitor(
            kind: .session, account: viewer.id, name: eyes.name, role: eyes.role, scope: eyes.scope, org: eyes.org,
            orgName: eyes.orgName,
            person: eyes.person, address: address)
    }
}
