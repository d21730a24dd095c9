import Base
import Foundation
import Testing

@testable import Files

/// Everything a bundle says, for looking at.
struct Told {
    var rows: [OneRosterRow] = [], doubts: [RowError] = [], errors: [RowError] = [], read = 0, rejected = 0

    init(_ bundle: OneRosterReader, _ file: OneRosterFile) throws {
        let rows = try bundle.rows(of: file)
        doubts = rows.warnings
        while let outcome = try rows.next() {
            switch outcome {
            case .row(let row, let found):
                self.rows.append(row)
                doubts += found
            case .rejected(let found):
                rejected += 1
                errors += found
            }
        }
        read = rows.read
    }
}

@Suite struct OneRosterTests {
    let scratch = Scratch()

    func bundle(_ files: [String: String]) throws -> OneRosterReader {
        let folder = "\(scratch.path)/\(UInt32.random(in: 0...UInt32.max))"
        for (name, text) in files { _ = scratch.put(folder.dropFirst(scratch.path.count + 1) + "/" + name, text) }
        return try OneRosterReader(folder: folder)
    }

    func told(_ file: OneRosterFile, _ text: String, manifest: String? = nil) throws -> Told {
        var files = [file.fileName: text]
        if let manifest { files["manifest.csv"] = "propertyName,value\n" + manifest }
        return try Told(bundle(files), file)
    }

    func refusal(_ files: [String: String]) -> String {
        fault {
            let bundle = try bundle(files)
            for file in bundle.files { _ = try Told(bundle, file) }
        }?.message ?? ""
    }

    static let users =
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName"
        + ",identifier,email,sms,phone,agentSourcedIds,grades,password"

    @Test func headersAreThoseOfTheEditions() {
        #expect(OneRosterFile.users.headers(.v11).joined(separator: ",") == OneRosterTests.users)
        let new = OneRosterFile.users.headers(.v12)
        #expect(!new.contains("role") && !new.contains("orgSourcedIds") && new.contains("pronouns"))
        #expect(
            OneRosterFile.roles.headers(.v12).suffix(4) == [
                "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId",
            ])
        #expect(
            OneRosterFile.orgs.headers(.v11).joined(separator: ",")
                == "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId")
    }

    @Test("a mode left empty in the manifest means absent, and is told")
    func emptyMode() throws {
        let bundle = try bundle([
            "manifest.csv":
                "propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\nfile.userProfiles,\nfile.results, \n",
            "orgs.csv": "sourcedId,name,type\ns1,Trường A,school\n", "results.csv": "sourcedId,score\nm1,9\n",
        ])
        #expect(bundle.files == [.orgs] && bundle.mode(of: .userProfiles) == .absent)
        #expect(bundle.warnings.filter { $0.column == "value" }.map(\.value) == ["file.userprofiles", "file.results"])
    }

    @Test("of a row that goes only its name matters")
    func goneRows() throws {
        let told = try told(
            .orgs,
            "sourcedId,status,dateLastModified,name,type\ns1,tobedeleted,2026-01-01,,\ns2,ToBeDeleted,2026-01-01,,x\n"
                + ",tobedeleted,2026-01-01,,\ns3,active,2026-01-01,,\n", manifest: "file.orgs,delta")
        #expect(told.rows.map(\.sourcedId) == ["s1", "s2"] && told.rows.allSatisfy(\.isToBeDeleted))
        #expect(told.errors.map(\.row).contains(3) && told.errors.map(\.row).contains(4) && told.rejected == 2)
    }

    @Test("an end beyond every calendar is no end; a person with one name is a person")
    func endless() throws {
        let stays = try told(
            .enrollments,
            "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate\ne1,k,u,student,2026-09-05,9999-12-31\n"
                + "e2,k,u,student,2026-09-05,9999-12-31T00:00:00.000Z\ne3,k,u,student,2026-09-05,9999-13-31\n")
        #expect(stays.rows.map(\.sourcedId) == ["e1", "e2"] && stays.rows.allSatisfy { $0.day("endDate") == nil })
        #expect(stays.doubts.filter { $0.column == "endDate" }.count == 2 && stays.rejected == 1)
        let terms = try told(
            .academicSessions,
            "sourcedId,title,type,startDate,endDate,schoolYear\nt1,HK,term,2026-09-05,9999-12-31,2027\n")
        #expect(terms.rejected == 1)
        let users = try told(.users, OneRosterTests.users + "\nu1,,,true,s1,student,a,,Páo,,,,,,,,,\n")
        #expect(users.rows.count == 1 && users.doubts.contains { $0.column == "familyName" })
    }

    @Test func valuesAreReadAsRealFilesWriteThem() throws {
        let told = try told(
            .users,
            OneRosterTests.users + ",ext_danToc,metadata.x\n"
                + "u1,,,True,\"s1, s2\",STUDENT,an.nv,\"{LDAP:12},{vn.id:0:9}\",An,Nguyễn,Văn,HS1,,,0912,\"p1,p2\",\"07,KG\",,Thái,\"a,b\"\n"
        )
        let row = try #require(told.rows.first)
        #expect(told.doubts.isEmpty && told.errors.isEmpty)
        #expect(row.flag("enabledUser") == true)
        #expect(row["role"] == "student")
        #expect(row.list("orgSourcedIds") == ["s1", "s2"])
        #expect(row.userIds.map(\.type) == ["LDAP", "vn.id"] && row.userIds.map(\.id) == ["12", "0:9"])
        #expect(row.grades == [.grade(7), .fiveYearOlds])
        #expect(row.extras.map(\.header) == ["ext_danToc", "metadata.x"])
        #expect(row.extras.map(\.value) == ["Thái", "a,b"])
        #expect(row.fields.map(\.header).prefix(2) == ["sourcedId", "status"])
    }

    @Test func daysAndYearsAreUnderstoodWithADoubt() throws {
        let told = try told(
            .academicSessions,
            """
            sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
            1,,,Năm,schoolYear,2026-09-05,2027-05-31,,2027
            2,,,Kỳ,term,1/05/2023,5/31/2023,1,2023
            3,,2017-05-06 08:01:05,Kỳ,Semester,2026-09-05T00:00:00.000Z,2026-12-31T23:59:59+07:00,1,2026-2027
            """)
        #expect(told.errors.isEmpty)
        #expect(told.rows.map { $0.day("startDate")?.iso } == ["2026-09-05", "2023-05-01", "2026-09-05"])
        #expect(told.rows[1].day("endDate")?.iso == "2023-05-31")
        #expect(told.rows.map { $0.schoolYear?.description } == ["2026-2027", "2022-2023", "2026-2027"])
        #expect(told.rows[2]["type"] == "semester")
        #expect(told.doubts.map(\.column) == ["startDate", "endDate", "startDate", "endDate", "schoolYear"])
    }

    @Test(arguments: [
        ("startDate", "31/02/2026"), ("startDate", "2026-02-31"), ("startDate", "2025-02-29"),
        ("startDate", "2026-09-05T25:00:00"),
        ("startDate", "2026-09-05 08:60"), ("startDate", "hôm nay"), ("startDate", ""), ("startDate", "20260905"),
        ("endDate", "2020-01-01"), ("type", "quarter"), ("type", ""), ("title", " "), ("sourcedId", ""),
        ("sourcedId", String(repeating: "x", count: 256)), ("schoolYear", "27"), ("schoolYear", "2026-2028"),
        ("status", "gone"),
        ("title", "a\u{1}b"), ("parentSourcedId", String(repeating: "y", count: 256)),
    ])
    func aBadValueCostsItsRowOnly(column: String, value: String) throws {
        let header = OneRosterFile.academicSessions.headers(.v11)
        var good = [
            "sourcedId": "1", "title": "Kỳ", "type": "term", "startDate": "2026-09-05", "endDate": "2027-05-31",
            "schoolYear": "2027",
        ]
        let writer = CSVWriter(style: .exchange)
        try writer.write(header)
        try writer.write(header.map { good[$0] ?? "" })
        (good["sourcedId"], good[column]) = (column == "sourcedId" ? value : "2", value)
        try writer.write(header.map { good[$0] ?? "" })
        let told = try told(.academicSessions, String(decoding: writer.bytes, as: UTF8.self))
        #expect(told.rows.count == 1 && told.rejected == 1 && told.read == 2)
        let error = try #require(told.errors.first)
        #expect(
            error.column == column && error.row == 2 && error.line == 3 && error.file == "academicSessions.csv"
                && !error.message.isEmpty)
        #expect(value.hasPrefix(error.value))
    }

    @Test func badFlagsRolesAndShiftedRowsAreRejected() throws {
        let told = try told(
            .users,
            OneRosterTests.users + """

                u1,,,có lẽ,s1,student,a,,An,Lò,,,,,,,,
                u2,,,true,s1,wizard,a,,An,Lò,,,,,,,,
                u3,,,true,s1,student,a,,An, Lò,Văn,x,,,,,,,,thừa
                u4,,,true,s1,student,a,,An,Lò
                u5,,,true,s1,student,a,,An,Lò,,,,,,,,,,,
                u4,,,true,s1,student,a,,An,Lò,,,,,,,,
                """)
        #expect(told.errors.map(\.column) == ["enabledUser", "role", "", "sourcedId"])
        #expect(told.errors.map(\.row) == [1, 2, 3, 6])
        #expect(told.rows.map(\.sourcedId) == ["u4", "u5"])
        #expect(told.read == 6 && told.rejected == 4)
        #expect(told.errors.last?.message.contains("dòng dữ liệu 4") == true)
    }

    @Test func identifiersDifferByCase() throws {
        let told = try told(.orgs, "sourcedId,name,type\na,A,school\nA,B,school\n a ,C,school\n")
        #expect(told.rows.map(\.sourcedId) == ["a", "A"])
        #expect(told.rejected == 1)
    }

    @Test func misspeltHeadersAreMendedAndSaid() throws {
        let told = try told(
            .users, "sourcedId,DataLastModified,role,givenName,familyName,prefferedGivenName\n1,,student,An,Lò,Bi\n")
        #expect(told.rows.first?["preferredGivenName"] == "Bi")
        #expect(told.doubts.filter { $0.row == 0 }.map(\.column) == ["DataLastModified", "prefferedGivenName"])
    }

    @Test func blankLinesAreNoRows() throws {
        #expect(try told(.orgs, "\u{FEFF}sourcedId,name,type\r\n\r\na,A,school\r\n\r\n   \r\nb,B,school").read == 2)
    }

    @Test func theManifestDecidesWhatIsTouched() throws {
        let org = "sourcedId,name,type\na,A,school\n"
        let bundle = try bundle([
            "manifest.csv":
                "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,absent\nfile.courses,Delta\nfile.xyz,bulk\n",
            "orgs.csv": org, "users.csv": "x", "classes.csv": "y",
            "courses.csv": "sourcedId,status,dateLastModified,title\n",
            "ghi chú.txt": "z", ".DS_Store": "q",
        ])
        #expect(bundle.files == [.orgs, .courses])
        #expect(
            bundle.mode(of: .orgs) == .bulk && bundle.mode(of: .courses) == .delta && bundle.mode(of: .users) == .absent
        )
        #expect(Set(bundle.warnings.map(\.file)) == ["manifest.csv", "users.csv", "classes.csv", "ghi chú.txt"])
    }

    @Test func aDeltaNeedsStatusAndMoment() throws {
        let header = "sourcedId,status,dateLastModified,name,type\n"
        let told = try told(
            .orgs,
            header + "a,,2026-09-05T00:00:00Z,A,school\nb,tobedeleted,,B,school\nc,ToBeDeleted,2026-09-05,C,school\n"
                + "d,active,hôm qua,D,school\n", manifest: "oneroster.version,1.1\nfile.orgs,delta\n")
        #expect(told.errors.map(\.column) == ["status", "dateLastModified", "dateLastModified"])
        #expect(told.rows.map(\.isToBeDeleted) == [true])
    }

    @Test func editionsAreToldApart() throws {
        let roles =
            "sourcedId,userSourcedId,roleType,role,orgSourcedId\n1,u,primary,principal,s\n2,u,Primary,ext:bảo vệ,s\n"
        let users = "sourcedId,enabledUser,username,givenName,familyName\nu,true,a,An,Lò\n"
        let bundle = try bundle(["roles.csv": roles, "users.csv": users])
        #expect(bundle.version == .v12)
        #expect(try Told(bundle, .users).rows.count == 1)
        let told = try Told(bundle, .roles)
        #expect(told.rows.map { $0["roleType"] } == ["primary", "primary"])
        #expect(told.doubts.map(\.column) == ["role"])
        #expect(try self.bundle(["users.csv": users]).version == .v12)
        #expect(
            try self.bundle(["users.csv": users.replacing("username", with: "role").replacing(",a,", with: ",student,")]
            ).version == .v11)
        #expect(try self.bundle(["orgs.csv": "a"]).version == .v11)
    }

    @Test(arguments: [
        (["a.txt": "x"], "Không có tệp OneRoster"), (["users.csv": ""], "trống"),
        (["users.csv": "sourcedId,role\n"], "thiếu cột: givenName, familyName"),
        (["users.csv": "sourcedId,role,ROLE\n"], "hai lần"),
        (["orgs.csv": "sourcedId,name,type\na,\"A,school\n"], "dòng 2"),
        (
            [
                "orgs.csv": "sourcedId,name,type\na,A,school\n",
                "manifest.csv": "propertyName,value\nfile.orgs,bulk\nfile.users,bulk\n",
            ], "users.csv"
        ),
        (["orgs.csv": "x", "manifest.csv": "propertyName,value\noneroster.version,2.0\nfile.orgs,bulk"], "2.0"),
        (["orgs.csv": "x", "manifest.csv": "propertyName,value\nfile.orgs,gì đó"], "gì đó"),
        (["orgs.csv": "x", "manifest.csv": "a,b\n"], "propertyName"),
        (["orgs.csv": "x", "orgs (1).csv": "y"], "hai tệp orgs.csv"),
        (
            ["orgs.csv": "sourcedId,name,type\na,A,school\nb,e" + String(repeating: "\u{301}", count: 31) + ",school"],
            "dòng 3"
        ),
    ])
    func badBundlesAreRefusedInPlainWords(files: [String: String], words: String) {
        #expect(refusal(files).contains(words), "\(refusal(files))")
    }

    @Test func marksAndResourcesAreKeptVerbatim() throws {
        let told = try told(.results, "sourcedId,lineItemSourcedId,score,ext_x\nr1,l1, 9.5 ,=1+1\nr1,l1,8,\n")
        #expect(told.rows.map(\.values) == [["r1", "l1", " 9.5 ", "=1+1"]])
        #expect(told.rejected == 1)
    }

    @Test func fileNamesAreKnownInAnyShape() {
        #expect(OneRosterFile(fileName: "xuat/Users.CSV") == .users)
        #expect(OneRosterFile(fileName: "academicSessions (2).csv") == .academicSessions)
        #expect(OneRosterFile(fileName: "__MACOSX/._users.csv") == nil)
        #expect(OneRosterFile(fileName: "users.xlsx") == nil)
        #expect(OneRosterFile(fileName: "") == nil)
    }

    @Test func doubtsAreBounded() throws {
        var text = OneRosterTests.users + "\n"
        for number in 0..<5_000 { text += "u\(number),,,true,,student,a,,An,Lò,,,,,,,,\n" }
        let told = try told(.users, text)
        #expect(told.rows.count == 5_000 && told.doubts.count == OneRosterRows.doubtLimit)
    }

    @Test(arguments: OneRosterVersion.allCases) func whatIsWrittenReadsBackTheSame(version: OneRosterVersion)
        async throws
    {
        let folder = scratch.path + "/ra", zip = scratch.path + "/ra.zip"
        let writer = try OneRosterWriter(version: version, folder: folder)
        let orgs = try writer.sheet(.orgs, extra: ["ext_ma"])
        try orgs.write(["s1", "", "", "Trường \"A\", xã\r\nB", "school", "=1+1", "", "-7"])
        let users = try writer.sheet(.users, extra: ["ext_danToc"])
        try users.write([
            "sourcedId": "u1", "enabledUser": "true", "orgSourcedIds": "s1", "role": "student", "username": "an",
            "givenName": "An",
            "familyName": "Lò", "grades": OneRosterValue.joined([CEDSGrade.grade(7).code]), "ext_danToc": "Thái",
            "phone": "+84912",
        ])
        let marks = try writer.sheet(.results, header: ["sourcedId", "score", "x"])
        try marks.write(["r1", " 9 ", "@"])
        try writer.finish(systemName: "HoaBan", zip: zip, moment: 1_700_000_000_000)
        let bundle = try await OneRosterReader.open([zip], workFolder: folder, executable: SandboxTests().child)
        #expect(bundle.version == version && bundle.properties["source.systemname"] == "HoaBan")
        #expect(bundle.files == [.orgs, .users, .results] && bundle.warnings.isEmpty)
        #expect(
            try Told(bundle, .orgs).rows.first?.values == [
                "s1", "", "", "Trường \"A\", xã\r\nB", "school", "=1+1", "", "-7",
            ])
        #expect(try Told(bundle, .users).rows.first?["phone"] == "+84912")
        #expect(try Told(bundle, .results).rows.first?.values == ["r1", " 9 ", "@"])
    }

    @Test func aThousandMutationsNeverTrap() throws {
        let seed = Array(
            (OneRosterTests.users + "\nu1,active,2026-09-05T08:01:05Z,true,\"s1,s2\",student,a,{L:1},An,Lò,,,,,,,07,\n")
                .utf8)
        let bits = ["{", "}", ":", ",", "\"", "\n", "T", "Z", "+", "/", "9", "é", "\u{301}"].map { Array($0.utf8) }
        var dice = Dice(seed: 5)
        for _ in 0..<1_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...5, using: &dice) {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                if Bool.random(using: &dice) {
                    bytes.remove(at: place)
                } else {
                    bytes.insert(contentsOf: bits.randomElement(using: &dice) ?? [], at: place)
                }
            }
            let path = scratch.put("users.csv", bytes)
            guard let bundle = try? OneRosterReader(parts: [("users.csv", path)]) else { continue }
            _ = try? bundle.forEachRow(of: .users) { row in
                _ = (row.userIds, row.grades, row.schoolYear, row.day("dateLastModified"), row.extras)
            }
        }
    }
}

@Suite(.enabled(if: Fixtures.arePresent, Fixtures.absence)) struct OneRosterFixtureTests {
    let scratch = Scratch()

    @Test func theZipOfAnotherProductIsReadWhole() async throws {
        let zip = Fixtures.root + "/oneroster/catalyst-gpl3/csv_data/Test_minimal_data_set.zip"
        let bundle = try await OneRosterReader.open([zip], workFolder: scratch.path, executable: SandboxTests().child)
        #expect(bundle.version == .v11)
        let counts: [OneRosterFile: Int] = [.orgs: 1, .academicSessions: 5, .classes: 2, .users: 6, .enrollments: 6]
        #expect(Set(bundle.files) == Set(counts.keys))
        for (file, count) in counts {
            let told = try Told(bundle, file)
            #expect(told.read == count && told.rows.count == count, "\(file) \(told.errors)")
        }
        #expect(try Told(bundle, .classes).rows[0]["classType"] == "scheduled")
    }

    @Test func theFolderOfAThirdProductIsReadWhole() throws {
        let bundle = try OneRosterReader(folder: Fixtures.root + "/oneroster/oat-gpl2/OneRosterv1p1BaseCSV")
        let counts: [OneRosterFile: Int] = [
            .orgs: 2, .academicSessions: 0, .courses: 0, .classes: 3, .users: 2, .enrollments: 3, .demographics: 0,
        ]
        #expect(Set(bundle.files) == Set(counts.keys))
        for (file, count) in counts {
            let told = try Told(bundle, file)
            #expect(told.read == count && told.rows.count == count, "\(file) \(told.errors)")
        }
        #expect(try Told(bundle, .users).rows[0].extras.count == 7)
    }
}
