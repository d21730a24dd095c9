import Base

/// The ways in which Vietnamese was written before Unicode: characters of a Western code page that a font of its own drew as Vietnamese letters.
public enum LegacyCoding: String, Codable, Sendable, CaseIterable {
    /// TCVN 5712:1993 VN3, the fonts `.VnTime`, as every office of the north used it.
    case tcvn3
    /// The fonts `VNI-Times`, as the south used it.
    case vni

    /// How people call it.
    public var name: String { self == .tcvn3 ? "TCVN3 (ABC)" : "VNI" }

    /// The coding that texts of one column are in, as far as they tell; nothing for Unicode.
    public static func detect(_ texts: some Sequence<String>) -> LegacyCoding? {
        let joined = texts.filter { text in text.utf8.contains { $0 >= 0x80 } }.prefix(400).joined(separator: " ")
        guard !joined.isEmpty else { return nil }
        let plain = VietnameseWords.share(in: joined)
        guard plain < 0.75 else { return nil }
        let best = allCases.map { ($0, VietnameseWords.share(in: $0.decode(joined))) }.max { $0.1 < $1.1 }
        guard let best, best.1 >= 0.8, best.1 - plain >= 0.3 else { return nil }
        return best.0
    }

    /// The text in Unicode, composed.
    public func decode(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        switch self {
        case .tcvn3:
            return String(
                String.UnicodeScalarView(text.unicodeScalars.map { LegacyCoding.tcvnLetters[$0.value] ?? $0 }))
        case .vni: return LegacyCoding.fromVNI(text)
        }
    }

    // TCVN 5712:1993, table VN3.
    private static let tcvnLetters = table(
        """
        B5à B8á B6ả B7ã B9ạ A8ă BBằ BEắ BCẳ BDẵ C6ặ A9â C7ầ CAấ C8ẩ C9ẫ CBậ AEđ CCè D0é CEẻ CFẽ D1ẹ AAê D2ề D5ế D3ể D4ễ D6ệ \
        D7ì DDí D8ỉ DCĩ DEị DFò E3ó E1ỏ E2õ E4ọ ABô E5ồ E8ố E6ổ E7ỗ E9ộ ACơ EAờ EDớ EBở ECỡ EEợ EFù F3ú F1ủ F2ũ F4ụ ADư F5ừ F8ứ \
        F6ử F7ữ F9ự FAỳ FDý FBỷ FCỹ FEỵ A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ
        """)

    private static func table(_ text: String) -> [UInt32: Unicode.Scalar] {
        var table: [UInt32: Unicode.Scalar] = [:]
        for pair in text.split(separator: " ") {
            if let code = UInt32(pair.prefix(2), radix: 16),
                let letter = Fold.compose(String(pair.dropFirst(2))).unicodeScalars.first
            {
                table[code] = letter
            }
        }
        return table
    }

    /// Letters of VNI that stand alone.
    private static let vniLetters: [UInt32: Unicode.Scalar] = [
        0xF1: "đ", 0xD1: "Đ", 0xF4: "ơ", 0xD4: "Ơ", 0xF6: "ư", 0xD6: "Ư", 0xED: "í", 0xEC: "ì", 0xE6: "ỉ", 0xF3: "ĩ",
        0xF2: "ị", 0xCD: "Í", 0xCC: "Ì", 0xC6: "Ỉ", 0xD3: "Ĩ", 0xD2: "Ị", 0xEE: "ỵ", 0xCE: "Ỵ",
    ]
    /// Marks of VNI, in small letters, that stand behind a vowel: what they put on it.
    private static let vniMarks: [UInt32: String] = [
        0xF9: "\u{301}", 0xF8: "\u{300}", 0xFB: "\u{309}", 0xF5: "\u{303}", 0xEF: "\u{323}", 0xE2: "\u{302}",
        0xE1: "\u{302}\u{301}", 0xE0: "\u{302}\u{300}", 0xE5: "\u{302}\u{309}", 0xE3: "\u{302}\u{303}",
        0xE4: "\u{302}\u{323}", 0xEA: "\u{306}", 0xE9: "\u{306}\u{301}", 0xE8: "\u{306}\u{300}", 0xFA: "\u{306}\u{309}",
        0xFC: "\u{306}\u{303}", 0xEB: "\u{306}\u{323}",
    ]

    private static func fromVNI(_ text: String) -> String {
        var out = String.UnicodeScalarView(), before: UInt32 = 0
        for scalar in text.unicodeScalars {
            // Capital marks lie 0x20 below the small ones.
            let small = (0xC0...0xDE).contains(scalar.value) ? scalar.value + 0x20 : scalar.value
            if let marks = vniMarks[small], takes(before, marks) {
                out.append(contentsOf: marks.unicodeScalars)
                before = 0
                continue
            }
            let letter = vniLetters[scalar.value] ?? scalar
            out.append(letter)
            before = letter.value
        }
        return Fold.compose(String(out))
    }

    /// Whether a vowel can bear the marks: the hat on a, e, o, the bowl on a, tones on all.
    private static func takes(_ vowel: UInt32, _ marks: String) -> Bool {
        guard let vowel = Unicode.Scalar(vowel) else { return false }
        return switch marks.unicodeScalars.first {
        case "\u{302}": "aeoAEO".unicodeScalars.contains(vowel)
        case "\u{306}": "aA".unicodeScalars.contains(vowel)
        default: "aeouyơưAEOUYƠƯ".unicodeScalars.contains(vowel)
        }
    }
}
