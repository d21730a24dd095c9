import Base
import CSodium

/// Argon2id (RFC 9106) as libsodium makes it: the parameters and the salt stand in the hash itself.
public struct Argon2: Sendable, Hashable {
    public let passes: UInt64
    public let bytes: Int

    public init(passes: UInt64, bytes: Int) { (self.passes, self.bytes) = (passes, bytes) }

    /// What passwords are hashed with: 3 passes over 64 MiB (bar E1).
    public static let standard = Argon2(passes: 3, bytes: 64 << 20)

    /// The hash of a password; nothing when there is no memory for it.
    public func hash(_ password: [UInt8]) -> String? {
        guard Secret.ready else { return nil }
        var out = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let state = withChars(password) {
            crypto_pwhash_str_alg(&out, $0, UInt64(password.count), passes, bytes, crypto_pwhash_ALG_ARGON2ID13)
        }
        return state == 0 ? String(decoding: out.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// Whether a password is the one hashed.
    public static func verify(_ password: [UInt8], against hash: String) -> Bool {
        guard Secret.ready, hash.utf8.count < Int(crypto_pwhash_STRBYTES) else { return false }
        return withChars(password) { crypto_pwhash_str_verify(hash, $0, UInt64(password.count)) == 0 }
    }

    /// Whether a hash was made with other parameters than these.
    public func isStale(_ hash: String) -> Bool { crypto_pwhash_str_needs_rehash(hash, passes, bytes) != 0 }

    /// A hash that no password opens and that takes as long to try as a real one: for names that nobody has.
    public var dummy: String {
        "$argon2id$v=19$m=\(bytes >> 10),t=\(passes),p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    }
}

private func withChars<T>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> T) -> T {
    (bytes + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map(body) ?? body([0])
    }
}
