import Synchronization

/// A key of one kind of thing: a positive, time-ordered 63-bit number, unique across nodes; in URLs and JSON always its 13-character code.
///
/// Layout, high to low: 42 bits of milliseconds since 2020-01-01, 10 bits of node, 11 bits of sequence.
public struct ID<Of>: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let raw: Int64

    /// Makes a key from its stored number; nothing for zero or a negative one.
    public init?(raw: Int64) {
        guard raw > 0 else { return nil }
        self.raw = raw
    }

    /// Makes a key from a number that this program wrote itself.
    public init(stored raw: Int64) { self.raw = raw }

    /// Reads the 13-character code (Crockford base 32, either case); nothing when it is not one.
    public init?(_ code: some StringProtocol) {
        guard code.utf8.count == 13 else { return nil }
        var value: UInt64 = 0
        for (index, byte) in code.utf8.enumerated() {
            guard let digit = Crockford.value(of: byte), index > 0 || digit < 8 else { return nil }
            value = value << 5 | UInt64(digit)
        }
        guard value > 0, value <= UInt64(Int64.max) else { return nil }
        raw = Int64(value)
    }

    /// The 13-character code.
    public var code: String {
        var value = UInt64(bitPattern: raw)
        return String(unsafeUninitializedCapacity: 13) { buffer in
            for index in stride(from: 12, through: 0, by: -1) {
                buffer[index] = Crockford.digits[Int(value & 31)]
                value >>= 5
            }
            return 13
        }
    }

    public var description: String { code }

    public static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }

    /// Calls the key by another kind: only where two tables share one key on purpose.
    public func cast<Other>(to: Other.Type = Other.self) -> ID<Other> { ID<Other>(stored: raw) }
}

extension ID: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = ID(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an id"))
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }
}

/// Makes keys: one a process, no two alike on any node.
public final class IDSource: Sendable {
    /// 2020-01-01T00:00:00Z in milliseconds since 1970.
    public static let epoch: Int64 = 1_577_836_800_000

    private let last: Mutex<(millisecond: Int64, sequence: Int64, node: Int64)>

    public init(node: UInt16 = 0) { last = Mutex((0, 0, Int64(node & 1023))) }

    /// Takes the number of this process among those that share the database, once the database has given it.
    public func use(node: Int) { last.withLock { $0.node = Int64(node & 1023) } }

    /// Makes the next key at the moment given, in milliseconds since 1970.
    public func next<Of>(_: Of.Type = Of.self, at moment: Int64) -> ID<Of> {
        let (millisecond, sequence, node) = last.withLock { last in
            let now = max(1, moment - Self.epoch) & ((1 << 42) - 1)
            if now > last.millisecond {
                last = (now, 0, last.node)
            } else if last.sequence < 2047 {
                last.sequence += 1
            } else {
                last = (last.millisecond + 1, 0, last.node)
            }
            return last
        }
        return ID(stored: millisecond << 21 | node << 11 | sequence)
    }
}

/// Crockford's base 32: no I, L, O, U.
public enum Crockford {
    static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The value of a digit in either case, with O read as 0 and I, L as 1; nothing for anything else.
    static func value(of byte: UInt8) -> UInt8? {
        let upper = byte >= 97 && byte <= 122 ? byte - 32 : byte
        if upper == 79 { return 0 }
        if upper == 73 || upper == 76 { return 1 }
        return digits.firstIndex(of: upper).map(UInt8.init)
    }

    /// Writes bytes as digits, five bits each, the last padded with zeros.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = [], held: UInt32 = 0, bits = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(digits[Int(held >> UInt32(bits)) & 31])
            }
            held &= (1 << UInt32(bits)) - 1
        }
        if bits > 0 { out.append(digits[Int(held << UInt32(5 - bits)) & 31]) }
        return String(decoding: out, as: UTF8.self)
    }
}

/// What keys stand for. The records live in their rooms; facts and visitors name them by key alone.
public enum Org {}
public enum Place {}
public enum ClassGroup {}
public enum Student {}
public enum Staff {}
public enum Guardian {}
public enum Enrolment {}
public enum Account {}
public enum Grant {}
public enum Session {}
public enum Blob {}
public enum Batch {}
public enum JobRun {}
public enum AuditEntry {}
