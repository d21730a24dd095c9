import Base
import Registry

/// Which policy statuses a learner has, and since when (REC-12).
struct Policies: Sendable {
    let years: [SchoolYear]
    private(set) var held: [(kind: String, period: Period)] = []

    init(years: [SchoolYear]) { self.years = years }

    /// The laws of 2025 took over from those before: NĐ 66/2025 from 01/05/2025, NĐ 238/2025 from 03/09/2025.
    private static let change = Day(year: 2025, month: 5, day: 1) ?? .first
    private static let fees = Day(year: 2025, month: 9, day: 3) ?? .first

    mutating func add(_ kind: String, _ first: Day, _ last: Day = .forever) {
        if let period = Period(first, last) { held.append((kind, period)) }
    }

    /// Support under one law until the day before the change, under the next since.
    mutating func add(_ old: String, _ new: String, since: Day, until last: Day, change: Day) {
        if since < change { add(old, since, min(last, change.adding(-1))) }
        add(new, max(since, change), last)
    }

    mutating func addBoarding(isFull: Bool, since: Day, until last: Day) {
        guard !isFull else { return add("ethnic-boarder", since, last) }
        add("boarding-116", "boarding-66", since: since, until: last, change: Policies.change)
    }

    mutating func addPreschool(since: Day, until last: Day) {
        add("preschool-105", "preschool-66", since: since, until: last, change: Policies.change)
    }

    mutating func addCosts(since: Day, until last: Day) {
        add("costs-81", "costs-238", since: since, until: last, change: Policies.fees)
    }
}

extension Writing {
    /// The peoples of the province with fewer than 10,000 persons (NĐ 57/2017).
    private static let verySmall: Set<String> = ["41", "42", "45", "48", "50"]

    /// The statuses of one learner at the school of the last seat.
    mutating func policies(of learner: Learner, _ family: Family, in commune: Int, boards: Bool) -> Policies {
        var policies = Policies(years: years)
        let seen = learner.years, place = plan.communes[commune]
        guard let newest = seen.first, let oldest = seen.last else { return policies }
        let since = Day(year: years[oldest].start, month: 9, day: 1) ?? years[oldest].firstDay
        let last: Day = newest == 0 && learner.end == .none ? .forever : years[newest].lastDay
        let level = plan.schools[Int(learner[newest].school)].slots[Int(learner[newest].slot)].level
        if level == .college { return policies }
        if place.area == "III", family.ethnicity != "01" { policies.add("hard-commune", since, last) }
        if place.isBorder { policies.add("border", since, last) }
        if Writing.verySmall.contains(family.ethnicity) { policies.add("very-small-people", since, last) }
        addHousehold(family, since, last, &policies)
        if level == .preschool, place.area == "III" || family.household == "poor" {
            policies.addPreschool(since: since, until: last)
        }
        if level != .preschool, family.household == "poor" || place.area == "III" && persons.random.chance(120) {
            policies.addCosts(since: since, until: last)
        }
        if boards { addBoarding(learner, newest, last, &policies) }
        addRare(since, last, &policies)
        return policies
    }

    private mutating func addHousehold(_ family: Family, _ since: Day, _ last: Day, _ policies: inout Policies) {
        guard !family.household.isEmpty else { return }
        // Households are looked at again every December.
        let first = max(since, Day(year: years[2].start + persons.random.below(3), month: 1, day: 1) ?? since)
        policies.add(family.household, min(first, today), last)
    }

    private func addBoarding(_ learner: Learner, _ newest: Int, _ last: Day, _ policies: inout Policies) {
        let school = learner[newest].school
        let first = learner.years.last { learner[$0].school == school } ?? newest
        let since = Day(year: years[first].start, month: 9, day: 1) ?? years[first].firstDay
        policies.addBoarding(isFull: plan.schools[Int(school)].isUnderDepartment, since: since, until: last)
    }

    private mutating func addRare(_ since: Day, _ last: Day, _ policies: inout Policies) {
        let draw = persons.random.below(1000)
        switch draw {
        case ..<6: policies.add("disabled", since, last)
        case ..<16: policies.add("orphan-father", since, last)
        case ..<20: policies.add("orphan-mother", since, last)
        case ..<22: policies.add("orphan-both", since, last)
        case ..<24: policies.add("invalid-child", since, last)
        default: break
        }
        if draw < 4 { policies.add("inclusive", since, last) }
    }
}
