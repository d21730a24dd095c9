import Base

/// A name as duplicates are looked for: its words without marks and without what TELEX or VNI left in them, and with their marks.
struct MatchName {
    /// In the order written.
    let words: [Int32]
    /// The same words with their marks.
    let accents: [Int32]
    /// The words in whatever order, as one.
    let set: Int32
    /// Whether it carries no mark at all: typed without, or a name that has none.
    let isPlain: Bool

    init(_ name: String, _ lexicon: Lexicon) {
        let written = Fold.accentKey(name).split(separator: " ").prefix(12)
        let bare = written.map { MatchName.skeleton(Fold.key(String($0))) }
        words = bare.map(lexicon.number)
        accents = written.map { lexicon.number(of: "~" + $0) }
        set = lexicon.number(of: bare.sorted().joined(separator: " "))
        isPlain = written.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    }

    /// A word without marks, as it would be had no key of an input method been left in it: `nguyeenx` and `nguye6n4` are `nguien`.
    ///
    /// No Vietnamese syllable has f, j, w or z; s, x and r only begin one (r after t too); a doubled a, e, o or d is TELEX.
    static func skeleton(_ word: String) -> String {
        var out: [UInt8] = []
        for byte in word.utf8 where !isLeftover(byte, after: out) {
            out.append(byte == UInt8(ascii: "y") ? UInt8(ascii: "i") : byte)
        }
        return out.isEmpty ? word : String(decoding: out, as: UTF8.self)
    }

    private static func isLeftover(_ byte: UInt8, after out: [UInt8]) -> Bool {
        if (48...57).contains(byte) { return true }
        guard let last = out.last else { return false }
        return switch Character(Unicode.Scalar(byte)) {
        case "f", "j", "w", "z", "s", "x": true
        case "r": !(out.count == 1 && last == UInt8(ascii: "t"))
        case "a", "e", "o", "d": last == byte
        default: false
        }
    }
}

/// How two names agree: what it costs in bits of evidence, and why.
struct NameLikeness {
    let cost: Int, sign: DuplicateSign
    /// Whether the given names are two names that both exist: what parts twins.
    var hasOtherGiven = false

    init(_ cost: Int, _ sign: DuplicateSign, hasOtherGiven: Bool = false) {
        (self.cost, self.sign, self.hasOtherGiven) = (cost, sign, hasOtherGiven)
    }

    /// Nothing where they are the names of two people.
    static func of(_ one: MatchName, _ other: MatchName, _ lexicon: Lexicon) -> NameLikeness? {
        if one.words.isEmpty || other.words.isEmpty { return nil }
        if one.words == other.words { return marks(one, other) }
        if one.set == other.set { return NameLikeness(3, .order) }
        return rest(one, other, lexicon)
    }

    private static func marks(_ one: MatchName, _ other: MatchName) -> NameLikeness {
        if one.accents == other.accents { return NameLikeness(0, .name) }
        if one.isPlain || other.isPlain { return NameLikeness(1, .unmarked) }
        let differing = zip(one.accents, other.accents).count { $0 != $1 }
        let hasOtherGiven = one.accents.last != other.accents.last
        return NameLikeness(3 * differing + (hasOtherGiven ? 2 : 0), .marks, hasOtherGiven: hasOtherGiven)
    }

    /// Names whose words are not the same: what is left on both sides decides.
    private static func rest(_ one: MatchName, _ other: MatchName, _ lexicon: Lexicon) -> NameLikeness? {
        var left: [Int32] = [], right = other.words
        for word in one.words {
            if let at = right.firstIndex(of: word) { right.remove(at: at) } else { left.append(word) }
        }
        let given = one.words.last != other.words.last
        switch (left.count, right.count) {
        case (0, 1), (1, 0):
            guard min(one.words.count, other.words.count) >= 2, !given, one.words.first == other.words.first else {
                break
            }
            return NameLikeness(5, .missing)
        case (1, 1):
            if let cost = typo(left[0], right[0], lexicon) {
                return NameLikeness(cost + (given ? 1 : 0), .typo, hasOtherGiven: given)
            }
        case (2, 2):
            let straight = [(left[0], right[0]), (left[1], right[1])],
                crossed = [(left[0], right[1]), (left[1], right[0])]
            let costs = [straight, crossed].compactMap { pairs -> Int? in
                let costs = pairs.compactMap { typo($0.0, $0.1, lexicon) }
                return costs.count == 2 ? costs.reduce(2, +) : nil
            }
            if let cost = costs.min(), one.words.count > 2 { return NameLikeness(cost, .typo, hasOtherGiven: given) }
        default: break
        }
        return joined(one, other, lexicon)
    }

    /// A slip of one or two letters; of short words one letter is most often another word.
    private static func typo(_ one: Int32, _ other: Int32, _ lexicon: Lexicon) -> Int? {
        let longer = max(lexicon.bytes(one).count, lexicon.bytes(other).count)
        let distance = lexicon.distance(one, other)
        return switch (longer, distance) {
        case (4..., 1): 4
        case (5..., 2): 7
        case (4, 2): 9
        case (2...3, 1): 8
        default: nil
        }
    }

    /// `Thuhà` beside `Thu Hà`: the same letters, parted elsewhere.
    private static func joined(_ one: MatchName, _ other: MatchName, _ lexicon: Lexicon) -> NameLikeness? {
        guard one.words.count != other.words.count else { return nil }
        func letters(_ name: MatchName) -> [UInt8] { name.words.flatMap(lexicon.bytes) }
        return letters(one) == letters(other) ? NameLikeness(3, .joined) : nil
    }
}
