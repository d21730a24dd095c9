import Base
import Storage
import TestSupport
import Testing

import class Foundation.JSONDecoder
import class Foundation.JSONEncoder
import class Foundation.JSONSerialization

@testable import Registry

@Suite struct TotalsTests {
    @Test("kept totals equal counting, whatever happened, class by class or in bulk", arguments: Backend.all)
    func equal(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            var random = SeededRandom(seed: 7)
            let groups = [world.class1A, world.class1B, world.class6A, world.class10A]
            var people: [(ID<Student>, Int)] = []
            for number in 0..<24 {
                let group = random.below(4)
                let id = try await world.pupil(
                    "Lò Văn \(["An", "Bình", "Chi", "Dũng"][number % 4])", in: groups[group],
                    sex: random.chance(500) ? Sex.female : Sex.male,
                    born: "20\(10 + random.below(10))", ethnicity: ["01", "03", "08"][random.below(3)])
                people.append((id, group))
            }
            try await world.teacher("Hoàng Văn Nam", at: world.primary)
            for (id, group) in people.prefix(8) where group == 0 {
                try await Registry.move(
                    id,
                    {
                        var form = EnrolForm(classGroup: world.class1B, day: World.day("2026-10-01"))
                        form.grade = "2"
                        return form
                    }(), by: world.administrator, in: world.db)
            }
            for (id, _) in people.suffix(4) {
                try await Registry.leave(
                    id, on: World.day("2026-11-02"), status: "left-1", by: world.administrator, in: world.db,
                    World.catalogues)
            }
            try await check(world)
            try await world.db.commit { try $0.recountAll(World.year) }
            try await check(world)
        }
    }

    private func check(_ world: World) async throws {
        let dimensions: [Dimension] = [.all, .sex, .age, .ethnicity, .level, .grade, .area, .border, .site]
        try await world.db.read { tx throws in
            for org in [world.province, world.sinHo, world.primary, world.high] {
                for dimension in dimensions {
                    let kept = try tx.figures(of: org, year: World.year, by: dimension, scope: .everything)
                    let slow = try tx.countsAsOf(World.today, of: org, by: dimension, scope: .everything)
                    #expect(kept == slow, "\(dimension)")
                }
            }
            let children = try tx.childFigures(of: world.province, year: World.year, scope: .everything)
            #expect(children.map(\.id) == [world.lungThang, world.sinHo, world.high])
            let whole = try tx.figures(of: world.province, year: World.year, by: .all, scope: .everything).first?.total
            #expect(children.map(\.students).reduce(0, +) == whole)
            #expect(
                children.map(\.institutions) == [1, 1, 1] && children.map(\.classes) == [1, 2, 1]
                    && children.map(\.staff) == [0, 1, 0])
            let cross = try tx.crossFigures(of: world.province, year: World.year, by: .sex, scope: .everything)
            #expect(cross.values.flatMap { $0 }.map(\.total).reduce(0, +) == whole)
            let own = try tx.figures(
                of: world.primary, year: World.year, by: .sex,
                scope: Scope(.classes([world.class1A], of: [world.primary])))
            #expect(
                own.map(\.total).reduce(0, +)
                    == (try tx.figures(of: world.class1A, by: .all, scope: .everything).first?.total ?? 0))
            let classes = try tx.classes(of: world.primary, year: World.year, scope: .everything)
            #expect(classes.map(\.name) == ["1A", "1B"])
            #expect(
                classes.map(\.total).reduce(0, +)
                    == (try tx.figures(of: world.primary, year: World.year, by: .all, scope: .everything).first?.total
                        ?? 0))
        }
    }

    @Test("a two-level school counts once, and once per level", arguments: Backend.all)
    func institutions(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let counts = try await world.db.read { tx in
                try tx.institutionCounts(of: world.province, on: World.today, scope: .everything)
            }
            #expect(
                counts
                    == InstitutionCounts(
                        institutions: 3, byLevel: [.primary: 2, .lowerSecondary: 1, .upperSecondary: 1]))
        }
    }

    @Test("frozen figures stay as they were", arguments: Backend.all)
    func freeze(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let id = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            let office = World.visitor(.department, .tree([world.province]))
            let freeze = try await Registry.freezeFigures(
                "Đầu năm", of: world.province, on: World.today, by: office, in: world.db)
            try await Registry.leave(id, on: World.today, status: "left-1", by: office, in: world.db, World.catalogues)
            try await world.db.read { tx throws in
                let kept = try tx.freeze(freeze, scope: office.scope)
                #expect(kept?.figures.figures["sex"] == [Figure(value: Sex.female, total: 1, female: 1)])
                #expect(try tx.freezes(scope: office.scope).map(\.title) == ["Đầu năm"])
                #expect(try tx.freeze(freeze, scope: Scope(.tree([world.sinHo]))) == nil)
            }
        }
    }

    @Test(
        "a freeze keeps levels, classes, staff and the filter; one of an earlier version still reads",
        arguments: Backend.all)
    func freezeWhole(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await world.pupil("Lò Thị Hoa", in: world.class1A)
            try await world.pupil("Lò Văn An", in: world.class1B, sex: Sex.male, ethnicity: "01")
            try await world.pupil("Giàng A Chía", in: world.class6A, sex: Sex.male)
            try await world.teacher("Hoàng Văn Nam", at: world.primary)
            try await world.db.commit { try $0.recountAll(World.year) }
            let office = World.visitor(.department, .tree([world.province]))
            let inUse = [world.primary: InUse(staff: 1, teachers: 1)]
            func frozen(_ org: ID<Org>, _ filter: FigureFilter) async throws -> (FreezeLine, FrozenFigures)? {
                let id = try await Registry.freezeFigures(
                    "Đầu năm", of: org, on: World.today, filter, by: office, in: world.db
                ) { _ in inUse }
                return try await world.db.read { try $0.freeze(id, scope: office.scope) }
            }
            let whole = try await frozen(world.province, FigureFilter())
            let (line, figures) = try #require(whole)
            #expect(line.filter.isEmpty && figures.sum(.classes) == 4 && figures.sum(.staff) == 1)
            #expect(figures.by(.level).map(\.total).reduce(0, +) == 3 && figures.sum(.staffComplete) == 1)
            #expect(figures.use?.running == 1 && figures.use?.active == 1 && figures.use?.institutions == 3)
            #expect(figures.units.map(\.classes) == [1, 2, 1])
            var girls = FigureFilter()
            (girls.sex, girls.level) = ("female", .primary)
            let narrowed = try await frozen(world.primary, girls)
            let (kept, few) = try #require(narrowed)
            #expect(FigureFilter(text: kept.filter) == girls)
            #expect(few.by(.all) == [Figure(value: "", total: 1, female: 1)])
            #expect(few.classes?.map(\.figure.total) == [1, 0] && few.sum(.staff) == 1)
            // What an earlier version wrote knows nothing of classes, accounts and codes.
            let encoded = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(figures))
            var old = try #require(encoded as? [String: Any])
            for key in ["classes", "use"] { old[key] = nil }
            let units = try #require(old["units"] as? [[String: Any]])
            old["units"] = units.map { $0.filter { !["code", "before", "use"].contains($0.key) } }
            let bytes = try JSONSerialization.data(withJSONObject: old)
            let read = try JSONDecoder().decode(FrozenFigures.self, from: bytes)
            #expect(read.sum(.all) == 3 && read.use == nil && read.units.map(\.classes) == [1, 2, 1])
        }
    }
}
