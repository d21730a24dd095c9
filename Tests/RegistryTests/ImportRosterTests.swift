import Base
import Files
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

extension Bundle {
    /// The small bundle without its wrong rows.
    static func good(_ files: inout [String: String]) {
        drop("k9", &files, "classes.csv")
        drop("bad", &files, "users.csv")
        drop("r5", &files, "roles.csv")
        drop("e4", &files, "enrollments.csv")
    }

    /// Takes the row of an identifier out of a file.
    static func drop(_ id: String, _ files: inout [String: String], _ name: String) {
        files[name] = files[name]?.split(separator: "\n").filter { !$0.hasPrefix(id + ",") }.joined(separator: "\n")
    }

    static func swap(_ old: String, _ new: String, _ files: inout [String: String], _ name: String) {
        files[name] = files[name]?.replacingOccurrences(of: old, with: new)
    }

    static func head(_ name: String) -> String { String(files[name]?.split(separator: "\n").first ?? "") }
}

extension Office {
    func text(_ sql: String) async throws -> String? {
        try await db.read { try $0.value(SQL(stringLiteral: sql), String?.self) ?? nil }
    }

    func texts(_ sql: String) async throws -> [String] {
        try await db.read { try $0.all(SQL(stringLiteral: sql), String.self) }
    }

    /// Sends the register out as a folder and reads one file of it.
    func sent(_ desk: Desk, _ file: String, edition: String? = nil) async throws -> [String] {
        let folder = desk.path + "/sent-\(UInt32.random(in: 0...UInt32.max))"
        let asked = ExportRequest(path: folder, edition: edition, visitor: .commandLine)
        _ = try await ExportKind.oneRoster.run(asked, db) { _, _ in }
        let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
        return text.split(separator: "\r\n").map(String.init)
    }

    /// Out and in again changes nothing.
    func roundTrip(_ desk: Desk, edition: String? = nil) async throws {
        let path = desk.path + "/trip-\(UInt32.random(in: 0...UInt32.max)).zip"
        let asked = ExportRequest(path: path, edition: edition, visitor: .commandLine)
        _ = try await ExportKind.oneRoster.run(asked, db) { _, _ in }
        let back = try await bring(.oneRoster, path)
        #expect(
            back.isUnchanged && back.rejected.isEmpty && back.refused == nil,
            "\(back.words) \(back.rejected.prefix(3)) \(back.refused ?? "")")
    }
}

/// What others' bundles say, and what becomes of it.
@Suite(.serialized) struct ImportRosterTests {
    @Test("a last day that has not passed leaves the learner in the class, and comes back", arguments: Backend.all)
    func lastDayAhead(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            let folder = try Bundle.write(desk) { files in
                Bundle.good(&files)
                Bundle.swap("2026-09-05,", "2026-09-05,2027-05-31", &files, "enrollments.csv")
                Bundle.swap(
                    "r3,,,u3,primary,teacher,2020-08-01,,", "r3,,,u3,primary,teacher,2020-08-01,2028-06-30,", &files,
                    "roles.csv")
                Bundle.swap(
                    "e2,,,k1,s1,u2,student,,2026-09-05,2027-05-31", "e2,,,k1,s1,u2,student,,2026-09-05,9999-12-31",
                    &files, "enrollments.csv")
            }
            let first = try await office.bring(.oneRoster, folder)
            #expect(first.rejected.isEmpty, "\(first.rejected)")
            try await office.db.read { tx throws in
                guard let school = try tx.org(code: "12100101", scope: .everything) else { throw Fault.notFound }
                #expect(try tx.classes(of: school.id, year: World.year, scope: .everything).map(\.total) == [2, 0])
                #expect(try tx.count("SELECT COUNT(*) FROM registry_student WHERE class_id IS NOT NULL") == 2)
                #expect(try tx.count("SELECT COUNT(*) FROM registry_staff WHERE org_id = \(school.id)") == 1)
            }
            let stays = try await office.sent(desk, "enrollments.csv")
            #expect(stays.contains { $0.hasPrefix("e1,") && $0.contains("2027-05-31") })
            #expect(stays.contains { $0.hasPrefix("e2,") && $0.contains("9999-12-31") })
            #expect(try await office.sent(desk, "roles.csv").contains { $0.contains("2028-06-30") })
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            try await office.roundTrip(desk)
            // The same file ends the stay once its day has passed.
            office.moment.value += 200 * 86_400_000
            let late = try await office.bring(.oneRoster, folder)
            #expect(late.updated == ["enrollments": 1] && late.created.isEmpty, "\(late.words)")
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            #expect(try await office.count("registry_student WHERE class_id IS NOT NULL") == 1)
        }
    }

    @Test("marks and profiles come back to the letter: columns, empty ones, order of rows", arguments: Backend.all)
    func verbatim(_ backend: Backend) async throws {
        let results = """
            sourcedid,Status,dateLastModified,score,lineItemSourcedId,studentSourcedId,comment,,ext_x
            m9,,,9.5,l1,u1,,a,
            m1,inactive,,7,l1,u2,,b,
            m5,,,,l1,u1,,,
            """
        let profiles = """
            sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,credentialType,username,password
            p2,,,u1,LMS,v,a,,,hoa,
            p1,,,u2,LMS,v,a,,,pao,
            """
        try await inOffice(backend) { office in
            let desk = try Desk()
            let folder = try Bundle.write(desk) { files in
                Bundle.good(&files)
                (files["results.csv"], files["userProfiles.csv"]) = (results, profiles)
            }
            let first = try await office.bring(.oneRoster, folder)
            #expect(first.created["results"] == 3 && first.created["userProfiles"] == 2, "\(first.words)")
            func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
            #expect(try await office.sent(desk, "results.csv") == lines(results))
            #expect(try await office.sent(desk, "userProfiles.csv") == lines(profiles))
            try await office.roundTrip(desk)
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            // Another system has a row with the same identifier: both go out, each under one name.
            let other = try Bundle.write(desk, "other") { $0 = ["results.csv": "sourcedId,score\nm9,3\n"] }
            _ = try desk.put(
                "other/manifest.csv", Bundle.manifest.replacing("SMAS", with: "VNEDU") + "\nfile.results,bulk")
            #expect(try await office.bring(.oneRoster, other).created == ["results": 1])
            let names = try await office.sent(desk, "results.csv").dropFirst().map { $0.prefix { $0 != "," } }
            #expect(names.count == 4 && Set(names).count == 4, "\(names)")
            try await office.roundTrip(desk)
            #expect(try await office.bring(.oneRoster, other).isUnchanged)
        }
    }

    @Test("columns in other letters than the standard's are the same columns", arguments: Backend.all)
    func letters(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            let folder = try Bundle.write(desk) { files in
                Bundle.good(&files)
                for name in files.keys {  // Every header in capitals.
                    let lines = (files[name] ?? "").split(separator: "\n")
                    files[name] = ([String(lines[0]).uppercased()] + lines.dropFirst().map(String.init)).joined(
                        separator: "\n")
                }
                Bundle.drop("r2", &files, "roles.csv")
                Bundle.drop("e2", &files, "enrollments.csv")
            }
            let first = try await office.bring(.oneRoster, folder)
            #expect(first.rejected.isEmpty && first.created["users"] == 4, "\(first.words) \(first.rejected)")
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            try await office.roundTrip(desk)
            #expect(try await office.sent(desk, "users.csv").contains { $0.hasPrefix("u2,") })
        }
    }

    @Test("a delta that takes a class away with its learners does it in one go", arguments: Backend.all)
    func goneTogether(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            let delta = try Bundle.write(desk, "delta", mode: "delta") { files in
                files = [
                    "orgs.csv": Bundle.head("orgs.csv") + "\ns2,tobedeleted,2026-11-20,,,,",
                    "classes.csv": Bundle.head("classes.csv") + "\nk1,tobedeleted,2026-11-20,,,,,,,,,,,",
                    "enrollments.csv": Bundle.head("enrollments.csv")
                        + ["e1", "e2", "e3"].map { "\n\($0),tobedeleted,2026-11-20,,,,,,," }.joined(),
                ]
            }
            let gone = try await office.bring(.oneRoster, delta)
            #expect(
                gone.updated == ["orgs": 1, "classes": 1, "enrollments": 3] && gone.rejected.isEmpty,
                "\(gone.words) \(gone.rejected)")
            #expect(try await office.count("registry_class WHERE closed_on IS NOT NULL") == 1)
            #expect(try await office.bring(.oneRoster, delta).isUnchanged)
            try await office.roundTrip(desk)
        }
    }

    @Test("a class that still has learners stays, and the report says so", arguments: Backend.all)
    func goneClassStays(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            let delta = try Bundle.write(desk, "delta", mode: "delta") { files in
                files = ["classes.csv": Bundle.head("classes.csv") + "\nk1,tobedeleted,2026-11-20,,,,,,,,,,,"]
            }
            let kept = try await office.bring(.oneRoster, delta)
            #expect(
                kept.unchanged == ["classes": 1] && kept.warnings.contains { $0.contains("1A") }, "\(kept.warnings)")
        }
    }

    @Test("a full replacement without units ends what is missing in the units its rows name", arguments: Backend.all)
    func replacementWithoutUnits(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            let less = try Bundle.write(desk, "less") { files in
                Bundle.good(&files)
                for name in ["orgs.csv", "academicSessions.csv", "courses.csv", "classes.csv"] { files[name] = nil }
                for (id, name) in [
                    ("u2", "users.csv"), ("r2", "roles.csv"), ("u2", "demographics.csv"), ("e2", "enrollments.csv"),
                ] {
                    Bundle.drop(id, &files, name)
                }
                files["results.csv"] =
                    "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score\nm2,,,l1,u1,fully graded,8"
            }
            let report = try await office.bring(.oneRoster, less)
            #expect(report.created == ["results": 1] && report.updated.isEmpty, "\(report.words)")
            #expect(try await office.text("SELECT status FROM registry_student WHERE given_name = 'Páo'") == "moved-1")
            #expect(try await office.sent(desk, "results.csv").dropFirst().map { $0.prefix(2) } == ["m2"])
            #expect(report.warnings.contains { $0.hasPrefix("demographics.csv: 1") }, "\(report.warnings)")
            #expect(try await office.bring(.oneRoster, less).isUnchanged)
        }
    }

    @Test("rows that lack what the register can do without are taken", arguments: Backend.all)
    func lenient(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            let folder = try Bundle.write(desk) { files in
                Bundle.good(&files)
                Bundle.swap("Páo,Giàng,A", "Páo,,", &files, "users.csv")
            }
            let report = try await office.bring(.oneRoster, folder)
            #expect(report.rejected.isEmpty && report.created["users"] == 4, "\(report.rejected)")
            #expect(try await office.text("SELECT name FROM registry_student WHERE given_name = 'Páo'") == "Páo")
            try await office.roundTrip(desk)
        }
    }

    @Test("edition 1.1 goes out and comes back, into the same register and an empty one", arguments: Backend.all)
    func edition11(_ backend: Backend) async throws {
        let desk = try Desk(), path = desk.path + "/old.zip"
        try await inOffice(backend) { office in
            let folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            let users = try await office.sent(desk, "users.csv", edition: "1.1")
            #expect(
                users.first?.contains("orgSourcedIds,role,username") == true
                    && users.first?.contains("pronouns") == false)
            #expect(users.contains { $0.hasPrefix("u3,") && $0.contains(",s1,teacher,") }, "\(users)")
            #expect(try await office.sent(desk, "roles.csv", edition: "1.1").isEmpty)
            #expect(try await office.sent(desk, "manifest.csv", edition: "1.1").contains("oneroster.version,1.1"))
            try await office.roundTrip(desk, edition: "1.1")
            let asked = ExportRequest(path: path, edition: "1.1", visitor: .commandLine)
            _ = try await ExportKind.oneRoster.run(asked, office.db) { _, _ in }
            await #expect(throws: Fault.self) { _ = try await office.sent(desk, "users.csv", edition: "2.0") }
        }
        try await inOffice(backend) { office in
            let first = try await office.bring(.oneRoster, path)
            #expect(first.created["users"] == 4 && first.rejected.isEmpty, "\(first.words) \(first.rejected)")
            #expect(try await office.bring(.oneRoster, path).isUnchanged)
            try await office.roundTrip(desk)
        }
    }

    @Test("agents who are no guardians stay with the row, a guardian unbound on screen goes", arguments: Backend.all)
    func agents(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            let folder = try Bundle.write(desk) { files in
                Bundle.good(&files)
                Bundle.swap(",g1,01,", ",\"g1,u3,zz\",01,", &files, "users.csv")
            }
            _ = try await office.bring(.oneRoster, folder)
            #expect(
                try await office.sent(desk, "users.csv").contains { $0.hasPrefix("u1,") && $0.contains("\"g1,u3,zz\"") }
            )
            try await office.roundTrip(desk)
            try await office.db.commit { tx in try tx.exec("UPDATE registry_guardianship SET valid_to = '2026-11-01'") }
            #expect(
                try await office.sent(desk, "users.csv").contains { $0.hasPrefix("u1,") && $0.contains("\"u3,zz\"") })
            try await office.roundTrip(desk)
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            #expect(try await office.count("registry_guardianship WHERE valid_to > '2026-11-01'") == 0)
        }
    }
}
