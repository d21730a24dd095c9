import Base
import Storage
import TestSupport
import Testing

@testable import Registry

/// The figures of a unit's page: what the kept totals say is what counting record by record says.
@Suite struct FigureSetTests {
    private static let dimensions: [Dimension] = [.level, .grade, .age, .ethnicity, .policy, .area, .border, .site]

    private func fill(_ world: World) async throws {
        var random = SeededRandom(seed: 11)
        let groups = [world.class1A, world.class1B, world.class6A, world.class10A]
        for number in 0..<24 {
            try await world.pupil(
                "Giàng Thị \(["Mai", "Sua", "Dợ", "Chía"][number % 4])", in: groups[number % 4],
                sex: random.chance(500) ? Sex.female : Sex.male, born: "20\(10 + random.below(8))",
                ethnicity: ["01", "03", "08"][random.below(3)])
        }
        try await world.teacher("Hoàng Văn Nam", at: world.primary)
        try await world.db.commit { try $0.recountAll(World.year) }
    }

    @Test("EMI-01 a page's kept figures equal the records counted one by one", arguments: Backend.all)
    func equal(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await fill(world)
            try await world.db.read { tx throws in
                for filter in FigureSetTests.filters {
                    for org in [world.province, world.primary] { try compare(tx, org, filter) }
                }
            }
        }
    }

    private static let filters: [FigureFilter] = {
        var level = FigureFilter(), girls = FigureFilter(), people = FigureFilter()
        level.level = .primary
        girls.sex = "female"
        people.values = [.ethnicity: "03"]
        people.level = .primary
        return [FigureFilter(), level, girls, people]
    }()

    private func compare(_ tx: Tx, _ org: ID<Org>, _ filter: FigureFilter) throws {
        let kept = try tx.keptFigures(of: org, year: World.year, filter: filter, scope: .everything, on: World.today)
        let counted = try tx.countedFigures(
            of: org, .day(World.today), filter: filter, scope: .everything, on: World.today)
        #expect(kept.all == counted.all, "\(filter)")
        #expect(kept.by(.level) == counted.by(.level), "\(filter)")
        if filter.values.isEmpty {
            for dimension in FigureSetTests.dimensions {
                #expect(kept.by(dimension) == counted.by(dimension), "\(dimension) \(filter)")
            }
        }
        let units = try tx.keptUnits(of: org, year: World.year, filter: filter, scope: .everything, on: World.today)
        #expect(units.map(\.line.id) == counted.units.map(\.line.id))
        #expect(units.map(\.students) == counted.units.map(\.students), "\(filter)")
        #expect(units.map(\.female) == counted.units.map(\.female), "\(filter)")
        #expect(units.map(\.institutions) == counted.units.map(\.institutions), "\(filter)")
        guard filter.values.isEmpty else { return }
        #expect(units.map(\.classes) == counted.units.map(\.classes), "\(filter)")
        #expect(units.map(\.staff) == counted.units.map(\.staff), "\(filter)")
        for dimension in [Dimension.classes, .staff, .staffComplete, .complete] {
            #expect(kept.by(dimension) == counted.by(dimension), "\(dimension) \(filter)")
            #expect(counted.sum(dimension) > 0, "\(dimension) \(filter)")
        }
        let classes = try tx.keptClasses(of: org, year: World.year, filter: filter, scope: .everything)
        let isSchool = counted.units.isEmpty && filter.level == nil
        if isSchool {
            #expect(classes.filter { $0.value.total > 0 } == counted.classes.filter { $0.value.total > 0 }, "\(filter)")
        }
    }

    @Test("crossed filters are counted: each condition narrows", arguments: Backend.all)
    func crossed(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await fill(world)
            try await world.db.read { tx throws in
                var filter = FigureFilter()
                filter.values = [.ethnicity: "03", .grade: "1"]
                #expect(!filter.isKept)
                let set = try tx.countedFigures(
                    of: world.province, .year(World.year), filter: filter, scope: .everything, on: World.today)
                #expect(set.by(.ethnicity).map(\.value) == ["03"] && set.by(.grade).map(\.value) == ["1"])
                #expect(set.all.total == set.by(.age).map(\.total).reduce(0, +))
                #expect(set.all.total == set.sum(.complete) && set.all.total > 0)
            }
        }
    }

    @Test("figures keep to the visitor's scope", arguments: Backend.all)
    func scoped(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await fill(world)
            try await world.db.read { tx throws in
                let own = Scope(.institutions([world.primary]))
                for basis in [CountBasis.year(World.year), .day(World.today)] {
                    let set = try tx.countedFigures(
                        of: world.province, basis, filter: FigureFilter(), scope: own, on: World.today)
                    let school = try tx.countedFigures(
                        of: world.primary, basis, filter: FigureFilter(), scope: .everything, on: World.today)
                    #expect(set.all == school.all && set.all.total > 0)
                }
                let kept = try tx.keptFigures(
                    of: world.province, year: World.year, filter: FigureFilter(), scope: own, on: World.today)
                let school = try tx.keptFigures(
                    of: world.primary, year: World.year, filter: FigureFilter(), scope: .everything, on: World.today)
                #expect(kept.all == school.all)
                let teacher = Scope(.classes([world.class1A], of: [world.primary]))
                let one = try tx.keptFigures(
                    of: world.primary, year: World.year, filter: FigureFilter(), scope: teacher, on: World.today)
                #expect(one.all.total == 6)
                let nobody = try tx.keptFigures(
                    of: world.province, year: World.year, filter: FigureFilter(), scope: .nothing, on: World.today)
                #expect(nobody.all.total == 0 && nobody.rows.isEmpty)
            }
        }
    }

    @Test("K-06 complete files are there on any day and under any filter", arguments: Backend.all)
    func complete(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await fill(world)
            try await world.db.read { tx throws in
                let day = World.today
                let counted = try tx.countedFigures(
                    of: world.province, .day(day), filter: FigureFilter(), scope: .everything, on: day)
                let slow = try tx.countsAsOf(day, of: world.province, by: .complete, scope: .everything)
                #expect(counted.by(.complete) == slow && !slow.isEmpty)
                #expect(counted.by(.sex) == (try tx.countsAsOf(day, of: world.province, by: .sex, scope: .everything)))
            }
        }
    }

    @Test("K-05 an institution runs on the system when it has classes and an account in use", arguments: Backend.all)
    func use(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await fill(world)
            try await world.db.read { tx throws in
                func tally(_ org: ID<Org>, _ inUse: [ID<Org>: InUse], _ scope: Scope = .everything) throws -> FigureSet
                {
                    var set = try tx.countedFigures(
                        of: org, .year(World.year), filter: FigureFilter(), scope: scope, on: World.today)
                    try tx.addUse(inUse, to: &set, of: org, year: World.year, scope: scope)
                    return set
                }
                let nobody = try tally(world.province, [:]).use
                #expect(nobody?.institutions == 3 && nobody?.running == 0)
                #expect(nobody?.teachers == 1 && nobody?.active == 0)
                let some = try tally(
                    world.province,
                    [world.primary: InUse(staff: 2, teachers: 1), world.sinHo: InUse(staff: 1, teachers: 0)])
                #expect(some.use?.running == 1 && some.use?.active == 1)
                let units = Dictionary(
                    some.units.map { ($0.line.id, $0.use?.running) }, uniquingKeysWith: { first, _ in first })
                #expect(units[world.sinHo] == 1 && units[world.lungThang] == 0)
                let own = try tally(
                    world.province, [world.primary: InUse(staff: 2, teachers: 1)],
                    Scope(.institutions([world.mixed])))
                #expect(own.use?.institutions == 1 && own.use?.running == 0)
            }
        }
    }

    @Test("a filter reads back as it is written, in an address and in a freeze")
    func filters() {
        for filter in FigureSetTests.filters {
            #expect(FigureFilter(filter.pairs) == filter && FigureFilter(text: filter.text) == filter)
        }
        #expect(FigureFilter([(name: "sex", value: "x"), (name: "level", value: "?")]).isEmpty)
    }
}
