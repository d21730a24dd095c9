import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Identity

@Suite("Printed codes and slips", .serialized)
struct PaperTests {
    private static let fresh = "con suối chảy qua bản"

    @Test("E9 a class's sheet has a code for each pupil; each works once, within a day", arguments: Backend.all)
    func sheet(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let teacher = try await world.visitor(
                .homeroom, at: world.school, person: .staff(world.teacher), username: "giang.my")
            let rows = try await printSheet(of: world.led, for: .student, by: teacher, in: world.db).rows
            #expect(rows.map(\.username) == ["giang.a.sinh"])
            #expect(
                await fault { try await printSheet(of: world.taught, for: .student, by: teacher, in: world.db) }?.kind
                    == .notFound)
            let code = try #require(rows.first).code
            #expect(try await world.entrance.codeHolder(code, address: "10.5.0.1").username == "giang.a.sinh")
            let signIn = try await world.entrance.redeem(code: code, password: Self.fresh, address: "10.5.0.1")
            #expect(try await world.state(signIn)?.visitor.role == .student)
            let again = await fault {
                try await world.entrance.redeem(code: code, password: Self.fresh, address: "10.5.0.1")
            }
            #expect(again?.problems.first?.field == "code")
            #expect(try await printSheet(of: world.led, for: .student, by: teacher, in: world.db).rows.isEmpty)
            let late = try #require(
                try await printSheet(of: world.led, for: .guardian, by: teacher, in: world.db).rows.first)
            world.moment.value += 24 * 3_600_000 + 1
            #expect(
                await fault {
                    try await world.entrance.redeem(code: late.code, password: Self.fresh, address: "10.5.0.1")
                } != nil)
        }
    }

    @Test("a reset ends the sessions, and a newer code kills an older one", arguments: Backend.all)
    func reset(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await world.account(.librarian, at: world.school, username: "thu.vien")
            let clerk = try await world.visitor(
                .clerk, at: world.school, person: .staff(world.clerk), username: "van.thu")
            let signIn = try await world.signIn("thu.vien")
            let first = try await printReset(for: id, by: clerk, in: world.db)
            let second = try await printReset(for: id, by: clerk, in: world.db)
            let old = await fault {
                try await world.entrance.redeem(code: first.code, password: Self.fresh, address: "")
            }
            #expect(old?.problems.first?.field == "code")
            let weak = await fault {
                try await world.entrance.redeem(code: second.code, password: "ngắn quá", address: "")
            }
            #expect(weak?.problems.first?.field == "password", "a refused password does not use the code up")
            _ = try await world.entrance.redeem(code: second.code, password: Self.fresh, address: "")
            #expect(try await world.state(signIn) == nil)
            #expect(await fault { try await world.signIn("thu.vien") }?.kind == .invalid)
            let stored = try await world.db.read { try $0.all("SELECT hash FROM identity_code", [UInt8].self) }
            #expect(!stored.contains(Array(PrintedCodes.read(second.code)?.utf8 ?? "".utf8)))
        }
    }

    @Test(
        "a slip: claimed with a new account that sees nothing until the homeroom teacher approves",
        arguments: Backend.all)
    func newGuardian(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let teacher = try await world.visitor(
                .homeroom, at: world.school, person: .staff(world.teacher), username: "giang.my")
            let slip = try #require(try await issueSlips(for: [world.child], by: teacher, in: world.db).first)
            #expect(
                await fault { try await issueSlips(for: [world.mate], by: teacher, in: world.db) }?.kind == .notFound)
            let form = ClaimForm(code: slip.code, name: "Giàng A Chu", relation: "father", phone: "0912 345 678")
            let signIn = try await world.entrance.claim(form, username: nil, password: Self.fresh, address: "10.6.0.1")
            #expect(try await world.state(signIn)?.visitor.scope == .nothing)
            let waiting = try await world.db.read { try $0.slips(SlipFilter(states: [.pending]), scope: teacher.scope) }
            #expect(waiting.map(\.claimant) == ["Giàng A Chu"] && waiting.first?.phone == "0912 345 678")
            let id = try #require(waiting.first).id
            try await decide(slip: id, approve: true, by: teacher, in: world.db)
            #expect(
                await fault { try await decide(slip: id, approve: false, by: teacher, in: world.db) }?.kind == .conflict
            )
            world.moment.value += 5000
            let state = try #require(try await world.state(signIn))
            #expect(
                state.visitor.role == .guardian
                    && state.visitor.scope.reach == .students([world.child], classes: [world.led], of: [world.school]))
            #expect(try await world.db.read { try $0.steps(of: id).map(\.state) } == [.issued, .pending, .approved])
            let twice = await fault {
                try await world.entrance.claim(form, username: "khac.nua", password: Self.fresh, address: "10.6.0.2")
            }
            #expect(twice?.problems.first?.field == "code")
        }
    }

    @Test(
        "one account takes children of several schools; two parents on one phone are two accounts",
        arguments: Backend.all)
    func severalSchools(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let here = try await world.visitor(
                .clerk, at: world.school, person: .staff(world.clerk), username: "van.thu.a")
            let there = try await world.visitor(.clerk, at: world.other, username: "van.thu.b")
            let one = try #require(try await issueSlips(for: [world.mate], by: here, in: world.db).first)
            let two = try #require(try await issueSlips(for: [world.sibling], by: there, in: world.db).first)
            let form = ClaimForm(code: one.code, name: "Lò Văn Ơn", relation: "father", phone: "0912345678")
            let signIn = try await world.entrance.claim(
                form, username: "lo.on", password: Self.fresh, address: "10.6.0.1")
            var second = form
            second.code = two.code
            try await world.entrance.claim(second, cookie: signIn.cookie, address: "10.6.0.1")
            for clerk in [here, there] {
                let pending = try await world.db.read {
                    try $0.slips(SlipFilter(states: [.pending]), scope: clerk.scope)
                }
                #expect(pending.count == 1)
                try await decide(slip: try #require(pending.first).id, approve: true, by: clerk, in: world.db)
            }
            world.moment.value += 5000
            #expect(try await world.state(signIn)?.visitor.scope.orgs == [world.school, world.other].sorted())
            let third = try #require(try await issueSlips(for: [world.mate], by: here, in: world.db).first)
            var wife = form
            (wife.code, wife.name, wife.relation) = (third.code, "Vàng Thị Sao", "mother")
            let hers = try await world.entrance.claim(wife, username: nil, password: Self.fresh, address: "10.6.0.1")
            #expect(hers.account != signIn.account)
        }
    }

    @Test(
        "a refused or late slip opens nothing; a barred contact loses the child whatever the register says",
        arguments: Backend.all)
    func refused(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let clerk = try await world.visitor(
                .clerk, at: world.school, person: .staff(world.clerk), username: "van.thu")
            let late = try #require(try await issueSlips(for: [world.child], by: clerk, in: world.db).first)
            world.moment.value += 31 * 86_400_000
            #expect(await fault { try await world.entrance.checkSlip(late.code, address: "") } != nil)
            try await world.entrance.sweep()
            #expect(try await world.db.read { try $0.slips(of: world.child).map(\.state) } == [.expired])
            let slip = try #require(try await issueSlips(for: [world.child], by: clerk, in: world.db).first)
            let form = ClaimForm(code: slip.code, name: "Người Lạ", relation: "other")
            let signIn = try await world.entrance.claim(form, username: "nguoi.la", password: Self.fresh, address: "")
            let id = try #require(try await world.db.read { try $0.slips(of: world.child).first }).id
            try await decide(slip: id, approve: false, reason: "không quen", by: clerk, in: world.db)
            world.moment.value += 5000
            #expect(try await world.state(signIn)?.visitor.scope == .nothing)

            let mother = try await world.account(
                .guardian, at: nil, person: .guardian(world.mother), username: "sung.may")
            try await endChild(world.child, of: mother, reason: "", by: clerk, in: world.db)
            let hers = try await world.signIn("sung.may")
            #expect(
                try await world.state(hers)?.visitor.scope.reach
                    == .students([world.sibling], classes: [world.far], of: [world.other]))
        }
    }

    @Test("tokens speak for their account until they are revoked or over", arguments: Backend.all)
    func tokens(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await world.account(.department, at: world.top, username: "chuyen.vien")
            let token = try await createToken(
                for: id, name: "thử", scopes: ["roster.read"], days: 10, by: .commandLine, in: world.db)
            let visit = try #require(try await world.entrance.token(token, address: "10.7.0.1"))
            #expect(
                visit.scopes == ["roster.read"] && visit.visitor.kind == .token
                    && visit.visitor.scope.reach == .tree([world.top]))
            #expect(try await world.entrance.token("hb_" + String(repeating: "0", count: 64), address: "") == nil)
            let row = try #require(try await world.db.read { try $0.tokens(of: id).first })
            #expect(row.usedAt != nil)
            try await revoke(token: row.id, by: .commandLine, in: world.db)
            #expect(try await world.entrance.token(token, address: "") == nil)
            let second = try await createToken(
                for: id, name: "thử", scopes: [], days: 10, by: .commandLine, in: world.db)
            world.moment.value += 11 * 86_400_000
            #expect(try await world.entrance.token(second, address: "") == nil)
        }
    }

    @Test(
        "slips: newest first, page by page both ways, found by the child's or the claimant's name",
        arguments: Backend.all)
    func list(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let clerk = try await world.visitor(
                .clerk, at: world.school, person: .staff(world.clerk), username: "van.thu")
            for _ in 0..<7 {
                _ = try await issueSlips(for: [world.child, world.mate], by: clerk, in: world.db)
                world.moment.value += 1000
            }
            let one = try #require(try await issueSlips(for: [world.child], by: clerk, in: world.db).first)
            let claim = ClaimForm(code: one.code, name: "Giàng A Chẩu", relation: "father")
            _ = try await world.entrance.claim(claim, username: "a.chau", password: Self.fresh, address: "")
            func page(_ change: (inout SlipFilter) -> Void, _ limit: Int = 5) async throws -> [ID<Slip>] {
                var filter = SlipFilter(states: [.issued])
                change(&filter)
                let asked = filter
                return try await world.db.read { try $0.slips(asked, scope: clerk.scope, limit: limit).map(\.id) }
            }
            let all = try await page({ _ in }, 100), first = try await page { _ in }
            #expect(all.count == 14 && all == all.sorted(by: >) && first == Array(all.prefix(5)))
            let second = try await page { $0.after = first.last }
            #expect(second == Array(all[5..<10]))
            #expect(try await page { $0.before = second.first } == first)
            #expect(try await page({ $0.isOldestFirst = true }, 100) == all.reversed())
            #expect(try await page { ($0.isOldestFirst, $0.before) = (true, all[2]) } == Array(all[3..<8].reversed()))
            #expect(try await page({ $0.text = "tủa" }, 100).count == 7)
            #expect(try await page({ $0.text = "không có ai" }, 100).isEmpty)
            #expect(try await page({ ($0.text, $0.states) = ("chau", [.pending]) }, 100).count == 1)
        }
    }
}
