/// A person's name in Vietnamese order: family name, middle names, given name; the given name alone is enough.
///
/// Stored composed (`Fold.compose`); peoples without family names, single names and hyphens are names like any other.
public struct PersonName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let family: String
    public let middle: String
    public let given: String

    /// The most scalars one part may have.
    public static let mostScalars = 120

    /// Splits "Họ Đệm Tên": one word is the given name, two are family and given, the rest between is the middle.
    public init(full: String, field: String = "name") throws(Fault) {
        let parts = Fold.parts(of: try PersonName.tidy(full, field: field, limit: PersonName.mostScalars * 3))
        try self.init(family: parts.family, middle: parts.middle, given: parts.given, field: field)
    }

    /// Takes the three parts as entered; the fault's one problem says what to mend, at the field given.
    public init(family: String, middle: String, given: String, field: String = "name") throws(Fault) {
        self.family = try PersonName.tidy(family, field: field, limit: PersonName.mostScalars)
        self.middle = try PersonName.tidy(middle, field: field, limit: PersonName.mostScalars)
        self.given = try PersonName.tidy(given, field: field, limit: PersonName.mostScalars)
        guard !self.given.isEmpty else { throw PersonName.refused(field, .missing) }
        try PersonName.check([self.family, self.middle, self.given], field: field)
    }

    /// Takes back a name that was stored, without asking again.
    public init(storedFamily family: String, middle: String, given: String) {
        (self.family, self.middle, self.given) = (family, middle, given)
    }

    /// The whole name, as it is said and printed.
    public var full: String { [family, middle, given].filter { !$0.utf8.isEmpty }.joined(separator: " ") }
    public var description: String { full }
    /// What class lists sort by.
    public var sortKey: String { Fold.sortKey(family: family, middle: middle, given: given) }
    /// What searching without diacritics compares.
    public var key: String { Fold.key(full) }
    /// What searching with diacritics compares.
    public var accentKey: String { Fold.accentKey(full) }

    public static func < (left: Self, right: Self) -> Bool {
        left.sortKey.utf8.lexicographicallyPrecedes(right.sortKey.utf8)
    }

    /// The same scalars: stored names are composed, so canonical equivalence needs no second look.
    public static func == (left: Self, right: Self) -> Bool {
        left.family.utf8.elementsEqual(right.family.utf8) && left.middle.utf8.elementsEqual(right.middle.utf8)
            && left.given.utf8.elementsEqual(right.given.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        for part in [family, middle, given] {
            for byte in part.utf8 { hasher.combine(byte) }
            hasher.combine(0xFF as UInt8)
        }
    }
}

extension PersonName {
    private enum Refusal: String {
        case missing = "Chưa có tên."
        case long = "Tên dài quá: mỗi phần (họ, đệm, tên) nhiều nhất 120 chữ."
        case control = "Tên có ký tự điều khiển không nhìn thấy. Hãy xóa đi và gõ lại."
        case broken = "Tên có ký tự hỏng do sai bảng mã. Hãy lưu tệp ở bảng mã Unicode (UTF-8) hoặc gõ lại."
        case noLetter = "Tên phải có chữ, không thể chỉ gồm chữ số hoặc dấu."
        case formula = "Tên không được bắt đầu bằng dấu = + - @."
        case mixed = "Tên có chữ của bảng chữ khác (Kirin, Hy Lạp…) trông giống chữ Việt. Hãy gõ lại bằng chữ Việt."
    }

    private static func refused(_ field: String, _ why: Refusal) -> Fault { .invalid([Problem(field, why.rawValue)]) }

    /// Bounds a part before any work on it, then composes it.
    private static func tidy(_ text: String, field: String, limit: Int) throws(Fault) -> String {
        guard text.utf8.count <= limit * 16 else { throw refused(field, .long) }
        let composed = Fold.compose(text)
        guard composed.unicodeScalars.count <= limit else { throw refused(field, .long) }
        return composed
    }

    private static func check(_ parts: [String], field: String) throws(Fault) {
        var seen = Script()
        for part in parts {
            if let first = part.unicodeScalars.first, startsFormula(first) { throw refused(field, .formula) }
            for scalar in part.unicodeScalars {
                if let why = refusal(of: scalar) { throw refused(field, why) }
                seen.see(scalar.value)
            }
        }
        if seen.isMixed { throw refused(field, .mixed) }
        if !seen.hasLetter { throw refused(field, .noLetter) }
    }

    private static func startsFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch Letters.narrow(scalar.value) {
        case 0x3D, 0x2B, 0x2D, 0x40, 0x2212: true
        default: false
        }
    }

    private static func refusal(of scalar: Unicode.Scalar) -> Refusal? {
        if scalar.value < 0x20 || scalar.value == 0x7F || (0x80..<0xA0).contains(scalar.value) { return .control }
        if scalar.value < 0x80 || Letters.base(scalar.value) != nil { return nil }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return .control
        case .privateUse, .surrogate, .unassigned: return .broken
        default: return scalar.value == 0xFFFD ? .broken : nil
        }
    }

    /// Which alphabets a name uses: Latin beside one that looks like it is a trap or a slip, each alone is fine.
    private struct Script {
        private var hasLatin = false, hasAlike = false
        private(set) var hasLetter = false
        var isMixed: Bool { hasLatin && hasAlike }

        mutating func see(_ value: UInt32) {
            let scalar = Letters.narrow(value)
            if Letters.isASCIILetter(scalar) || Letters.base(scalar) != nil {
                (hasLatin, hasLetter) = (true, true)
            } else if Script.isAlike(scalar) {
                (hasAlike, hasLetter) = (true, true)
            } else if scalar >= 0x250, let scalar = Unicode.Scalar(scalar), scalar.properties.isAlphabetic {
                hasLetter = true
            }
        }

        /// Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu, letter-like signs and mathematical letters.
        private static func isAlike(_ scalar: UInt32) -> Bool {
            switch scalar {
            case 0x250..<0x2B0, 0x370..<0x590, 0x13A0..<0x1400, 0x1C80..<0x1C90, 0x1D00..<0x1DC0, 0x1F00..<0x2000,
                0x2100..<0x2190, 0x2460..<0x2500, 0x2C80..<0x2D00, 0x2DE0..<0x2E00, 0xA4D0..<0xA500, 0xA640..<0xA6A0,
                0xAB30..<0xABC0, 0x1D400..<0x1D800, 0x1F100..<0x1F200:
                true
            default: false
            }
        }
    }
}
