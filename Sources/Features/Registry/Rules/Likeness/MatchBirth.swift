import Base

/// A date of birth in numbers; 0 is unknown.
struct MatchBirth: Hashable {
    let year: Int32, month: Int32, day: Int32

    static let unknown = MatchBirth(year: 0, month: 0, day: 0)

    init(year: Int32, month: Int32, day: Int32) { (self.year, self.month, self.day) = (year, month, day) }

    init(_ text: String?) {
        let parts = (text ?? "").split(separator: "-").map { Int32($0) ?? 0 }
        self.init(
            year: parts.first ?? 0, month: parts.count > 1 ? parts[1] : 0, day: parts.count > 2 ? parts[2] : 0)
    }

    var isWhole: Bool { day > 0 }
    /// The same for a date and for the one with day and month transposed.
    var block: Int32 { year &* 10_000 &+ min(month, day) &* 100 &+ max(month, day) }
    /// What is written where only the year is known.
    private var isFirstOfYear: Bool { month == 1 && day == 1 }

    /// The evidence in bits for and against one child, and why.
    func likeness(_ other: MatchBirth) -> (bits: Int, sign: DuplicateSign?) {
        if year == 0 || other.year == 0 { return (0, nil) }
        if isWhole, self == other { return isFirstOfYear ? (6, .birth) : (12, .birth) }
        if !isWhole || !other.isWhole { return year == other.year ? (4, .year) : (-8, nil) }
        if year == other.year, month == other.day, day == other.month { return (8, .swapped) }
        if year == other.year, isFirstOfYear != other.isFirstOfYear { return (3, .year) }
        return differingDigits(other) == 1 ? (7, .digit) : (-9, nil)
    }

    private func differingDigits(_ other: MatchBirth) -> Int {
        MatchBirth.differing(year, other.year) + MatchBirth.differing(month, other.month)
            + MatchBirth.differing(day, other.day)
    }

    private static func differing(_ one: Int32, _ other: Int32) -> Int {
        var (one, other, count) = (one, other, 0)
        while one != other {
            if one % 10 != other % 10 { count += 1 }
            (one, other) = (one / 10, other / 10)
        }
        return count
    }

    /// The stored forms of the dates that may be this one mistyped: itself, transposed, a digit off, the year alone.
    var neighbours: [String] {
        guard year > 0 else { return [] }
        var out: Set<String> = [MatchBirth.text(year, 0, 0), MatchBirth.text(year, 1, 1)]
        guard isWhole else { return out.sorted() }
        if Day(year: Int(year), month: Int(month), day: Int(day)) != nil {
            out.insert(MatchBirth.text(year, month, day))
        }
        if Day(year: Int(year), month: Int(day), day: Int(month)) != nil {
            out.insert(MatchBirth.text(year, day, month))
        }
        for place: Int32 in [1, 10, 100, 1000] {
            for digit: Int32 in 0...9 {
                let changed = [
                    MatchBirth(year: MatchBirth.put(digit, at: place, in: year), month: month, day: day),
                    MatchBirth(year: year, month: MatchBirth.put(digit, at: place, in: month), day: day),
                    MatchBirth(year: year, month: month, day: MatchBirth.put(digit, at: place, in: day)),
                ]
                for birth in changed {
                    guard let day = Day(year: Int(birth.year), month: Int(birth.month), day: Int(birth.day)) else {
                        continue
                    }
                    out.insert(day.iso)
                }
            }
        }
        return out.sorted()
    }

    private static func put(_ digit: Int32, at place: Int32, in number: Int32) -> Int32 {
        number &- (number / place % 10) &* place &+ digit &* place
    }

    private static func text(_ year: Int32, _ month: Int32, _ day: Int32) -> String {
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return [month > 0 ? two(month) : nil, day > 0 ? two(day) : nil].compactMap { $0 }
            .reduce("\(year)") { "\($0)-\($1)" }
    }
}
