import Base
import HTTPTypes
import HummingbirdCore
import NIOCore
import TestSupport
import Testing

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
}
