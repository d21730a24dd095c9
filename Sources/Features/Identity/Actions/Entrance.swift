import Base
import Storage
import Work

/// The entrance of the house: whatever needs the hashing threads or the sessions held in memory. One a process.
public struct Entrance: Sendable {
    /// How this process lets people in.
    public struct Settings: Sendable {
        public var staffIdleMinutes: Int64 = 30
        /// Off on loopback only, for measurements.
        public var limitsAttempts = true
        public init() {}
    }

    public let db: any Database
    let hashing: HashingThreads
    let cache: SessionCache
    let tally = ConsumerTally()
    let settings: Settings

    public init(
        db: any Database, settings: Settings = Settings(), hashing: HashingThreads = HashingThreads(),
        monotonic: @escaping @Sendable () -> Int64 = { Clock.monotonic }
    ) {
        (self.db, self.settings, self.hashing) = (db, settings, hashing)
        cache = SessionCache(monotonic)
    }

    /// The token of the forms of one session, derived from its secret.
    public func csrf(_ cookie: String) -> String { token(db.keys.signature(Array(cookie.utf8), Purpose.csrf)) }

    /// The tokens by which forms of one cookie are known, a session's or that of somebody who has none yet. The first goes into new
    /// forms; forms made under a former key are taken too.
    func formTokens(_ cookie: String, isGuest: Bool) -> [String] {
        db.keys.signatures(Array(cookie.utf8), isGuest ? Purpose.guest : Purpose.csrf).map(token)
    }

    func token(_ signature: [UInt8]) -> String { signature.prefix(20).hex }

    /// Forgets what is held in memory of an account, so that a change is felt here at once.
    public func forget(_ account: ID<Account>) { cache.drop(account) }

    /// Hashes a password for an account made by the command line, such as the demo's.
    public func hash(_ password: String) async throws -> String {
        try await hashing.hash(Passwords.bytes(password) ?? [])
    }

    /// Drops attempts, sessions and devices whose time is long over.
    public func sweep() async throws {
        try await db.commit { tx in
            _ = try tx.dropAttempts(before: tx.now - Attempts.day)
            _ = try tx.dropSessions(before: tx.now - Lifetimes.ended)
            try tx.dropDevices(before: tx.now - Lifetimes.device)
            try tx.dropSharers(before: tx.now - Attempts.sharing)
            try tx.expireSlips()
            try tx.dropAccess()
            try tx.dropConsumerDays()
        }
    }
}

extension Fault {
    /// The same words for a wrong name, a wrong password and a suspended account.
    static let signInRefused = Fault(.invalid, "Tên đăng nhập hoặc mật khẩu không đúng.")
    static let codeRefused = Fault.invalid([Problem("code", "Mã không đúng, đã dùng hoặc đã hết hạn.")])
    static let readOnly = Fault(.forbidden, "Đang xem bằng vai của người khác: chỉ được xem, không được sửa.")

    static func wait(until moment: Int64, now: Int64) -> Fault {
        Fault(
            .tooMany, "Đã thử sai quá nhiều lần. Hãy chờ một lát rồi thử lại.",
            retryAfter: Int(max(1, (moment - now + 999) / 1000)))
    }
}
