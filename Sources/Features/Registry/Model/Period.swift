import Base

/// A stretch of days, both ends in it; an open one ends on `Day.forever`.
public struct Period: Hashable, Sendable {
    public let first: Day
    public let last: Day

    /// Makes a period; nothing when it would end before it begins.
    public init?(_ first: Day, _ last: Day = .forever) {
        guard first <= last else { return nil }
        (self.first, self.last) = (first, last)
    }

    public static let always = Period(unchecked: .first, .forever)

    private init(unchecked first: Day, _ last: Day) { (self.first, self.last) = (first, last) }

    public var isOpen: Bool { last == .forever }
    public func contains(_ day: Day) -> Bool { first <= day && day <= last }

    /// The days that both have; nothing when they have none.
    public func intersection(_ other: Period) -> Period? {
        Period(max(first, other.first), min(last, other.last))
    }
}

extension SchoolYear {
    /// The days of the school year, from 1 July to 30 June.
    public var period: Period { Period(firstDay, lastDay) ?? .always }
}
