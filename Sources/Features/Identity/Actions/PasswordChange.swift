import Base
import Registry
import Storage
import Work

extension Entrance {
    /// Changes one's own password: ends every other session, forgets every device, and gives this session a new secret.
    public func changePassword(from old: String, to new: String, cookie: String, address: String) async throws -> String
    {
        let state = try await own(cookie, address)
        guard state.duty == nil || state.duty == .changePassword else { throw Fault.forbidden }
        let (trial, hash, holder) = try await db.commit { tx -> (Trial, String?, Passwords.Holder) in
            guard let account = try tx.account(state.account) else { throw Fault.unauthenticated }
            let trial = try tx.begin([.account("p:\(state.account.raw)")], limited: settings.limitsAttempts)
            return (trial, try tx.passwordHash(of: state.account), try tx.holder(account))
        }
        let fresh = try await trying(trial) { () -> String in
            guard try await hashing.verify(Passwords.bytes(old) ?? [], against: hash).isRight else { return "" }
            if let problem = Passwords.problem(with: new, for: holder) { throw Fault.invalid([problem]) }
            guard new != old else { throw Fault.invalid([Problem("password", "Mật khẩu mới phải khác mật khẩu cũ.")]) }
            return try await self.hash(new)
        }
        guard !fresh.isEmpty else { throw Fault.invalid([Problem("old", "Mật khẩu hiện tại không đúng.")]) }
        let secret = try await turning(cookie, state, "identity.password.change") { tx in
            try tx.takeBack(trial.attempt, trial.keys)
            try tx.setPassword(fresh, of: state.account)
            try tx.endSessions(of: state.account, why: "password", but: state.id)
            try tx.forgetDevices(of: state.account)
            try tx.nextDuty(state)
        }
        cache.drop(state.account)
        return secret
    }
}

extension Tx {
    /// What a holder's password may not be.
    func holder(_ account: AccountRow) throws -> Passwords.Holder {
        Passwords.Holder(
            username: account.username, name: try name(of: account),
            roles: try roles(of: account), birthYear: try account.person.flatMap(birthYear(of:)))
    }

    /// The roles that count for rules: those held, and a member of staff without any still is one.
    func roles(of account: AccountRow) throws -> [Role] {
        let roles = try held(by: account, on: today).map(\.role)
        return roles.isEmpty && account.person?.staff != nil ? [.subjectTeacher] : roles
    }
}
