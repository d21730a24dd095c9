extension Fold {
    /// A key whose bytes sort as a Vietnamese class list does: given name, then middle, then family name.
    ///
    /// Within a syllable the letters count first (a ă â b c d đ e ê …), then its tone (ngang, huyền, hỏi, ngã, sắc,
    /// nặng), then the next syllable. Plain ASCII: SQLite's BINARY and PostgreSQL's "C" order it alike.
    public static func sortKey(family: String, middle: String, given: String) -> String {
        var writer = SortWriter()
        for part in [given, middle, family] { writer.field(part) }
        return String(decoding: writer.out, as: UTF8.self)
    }

    /// The same for a whole name: the last word is the given name, the first of several the family name.
    public static func sortKey(_ fullName: String) -> String {
        let parts = parts(of: compose(fullName))
        return sortKey(family: parts.family, middle: parts.middle, given: parts.given)
    }

    /// A key that sorts any other text (a place, a school, a class) word by word in Vietnamese order, numbers by value.
    public static func sortKey(text: String) -> String {
        var writer = SortWriter()
        writer.field(text)
        return String(decoding: writer.out, as: UTF8.self)
    }

    /// Parts a composed name: one word is a given name, two are family and given, what stands between is the middle.
    static func parts(of name: String) -> (family: String, middle: String, given: String) {
        let words = name.utf8.split(separator: 0x20)
        guard let last = words.last else { return ("", "", "") }
        guard words.count > 1, let first = words.first else { return ("", "", String(Substring(last))) }
        let middle = words.count > 2 ? String(name[words[1].startIndex..<words[words.count - 2].endIndex]) : ""
        return (String(Substring(first)), middle, String(Substring(last)))
    }
}

/// Writes syllables as ranked letters, `.`, tone; a field ends with `,`: both marks sort before every letter and digit.
private struct SortWriter {
    var out: [UInt8] = []
    private var tone = 0
    private var isInSyllable = false
    private var numberStart: Int?

    mutating func field(_ text: String) {
        for scalar in Fold.compose(text).unicodeScalars { take(Letters.narrow(scalar.value)) }
        endSyllable()
        out.append(0x2C)
    }

    private mutating func take(_ scalar: UInt32) {
        if let vowel = Letters.Vowel(scalar) {
            letter(SortWriter.vowels[vowel.letter])
            tone = max(tone, vowel.tone)
        } else if Letters.isASCIILetter(scalar) {
            letter(SortWriter.consonants[Int(scalar | 0x20) - 0x61])
        } else if Letters.isD(scalar) {
            letter(SortWriter.barredD)
        } else if Letters.isDigit(scalar) {
            digit(UInt8(scalar))
        } else if let base = Letters.base(scalar) {
            for byte in base >= 0x61 ? [base] : Letters.pairs[Int(base) - 0x31] {
                letter(SortWriter.consonants[Int(byte) - 0x61])
            }
        } else if !Letters.isCombining(scalar), !Letters.isApostrophe(scalar) {
            other(scalar)
        }
    }

    private mutating func letter(_ rank: UInt8) {
        numberStart = nil
        isInSyllable = true
        out.append(rank)
    }

    /// Numbers sort by value: their length is written first, so 2 stands before 10.
    private mutating func digit(_ byte: UInt8) {
        isInSyllable = true
        if let start = numberStart {
            if out.count - start == 1, out[start] == 0x30 { out.removeLast() }
            guard out.count - start < 9 else { return out.append(byte) }
            out.append(byte)
            out[start - 1] = 0x2F + UInt8(out.count - start)
        } else {
            out += [0x30, byte]
            numberStart = out.count - 1
        }
    }

    /// Letters of other scripts stand after z, by code point; signs part syllables.
    private mutating func other(_ value: UInt32) {
        guard let scalar = Unicode.Scalar(value), scalar.properties.isAlphabetic else { return endSyllable() }
        letter(0x7A)
        for shift in stride(from: 20, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt32(shift)) & 15
            out.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
        }
    }

    private mutating func endSyllable() {
        guard isInSyllable else { return }
        out += [0x2E, 0x30 + UInt8(tone)]
        (tone, isInSyllable, numberStart) = (0, false, nil)
    }

    /// a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z as A…Z, then a…g.
    private static let order = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg".utf8)
    private static let barredD = order[6]
    private static let vowels = [0, 1, 2, 7, 8, 12, 18, 19, 20, 26, 27, 31].map { order[$0] }
    private static let consonants = [
        0, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 32,
    ].map { order[$0] }
}
