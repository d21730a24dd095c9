import Base
import Foundation
import HTTPTypes
import Identity
import Registry
import Storage
import TestSupport
import Testing
import Work

@testable import Web

/// The JSON interface through the router: shapes, rights, versions, once-only calls, the feed of changes.
@Suite(.serialized) struct InterfaceTests {
    /// A program that calls with the token of an account of the sample.
    struct Program: Sendable {
        let door: Door, token: String

        static func make(_ door: Door, _ role: Role, scopes: [String] = [Endpoint.read, Endpoint.write]) async throws
            -> Program
        {
            let held = try #require(door.demo.accounts.first { $0.role == role.rawValue })
            let account = try #require(try await accountID(named: held.username, in: door.db))
            return Program(
                door: door,
                token: try await createToken(for: account, name: "thử", scopes: scopes, by: .commandLine, in: door.db))
        }

        func get(_ path: String) async -> Answer {
            await door.get("/api/v1\(path)", headers: [.authorization: "Bearer \(token)"])
        }

        func send(_ method: HTTPRequest.Method, _ path: String, _ body: [String: Any], key: String? = nil) async
            -> Answer
        {
            var headers: HTTPFields = [.authorization: "Bearer \(token)", .contentType: "application/json"]
            headers[.idempotencyKey] = key
            let bytes = (try? JSONSerialization.data(withJSONObject: body)).map(Array.init) ?? []
            return await door.ask(method, "/api/v1\(path)", Guest(), body: bytes, headers: headers)
        }
    }

    static func pointers(_ answer: Answer) -> [String] {
        (answer.object?["errors"] as? [[String: Any]] ?? []).compactMap { $0["pointer"] as? String }
    }

    @Test(
        "EMI-12 a program finds, enters, changes and moves a learner by the same actions as the screens",
        arguments: Backend.all)
    func learner(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await Program.make(door, .clerk), school = try #require(door.demo.sample.schoolId)
            let classes = try #require(await clerk.get("/classes?org=\(school)").object?["items"] as? [[String: Any]])
            let groups = classes.compactMap { $0["id"] as? String }
            #expect(groups.count >= 2)
            let body: [String: Any] = [
                "values": [
                    "family_name": "Lò", "middle_name": "Thị", "given_name": "Mới", "birth_date": "2014-03-07",
                    "sex": "female",
                ],
                "classGroup": groups[0], "day": "2026-11-20",
            ]
            let made = await clerk.send(.post, "/students", body, key: "một-lần")
            let id = try #require(made.object?["id"] as? String, "\(made.status) \(made.text)")
            #expect(made.status == 201 && made.location == "/api/v1/students/\(id)")
            let again = await clerk.send(.post, "/students", body, key: "một-lần")
            #expect(
                again.status == 201 && again.object?["id"] as? String == id,
                "the same call made two learners: \(again.text)")
            var other = body
            other["day"] = "2026-11-21"
            #expect(await clerk.send(.post, "/students", other, key: "một-lần").status == 409)
            let one = await clerk.get("/students/\(id)")
            let version = try #require(one.object?["version"] as? Int, "\(one.text.prefix(200))")
            #expect(
                (one.object?["name"] as? [String: Any])?["full"] as? String == "Lò Thị Mới"
                    && one.object?["classGroup"] as? String == groups[0])
            let changed = await clerk.send(
                .patch, "/students/\(id)", ["version": version, "values": ["given_name": "Én"]])
            #expect(
                changed.status == 200 && (changed.object?["name"] as? [String: Any])?["given"] as? String == "Én",
                "\(changed.text)")
            let late = await clerk.send(
                .patch, "/students/\(id)", ["version": version, "values": ["given_name": "Hoa"]])
            #expect(late.status == 409 && Self.pointers(late) == ["#/given_name"], "\(late.status) \(late.text)")
            let wrong = await clerk.send(
                .patch, "/students/\(id)", ["version": version + 1, "values": ["birth_date": "31/02/2014"]])
            #expect(wrong.status == 400 && Self.pointers(wrong) == ["#/birth_date"], "\(wrong.text)")
            let moved = await clerk.send(
                .post, "/students/\(id)/moves", ["classGroup": groups[1], "day": "2026-11-23"])
            #expect([201, 400].contains(moved.status), "\(moved.text)")
            let guardian = await clerk.send(
                .post, "/students/\(id)/guardians", ["relation": "mother", "name": "Lò Thị Mẹ", "phone": "0912345678"])
            #expect(guardian.status == 201, "\(guardian.text)")
            #expect(
                (await clerk.get("/students/\(id)/guardians").object?["items"] as? [[String: Any]])?.first?["name"]
                    as? String == "Lò Thị Mẹ")
            let left = await clerk.send(.post, "/students/\(id)/departures", ["day": "2026-11-23", "status": "left-1"])
            #expect(left.status == 201, "\(left.text)")
            let verbs = try await PeopleTests.verbs(door, "registry.")
            for verb in [
                "registry.student.create", "registry.student.update", "registry.student.leave",
                "registry.guardian.create",
            ] {
                #expect(verbs.contains(verb), "\(verb) is not in the trail")
            }
        }
    }

    @Test(
        "lists go on by their cursors and meet everybody once; the feed of changes goes on where it stood",
        arguments: Backend.all)
    func pages(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment)
        try await Door.open(backend, at: moment) { door in
            let clerk = try await Program.make(door, .clerk)
            var met: [String] = [], next: String? = "", pages = 0
            while let place = next {
                let answer = await clerk.get(
                    "/students?limit=40" + (place.isEmpty ? "" : "&after=\(Percent.encode(place))"))
                try #require(answer.status == 200, "\(answer.text)")
                met += (answer.object?["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
                next = answer.object?["next"] as? String
                pages += 1
            }
            #expect(Set(met).count == met.count && met.count > 80 && pages > 2)
            let principal = try await Program.make(door, .principal)
            moment.value += 60_000
            var mark = await principal.get("/changes?limit=200").object?["next"] as? String
            while let place = mark,
                let items = await principal.get("/changes?limit=200&after=\(place)").object?["items"]
                    as? [[String: Any]], !items.isEmpty
            {
                mark = items.last?["id"] as? String
            }
            let student = try #require(met.first),
                version = try #require(await clerk.get("/students/\(student)").object?["version"] as? Int)
            #expect(
                await clerk.send(.patch, "/students/\(student)", ["version": version, "values": ["note": "đổi"]]).status
                    == 200)
            moment.value += 60_000
            let feed = await principal.get("/changes" + (mark.map { "?after=\($0)" } ?? ""))
            let items = feed.object?["items"] as? [[String: Any]] ?? []
            #expect(
                items.contains {
                    $0["verb"] as? String == "registry.student.update" && $0["subject"] as? String == student
                }, "\(feed.text.prefix(300))")
        }
    }

    @Test(
        "D1 a token opens what its scope, its account's right and its reach allow, and nothing else",
        arguments: Backend.all)
    func rights(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let school = try #require(door.demo.sample.schoolId.flatMap { ID<Org>($0) })
            let foreign = try await door.db.read { tx in
                func one(_ sql: SQL) throws -> String {
                    ID<Org>(stored: try #require(try tx.value(sql, Int64.self))).code
                }
                return [
                    "/students/\(try one("SELECT MIN(id) FROM registry_student WHERE org_id <> \(school)"))",
                    "/students/\(try one("SELECT MIN(id) FROM registry_student WHERE org_id <> \(school)"))/guardians",
                    "/staff/\(try one("SELECT MIN(id) FROM registry_staff WHERE org_id <> \(school)"))",
                    "/classes/\(try one("SELECT MIN(id) FROM registry_class WHERE org_id <> \(school)"))",
                    "/classes?org=\(try one("SELECT MIN(org_id) FROM registry_class WHERE org_id <> \(school)"))",
                    "/orgs?parent=\(try one("SELECT MIN(org_id) FROM registry_class WHERE org_id <> \(school)"))",
                ]
            }
            let clerk = try await Program.make(door, .clerk),
                reader = try await Program.make(door, .clerk, scopes: [Endpoint.read])
            for path in foreign { #expect(await clerk.get(path).status == 404, "\(path)") }
            for route in door.routes where route.pattern.hasPrefix("/api/v1") {
                let path = String(route.pattern.dropFirst(7)).replacingOccurrences(of: "{id}", with: "01KD3VZ8A0000")
                let bare = await door.ask(
                    route.method, route.pattern, Guest(), body: route.method == .get ? nil : Array("{}".utf8),
                    headers: [.contentType: "application/json"])
                #expect(
                    bare.status == 401 && bare.headers[.contentType] == "application/problem+json",
                    "\(route.method) \(path): \(bare.status)")
                guard route.method != .get else { continue }
                let refused = await reader.send(route.method, path, [:])
                #expect(refused.status == 403, "\(route.method) \(path): \(refused.status)")
                let guest = try await Program.make(door, .guardian).send(route.method, path, [:])
                #expect(guest.status == 403, "a guardian: \(route.method) \(path): \(guest.status)")
            }
            let cookie = try await door.signIn(.clerk)
            #expect(await door.get("/api/v1/students", cookie).status == 401)
        }
    }

    @Test("bad calls are refused with the places at fault, and 2,000 bodies made at random break nothing")
    func bad() async throws {
        try await Door.open(.sqlite) { door in
            let clerk = try await Program.make(door, .clerk), student = try #require(door.demo.sample.studentId)
            let cases: [(Answer, [String])] = [
                (await clerk.send(.post, "/students", [:]), ["#/values", "#/classGroup", "#/day"]),
                (
                    await clerk.send(.patch, "/students/\(student)", ["version": "1", "values": [:] as [String: Any]]),
                    ["#/version"]
                ),
                (
                    await clerk.send(.patch, "/students/\(student)", ["version": 1, "values": ["note": 5]]),
                    ["#/values/note"]
                ),
                (
                    await clerk.send(
                        .patch, "/students/\(student)", ["version": 1, "values": [:] as [String: Any], "x": 1]), ["#/x"]
                ),
                (await clerk.get("/students?limit=0"), ["#/limit"]),
                (await clerk.get("/students?limit=x"), ["#/limit"]),
                (await clerk.get("/students?after=x"), ["#/after"]),
                (await clerk.get("/students?strange=1"), ["#/strange"]),
                (await clerk.get("/classes"), ["#/org"]),
            ]
            for (index, (answer, places)) in cases.enumerated() {
                #expect(
                    answer.status == 400 && Self.pointers(answer) == places, "\(index): \(answer.status) \(answer.text)"
                )
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            func raw(_ text: String, _ type: String = "application/json") async -> Int {
                await door.ask(
                    .post, "/api/v1/students", Guest(), body: Array(text.utf8),
                    headers: [.authorization: "Bearer \(clerk.token)", .contentType: type]
                ).status
            }
            #expect(await raw("a=1", "application/x-www-form-urlencoded") == 415)
            for text in [
                "{", "", "[]", "null", "\"x\"", String(repeating: "[", count: 5000),
                "{\"values\":{\"note\":\"\\u0000\"}}",
            ] { #expect(await raw(text) == 400, "\(text.prefix(20))") }
            var random = SeededRandom(seed: 6)
            let pieces = [
                "{", "}", "[", "]", ",", ":", "\"values\"", "\"classGroup\"", "\"day\"", "\"2026-11-20\"", "1e999",
                "-0", "9223372036854775808", "true", "null", "\"\\ud800\"", "\"é\"", " ",
            ]
            for round in 0..<2000 {
                let text = (0..<(1 + random.below(12))).map { _ in random.pick(pieces) ?? "" }.joined()
                #expect(await raw(text) == 400, "round \(round): \(text)")
            }
        }
    }

    @Test("the reference and the OpenAPI document name every endpoint, and no other")
    func reference() async throws {
        try await Door.open(.sqlite) { door in
            let document = await door.get("/api/openapi.json"), page = await door.get("/api")
            #expect(document.status == 200 && document.object?["openapi"] as? String == "3.1.0" && page.status == 200)
            let paths = try #require(document.object?["paths"] as? [String: [String: Any]])
            let told = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
            let there = Set(
                door.routes.filter { $0.pattern.hasPrefix("/api/v1") }.map { "\($0.method.rawValue) \($0.pattern)" })
            #expect(told == there && there.count >= 20)
            for route in door.routes where route.pattern.hasPrefix("/api/v1") {
                #expect(page.text.contains(route.pattern), "\(route.pattern)")
            }
        }
    }
}
