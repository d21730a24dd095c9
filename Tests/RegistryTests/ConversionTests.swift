import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// The drill of 2025: Lai Châu's 8 districts and 106 communes become 38 communes and wards.
@Suite(.serialized) struct ConversionTests {
    private static let turn = World.day("2025-07-01"), before = World.day("2024-05-30")

    /// The department, an office a district, two schools a commune, one of them with learners of 2023-2024.
    private struct Drill: Sendable {
        var department: ID<Org>, districts: [ID<Org>] = [], schools: [ID<Org>] = []
        var atDistrict: ID<Org>, nowhere: ID<Org>, torn: ID<Org>
    }

    private func build(_ db: any Database) async throws -> Drill {
        try await db.commit { tx in
            try tx.loadPlaces(World.catalogues)
            func org(
                _ code: String, _ kind: String, _ name: String, _ parent: ID<Org>?, at place: ID<Place>?,
                isSchool: Bool = false
            ) throws -> ID<Org> {
                var draft = OrgDraft(code: code, kind: kind, name: name, parent: parent)
                (draft.place, draft.opened) = (place, World.day("2004-01-01"))
                if isSchool { (draft.levels, draft.isInstitution) = ([.primary], true) }
                return try tx.insert(draft, paths: false)
            }
            let department = try org("SO", "so", "Sở Giáo dục và Đào tạo", nil, at: nil)
            let districts = try tx.places(in: "12", tier: .district, on: Self.before)
            guard let first = districts.first else { throw Fault.notFound }
            let home = try org("P0", "phong", "Phòng GD&ĐT \(first.name)", department, at: first.id)
            var drill = Drill(
                department: department,
                atDistrict: try org("TX1", "th", "Trường ở huyện", home, at: first.id, isSchool: true),
                nowhere: try org("TX2", "th", "Trường không rõ", home, at: nil, isSchool: true), torn: home)
            let year = SchoolYear(of: Self.before)
            for (index, district) in districts.enumerated() {
                let office =
                    index == 0
                    ? home : try org("P\(index)", "phong", "Phòng GD&ĐT \(district.name)", department, at: district.id)
                drill.districts.append(office)
                for commune in try tx.places(in: district.code, tier: .commune, on: Self.before) {
                    for number in 1...2 {
                        let school = try org(
                            "T\(commune.code)\(number)", "th", "Trường TH số \(number) \(commune.name)", office,
                            at: commune.id, isSchool: true)
                        drill.schools.append(school)
                        guard number == 1, let period = Period(World.day("2023-09-05"), year.lastDay) else { continue }
                        var pupil = StudentDraft(name: try World.name("Lò Thị An"))
                        (pupil.sex, pupil.birthDate, pupil.org, pupil.level) = (
                            Sex.female, PartialDay("2016-02-03"), school, .primary
                        )
                        let id = try tx.insert(pupil)
                        var stay = EnrolmentDraft(
                            student: id, org: school, classGroup: nil, year: year, level: .primary, grade: "2",
                            period: period)
                        stay.leaving = Leaving.yearEnd
                        try tx.insert(stay)
                    }
                }
            }
            // A commune that was torn in two: nobody can say from its name where a school of it stands.
            var old = PlaceDraft(
                code: "99999", tier: .commune, kind: "xa", name: "Xã Bị Chia", parentCode: first.code,
                provinceCode: "12")
            old.period = Period(World.day("2004-01-01"), Self.turn.adding(-1)) ?? .always
            let torn = try tx.save(old)
            let heirs = try tx.places(in: "12", tier: .commune, on: Self.turn).prefix(2)
            for heir in heirs { try tx.succeed(torn, by: heir.id, on: Self.turn) }
            drill.torn = try org("TX3", "th", "Trường ở xã bị chia", home, at: torn, isSchool: true)
            try tx.rebuildPaths()
            return drill
        }
    }

    @Test(
        "D08 the conversion of 2025 finds every school its commune, names what is not certain, and leaves earlier reports as they were",
        arguments: Backend.all)
    func drill(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations + Schema.migrations) { db in
            let drill = try await build(db)
            func report() async throws -> [[Figure]] {
                try await db.read { tx in
                    try (drill.districts + [drill.department]).map {
                        try tx.countsAsOf(Self.before, of: $0, by: .sex, scope: .everything)
                    }
                }
            }
            let first = try await report()
            #expect(first.last?.map(\.total) == [106] && drill.districts.count == 8 && drill.schools.count == 212)
            let visitor = World.visitor(.administrator, .everything)
            let done = try await Registry.convertTree(on: Self.turn, basis: "NQ 1670/NQ-UBTVQH15", by: visitor, in: db)
            #expect(done.placed == 212 && done.moved == 212 && done.founded == 38)
            // The office that still has the schools that nobody could place goes on.
            #expect(done.closed == 7)
            #expect(Set(done.uncertain.map(\.org)) == [drill.atDistrict, drill.nowhere, drill.torn])
            #expect(done.uncertain.first { $0.org == drill.torn }?.choices.count == 2)
            #expect(done.uncertain.first { $0.org == drill.nowhere }?.reason == .noPlace)
            #expect(try await report() == first)
            try await db.read { tx in
                for school in drill.schools {
                    let org = try #require(try tx.org(school, scope: .everything))
                    let place = try #require(try org.place.flatMap { try tx.place($0) })
                    #expect(place.tier == .commune && place.period.isOpen)
                    let office = try #require(try org.parent.flatMap { try tx.org($0, scope: .everything) })
                    #expect(office.kind == "ubnd-xa" && office.place == place.id && office.parent == drill.department)
                    let path = try tx.path(of: school, on: Self.before, scope: .everything)
                    #expect(drill.districts.contains(path.dropLast().last?.id ?? school))
                }
            }
            let again = try await Registry.convertTree(on: Self.turn, basis: "NQ 1670/NQ-UBTVQH15", by: visitor, in: db)
            #expect(
                again.placed == 0 && again.moved == 0 && again.founded == 0 && again.closed == 0 && again.settled == 212
            )
            #expect(again.uncertain.map(\.org) == done.uncertain.map(\.org))
        }
    }

    @Test("the conversion is the department's to make, and asks for its decision", arguments: Backend.all)
    func rights(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            await #expect(throws: Fault.self) {
                try await Registry.convertTree(
                    on: Self.turn, basis: "NQ 1", by: World.visitor(.principal, .institutions([world.primary])),
                    in: world.db)
            }
            await #expect(throws: Fault.self) {
                try await Registry.convertTree(on: Self.turn, basis: "", by: world.administrator, in: world.db)
            }
        }
    }
}
