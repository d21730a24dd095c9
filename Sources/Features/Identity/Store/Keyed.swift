import Base
import Storage
import Work

/// What the keys of this room's secrets are for.
enum Purpose {
    static let recovery = "identity-recovery"
    static let printed = "identity-code"
    static let slip = "identity-slip"
    static let slipPhone = "slip-phone"
    static let csrf = "identity/csrf"
    static let guest = "identity/guest"
    static let late = "identity/late"
}

extension Sealing {
    /// The seed of an account's second factor.
    static func seed(of account: Int64) -> Sealing { Sealing("identity/totp", for: "totp/\(account)") }
}

extension Identity {
    /// What is sealed here.
    static let sealed = [
        SealedValues(t("khóa của bước xác thực thứ hai"), in: "identity_factor", key: "account_id", column: "seed") {
            .seed(of: $0)
        },
        SealedValues(t("số điện thoại trên phiếu cha mẹ"), in: "identity_slip", column: "phone") { _ in
            .field(Purpose.slipPhone)
        },
    ]

    /// What ends with the key that it was made under.
    static let codes = [
        KeyedCodes(
            t("mã khôi phục của bước xác thực thứ hai"), count: { try $0.recoveryCodes(before: $1) },
            end: { try $0.dropRecoveryCodes(before: $1) }),
        KeyedCodes(
            t("mã in chưa dùng"), count: { try $0.openCodes(before: $1) }, end: { try $0.revokeCodes(before: $1) }),
        KeyedCodes(
            t("phiếu cha mẹ chưa dùng"), count: { try $0.openSlips(before: $1) }, end: { try $0.endSlips(before: $1) }),
    ]
}

extension Tx {
    fileprivate func recoveryCodes(before moment: Int64) throws -> Int {
        try count("SELECT COUNT(*) FROM identity_recovery WHERE used_at IS NULL AND made_at < \(moment)")
    }

    fileprivate func dropRecoveryCodes(before moment: Int64) throws {
        try exec("DELETE FROM identity_recovery WHERE used_at IS NULL AND made_at < \(moment)")
    }

    fileprivate func openCodes(before moment: Int64) throws -> Int {
        try count(
            """
            SELECT COUNT(*) FROM identity_code
            WHERE used_at IS NULL AND revoked_at IS NULL AND expires_at > \(now) AND created_at < \(moment)
            """)
    }

    fileprivate func revokeCodes(before moment: Int64) throws {
        try exec(
            """
            UPDATE identity_code SET revoked_at = \(now)
            WHERE used_at IS NULL AND revoked_at IS NULL AND expires_at > \(now) AND created_at < \(moment)
            """)
    }

    fileprivate func openSlips(before moment: Int64) throws -> Int {
        try count(
            """
            SELECT COUNT(*) FROM identity_slip WHERE state = 'issued' AND expires_at > \(now) AND issued_at < \(moment)
            """)
    }

    fileprivate func endSlips(before moment: Int64) throws {
        try exec(
            """
            UPDATE identity_slip SET expires_at = \(now)
            WHERE state = 'issued' AND expires_at > \(now) AND issued_at < \(moment)
            """)
    }
}
