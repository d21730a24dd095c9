import Base
import Identity
import Registry
import Storage

/// What has been written of a province so far, and what is still to come.
struct Writing: Sendable {
    let plan: ProvincePlan
    let learners: [Learner]
    /// This school year and the two before.
    let years: [SchoolYear]
    let today: Day
    var persons: Persons
    var root: ID<Org>?
    var department: ID<Org>?
    var communes: [ID<Org>] = []
    /// By school: its unit, its campuses (the main one first), its classes by year and slot, its staff.
    var schools: [ID<Org>] = []
    var sites: [[ID<Site>]] = []
    var classes: [[[ID<ClassGroup>?]]] = []
    var crews: [Crew] = []
    /// By commune: families that may have another child at school.
    var families: [[Family]]
    /// Places for boarders that are still free, by school.
    var boarders: [Boarders]
    /// Accounts to open, and guardians who have one.
    var accounts: [NewAccount] = []
    var opened: Set<ID<Guardian>> = []
    var sample = SampleThings()

    init(_ plan: ProvincePlan, _ learners: [Learner], today: Day, persons: Persons) {
        (self.plan, self.learners, self.today, self.persons) = (plan, learners, today, persons)
        let year = SchoolYear(of: today)
        years = [year, year.previous, year.previous.previous]
        families = Array(repeating: [], count: plan.communes.count)
        boarders = plan.schools.map(Boarders.init)
    }

    /// Day of this or an earlier autumn, never in the future.
    func autumn(_ month: Int, _ day: Int, year: Int = 0) -> Day {
        min(Day(year: years[year].start, month: month, day: day) ?? today, today)
    }
}

/// The people of the sample school who get passwords.
struct SampleThings: Sendable {
    var classGroup: ID<ClassGroup>?
    var student: ID<Student>?
    var studentName = ""
    var guardian: ID<Guardian>?
    var guardianName = ""
    var subject: String?
    var subjectTeacher: Worker?
}

/// A member of staff as the rest of the sample needs them.
struct Worker: Sendable {
    let id: ID<Staff>, name: String, position: String
}

/// Who works at a school.
struct Crew: Sendable {
    var managers: [Worker] = []
    /// By level, in the order of the school's levels.
    var teachers: [[Worker]] = []
    var others: [Worker] = []

    func first(_ position: String) -> Worker? { (managers + others).first { $0.position == position } }
}

extension Day {
    /// The last day of the districts, and the first of the communes that took over.
    static let lastOfDistricts = Day(year: 2025, month: 6, day: 30) ?? .first
    static let firstOfCommunes = Day(year: 2025, month: 7, day: 1) ?? .first
    static let province = Day(year: 2004, month: 1, day: 1) ?? .first
}
