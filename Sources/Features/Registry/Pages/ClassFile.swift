import Base
import Storage
import Web
import Work

/// All that the page of one class reads, within the visitor's reach.
struct ClassFile: Sendable {
    let record: ClassRecord
    let path: [OrgLine]
    let siteName: String?
    let homeroomName: String?
    /// The class's learners, narrowed to what the page was asked for.
    let students: [StudentLine]
    /// How many learn in it without any narrowing.
    let size: Int
    let teachings: [TeachingRecord]
    let policies: [(student: ID<Student>, kind: String)]
    /// Whether policy statuses may be counted here, and whether they stand beside names: that reading is noted.
    let countsPolicies: Bool, namesPolicies: Bool
    /// Whether its school year has not ended and the class has not been closed.
    let isOpen: Bool
    /// The day on which ages and statuses are looked at.
    let day: Day

    var isNarrowed: Bool { students.count != size }

    /// Reads the class of the path; one out of reach answers like a missing one.
    static func read(_ visit: Visit, _ query: FigureQuery? = nil) async throws -> ClassFile {
        let id: ID<ClassGroup> = try visit.id("id"), scope = visit.visitor.scope, today = visit.today
        let sees = visit.visitor.may(.viewSensitive) && !visit.isFamily
        let names = sees && (visit.query("policies") == "1" || query?.filter.values[.policy] != nil)
        let found = try await visit.db.read { tx -> ClassFile? in
            guard let record = try tx.classGroup(id, scope: scope) else { return nil }
            let whole = StudentFilter(of: record, today: today)
            let filter = query.map { whole.narrowed(by: $0, of: record, sees: sees) } ?? whole
            let day = filter.on ?? min(max(today, record.year.firstDay), record.year.lastDay)
            let all = try tx.everyStudent(whole, scope: scope)
            return ClassFile(
                record: record, path: try tx.path(of: record.org, on: today, scope: scope),
                siteName: try record.site.flatMap { site in
                    try tx.sites(of: record.org, on: day, scope: scope).first { $0.id == site }?.name
                },
                homeroomName: try record.homeroom.flatMap { try tx.personName(kind: "staff", id: $0.raw) },
                students: filter == whole ? all : try tx.everyStudent(filter, scope: scope), size: all.count,
                teachings: try tx.teachings(of: id, on: day, scope: scope),
                policies: sees ? try tx.policies(filter, on: day, scope: scope) : [],
                countsPolicies: sees, namesPolicies: names,
                isOpen: record.year >= SchoolYear(of: today) && record.closedOn == nil, day: day)
        }
        guard let found else { throw Fault.notFound }
        return found
    }

    /// Notes that policy statuses were read beside names.
    func note(_ visit: Visit) async throws {
        try await visit.db.noteRead(
            as: visit.visitor, "registry.class.read-policies", on: .classGroup(record.id, org: record.org),
            note: "rows \(students.count)")
    }

    /// What the next page's address keeps: the filters of the figures, and the year where it is not the visitor's.
    func suffix(_ visit: Visit) -> String { FigureQuery.suffix(visit, year: record.year) }

    /// The class as figures, for the plots of units.
    func figures(_ query: FigureQuery) -> FigureSet {
        var all = ValueTally(), ages = ValueTally(), ethnicities = ValueTally(), grades = ValueTally()
        let year = SchoolYear(of: day)
        for index in students.indices {
            let isFemale = students[index].sex == Sex.female
            all.add("", isFemale)
            ages.add(students[index].age(in: year).map(String.init) ?? "", isFemale)
            ethnicities.add(students[index].ethnicity, isFemale)
            if record.isCombined { grades.add(students[index].grade, isFemale) }
        }
        let female = Dictionary(students.map { ($0.id, $0.sex == Sex.female) }, uniquingKeysWith: { first, _ in first })
        var kinds = ValueTally()
        for held in policies { if let isFemale = female[held.student] { kinds.add(held.kind, isFemale) } }
        var set = FigureSet(filter: query.filter)
        let tallies: [(Dimension, ValueTally)] = [
            (.all, all), (.age, ages), (.ethnicity, ethnicities), (.grade, grades), (.policy, kinds),
        ]
        for (dimension, tally) in tallies { set.rows += tally.rows(dimension, record.level) }
        return set
    }
}

/// How many of each value. A class has few values of anything: walking along them beats a table of hashes.
private struct ValueTally {
    private var counts: [(value: String, total: Int, female: Int)] = []

    mutating func add(_ value: String, _ isFemale: Bool) {
        let index = counts.firstIndex { $0.value == value } ?? counts.count
        if index == counts.count { counts.append((value, 0, 0)) }
        counts[index].total += 1
        if isFemale { counts[index].female += 1 }
    }

    func rows(_ dimension: Dimension, _ level: Level) -> [FigureRow] {
        counts.map {
            FigureRow(dimension: dimension, level: level, value: $0.value, total: $0.total, female: $0.female)
        }
    }
}

extension StudentFilter {
    /// The learners of a class: of today's register while its year runs, else those who learned in it.
    init(of record: ClassRecord, today: Day) {
        self.init()
        classGroup = record.id
        if record.year != SchoolYear(of: today) { year = record.year }
    }

    /// The same narrowed by what the figures of units are narrowed to; unit-wide filters hold for the whole class.
    fileprivate func narrowed(by query: FigureQuery, of record: ClassRecord, sees: Bool) -> StudentFilter {
        var filter = self
        if let on = query.on, SchoolYear(of: on) == record.year { (filter.on, filter.year) = (on, nil) }
        let values = query.filter.values
        (filter.sex, filter.ethnicity) = (query.filter.sex, values[.ethnicity] ?? "")
        filter.grade = record.isCombined ? values[.grade] ?? "" : ""
        filter.age = values[.age].flatMap { Int($0) }
        if sees { filter.policy = values[.policy] ?? "" }
        return filter
    }
}

extension StudentLine {
    /// Age by year, as statistics count it.
    func age(in year: SchoolYear) -> Int? { birthDate.map { year.start - $0.year } }
}

extension FigureQuery {
    /// The names that carry a filter of figures from page to page.
    private static let names = Set(["level", "sex", "on"] + FigureFilter.dimensions.map(\.rawValue))

    /// The filters of the address as the end of another page's; the year only where it is not the visitor's own.
    static func suffix(_ visit: Visit, year: SchoolYear) -> String {
        var pairs = visit.queries.filter { names.contains($0.name) && !$0.value.isEmpty }
        if year != visit.session?.year ?? SchoolYear(of: visit.today) { pairs.append(("year", year.description)) }
        let text = pairs.map { "\($0.name)=\(Percent.encode($0.value))" }.joined(separator: "&")
        return text.isEmpty ? "" : "?\(text)"
    }
}
