import Base

/// The 12-digit personal number: place of birth registration, century and sex, year, six digits (NĐ 137/2015, art. 13; Luật Căn cước 26/2023).
public struct PersonalID: Sendable, Hashable {
    public let text: String

    /// The prefix that no province has: numbers of demo people begin with it.
    public static let demoPrefix = "099"

    /// Reads a typed number; the fault says what to mend.
    public init(_ typed: String, field: String = "personal_id", allowsDemo: Bool = false) throws(Fault) {
        let digits = typed.utf8.filter { $0 != 32 && $0 != 46 }
        guard digits.count == 12, digits.allSatisfy({ (48...57).contains($0) }) else {
            throw .invalid([Problem(field, "Số định danh cá nhân phải có đúng 12 chữ số.")])
        }
        text = String(decoding: digits, as: UTF8.self)
        let place = String(text.prefix(3))
        let isDemo = allowsDemo && place == PersonalID.demoPrefix
        guard isDemo || PersonalID.places.contains(place) else {
            throw .invalid([Problem(field, "Ba chữ số đầu của số định danh không phải mã tỉnh hoặc mã nước.")])
        }
    }

    /// What a number says otherwise than the record that bears it.
    public enum Doubt: String, Sendable { case sex, birth }

    /// Doubts, not errors: civil records are corrected without the number changing.
    public func doubts(sex: String, birth: PartialDay?) -> [Doubt] {
        var out: [Doubt] = []
        let digits = Array(text.utf8).map { Int($0) - 48 }
        let isFemale = digits[3] % 2 == 1
        if sex == (isFemale ? Sex.male : Sex.female) { out.append(.sex) }
        if let birth, birth.year != 1900 + digits[3] / 2 * 100 + digits[4] * 10 + digits[5] { out.append(.birth) }
        return out
    }

    /// The same in words.
    public func warnings(sex: String, birth: PartialDay?) -> [String] {
        doubts(sex: sex, birth: birth).map { doubt in
            switch doubt {
            case .sex: "Chữ số thứ tư của số định danh không khớp giới tính."
            case .birth: "Số định danh không khớp năm sinh."
            }
        }
    }

    /// Whether a text is a number to look for by its blind index.
    public static func looksLike(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// The codes of the provinces before and after 2025 (TT 07/2016/TT-BCA, annex 1), and of foreign countries, from 100 on.
    private static let places: Set<String> = {
        let provinces = [
            1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42,
            44, 45, 46,
            48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91,
            92, 93, 94,
            95, 96,
        ]
        return Set(provinces.map { $0 < 10 ? "00\($0)" : "0\($0)" } + (100...409).map(String.init))
    }()
}

/// The two codes of the catalogue `sexes`.
public enum Sex {
    public static let male = "male", female = "female"
}
