import Base

/// Time-based one-time codes (RFC 6238): HMAC-SHA-1, steps of 30 seconds, six digits.
public enum TOTP {
    public static let seedBytes = 20

    /// The step that a moment in milliseconds since 1970 falls into.
    public static func step(at moment: Int64) -> Int64 { moment / 30_000 }

    /// The code of one step (RFC 4226, section 5.3), as six digits unless told otherwise.
    public static func code(_ seed: [UInt8], step: Int64, digits: Int = 6) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
        let mac = SHA1.hmac(counter, key: seed)
        let at = Int(mac[19] & 15)
        let number =
            UInt32(mac[at] & 127) << 24 | UInt32(mac[at + 1]) << 16 | UInt32(mac[at + 2]) << 8 | UInt32(mac[at + 3])
        let text = String(number % (0..<digits).reduce(into: UInt32(1)) { power, _ in power *= 10 })
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// The step whose code was typed: the present one, the one before or the one after, and later than the last used (each works once).
    public static func match(_ typed: String, seed: [UInt8], at moment: Int64, after last: Int64) -> Int64? {
        let code = typed.utf8.filter { $0 != 32 }
        guard code.count == 6, code.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        let now = step(at: moment)
        var found: Int64?
        // All three are always computed, so that the time taken tells nothing.
        for step in [now - 1, now, now + 1]
        where Secret.equal(code, Array(TOTP.code(seed, step: step).utf8)) && step > last {
            found = found ?? step
        }
        return found
    }

    /// The seed as authenticator programs want it typed (RFC 4648, base 32).
    public static func text(of seed: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var out: [UInt8] = [], held: UInt32 = 0, bits: UInt32 = 0
        for byte in seed {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(digits[Int(held >> bits & 31)])
            }
            held &= (1 << bits) - 1
        }
        if bits > 0 { out.append(digits[Int(held << (5 - bits) & 31)]) }
        return String(decoding: out, as: UTF8.self)
    }

    /// What the QR says.
    public static func address(of seed: [UInt8], username: String, issuer: String = "HoaBan") -> String {
        "otpauth://totp/\(issuer):\(username)?secret=\(text(of: seed))&issuer=\(issuer)&algorithm=SHA1&digits=6&period=30"
    }
}
