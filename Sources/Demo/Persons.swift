import Base
import Registry

/// Days and numbers of people who do not exist.
struct Persons: Sendable {
    var random: SeededRandom
    var names: DemoNames
    private(set) var numbers: Numbers

    /// The numbers given so far: no two people of an installation share one.
    struct Numbers: Sendable {
        /// The last serial number given, by the digits before it.
        fileprivate var serials: [Int: Int] = [:]
        fileprivate var phones = 0, codes = 0
    }

    init(seed: UInt64, after numbers: Numbers) {
        self.numbers = numbers
        random = SeededRandom(seed: seed)
        names = DemoNames(seed: seed &+ 1)
    }

    mutating func sex(girls perThousand: Int = 478) -> String { random.chance(perThousand) ? Sex.female : Sex.male }

    mutating func day(in year: Int) -> Day {
        (Day(year: year, month: 1, day: 1) ?? .first).adding(random.below(365))
    }

    /// A 12-digit number with the prefix that no province has.
    mutating func personalID(_ sex: String, _ birthYear: Int) -> String {
        let century = (birthYear >= 2000 ? 2 : 0) + (sex == Sex.female ? 1 : 0)
        let head = century * 100 + birthYear % 100
        numbers.serials[head, default: 0] += 1
        return PersonalID.demoPrefix + head.digits(3) + (numbers.serials[head] ?? 0).digits(6)
    }

    /// A ministry's code of a province that does not exist.
    mutating func moetCode() -> String {
        numbers.codes += 1
        return "99" + numbers.codes.digits(8)
    }

    /// A number of a range that is not in use.
    mutating func phone() -> String {
        numbers.phones += 1
        return "0000" + (numbers.phones % 1_000_000).digits(6)
    }

    /// How the 12-digit number stands against the population database.
    mutating func state(hasNumber: Bool) -> String {
        guard hasNumber else { return "unchecked" }
        return switch random.below(1000) {
        case ..<905: "matched"
        case ..<960: "unchecked"
        case ..<978: "wrong-name"
        case ..<992: "wrong-birth"
        default: "not-found"
        }
    }

    mutating func hamlet() -> String {
        let first = [
            "Nà", "Huổi", "Nậm", "Pa", "Hua", "Séo", "Tả", "Căn", "Phiêng", "Sin", "Lùng", "Mù", "Can", "Thèn",
        ]
        let second = [
            "Luông", "Khoang", "Cấu", "Phát", "Ít", "Pết", "Hỳ", "Thàng", "Chải", "Sáng", "Mạ", "Tấu", "Cầy", "Củng",
            "Sa", "Ngài", "Pè", "Van",
            "Hồ", "Lung", "Bó", "Tát", "Đông", "Én",
        ]
        return "\(random.pick(first) ?? "Nà") \(random.pick(second) ?? "Sáng")"
    }
}
