import Base
import HTTPTypes
import HummingbirdCore
import Identity
import NIOCore
import Storage
import TestSupport
import Testing
import Work

@testable import Web

/// What the front gate says to bad requests: each class of `docs/bad-input.md` that concerns a request.
@Suite(.serialized) struct GateTests {
    @Test("C5 C9 C10 heads that are broken are refused in words, and the gate goes on")
    func heads() async throws {
        try await Door.open(.sqlite) { door in
            let cases: [(HTTPRequest.Method, String, Set<Int>)] = [
                (.get, "/a.html%00.png", [400]), (.get, "/%ff%fe", [400]), (.get, "/%2e%2e/etc/passwd", [400]),
                (.get, "/..%2f..%2fetc", [400]),
                (.get, "/a%5c..%5cb", [400]), (.get, "/%zz", [400]), (.get, "/login?q=%00", [400]),
                (.get, "/login?q=%e1%bb", [400]),
                (.get, "/login?" + String(repeating: "a=1&", count: 300), [413]),
                (.get, "/" + String(repeating: "a", count: 9000), [400]),
                (.get, "/login?q=a" + String(repeating: "%cc%81", count: 40), [400]), (.get, "/nowhere", [404]),
                (.get, "/assets/../x", [400]),
                (.init("TRACE") ?? .trace, "/login", [405]), (.put, "/login", [405]), (.delete, "/me", [405]),
                (.connect, "/x", [405]),
            ]
            for (method, path, wanted) in cases {
                let answer = await door.ask(method, path, Guest(), body: nil)
                #expect(wanted.contains(answer.status), "\(method) \(path.prefix(60)): \(answer.status)")
                #expect(answer.text.contains("<h1>") || answer.bytes.isEmpty)
            }
            #expect(await door.get("/login").status == 200)
        }
    }

    @Test("every answer bears the number by which the log knows its request; only a trusted proxy may give one")
    func numbers() async throws {
        try await Door.open(.sqlite) { door in
            let name = try #require(HTTPField.Name("X-Request-ID"))
            var seen: Set<String> = []
            for path in ["/login", "/nowhere", "/healthz", "/%zz", "/login"] {
                let number = try #require(await door.get(path).headers[name], "\(path)")
                #expect(number.utf8.count == 8 && seen.insert(number).inserted, "\(path) \(number)")
            }
            let told = HTTPFields([HTTPField(name: name, value: "0123456789abcdef")])
            #expect(await door.ask(.get, "/login", Guest(), body: nil, headers: told).headers[name] != told[name])
        }
    }

    @Test("bad bodies are refused in words: type, size, escapes, marks, multipart that breaks off")
    func bodies() async throws {
        try await Door.open(.sqlite) { door in
            let form = await door.get("/login")
            let guest = Guest(cookies: "guest=\(form.cookie("guest") ?? "")")
            let token = form.token ?? ""
            func send(_ type: String, _ body: String) async -> Int {
                await door.ask(.post, "/login", guest, body: Array(body.utf8), headers: [.contentType: type]).status
            }
            let urlencoded = "application/x-www-form-urlencoded", part = "multipart/form-data; boundary=x"
            #expect(await send("application/json", "{}") == 415)
            #expect(await send("", "a=b") == 415)
            #expect(await send(urlencoded, "csrf=\(token)&username=%00") == 400)
            #expect(await send(urlencoded, "csrf=\(token)&username=%f0%28") == 400)
            #expect(await send(urlencoded, "csrf=\(token)&username=a" + String(repeating: "%cc%81", count: 31)) == 400)
            #expect(await send(urlencoded, String(repeating: "a=1&", count: 3000)) == 413)
            #expect(await send(urlencoded, String(repeating: "a", count: 2 << 20)) == 413)
            #expect(await send("multipart/form-data", "x") == 400)
            #expect(await send(part, "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n\(token)") == 400)
            #expect(await send(part, "--x\r\n\r\n\r\n--x--") == 400)
            #expect(
                await send(
                    part,
                    String(repeating: "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", count: 600))
                    == 413)
            let whole =
                "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n\(token)\r\n--x\r\n"
                + "Content-Disposition: form-data; name=\"username\"\r\n\r\nnobody\r\n--x--\r\n"
            #expect([401, 422].contains(await send(part, whole)))
        }
    }

    @Test("C5 runs of combining marks in the names of fields, in queries and in cookies get no further")
    func marksInNames() async throws {
        try await Door.open(.sqlite) { door in
            let marks = String(repeating: "%cc%81", count: 31), raw = String(repeating: "\u{301}", count: 31)
            let form = await door.get("/login")
            let guest = Guest(cookies: "guest=\(form.cookie("guest") ?? "")")
            func send(_ body: String) async -> Int {
                await door.ask(
                    .post, "/login", guest, body: Array(body.utf8),
                    headers: [.contentType: "application/x-www-form-urlencoded"]
                ).status
            }
            #expect(await send("csrf=\(form.token ?? "")&a\(marks)=1") == 400)
            #expect(await send("csrf=\(form.token ?? "")&\(String(repeating: "a", count: 201))=1") == 400)
            #expect(await door.get("/login?a\(marks)=1").status == 400)
            #expect(await door.get("/login", Guest(cookies: "lang=a\(raw)")).status == 400)
            let parts =
                "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\(raw).csv\"\r\n\r\n1\r\n--x--\r\n"
            let headers: HTTPFields = [.contentType: "multipart/form-data; boundary=x"]
            #expect(await door.ask(.post, "/login", guest, body: Array(parts.utf8), headers: headers).status == 400)
            let left = try Resources.names(in: door.folder)
            #expect(left.isEmpty)
        }
    }

    @Test("nobody's file is taken before the right to send it is seen")
    func rightBeforeBody() async throws {
        try await Door.open(.sqlite) { door in
            let file = String(repeating: "a,b\r\n", count: 20_000)
            let body = Array(
                "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.csv\"\r\n\r\n\(file)\r\n--x--\r\n".utf8
            )
            let headers: HTTPFields = [.contentType: "multipart/form-data; boundary=x"]
            for guest in [Guest(), try await door.signIn(.student)] {
                let answer = await door.ask(.post, "/imports", guest, body: body, headers: headers)
                #expect([401, 403].contains(answer.status))
                #expect(answer.headers[.connection] == "close")
                #expect(try Resources.names(in: door.folder).isEmpty)
            }
        }
    }

    @Test("a program's token opens no page and sends no form")
    func tokens() async throws {
        try await Door.open(.sqlite) { door in
            let name = door.demo.accounts.first { $0.role == "administrator" }?.username ?? ""
            let account = try #require(try await accountID(named: name, in: door.db))
            let made = try await createToken(
                for: account, name: "x", scopes: ["roster.readonly"], days: 1, by: .commandLine, in: door.db)
            let headers: HTTPFields = [.authorization: "Bearer \(made)"]
            #expect(await door.get("/students", headers: headers).status == 403)
            #expect(await door.post("/tokens", [("name", "x")], headers: headers).status == 403)
        }
    }

    @Test("the figures of operation are Prometheus' text")
    func figures() async throws {
        let metrics = Metrics()
        metrics.note(route: "/login", status: 200, milliseconds: 7)
        metrics.note(route: "/me", status: 503, milliseconds: 70)
        metrics.set("hoaban_jobs_queued", 3)
        for line in metrics.prometheus.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.contains(/^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9]+$/), "\(line)")
        }
        #expect(metrics.prometheus.contains("_bucket{route=\"/login\",status=\"2xx\",le=\"10\"} 1\n"))
    }

    @Test("C7 20,000 mutated multipart bodies never trap and never leave a file")
    func multipartFuzz() throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        var random = SeededRandom(seed: 7)
        let good = Array(
            """
            --x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\nx,y\r\n--x--\r\n
            """.utf8)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<random.below(6) where !bytes.isEmpty {
                let at = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[at] = UInt8(random.below(256))
                case 1: bytes.remove(at: at)
                default: bytes.insert(UInt8(random.below(256)), at: at)
                }
            }
            var parser = MultipartParser(boundary: [120], folder: folder)
            do {
                let cut = random.below(bytes.count + 1)
                try parser.feed(bytes[..<cut])
                try parser.feed(bytes[cut...])
                let form = try parser.finish()
                for file in form.files { Uploads.remove(file.path) }
            } catch {
                parser.discard()
            }
        }
        #expect(try Resources.names(in: folder).isEmpty)
    }

    @Test("E5 the session cookie is HttpOnly and SameSite, a new one at each sign-in, and dead after signing out")
    func cookies() async throws {
        try await Door.open(.sqlite) { door in
            let first = try await door.signIn(.clerk), second = try await door.signIn(.clerk)
            #expect(first.cookies != second.cookies)
            let token = await door.get("/me", first).token ?? ""
            #expect(await door.post("/logout", [("csrf", token)], first).status == 303)
            #expect(await door.get("/me", first).status == 303)
            #expect(await door.get("/me", second).status == 200)
        }
    }

    @Test("G7 more than the limit is refused with the time to wait")
    func rates() {
        let rates = RateLimit()
        for _ in 0..<100 { #expect(rates.take("a", limit: 100, at: 1_000_000) == nil) }
        #expect(rates.take("a", limit: 100, at: 1_000_000) != nil)
        #expect(rates.take("b", limit: 100, at: 1_000_000) == nil)
        // Half a second into the next minute the last one still weighs 99 of its 100.
        #expect(rates.take("a", limit: 100, at: 1_060_500) == nil)
        #expect(rates.take("a", limit: 100, at: 1_060_500) != nil)
        #expect(rates.take("a", limit: 100, at: 1_125_000) == nil)
    }

    @Test("G7 what one process counted is known to the next and to the one beside it", arguments: Backend.all)
    func ratesKept(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations) { db in
            let first = RateLimit(), second = RateLimit(), now = Clock.monotonic
            for _ in 0..<100 { #expect(first.take("a", limit: 100, at: now) == nil) }
            let rows = first.rows(at: now)
            _ = try await db.commit { try $0.exchangeRates(rows, of: "first") }
            second.hear(try await db.read { try $0.otherRates(than: "second") }, at: now)
            #expect(second.take("a", limit: 100, at: now) != nil)
            #expect(second.take("b", limit: 100, at: now) == nil)
            #expect(try await db.read { try $0.otherRates(than: "first") }.isEmpty)
        }
    }
}
