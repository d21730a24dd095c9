import Base

/// Tells Vietnamese words from what a wrong code page makes of them: by how a syllable is built (onset, rhyme, one tone).
enum VietnameseWords {
    private static let onsets = [
        "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph",
        "qu",
        "r", "s", "t", "th", "tr", "v", "x",
    ]

    /// Every rhyme without its tone.
    private static let rhymes: Set<String> = {
        var rhymes = Set(
            """
            a e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iu iêu oa oe oi ôi ơi oai oay oao oeo ua uê ui uy uơ ưa ưi ưu uôi ươi ươu \
            uya uyu uây yêu
            """.split(separator: " ").map(String.init))
        let closed = [
            "a": "c ch m n ng nh p t", "ă": "c m n ng p t", "â": "c m n ng p t", "e": "c m n ng p t",
            "ê": "ch m n nh p t",
            "i": "ch m n nh p t", "o": "c m n ng p t", "ô": "c m n ng p t", "ơ": "m n p t", "u": "c m n ng p t",
            "ư": "c m n ng t", "oa": "c ch m n ng nh p t", "oă": "c m n ng t", "oe": "m n t", "oo": "c ng",
            "iê": "c m n ng p t", "yê": "m n ng t", "uâ": "n ng t", "uê": "ch n nh", "uô": "c m n ng p t",
            "ươ": "c m n ng p t", "uy": "ch n nh p t", "uyê": "n t", "y": "nh t",
        ]
        for (nucleus, codas) in closed {
            for coda in codas.split(separator: " ") { rhymes.insert(nucleus + coda) }
        }
        return rhymes
    }()

    /// Each vowel with a tone, and the vowel without it.
    private static let toneless: [Unicode.Scalar: Unicode.Scalar] = {
        var out: [Unicode.Scalar: Unicode.Scalar] = [:]
        let groups = [
            "aàáảãạ", "ăằắẳẵặ", "âầấẩẫậ", "eèéẻẽẹ", "êềếểễệ", "iìíỉĩị", "oòóỏõọ", "ôồốổỗộ", "ơờớởỡợ", "uùúủũụ",
            "ưừứửữự", "yỳýỷỹỵ",
        ]
        for group in groups {
            let letters = Array(Fold.compose(group).unicodeScalars)
            for letter in letters.dropFirst() { out[letter] = letters.first }
        }
        return out
    }()

    /// Which part of the words with letters beyond ASCII are Vietnamese syllables: 0 to 1; 0 where there is no such word.
    static func share(in text: String) -> Double {
        var good = 0, all = 0
        for word in text.split(whereSeparator: { " \t\r\n,;|-/().:\"'0123456789".contains($0) }).prefix(2_000)
        where word.utf8.contains(where: { $0 >= 0x80 }) {
            all += 1
            if isSyllable(String(word)) { good += 1 }
        }
        return all == 0 ? 0 : Double(good) / Double(all)
    }

    static func isSyllable(_ word: String) -> Bool {
        let small = Fold.compose(word).lowercased()
        guard (1...8).contains(small.unicodeScalars.count) else { return false }
        var plain = String.UnicodeScalarView(), tones = 0
        for scalar in small.unicodeScalars {
            if toneless[scalar] != nil { tones += 1 }
            plain.append(toneless[scalar] ?? scalar)
        }
        let text = String(plain)
        return tones <= 1 && onsets.contains { text.hasPrefix($0) && rhymes.contains(String(text.dropFirst($0.count))) }
    }
}
