import Base
import Registry

/// Grades by the age they are for: 0–2 nursery groups, 3–5 kindergarten, 6–17 grades 1–12, 18–20 the college's years.
enum AgeGrade {
    static let last: [Level: Int] = [
        .preschool: 5, .primary: 10, .lowerSecondary: 14, .upperSecondary: 17, .continuing: 17, .college: 20,
    ]

    static func code(_ grade: Int) -> String {
        switch grade {
        case ...2: "NT\(grade + 1)"
        case 3...5: "MG\(grade)"
        case 6...17: "\(grade - 5)"
        default: "CD\(grade - 17)"
        }
    }
}

/// A class as it stands in every year of the sample: its children move on, its grades and campus stay.
struct Slot: Sendable {
    let name: String
    let level: Level
    /// 0 is the main campus.
    let site: Int
    let grades: [Int]
    /// How many children of each grade it holds this year.
    var sizes: [Int] = []

    /// How heavily each grade weighs when children are shared out.
    var weights: [Int] {
        let whole = (grades.first ?? 0) < 3 ? 68 : site == 0 ? 100 : 72
        return grades.map { _ in grades.count == 1 ? whole : whole * 11 / 10 / grades.count }
    }
}

/// One school: where it stands, how large it is.
struct SchoolPlan: Sendable {
    var code: String
    var kind: String
    var name: String
    var levels: [Level]
    var commune: Int
    /// Which of the commune's old communes it stood in.
    var old = 0
    var ownership = "public"
    var isUnderDepartment = false
    var isBoarding = false
    /// How far each satellite is from the main campus, in kilometres.
    var satellites: [Double] = []
    var slots: [Slot] = []
    /// By level, in the order of `levels`.
    var teachers: [Int] = []
    var managers = 2
    var others = 5
    /// How many learners board with support.
    var boarders = 0

    var learners: Int { slots.reduce(0) { $0 + $1.sizes.reduce(0, +) } }
    /// This year's classes of a level.
    func classes(of level: Level) -> Int {
        slots.count { $0.level == level && ($0.sizes.isEmpty || $0.sizes.contains { $0 > 0 }) }
    }
}

/// A commune of today with what it was made of.
struct CommunePlan: Sendable {
    let code: String
    /// With its kind: "Xã Phong Thổ".
    let name: String
    let place: ID<Place>
    let district: Int
    let olds: [OldCommune]
    let area: String
    let isBorder: Bool
    let weight: Int

    var bare: String { bareName(name) }
    var isTown: Bool { area == "I" }
}

struct OldCommune: Sendable {
    let place: ID<Place>, name: String
}

/// A district until 30/06/2025.
struct DistrictPlan: Sendable {
    let code: String, name: String, place: ID<Place>
    /// The district of Lai Châu whose peoples live there.
    let mix: String
    let seat: String
}

/// A whole province, planned before anything is written.
struct ProvincePlan: Sendable {
    var prefix: String
    var name: String
    var place: ID<Place>?
    var districts: [DistrictPlan]
    var communes: [CommunePlan]
    var schools: [SchoolPlan] = []
    /// The school whose people get passwords.
    var sample = 0
}

/// "Xã Phong Thổ" is "Phong Thổ".
func bareName(_ name: String) -> String {
    for kind in ["Thị trấn ", "Thành phố ", "Phường ", "Huyện ", "Tỉnh ", "Xã "] where name.hasPrefix(kind) {
        return String(name.dropFirst(kind.count))
    }
    return name
}
