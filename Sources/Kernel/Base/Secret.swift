import CSodium

/// The few cryptographic acts of the house, all libsodium's.
public enum Secret {
    /// Must succeed once before any other act; calling it again does nothing.
    public static let ready: Bool = sodium_init() >= 0

    /// So many bytes nobody can guess.
    public static func random(_ count: Int) -> [UInt8] {
        _ = ready
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        randombytes_buf(&bytes, bytes.count)
        return bytes
    }

    /// SHA-256 (FIPS 180-4), 32 bytes.
    public static func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let input = Array(bytes)
        var out = [UInt8](repeating: 0, count: 32)
        _ = crypto_hash_sha256(&out, input, UInt64(input.count))
        return out
    }

    /// HMAC-SHA-256 (RFC 2104) under a key of 32 bytes: the blind index of a value that must be found but not read.
    public static func hmac(_ bytes: some Collection<UInt8>, key: [UInt8]) -> [UInt8] {
        let input = Array(bytes)
        var out = [UInt8](repeating: 0, count: 32), state = crypto_auth_hmacsha256_state()
        _ = crypto_auth_hmacsha256_init(&state, key, key.count)
        _ = crypto_auth_hmacsha256_update(&state, input, UInt64(input.count))
        _ = crypto_auth_hmacsha256_final(&state, &out)
        return out
    }

    /// Seals bytes under a key of 32 bytes (XChaCha20-Poly1305, fresh nonce in front), bound to the context given.
    public static func seal(_ bytes: some Collection<UInt8>, key: [UInt8], context: String) -> [UInt8] {
        precondition(key.count == 32)
        let input = Array(bytes), nonce = random(24), extra = Array(context.utf8)
        var out = [UInt8](repeating: 0, count: input.count + 16), written: UInt64 = 0
        _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
            &out, &written, input, UInt64(input.count), extra, UInt64(extra.count), nil, nonce, key)
        return nonce + out
    }

    /// Opens what `seal` closed; nothing when a byte, the key or the context differs.
    public static func open(_ sealed: [UInt8], key: [UInt8], context: String) -> [UInt8]? {
        guard sealed.count >= 40, key.count == 32 else { return nil }
        let nonce = Array(sealed[..<24]), body = Array(sealed[24...]), extra = Array(context.utf8)
        var out = [UInt8](repeating: 0, count: max(1, body.count - 16)), written: UInt64 = 0
        let state = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &out, &written, nil, body, UInt64(body.count), extra, UInt64(extra.count), nonce, key)
        return state == 0 ? Array(out.prefix(Int(clamping: written))) : nil
    }

    /// Whether two byte strings are the same, in a time that tells nothing of where they differ.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && sodium_memcmp(left, right, left.count) == 0
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal.
    public var hex: String {
        var out: [UInt8] = []
        let digits = Array("0123456789abcdef".utf8)
        for byte in self {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// Reads hexadecimal in either case; nothing when it is not whole bytes.
public func bytes(hex text: some StringProtocol) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
    var out: [UInt8] = []
    out.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
        out.append(high << 4 | low)
    }
    return out
}
