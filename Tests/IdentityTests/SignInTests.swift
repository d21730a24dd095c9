import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Identity

@Suite("Signing in", .serialized)
struct SignInTests {
    @Test("E3 unknown name, wrong password and suspended account are answered alike", arguments: Backend.all)
    func alike(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await world.account(.clerk, at: world.school, username: "van.thu")
            let wrong = await fault { try await world.signIn("van.thu", password: "không phải") }
            let unknown = await fault { try await world.signIn("khong.co.ai") }
            try await suspend(id, reason: "", by: .commandLine, in: world.db)
            let suspended = await fault { try await world.signIn("van.thu") }
            #expect(wrong?.kind == .invalid)
            #expect(wrong?.message == unknown?.message && unknown?.message == suspended?.message)
            try await restore(id, by: .commandLine, in: world.db)
            #expect(try await world.state(world.signIn("VAN THƯ"))?.visitor.role == .clerk)
        }
    }

    @Test("E2 ten wrong passwords make the account wait; a device that knows it does not", arguments: Backend.all)
    func accountLimit(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, username: "van.thu")
            let device = try await world.signIn("van.thu").device
            for guess in 0..<10 {
                let wrong = await fault {
                    try await world.signIn("van.thu", password: "\(guess)", from: "10.9.0.\(guess)")
                }
                #expect(wrong?.kind == .invalid)
            }
            let next = await fault { try await world.signIn("van.thu", from: "10.9.1.1") }
            #expect(next?.kind == .tooMany && next?.retryAfter == 60)
            #expect(try await world.signIn("van.thu", from: "10.9.1.1", device: device).device == device)
            let planted = await fault { try await world.signIn("van.thu", device: String(repeating: "ab", count: 16)) }
            #expect(planted?.kind == .tooMany)
            world.moment.value += 61_000
            #expect(try await world.signIn("van.thu", from: "10.9.1.1").device != device)
        }
    }

    @Test(
        "E2 a hundred wrong from one address make strangers there wait, but nobody elsewhere and no known device",
        arguments: Backend.all)
    func addressLimit(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, username: "van.thu")
            let device = try await world.signIn("van.thu").device
            for guess in 0..<100 { _ = await fault { try await world.signIn("ai.do\(guess)", from: "10.2.0.1") } }
            #expect(await fault { try await world.signIn("van.thu", from: "10.2.0.1") }?.kind == .tooMany)
            #expect(
                await fault { try await world.entrance.codeHolder("0000-0000-0000-0000", address: "10.2.0.1") }?.kind
                    == .tooMany)
            _ = try await world.signIn("van.thu", from: "10.2.0.1", device: device)
            _ = try await world.signIn("van.thu", from: "10.2.0.2")
            world.moment.value += 16 * 60_000
            _ = try await world.signIn("van.thu", from: "10.2.0.1")
        }
    }

    @Test(
        "A16 E2 a school behind one address may mistype two thousand times; a lone stranger elsewhere a hundred",
        arguments: Backend.all)
    func sharedAddress(backend: Backend) async throws {
        try await withWorld(backend) { world in
            for number in 0..<20 {
                try await world.account(.librarian, at: world.school, username: "nguoi.\(number)")
                _ = try await world.signIn("nguoi.\(number)", from: "10.2.0.1")
            }
            for guess in 0..<101 { _ = await fault { try await world.signIn("ai.do\(guess)", from: "10.2.0.1") } }
            _ = try await world.signIn("nguoi.1", from: "10.2.0.1")
            let kind = await fault { try await world.signIn("ai.khac", from: "10.2.0.1") }?.kind
            #expect(kind == .invalid, "still tried, and wrong")
            for guess in 0..<100 { _ = await fault { try await world.signIn("la\(guess)", from: "10.77.0.1") } }
            #expect(await fault { try await world.signIn("nguoi.2", from: "10.77.0.1") }?.kind == .tooMany)
            try await world.db.bulk { tx in
                for _ in 0..<2000 { _ = try tx.reserveAttempt([Networks.keys(of: "10.2.0.1").address]) }
            }
            #expect(await fault { try await world.signIn("nguoi.3", from: "10.2.0.1") }?.kind == .tooMany)
        }
    }

    @Test("G7 attempts are kept in the database: another process counts on", arguments: Backend.all)
    func restart(backend: Backend) async throws {
        try await withWorld(backend) { world in
            for _ in 0..<10 { _ = await fault { try await world.signIn("ai.do") } }
            let second = Entrance(db: world.db, hashing: HashingThreads(Argon2(passes: 1, bytes: 8192)))
            let next = await fault { try await second.signIn(username: "Ai Đó", password: "x", address: "10.3.0.1") }
            #expect(next?.kind == .tooMany)
        }
    }

    @Test("attempts tried side by side are counted before they are tried", arguments: Backend.all)
    func sideBySide(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let tried = await withTaskGroup(of: Bool.self) { group in
                for guess in 0..<30 {
                    group.addTask {
                        await fault { try await world.signIn("ai.do", from: "10.4.0.\(guess)") }?.kind == .invalid
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(tried == 10)
        }
    }

    @Test("E1 a hash of other parameters is replaced at the next sign-in", arguments: Backend.all)
    func rehash(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await world.account(.clerk, at: world.school, username: "van.thu")
            let old = try #require(Argon2(passes: 2, bytes: 16384).hash(Passwords.bytes(World.password) ?? []))
            try await world.db.commit { tx in try tx.setPassword(old, of: id) }
            _ = try await world.signIn("van.thu")
            #expect(try await world.db.read { try $0.passwordHash(of: id) }?.contains("m=8,t=1") == true)
            _ = try await world.signIn("van.thu")
        }
    }

    @Test("sign-in and refusal are written down", arguments: Backend.all)
    func audited(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.clerk, at: world.school, username: "van.thu")
            _ = try await world.signIn("van.thu")
            _ = await fault { try await world.signIn("van.thu", password: "sai") }
            let verbs = try await world.db.read { try $0.auditEntries(scope: .everything).map(\.verb) }
            #expect(verbs.contains("identity.session.create") && verbs.contains("identity.session.refuse"))
        }
    }
}
