/// The tables of letters that `Fold` works with: hand-made, so that no input ever meets Unicode normalisation.
enum Letters {
    /// The twelve vowels in dictionary order, each with its tones ngang huyền hỏi ngã sắc nặng, small then capital.
    private static let rows = """
        aàảãáạAÀẢÃÁẠ ăằẳẵắặĂẰẲẴẮẶ âầẩẫấậÂẦẨẪẤẬ eèẻẽéẹEÈẺẼÉẸ êềểễếệÊỀỂỄẾỆ iìỉĩíịIÌỈĨÍỊ \
        oòỏõóọOÒỎÕÓỌ ôồổỗốộÔỒỔỖỐỘ ơờởỡớợƠỜỞỠỚỢ uùủũúụUÙỦŨÚỤ ưừửữứựƯỪỬỮỨỰ yỳỷỹýỵYỲỶỸÝỴ
        """

    /// The scalar of each vowel, at `vowel * 12 + capital * 6 + tone`.
    private static let vowels: [UInt32] = rows.unicodeScalars.filter { $0 != " " && $0 != "\n" }.map(\.value)

    /// For each scalar below U+1F00 its place in `vowels` plus one, or zero.
    private static let places: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 0x1F00)
        for (place, scalar) in vowels.enumerated() { table[Int(scalar)] = UInt8(place + 1) }
        return table
    }()

    /// A Vietnamese vowel taken apart.
    struct Vowel {
        /// 0 a, 1 ă, 2 â, 3 e, 4 ê, 5 i, 6 o, 7 ô, 8 ơ, 9 u, 10 ư, 11 y.
        var letter: Int
        /// 0 ngang, 1 huyền, 2 hỏi, 3 ngã, 4 sắc, 5 nặng.
        var tone: Int
        var isCapital: Bool

        init?(_ scalar: UInt32) {
            guard scalar < 0x1F00, case let place = Int(Letters.places[Int(scalar)]), place > 0 else { return nil }
            (letter, tone, isCapital) = ((place - 1) / 12, (place - 1) % 6, (place - 1) % 12 >= 6)
        }

        var scalar: UInt32 { Letters.vowels[letter * 12 + (isCapital ? 6 : 0) + tone] }
        /// Whether it carries a circumflex, a breve or a horn.
        var isMarked: Bool { 0b0101_1001_0110 & (1 << letter) != 0 }
    }

    /// The letter that a base and a combining mark make, in whatever order the marks came; nothing when there is none.
    static func join(_ base: UInt32, _ mark: UInt32) -> UInt32? {
        guard var vowel = Vowel(base) else { return joinForeign(base, mark) }
        if let tone = tone(of: mark) {
            guard vowel.tone == 0 || vowel.tone == tone else { return nil }
            vowel.tone = tone
            return vowel.scalar
        }
        guard let letter = shaped(vowel.letter, by: mark) else { return joinForeign(base, mark) }
        vowel.letter = letter
        return vowel.scalar
    }

    private static func tone(of mark: UInt32) -> Int? {
        switch mark {
        case 0x300, 0x340: 1
        case 0x309: 2
        case 0x303: 3
        case 0x301, 0x341: 4
        case 0x323: 5
        default: nil
        }
    }

    private static func shaped(_ letter: Int, by mark: UInt32) -> Int? {
        switch (mark, letter) {
        case (0x306, 0), (0x306, 1): 1
        case (0x302, 0), (0x302, 2): 2
        case (0x302, 3), (0x302, 4): 4
        case (0x302, 6), (0x302, 7): 7
        case (0x31B, 6), (0x31B, 8): 8
        case (0x31B, 9), (0x31B, 10): 10
        default: nil
        }
    }

    private static func joinForeign(_ base: UInt32, _ mark: UInt32) -> UInt32? {
        guard base < 0x80, mark < 0x370 else { return nil }
        return foreign[mark << 8 | base]
    }

    /// Other Latin letters with one mark, as other peoples' names have them (Ê-đê, Ba-na, foreign): `mark << 8 | base`.
    private static let foreign: [UInt32: UInt32] = {
        let pairs: [(UInt32, String, String)] = [
            (0x308, "AEIOUaeiouyY", "ÄËÏÖÜäëïöüÿŸ"), (0x30A, "AaUu", "ÅåŮů"),
            (0x327, "CcGgKkLlNnRrSsTt", "ÇçĢģĶķĻļŅņŖŗŞşŢţ"), (0x302, "IUiuCcGgHhJjSsWwYy", "ÎÛîûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ"),
            (0x303, "Nn", "Ññ"), (0x304, "AaEeIiOoUu", "ĀāĒēĪīŌōŪū"), (0x328, "AaEeIiUu", "ĄąĘęĮįŲų"),
            (0x301, "CcLlNnRrSsZzGg", "ĆćĹĺŃńŔŕŚśŹźǴǵ"), (0x307, "CcEeGgIZz", "ĊċĖėĠġİŻż"),
            (0x30C, "CcDdEeLlNnRrSsTtZzAaIiOoUuGgKk", "ČčĎďĚěĽľŇňŘřŠšŤťŽžǍǎǏǐǑǒǓǔǦǧǨǩ"),
            (0x306, "EeGgIiOoUu", "ĔĕĞğĬĭŎŏŬŭ"), (0x30B, "OoUu", "ŐőŰű"), (0x300, "Nn", "Ǹǹ"), (0x326, "SsTt", "ȘșȚț"),
        ]
        var table: [UInt32: UInt32] = [:]
        for (mark, bases, joined) in pairs {
            for (base, whole) in zip(bases.unicodeScalars, joined.unicodeScalars) {
                table[mark << 8 | base.value] = whole.value
            }
        }
        return table
    }()

    /// The small ASCII letter under any Latin letter; 1 to 5 stand for ae, oe, ss, th, ij; nothing for other scripts.
    static func base(_ scalar: UInt32) -> UInt8? {
        let letter: UInt8
        switch scalar {
        case 0xC0..<0x180: letter = bases[Int(scalar - 0xC0)]
        case 0x180..<0x250: letter = bases[Int(scalar - 0x180) + 192]
        case 0x1E00..<0x1F00: letter = bases[Int(scalar - 0x1E00) + 400]
        default: return nil
        }
        return letter == 0x2E ? nil : letter
    }

    /// U+00C0 to U+024F, then U+1E00 to U+1EFF.
    private static let bases: [UInt8] = Array(
        """
        aaaaaa1ceeeeiiiidnooooo.ouuuuy43aaaaaa1ceeeeiiiidnooooo.ouuuuy4y\
        aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii55jjkkklllllll\
        lllnnnnnnnnnoooooo22rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
        bbbb...ccdddd....ffg...ikkl..nnooo..pp.....ttttuu.vyyzz.........\
        .....d..l..n.aaiioouuuuuuuuuu.aaaa11ggggkkoooo..j.d.gg..nnaa11oo\
        aaaaeeeeiiiioooorrrruuuusstt..hhnd..zzaaeeooooooooyylnt...acclts\
        z..b..eejj.qrryy\
        aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
        mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
        wwwwwwwwwwxxxxyyzzzzzzhtwyas..3.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
        eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy....yy
        """.utf8)

    static let pairs: [[UInt8]] = ["ae", "oe", "ss", "th", "ij"].map { Array($0.utf8) }
}

extension Letters {
    /// The plain form of a full-width letter, digit or sign; anything else as it is.
    static func narrow(_ scalar: UInt32) -> UInt32 {
        (0xFF01...0xFF5E).contains(scalar) ? scalar - 0xFEE0 : scalar
    }

    static func isSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20, 0x09...0x0D, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// What is never seen and only hides things: zero-width and bidirectional controls, fillers, variation selectors.
    static func isHidden(_ scalar: UInt32) -> Bool {
        guard scalar >= 0xAD else { return false }
        return switch scalar {
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x202A...0x202E,
            0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }

    static func isCombining(_ scalar: UInt32) -> Bool { (0x300..<0x370).contains(scalar) }

    /// The apostrophes met in names such as H'Mông.
    static func isApostrophe(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x27, 0x60, 0xB4, 0x2018, 0x2019, 0x201B, 0x2B9, 0x2BB, 0x2BC, 0x2C8, 0x2032: true
        default: false
        }
    }

    static func isASCIILetter(_ scalar: UInt32) -> Bool { scalar | 0x20 >= 0x61 && scalar | 0x20 <= 0x7A }
    static func isDigit(_ scalar: UInt32) -> Bool { scalar >= 0x30 && scalar <= 0x39 }
    /// Đ, or the Icelandic and African letters that bad data has in its place.
    static func isD(_ scalar: UInt32) -> Bool {
        scalar == 0x110 || scalar == 0x111 || scalar == 0xD0 || scalar == 0xF0 || scalar == 0x189 || scalar == 0x256
    }
}

extension [UInt8] {
    /// Adds a scalar as UTF-8.
    mutating func append(scalar: UInt32) {
        if scalar < 0x80 {
            append(UInt8(scalar))
        } else if let scalar = Unicode.Scalar(scalar), let code = Unicode.UTF8.encode(scalar) {
            append(contentsOf: code)
        }
    }
}
