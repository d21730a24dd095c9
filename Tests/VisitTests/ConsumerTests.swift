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

/// Connected systems: how they get in, what their tokens open, and what ends them.
@Suite(.serialized) struct ConsumerTests {
    @Test(
        "EMI-12 a token is given for the right secret alone, and refusals speak as RFC 6749 wants",
        arguments: Backend.all)
    func token(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let system = try await Connected.make(door, at: Connected.top(door), scopes: [RosterScopes.whole])
            let code = system.id.code, grant = ("grant_type", "client_credentials")
            let good = await Connected.ask(
                door, code, system.secret, [("scope", "\(RosterScopes.whole) https://example.org/other")])
            #expect(good.status == 200 && good.object?["scope"] as? String == RosterScopes.whole)
            #expect(good.object?["token_type"] as? String == "Bearer" && good.object?["expires_in"] as? Int == 3600)
            #expect(good.headers[.cacheControl] == "no-store")
            let form = await door.post("/oauth/token", [grant, ("client_id", code), ("client_secret", system.secret)])
            #expect(
                form.status == 200 && form.object?["access_token"] as? String != good.object?["access_token"] as? String
            )
            let wrong = String(system.secret.dropLast()) + (system.secret.hasSuffix("0") ? "1" : "0")
            let refusals: [(Answer, Int, String)] = [
                (await Connected.ask(door, code, wrong), 401, "invalid_client"),
                (await Connected.ask(door, "0000000000001", system.secret), 401, "invalid_client"),
                (await Connected.ask(door, "x", ""), 401, "invalid_client"),
                (await door.post("/oauth/token", [grant]), 401, "invalid_client"),
                (
                    await door.post("/oauth/token", [grant], headers: [.authorization: "Basic %%%"]), 401,
                    "invalid_client"
                ),
                (
                    await door.post("/oauth/token", [("client_id", code), ("client_secret", system.secret)]), 400,
                    "invalid_request"
                ),
                (
                    await Connected.ask(door, code, system.secret, [("client_secret", system.secret)]), 400,
                    "invalid_request"
                ),
                (
                    await door.post(
                        "/oauth/token",
                        [("grant_type", "password"), ("client_id", code), ("client_secret", system.secret)]),
                    400, "unsupported_grant_type"
                ),
                (
                    await Connected.ask(door, code, system.secret, [("scope", RosterScopes.demographics)]), 400,
                    "invalid_scope"
                ),
            ]
            for (index, (answer, status, error)) in refusals.enumerated() {
                #expect(
                    answer.status == status && answer.object?["error"] as? String == error,
                    "\(index): \(answer.status) \(answer.text)")
                #expect(answer.headers[.cacheControl] == "no-store")
                if status == 401 { #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Basic") == true) }
            }
            let json = await door.ask(
                .post, "/oauth/token", Guest(), body: Array("{}".utf8), headers: [.contentType: "application/json"])
            #expect(json.status == 415 && json.object?["error"] as? String == "invalid_request")
            #expect(await door.get("/oauth/token").status == 405)
        }
    }

    @Test(
        "E1 E2 secrets and tokens are kept as hashes alone; wrong secrets from one place are slowed down, others are not"
    )
    func secrets() async throws {
        try await Door.open(.sqlite) { door in
            let system = try await Connected.make(door, at: Connected.top(door))
            let stored = try await door.db.read { tx in
                try tx.all("SELECT hash FROM identity_consumer_secret", [UInt8].self)
                    + tx.all("SELECT hash FROM identity_access", [UInt8].self)
            }
            #expect(Set(stored) == [Secret.sha256(system.secret.utf8), Secret.sha256(system.token.utf8)])
        }
    }

    @Test(
        "E7 a paused or revoked system is shut out at once, with every token it holds; an expired token and secret too",
        arguments: Backend.all)
    func ends(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment)
        try await Door.open(backend, at: moment) { door in
            let system = try await Connected.make(door, at: Connected.top(door))
            #expect(await system.get("/orgs?limit=1").status == 200)
            try await pause(system.id, by: .commandLine, in: door.db)
            #expect(await system.get("/orgs?limit=1").status == 401)
            #expect(await Connected.ask(door, system.id.code, system.secret).status == 401)
            try await resume(system.id, by: .commandLine, in: door.db)
            #expect(await system.get("/orgs?limit=1").status == 401, "a token of before the pause opens")
            let again = try #require(
                await Connected.ask(door, system.id.code, system.secret).object?["access_token"] as? String)
            let second = Connected(door: door, id: system.id, secret: system.secret, token: again)
            #expect(await second.get("/orgs?limit=1").status == 200)
            moment.value += 3_600_001
            #expect(await second.get("/orgs?limit=1").status == 401, "a token lives longer than an hour")
            let renewed = try await rotateSecret(of: system.id, overlapHours: 24, by: .commandLine, in: door.db)
            #expect(await Connected.ask(door, system.id.code, system.secret).status == 200)
            #expect(await Connected.ask(door, system.id.code, renewed).status == 200)
            moment.value += 24 * 3_600_000 + 1
            #expect(
                await Connected.ask(door, system.id.code, system.secret).status == 401,
                "the old secret outlives its time")
            let last = await Connected.ask(door, system.id.code, renewed)
            let third = Connected(
                door: door, id: system.id, secret: renewed, token: try #require(last.object?["access_token"] as? String)
            )
            #expect(await third.get("/orgs?limit=1").status == 200)
            try await revoke(consumer: system.id, by: .commandLine, in: door.db)
            #expect(await third.get("/orgs?limit=1").status == 401)
            #expect(await Connected.ask(door, system.id.code, renewed).status == 401)
        }
    }

    @Test("D1 tokens open what is for programs alone, cookies what is for people, and each scope its own lists")
    func surfaces() async throws {
        try await Door.open(.sqlite) { door in
            let org = try await Connected.top(door)
            let system = try await Connected.make(door, at: org, scopes: [RosterScopes.core])
            let guest = try await door.signIn(.administrator)
            for path in ["/me", "/students", "/consumers", "/audit"] {
                #expect(await system.get("\(Connected.root)/..\(path)").status == 400)
                let answer = await door.get(path, headers: [.authorization: "Bearer \(system.token)"])
                #expect(answer.status == 403, "\(path): \(answer.status)")
            }
            let cookie = await door.get("\(Connected.root)/orgs", guest)
            #expect(cookie.status == 401 && cookie.codes == ["failure", "error", "unauthorisedrequest"])
            #expect(cookie.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
            let school = try await Connected.schools(door)[0]
            #expect(await system.get("/users?limit=1").status == 200)
            for path in ["/demographics", "/schools/\(school.code)/students"] {
                let answer = await system.get(path)
                #expect(answer.status == 403 && answer.codes.last == "forbidden", "\(path): \(answer.status)")
            }
            let people = try await Connected.make(door, at: org, scopes: [RosterScopes.demographics])
            #expect(await people.get("/demographics?limit=1").status == 200)
            #expect(await people.get("/users?limit=1").status == 403)
            // A token of an account opens the roster as far as the account reaches, where it has the scope.
            let clerk = try #require(door.demo.accounts.first { $0.role == Role.clerk.rawValue })
            let account = try #require(try await accountID(named: clerk.username, in: door.db))
            let token = try await createToken(
                for: account, name: "thử", scopes: [RosterScopes.whole], by: .commandLine, in: door.db)
            let own = Connected(door: door, id: system.id, secret: "", token: token)
            #expect(try await own.names("/schools") == [door.demo.sample.schoolId ?? ""])
            #expect(await own.get("/demographics").status == 403)
        }
    }

    @Test("a quota is the system's own, and what is over it is told to wait")
    func quota() async throws {
        try await Door.open(.sqlite) { door in
            var settings = Gate.Settings()
            (settings.uploadFolder, settings.blobFolder) = (door.folder, door.folder)
            let limited = try await door.reopened(settings)
            var form = ConsumerForm()
            (form.name, form.contact, form.org) = ("Ít lượt", "ai đó", try await Connected.top(door))
            (form.scopes, form.perMinute, form.expiresOn) = ([RosterScopes.core], 5, Day(at: testMoment).adding(10))
            let (id, secret) = try await makeConsumer(form, by: .commandLine, in: door.db)
            let token = await Connected.ask(limited, id.code, secret).object?["access_token"] as? String
            let system = Connected(door: limited, id: id, secret: secret, token: try #require(token))
            for _ in 0..<5 { #expect(await system.get("/orgs?limit=1").status == 200) }
            let over = await system.get("/orgs?limit=1")
            #expect(over.status == 429 && over.codes == ["failure", "error", "server_busy"])
            #expect(over.headers[.retryAfter] != nil)
            // Wrong secrets: slowed down where they come from, not elsewhere.
            var statuses: [Int] = []
            for _ in 0..<12 {
                statuses.append(
                    await Connected.ask(limited, id.code, "hbs_" + String(repeating: "0", count: 64)).status)
            }
            #expect(statuses.first == 401 && statuses.last == 429, "\(statuses)")
            #expect(await Connected.ask(limited, id.code, secret).status == 429)
            let elsewhere = await limited.post(
                "/oauth/token",
                [("grant_type", "client_credentials"), ("client_id", id.code), ("client_secret", secret)],
                Guest(address: "203.0.113.9"))
            #expect(elsewhere.status == 200, "another's wrong secrets lock the system out")
        }
    }

    @Test("calls are counted by day, refusals apart, and the last use is known", arguments: Backend.all)
    func counted(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let system = try await Connected.make(door, at: Connected.top(door), scopes: [RosterScopes.core])
            for _ in 0..<3 { _ = await system.get("/orgs?limit=1") }
            _ = await system.get("/demographics")
            let guest = try await door.signIn(.administrator)
            let before = await door.get("/consumers/\(system.id.code)", guest)
            #expect(
                before.status == 200 && before.text.contains(">4<") && before.text.contains(">1<"), "calls wait unseen")
            await door.gate.rateKeeper.exchange()
            let rows = try await door.db.read { tx in
                try tx.all("SELECT calls, refused FROM identity_consumer_day") { [try $0() as Int, try $0() as Int] }
            }
            #expect(rows == [[4, 1]])
            let after = await door.get("/consumers/\(system.id.code)", guest)
            #expect(after.text.contains(">4<") && after.text.contains(">1<"))
        }
    }

    @Test(
        "the screens make, change, renew, pause and revoke a system; its secret is shown once and nobody out of reach finds it",
        arguments: Backend.all)
    func screens(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let guest = try await door.signIn(.administrator), top = try await Connected.top(door)
            func send(_ path: String, _ fields: [(String, String)]) async -> Answer {
                let token = await door.get("/consumers", guest).token ?? ""
                let csrf = token.isEmpty ? await door.get("/consumers/new", guest).token ?? "" : token
                return await door.post(path, [("csrf", csrf)] + fields, guest)
            }
            let empty = await send("/consumers/new", [("name", ""), ("per_minute", "x"), ("expires", "1/1/2020")])
            #expect(empty.status == 422)
            for field in ["name", "contact", "scopes", "per_minute", "expires", "org"] {
                #expect(empty.text.contains("#f-\(field)"), "\(field) is not marked")
            }
            let fields = [
                ("name", "Học trực tuyến A"), ("contact", "Anh Hà 0912 345 678"), ("org", top.code),
                ("per_minute", "300"),
                ("expires", "31/12/2027"), ("scopes", RosterScopes.whole), ("scopes", "https://example.org/not-ours"),
            ]
            let made = await send("/consumers/new", fields)
            let secret = try #require(made.text.firstMatch(of: /hbs_[0-9a-f]{64}/).map { String($0.output) })
            let list = await door.get("/consumers?q=hoc+truc", guest)
            let code = try #require(
                list.text.firstMatch(of: /\/consumers\/([0-9A-HJKMNP-TV-Z]{13})/).map { String($0.output.1) })
            let page = await door.get("/consumers/\(code)", guest)
            #expect(page.status == 200 && !page.text.contains("hbs_") && page.text.contains("300"))
            #expect(await Connected.ask(door, code, secret).status == 200)
            let edit = await door.get("/consumers/\(code)/edit", guest)
            #expect(edit.text.contains("Anh Hà 0912 345 678"))
            let version = try #require(
                edit.text.firstMatch(of: /name="version" value="(\d+)"/).map { String($0.output.1) })
            let changed = await send(
                "/consumers/\(code)/edit", fields.dropFirst() + [("name", "Học trực tuyến B"), ("version", version)])
            #expect(changed.status == 303, "\(changed.status)")
            let late = await send("/consumers/\(code)/edit", fields + [("version", version)])
            #expect(late.status == 422 && late.text.contains("Người khác vừa sửa"))
            let renewed = await send("/consumers/\(code)/secret", [("overlap", "0")])
            let second = try #require(renewed.text.firstMatch(of: /hbs_[0-9a-f]{64}/).map { String($0.output) })
            #expect(await Connected.ask(door, code, secret).status == 401)
            #expect(await Connected.ask(door, code, second).status == 200)
            #expect(await send("/consumers/\(code)/pause", []).status == 303)
            #expect(await Connected.ask(door, code, second).status == 401)
            #expect(await send("/consumers/\(code)/activation", []).status == 303)
            #expect(await send("/consumers/\(code)/revocation", []).status == 303)
            #expect(await send("/consumers/\(code)/activation", []).status == 409)
            #expect(await Connected.ask(door, code, second).status == 401)
            let verbs = try await PeopleTests.verbs(door, "identity.consumer")
            for verb in ["create", "update", "renew", "suspend", "restore", "revoke", "sign-in", "refuse"] {
                #expect(verbs.contains("identity.consumer.\(verb)"), "\(verb) is not in the trail: \(verbs)")
            }
            let clerk = try await door.signIn(.clerk)
            #expect(await door.get("/consumers/\(code)", clerk).status == 403)
        }
    }
}
