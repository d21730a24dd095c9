import Base
import HTTPTypes
import Identity
import Storage
import TestSupport
import Testing

@testable import Web

/// A form that comes when its session is over: SYS-08.
@Suite(.serialized) struct LateFormTests {
    private static let origin: HTTPFields = [.origin: "http://127.0.0.1:8080"]

    @Test(
        "SYS-08 what was typed comes through an expired session: nothing is written until its sender presses the button",
        arguments: Backend.all)
    func carried(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let late = try await Late(door, .homeroom)
            let page = await late.send(
                [("count", "2"), ("password", "bí mật"), ("note", "dòng <một>\nhai")], headers: Self.origin)
            #expect(page.status == 401 && page.bytes.count < 20_000)
            #expect(page.hidden.contains { $0 == ("held.count", "2") })
            #expect(page.hidden.contains { $0 == ("held.note", "dòng <một>\nhai") })
            #expect(!page.text.contains("bí mật") && !page.text.contains(late.token))
            #expect(try await late.slips() == 0)

            let offer = try await late.signIn(page, as: .homeroom)
            #expect(offer.status == 200 && offer.text.contains("action=\"\(late.path)\""))
            #expect(!offer.text.contains("type=\"checkbox\""), "one's own form needs no further word")
            #expect(!offer.text.contains("bí mật"))
            #expect(try await late.slips() == 0, "nothing is sent by itself")

            let session = Guest(cookies: "session=\(offer.cookie("session") ?? "")")
            let done = await door.post(late.path, offer.hidden, session, headers: Self.origin)
            #expect(done.status == 200, "\(done.status)")
            #expect(try await late.slips() == 2)
        }
    }

    @Test("SYS-08 another's form, and one whose sender nobody knows, is sent only after an explicit word")
    func others() async throws {
        try await Door.open(.sqlite) { door in
            let late = try await Late(door, .homeroom)
            let page = await late.send([("count", "2")])
            let clerk = try await late.signIn(page, as: .clerk)
            #expect(clerk.text.contains("type=\"checkbox\" required") && clerk.text.contains("action=\"\(late.path)\""))
            let forged = await door.post(
                "/login", page.hidden.map { $0.0 == "held.count" ? ($0.0, "1") : $0 } + late.names(.homeroom),
                late.stranger(page))
            #expect(forged.text.contains("type=\"checkbox\" required"), "the mark fits what was sent and nothing else")
            let unknown = await door.post(late.path, [("csrf", late.token), ("count", "2")])
            #expect(unknown.status == 401)
            #expect(try await late.signIn(unknown, as: .homeroom).text.contains("type=\"checkbox\" required"))
            #expect(try await late.slips() == 0)
        }
    }

    @Test("SYS-08 a foreign page, a form without a token and another's target carry nothing")
    func refused() async throws {
        try await Door.open(.sqlite) { door in
            let late = try await Late(door, .homeroom)
            let foreign = await late.send([("count", "2")], headers: [.origin: "http://evil.example"])
            #expect([401, 403].contains(foreign.status) && !foreign.text.contains("held"))
            #expect(await door.post(late.path, [("count", "2")], late.gone).status == 403)
            let page = await late.send([("count", "2")])
            for target in ["//evil.example/x", "https://evil.example", "/a\\b", "javascript:1"] {
                let fields = page.hidden.map { $0.0 == "held-target" ? ($0.0, target) : $0 } + late.names(.homeroom)
                let answer = await door.post("/login", fields, late.stranger(page))
                #expect(answer.status == 303 && !answer.text.contains("evil"), "\(target)")
            }
        }
    }

    @Test("SYS-08 a wrong password keeps what is carried; too much is told; a file must be chosen again")
    func kept() async throws {
        try await Door.open(.sqlite) { door in
            let late = try await Late(door, .homeroom)
            let page = await late.send([("count", "2")])
            let wrong = await door.post(
                "/login", page.hidden + [("username", "ai.do"), ("password", "sai")], late.stranger(page))
            #expect(wrong.status == 422 && wrong.hidden.contains { $0 == ("held.count", "2") })
            var random = SeededRandom(seed: 3)
            let much = String((0..<30_000).map { _ in Character(UnicodeScalar(UInt8(97 + random.below(26)))) })
            let heavy = await door.post(
                "/students/\(late.student.code)/edit",
                [("csrf", late.token), ("note", much), ("more", much), ("last", much)], late.gone)
            #expect(heavy.status == 401 && heavy.bytes.count < 20_000 && !heavy.text.contains("held-target"))
            let parts =
                "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n\(late.token)\r\n"
                + "--x\r\nContent-Disposition: form-data; name=\"count\"\r\n\r\n2\r\n"
                + "--x\r\nContent-Disposition: form-data; name=\"paper\"; filename=\"a.pdf\"\r\n\r\n%PDF\r\n--x--\r\n"
            let upload = await door.ask(
                .post, late.path, late.gone, body: Array(parts.utf8),
                headers: [.contentType: "multipart/form-data; boundary=x", .contentLength: "\(parts.utf8.count)"])
            #expect(upload.hidden.contains { $0 == ("held-file", "paper") } && !upload.text.contains("%PDF"))
            let offer = try await late.signIn(upload, as: .homeroom)
            #expect(offer.text.contains("type=\"file\"") && offer.text.contains("enctype=\"multipart/form-data\""))
            #expect(offer.hidden.contains { $0 == ("count", "2") })
        }
    }

    @Test("a long address comes back whole after signing in")
    func longAddress() async throws {
        try await Door.open(.sqlite) { door in
            let path = "/students?q=" + String(repeating: "a", count: 3000) + "%E1%BA%AA&status=any"
            let away = await door.get(path)
            #expect(away.status == 303)
            let form = await door.get(away.location)
            #expect(form.hidden.contains { $0 == ("next", path) })
        }
    }

    @Test("a school year once chosen is kept through pages, until a link names another", arguments: Backend.all)
    func schoolYear(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let guest = try await door.signIn(.principal)
            let home = await door.get("/me", guest), token = home.token ?? ""
            let current = SchoolYear(of: Day(at: Clock.system.now)), before = current.previous
            func shown(_ path: String) async -> [String] {
                await door.get(path, guest).text.split(separator: "<button name=\"year\" value=\"").dropFirst()
                    .filter { $0.prefix(40).contains("aria-current") }.map { String($0.prefix { $0 != "\"" }) }
            }
            #expect(await shown("/classes") == [current.description])
            let chosen = await door.post(
                "/session/year", [("csrf", token), ("year", before.description), ("next", "/classes")], guest)
            #expect(chosen.status == 303 && chosen.location == "/classes")
            #expect(await shown("/me") == [before.description])
            #expect(await shown("/classes") == [before.description])
            #expect(await door.get("/classes", guest).text.contains("year-other"))
            #expect(await shown("/classes?year=\(current)") == [current.description])
            #expect(await door.post("/session/year", [("csrf", token), ("year", "x")], guest).status == 404)
        }
    }
}

/// Somebody whose session is over while a form of theirs is open.
private struct Late {
    let door: Door, gone: Guest, token: String, path: String, student: ID<Student>

    init(_ door: Door, _ role: Role) async throws {
        self.door = door
        student = try #require(door.demo.sample.studentId.flatMap { ID<Student>($0) })
        path = "/students/\(student.code)/slips"
        gone = try await door.signIn(role)
        token = await door.get(path, gone).token ?? ""
        let left = await door.post("/logout", [("csrf", token)], gone)
        #expect(left.status == 303 && !token.isEmpty)
    }

    func send(_ fields: [(String, String)], headers: HTTPFields = [:]) async -> Answer {
        await door.post(path, [("csrf", token)] + fields, gone, headers: headers)
    }

    func slips() async throws -> Int {
        let student = student
        return try await door.db.read { try $0.slips(of: student).count }
    }

    func names(_ role: Role) -> [(String, String)] {
        let account = door.demo.accounts.first { $0.role == role.rawValue }
        return [("username", account?.username ?? ""), ("password", account?.password ?? "")]
    }

    /// The browser after the page of the sign-in: its old session, and the cookie of the form.
    func stranger(_ page: Answer) -> Guest {
        Guest(cookies: [gone.cookies, "guest=\(page.cookie("guest") ?? "")"].joined(separator: "; "))
    }

    func signIn(_ page: Answer, as role: Role) async throws -> Answer {
        await door.post("/login", page.hidden + names(role), stranger(page))
    }
}

extension Answer {
    /// The hidden fields of the page's own form, those of the frame left out.
    var hidden: [(String, String)] {
        let main = text.firstRange(of: "<main").map { text[$0.lowerBound...] } ?? text[...]
        return main.split(separator: "<input type=\"hidden\" name=\"").dropFirst().compactMap { piece in
            guard let middle = piece.firstRange(of: "\" value=\""),
                let end = piece[middle.upperBound...].firstIndex(of: "\"")
            else { return nil }
            return (Answer.plain(piece[..<middle.lowerBound]), Answer.plain(piece[middle.upperBound..<end]))
        }
    }

    private static func plain(_ text: some StringProtocol) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }
}
