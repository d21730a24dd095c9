/// Moments as programs write them: ISO 8601, as the W3C's profile and RFC 3339 bound it.
public enum Moment {
    /// Reads `2026-09-05`, `2026-09-05T07:30:00Z`, `…T07:30:00.123+07:00`, as milliseconds since 1970; a moment without a zone is in
    /// UTC, and the space that a plus becomes in an address is taken for it. Nothing for anything else.
    public static func read(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes.count <= 40, let day = Day(iso: String(decoding: bytes[..<10], as: UTF8.self))
        else { return nil }
        let start = Int64(day.number) * 86_400_000
        if bytes.count == 10 { return start }
        guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            let (clock, rest) = clock(bytes[11...]), let zone = zone(rest)
        else { return nil }
        return start + clock - zone
    }

    /// `07:30`, `07:30:00`, `07:30:00.123…`, as milliseconds, and what follows.
    private static func clock(_ bytes: ArraySlice<UInt8>) -> (Int64, ArraySlice<UInt8>)? {
        guard let (hour, afterHour) = two(bytes, upTo: 23), afterHour.first == colon,
            let (minute, afterMinute) = two(afterHour.dropFirst(), upTo: 59)
        else { return nil }
        let whole = Int64(hour) * 3_600_000 + Int64(minute) * 60_000
        guard afterMinute.first == colon else { return (whole, afterMinute) }
        guard let (second, afterSecond) = two(afterMinute.dropFirst(), upTo: 59) else { return nil }
        let counted = whole + Int64(second) * 1000
        guard afterSecond.first == UInt8(ascii: ".") else { return (counted, afterSecond) }
        let digits = afterSecond.dropFirst().prefix { (48...57).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        let thousandths = (Array(digits) + [48, 48, 48]).prefix(3).reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        return (counted + thousandths, afterSecond.dropFirst(1 + digits.count))
    }

    /// `Z`, `+07:00`, `-0330` or nothing, as milliseconds ahead of UTC.
    private static func zone(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first else { return 0 }
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        guard [UInt8(ascii: "+"), UInt8(ascii: " "), UInt8(ascii: "-")].contains(sign),
            let (hour, rest) = two(bytes.dropFirst(), upTo: 14),
            let (minute, end) = two(rest.first == colon ? rest.dropFirst() : rest, upTo: 59), end.isEmpty
        else { return nil }
        let ahead = Int64(hour) * 3_600_000 + Int64(minute) * 60_000
        return sign == UInt8(ascii: "-") ? -ahead : ahead
    }

    private static let colon = UInt8(ascii: ":")

    private static func two(_ bytes: ArraySlice<UInt8>, upTo most: Int) -> (Int, ArraySlice<UInt8>)? {
        let digits = bytes.prefix(2)
        guard digits.count == 2, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        return value <= most ? (value, bytes.dropFirst(2)) : nil
    }
}

extension Int64 {
    /// This moment as ISO 8601 in UTC, to the millisecond: `2026-09-05T00:30:00.123Z`.
    public var preciseMoment: String {
        let rest = ((self % 1000) + 1000) % 1000
        let digits = rest < 10 ? "00\(rest)" : rest < 100 ? "0\(rest)" : "\(rest)"
        return "\((self - rest).isoMoment.dropLast()).\(digits)Z"
    }
}

extension ID {
    /// When the key was made, in milliseconds since 1970.
    public var madeAt: Int64 { (raw >> 21) + IDSource.epoch }
}
