import Base

/// What a value is sealed for: the purpose of the key, and the owner it is bound to. It opens for no other.
public struct Sealing: Sendable {
    let purpose: String, context: String

    public init(_ purpose: String, for context: String) { (self.purpose, self.context) = (purpose, context) }

    /// The values of one field, whoever they are of.
    public static func field(_ name: String) -> Sealing { Sealing("field/\(name)", for: name) }
}

/// The master keys of this installation; every other key is derived from one by name.
///
/// As a rule there is one. While it is being replaced there are two: what either has sealed is opened and found, and the one in
/// use seals.
public struct Keys: Sendable, Equatable {
    /// Never empty, the one in use first.
    let masters: [[UInt8]]

    public init(master: [UInt8], known: [[UInt8]] = []) { masters = [master] + known }

    /// What tells master keys from one another and nothing of the keys: that of the one in use first.
    public var marks: [String] { signatures(Array("hoaban".utf8), "blind/key-mark").map(\.hex) }

    /// Whether a key is being replaced.
    public var isChanging: Bool { masters.count > 1 }

    /// The same keys with the marked one in use; nothing where it is not among them.
    public func using(_ mark: String) -> Keys? {
        guard let index = marks.firstIndex(of: mark) else { return nil }
        var others = masters
        return Keys(master: others.remove(at: index), known: others)
    }

    /// The same keys and a new one, not in use yet.
    public func adding(_ master: [UInt8]) -> Keys { Keys(master: masters[0], known: masters.dropFirst() + [master]) }

    /// The key in use alone.
    public var inUse: Keys { Keys(master: masters[0]) }

    // MARK: - signing and finding

    /// What each key says under some bytes (HMAC-SHA-256), the key in use first: a reader takes any of them.
    public func signatures(_ bytes: [UInt8], _ purpose: String) -> [[UInt8]] {
        masters.map { Secret.hmac(bytes, key: Self.key(purpose, $0)) }
    }

    /// What the key in use says under some bytes.
    public func signature(_ bytes: [UInt8], _ purpose: String) -> [UInt8] {
        Secret.hmac(bytes, key: Self.key(purpose, masters[0]))
    }

    /// Whether one of the keys said this under the bytes.
    public func isSigned(_ bytes: [UInt8], _ signature: [UInt8], _ purpose: String) -> Bool {
        signatures(bytes, purpose).contains { Secret.equal($0, signature) }
    }

    /// The blind index of a value, to be kept: equal values give equal indexes, and nothing else can be read from it.
    public func blind(_ value: String, _ purpose: String) -> [UInt8] {
        signature(Array(value.utf8), "blind/\(purpose)")
    }

    /// The blind indexes under which a value may be kept, to look for it: that of the key in use first.
    public func blinds(_ value: String, _ purpose: String) -> [[UInt8]] {
        signatures(Array(value.utf8), "blind/\(purpose)")
    }

    // MARK: - sealing

    /// Seals bytes under the key in use.
    public func seal(_ bytes: [UInt8], _ sealing: Sealing) -> [UInt8] {
        Secret.seal(bytes, key: Self.key(sealing.purpose, masters[0]), context: sealing.context)
    }

    /// Opens what was sealed; nothing when its key is not here, or it was sealed for something else.
    public func open(_ sealed: [UInt8], _ sealing: Sealing) -> [UInt8]? { opened(sealed, sealing)?.bytes }

    /// Opens what was sealed, and says whether the key in use had sealed it.
    public func opened(_ sealed: [UInt8], _ sealing: Sealing) -> (bytes: [UInt8], isInUse: Bool)? {
        for (index, master) in masters.enumerated() {
            let key = Self.key(sealing.purpose, master)
            if let bytes = Secret.open(sealed, key: key, context: sealing.context) { return (bytes, index == 0) }
        }
        return nil
    }

    /// Seals the text of a field.
    public func seal(_ text: String, _ field: String) -> [UInt8] { seal(Array(text.utf8), .field(field)) }

    /// Opens the text of a field; nothing when its key is not here, or it was sealed for another field.
    public func open(_ sealed: [UInt8], _ field: String) -> String? {
        open(sealed, .field(field)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The key of one purpose, 32 bytes.
    private static func key(_ purpose: String, _ master: [UInt8]) -> [UInt8] {
        Secret.hmac(Array(purpose.utf8), key: master)
    }
}
