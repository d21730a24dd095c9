import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Quality
@testable import Registry

@Suite(.serialized) struct FindingTests {
    @Test("EMI-09 a find is open until it is mended, and opens again when the fault comes back", arguments: Backend.all)
    func mended(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let old = try await world.pupil("Lò Thị An", in: world.class1, born: "2012-03-05")
            try await world.pupil("Lò Thị Bình", in: world.class1)
            try await world.inspect(world.primary)
            let first = try await world.open("student-old")
            #expect(first.map(\.found.subject) == [old.raw] && first.first?.found.detail == "14|6")
            #expect(first.first?.found.classGroup == world.class1 && first.first?.found.level == .primary)

            try await setBirth(of: old, "2020-03-05", world)
            world.moment.value += 86_400_000
            try await world.inspect(world.primary)
            #expect(try await world.open("student-old").isEmpty)
            #expect(try await world.open("student-old", state: .mended).map(\.found.subject) == [old.raw])

            try await setBirth(of: old, "2012-03-05", world)
            world.moment.value += 86_400_000
            try await world.inspect(world.primary)
            let again = try await world.open("student-old")
            #expect(again.map(\.id) == first.map(\.id) && again.first?.since == Day(at: world.moment.value))
            // A second look at the same changes nothing.
            #expect(try await Quality.inspect(world.primary, in: world.db, RuleTests.catalogues) == 0)
        }
    }

    private func setBirth(of student: ID<Student>, _ day: String, _ world: World) async throws {
        try await world.db.commit { tx in
            guard let record = try tx.student(student, scope: .everything) else { throw Fault.notFound }
            try tx.update(record, [Change(key: "birth_date", old: "", new: day)], residence: nil)
        }
    }

    @Test("EMI-09 a change of a record is looked at again by itself, along the trail", arguments: Backend.all)
    func followed(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try Catalogues.use(Self.folder)
            let id = try await world.pupil("Lò Thị An", in: world.class1, phone: "")
            try await world.inspect(world.primary)
            #expect(try await world.open("student-contact").count == 1)
            try await Jobs.follow(world.db)
            try await Registry.editStudent(
                id, RecordForm(["phone": "0912345678"], version: 1), by: world.visitor(.administrator, .everything),
                in: world.db, RuleTests.catalogues)
            world.moment.value += 5000
            try await Jobs.follow(world.db)
            #expect(try await world.open("student-contact").isEmpty)
            // What was read is not read again.
            let mark = try await world.db.read { tx in try tx.setting("quality-trail") }
            try await Jobs.follow(world.db)
            #expect(try await world.db.read { tx in try tx.setting("quality-trail") } == mark)
        }
    }

    private static let folder =
        #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Resources/catalogues"

    @Test("EMI-09 a find is waived with a reason until a day, and taken up again", arguments: Backend.all)
    func waived(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await world.pupil("Lò Thị An", in: world.class1, born: "2012-03-05")
            try await world.inspect(world.primary)
            let clerk = world.visitor(.clerk, .institutions([world.primary]))
            let ids = try await world.open("student-old").map(\.id)
            await #expect(throws: Fault.self) {
                try await Quality.waive(WaiverForm(ids: ids, reason: "  ", until: ""), by: clerk, in: world.db)
            }
            await #expect(throws: Fault.self) {
                try await Quality.waive(
                    WaiverForm(ids: ids, reason: "Quyết định 12", until: "01/01/2020"), by: clerk, in: world.db)
            }
            #expect(
                try await Quality.waive(
                    WaiverForm(ids: ids, reason: "Quyết định 12", until: "31/12/2026"), by: clerk, in: world.db) == 1)
            try await world.inspect(world.primary)
            let waived = try await world.open("student-old", state: .waived)
            #expect(
                waived.map(\.id) == ids && waived.first?.reason == "Quyết định 12"
                    && waived.first?.until?.iso == "2026-12-31")
            try await expectTallies(world)

            // Its day is over: the next look opens it again.
            world.moment.value += 60 * 86_400_000
            try await world.inspect(world.primary)
            #expect(try await world.open("student-old").map(\.id) == ids)

            _ = try await Quality.waive(
                WaiverForm(ids: ids, reason: "Quyết định 13", until: ""), by: clerk, in: world.db)
            #expect(try await Quality.reopen(ids, by: clerk, in: world.db) == 1)
            #expect(try await world.open("student-old").first?.reason == "")
            try await expectTallies(world)
        }
    }

    @Test("EMI-09 nobody sees or waives what lies outside their reach", arguments: Backend.all)
    func scopes(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await world.pupil("Lò Thị An", in: world.class1)
            try await world.pupil("Lò Thị Bình", in: world.class2)
            try await world.pupil("Lò Thị Chi", in: world.class6, born: "2015-01-01")
            for org in [world.primary, world.secondary, world.west] { try await world.inspect(org) }
            func orgs(_ reach: Scope.Reach, _ levels: [Level]? = nil) async throws -> Set<ID<Org>> {
                Set(try await world.open(scope: Scope(reach, levels: levels)).map(\.org))
            }
            #expect(try await orgs(.institutions([world.primary])) == [world.primary])
            #expect(try await orgs(.tree([world.east])) == [world.secondary])
            let homeroom = try await world.open(scope: Scope(.classes([world.class1], of: [world.primary])))
            #expect(Set(homeroom.map(\.found.classGroup)) == [world.class1])
            let level = try await world.open(scope: Scope(.tree([world.department]), levels: [.lowerSecondary]))
            #expect(
                level.contains { $0.found.level == .lowerSecondary } && !level.contains { $0.found.level == .primary })
            #expect(!level.contains { $0.org == world.primary })

            let others = try await world.open(scope: Scope(.institutions([world.secondary]))).map(\.id)
            let clerk = world.visitor(.clerk, .institutions([world.primary]))
            await #expect(throws: Fault.self) {
                try await Quality.waive(
                    WaiverForm(ids: others, reason: "Không phải của tôi", until: ""), by: clerk, in: world.db)
            }
            let teacher = world.visitor(.homeroom, .classes([world.class1], of: [world.primary]))
            await #expect(throws: Fault.self) {
                try await Quality.waive(
                    WaiverForm(ids: homeroom.map(\.id), reason: "Không có quyền", until: ""), by: teacher, in: world.db)
            }
            #expect(try await world.open(state: .waived).isEmpty)
        }
    }

    @Test("EMI-09 kept counts equal counting, and follow the tree", arguments: Backend.all)
    func tallies(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            for number in 0..<8 {
                try await world.pupil(
                    "Lò Thị \(["An", "Bình", "Chi", "Dung"][number % 4])",
                    in: [world.class1, world.class2, world.class6][number % 3],
                    born: number % 2 == 0 ? "2020" : "2019-02-02")
            }
            for org in [world.primary, world.secondary] { try await world.inspect(org) }
            try await expectTallies(world)
            let sight = try await world.db.read { tx in try tx.sight(of: world.department, scope: .everything) }
            #expect(sight.shares[.student]?.records == 8 && sight.shares[.classGroup]?.records == 3)
            #expect(sight.units.map(\.line.id) == [world.east, world.west])
            #expect(sight.units.map(\.learners.records).reduce(0, +) == 8 && sight.weeks.count == 1)
            // A week later there are two points of the trend.
            world.moment.value += 7 * 86_400_000
            for org in [world.primary, world.secondary] { try await world.inspect(org) }
            let later = try await world.db.read { tx in try tx.sight(of: world.department, scope: .everything) }
            #expect(later.weeks.count == 2 && later.weeks.last?.open == later.open)
        }
    }

    private func expectTallies(_ world: World) async throws {
        for org in [world.department, world.primary, world.secondary] {
            let (sight, open, waived) = try await world.db.read { tx in
                var filter = FindingFilter()
                filter.org = org
                let open = try tx.findings(filter, scope: .everything, limit: 10_000)
                filter.state = .waived
                return (
                    try tx.sight(of: org, scope: .everything), open,
                    try tx.findings(filter, scope: .everything, limit: 10_000)
                )
            }
            #expect(sight.open == open.count && sight.waived == waived.count)
            #expect(
                sight.byRule.filter { $0.value.open > 0 }.mapValues(\.open)
                    == Dictionary(grouping: open, by: \.found.rule).mapValues(\.count))
            let faulty = Set(
                open.filter { $0.found.kind == .student && $0.found.severity != .low }.map(\.found.subject)
            ).count
            #expect(sight.shares[.student, default: QualityShare()].faulty == faulty)
        }
    }

    @Test("a worklist is walked page by page, each row once", arguments: Backend.all)
    func pages(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            for number in 0..<12 {
                try await world.pupil("Lò Thị An", in: number % 2 == 0 ? world.class1 : world.class6)
            }
            for org in [world.primary, world.secondary] { try await world.inspect(org) }
            let all = try await world.open().map(\.id)
            var walked: [ID<Finding>] = [], key: FindingKey?
            repeat {
                let after = key
                let page = try await world.db.read { tx in
                    try tx.findings(FindingFilter(), scope: .everything, after: after, limit: 5)
                }
                walked += page.map(\.id)
                key = page.last.flatMap { FindingKey($0.key.text) }
            } while key != nil
            #expect(walked == all && all.count > 20)
            #expect(FindingKey("1-2-3") == nil && FindingKey("a-b-c-d") == nil && FindingKey("-1-0-0-0") == nil)
        }
    }

    @Test("a pupil who moves takes what stands against him along", arguments: Backend.all)
    func moved(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let id = try await world.pupil("Lò Thị An", in: world.class1)
            try await world.inspect(world.primary)
            let before = try await world.open("student-moet-code")
            try await world.db.commit { tx in
                try tx.setPlace(
                    of: id, org: world.secondary, classGroup: world.class6, level: .lowerSecondary, grade: "6",
                    status: StudentStatus.studying)
            }
            try await world.inspect(world.secondary)
            try await world.inspect(world.primary)
            let after = try await world.open("student-moet-code")
            #expect(after.map(\.id) == before.map(\.id) && after.first?.org == world.secondary)
            #expect(after.first?.found.classGroup == world.class6 && after.first?.since == before.first?.since)
            try await expectTallies(world)
        }
    }

    @Test(
        "the night's job looks at the whole province once, and an equal order does not wait twice",
        arguments: Backend.all)
    func nightly(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await Jobs.nightly(world.db)
            try await Jobs.nightly(world.db)
            let jobs = try await world.db.read { tx in try tx.jobs(of: nil, kind: Jobs.kind) }
            #expect(jobs.count == 1)
            // Three in the morning of the next day in Việt Nam.
            world.moment.value = (world.moment.value / 86_400_000) * 86_400_000 + 20 * 3_600_000 + 1000
            try await world.db.commit { tx in try tx.exec("UPDATE work_job SET state = 'done'") }
            try await Jobs.nightly(world.db)
            #expect(try await world.db.read { tx in try tx.jobs(of: nil, kind: Jobs.kind) }.count == 2)
        }
    }
}
