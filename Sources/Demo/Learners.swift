import Base
import Identity
import Registry
import Storage

/// Learners with their families, stays and policy statuses.
extension Writing {
    /// Writes some learners and keeps what later steps need.
    mutating func writeLearners(_ tx: Tx, _ range: Range<Int>) throws {
        let first = try tx.nextStudentSerial(count: range.count)
        for index in range {
            let learner = learners[index]
            guard let newest = learner.years.first else { continue }
            let seat = learner[newest]
            let isHere = newest == 0 && learner.end == .none
            let boards = isHere && boarders[Int(seat.school)].takes(&persons.random)
            try write(tx, learner, newest, serial: first + index - range.lowerBound, boards: boards)
        }
    }

    private mutating func write(_ tx: Tx, _ learner: Learner, _ newest: Int, serial: Int, boards: Bool) throws {
        let seat = learner[newest], school = Int(seat.school), held = plan.schools[school].slots[Int(seat.slot)]
        let isSample =
            school == plan.sample && seat.slot == 0 && newest == 0 && learner.end == .none && sample.student == nil
        let late = persons.random.chance(40) && seat.grade > 5 ? 1 : 0
        let born = years[newest].start - Int(seat.grade) - late, home = residence(of: school, held.level)
        let family = try family(tx, of: born, in: home, alone: isSample)
        var draft = draft(of: family, born: born, isWhole: isSample)
        draft.code = PersonCode.student.code(serial)
        place(&draft, learner, newest, held)
        draft.residence = plan.communes[home].place
        draft.details["permanent_commune"] = plan.communes[home].name
        let id = try tx.insert(draft)
        for link in family.links {
            try tx.link(
                link.guardian, to: id, relation: link.relation, isContact: link.isContact,
                period: Period(years[2].firstDay) ?? .always)
        }
        try writeStays(tx, id, learner)
        for (kind, period) in policies(of: learner, family, in: home, boards: boards).held {
            try tx.insert(PolicyDraft(student: id, kind: kind, period: period))
        }
        guard newest == 0, learner.end == .none else { return }
        accounts.append(NewAccount(.student(id), name: draft.name.full, org: draft.org, code: draft.code))
        if school == plan.sample { openAccounts(of: family, at: schools[school]) }
        if isSample, let mother = family.links.first {
            (sample.student, sample.studentName) = (id, draft.name.full)
            (sample.guardian, sample.guardianName) = (mother.guardian, mother.name)
        }
    }

    /// Small children live where their school stands, upper-secondary pupils all over the district.
    private mutating func residence(of school: Int, _ level: Level) -> Int {
        let home = plan.schools[school].commune
        guard level >= .upperSecondary else { return home }
        let near = plan.communes.indices.filter { plan.communes[$0].district == plan.communes[home].district }
        return near.isEmpty ? home : near[persons.random.place(by: near.map { plan.communes[$0].weight }) ?? 0]
    }

    private mutating func openAccounts(of family: Family, at school: ID<Org>) {
        for link in family.links where opened.insert(link.guardian).inserted {
            accounts.append(NewAccount(.guardian(link.guardian), name: link.name, org: school))
        }
    }

    private mutating func draft(of family: Family, born: Int, isWhole: Bool) -> StudentDraft {
        let sex = persons.sex(), made = persons.names.person(ethnicity: family.ethnicity, sex: sex, birthYear: born)
        let name =
            family.surname.isEmpty || made.family.isEmpty
            ? made : PersonName(storedFamily: family.surname, middle: made.middle, given: made.given)
        var draft = StudentDraft(name: name)
        (draft.sex, draft.ethnicity) = (sex, family.ethnicity)
        draft.birthDate = birthDate(born, isWhole: isWhole)
        // Some records are not complete, as in every register: the pages of data quality look for them.
        draft.personalID = isWhole || persons.random.chance(955) ? persons.personalID(sex, born) : nil
        draft.personalState = persons.state(hasNumber: draft.personalID != nil)
        draft.moetCode = isWhole || persons.random.chance(940) ? persons.moetCode() : nil
        if !isWhole, persons.random.chance(3) { draft.ethnicity = "" }
        draft.details = ["nationality": "VN", "permanent_hamlet": family.hamlet]
        if isWhole || persons.random.chance(700) { draft.details["permanent_province"] = plan.name }
        return draft
    }

    private mutating func birthDate(_ year: Int, isWhole: Bool) -> PartialDay? {
        let day = PartialDay(persons.day(in: year))
        guard !isWhole else { return day }
        return switch persons.random.below(1000) {
        case ..<3: nil
        case ..<14: PartialDay(String(year))
        default: day
        }
    }

    /// Where the record says the learner is, or was last.
    private func place(_ draft: inout StudentDraft, _ learner: Learner, _ newest: Int, _ held: Slot) {
        let seat = learner[newest]
        (draft.org, draft.level) = (schools[Int(seat.school)], held.level)
        draft.grade = AgeGrade.code(Int(seat.grade))
        draft.status = leaving(of: learner, newest, held.level)
        if newest == 0, learner.end == .none { draft.classGroup = classes[Int(seat.school)][0][Int(seat.slot)] }
    }

    private func leaving(of learner: Learner, _ year: Int, _ level: Level) -> String {
        switch learner.end {
        case .none: isArriving(learner) ? "arrived-1" : StudentStatus.studying
        case .finished: level == .lowerSecondary ? StudentStatus.completed : StudentStatus.graduated
        case .droppedFirstTerm: "left-1"
        case .droppedSecondTerm: "left-2"
        case .droppedInSummer: "left-summer"
        }
    }

    /// Comings and goings of this year need some weeks of it to have passed.
    private func isArriving(_ learner: Learner) -> Bool {
        learner.isArrival && learner.end == .none && learner[1].isThere && learner[1].school != learner[0].school
            && today.number > autumn(10, 1).number
    }

    // MARK: stays

    private mutating func writeStays(_ tx: Tx, _ id: ID<Student>, _ learner: Learner) throws {
        for year in learner.years.reversed() {
            let seat = learner[year], before = year < 2 ? learner[year + 1] : .none
            let held = plan.schools[Int(seat.school)].slots[Int(seat.slot)]
            var first =
                before.isThere && before.school == seat.school ? years[year].firstDay : autumn(8, 20, year: year)
            if year == 2, ![6, 11, 15].contains(Int(seat.grade)) { first = years[year].firstDay }
            var stay = EnrolmentDraft(
                student: id, org: schools[Int(seat.school)],
                classGroup: classes[Int(seat.school)][year][Int(seat.slot)],
                year: years[year], level: held.level, grade: AgeGrade.code(Int(seat.grade)),
                period: Period(first) ?? .always)
            stay.entry = entry(seat, before, held.level, year)
            if year == 0, isArriving(learner) { try writeArrival(tx, &stay, seat, from: Int(before.school)) }
            end(&stay, learner, year, stay.period.first)
            try tx.insert(stay)
        }
    }

    private func entry(_ seat: Seat, _ before: Seat, _ level: Level, _ year: Int) -> String {
        if before.isThere, before.school == seat.school { return "" }
        if [6, 11].contains(seat.grade) || level == .preschool { return "selection" }
        if seat.grade == 15 { return level == .upperSecondary ? "exam" : "selection" }
        return before.isThere ? "transfer" : ""
    }

    /// A first stay at another school of the province, until the move.
    private mutating func writeArrival(_ tx: Tx, _ stay: inout EnrolmentDraft, _ seat: Seat, from other: Int) throws {
        let day = autumn(9, 20).adding(persons.random.below(10))
        stay.entry = "transfer"
        guard let slot = plan.schools[other].slots.firstIndex(where: { $0.grades.contains(Int(seat.grade)) }),
            let first = Period(years[0].firstDay, day.adding(-1)), let second = Period(day)
        else { return }
        var before = stay
        (before.org, before.classGroup) = (schools[other], classes[other][0][slot])
        (before.period, before.leaving, before.reason) = (first, "moved-1", "moved-house")
        try tx.insert(before)
        stay.period = second
    }

    /// Ends a stay: with its year, or before it for those who left.
    private mutating func end(_ stay: inout EnrolmentDraft, _ learner: Learner, _ year: Int, _ first: Day) {
        let isLast = learner.years.first == year && learner.end != .none
        guard year > 0 || isLast else { return }
        var last = years[year].lastDay
        stay.leaving = [5, 10, 14].contains(Int(learner[year].grade)) ? StudentStatus.completed : Leaving.yearEnd
        if isLast {
            let level = plan.schools[Int(learner[year].school)].slots[Int(learner[year].slot)].level
            stay.leaving = leaving(of: learner, year, level)
            last = lastDay(of: learner.end, year)
            if learner.end != .finished { stay.reason = persons.random.pick(Writing.reasons) ?? "" }
        }
        stay.period = Period(first, max(first, last)) ?? stay.period
    }

    private mutating func lastDay(of end: End, _ year: Int) -> Day {
        let opening = autumn(9, 6, year: year), weeks = year == 0 ? max(1, Int(today.number - opening.number)) : 100
        return switch end {
        case .none, .finished: years[year].lastDay
        case .droppedFirstTerm: opening.adding(persons.random.below(weeks))
        case .droppedSecondTerm: opening.adding(150 + persons.random.below(90))
        case .droppedInSummer: years[year].lastDay
        }
    }

    private static let reasons = [
        "hardship", "hardship", "weak", "far", "child-marriage", "parents-work", "work", "work", "vocational",
        "no-interest", "no-interest", "health",
        "moved-house",
    ]
}

/// Hands a school's places for boarders out among its learners, none too many.
struct Boarders: Sendable {
    private var places: Int
    private var learners: Int

    init(_ school: SchoolPlan) { (places, learners) = (school.boarders, school.learners) }

    mutating func takes(_ random: inout SeededRandom) -> Bool {
        guard learners > 0 else { return false }
        defer { learners -= 1 }
        guard random.below(learners) < places else { return false }
        places -= 1
        return true
    }
}
