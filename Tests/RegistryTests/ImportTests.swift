import Base
import Files
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// A folder of files to bring in, gone with the test.
final class Desk: Sendable {
    let path: String
    init() throws { path = try temporaryFolder() }
    deinit { removeFolder(path) }

    func put(_ name: String, _ text: String) throws -> String {
        let full = "\(path)/\(name)", folder = String(full[..<(full.lastIndex(of: "/") ?? full.endIndex)])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: full, contents: Data(text.utf8)) else {
            throw StorageError(.io, full)
        }
        return full
    }
}

/// Files of others, beside the repository.
enum Fixtures {
    static let root: String = {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.deletingLastPathComponent().deletingLastPathComponent().path + "/shared/fixtures"
    }()
    static let arePresent: Bool = {
        let there = FileManager.default.fileExists(atPath: root + "/SOURCES.md")
        if !there { FileHandle.standardError.write(Data("fixtures skipped: \(root) is absent\n".utf8)) }
        return there
    }()
    static let oat = root + "/oneroster/oat-gpl2/OneRosterv1p1BaseCSV"
    static let catalyst = root + "/oneroster/catalyst-gpl3/csv_data/Test_minimal_data_set.zip"
    static let schools = ["mn", "tih", "thcs"].map { root + "/vn-schools/\($0).csv" }
    static let newUnits = root + "/vn-admin-units/2025-2level/admin_units.csv"
    static let newTree = root + "/vn-admin-units/2025-2level/vietnam_provinces_nested.json"
    static let converter = root + "/vn-admin-units/2025-2level/converter_2025.json"
    static let oldUnits = root + "/vn-admin-units/pre2025-3level/admin_units_legacy.csv"
    static let oldTree = root + "/vn-admin-units/pre2025-3level/thanglequoc_vn_units.json"
}

extension ImportReport {
    var accounted: Int { [created, updated, unchanged].reduce(0) { $0 + $1.values.reduce(0, +) } + rejected.count }
    var isUnchanged: Bool { created.isEmpty && updated.isEmpty }
    var words: String {
        "read \(read) created \(created) updated \(updated) unchanged \(unchanged) rejected \(rejected.count) warnings \(warnings.count)"
    }
}

/// An empty register with the house's catalogues, and a clock that moves.
struct Office: Sendable {
    let db: any Database
    let moment: SettableMoment

    func bring(
        _ kind: ImportKind, _ files: String..., org: ID<Org>? = nil, dryRun: Bool = false, allOrNothing: Bool = false,
        by visitor: Visitor = .commandLine
    ) async throws -> ImportReport {
        try await bring(kind, files, org: org, dryRun: dryRun, allOrNothing: allOrNothing, by: visitor)
    }

    func bring(
        _ kind: ImportKind, _ files: [String], org: ID<Org>? = nil, dryRun: Bool = false, allOrNothing: Bool = false,
        by visitor: Visitor = .commandLine
    ) async throws -> ImportReport {
        moment.value += 60_000
        let request = ImportRequest(
            files: files, org: org, dryRun: dryRun, allOrNothing: allOrNothing, visitor: visitor)
        let report = try await RosterImport.$executable.withValue(Office.child) {
            try await kind.run(request, db) { _, _ in }
        }
        #expect(report.accounted == report.read, "\(report.words)")
        return report
    }

    func send(_ kind: ExportKind, to path: String) async throws {
        _ = try await kind.run(ExportRequest(path: path, visitor: .commandLine), db) { _, _ in }
    }

    func count(_ table: String) async throws -> Int {
        try await db.read { try $0.count("SELECT COUNT(*) FROM \(sql: SQL(stringLiteral: table))") }
    }

    /// Every row that an import could have left.
    func counts() async throws -> [String: Int] {
        var out: [String: Int] = [:]
        for table in LedgerTable.all.map(\.name) + ["registry_search", "registry_total", "registry_org_path"] {
            out[table] = try await count(table)
        }
        return out
    }

    static let resources =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Resources"

    /// The program that unpacks zips: built beside the tests.
    static let child = Programs.filesChild
}

func inOffice(_ backend: Backend, _ body: @escaping (Office) async throws -> Void) async throws {
    try Catalogues.use(Office.resources + "/catalogues")
    let moment = SettableMoment(testMoment)
    try await withDatabase(backend, WorkSchema.migrations + Schema.migrations, at: moment) {
        try await body(Office(db: $0, moment: moment))
    }
}

/// A small bundle of edition 1.2: two schools of a commune, classes of one, people.
enum Bundle {
    static let manifest = """
        propertyName,value
        manifest.version,1.0
        oneroster.version,1.2
        source.systemName,SMAS
        """

    static let files: [String: String] = [
        "orgs.csv": """
        sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
        s1,,,Trường Tiểu học Sìn Hồ,school,12100101,x1
        s2,,,Trường THCS Sìn Hồ,school,12100102,x1
        x1,,,UBND xã Sìn Hồ,local,X1,
        """,
        "academicSessions.csv": """
        sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
        t1,,,Học kì I,term,2026-09-05,2027-01-10,y1,2027
        y1,,,Năm học 2026-2027,schoolYear,2026-09-05,2027-05-31,,2027
        """,
        "courses.csv": """
        sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes
        c1,,,y1,Toán lớp 1,TOAN1,01,s1,Toán,
        """,
        "classes.csv": """
        sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
        k1,,,1A,01,c1,,homeroom,P1,s1,t1,,,
        k2,,,1B,01,c9,,homeroom,P2,s1,t1,,,
        k9,,,9A,09,,,homeroom,,s9,t1,,,
        """,
        "users.csv": """
        sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,ext_dan_toc
        u1,,,true,hoa,,Hoa,Lò,Thị,,,,,g1,01,mat-khau-1,,Thái
        u2,,,true,pao,,Páo,Giàng,A,,,,,,01,,,
        u3,,,true,nam,,Nam,Nguyễn,Văn,,nam@example.vn,,0912345678,,,,,
        g1,,,true,,,Dua,Lò,Văn,,,,0987654321,,,,,
        bad,,,true,,,=cmd(),Lò,,,,,,,,,,
        """,
        "roles.csv": """
        sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
        r1,,,u1,primary,student,,,s1,
        r2,,,u2,primary,student,,,s1,
        r3,,,u3,primary,teacher,2020-08-01,,s1,
        r4,,,g1,primary,parent,,,s1,
        r5,,,bad,primary,student,,,s1,
        """,
        "demographics.csv": """
        sourcedId,status,dateLastModified,birthDate,sex
        u1,,,2020-03-05,female
        u2,,,2020-04-06,male
        g1,,,,male
        """,
        "enrollments.csv": """
        sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
        e1,,,k1,s1,u1,student,,2026-09-05,
        e2,,,k1,s1,u2,student,,2026-09-05,
        e3,,,k1,s1,u3,teacher,true,2026-09-05,
        e4,,,k9,s1,u2,student,,,
        """,
        "results.csv": """
        sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score
        m1,,,l1,u1,fully graded,9.5
        """,
    ]

    static func write(
        _ desk: Desk, _ name: String = "bundle", mode: String = "bulk",
        _ change: (inout [String: String]) -> Void = { _ in }
    ) throws -> String {
        var files = files
        change(&files)
        for (file, text) in files { _ = try desk.put("\(name)/\(file)", text) }
        let lines = files.keys.sorted().map { "file.\($0.dropLast(4)),\(mode)" }.joined(separator: "\n")
        _ = try desk.put("\(name)/manifest.csv", manifest + "\n" + lines)
        return desk.path + "/" + name
    }
}

@Suite(.serialized) struct ImportTests {
    @Test(
        "every row of a bundle is created or refused with its place; again it is unchanged; out and in changes nothing",
        arguments: Backend.all)
    func bundle(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk)
            let first = try await office.bring(.oneRoster, folder)
            #expect(first.refused == nil)
            #expect(
                first.created == [
                    "orgs": 3, "academicSessions": 2, "courses": 1, "classes": 2, "users": 4, "roles": 4,
                    "demographics": 3, "enrollments": 3, "results": 1,
                ])
            #expect(
                first.rejected.map { "\($0.file) \($0.row) \($0.column) \($0.value)" } == [
                    "classes.csv 3 schoolSourcedId s9", "users.csv 5 givenName =cmd()", "roles.csv 5 userSourcedId bad",
                    "enrollments.csv 4 classSourcedId k9",
                ])
            #expect(
                first.warnings.contains { $0.contains("mật khẩu") } && first.warnings.contains { $0.contains("c9") })
            try await office.db.read { tx in
                let all = try tx.all("SELECT record FROM registry_identifier", String.self).joined()
                #expect(!all.contains("mat-khau-1") && all.contains("ext_dan_toc"))
                guard let school = try tx.org(code: "12100101", scope: .everything) else { throw Fault.notFound }
                #expect(school.kind == "th" && school.isInstitution && school.levels == [.primary])
                #expect(
                    try tx.path(of: school.id, on: tx.today, scope: .everything).map(\.name) == [
                        "UBND xã Sìn Hồ", "Trường Tiểu học Sìn Hồ",
                    ])
                let classes = try tx.classes(of: school.id, year: World.year, scope: .everything)
                #expect(
                    classes.map(\.name) == ["1A", "1B"] && classes.map(\.total) == [2, 0]
                        && classes.map(\.female) == [1, 0])
                #expect(classes[0].homeroomName == "Nguyễn Văn Nam")
                let hits = try tx.search("lo thi hoa", scope: .everything)
                guard let hoa = hits.first.flatMap({ ID<Student>(raw: $0.id) }),
                    let record = try tx.student(hoa, scope: .everything)
                else { throw Fault.notFound }
                #expect(record.birthDate?.iso == "2020-03-05" && record.sex == "female" && record.grade == "1")
                #expect(try tx.guardians(of: hoa, on: tx.today, scope: .everything).map(\.name) == ["Lò Văn Dua"])
            }
            let again = try await office.bring(.oneRoster, folder)
            #expect(again.isUnchanged && again.rejected.count == 4, "\(again.words)")
            for path in [desk.path + "/out.zip", desk.path + "/out"] {
                try await office.send(.oneRoster, to: path)
                let back = try await office.bring(.oneRoster, path)
                #expect(
                    back.isUnchanged && back.rejected.isEmpty && back.refused == nil,
                    "\(back.words) \(back.rejected.prefix(5)) \(back.refused ?? "")")
                #expect(back.read == 23)
            }
            let users = try String(contentsOfFile: desk.path + "/out/users.csv", encoding: .utf8)
            #expect(
                users.contains("ext_dan_toc") && users.contains("u1,") && users.contains("Thái")
                    && !users.contains("mat-khau"))
        }
    }

    @Test("a bundle taken back leaves nothing; a later change prevents it", arguments: Backend.all)
    func undo(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk), before = try await office.counts()
            let first = try await office.bring(.oneRoster, folder)
            guard let batch = ID<Batch>(first.batch) else { throw Fault.notFound }
            #expect(try await Registry.undo(batch, by: .commandLine, in: office.db) > 10)
            #expect(try await office.counts() == before)
            await #expect(throws: Fault.self) { _ = try await Registry.undo(batch, by: .commandLine, in: office.db) }
            let second = try await office.bring(.oneRoster, folder), full = try await office.counts()
            guard let next = ID<Batch>(second.batch) else { throw Fault.notFound }
            let changed = try Bundle.write(desk, "changed") {
                $0["users.csv"] = $0["users.csv"]?.replacingOccurrences(of: "Hoa,Lò,Thị", with: "Hoà,Lò,Thị")
            }
            let third = try await office.bring(.oneRoster, changed)
            #expect(third.updated == ["users": 1] && third.created.isEmpty, "\(third.words)")
            try await office.db.read { tx in
                guard let id = try tx.search("lò thị hoà", scope: .everything).first?.id else { throw Fault.notFound }
                #expect(
                    try tx.history(of: .student(ID(stored: id))).contains {
                        $0.field == "given_name" && $0.old == "Hoa"
                    })
            }
            do {
                _ = try await Registry.undo(next, by: .commandLine, in: office.db)
                Issue.record("undone over a later change")
            } catch let fault as Fault { #expect(fault.kind == .conflict && fault.message.contains("Lò Thị Hoà")) }
            #expect(
                try await office.counts().filter { $0.key != "registry_identifier" }
                    == full.filter { $0.key != "registry_identifier" })
            guard let last = ID<Batch>(third.batch) else { throw Fault.notFound }
            #expect(try await Registry.undo(last, by: .commandLine, in: office.db) == 1)
            _ = try await Registry.undo(next, by: .commandLine, in: office.db)
            #expect(try await office.counts() == before)
        }
    }

    @Test("a trial and all-or-nothing with a bad row write nothing and tell everything", arguments: Backend.all)
    func nothing(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk), before = try await office.counts()
            let trial = try await office.bring(.oneRoster, folder, dryRun: true)
            #expect(trial.dryRun && trial.created["users"] == 4 && trial.rejected.count == 4)
            #expect(try await office.counts() == before)
            let whole = try await office.bring(.oneRoster, folder, allOrNothing: true)
            #expect(whole.refused != nil && whole.rejected.count == 4)
            #expect(try await office.counts() == before)
            let good = try Bundle.write(desk, "good") { files in
                files = files.filter { ["orgs.csv", "academicSessions.csv"].contains($0.key) }
            }
            let written = try await office.bring(.oneRoster, good, allOrNothing: true)
            #expect(written.refused == nil && written.created == ["orgs": 3, "academicSessions": 2])
            #expect(try await office.count("registry_org") == 3)
        }
    }

    @Test(
        "a full replacement ends what it does not name; a delta ends what it marks; both come back",
        arguments: Backend.all)
    func replacement(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            func good(_ files: inout [String: String]) {
                files["classes.csv"] = files["classes.csv"]?.replacingOccurrences(
                    of: "\nk9,,,9A,09,,,homeroom,,s9,t1,,,", with: "")
                files["users.csv"] = files["users.csv"]?.replacingOccurrences(
                    of: "\nbad,,,true,,,=cmd(),Lò,,,,,,,,,,", with: "")
                files["roles.csv"] = files["roles.csv"]?.replacingOccurrences(
                    of: "\nr5,,,bad,primary,student,,,s1,", with: "")
                files["enrollments.csv"] = files["enrollments.csv"]?.replacingOccurrences(
                    of: "\ne4,,,k9,s1,u2,student,,,", with: "")
            }
            func status(_ name: String) async throws -> String? {
                try await office.db.read {
                    try $0.value("SELECT status FROM registry_student WHERE given_name = \(name)")
                }
            }
            let folder = try Bundle.write(desk, "full", good)
            #expect(try await office.bring(.oneRoster, folder).rejected.isEmpty)
            let fewer = try Bundle.write(desk, "fewer") { files in
                good(&files)
                files["users.csv"] = files["users.csv"]?.split(separator: "\n").filter { !$0.hasPrefix("u2") }.joined(
                    separator: "\n")
                files["roles.csv"] = files["roles.csv"]?.split(separator: "\n").filter { !$0.hasPrefix("r2") }.joined(
                    separator: "\n")
                files["demographics.csv"] = files["demographics.csv"]?.split(separator: "\n").filter {
                    !$0.hasPrefix("u2")
                }.joined(separator: "\n")
                files["enrollments.csv"] = files["enrollments.csv"]?.split(separator: "\n").filter {
                    !$0.hasPrefix("e2")
                }.joined(separator: "\n")
            }
            let less = try await office.bring(.oneRoster, fewer)
            #expect(
                less.isUnchanged && less.warnings.contains { $0.contains("users.csv: 1 bản ghi") }, "\(less.warnings)")
            #expect(try await status("Páo") == "moved-1")
            #expect(try await office.bring(.oneRoster, fewer).isUnchanged)
            let back = try await office.bring(.oneRoster, folder)
            #expect(try await status("Páo") == "studying")
            #expect(back.updated["users"] == 1 && back.updated["enrollments"] == 1, "\(back.words)")
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            let delta = try Bundle.write(desk, "delta", mode: "delta") { files in
                files = [
                    "users.csv": (files["users.csv"] ?? "").split(separator: "\n").prefix(1).joined()
                        + "\nu1,tobedeleted,2026-11-20,true,,,Hoa,Lò,Thị,,,,,,,,,\n"
                ]
            }
            let gone = try await office.bring(.oneRoster, delta)
            #expect(gone.updated == ["users": 1] && gone.read == 1)
            #expect(try await status("Hoa") == "moved-1")
            #expect(try await status("Páo") == "studying")
            #expect(try await office.bring(.oneRoster, delta).unchanged == ["users": 1])
        }
    }

    @Test("who reaches one school writes into that school alone", arguments: Backend.all)
    func scope(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk)
            _ = try await office.bring(.oneRoster, folder)
            guard let other = try await office.db.read({ try $0.org(code: "12100102") }) else { throw Fault.notFound }
            let clerk = World.visitor(.clerk, .institutions([other]))
            let changed = try Bundle.write(desk, "changed") { files in
                files["users.csv"] = files["users.csv"]?.replacingOccurrences(of: "Hoa,Lò,Thị", with: "Hoà,Lò,Thị")
                files["orgs.csv"] = (files["orgs.csv"] ?? "") + "\ns3,,,Trường mới,school,,\n"
                files["users.csv"] = files["users.csv"].map { $0 + "\nu9,,,true,,,Mới,Lò,,,,,,,,,,\n" }
                files["roles.csv"] = files["roles.csv"].map { $0 + "\nr9,,,u9,primary,student,,,s1,\n" }
            }
            let report = try await office.bring(.oneRoster, changed, by: clerk)
            #expect(report.isUnchanged, "\(report.words)")
            #expect(
                report.rejected.contains { $0.file == "orgs.csv" && $0.row == 4 }
                    && report.rejected.contains { $0.file == "users.csv" && $0.row == 1 })
            await #expect(throws: Fault.self) {
                _ = try await office.bring(.adminUnits, folder + "/orgs.csv", by: clerk)
            }
        }
    }

    @Test("a file that cannot be read is refused whole", arguments: Backend.all)
    func refused(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), before = try await office.counts()
            for text in [
                "", "a,b\n1,2\n", "sourcedId,name,type\n1,\"open", "sourcedId,name,type\n1,\0,school\n",
                "sourcedId,name,name,type\n1,2,3,school\n",
            ] {
                let path = try desk.put("orgs.csv", text), report = try await office.bring(.oneRoster, path)
                #expect(report.refused != nil && report.read == 0)
                #expect(try await office.bring(.schools, path).refused != nil)
                #expect(try await office.bring(.adminUnits, path).refused != nil)
            }
            let deep = try desk.put("deep.json", String(repeating: "[", count: 10_000))
            #expect(try await office.bring(.adminUnits, deep).refused != nil)
            let zip = try desk.put("bad.zip", "PK\u{3}\u{4}" + String(repeating: "x", count: 100))
            #expect(try await office.bring(.oneRoster, zip).refused != nil)
            #expect(try await office.counts() == before)
        }
    }

    @Test(
        "five thousand rows come in piece by piece; one that is cut off is finished by the next, or taken back",
        arguments: Backend.all)
    func many(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk) { $0 = Bundle.many(1200) },
                before = try await office.counts()
            let request = ImportRequest(files: [folder], visitor: .commandLine)
            // A process that falls leaves its batch as it is.
            await #expect(throws: LeaseLost.self) {
                _ = try await ImportKind.oneRoster.run(request, office.db) { done, _ in
                    if done > 2500 { throw LeaseLost() }
                }
            }
            #expect(try await office.count("registry_student") > 0)
            guard let cut = try await office.db.read({ try $0.value("SELECT id FROM work_batch", ID<Batch>.self) })
            else { throw Fault.notFound }
            _ = try await Registry.undo(cut, by: .commandLine, in: office.db)
            #expect(try await office.counts() == before)
            await #expect(throws: LeaseLost.self) {
                _ = try await ImportKind.oneRoster.run(request, office.db) { done, _ in
                    if done > 2500 { throw LeaseLost() }
                }
            }
            let rest = try await office.bring(.oneRoster, folder)
            #expect(rest.rejected.isEmpty && rest.read > 5000, "\(rest.words)")
            #expect(try await office.count("registry_student") == 1200)
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            try await office.db.read { tx throws in
                #expect(
                    try tx.count("SELECT SUM(total) FROM registry_total WHERE dimension = 'all' AND class_id = 0")
                        == 1200)
            }
            try await office.send(.oneRoster, to: desk.path + "/out.zip")
            let back = try await office.bring(.oneRoster, desk.path + "/out.zip")
            #expect(back.isUnchanged && back.rejected.isEmpty, "\(back.words) \(back.rejected.prefix(3))")
        }
    }

    @Test("one register goes over whole into an empty one", arguments: Backend.all)
    func transfer(_ backend: Backend) async throws {
        let desk = try Desk()
        try await inWorld(backend) { world in
            try await world.pupil("Lò Thị Hoa", in: world.class1A)
            try await world.pupil("Giàng A Páo", in: world.class1B, sex: Sex.male, born: "2019")
            try Catalogues.use(Office.resources + "/catalogues")
            let out = ExportRequest(path: desk.path + "/world.zip", visitor: .commandLine)
            #expect(try await ExportKind.oneRoster.run(out, world.db) { _, _ in }["users"] == 2)
            let own = try await RosterImport.$executable.withValue(Office.child) {
                try await ImportKind.oneRoster.run(ImportRequest(files: [out.path], visitor: .commandLine), world.db) {
                    _, _ in
                }
            }
            #expect(
                own.isUnchanged && own.rejected.isEmpty && own.refused == nil,
                "\(own.words) \(own.rejected.prefix(3)) \(own.refused ?? "")")
        }
    }
}

extension Bundle {
    /// A bundle of so many learners in classes of thirty, each with what goes with a learner.
    static func many(_ count: Int) -> [String: String] {
        var files = files.filter { ["orgs.csv", "academicSessions.csv"].contains($0.key) }
        func head(_ name: String) -> [String] { [String(Bundle.files[name]?.split(separator: "\n").first ?? "")] }
        var classes = head("classes.csv"), users = head("users.csv"), roles = head("roles.csv"),
            people = head("demographics.csv")
        var stays = head("enrollments.csv")
        let families = ["Lò", "Giàng", "Vàng", "Sùng", "Tẩn", "Lý", "Nguyễn"],
            given = ["Hoa", "Páo", "Dua", "Mai", "Sơn", "Ánh"]
        for number in 0..<count {
            if number % 30 == 0 { classes.append("k\(number / 30),,,1A\(number / 30),01,,,homeroom,,s1,t1,,,") }
            users.append("u\(number),,,true,,,\(given[number % 6]),\(families[number % 7]),Thị,,,,,,01,,,")
            roles.append("r\(number),,,u\(number),primary,student,,,s1,")
            people.append("u\(number),,,2020-03-\(number % 28 + 1 < 10 ? "0" : "")\(number % 28 + 1),female")
            stays.append("e\(number),,,k\(number / 30),s1,u\(number),student,,2026-09-05,")
        }
        for (name, lines) in [
            ("classes.csv", classes), ("users.csv", users), ("roles.csv", roles), ("demographics.csv", people),
            ("enrollments.csv", stays),
        ] {
            files[name] = lines.joined(separator: "\n")
        }
        files["results.csv"] = (["sourcedId,score"] + (0..<300).map { "m\($0),\($0 % 10)" }).joined(separator: "\n")
        return files
    }
}
