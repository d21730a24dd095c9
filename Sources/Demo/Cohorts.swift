import Base

/// Where a learner sits in one year: school, class, grade.
struct Seat: Sendable, Hashable {
    var school: Int32 = -1
    var slot: Int16 = 0
    var grade: Int8 = 0

    static let none = Seat()
    var isThere: Bool { school >= 0 }
}

/// How a learner's way ended.
enum End: UInt8, Sendable {
    case none
    /// Finished the last grade of a level and did not go on.
    case finished
    case droppedFirstTerm, droppedSecondTerm, droppedInSummer
}

/// A learner over the three years of the sample.
struct Learner: Sendable {
    private var now = Seat.none, last = Seat.none, before = Seat.none
    var end = End.none
    /// Came from another school of the province in the autumn of this year.
    var isArrival = false

    /// Years back from this one: 0, 1 or 2.
    subscript(year: Int) -> Seat {
        get { year == 0 ? now : year == 1 ? last : before }
        set {
            switch year {
            case 0: now = newValue
            case 1: last = newValue
            default: before = newValue
            }
        }
    }

    /// The years that the learner was there, this one first.
    var years: [Int] { (0...2).filter { self[$0].isThere } }
}

/// Every learner of a province with the classes of three years: each goes up a grade a year, some come, some leave.
struct Cohorts: Sendable {
    private(set) var learners: [Learner] = []
    /// With the classes that only earlier years had.
    private(set) var plan: ProvincePlan
    private var random: SeededRandom
    /// The classes that hold a grade at a school, with this year's numbers.
    private var holds: [Key: [(slot: Int, count: Int)]] = [:]
    private var sizes: [Key: Int] = [:]
    private var extras: [Key: [Int]] = [:]
    /// The schools with a grade, by commune and by district.
    private var near: [Key: [Int]] = [:], far: [Key: [Int]] = [:]
    /// How many already came to a grade of a school in the year at hand.
    private var taken: [Key: Int] = [:]

    /// A grade at a school, or of a commune or district where feeders are meant.
    private struct Key: Hashable, Comparable {
        let place: Int, grade: Int
        static func < (left: Key, right: Key) -> Bool { (left.place, left.grade) < (right.place, right.grade) }
    }

    init(_ plan: ProvincePlan, _ random: SeededRandom) {
        (self.plan, self.random) = (plan, random)
        seatThisYear()
        stepBack(to: 1)
        stepBack(to: 2)
        leaveThisYear()
    }

    private mutating func seatThisYear() {
        for (school, planned) in plan.schools.enumerated() {
            for (slot, held) in planned.slots.enumerated() {
                for (grade, count) in zip(held.grades, held.sizes) {
                    holds[Key(place: school, grade: grade), default: []].append((slot, count))
                    for _ in 0..<count {
                        var learner = Learner()
                        learner[0] = Seat(school: Int32(school), slot: Int16(slot), grade: Int8(grade))
                        learner.isArrival = ![6, 11, 15].contains(grade) && grade > 3 && random.chance(8)
                        learners.append(learner)
                    }
                }
            }
        }
        for key in holds.keys.sorted() {
            let commune = plan.schools[key.place].commune
            sizes[key] = holds[key]?.reduce(0) { $0 + $1.count }
            near[Key(place: commune, grade: key.grade), default: []].append(key.place)
            far[Key(place: plan.communes[commune].district, grade: key.grade), default: []].append(key.place)
        }
    }

    /// Fills the classes of a year with those who were in the next one a grade higher, and with those who left since.
    private mutating func stepBack(to year: Int) {
        var stayed: [Key: [Int]] = [:]
        taken = [:]
        for index in learners.indices {
            let seat = learners[index][year - 1]
            guard seat.isThere, let key = placeBefore(seat, isArrival: year == 1 && learners[index].isArrival) else {
                continue
            }
            stayed[key, default: []].append(index)
            taken[key, default: 0] += 1
        }
        for key in holds.keys.sorted() {
            let pupils = stayed[key] ?? [], left = leavers(from: key, beside: pupils.count)
            let slots = slots(for: pupils.count + left.count, at: key)
            sit(pupils, at: key, in: slots, year)
            sit(left, at: key, in: slots, year)
        }
    }

    /// Shares children out over the classes of a grade, those who sit together now together.
    private mutating func sit(_ pupils: [Int], at key: Key, in slots: [(slot: Int, count: Int)], _ year: Int) {
        var next = 0
        for (slot, count) in zip(slots, Apportion.parts(of: pupils.count, by: slots.map(\.count))) {
            for index in pupils[next..<(next + count)] {
                learners[index][year] = Seat(school: Int32(key.place), slot: Int16(slot.slot), grade: Int8(key.grade))
            }
            next += count
        }
    }

    /// The classes for so many children: fewer than this year, or more, as the cohort was.
    private mutating func slots(for pupils: Int, at key: Key) -> [(slot: Int, count: Int)] {
        guard let slots = holds[key], let level = level(of: key), let size = sizes[key], !slots.isEmpty else {
            return []
        }
        let mean = max(1, size / slots.count)
        guard level >= .lowerSecondary else {
            let over = pupils - size * 128 / 100
            return over <= 0 ? slots : slots + extra(over / mean + 1, at: key, mean)
        }
        let wanted = max(1, (pupils + mean / 2) / mean)
        return wanted <= slots.count ? Array(slots.prefix(wanted)) : slots + extra(wanted - slots.count, at: key, mean)
    }

    /// Classes that are not there any more this year.
    private mutating func extra(_ count: Int, at key: Key, _ size: Int) -> [(slot: Int, count: Int)] {
        guard let level = level(of: key) else { return [] }
        while extras[key, default: []].count < count {
            let number = plan.schools[key.place].slots.count { $0.level == level && $0.grades == [key.grade] }
            var slot = Slot(
                name: ClassNames.name(level, [key.grade], number: number), level: level, site: 0, grades: [key.grade])
            slot.sizes = [0]
            plan.schools[key.place].slots.append(slot)
            extras[key, default: []].append(plan.schools[key.place].slots.count - 1)
        }
        return extras[key, default: []].prefix(count).map { ($0, size) }
    }

    /// Where a learner was a year earlier; nothing where the way begins.
    private mutating func placeBefore(_ seat: Seat, isArrival: Bool) -> Key? {
        let grade = Int(seat.grade) - 1, own = Key(place: Int(seat.school), grade: grade)
        guard grade > 0, grade != 17, random.chance(Cohorts.stayed[min(grade, 6)]) else { return nil }
        if grade > 17 { return own }
        let commune = plan.schools[own.place].commune, district = plan.communes[commune].district
        let neighbours = near[Key(place: commune, grade: grade)] ?? [],
            others = far[Key(place: district, grade: grade)] ?? []
        switch grade {
        case ..<5: return room(own) > 0 ? own : choose(neighbours, grade)
        case 14: return choose(others, grade) ?? heaviest(others, grade)
        case 5, 10: return choose(neighbours, grade) ?? choose(others, grade) ?? heaviest(others, grade)
        default:
            guard isArrival || random.chance(6), let other = choose(neighbours.filter { $0 != own.place }, grade) else {
                return own
            }
            return other
        }
    }

    /// How many more children a grade of a school would have taken in.
    private func room(_ key: Key) -> Int { (sizes[key] ?? 0) * 118 / 100 - (taken[key] ?? 0) }

    /// One of the schools that still have room for a grade, the roomier the likelier.
    private mutating func choose(_ schools: [Int], _ grade: Int) -> Key? {
        let weights = schools.map { max(0, room(Key(place: $0, grade: grade))) }
        return random.place(by: weights).map { Key(place: schools[$0], grade: grade) }
    }

    private mutating func heaviest(_ schools: [Int], _ grade: Int) -> Key? {
        random.place(by: schools.map { sizes[Key(place: $0, grade: grade)] ?? 0 }).map {
            Key(place: schools[$0], grade: grade)
        }
    }

    /// In a thousand children of an age, how many of those in school a year later were there already.
    private static let stayed = [0, 350, 450, 920, 970, 985, 997]

    /// New learners who were at a school in a year and are not any more.
    private mutating func leavers(from key: Key, beside stayed: Int) -> [Int] {
        guard let level = level(of: key) else { return [] }
        let size = sizes[key] ?? 0
        let isLast = key.grade == AgeGrade.last[level] && level >= .lowerSecondary
        let finished = isLast ? max(0, random.stray(size, 4) - stayed) : 0
        let dropped = drops(stayed, level)
        return (0..<(finished + dropped)).map { number in
            var learner = Learner()
            learner.end =
                number < finished
                ? .finished
                : random.pick([End.droppedFirstTerm, .droppedSecondTerm, .droppedSecondTerm, .droppedInSummer])
                    ?? .droppedInSummer
            learners.append(learner)
            return learners.count - 1
        }
    }

    private func level(of key: Key) -> Level? { holds[key]?.first.map { plan.schools[key.place].slots[$0.slot].level } }

    /// Lower-secondary pupils leave most: 1.1 % in the province's own report of 2024-2025.
    private mutating func drops(_ pupils: Int, _ level: Level) -> Int {
        let rate =
            switch level {
            case .preschool: 2
            case .primary: 1
            case .lowerSecondary: 11
            case .upperSecondary, .continuing: 14
            case .college: 20
            }
        return (pupils * rate + random.below(1000)) / 1000
    }

    /// Those who left since September: they stand beside this year's number.
    private mutating func leaveThisYear() {
        for key in holds.keys.sorted() {
            guard let level = level(of: key), level != .college, let slots = holds[key] else { continue }
            let size = slots.reduce(0) { $0 + $1.count }
            for _ in 0..<(drops(size, level) + 1) / 2 {
                var learner = Learner()
                let slot = slots[random.below(slots.count)].slot
                learner[0] = Seat(school: Int32(key.place), slot: Int16(slot), grade: Int8(key.grade))
                learner.end = .droppedFirstTerm
                if key.grade != 6, key.grade != 11, key.grade != 15, key.grade > 3,
                    holds[Key(place: key.place, grade: key.grade - 1)] != nil
                {
                    learner[1] = Seat(school: Int32(key.place), slot: slotBefore(slot, key), grade: Int8(key.grade - 1))
                }
                learners.append(learner)
            }
        }
    }

    private func slotBefore(_ slot: Int, _ key: Key) -> Int16 {
        Int16(holds[Key(place: key.place, grade: key.grade - 1)]?.first?.slot ?? slot)
    }
}
