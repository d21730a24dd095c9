import Base
import Identity
import Registry
import Storage

/// Managers, teachers and other staff of the schools, with their posts.
extension Writing {
    mutating func writeStaff(_ tx: Tx, school index: Int) throws {
        let school = plan.schools[index]
        var crew = Crew()
        for number in 0..<school.managers {
            crew.managers.append(try worker(tx, index, .manager, headship(school, number), level: school.levels.last))
        }
        for (level, count) in zip(school.levels, school.teachers) {
            crew.teachers.append(
                try (0..<count).map { number in
                    try worker(tx, index, .teacher, teaching(level, number, of: count), level: level, number: number)
                })
        }
        for number in 0..<school.others {
            crew.others.append(
                try worker(tx, index, .other, Writing.office[min(number, Writing.office.count - 1)], level: nil))
        }
        crews.append(crew)
        if persons.random.chance(800) { try writeRetired(tx, index) }
    }

    /// The first five posts are in every school.
    private static let office = [
        "accountant", "clerk", "librarian", "equipment", "medic", "guard", "boarding-care", "cook", "cook", "it",
        "service", "other",
    ]

    private func headship(_ school: SchoolPlan, _ number: Int) -> String {
        school.levels == [.continuing] ? (number == 0 ? "director" : "vice-director") : number == 0 ? "head" : "deputy"
    }

    private func teaching(_ level: Level, _ number: Int, of count: Int) -> String {
        if level == .college { return "lecturer" }
        if number == count - 1, count > 4, level == .primary || level == .lowerSecondary { return "pioneer-leader" }
        return number % 8 == 1 ? "team-head" : number % 8 == 5 ? "team-deputy" : "teacher"
    }

    private mutating func worker(
        _ tx: Tx, _ index: Int, _ group: StaffGroup, _ position: String, level: Level?, number: Int = 0
    ) throws -> Worker {
        let born = years[0].start - 24 - persons.random.below(group == .manager ? 32 : 35) - (group == .manager ? 8 : 0)
        let school = schools[index], hired = hireDay(born: born)
        var draft = newcomer(index, group, position, level, born: max(born, years[0].start - 60))
        (draft.org, draft.code) = (school, PersonCode.staff.code(try tx.nextStaffSerial()))
        draft.details = details(of: group, position, level, number, hired: hired)
        if group == .teacher, persons.random.chance(15) { draft.status = "maternity" }
        let id = try tx.insert(draft)
        try writePosts(tx, id, index, position, since: hired)
        accounts.append(NewAccount(.staff(id), name: draft.name.full, org: school))
        return Worker(id: id, name: draft.name.full, position: position)
    }

    private mutating func hireDay(born: Int) -> Day {
        let draw = persons.random.below(1000)
        if draw < 26 { return autumn(8, 15, year: draw < 13 ? 0 : 1) }
        let earliest = max(born + 23, 2006), latest = years[2].start - 1
        let year = earliest >= latest ? latest : earliest + persons.random.below(latest - earliest + 1)
        return Day(year: year, month: 8, day: 1 + persons.random.below(28)) ?? autumn(8, 15, year: 1)
    }

    /// Some came from another school of the same kind a year ago.
    private mutating func writePosts(_ tx: Tx, _ id: ID<Staff>, _ index: Int, _ position: String, since: Day) throws {
        let moved = autumn(8, 15, year: 1)
        guard persons.random.chance(30), since < moved.adding(-300), index > 0,
            let first = Period(since, moved.adding(-1)),
            let second = Period(moved)
        else {
            if let period = Period(since) {
                try tx.insertPost(id, at: schools[index], position: position, period: period)
            }
            return
        }
        let other = plan.schools[..<index].lastIndex { $0.levels == plan.schools[index].levels } ?? index
        try tx.insertPost(id, at: schools[other], position: position, period: first)
        try tx.insertPost(id, at: schools[index], position: position, period: second, basis: "QĐ thuyên chuyển")
    }

    private mutating func newcomer(
        _ index: Int, _ group: StaffGroup, _ position: String, _ level: Level?, born: Int
    ) -> StaffDraft {
        let girls =
            position == "guard"
            ? 20 : level == .preschool ? 985 : level == .primary ? 680 : position == "cook" ? 900 : 550
        let sex = persons.sex(girls: girls), district = plan.communes[plan.schools[index].commune].district
        let people = persons.random.chance(420) ? "01" : persons.names.ethnicity(in: plan.districts[district].mix)
        var draft = StaffDraft(name: persons.names.person(ethnicity: people, sex: sex, birthYear: born))
        (draft.sex, draft.ethnicity, draft.group, draft.position) = (sex, people, group, position)
        draft.birthDate = PartialDay(persons.day(in: born))
        // A few records are not complete, as in every register.
        draft.personalID = persons.random.chance(985) ? persons.personalID(sex, born) : nil
        draft.personalState = persons.state(hasNumber: draft.personalID != nil)
        draft.moetCode = persons.random.chance(970) ? persons.moetCode() : nil
        return draft
    }

    private mutating func details(of group: StaffGroup, _ position: String, _ level: Level?, _ number: Int, hired: Day)
        -> Details
    {
        var details: Details = [
            "nationality": "VN", "phone": persons.phone(), "recruit_day": hired.iso, "school_day": hired.iso,
            "contract_form": ["guard", "cook", "service"].contains(position)
                ? "111" : persons.random.chance(930) ? "permanent" : "fixed",
            "it_level": persons.random.chance(880) ? "basic" : "advanced",
        ]
        guard group != .other, let level else { return details }
        details["qualification"] =
            persons.random.chance(60) ? "master" : persons.random.chance(880) ? "bachelor" : "college"
        details["meets_standard"] = details["qualification"] == "college" && level != .preschool ? "below" : "meets"
        details["professional_title"] = Writing.titles[level]?[persons.random.chance(700) ? 1 : 0]
        if group == .teacher { details["main_subject"] = Teaching.cycle(level)[number % Teaching.cycle(level).count] }
        if group == .manager { details["politics_level"] = "intermediate" }
        return details
    }

    private static let titles: [Level: [String]] = [
        .preschool: ["V.07.02.25", "V.07.02.26"], .primary: ["V.07.03.28", "V.07.03.29"],
        .lowerSecondary: ["V.07.04.31", "V.07.04.32"],
        .upperSecondary: ["V.07.05.14", "V.07.05.15"], .continuing: ["V.07.05.14", "V.07.05.15"],
    ]

    /// Somebody who went into retirement in one of the last two summers.
    private mutating func writeRetired(_ tx: Tx, _ index: Int) throws {
        let year = 1 + persons.random.below(2), level = plan.schools[index].levels.first
        var draft = newcomer(index, .teacher, "teacher", level, born: years[year].start - 60)
        (draft.org, draft.status) = (schools[index], "retired")
        draft.code = PersonCode.staff.code(try tx.nextStaffSerial())
        let id = try tx.insert(draft)
        let first = Day(year: 2006, month: 8, day: 15) ?? .province
        guard let period = Period(first, years[year].lastDay) else { return }
        try tx.insertPost(id, at: schools[index], position: "teacher", period: period)
    }
}
