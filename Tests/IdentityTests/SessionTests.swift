import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Identity

@Suite("Sessions", .serialized)
struct SessionTests {
    @Test("E5 a session of staff ends after half an hour unused and after twelve hours in all", arguments: Backend.all)
    func staffTimes(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, username: "van.thu")
            let first = try await world.signIn("van.thu")
            world.moment.value += 29 * 60_000
            #expect(try await world.state(first) != nil)
            world.moment.value += 31 * 60_000
            #expect(try await world.state(first) == nil)
            let second = try await world.signIn("van.thu")
            for _ in 0..<47 {
                world.moment.value += 15 * 60_000
                #expect(try await world.state(second) != nil)
            }
            world.moment.value += 16 * 60_000
            #expect(try await world.state(second) == nil)
            world.moment.value -= 20 * 3_600_000
            #expect(try await world.state(second) == nil, "no session comes back when the clock goes back")
        }
    }

    @Test("E5 a pupil's session lasts eight hours unused", arguments: Backend.all)
    func pupilTimes(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.student, at: world.school, person: .student(world.child), username: "a.sinh")
            let signIn = try await world.signIn("a.sinh")
            #expect(signIn.seconds == 30 * 86_400)
            world.moment.value += 7 * 3_600_000
            #expect(try await world.state(signIn) != nil)
            world.moment.value += 9 * 3_600_000
            #expect(try await world.state(signIn) == nil)
        }
    }

    @Test("E5 only a hash is stored, and a made-up secret opens nothing", arguments: Backend.all)
    func stored(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, username: "van.thu")
            let signIn = try await world.signIn("van.thu")
            let hashes = try await world.db.read { try $0.all("SELECT hash FROM identity_session", [UInt8].self) }
            #expect(hashes == [SessionSecret.hash(signIn.cookie)] && !hashes.contains(bytes(hex: signIn.cookie) ?? []))
            #expect(try await world.entrance.session(SessionSecret.make(), address: "") == nil)
            #expect(try await world.entrance.session("' OR 1=1 --", address: "") == nil)
            #expect(world.entrance.csrf(signIn.cookie) != world.entrance.csrf(SessionSecret.make()))
        }
    }

    @Test("E5 another role comes under a new secret; the old one is dead at once", arguments: Backend.all)
    func switching(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, person: .staff(world.teacher), username: "giang.my")
            let signIn = try await world.signIn("giang.my")
            let state = try #require(try await world.state(signIn))
            #expect(state.held.map(\.role) == [.homeroom, .subjectTeacher, .clerk])
            #expect(state.visitor.scope.reach == .classes([world.led], of: [world.school]))
            let next = try await world.entrance.switchRole(to: "subject-teacher", cookie: signIn.cookie, address: "")
            #expect(try await world.state(signIn) == nil)
            let after = try #require(try await world.entrance.session(next, address: ""))
            #expect(after.visitor.scope.reach == .classes([world.led, world.taught].sorted(), of: [world.school]))
            #expect(after.csrf != state.csrf)
            #expect(
                await fault { try await world.entrance.switchRole(to: "principal", cookie: next, address: "") }?.kind
                    == .forbidden)
        }
    }

    @Test("D6 E7 suspension and a role's end are felt within five seconds, sign-out at once", arguments: Backend.all)
    func rightsChange(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await world.account(.clerk, at: world.school, username: "van.thu")
            let grant = try await world.db.read { try $0.grants(of: id) }
            let signIn = try await world.signIn("van.thu")
            let other = try await world.signIn("van.thu")
            #expect(try await world.state(signIn)?.visitor.role == .clerk)
            try await world.entrance.signOut(other.cookie, address: "")
            #expect(try await world.state(other) == nil)
            try await endGrant(try #require(grant.first).id, by: .commandLine, in: world.db)
            world.moment.value += 5000
            #expect(try await world.state(signIn)?.visitor.role == nil)
            #expect(try await world.state(signIn)?.visitor.scope == .nothing)
            try await suspend(id, reason: "nghỉ việc", by: .commandLine, in: world.db)
            world.moment.value += 5000
            #expect(try await world.state(signIn) == nil)
        }
    }

    @Test("E7 a new password ends every other session", arguments: Backend.all)
    func passwordChange(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, username: "van.thu")
            let here = try await world.signIn("van.thu")
            let there = try await world.signIn("van.thu")
            #expect(try await world.state(there) != nil)
            let wrong = await fault {
                try await world.entrance.changePassword(
                    from: "sai", to: "mưa rơi trên mái nhà sàn", cookie: here.cookie, address: "")
            }
            #expect(wrong?.problems.first?.field == "old")
            let weak = await fault {
                try await world.entrance.changePassword(
                    from: World.password, to: "matkhau12345", cookie: here.cookie, address: "")
            }
            #expect(weak?.problems.first?.field == "password")
            let cookie = try await world.entrance.changePassword(
                from: World.password, to: "mưa rơi trên mái nhà sàn", cookie: here.cookie, address: "")
            #expect(try await world.entrance.session(cookie, address: "") != nil)
            #expect(try await world.state(here) == nil)
            #expect(try await world.state(there) == nil)
            #expect(await fault { try await world.signIn("van.thu") }?.kind == .invalid)
            _ = try await world.signIn("van.thu", password: "mưa rơi trên mái nhà sàn")
        }
    }

    @Test("E5 sessions are listed and ended by their owner alone", arguments: Backend.all)
    func listed(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await world.account(.clerk, at: world.school, username: "van.thu")
            try await world.account(.librarian, at: world.school, username: "thu.vien")
            let one = try await world.signIn("van.thu")
            let two = try await world.signIn("van.thu")
            let foreign = try await world.signIn("thu.vien")
            let rows = try await world.db.read { try $0.sessions(of: id) }
            #expect(rows.count == 2)
            let mine = try #require(try await world.state(two))
            #expect(
                await fault { try await world.entrance.endOwnSession(mine.id, cookie: foreign.cookie, address: "") }?
                    .kind == .notFound)
            try await world.entrance.endOwnSession(mine.id, cookie: one.cookie, address: "")
            #expect(try await world.state(two) == nil)
            _ = try await world.signIn("van.thu")
            #expect(try await world.entrance.endOtherSessions(cookie: one.cookie, address: "") == 1)
        }
    }

    @Test(
        "a page asked again within four seconds costs no query, and keeps the caller's address", arguments: Backend.all)
    func cached(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, username: "van.thu")
            let signIn = try await world.signIn("van.thu")
            _ = try await world.state(signIn)
            try await world.db.bulk { tx in try tx.exec("DELETE FROM identity_session") }
            #expect(try await world.entrance.session(signIn.cookie, address: "10.9.9.9")?.visitor.address == "10.9.9.9")
            world.moment.value += 4001
            #expect(try await world.state(signIn) == nil)
        }
    }
}

@Suite("Second factor", .serialized)
struct FactorTests {
    @Test(
        "E4 a principal sets up a second factor before anything else, then enters it at each sign-in",
        arguments: Backend.all)
    func journey(backend: Backend) async throws {
        try await withWorld(backend, secondFactor: true) { world in
            let id = try await world.account(.principal, at: world.school, username: "hieu.truong.a")
            let first = try await world.signIn("hieu.truong.a")
            #expect(first.duty == .setUpFactor)
            #expect(try await world.state(first)?.visitor.role == nil, "no rights before the duty is done")
            _ = try await world.entrance.beginFactor(cookie: first.cookie, address: "")
            let seed = try #require(try await world.db.read { try $0.factor(of: id)?.seed })
            #expect(seed.count == 20)
            let sealed = try await world.db.read { try $0.all("SELECT seed FROM identity_factor", [UInt8].self) }
            #expect(sealed.first?.count ?? 0 > 40 && sealed.first != seed)
            let done = try await world.entrance.confirmFactor(
                code: code(seed, world), cookie: first.cookie, address: "")
            #expect(done.recovery.count == 10)
            #expect(try await world.entrance.session(done.cookie, address: "")?.visitor.role == .principal)

            let second = try await world.signIn("hieu.truong.a")
            #expect(second.duty == .enterFactor)
            let old = code(seed, world)
            let used = await fault {
                try await world.entrance.passFactor(code: old, cookie: second.cookie, address: "")
            }
            #expect(used?.kind == .invalid, "each code works once")
            world.moment.value += 30_000
            let cookie = try await world.entrance.passFactor(
                code: code(seed, world), cookie: second.cookie, address: "")
            #expect(try await world.entrance.session(cookie, address: "")?.duty == nil)

            let third = try await world.signIn("hieu.truong.a")
            _ = try await world.entrance.passFactor(
                code: done.recovery[3].lowercased(), cookie: third.cookie, address: "")
            let fourth = try await world.signIn("hieu.truong.a")
            #expect(
                await fault {
                    try await world.entrance.passFactor(code: done.recovery[3], cookie: fourth.cookie, address: "")
                }?.kind == .invalid)
            #expect(try await world.db.read { try $0.recoveryCodesLeft(id) } == 9)
        }
    }

    @Test("E4 five tries, whatever session they come from", arguments: Backend.all)
    func tries(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await world.account(.accountant, at: world.school, username: "ke.toan")
            let seed = Secret.random(20)
            try await world.db.commit { tx in
                try tx.setFactor(seed, of: id)
                _ = try tx.useStep(1, of: id)
            }
            for _ in 1...5 {
                let signIn = try await world.signIn("ke.toan")
                let wrong = await fault {
                    try await world.entrance.passFactor(code: "abcdef", cookie: signIn.cookie, address: "")
                }
                #expect(wrong?.kind == .invalid)
            }
            let signIn = try await world.signIn("ke.toan")
            let right = code(seed, world)
            let sixth = await fault {
                try await world.entrance.passFactor(code: right, cookie: signIn.cookie, address: "")
            }
            #expect(sixth?.kind == .tooMany)
        }
    }

    private func code(_ seed: [UInt8], _ world: World) -> String {
        TOTP.code(seed, step: TOTP.step(at: world.moment.value))
    }
}
