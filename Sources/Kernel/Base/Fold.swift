/// The forms of a Vietnamese text: the one stored, the ones searched, the one sorted by.
///
/// All work goes scalar by scalar over hand-made tables, in time that grows with the length alone: a run of combining
/// marks that makes Unicode normalisation quadratic costs nothing here.
///
///     Fold.compose("Ngô Thị Hoa\u{301}")   // "Ngô Thị Hoá"
///     Fold.key("Vàng A H'Mông")            // "vang a hmong"
///     Fold.accentKey("Thuý")               // "thúy" and "thuý" give the same
public enum Fold {
    /// The stored form: marks joined to their letters in any order, `Ð` mended to `Đ`, single spaces, nothing hidden.
    public static func compose(_ text: String) -> String {
        if isPlain(text) { return text }
        var composer = Composer()
        composer.out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars { composer.take(scalar.value) }
        return String(decoding: composer.finish(), as: UTF8.self)
    }

    /// The search key: small letters without diacritics, đ as d, words parted by one space; `quí` and `quý` are one.
    public static func key(_ text: String) -> String {
        var words = KeyWords()
        words.out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars { words.take(Letters.narrow(scalar.value)) }
        return String(decoding: words.finish(), as: UTF8.self)
    }

    /// The accented search key: small letters with diacritics, the tone mark in one place (`hoà` = `hòa`).
    public static func accentKey(_ text: String) -> String {
        var words = AccentWords()
        for scalar in compose(text).unicodeScalars { words.take(Letters.narrow(scalar.value)) }
        return String(decoding: words.finish(), as: UTF8.self)
    }

    /// One word of an accented search key as names write it: `quí` and `quý` are one, any other word is itself alone.
    public static func spellings(_ word: String) -> [String] {
        let scalars = word.unicodeScalars.map(\.value), (i, y) = (5, 11)
        guard scalars.count == 3, scalars.starts(with: [0x71, 0x75]), var last = Letters.Vowel(scalars[2]),
            last.letter == i || last.letter == y
        else { return [word] }
        last.letter = last.letter == i ? y : i
        var other: [UInt8] = [0x71, 0x75]
        other.append(scalar: last.scalar)
        return [word, String(decoding: other, as: UTF8.self)]
    }

    /// Whether composing would change nothing: ASCII without controls, single spaces inside.
    private static func isPlain(_ text: String) -> Bool {
        var last: UInt8 = 0x20
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7F, byte != 0x20 || last != 0x20 else { return false }
            last = byte
        }
        return last != 0x20 || text.utf8.isEmpty
    }
}

/// Joins marks to letters, one scalar at a time.
private struct Composer {
    var out: [UInt8] = []
    /// The letter that still waits for marks; zero when there is none.
    private var held: UInt32 = 0
    /// Marks on the held letter that make no joined letter with it.
    private var loose: [UInt32] = []
    private var spaceDue = false
    private var isInWord = false

    /// More marks than this on one letter are noise (UAX #15, stream-safe text).
    private static let mostMarks = 30

    mutating func take(_ scalar: UInt32) {
        if scalar < 0x80, scalar != 0x20, scalar > 0x0D {
            hold(scalar)
        } else if Letters.isCombining(scalar), held != 0 {
            mark(scalar)
        } else if Letters.isSpace(scalar) {
            release(before: 0)
            (spaceDue, isInWord) = (!out.isEmpty, false)
        } else if !Letters.isHidden(scalar) {
            hold(scalar)
        }
    }

    mutating func finish() -> [UInt8] {
        release(before: 0)
        return out
    }

    private mutating func hold(_ scalar: UInt32) {
        release(before: scalar)
        held = scalar
    }

    private mutating func mark(_ scalar: UInt32) {
        if let joined = Letters.join(held, scalar) {
            held = joined
        } else if loose.count < Composer.mostMarks {
            loose.append(scalar)
        }
    }

    private mutating func release(before next: UInt32) {
        guard held != 0 else { return }
        if spaceDue { out.append(0x20) }
        spaceDue = false
        out.append(scalar: mended(before: next))
        for mark in loose { out.append(scalar: mark) }
        loose.removeAll(keepingCapacity: true)
        isInWord = Letters.isASCIILetter(held) || held >= 0xC0
        held = 0
    }

    /// Ð at the head of a syllable is Đ mistyped; inside a word it is Icelandic and stays.
    private func mended(before next: UInt32) -> UInt32 {
        guard Letters.isD(held), !isInWord, Letters.Vowel(next) != nil else { return held }
        return held == 0xD0 || held == 0x189 ? 0x110 : held == 0xF0 || held == 0x256 ? 0x111 : held
    }
}

/// Writes words of plain letters parted by one space.
private struct KeyWords {
    var out: [UInt8] = []
    private var wordStart = 0

    mutating func take(_ scalar: UInt32) {
        if scalar < 0x80 {
            takeASCII(UInt8(scalar))
        } else if let letter = Letters.base(scalar) {
            takeLatin(letter)
        } else if !Letters.isCombining(scalar), !Letters.isHidden(scalar), !Letters.isApostrophe(scalar) {
            takeOther(scalar)
        }
    }

    mutating func finish() -> [UInt8] {
        endWord()
        if out.last == 0x20 { out.removeLast() }
        return out
    }

    private mutating func takeASCII(_ byte: UInt8) {
        if Letters.isASCIILetter(UInt32(byte)) {
            out.append(byte | 0x20)
        } else if Letters.isDigit(UInt32(byte)) {
            out.append(byte)
        } else if !Letters.isApostrophe(UInt32(byte)) {
            endWord()
        }
    }

    private mutating func takeLatin(_ letter: UInt8) {
        if letter >= 0x61 {
            out.append(letter)
        } else {
            out.append(contentsOf: Letters.pairs[Int(letter) - 0x31])
        }
    }

    private mutating func takeOther(_ value: UInt32) {
        guard let scalar = Unicode.Scalar(value) else { return }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: break
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spacingMark,
            .decimalNumber, .letterNumber, .otherNumber:
            out.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        default: endWord()
        }
    }

    /// A final `qui` is written `quy`: the two spellings are one name, and `quy` stays a beginning of `quyen`.
    private mutating func endWord() {
        let length = out.count - wordStart
        guard length > 0 else { return }
        if length == 3, out[wordStart] == 0x71, out[wordStart + 1] == 0x75, out[wordStart + 2] == 0x69 {
            out[wordStart + 2] = 0x79
        }
        out.append(0x20)
        wordStart = out.count
    }
}

/// Writes words of small letters with their diacritics, the tone mark of each where the new spelling has it.
private struct AccentWords {
    private var out: [UInt8] = []
    private var word: [UInt32] = []

    mutating func take(_ scalar: UInt32) {
        if Letters.isASCIILetter(scalar) {
            word.append(scalar | 0x20)
        } else if Letters.isDigit(scalar) || Letters.isCombining(scalar) {
            word.append(scalar)
        } else if var vowel = Letters.Vowel(scalar) {
            vowel.isCapital = false
            word.append(vowel.scalar)
        } else if Letters.isD(scalar) {
            word.append(0x111)
        } else if !Letters.isApostrophe(scalar) {
            takeOther(scalar)
        }
    }

    mutating func finish() -> [UInt8] {
        endWord()
        return out
    }

    private mutating func takeOther(_ value: UInt32) {
        guard value >= 0x80, let scalar = Unicode.Scalar(value) else { return endWord() }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spacingMark,
            .nonspacingMark, .decimalNumber, .letterNumber, .otherNumber:
            word.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars.lazy.map(\.value))
        default: endWord()
        }
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        placeTone()
        if !out.isEmpty { out.append(0x20) }
        for scalar in word { out.append(scalar: scalar) }
        word.removeAll(keepingCapacity: true)
    }

    /// Moves a tone written on the glide (`hòa`, `thúy`, `gìa`, `qủa`, `Húê`) to the vowel that carries the syllable.
    private mutating func placeTone() {
        for index in word.indices.dropLast() {
            guard var first = Letters.Vowel(word[index]), first.tone > 0,
                var second = Letters.Vowel(word[index + 1]), second.tone == 0,
                isGlide(first, before: second, after: index > 0 ? word[index - 1] : 0)
            else { continue }
            (first.tone, second.tone) = (0, first.tone)
            (word[index], word[index + 1]) = (first.scalar, second.scalar)
            return
        }
    }

    private func isGlide(_ first: Letters.Vowel, before second: Letters.Vowel, after consonant: UInt32) -> Bool {
        switch (first.letter, second.letter) {
        case (6, 0), (6, 3), (9, 11): true
        case (5, _) where consonant == 0x67: true
        case (9, _) where consonant == 0x71: true
        default: second.isMarked
        }
    }
}
