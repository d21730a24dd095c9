import Base
import Files
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// Lists of learners and staff as schools keep them.
@Suite(.serialized) struct ImportPeopleTests {
    /// A school with a class, and the visitor who keeps its register.
    private func inSchool(_ backend: Backend, _ body: @escaping (Office, ID<Org>, Desk) async throws -> Void)
        async throws
    {
        let desk = try Desk()
        try await inOffice(backend) { office in
            let school = try await found("THCS1", "Trường THCS Nậm Tăm", office)
            try await body(office, school, desk)
        }
    }

    private func found(_ code: String, _ name: String, _ office: Office) async throws -> ID<Org> {
        try await office.db.commit { tx in
            var draft = OrgDraft(code: code, kind: "thcs", name: name, parent: nil)
            (draft.levels, draft.isInstitution, draft.opened) = ([.lowerSecondary], true, World.day("2004-01-01"))
            let id = try tx.insert(draft)
            try tx.rebuildPaths()
            return id
        }
    }

    private let list = """
        DANH SÁCH HỌC SINH LỚP 6A
        STT;Mã định danh Bộ GD&ĐT;Họ và tên;Ngày sinh;Nữ;Dân tộc;Lớp;Số CCCD;Họ tên cha;Năm sinh cha;SĐT cha;Họ tên mẹ;Hộ nghèo
        (1);(2);(3);(4);(5);(6);(7);(8);(9);(10);(11);(12);(13)
        1;1200000001;LÒ THỊ HOA;5/9/2014;x;Thái;6A;;Lò Văn Dua;1985;0987654321;Quàng Thị Én;Hộ nghèo
        2;1200000002;Giàng A Páo;06/09/2014;;Mông;Lớp 6A;;Giàng A Chu;1980;987654322;;
        3;;Lò Văn Nam;2014;;Thái;6B;;Lò Văn Dua;1985;0987654321;;
        Tổng số: 3 học sinh
        """

    private func name(_ office: Office, _ code: String) async throws -> StudentRecord? {
        try await office.db.read { try $0.student(code: code, scope: .everything) }
    }

    @Test(
        "SYS-05 a list of learners with a title, numbered columns and a sum is taken; again it changes nothing; undone it leaves nothing",
        arguments: Backend.all)
    func taken(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            // A figure of nothing may stay behind.
            func kept() async throws -> [String: Int] {
                try await office.counts().filter { $0.key != "registry_total" }
            }
            let before = try await kept(), path = try desk.put("6a.csv", list)
            let report = try await office.bring(.students, path, org: school)
            #expect(report.created == ["students": 3] && report.rejected.isEmpty, "\(report.words) \(report.rejected)")
            #expect(report.warnings.contains { $0.contains("Tổng số") }, "\(report.warnings)")
            let hoa = try #require(try await name(office, "1200000001"))
            #expect(hoa.name.full == "Lò Thị Hoa" && hoa.sex == "female" && hoa.birthDate?.iso == "2014-09-05")
            let group = try await office.db.read { tx in
                try hoa.classGroup.flatMap { try tx.classGroup($0, scope: .everything) }
            }
            #expect(group?.name == "6A" && group?.grades == ["6"] && group?.org == school)
            // Brother and sister have one father on record.
            #expect(try await office.count("registry_guardian") == 3)
            #expect(try await office.count("registry_guardianship") == 4)
            #expect(try await office.count("registry_policy") == 1)
            let pao = try #require(try await name(office, "1200000002"))
            let phones = try await office.db.read { tx in
                try tx.guardians(of: pao.id, on: tx.today, scope: .everything).map(\.phone)
            }
            #expect(phones == ["0987654322"], "a zero that a spreadsheet dropped is put back")
            #expect(try await office.bring(.students, path, org: school).isUnchanged)
            let batch = try #require(ID<Batch>(report.batch))
            _ = try await Registry.undo(batch, by: .commandLine, in: office.db)
            let after = try await kept()
            #expect(after == before, "\(after.filter { before[$0.key] != $0.value }) \(before)")
        }
    }

    @Test(
        "a correction, another class, a leaver: each is a change of the same learner, and goes back",
        arguments: Backend.all)
    func changed(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            _ = try await office.bring(.students, try desk.put("6a.csv", list), org: school)
            let first = try #require(try await name(office, "1200000001"))
            let second = try desk.put(
                "moi.csv",
                "Mã định danh Bộ GD&ĐT,Họ và tên,Lớp,SĐT liên hệ,Trạng thái,Ngày chuyển\n1200000001,Lò Thị Hoa,6B,0912345678,Đang học,\n1200000002,Giàng A Páo,6A,,Chuyển đi HK1,01/10/2026\n,Lò Văn Nam,6B,,,\n"
            )
            let report = try await office.bring(.students, second, org: school)
            #expect(
                report.updated == ["students": 2] && report.unchanged == ["students": 1],
                "\(report.words) \(report.rejected)")
            let now = try #require(try await name(office, "1200000001"))
            #expect(now.id == first.id && now.code == first.code && now.details["phone"] == "0912345678")
            #expect(now.classGroup != first.classGroup && now.classGroup != nil)
            let gone = try #require(try await name(office, "1200000002"))
            #expect(gone.status == "moved-1" && gone.classGroup == nil)
            let stays = try await office.db.read { try $0.enrolments(of: gone.id, scope: .everything) }
            #expect(
                stays.count == 1 && stays[0].period.last == World.day("2026-10-01")
                    || stays[0].period.last <= World.today)
            _ = try await Registry.undo(try #require(ID<Batch>(report.batch)), by: .commandLine, in: office.db)
            let back = try #require(try await name(office, "1200000001"))
            #expect(back.classGroup == first.classGroup && back.details["phone"] == nil)
        }
    }

    @Test(
        "what cannot be taken is refused row by row with its heading, and comes back as a workbook to correct",
        arguments: Backend.all)
    func refused(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            _ = try await office.bring(.students, try desk.put("6a.csv", list), org: school)
            let path = try desk.put(
                "sai.csv",
                """
                Mã HS,Họ tên,Ngày sinh,Giới tính,Lớp,Số định danh cá nhân,Tên trường
                1200000001,Vàng Thị Súa,01/01/2010,Nữ,6A,,
                ,Lý Văn Sáu,31/02/2014,Nam,6A,,
                ,Lý Văn Bảy,01/02/2014,Không rõ,6A,,
                ,Lý Văn Tám,01/02/2014,Nam,Lớp chọn,,
                ,Lý Văn Chín,01/02/2014,Nam,,,
                ,Lý Văn Mười,01/02/2014,Nam,6A,12345,
                ,Lý Văn Mốt,01/02/2014,Nam,6A,,Trường ở đâu đó
                ,#REF!,01/02/2014,Nam,6A,,
                ,Lý Thị Tốt,01/02/2014,Nữ,6A,,
                """)
            let out = desk.path + "/bi-tu-choi.xlsx"
            let request = ImportRequest(files: [path], org: school, visitor: .commandLine, refusedPath: out)
            let report = try await RosterImport.$executable.withValue(Office.child) {
                try await ImportKind.students.run(request, office.db) { _, _ in }
            }
            #expect(
                report.created == ["students": 1] && report.rejected.count == 8, "\(report.words) \(report.rejected)")
            let columns = report.rejected.map(\.column)
            #expect(
                columns == [
                    "Mã HS", "Ngày sinh", "Giới tính", "Lớp", "Lớp", "Số định danh cá nhân", "Tên trường", "Họ tên",
                ], "\(columns)")
            #expect(report.rejected.map(\.row) == [1, 2, 3, 4, 5, 6, 7, 8])
            // The workbook of the refused is itself a list: the same eight rows, refused for the same reasons.
            let again = try await office.bring(.students, out, org: school)
            #expect(again.read == 8 && again.rejected.count == 8, "\(again.words) \(again.rejected)")
        }
    }

    @Test(
        "a heading nobody knows is read as somebody says; a file without names says which columns it has",
        arguments: [Backend.sqlite])
    func mapped(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            let path = try desk.put("la.csv", "Ho_ten_HS_2026,Ngay,Lop_moi\nLò Thị Hoa,5/9/2014,6A\n")
            let unread = try await office.bring(.students, path, org: school)
            #expect(unread.refused != nil && unread.columns?.map(\.heading) == ["Ho_ten_HS_2026", "Ngay", "Lop_moi"])
            let map = ["Ho_ten_HS_2026": "full_name", "Ngay": "birth_date", "Lop_moi": "class"]
            let request = ImportRequest(files: [path], org: school, visitor: .commandLine, map: map)
            let report = try await RosterImport.$executable.withValue(Office.child) {
                try await ImportKind.students.run(request, office.db) { _, _ in }
            }
            #expect(report.created == ["students": 1], "\(report.words) \(report.rejected)")
        }
    }

    @Test("a list in TCVN3 or VNI is told, converted and shown", arguments: [Backend.sqlite])
    func oldCodings(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            let lists = [
                ("TCVN3 (ABC)", "Hä vµ tªn,Líp\nNguyÔn V¨n §øc,6A\nTrÇn ThÞ Mü Ph­¬ng,6A\n", "Nguyễn Văn Đức"),
                ("VNI", "Hoï vaø teân,Lôùp\nNguyeãn Vaên Ñöùc,6C\nLeâ Thò Myõ Phöôïng,6C\n", "Nguyễn Văn Đức"),
            ]
            for (coding, text, wanted) in lists {
                let report = try await office.bring(
                    .students, try desk.put("\(coding.prefix(3)).csv", text), org: school)
                #expect(report.read == 2 && report.rejected.isEmpty, "\(coding): \(report.words) \(report.rejected)")
                #expect(report.columns?.first?.coding == coding && report.warnings.contains { $0.contains(wanted) })
            }
            let found = try await office.db.read {
                try $0.all("SELECT name FROM registry_student ORDER BY id", String.self)
            }
            #expect(
                found.contains("Nguyễn Văn Đức") && found.contains("Trần Thị Mỹ Phương")
                    && found.contains("Lê Thị Mỹ Phượng"))
        }
    }

    @Test("SYS-06 learners and staff out to Excel and CSV and in again change nothing", arguments: Backend.all)
    func roundTrip(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            _ = try await office.bring(.students, try desk.put("6a.csv", list), org: school)
            let staff = try await office.bring(
                .staff,
                try desk.put(
                    "gv.csv",
                    "Mã GV,Họ và tên,Ngày sinh,Giới tính,Chức vụ,Môn dạy,Trình độ chuyên môn,Ngày tuyển dụng,Đảng viên\n1290000001,Lò Văn Thành,1980,Nam,Hiệu trưởng,Toán; Tin học,Đại học,01/09/2004,x\n,Vàng Thị Mai,05/06/1990,Nữ,Giáo viên,Ngữ văn,Đại học,01/09/2014,\n"
                ), org: school)
            #expect(staff.created == ["staff": 2], "\(staff.words) \(staff.rejected)")
            for (kind, out) in [(ImportKind.students, ExportKind.students), (.staff, .staff)] {
                for ending in ["xlsx", "csv"] {
                    let path = "\(desk.path)/\(kind.name).\(ending)"
                    try await office.send(out, to: path)
                    let report = try await office.bring(kind, path)
                    #expect(
                        report.isUnchanged && report.rejected.isEmpty && report.read > 1,
                        "\(path): \(report.words) \(report.rejected)")
                    #expect(report.columns?.allSatisfy { $0.meaning != nil } ?? false, "\(report.columns ?? [])")
                }
            }
        }
    }

    @Test(
        "a list reaches no further than its sender: other schools' learners are refused and stay untold",
        arguments: Backend.all)
    func scope(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            let other = try await found("THCS2", "Trường THCS Pa Tần", office)
            _ = try await office.bring(.students, try desk.put("6a.csv", list), org: school)
            let clerk = World.visitor(.clerk, .institutions([other]))
            let path = try desk.put(
                "lay.csv",
                "Mã HS,Họ tên,Lớp,Mã trường\n1200000001,Lò Thị Hoa,6A,\n,Lò Thị Mới,6A,THCS1\n,Lò Thị Mới,6A,\n")
            let report = try await office.bring(.students, path, org: other, by: clerk)
            #expect(report.created == ["students": 1] && report.rejected.map(\.row) == [1, 2], "\(report.rejected)")
            #expect(!report.rejected.contains { $0.message.contains("Nậm Tăm") })
            #expect(try await name(office, "1200000001")?.org == school)
        }
    }

    @Test("codes of two people in one row refuse the row, and the others are taken", arguments: Backend.all)
    func twoPeople(_ backend: Backend) async throws {
        try await inSchool(backend) { office, school, desk in
            for (kind, last) in [(ImportKind.students, ",6A"), (.staff, "")] {
                let first = "Mã định danh,Số CCCD,Họ tên,Ngày sinh\(last.isEmpty ? "" : ",Lớp")\n"
                let one = "1200000011,,Lò Thị Một,01/02/2014\(last)\n,012214000012,Lò Thị Hai,01/02/2014\(last)\n"
                let report = try await office.bring(kind, try desk.put("\(kind.name)1.csv", first + one), org: school)
                #expect(report.created == [kind.name: 2], "\(report.words) \(report.rejected)")
                let both = "1200000011,012214000012,Lò Thị Một,01/02/2014\(last)\n,,Lò Thị Ba,03/02/2014\(last)\n"
                let next = try await office.bring(kind, try desk.put("\(kind.name)2.csv", first + both), org: school)
                #expect(
                    next.created == [kind.name: 1] && next.rejected.map(\.row) == [1], "\(next.words) \(next.rejected)")
                #expect(next.rejected.first?.message.contains("hai hồ sơ") == true)
            }
        }
    }
}
