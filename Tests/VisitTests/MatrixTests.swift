import Base
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

/// The permission matrix, generated from the route table: every route × every role × own, same school, other school, other commune, deleted, guessed.
@Suite(.serialized) struct MatrixTests {
    @Test(
        "D1 no page, list, search, export or error text shows what lies outside the visitor's scope",
        arguments: Backend.all)
    func matrix(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let things = try await Things(door)
            var asked = 0
            for role in MatrixTests.roles(backend) {
                let guest = try await door.signIn(role)
                let secrets = try await things.foreign(to: role, door)
                for route in door.routes where route.method == .get {
                    for path in things.paths(of: route) {
                        let answer = await door.get(path, guest)
                        asked += 1
                        #expect(answer.status < 500, "\(role) \(path): \(answer.status)")
                        let leak = secrets.first { answer.text.contains($0) }
                        #expect(leak == nil, "\(role) sees \(leak ?? "") at \(path)")
                    }
                }
            }
            #expect(asked > 100)
        }
    }

    /// One of each kind of reach; every role in the full run.
    private static func roles(_ backend: Backend) -> [Role] {
        if getenv("HOABAN_TEST_FULL") != nil { return Role.allCases }
        return backend == .sqlite ? [.commune, .clerk, .homeroom, .guardian] : [.homeroom]
    }

    @Test("D1 nobody who is not signed in gets past the door")
    func anonymous() async throws {
        try await Door.open(.sqlite) { door in
            let things = try await Things(door)
            for route in door.routes {
                if case .everyone = route.right { continue }
                for path in things.paths(of: route) {
                    let answer = route.method == .get ? await door.get(path) : await door.post(path, [("csrf", "x")])
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
            for route in door.routes where route.method == .post {
                for path in things.paths(of: route).prefix(1) {
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
            for path in door.routes.filter({ $0.method == .get }).flatMap(things.paths) + ["/none", "/assets/none.css"]
            {
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

/// The sample's things that a path can name, and the codes that give a leak away.
struct Things {
    private let ids: [ScopeRule: [String]]
    private let codes: [(code: String, org: Int64, classGroup: Int64?, student: Int64)]

    init(_ door: Door) async throws {
        let (students, staff, classes, orgs, accounts) = try await door.db.read { tx in
            (
                try tx.all(
                    "SELECT id, code, org_id, class_id FROM registry_student WHERE org_id IS NOT NULL ORDER BY id"
                ) {
                    (
                        id: try $0() as Int64, code: try $0() as String, org: try $0() as Int64,
                        classGroup: try $0() as Int64?
                    )
                },
                try tx.all("SELECT MIN(id) FROM registry_staff GROUP BY org_id", Int64.self),
                try tx.all("SELECT MIN(id) FROM registry_class GROUP BY org_id", Int64.self),
                try tx.all("SELECT id FROM registry_org ORDER BY id", Int64.self),
                try tx.all("SELECT id FROM identity_account ORDER BY id LIMIT 3", Int64.self)
            )
        }
        codes = students.map { ($0.code, $0.org, $0.classGroup, $0.id) }
        var one: [Int64: Int64] = [:]
        for student in students where one[student.org] == nil { one[student.org] = student.id }
        func code(_ raw: Int64) -> String { ID<Org>(stored: raw).code }
        let guessed = code(1 << 40)
        let sample = door.demo.sample
        ids = [
            .student: [sample.studentId ?? guessed, code(one.values.sorted().first ?? 1), guessed],
            .staff: staff.prefix(1).map(code) + [guessed],
            .classGroup: [sample.classId ?? guessed, code(classes.last ?? 1)],
            .org: [sample.schoolId ?? guessed, code(orgs.last ?? 1), sample.orgId ?? guessed],
            .account: accounts.prefix(1).map(code),
            .guardian: [guessed], .job: [guessed],
        ]
    }

    /// Every path of a route: its `{id}` filled with each thing of its kind.
    func paths(of route: Route) -> [String] {
        guard let from = route.pattern.firstIndex(of: "{"), let to = route.pattern.firstIndex(of: "}") else {
            return [route.pattern] + (route.scope == .list ? ["\(route.pattern)?q=a", "\(route.pattern)?q=LC"] : [])
        }
        return (ids[route.scope] ?? ["0000000000001"]).map { id in
            let filled = route.pattern.replacingCharacters(in: from...to, with: id)
            return filled.contains("{") ? String(filled.prefix { $0 != "{" }) + "0000000000001" : filled
        }
    }

    /// The codes of learners whom a role of the sample must never see.
    func foreign(to role: Role, _ door: Door) async throws -> [String] {
        guard let account = door.demo.accounts.first(where: { $0.role == role.rawValue }) else { return [] }
        let home = try await door.db.read { tx in try tx.org(code: account.org, scope: .everything)?.id.raw }
        let below = Set(
            try await door.db.read { tx in
                try tx.all(
                    "SELECT org_id FROM registry_org_path WHERE ancestor_id = \(home ?? 0) AND valid_to = '2200-12-31'",
                    Int64.self)
            })
        let sample = door.demo.sample
        return codes.filter { line in
            switch role {
            case .administrator, .department: false
            case .commune, .inspector: !below.contains(line.org)
            case .student, .guardian: ID<Student>(stored: line.student).code != sample.studentId && line.org != home
            case .homeroom: line.org != home
            default: line.org != home
            }
        }.map(\.code)
    }
}
