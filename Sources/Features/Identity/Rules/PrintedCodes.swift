import Base

/// The codes people carry on paper: 15 random digits of Crockford's base 32 (75 bits) and a check digit, in groups of four.
public enum PrintedCodes {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Makes a code: 16 characters, without separators.
    public static func make() -> String {
        let body = Secret.random(15).map { Int($0 & 31) }
        return String(decoding: (body + [check(body)]).map { digits[$0] }, as: UTF8.self)
    }

    /// As printed: `ABCD-EFGH-JKMN-PQRS`.
    public static func shown(_ code: String) -> String {
        var out: [UInt8] = []
        for (index, byte) in code.utf8.enumerated() {
            if index > 0, index % 4 == 0 { out.append(45) }
            out.append(byte)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Reads what was typed, in either case, with any spaces and hyphens; nothing when the check digit says it was mistyped.
    public static func read(_ typed: String) -> String? {
        guard typed.utf8.count <= 64 else { return nil }
        var values: [Int] = []
        for byte in typed.utf8 where byte != 32 && byte != 45 {
            guard let value = value(of: byte) else { return nil }
            values.append(value)
        }
        guard values.count == 16, check(Array(values.dropLast())) == values[15] else { return nil }
        return String(decoding: values.map { digits[$0] }, as: UTF8.self)
    }

    private static func value(of byte: UInt8) -> Int? {
        let upper = byte >= 97 && byte <= 122 ? byte - 32 : byte
        if upper == 79 { return 0 }
        return digits.firstIndex(of: upper == 73 || upper == 76 ? 49 : upper)
    }

    /// Luhn's formula to the base 32: finds every single wrong digit and nearly every exchange of neighbours.
    private static func check(_ body: [Int]) -> Int {
        var sum = 0
        for (index, value) in body.reversed().enumerated() {
            let weighed = index.isMultiple(of: 2) ? 2 * value : value
            sum += weighed / 32 + weighed % 32
        }
        return (32 - sum % 32) % 32
    }
}
