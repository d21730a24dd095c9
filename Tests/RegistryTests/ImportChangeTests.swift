import Base
import Files
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// What a later file changes, and what was changed on screen in between.
@Suite(.serialized) struct ImportChangeTests {
    @Test(
        "a change made on screen stays when the same file comes again, or again with another date",
        arguments: Backend.all)
    func onScreen(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(),
                folder = try Bundle.write(desk, "full") { files in
                    Bundle.good(&files)
                    files["orgs.csv"] = (files["orgs.csv"] ?? "") + "\nx2,,,UBND xã Nậm Tăm,local,X2,"
                }
            _ = try await office.bring(.oneRoster, folder)
            let (school, other) = try await office.db.read { tx in
                (try tx.org(code: "12100101"), try tx.org(code: "X2"))
            }
            guard let school, let other else { throw Fault.notFound }
            let admin = World.visitor(.administrator, .everything)
            try await Registry.moveOrg(school, under: other, on: World.today, basis: "QĐ 1", by: admin, in: office.db)
            try await Registry.renameOrg(
                school, to: "Trường Tiểu học số 1", on: World.today, basis: "QĐ 1", by: admin, in: office.db)
            try await office.db.commit { tx in
                try tx.exec(
                    "UPDATE registry_student SET given_name = 'Hoà', name = 'Lò Thị Hoà' WHERE given_name = 'Hoa'")
                try tx.exec("UPDATE registry_session SET title = 'HK1' WHERE title = 'Học kì I'")
                try tx.exec("UPDATE registry_class SET name = '1A1' WHERE name = '1A'")
            }
            #expect(try await office.bring(.oneRoster, folder).isUnchanged)
            let dated = try Bundle.write(desk, "dated") { files in
                Bundle.good(&files)
                files["orgs.csv"] = (files["orgs.csv"] ?? "") + "\nx2,,,UBND xã Nậm Tăm,local,X2,"
                for name in files.keys {
                    let lines = (files[name] ?? "").split(separator: "\n").map { line in
                        line.prefix(5).contains(",,,")
                            ? line.replacing(",,,", with: ",active,2026-11-22,", maxReplacements: 1) : line
                    }
                    files[name] = lines.joined(separator: "\n")
                }
            }
            let again = try await office.bring(.oneRoster, dated)
            #expect(again.updated.filter { $0.key != "results" }.isEmpty && again.created.isEmpty, "\(again.words)")
            try await office.db.read { tx throws in
                #expect(try tx.org(school, scope: .everything)?.parent == other)
                #expect(try tx.org(school, scope: .everything)?.name == "Trường Tiểu học số 1")
            }
            #expect(
                try await office.texts("SELECT given_name FROM registry_student ORDER BY given_name") == ["Hoà", "Páo"])
            #expect(try await office.texts("SELECT name FROM registry_class ORDER BY name") == ["1A1", "1B"])
            try await office.roundTrip(desk)
            // What the file itself says anew holds.
            let moved = try Bundle.write(desk, "moved") { files in
                Bundle.good(&files)
                files["results.csv"] = nil
                files["orgs.csv"] = (files["orgs.csv"] ?? "") + "\nx2,,,UBND xã Nậm Tăm,local,X2,x1"
            }
            let third = try await office.bring(.oneRoster, moved)
            #expect(third.updated == ["orgs": 1], "\(third.words)")
            try await office.db.read { tx throws in
                #expect(try tx.org(other, scope: .everything)?.parent == tx.org(code: "X1"))
            }
        }
    }

    @Test("moves in a file are carried out, or refused with the column", arguments: Backend.all)
    func moves(_ backend: Backend) async throws {
        let users =
            "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
        func old(_ files: inout [String: String], _ rows: String) {
            Bundle.good(&files)
            for name in ["roles.csv", "demographics.csv", "results.csv"] { files[name] = nil }
            files["users.csv"] = users + rows
        }
        try await inOffice(backend) { office in
            let desk = try Desk()
            let first =
                "u1,,,true,s1,student,hoa,,Hoa,Lò,Thị,,,,,,01,\nu2,,,true,s1,student,pao,,Páo,Giàng,A,,,,,,01,\nu3,,,true,s1,teacher,nam,,Nam,Nguyễn,Văn,,,,,,,\n"
            let folder = try Bundle.write(desk, "full") { old(&$0, first) }
            let report = try await office.bring(.oneRoster, folder)
            #expect(report.rejected.isEmpty && report.created["users"] == 3, "\(report.words) \(report.rejected)")
            let next = try Bundle.write(desk, "next", mode: "delta") { files in
                old(&files, first)
                let rows = first.replacingOccurrences(of: ",s1,", with: ",s2,").replacingOccurrences(
                    of: "teacher", with: "administrator"
                )
                .replacingOccurrences(of: ",,,true", with: ",active,2026-11-22,true")
                files = [
                    "users.csv": users + rows,
                    "classes.csv": Bundle.head("classes.csv")
                        + "\nk1,active,2026-11-22,1A,01,c1,,homeroom,P1,s2,t1,,,\nk2,active,2026-11-22,1B đổi,01,c9,,homeroom,P2,s1,t1,,,",
                    "enrollments.csv": Bundle.head("enrollments.csv")
                        + "\ne2,active,2026-11-22,k1,s1,u3,teacher,,2026-09-05,",
                ]
            }
            let second = try await office.bring(.oneRoster, next)
            #expect(second.rejected.map(\.column) == ["schoolSourcedId"], "\(second.rejected)")
            #expect(second.updated == ["users": 3, "classes": 1, "enrollments": 1], "\(second.words)")
            try await office.db.read { tx throws in
                let other = try tx.org(code: "12100102")
                #expect(try tx.all("SELECT org_id FROM registry_student ORDER BY id", ID<Org>?.self) == [other, other])
                #expect(try tx.all("SELECT org_id FROM registry_staff", ID<Org>?.self) == [other])
                #expect(
                    try tx.value("SELECT staff_group FROM registry_staff", String.self) == StaffGroup.manager.rawValue)
                #expect(try tx.count("SELECT COUNT(*) FROM registry_enrolment WHERE valid_to = '2200-12-31'") == 0)
                #expect(try tx.count("SELECT COUNT(*) FROM registry_student WHERE class_id IS NOT NULL") == 0)
            }
            let again = try await office.bring(.oneRoster, next)
            #expect(again.isUnchanged && again.rejected.count == 1, "\(again.words)")
            try await office.roundTrip(desk)
            let turned = try Bundle.write(desk, "turned", mode: "delta") { files in
                files = ["users.csv": users + "u1,active,2026-11-23,true,s2,teacher,hoa,,Hoa,Lò,Thị,,,,,,01,\n"]
            }
            #expect(try await office.bring(.oneRoster, turned).rejected.map(\.column) == ["role"])
        }
    }

    @Test("a role of edition 1.2 at another unit moves who bears it", arguments: Backend.all)
    func roleMoves(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            let next = try Bundle.write(desk, "next") { files in
                Bundle.good(&files)
                Bundle.swap("teacher,2020-08-01,,s1", "principal,2026-11-01,,s2", &files, "roles.csv")
            }
            let moved = try await office.bring(.oneRoster, next)
            #expect(moved.updated == ["roles": 1], "\(moved.words)")
            try await office.db.read { tx throws in
                #expect(try tx.value("SELECT org_id FROM registry_staff", ID<Org>.self) == tx.org(code: "12100102"))
                #expect(try tx.count("SELECT COUNT(*) FROM registry_post WHERE valid_to = '2200-12-31'") == 1)
                let id: ID<Staff>? = try tx.value("SELECT id FROM registry_staff")
                guard let id else { throw Fault.notFound }
                #expect(try tx.history(of: .staff(id)).contains { $0.field == "org" })
            }
            #expect(try await office.bring(.oneRoster, next).isUnchanged)
            try await office.roundTrip(desk)
        }
    }

    @Test(
        "a learner's code of another school refuses the row and tells nothing; one's own links", arguments: Backend.all)
    func codes(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            guard let code = try await office.text("SELECT code FROM registry_student WHERE given_name = 'Hoa'"),
                let other = try await office.db.read({ try $0.org(code: "12100102") }),
                let own = try await office.db.read({ try $0.org(code: "12100101") })
            else { throw Fault.notFound }
            let file = try Bundle.write(desk, "clerk") { files in
                files = [
                    "orgs.csv": Bundle.head("orgs.csv") + "\na1,,,Trường THCS Sìn Hồ,school,12100102,",
                    "users.csv": Bundle.head("users.csv")
                        + "\nz1,,,true,,,Hoa,Lò,Thị,\(code),,,,,01,,,\nz2,,,true,,,Mới,Lò,Thị,,,,,,01,,,",
                    "roles.csv": Bundle.head("roles.csv")
                        + "\nw1,,,z1,primary,student,,,12100102,\nw2,,,z2,primary,student,,,12100102,",
                ]
            }
            _ = try desk.put(
                "clerk/manifest.csv",
                Bundle.manifest.replacing("SMAS", with: "X") + "\nfile.users,delta\nfile.roles,bulk")
            _ = try desk.put(
                "clerk/users.csv",
                (Bundle.head("users.csv")
                    + "\nz1,active,2026-11-20,true,,,Hoa,Lò,Thị,\(code),,,,,01,,,\nz2,active,2026-11-20,true,,,Mới,Lò,Thị,,,,,,01,,,")
            )
            let far = try await office.bring(
                .oneRoster, file, org: other, by: World.visitor(.clerk, .institutions([other])))
            #expect(
                far.rejected.contains {
                    $0.file == "users.csv" && $0.column == "identifier" && !$0.message.contains("Hoa")
                }, "\(far.rejected)")
            #expect(far.created["users"] == 1, "\(far.words)")
            let near = try await office.bring(.oneRoster, file, org: own)
            #expect(
                near.created["users"] == nil && near.rejected.allSatisfy { $0.file == "roles.csv" },
                "\(near.words) \(near.rejected)")
            #expect(try await office.count("registry_student") == 3)
            #expect(try await office.bring(.oneRoster, file, org: own).isUnchanged)
        }
    }

    @Test("the register's own words win over those that a file once sent", arguments: Backend.all)
    func stale(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            try await office.db.commit { tx in
                try tx.exec("UPDATE registry_student SET grade = '2', status = 'studying'")
                try tx.exec("UPDATE registry_class SET grades = '2' WHERE name = '1A'")
                try tx.exec("UPDATE registry_staff SET staff_group = 'NV'")
            }
            #expect(try await office.sent(desk, "users.csv").contains { $0.hasPrefix("u1,") && $0.contains(",02,") })
            #expect(
                try await office.sent(desk, "classes.csv").contains { $0.hasPrefix("k1,") && $0.contains(",1A,02,") })
            #expect(try await office.sent(desk, "roles.csv").contains { $0.hasPrefix("r3,") && $0.contains(",aide,") })
            try await office.roundTrip(desk)
        }
    }

    @Test("what a file changes of units and classes stands in their history", arguments: Backend.all)
    func history(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            let next = try Bundle.write(desk, "next") { files in
                Bundle.good(&files)
                Bundle.swap(
                    "x1,,,UBND xã Sìn Hồ", "x2,,,UBND xã Nậm Tăm,local,X2,\nx1,,,UBND xã Sìn Hồ", &files, "orgs.csv")
                Bundle.swap(
                    "s1,,,Trường Tiểu học Sìn Hồ,school,12100101,x1", "s1,,,Trường Tiểu học số 1,school,12100101,x2",
                    &files, "orgs.csv")
                Bundle.swap("k2,,,1B,01", "k2,,,1C,02", &files, "classes.csv")
            }
            let report = try await office.bring(.oneRoster, next)
            #expect(report.updated == ["orgs": 1, "classes": 1] && report.created == ["orgs": 1], "\(report.words)")
            try await office.db.read { tx throws in
                guard let school = try tx.org(code: "12100101"),
                    let group = try tx.value("SELECT id FROM registry_class WHERE name = '1C'", ID<ClassGroup>.self)
                else { throw Fault.notFound }
                #expect(Set(try tx.history(of: .org(school)).map(\.field)).isSuperset(of: ["name", "parent"]))
                #expect(Set(try tx.history(of: .classGroup(group)).map(\.field)).isSuperset(of: ["name", "grades"]))
            }
            #expect(try await office.bring(.oneRoster, next).isUnchanged)
        }
    }

    @Test("a part of a register names nobody who is not in it, and replaces nothing", arguments: Backend.all)
    func part(_ backend: Backend) async throws {
        let desk = try Desk(), path = desk.path + "/part.zip"
        try await inOffice(backend) { office in
            let folder = try Bundle.write(desk, "full", Bundle.good)
            _ = try await office.bring(.oneRoster, folder)
            guard let own = try await office.db.read({ try $0.org(code: "12100101") }),
                let other = try await office.db.read({ try $0.org(code: "12100102") })
            else { throw Fault.notFound }
            // Páo has gone to the other school: his earlier stay would name a learner whom the part does not have.
            try await office.db.commit { tx in
                try tx.exec("UPDATE registry_student SET org_id = \(other), class_id = NULL WHERE given_name = 'Páo'")
            }
            _ = try await ExportKind.oneRoster.run(
                ExportRequest(path: path, org: own, visitor: .commandLine), office.db
            ) { _, _ in }
            let whole = desk.path + "/whole.zip", year = desk.path + "/year.zip"
            _ = try await ExportKind.oneRoster.run(ExportRequest(path: whole, visitor: .commandLine), office.db) {
                _, _ in
            }
            _ = try await ExportKind.oneRoster.run(
                ExportRequest(path: year, year: World.year.previous, visitor: .commandLine), office.db
            ) { _, _ in }
        }
        try await inOffice(backend) { office in
            let first = try await office.bring(.oneRoster, path)
            #expect(first.rejected.isEmpty && first.created["users"] == 3, "\(first.words) \(first.rejected)")
            #expect(try await office.bring(.oneRoster, path).isUnchanged)
        }
        try await inOffice(backend) { office in
            _ = try await office.bring(.oneRoster, desk.path + "/whole.zip")
            let part = try await office.bring(.oneRoster, desk.path + "/year.zip")
            #expect(
                part.isUnchanged && !part.warnings.contains { $0.contains("kết thúc, không xóa") },
                "\(part.words) \(part.warnings)")
            #expect(try await office.count("registry_student WHERE status = 'studying'") == 2)
        }
    }
}
