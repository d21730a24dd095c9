import Base

/// How the classes of a school are laid out over grades and campuses.
enum Layout {
    static func slots(_ level: Level, classes: Int, satellites: Int, _ random: inout SeededRandom) -> [Slot] {
        switch level {
        case .preschool: preschool(classes, satellites, &random)
        case .primary: primary(classes, satellites, &random)
        case .lowerSecondary: plain(.lowerSecondary, classes, 11...14, &random)
        case .upperSecondary, .continuing: plain(level, classes, 15...17, &random)
        case .college: plain(.college, classes, 18...20, &random)
        }
    }

    /// How many classes a level needs at its main campus, one for each of its grades.
    static func least(_ level: Level) -> Int {
        switch level {
        case .preschool, .upperSecondary, .college: 3
        case .primary: 5
        case .lowerSecondary: 4
        case .continuing: 2
        }
    }

    private static func plain(
        _ level: Level, _ classes: Int, _ grades: ClosedRange<Int>, _ random: inout SeededRandom
    ) -> [Slot] {
        let weights = grades.map { _ in random.stray(100, 8) }
        let counts = Apportion.parts(of: classes, by: weights, least: classes >= grades.count ? 1 : 0)
        return named(
            level, zip(grades, counts).flatMap { grade, count in (0..<count).map { _ in (site: 0, grades: [grade]) } })
    }

    /// Far campuses hold one or two classes of small children, often of several ages together (lớp ghép).
    private static func preschool(_ classes: Int, _ satellites: Int, _ random: inout SeededRandom) -> [Slot] {
        let far = farClasses(classes - least(.preschool), satellites, &random)
        let cycle = [5, 4, 3, 2, 5, 4, 3, 1, 5, 4, 3, 5, 4, 2]
        let near = (0..<(classes - far.count)).map { (site: 0, grades: [cycle[$0 % cycle.count]]) }
        let mixed = [[3, 4, 5], [4, 5], [3, 4], [3, 4, 5], [5], [4]]
        return named(.preschool, near + far.map { (site: $0, grades: random.pick(mixed) ?? [5]) })
    }

    private static func primary(_ classes: Int, _ satellites: Int, _ random: inout SeededRandom) -> [Slot] {
        let far = farClasses(classes - least(.primary), satellites, &random)
        let choices = [[6], [7], [6], [7], [8], [6, 7], [6, 7], [7, 8]]
        let away = far.enumerated().map { index, site in
            (site: site, grades: index == 0 ? [6, 7] : random.pick(choices) ?? [6])
        }
        // The main campus fills up what the satellites leave: grades 4 and 5 are taught there alone.
        let wanted = (6...10).map { grade in
            let there = away.reduce(0) { $0 + ($1.grades.contains(grade) ? 100 / $1.grades.count : 0) }
            return max(1, random.stray(classes * 20 - there, 6))
        }
        let counts = Apportion.parts(of: classes - far.count, by: wanted, least: 1)
        let near = zip(6...10, counts).flatMap { grade, count in (0..<count).map { _ in (site: 0, grades: [grade]) } }
        return named(.primary, near + away)
    }

    /// The campus of each class that is not at the main one.
    private static func farClasses(_ room: Int, _ satellites: Int, _ random: inout SeededRandom) -> [Int] {
        guard satellites > 0 else { return [] }
        let count = min(room, satellites + random.below(satellites + 1))
        return (0..<max(0, count)).map { $0 % satellites + 1 }.sorted()
    }

    private static func named(_ level: Level, _ rows: [(site: Int, grades: [Int])]) -> [Slot] {
        var names = ClassNames()
        return rows.map { Slot(name: names.next(level, $0.grades), level: level, site: $0.site, grades: $0.grades) }
    }
}

/// Names of classes as schools give them: 1A, 6B, 10A1, "MG 5 tuổi A", "1+2A".
struct ClassNames: Sendable {
    private var taken: [String: Int] = [:]

    mutating func next(_ level: Level, _ grades: [Int]) -> String {
        let stem = ClassNames.stem(level, grades)
        defer { taken[stem, default: 0] += 1 }
        return ClassNames.name(level, grades, number: taken[stem, default: 0])
    }

    /// The name of one of several classes, counted from nought.
    static func name(_ level: Level, _ grades: [Int], number: Int) -> String {
        let stem = stem(level, grades)
        if level == .upperSecondary { return "\(stem)A\(number + 1)" }
        let letter = String(decoding: [UInt8(65 + number % 26)], as: UTF8.self)
        return number < 26 ? stem + letter : "\(stem)\(letter)\(number / 26)"
    }

    private static func stem(_ level: Level, _ grades: [Int]) -> String {
        let first = grades.first ?? 0
        switch level {
        case .preschool where first < 3: return "Nhà trẻ \(first == 2 ? "25-36" : "13-24") tháng "
        case .preschool:
            return grades.count > 1 ? "MG ghép \(first)-\(grades.last ?? first) tuổi " : "MG \(first) tuổi "
        case .college: return "CĐ năm \(first - 17) "
        default: return grades.map(AgeGrade.code).joined(separator: "+")
        }
    }
}
