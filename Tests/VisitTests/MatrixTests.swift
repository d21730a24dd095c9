import Base
import HTTPTypes
import House
import Registry
import Storage
import TestSupport
import Testing
import Work

@testable import Web

#if canImport(Glibc)
import Glibc
#endif

/// The permission matrix, generated from the route table: every route × every role × own, same school, other school,
/// other commune, gone, guessed.
@Suite(.serialized) struct MatrixTests {
    @Test(
        "D1 no page, list, search, export or error text shows what lies outside the visitor's scope",
        arguments: Backend.all)
    func reading(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let things = try await Things(door)
            for role in MatrixTests.roles(backend) {
                let guest = try await door.signIn(role), reach = try await RoleReach(role, door)
                let signs = things.signs(foreignTo: reach)
                var asked = 0, refused = 0
                for route in door.routes where route.method == .get && !MatrixTests.isForPrograms(route) {
                    for (path, isForeign) in things.paths(of: route.pattern, for: reach) {
                        let answer = await door.get(path, guest)
                        asked += 1
                        #expect(answer.status < 500, "\(role) \(path): \(answer.status)")
                        if isForeign, !MatrixTests.isForAll(route) {
                            refused += 1
                            #expect([403, 404].contains(answer.status), "\(role) may open \(path): \(answer.status)")
                        }
                        let leak = answer.words.first(where: signs.contains)
                        #expect(leak == nil, "\(role) sees \(leak ?? "") at \(path)")
                    }
                }
                #expect(asked > 100 && refused > 50, "\(role): \(asked) asked, \(refused) to be refused")
            }
        }
    }

    @Test(
        "D1 D3 no form, sent with its own token, reaches or changes what lies outside the visitor's scope",
        arguments: Backend.all)
    func writing(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let things = try await Things(door)
            for role in MatrixTests.roles(backend) {
                var guest = try await door.signIn(role)
                let reach = try await RoleReach(role, door), signs = things.signs(foreignTo: reach)
                let before = try await MatrixTests.state(door, hiddenFrom: reach)
                for route in door.routes
                where route.method == .post && !MatrixTests.ends.contains(route.pattern)
                    && !MatrixTests.isForPrograms(route)
                {
                    for (path, isForeign) in things.paths(of: route.pattern, for: reach) where !path.contains("?") {
                        guard isForeign || !route.pattern.contains("{") else { continue }
                        if await door.get("/me", guest).status != 200 { guest = try await door.signIn(role) }
                        let token = await door.get("/me", guest).token ?? ""
                        let answer = await door.post(path, [("csrf", token)] + things.foreignFields(reach), guest)
                        #expect(answer.status < 500, "\(role) \(path): \(answer.status)")
                        if isForeign, !MatrixTests.isForAll(route) {
                            #expect([403, 404].contains(answer.status), "\(role) may send \(path): \(answer.status)")
                        }
                        let leak = answer.words.first(where: signs.contains)
                        #expect(leak == nil, "\(role) sees \(leak ?? "") after \(path)")
                    }
                }
                let after = try await MatrixTests.state(door, hiddenFrom: reach)
                #expect(before == after, "\(role) changed what is out of reach")
            }
        }
    }

    /// What programs ask for with a token of their own: `RosterTests` and `ConsumerTests` walk it.
    private static func isForPrograms(_ route: Route) -> Bool { ProgramShape(path: route.pattern) != nil }

    /// What ends the session it is sent with, and what goes to another's eyes.
    private static let ends: Set<String> = ["/logout", "/view-as", "/view-as/end"]

    /// Pages about what is public, whoever asks: places, catalogues of the year.
    private static func isForAll(_ route: Route) -> Bool {
        if case .everyone = route.right { return true }
        return route.pattern.hasPrefix("/places") || route.pattern.hasPrefix("/years")
    }

    /// The versions of everything that a role does not see.
    private static func state(_ door: Door, hiddenFrom reach: RoleReach) async throws -> [String] {
        let rows = try await door.db.read { tx in
            try tx.all(
                """
                SELECT 'student', id, org_id, class_id, version, status FROM registry_student
                UNION ALL SELECT 'staff', id, org_id, NULL, version, status FROM registry_staff
                UNION ALL SELECT 'class', id, org_id, id, version, COALESCE(closed_on, '') FROM registry_class
                UNION ALL SELECT 'org', id, id, NULL, version, closed_on FROM registry_org
                UNION ALL SELECT 'account', id, org_id, NULL, version, state FROM identity_account
                UNION ALL SELECT 'slip', id, org_id, class_id, issued_at, state FROM identity_slip
                UNION ALL SELECT 'request', id, org_id, class_id, COALESCE(answered_at, 0), state FROM rights_request
                UNION ALL SELECT 'finding', id, org_id, class_id, COALESCE(ended_at, 0), state FROM quality_finding
                """
            ) { row in
                let kind: String = try row(), id: Int64 = try row(), org: Int64? = try row(), group: Int64? = try row()
                let version: Int64 = try row(), state: String = try row()
                var thing = Thing(id: id, org: org, classGroup: group)
                if kind == "student" { thing.student = id }
                if kind == "account" { thing.owner = id }
                return (thing: thing, line: "\(kind) \(id) \(org ?? 0) \(group ?? 0) \(version) \(state)")
            }
        }
        return rows.filter { !reach.sees($0.thing) }.map(\.line).sorted()
    }

    /// One of each kind of reach; every role in the full run.
    private static func roles(_ backend: Backend) -> [Role] {
        if getenv("HOABAN_TEST_FULL") != nil { return Role.allCases }
        return backend == .sqlite
            ? [.administrator, .department, .commune, .inspector, .principal, .clerk, .homeroom, .student, .guardian]
            : [.clerk, .homeroom, .guardian]
    }

    @Test("D1 nobody who is not signed in gets past the door")
    func anonymous() async throws {
        try await Door.open(.sqlite) { door in
            let things = try await Things(door)
            for route in door.routes {
                if case .everyone = route.right { continue }
                for path in things.all(of: route.pattern) {
                    let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
                    let answer =
                        route.method == .get
                        ? await door.get(path)
                        : await door.ask(route.method, path, Guest(), body: Array("csrf=x".utf8), headers: form)
                    #expect([303, 401, 403].contains(answer.status), "\(route.method) \(path): \(answer.status)")
                    if answer.status == 303 {
                        #expect(answer.location.hasPrefix("/login"), "\(path) → \(answer.location)")
                    }
                }
            }
        }
    }

    @Test("E6 no change is taken without the form's own token, or from a foreign page")
    func forgery() async throws {
        try await Door.open(.sqlite) { door in
            let things = try await Things(door)
            let guest = try await door.signIn(.administrator)
            let other = try await door.signIn(.clerk)
            let foreign = await door.get("/me", other).token ?? ""
            let mine = await door.get("/me", guest).token ?? ""
            #expect(!mine.isEmpty && mine != foreign)
            for route in door.routes where route.method == .post && !MatrixTests.isForPrograms(route) {
                for path in things.all(of: route.pattern).prefix(1) {
                    #expect(await door.post(path, [], guest).status == 403, "\(path) without a token")
                    #expect(
                        await door.post(path, [("csrf", foreign)], guest).status == 403, "\(path) with another's token")
                    for origin in ["http://evil.example", "null"] {
                        let answer = await door.post(path, [("csrf", mine)], guest, headers: [.origin: origin])
                        #expect(answer.status == 403, "\(path) from \(origin)")
                    }
                }
            }
        }
    }

    @Test("F1 every answer carries the safe headers")
    func headers() async throws {
        try await Door.open(.sqlite) { door in
            let things = try await Things(door)
            let guest = try await door.signIn(.administrator)
            for path in door.routes.filter({ $0.method == .get }).flatMap({ things.all(of: $0.pattern) }) + [
                "/none", "/assets/none.css",
            ] {
                let answer = await door.get(path, guest)
                let policy = answer.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "\(path)")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(path)")
                #expect(answer.headers[.referrerPolicy] != nil, "\(path)")
                if !answer.bytes.isEmpty { #expect(answer.headers[.contentType] != nil, "\(path)") }
                if !path.hasPrefix("/assets") { #expect(answer.headers[.cacheControl] == "no-store", "\(path)") }
            }
        }
    }
}
