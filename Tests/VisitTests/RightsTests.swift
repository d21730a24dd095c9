import Base
import Files
import Foundation
import House
import Logging
import Registry
import Storage
import TestSupport
import Testing
import Work

@testable import Web

/// The rights of the person, through the front door and over the whole schema.
@Suite(.serialized) struct RightsTests {
    /// Tables with a column that names a person which no room hands out, each with its reason.
    static let kept: [String: String] = [
        "registry_batch_change":
            "what stood before an import, kept to undo it; the same changes stand in the person's trail",
        "registry_site": "campuses have no person",
        "identity_attempt": "failed sign-ins by address, an hour old at most",
        "identity_sharer": "addresses that several accounts share, against guessing of passwords",
        "identity_recovery": "hashes of recovery codes, readable by nobody",
        "identity_code": "hashes of codes on paper, readable by nobody",
        "identity_slip_step": "the steps of slips: their times stand with the slip",
        "registry_freeze": "counts, and the account that froze them",
        "work_audit_entry": "handed out as the person's trail", "work_audit_field": "handed out as the person's trail",
        "work_person_key": "the person's own key, under the installation's",
        "work_job": "the queue, with the account that asked",
        "work_request": "answers to forms sent twice, for 72 hours",
        "work_batch": "imports, with the account that asked",
        "work_audit_seal": "seals", "registry_identifier": "handed out",
    ]
    static let columns: Set<String> = [
        "student_id", "staff_id", "guardian_id", "person_id", "account_id", "homeroom_id", "subject_id", "claimant",
        "username",
    ]

    @Test("L1 every table with a person in it is handed out to the person, or stands here with its reason")
    func tables() async throws {
        try await withDatabase(.sqlite, House.migrations) { db in
            let held = House.rooms.flatMap(\.offers.holdings).reduce(into: Set<String>()) { $0.formUnion($1.tables) }
            let tables = try await db.read { tx in
                try tx.all("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL") {
                    (name: try $0() as String, sql: try $0() as String)
                }
            }
            let personal = tables.filter { table in
                let words = Set(table.sql.split { !$0.isLetter && $0 != "_" }.map(String.init))
                return !words.isDisjoint(with: RightsTests.columns)
            }.map(\.name)
            #expect(personal.count > 15)
            let forgotten = personal.filter { !held.contains($0) && RightsTests.kept[$0] == nil }
            #expect(forgotten.isEmpty, "\(forgotten)")
            let unknown = held.subtracting(tables.map(\.name))
            #expect(unknown.isEmpty, "\(unknown)")
        }
    }

    private func own(_ guest: Guest, _ door: Door) async throws -> String {
        let home = await door.get("/me", guest).text
        let mark = try #require(home.firstRange(of: "href=\"/students/"))
        return String(home[mark.upperBound...].prefix(13))
    }

    private func finished(_ location: String, _ guest: Guest, _ door: Door) async throws -> Answer {
        _ = try await Worker(db: door.db, jobs: House.jobs, log: Logger(label: "test")).runNext()
        return await door.get("\(location)/file", guest)
    }

    @Test("L1 a parent takes all that is held on the child, and nothing of anybody else", arguments: Backend.all)
    func export(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let guest = try await door.signIn(.guardian), code = try await own(guest, door)
            let page = await door.get("/students/\(code)/rights", guest), token = try #require(page.token)
            #expect(page.status == 200)
            let ordered = await door.post("/students/\(code)/rights/export", [("csrf", token)], guest)
            #expect(ordered.status == 303 && ordered.location.hasPrefix("/rights/exports/"))
            let file = try await finished(ordered.location, guest, door)
            #expect(file.status == 200 && file.bytes.starts(with: [0x50, 0x4B]))
            // What the archive says, read with the program's own eyes: the entries are stored or deflated.
            let id = try #require(ID<Student>(code)), folder = door.folder
            let text = try await read(file.bytes, folder)
            let (own, others) = try await door.db.read { tx in
                (
                    try tx.student(id, scope: .everything),
                    try tx.all(
                        """
                        SELECT name FROM registry_guardian UNION SELECT name FROM registry_staff UNION SELECT phone FROM registry_guardian
                        UNION SELECT code FROM registry_student WHERE id <> \(id) UNION SELECT code FROM registry_staff
                        """, String.self)
                )
            }
            let student = try #require(own)
            #expect(text.contains(student.code) && text.contains(student.name.full))
            let leaks = others.filter { $0.count > 6 && text.contains($0) }
            #expect(leaks.isEmpty, "\(leaks)")
            // Both the order and the taking are in the trail, and the family reads so.
            let seen = await door.get("/students/\(code)/rights/readers", guest)
            #expect(seen.status == 200 && seen.text.contains(Role.guardian.label))
            // Somebody else's archive is nobody's.
            let clerk = try await door.signIn(.clerk)
            #expect(await door.get(ordered.location, clerk).status == 404)
        }
    }

    @Test(
        "L1 staff take their own archive, the office that of a parent; nobody takes another's", arguments: Backend.all)
    func others(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let username = try #require(door.demo.accounts.first { $0.role == "homeroom" }?.username)
            let own = try await door.db.read { tx in
                try tx.value("SELECT person_id FROM identity_account WHERE username = \(username)", Int64.self)
            }
            let code = ID<Staff>(stored: try #require(own)).code
            let teacher = try await door.signIn(.homeroom), token = try #require(await door.get("/me", teacher).token)
            let ordered = await door.post("/staff/\(code)/rights", [("csrf", token)], teacher)
            let file = try await finished(ordered.location, teacher, door)
            #expect(file.status == 200)
            let colleague = try await door.signIn(.subjectTeacher)
            #expect(await door.get("/staff/\(code)/rights", colleague).status == 404)

            let parent = try await door.signIn(.guardian), child = try await self.own(parent, door)
            let kin = try await door.db.read { tx in
                try tx.all("SELECT guardian_id FROM registry_guardianship ORDER BY guardian_id", ID<Guardian>.self)
            }
            let mine = try #require(await door.get("/students/\(child)/rights", parent).token)
            let strangers = try await door.db.read { tx in
                try tx.all(
                    "SELECT guardian_id FROM registry_guardianship WHERE student_id <> \(ID<Student>(child)) ORDER BY guardian_id",
                    ID<Guardian>.self)
            }
            #expect(!kin.isEmpty)
            let other = try #require(strangers.first)
            let refused = await door.post(
                "/students/\(child)/rights/export", [("csrf", mine), ("guardian", other.code)], parent)
            #expect(refused.status == 404)
        }
    }

    private func read(_ bytes: [UInt8], _ folder: String) async throws -> String {
        let path = "\(folder)/parcel.zip"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let files = try Archive.unpack(path, into: "\(folder)/parcel")
        #expect(files.map(\.name) == ["ho-so.html", "ho-so.json"])
        return try files.map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0.path)), as: UTF8.self) }
            .joined(separator: "\n")
    }

    @Test(
        "a request has its day, is answered in the clerk's words, and is reached by the family and its school alone",
        arguments: Backend.all)
    func requests(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let guest = try await door.signIn(.guardian), code = try await own(guest, door)
            let token = try #require(await door.get("/students/\(code)/rights", guest).token)
            let bad = await door.post("/students/\(code)/rights", [("csrf", token), ("kind", "nothing")], guest)
            #expect(bad.status == 422 && bad.text.contains("Chọn điều bạn yêu cầu."))
            let sent = await door.post(
                "/students/\(code)/rights",
                [("csrf", token), ("kind", "correct"), ("words", "Sai ngày sinh của cháu")], guest)
            #expect(sent.status == 303)
            #expect(await door.get("/students/\(code)/rights", guest).text.contains("Mới gửi"))
            let head = try await door.signIn(.administrator)
            let list = await door.get("/rights", head)
            let mark = try #require(list.text.firstRange(of: "/rights/requests/"))
            let path = "/rights/requests/" + String(list.text[mark.upperBound...].prefix(13))
            let page = await door.get(path, head), mine = try #require(page.token)
            #expect(page.text.contains("Sai ngày sinh của cháu"))
            let empty = await door.post(path, [("csrf", mine), ("state", "refused"), ("answer", "")], head)
            #expect(empty.status == 422)
            #expect(
                await door.post(path, [("csrf", token), ("state", "done"), ("answer", "Tự trả lời")], guest).status
                    == 403)
            #expect(
                await door.post(
                    path, [("csrf", mine), ("state", "done"), ("answer", "Đã sửa theo giấy khai sinh")], head
                ).status == 303)
            #expect(await door.get("/students/\(code)/rights", guest).text.contains("Đã sửa theo giấy khai sinh"))
            #expect(
                await door.post(path, [("csrf", mine), ("state", "done"), ("answer", "Lần nữa")], head).status == 409)
        }
    }
}
