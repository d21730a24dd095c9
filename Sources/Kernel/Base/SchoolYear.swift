/// A school year, named by the calendar year in which it starts: 2026 is 2026-2027.
public struct SchoolYear: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let start: Int

    public init?(start: Int) {
        guard (1945...2199).contains(start) else { return nil }
        self.start = start
    }

    /// Reads `2026-2027` (or `2026`); nothing when the second year is not the first plus one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, first.utf8.count == 4, let start = Day.digits(Array(first.utf8)) else {
            return nil
        }
        if parts.count == 2 {
            guard Day.digits(Array(parts[1].utf8)) == start + 1 else { return nil }
        } else if parts.count != 1 {
            return nil
        }
        self.init(start: start)
    }

    /// The school year that a day belongs to: years turn on 1 July.
    public init(of day: Day) {
        let (year, month, _) = day.parts
        start = month >= 7 ? year : year - 1
    }

    public var description: String { "\(start)-\(start + 1)" }
    public var firstDay: Day { Day(year: start, month: 7, day: 1) ?? .first }
    public var lastDay: Day { Day(year: start + 1, month: 6, day: 30) ?? .forever }
    public var next: SchoolYear { SchoolYear(start: start + 1) ?? self }
    public var previous: SchoolYear { SchoolYear(start: start - 1) ?? self }

    public static func < (left: Self, right: Self) -> Bool { left.start < right.start }
}
