import Base

/// Secrets that browsers and programs carry: random, told once, stored as hashes.
enum SessionSecret {
    /// A new session secret: 256 bits as 64 hexadecimal digits.
    static func make() -> String { Secret.random(32).hex }

    /// A new device token: 128 bits.
    static func makeDevice() -> String { Secret.random(16).hex }

    /// What is stored of a session secret; nothing when it cannot be one.
    static func hash(_ secret: String) -> [UInt8]? { hash(secret, digits: 64) }

    static func hash(device: String) -> [UInt8]? { hash(device, digits: 32) }

    private static func hash(_ text: String, digits: Int) -> [UInt8]? {
        guard text.utf8.count == digits, let bytes = bytes(hex: text) else { return nil }
        return Secret.sha256(bytes)
    }
}
