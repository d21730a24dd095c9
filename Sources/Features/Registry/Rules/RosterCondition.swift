import Base

/// A filter of OneRoster REST (1.2, section 3.3): comparisons of fields with quoted values, joined by AND and OR, of which AND binds first.
///
///     familyName='O''Neill' AND dateLastModified>'2026-09-01T00:00:00.000Z'
struct RosterCondition: Sendable, Hashable {
    enum Comparison: String, Sendable, CaseIterable {
        // The longer signs first, so that `>=` is not read as `>`.
        case notEqual = "!=", greaterOrEqual = ">=", lessOrEqual = "<=", equal = "=", greater = ">", less = "<",
            contains = "~"
    }

    struct Part: Sendable, Hashable {
        let field: String, comparison: Comparison, value: String
        /// The value as a moment, for a field that is one.
        var moment: Int64?
    }

    /// What a record has in a field.
    enum Value { case texts([String]), moment(Int64) }

    /// One way is enough; all parts of a way must hold.
    private(set) var ways: [[Part]]

    /// The fields it asks about.
    var fields: Set<String> { Set(ways.joined().map(\.field)) }

    /// The parts that hold for every record it lets through.
    var always: [Part] { ways.count == 1 ? ways[0] : [] }

    static let longest = 2000, mostParts = 40

    /// Whether a record with these values is let through.
    func holds(_ value: (String) -> Value) -> Bool {
        ways.contains { $0.allSatisfy { $0.holds(value($0.field)) } }
    }
}

extension RosterCondition.Part {
    func holds(_ found: RosterCondition.Value) -> Bool {
        switch found {
        case .moment(let at): moment.map { compare(at < $0, at == $0) } ?? false
        case .texts(let texts): holds(texts)
        }
    }

    private func holds(_ texts: [String]) -> Bool {
        switch comparison {
        case .equal: isEqual(texts)
        case .notEqual: !isEqual(texts)
        case .contains:
            texts.contains { Fold.accentKey($0).utf8.firstRange(of: Fold.accentKey(value).utf8) != nil }
        default:
            texts.contains { text in
                compare(text.utf8.lexicographicallyPrecedes(value.utf8), text == value)
            }
        }
    }

    /// One value of several is enough; a list with commas must be the whole of them.
    private func isEqual(_ texts: [String]) -> Bool {
        if texts.isEmpty { return value.isEmpty }
        if texts.contains(value) { return true }
        return texts.count > 1 && Set(value.split(separator: ",").map(String.init)) == Set(texts)
    }

    private func compare(_ isLess: Bool, _ isEqual: Bool) -> Bool {
        switch comparison {
        case .equal: isEqual
        case .notEqual: !isEqual
        case .greater: !isLess && !isEqual
        case .greaterOrEqual: !isLess
        case .less: isLess
        case .lessOrEqual: isLess || isEqual
        case .contains: isEqual
        }
    }
}

// MARK: Reading

extension RosterCondition {
    /// Reads a filter; throws with the parameter `filter` marked and the place named where it cannot be read. `isMoment` says which fields are
    /// moments; `isKnown` which there are.
    init(_ text: String, isKnown: (String) -> Bool, isMoment: (String) -> Bool) throws(Fault) {
        var reader = Reader(bytes: Array(text.utf8))
        guard reader.bytes.count <= Self.longest else { throw Self.fault("Bộ lọc quá dài.") }
        ways = [[]]
        while true {
            var part = try reader.part()
            guard isKnown(part.field) else { throw Self.fault("Bộ lọc hỏi một trường không có trong danh sách này.") }
            if isMoment(part.field) {
                part.moment = Moment.read(part.value)
                guard part.moment != nil else {
                    throw Self.fault("Ngày giờ trong bộ lọc phải theo ISO 8601, ví dụ 2026-09-01T00:00:00.000Z.")
                }
            }
            ways[ways.count - 1].append(part)
            guard ways.joined().count <= Self.mostParts else { throw Self.fault("Bộ lọc có quá nhiều điều kiện.") }
            guard let joint = try reader.joint() else { return }
            if joint == .or { ways.append([]) }
        }
    }

    private static func fault(_ sentence: String) -> Fault { Fault.invalid([Problem("filter", sentence)]) }

    private enum Joint { case and, or }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        private mutating func skipSpaces() {
            while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        }

        mutating func part() throws(Fault) -> Part {
            skipSpaces()
            let start = index
            while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
            guard index > start, index - start <= 100 else { throw broken() }
            let field = String(decoding: bytes[start..<index], as: UTF8.self)
            skipSpaces()
            guard let comparison = Comparison.allCases.first(where: { starts(with: $0.rawValue) }) else {
                throw broken()
            }
            index += comparison.rawValue.utf8.count
            skipSpaces()
            return Part(field: field, comparison: comparison, value: try value())
        }

        /// A value between single quotes, in which a quote is written twice.
        private mutating func value() throws(Fault) -> String {
            guard index < bytes.count, bytes[index] == Self.quote else { throw broken() }
            index += 1
            var out: [UInt8] = []
            while index < bytes.count {
                defer { index += 1 }
                guard bytes[index] == Self.quote else {
                    out.append(bytes[index])
                    continue
                }
                guard index + 1 < bytes.count, bytes[index + 1] == Self.quote else {
                    return String(decoding: out, as: UTF8.self)
                }
                out.append(Self.quote)
                index += 1
            }
            throw broken()
        }

        /// The word before the next part; nothing at the end.
        mutating func joint() throws(Fault) -> Joint? {
            let before = index
            skipSpaces()
            if index == bytes.count { return nil }
            guard index > before else { throw broken() }
            for (word, joint) in [("AND", Joint.and), ("OR", Joint.or)] where starts(with: word, anyCase: true) {
                index += word.utf8.count
                guard index < bytes.count, bytes[index] == 32 else { throw broken() }
                return joint
            }
            throw broken()
        }

        private func starts(with word: String, anyCase: Bool = false) -> Bool {
            let found = bytes[index...].prefix(word.utf8.count)
            return anyCase
                ? found.map { $0 & 0xDF }.elementsEqual(word.utf8) : found.elementsEqual(word.utf8)
        }

        private func broken() -> Fault {
            Fault.invalid([
                Problem("filter", "Bộ lọc viết chưa đúng: tên trường, dấu so sánh, giá trị trong dấu nháy đơn.")
            ])
        }

        private static let quote = UInt8(ascii: "'")

        private static func isName(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-")].contains(byte)
        }
    }
}
