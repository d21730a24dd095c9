extension Fold {
    /// Whether more than `limit` combining marks follow one another (UAX #15, stream-safe text), raw in UTF-8,
    /// as JSON `\uXXXX` escapes or percent-encoded. Ask it of every body, query, form and file before any decoding:
    /// Swift's own normalisation is quadratic in such a run, and nothing can stop it once begun.
    public static func hasTooManyMarks(_ bytes: some Sequence<UInt8>, limit: Int = 30) -> Bool {
        let found = bytes.withContiguousStorageIfAvailable { buffer in
            var counter = MarkCounter(limit: limit)
            return counter.scan(buffer)
        }
        if let found { return found }
        var counter = MarkCounter(limit: limit)
        for byte in bytes where counter.take(byte) { return true }
        return false
    }

    /// The same for a text.
    public static func hasTooManyMarks(_ text: String, limit: Int = 30) -> Bool {
        hasTooManyMarks(text.utf8, limit: limit)
    }
}

/// Counts the combining marks in a row while bytes pass by; a body that comes in pieces keeps one counter.
public struct MarkCounter: Sendable {
    private enum Mode { case plain, backslash, hex, percent }

    private let limit: Int
    private var run = 0
    private var mode = Mode.plain
    /// The scalar of which `missing` continuation bytes are still to come.
    private var partial: UInt32 = 0, missing = 0
    /// The digits of an escape read so far.
    private var digits = 0, value: UInt32 = 0
    /// The first half of a surrogate pair in escapes.
    private var high: UInt32 = 0

    public init(limit: Int = 30) { self.limit = limit }

    /// Reads a piece; true as soon as a run is too long.
    public mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            guard mode == .plain, missing == 0 else {
                if take(bytes[index]) { return true }
                index += 1
                continue
            }
            let plain = MarkCounter.plainBytes(bytes, from: index)
            if plain > 0 {
                (run, high) = (0, 0)
                index += plain
            } else if let (value, length) = MarkCounter.whole(bytes, at: index) {
                if scalar(value) { return true }
                index += length
            } else {
                if take(bytes[index]) { return true }
                index += 1
            }
        }
        return false
    }

    /// Reads one byte; true when the run has just grown too long.
    public mutating func take(_ byte: UInt8) -> Bool {
        switch mode {
        case .plain: return plain(byte)
        case .backslash:
            if byte == 0x75 {
                (mode, digits, value) = (.hex, 0, 0)
                return false
            }
            return starter()
        case .hex: return hex(byte)
        case .percent: return percent(byte)
        }
    }

    private mutating func plain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x80...: return raw(byte)
        case 0x5C: (mode, missing) = (.backslash, 0)
        case 0x25: (mode, digits, value) = (.percent, 0, 0)
        default: return starter()
        }
        return false
    }

    private mutating func starter() -> Bool {
        (mode, run, high, missing) = (.plain, 0, 0, 0)
        return false
    }

    private mutating func raw(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x80..<0xC0:
            guard missing > 0 else { return starter() }
            partial = partial << 6 | UInt32(byte & 0x3F)
            missing -= 1
            return missing == 0 ? scalar(partial) : false
        case 0xC2..<0xE0: (partial, missing) = (UInt32(byte & 0x1F), 1)
        case 0xE0..<0xF0: (partial, missing) = (UInt32(byte & 0x0F), 2)
        case 0xF0..<0xF5: (partial, missing) = (UInt32(byte & 0x07), 3)
        default: return starter()
        }
        return false
    }

    private mutating func hex(_ byte: UInt8) -> Bool {
        guard let digit = MarkCounter.digit(byte) else {
            _ = starter()
            return plain(byte)
        }
        (value, digits) = (value << 4 | digit, digits + 1)
        guard digits == 4 else { return false }
        mode = .plain
        switch value {
        case 0xD800..<0xDC00:
            high = value
            return false
        case 0xDC00..<0xE000 where high != 0:
            return scalar(0x10000 + (high - 0xD800) << 10 + (value - 0xDC00))
        default: return scalar(value)
        }
    }

    private mutating func percent(_ byte: UInt8) -> Bool {
        guard let digit = MarkCounter.digit(byte) else {
            _ = starter()
            return plain(byte)
        }
        (value, digits) = (value << 4 | digit, digits + 1)
        guard digits == 2 else { return false }
        mode = .plain
        return value >= 0x80 ? raw(UInt8(truncatingIfNeeded: value)) : starter()
    }

    private mutating func scalar(_ scalar: UInt32) -> Bool {
        (high, missing) = (0, 0)
        run = MarkCounter.isMark(scalar) ? run + 1 : 0
        return run > limit
    }
}

extension MarkCounter {
    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46: UInt32(byte) - 0x37
        case 0x61...0x66: UInt32(byte) - 0x57
        default: nil
        }
    }

    /// How many bytes from here on are ASCII and begin no escape: eight at a time, then one by one.
    @inline(__always)
    private static func plainBytes(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress, isPlain(bytes[start]) else { return 0 }
        var index = start + 1
        while index + 8 <= bytes.count {
            let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            guard word & tops == 0, !has(word, 0x5C), !has(word, 0x25) else { break }
            index += 8
        }
        while index < bytes.count, isPlain(bytes[index]) { index += 1 }
        return index - start
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool { byte < 0x80 && byte != 0x5C && byte != 0x25 }

    /// The scalar of two or three bytes that stands whole at an index.
    @inline(__always)
    private static func whole(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (UInt32, Int)? {
        let lead = bytes[index]
        guard lead >= 0xC2, lead < 0xF0, index + 2 < bytes.count, bytes[index + 1] & 0xC0 == 0x80 else { return nil }
        let second = UInt32(bytes[index + 1] & 0x3F)
        if lead < 0xE0 { return (UInt32(lead & 0x1F) << 6 | second, 2) }
        guard bytes[index + 2] & 0xC0 == 0x80 else { return nil }
        return (UInt32(lead & 0x0F) << 12 | second << 6 | UInt32(bytes[index + 2] & 0x3F), 3)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    private static func has(_ word: UInt64, _ byte: UInt64) -> Bool {
        let rest = word ^ (ones &* byte)
        return (rest &- ones) & ~rest & tops != 0
    }

    private static func isMark(_ scalar: UInt32) -> Bool {
        if scalar < 0x300 || (0x1E00..<0x2000).contains(scalar) { return false }
        guard scalar < 0x20000 else { return false }
        return marks[Int(scalar >> 6)] & (1 << UInt64(scalar & 63)) != 0
    }

    /// One bit for each scalar of the first two planes: whether its canonical combining class is not zero.
    private static let marks: [UInt64] = {
        var bits = [UInt64](repeating: 0, count: 0x20000 / 64)
        for value in UInt32(0x300)..<0x20000 {
            guard let scalar = Unicode.Scalar(value), scalar.properties.canonicalCombiningClass != .notReordered
            else { continue }
            bits[Int(value >> 6)] |= 1 << UInt64(value & 63)
        }
        return bits
    }()
}
