import Base
import Storage

extension Tx {
    /// Whether the account has a second factor in use.
    public func hasFactor(_ account: ID<Account>) throws -> Bool {
        try exists("SELECT 1 FROM identity_factor WHERE account_id = \(account) AND confirmed_at IS NOT NULL")
    }

    /// The seed, opened, and the last step used.
    func factor(of account: ID<Account>) throws -> (seed: [UInt8], lastStep: Int64, isConfirmed: Bool)? {
        let stored = try one("SELECT seed, last_step, confirmed_at FROM identity_factor WHERE account_id = \(account)")
        {
            (seed: try $0() as [UInt8], lastStep: try $0() as Int64, confirmed: try $0() as Int64?)
        }
        guard let stored,
            let seed = keys.open(stored.seed, .seed(of: account.raw))
        else { return nil }
        return (seed, stored.lastStep, stored.confirmed != nil)
    }

    /// Keeps a seed that is not confirmed yet, in place of an older one that is not either.
    func setFactor(_ seed: [UInt8], of account: ID<Account>) throws {
        let sealed = try sealing().seal(seed, .seed(of: account.raw))
        try exec(
            """
            INSERT INTO identity_factor (account_id, seed, last_step) VALUES (\(account), \(sealed), 0)
            ON CONFLICT (account_id) DO UPDATE SET seed = excluded.seed, last_step = 0 WHERE identity_factor.confirmed_at IS NULL
            """)
    }

    /// Marks a step as used, and the factor as confirmed; false when somebody used that step a moment ago.
    func useStep(_ step: Int64, of account: ID<Account>) throws -> Bool {
        try exec(
            """
            UPDATE identity_factor SET last_step = \(step), confirmed_at = COALESCE(confirmed_at, \(now))
            WHERE account_id = \(account) AND last_step < \(step)
            """) == 1
    }

    func dropFactor(of account: ID<Account>) throws {
        try exec("DELETE FROM identity_factor WHERE account_id = \(account)")
        try exec("DELETE FROM identity_recovery WHERE account_id = \(account)")
    }

    func setRecoveryCodes(_ codes: [String], of account: ID<Account>) throws {
        try exec("DELETE FROM identity_recovery WHERE account_id = \(account)")
        for code in codes {
            try exec(
                "INSERT INTO identity_recovery (account_id, hash, made_at) VALUES (\(account), \(try sealing().blind(code, Purpose.recovery)), \(now))"
            )
        }
    }

    func useRecoveryCode(_ code: String, of account: ID<Account>) throws -> Bool {
        try exec(
            """
            UPDATE identity_recovery SET used_at = \(now)
            WHERE account_id = \(account) AND hash IN \(list: keys.blinds(code, Purpose.recovery)) AND used_at IS NULL
            """) == 1
    }

    /// How many recovery codes are left.
    public func recoveryCodesLeft(_ account: ID<Account>) throws -> Int {
        try count("SELECT COUNT(*) FROM identity_recovery WHERE account_id = \(account) AND used_at IS NULL")
    }
}
