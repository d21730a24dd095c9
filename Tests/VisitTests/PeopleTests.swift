import Base
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// What the pages of learners, classes and staff show, keep and write down.
@Suite(.serialized) struct PeopleTests {
    /// The child that the tests have built beside them.
    static var child: String { Programs.filesChild }

    /// Sends a form with a file, as a browser does.
    static func send(
        _ door: Door, _ path: String, _ guest: Guest, token: String, fields: [(String, String)] = [], file: String,
        name: String, _ bytes: [UInt8]
    ) async -> Answer {
        let mark = "----hoaban-test"
        var body: [UInt8] = []
        for (key, value) in [("csrf", token)] + fields {
            body += "--\(mark)\r\nContent-Disposition: form-data; name=\"\(key)\"\r\n\r\n\(value)\r\n".utf8
        }
        body += "--\(mark)\r\nContent-Disposition: form-data; name=\"\(file)\"; filename=\"\(name)\"\r\n".utf8
        body += "Content-Type: application/octet-stream\r\n\r\n".utf8
        body += bytes + Array("\r\n--\(mark)--\r\n".utf8)
        let sent = body
        return await Attachments.$executable.withValue(child) {
            await door.ask(
                .post, path, guest, body: sent, headers: [.contentType: "multipart/form-data; boundary=\(mark)"])
        }
    }

    static func verbs(_ door: Door, _ prefix: String) async throws -> [String] {
        try await door.db.read { tx in try tx.auditEntries(scope: .everything, verb: prefix, limit: 500).map(\.verb) }
    }

    /// A learner of the sample school and one of another.
    static func learners(_ door: Door) async throws -> (own: String, foreign: String) {
        let own = try #require(door.demo.sample.studentId), school = try #require(door.demo.sample.schoolId)
        let org = try #require(ID<Org>(school))
        let foreign = try await door.db.read { tx in
            try tx.value("SELECT MIN(id) FROM registry_student WHERE org_id <> \(org)", Int64.self)
        }
        return (own, ID<Student>(stored: try #require(foreign)).code)
    }

    // MARK: Sensitive reading

    @Test(
        "SYS-09 what lists do not show is on a page of its own, and each opening of it is noted", arguments: Backend.all
    )
    func sensitive(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), (own, foreign) = try await Self.learners(door)
            let id = try #require(ID<Student>(own))
            try await door.db.commit { tx in
                guard let record = try tx.student(id, scope: .everything) else { throw Fault.notFound }
                try tx.update(record, [Change(key: "allergy", old: "", new: "dị ứng tôm cua")], residence: nil)
                try tx.insert(PolicyDraft(student: id, kind: "poor", period: .always))
            }
            let page = await door.get("/students/\(own)", clerk)
            #expect(page.status == 200 && page.text.contains("/students/\(own)/sensitive"))
            #expect(!page.text.contains("dị ứng tôm cua") && !page.text.contains("Hộ nghèo"))
            #expect(try await Self.verbs(door, "registry.student.read-sensitive").isEmpty)
            let opened = await door.get("/students/\(own)/sensitive", clerk)
            #expect(opened.text.contains("dị ứng tôm cua"))
            #expect(try await Self.verbs(door, "registry.student.read-sensitive").count == 1)
            _ = await door.get("/students/\(own)/edit", clerk)
            _ = await door.get("/students/\(own)/history", clerk)
            #expect(try await Self.verbs(door, "registry.student.read-sensitive").count == 3)
            #expect(await door.get("/students/\(foreign)/sensitive", clerk).status == 404)
            #expect(try await Self.verbs(door, "registry.student.read-sensitive").count == 3)
            let teacher = try await door.signIn(.subjectTeacher)
            #expect(await door.get("/students/\(own)/sensitive", teacher).status == 403)
            // A list by policy status says who is poor: noted too, and unknown to those without the right.
            #expect(await door.get("/students?policy=poor", clerk).status == 200)
            #expect(try await Self.verbs(door, "registry.student.list-policy").count == 1)
            let all = await door.get("/students", teacher).text.components(separatedBy: "<tr").count
            #expect(await door.get("/students?policy=poor", teacher).text.components(separatedBy: "<tr").count == all)
        }
    }

    @Test("SYS-09 salary and papers of staff are opened on purpose and noted", arguments: Backend.all)
    func staffSensitive(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), school = try #require(ID<Org>(door.demo.sample.schoolId ?? ""))
            let id = try await door.db.commit { tx in
                guard let raw = try tx.value("SELECT MIN(id) FROM registry_staff WHERE org_id = \(school)", Int64.self),
                    let record = try tx.staff(ID(stored: raw), scope: .everything)
                else { throw Fault.notFound }
                try tx.update(record, [Change(key: "salary_coefficient", old: "", new: "4.98")])
                return record.id
            }
            #expect(await door.get("/staff/\(id.code)", clerk).text.contains("4,98") == false)
            #expect(try await Self.verbs(door, "registry.staff.read-sensitive").isEmpty)
            #expect(await door.get("/staff/\(id.code)/sensitive", clerk).text.contains("4,98"))
            #expect(try await Self.verbs(door, "registry.staff.read-sensitive").count == 1)
            let teacher = try await door.signIn(.homeroom)
            #expect(await door.get("/staff/\(id.code)/sensitive", teacher).status == 403)
        }
    }

    // MARK: Photos and papers

    @Test(
        "a photo is taken by what it is, shown to those who see the child, replaced and taken away",
        arguments: Backend.all)
    func photo(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), (own, foreign) = try await Self.learners(door)
            let form = await door.get("/students/\(own)/photo/edit", clerk), token = try #require(form.token)
            let path = "/students/\(own)/photo/edit"
            func send(_ bytes: [UInt8], name: String = "a.jpg", to path: String) async -> Answer {
                await Self.send(door, path, clerk, token: token, file: "photo", name: name, bytes)
            }
            #expect(await door.get("/students/\(own)/photo", clerk).status == 404)
            for bad in [
                Array("MZ\u{90}".utf8), SamplePicture.pdf, Array(SamplePicture.jpeg().prefix(60)), [],
                SamplePicture.jpeg(width: 9000, height: 9000), Array("<svg onload=alert(1)>".utf8),
            ] {
                let answer = await send(bad, to: path)
                #expect(answer.status == 422 && answer.text.contains("f-photo-error"), "\(answer.status)")
            }
            let jpeg = SamplePicture.jpeg()
            #expect(await send(jpeg + [UInt8](repeating: 0, count: 2 << 20), to: path).status == 422)
            #expect(await send(jpeg, to: "/students/\(foreign)/photo/edit").status == 404)
            #expect(await send(jpeg, name: "x.exe", to: path).status == 303)
            let picture = await door.get("/students/\(own)/photo", clerk)
            #expect(picture.status == 200 && picture.headers[.contentType] == "image/jpeg")
            #expect(picture.headers[.xContentTypeOptions] == "nosniff" && picture.bytes.starts(with: [0xFF, 0xD8]))
            #expect(picture.bytes.firstRange(of: Array("GPS".utf8)) == nil)
            let shown = "src=\"/students/\(own)/photo\""
            #expect(await door.get("/students/\(own)", clerk).text.contains(shown))
            #expect(await door.get("/prints/cards?id=\(own)", clerk).text.contains(shown))
            #expect(await door.get("/classes/\(door.demo.sample.classId ?? "")", clerk).text.contains(shown))
            // Another school's child: no photo, nothing that tells there is one.
            let other = try #require(ID<Student>(foreign)), hash = Secret.sha256(picture.bytes)
            try await door.db.commit { tx in try tx.setPhoto(hash, ofStudent: other) }
            #expect(await door.get("/students/\(foreign)/photo", clerk).status == 404)
            #expect(await send(SamplePicture.png(), to: path).status == 303)
            #expect(await door.get("/students/\(own)/photo", clerk).headers[.contentType] == "image/png")
            #expect(await door.get("\(path)?remove=1", clerk).text.contains("Bỏ ảnh của"))
            #expect(await door.post(path, [("csrf", token), ("remove", "1")], clerk).status == 303)
            #expect(await door.get("/students/\(own)/photo", clerk).status == 404)
            let id = try #require(ID<Student>(own))
            let changes = try await door.db.read { tx in
                try tx.history(of: .student(id)).filter { $0.field == "photo" }
            }
            #expect(changes.count == 3 && changes.first?.new == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: door.folder).allSatisfy { $0.count == 2 })
        }
    }

    @Test(
        "a scanned paper leaves only as an attachment, to those who reach the child, and each reading is noted",
        arguments: Backend.all)
    func papers(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), (own, foreign) = try await Self.learners(door)
            let form = await door.get("/students/\(own)/documents", clerk), token = try #require(form.token)
            func send(_ bytes: [UInt8], to who: String) async -> Answer {
                await Self.send(
                    door, "/students/\(who)/documents", clerk, token: token, fields: [("name", "Giấy khai sinh")],
                    file: "file", name: "a.pdf", bytes)
            }
            #expect(await send(Array("PK\u{3}\u{4}".utf8), to: own).status == 422)
            #expect(await send(Array(SamplePicture.pdf.dropLast(8)), to: own).status == 422)
            #expect(await send(SamplePicture.pdf, to: foreign).status == 404)
            #expect(await send(SamplePicture.pdf, to: own).status == 303)
            let id = try #require(ID<Student>(own))
            let paper = try #require(
                try await door.db.read { tx in try tx.documents(of: id, scope: .everything).first { $0.blob != nil } })
            let path = "/students/\(own)/documents/\(paper.id.code)", answer = await door.get(path, clerk)
            #expect(answer.status == 200 && answer.bytes == SamplePicture.pdf)
            #expect(answer.headers[.contentType] == "application/pdf")
            #expect(answer.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            #expect(try await Self.verbs(door, "registry.student.read-document").count == 1)
            #expect(await door.get("/students/\(foreign)/documents/\(paper.id.code)", clerk).status == 404)
            let teacher = try await door.signIn(.subjectTeacher)
            #expect(await door.get(path, teacher).status == 403)
            #expect(try await Self.verbs(door, "registry.student.read-document").count == 1)
            let asked = await door.get("/students/\(own)/documents?remove=\(paper.id.code)", clerk)
            #expect(asked.text.contains("Bỏ giấy tờ “Giấy khai sinh”"))
            let gone = await door.post(
                "/students/\(own)/documents", [("csrf", token), ("remove", paper.id.code)], clerk)
            #expect(gone.status == 303)
            #expect(await door.get(path, clerk).status == 404)
        }
    }

    // MARK: Who changed what

    @Test("the history and the notice of a conflict name the person and the role", arguments: Backend.all)
    func whoChanged(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), (own, _) = try await Self.learners(door)
            let username = door.demo.accounts.first { $0.role == Role.clerk.rawValue }?.username ?? ""
            let name = try #require(
                try await door.db.read { tx in
                    try tx.value(
                        """
                        SELECT s.name FROM registry_staff s JOIN identity_account a ON a.person_id = s.id
                        WHERE a.username = \(username)
                        """, String.self)
                })
            let form = await door.get("/students/\(own)/edit", clerk), token = try #require(form.token)
            let version = try #require(form.text.firstMatch(of: /name="version" value="(\d+)"/)?.1)
            func save(_ note: String) async -> Answer {
                await door.post(
                    "/students/\(own)/edit",
                    [("csrf", token), ("version", String(version)), ("note", note)], clerk)
            }
            #expect(await save("một").status == 303)
            let history = await door.get("/students/\(own)/history", clerk).text
            #expect(history.contains("\(name) · \(Role.clerk.label)"))
            let refused = await save("hai")
            #expect(refused.status != 303 && refused.text.contains("Người vừa lưu: \(name) · \(Role.clerk.label)"))
        }
    }

    @Test("who learns is not taken back, who has left is not waiting for a class")
    func takenBack() async throws {
        try await Door.open(.sqlite) { door in
            let clerk = try await door.signIn(.clerk), (own, _) = try await Self.learners(door)
            let here = await door.get("/students/\(own)/return", clerk)
            #expect(here.text.contains("không cần nhận lại") && !here.text.contains("name=\"class\""))
            let token = try #require(await door.get("/students/\(own)/leave", clerk).token)
            let left = await door.post(
                "/students/\(own)/leave",
                [("csrf", token), ("status", "moved-1"), ("day", door.db.clock.today.shown)], clerk)
            #expect(left.status == 303)
            let page = await door.get("/students/\(own)", clerk).text
            #expect(page.contains("Không còn học (lớp gần nhất: ") && !page.contains("Chưa xếp lớp"))
            #expect(await door.get("/students/\(own)/return", clerk).text.contains("name=\"class\""))
        }
    }

    @Test("every card says by itself that its holder is made up")
    func cards() async throws {
        try await Door.open(.sqlite) { door in
            let clerk = try await door.signIn(.clerk), group = try #require(door.demo.sample.classId)
            let page = await door.get("/prints/cards?class=\(group)", clerk).text
            let cards = page.components(separatedBy: "<article class=\"id-card\">").dropFirst()
            #expect(!cards.isEmpty && cards.allSatisfy { $0.contains("DỮ LIỆU MẪU") })
            #expect(page.components(separatedBy: "<h1").count == 2)
        }
    }

    // MARK: Confirmations

    @Test("a confirmation is printed again as it was issued, in Vietnamese, after the learner has left too")
    func confirmation() async throws {
        try await Door.open(.sqlite) { door in
            let clerk = try await door.signIn(.clerk), (own, _) = try await Self.learners(door)
            let token = try #require(await door.get("/students/\(own)/confirmation", clerk).token)
            let issued = await door.post(
                "/students/\(own)/confirmation", [("csrf", token), ("purpose", "vay vốn")], clerk)
            let first = await door.get(issued.location, clerk)
            #expect(first.status == 200)
            let left = await door.post(
                "/students/\(own)/leave",
                [("csrf", token), ("status", "moved-1"), ("day", door.db.clock.today.shown)], clerk)
            #expect(left.status == 303, "\(left.text.prefix(200))")
            var english = clerk
            english.cookies += "; lang=en"
            let again = await door.get(issued.location, english)
            func sheet(_ answer: Answer) -> Substring {
                let text = answer.text
                guard let from = text.firstRange(of: "<div lang=\"vi\">") else { return "" }
                return text[from.lowerBound...]
            }
            #expect(!sheet(first).isEmpty && sheet(again) == sheet(first))
            #expect(await door.get("/students/\(own)/confirmation", clerk).text.contains(issued.location.suffix(20)))
        }
    }
}
