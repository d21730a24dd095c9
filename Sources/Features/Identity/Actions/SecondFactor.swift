import Base
import Storage
import Work

/// What is shown once when a second factor is set up.
public struct FactorSeed: Sendable {
    /// To be typed into the authenticator program, and the address that its QR holds.
    public let text: String, address: String
}

extension Entrance {
    /// Makes a seed and shows it; it counts from the first right code on.
    public func beginFactor(cookie: String, address: String) async throws -> FactorSeed {
        let state = try await own(cookie, address)
        guard state.duty == nil || state.duty == .setUpFactor else { throw Fault.forbidden }
        let seed = try await db.commit { tx -> [UInt8] in
            if let kept = try tx.factor(of: state.account) {
                guard !kept.isConfirmed else { throw Fault.conflict("Tài khoản đã có bước xác thực thứ hai.") }
                return kept.seed
            }
            let fresh = Secret.random(TOTP.seedBytes)
            try tx.setFactor(fresh, of: state.account)
            return fresh
        }
        return FactorSeed(text: TOTP.text(of: seed), address: TOTP.address(of: seed, username: state.username))
    }

    /// Confirms the seed with its first code; answers the session's new secret and ten recovery codes, shown once.
    public func confirmFactor(code: String, cookie: String, address: String) async throws -> (
        cookie: String, recovery: [String]
    ) {
        let state = try await own(cookie, address)
        guard state.duty == nil || state.duty == .setUpFactor else { throw Fault.forbidden }
        let recovery = (0..<10).map { _ in PrintedCodes.make() }
        try await tryFactor(state) { tx in
            guard let factor = try tx.factor(of: state.account), !factor.isConfirmed else { return false }
            return try tx.useCode(code, factor, state.account)
        }
        let secret = try await turning(cookie, state, "identity.factor.create") { tx in
            try tx.setRecoveryCodes(recovery, of: state.account)
            try tx.nextDuty(state)
        }
        return (secret, recovery.map(PrintedCodes.shown))
    }

    /// Makes ten new recovery codes after a fresh code of the program; those of before are dead.
    public func renewRecovery(code: String, cookie: String, address: String) async throws -> [String] {
        let state = try await own(cookie, address)
        guard state.duty == nil else { throw Fault.forbidden }
        try await tryFactor(state) { tx in
            guard let factor = try tx.factor(of: state.account), factor.isConfirmed else { return false }
            return try tx.useCode(code, factor, state.account)
        }
        let recovery = (0..<10).map { _ in PrintedCodes.make() }
        try await db.write(as: state.visitor, "identity.factor.renew", on: .account(state.account)) { tx in
            try tx.setRecoveryCodes(recovery, of: state.account)
        }
        return recovery.map(PrintedCodes.shown)
    }

    /// Passes the second factor with a code of the program or one of the recovery codes; answers the session's new secret.
    public func passFactor(code: String, cookie: String, address: String) async throws -> String {
        let state = try await own(cookie, address)
        guard state.duty == .enterFactor else { throw Fault.forbidden }
        try await tryFactor(state) { tx in
            if let recovery = PrintedCodes.read(code) { return try tx.useRecoveryCode(recovery, of: state.account) }
            guard let factor = try tx.factor(of: state.account), factor.isConfirmed else { return false }
            return try tx.useCode(code, factor, state.account)
        }
        return try await turning(cookie, state, "identity.factor.pass") { tx in try tx.nextDuty(state) }
    }

    /// Counts a try against the account's five, tries it, and takes a right one back.
    private func tryFactor(_ state: SessionState, _ check: @escaping @Sendable (Tx) throws -> Bool) async throws {
        let limited = settings.limitsAttempts
        let isRight = try await db.commit { tx in
            let trial = try tx.begin([.factor(state.account)], limited: limited)
            guard try check(tx) else { return false }
            try tx.takeBack(trial.attempt, trial.keys)
            return true
        }
        if isRight { return }
        try await db.write(as: state.visitor, "identity.factor.refuse", on: .account(state.account)) { _ in }
        throw Fault.invalid([Problem("code", "Mã xác thực không đúng hoặc đã dùng. Hãy nhập mã mới nhất.")])
    }
}

extension Tx {
    fileprivate func useCode(
        _ code: String, _ factor: (seed: [UInt8], lastStep: Int64, isConfirmed: Bool), _ account: ID<Account>
    ) throws -> Bool {
        guard let step = TOTP.match(code, seed: factor.seed, at: now, after: factor.lastStep) else { return false }
        return try useStep(step, of: account)
    }

    /// Goes on to the next duty of a session whose second factor has been passed.
    func nextDuty(_ state: SessionState) throws {
        guard let account = try account(state.account) else { throw Fault.unauthenticated }
        try set(duty: try duty(of: account, state.held, hasPassedFactor: true), of: state.id)
    }
}

/// Takes an account's second factor away after seeing the person; at the next sign-in they set up a new one.
public func removeFactor(of id: ID<Account>, by visitor: Visitor, in db: any Database) async throws {
    try visitor.must(.manageAccounts)
    try await db.write(as: visitor, "identity.factor.delete", on: .account(id)) { tx in
        let account = try tx.account(id, keptBy: visitor)
        tx.audit(subject: .account(id, org: account.org))
        try tx.dropFactor(of: id)
        try tx.endSessions(of: id, why: "factor")
    }
}

/// Takes one's own second factor away, where the installation and the roles allow it.
extension Entrance {
    /// Refused where the installation and a role held ask for one.
    public func removeOwnFactor(cookie: String, address: String) async throws {
        let state = try await own(cookie, address)
        try await db.write(as: state.visitor, "identity.factor.delete", on: .account(state.account)) { tx in
            let isAsked =
                try tx.asksSecondFactor() && state.held.contains { Granting.withSecondFactor.contains($0.role) }
            guard state.duty == nil, !isAsked else { throw Fault.forbidden }
            try tx.dropFactor(of: state.account)
        }
    }
}
