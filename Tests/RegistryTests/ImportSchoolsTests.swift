import Base
import Files
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// Lists of schools against a tree that has more tiers than a list names.
@Suite(.serialized) struct ImportSchoolsTests {
    private static let head = "ma,ten,dc,so,phong,loai_hinh,loai_trg,cap,xa\n"

    /// A province as the demo makes it: the department under the people's committee, communes under the department.
    private func province(_ office: Office, _ prefix: String, _ name: String, place: ID<Place>? = nil) async throws {
        try await office.db.commit { tx in
            func org(
                _ code: String, _ kind: String, _ name: String, _ parent: ID<Org>?, levels: [Level] = [],
                at place: ID<Place>? = nil
            ) throws -> ID<Org> {
                var draft = OrgDraft(code: prefix + code, kind: kind, name: name, parent: parent)
                (draft.levels, draft.isInstitution, draft.place) = (levels, !levels.isEmpty, place)
                draft.opened = World.day("2004-01-01")
                return try tx.insert(draft)
            }
            let root = try org("1", "ubnd-tinh", "UBND tỉnh \(name)", nil, at: place)
            let department = try org("2", "so", "Sở Giáo dục và Đào tạo tỉnh \(name)", root, at: place)
            let commune = try org("3", "ubnd-xa", "UBND xã Tân Phú", department)
            let direct = try org("4", "ubnd-xa", "UBND xã Nậm Tăm", root)
            _ = try org("TH1", "th", "Trường Tiểu học số 1", commune, levels: [.primary])
            _ = try org("TH2", "th", "Trường Tiểu học số 2", direct, levels: [.primary])
            _ = try org("PT1", "thpt", "Trường THPT số 1", department, levels: [.upperSecondary])
            _ = try org("CD1", "cao-dang", "Trường Cao đẳng \(name)", root, levels: [.college])
            try tx.rebuildPaths()
        }
    }

    @Test(
        "schools out and in leave the tree as it is, in one register and, the second time, in another",
        arguments: Backend.all)
    func tiers(_ backend: Backend) async throws {
        let desk = try Desk(), path = desk.path + "/out.csv"
        try await inOffice(backend) { office in
            try await province(office, "A", "Lai Châu")
            try await province(office, "B", "Sơn La")
            let before = try await office.count("registry_org")
            try await office.send(.schools, to: path)
            let back = try await office.bring(.schools, path)
            #expect(back.isUnchanged && back.unchanged == ["schools": 8], "\(back.words)")
            #expect(try await office.count("registry_org") == before)
            // Renamed and moved on screen: out and in again still changes nothing.
            let ids = try await office.db.read { tx in (try tx.org(code: "ATH1"), try tx.org(code: "A4")) }
            guard let school = ids.0, let parent = ids.1 else { throw Fault.notFound }
            let admin = World.visitor(.administrator, .everything)
            try await Registry.renameOrg(
                school, to: "Trường Tiểu học Hoa Ban", on: World.today, basis: "QĐ", by: admin, in: office.db)
            try await Registry.moveOrg(school, under: parent, on: World.today, basis: "QĐ", by: admin, in: office.db)
            #expect(try await office.bring(.schools, path).isUnchanged)
            try await office.send(.schools, to: path)
            #expect(try await office.bring(.schools, path).isUnchanged)
            #expect(try await office.count("registry_org") == before)
        }
        try await inOffice(backend) { office in
            let first = try await office.bring(.schools, path)
            #expect(first.created == ["schools": 8] && first.rejected.isEmpty, "\(first.words)")
            #expect(try await office.bring(.schools, path).isUnchanged)
            try await office.send(.schools, to: path)
            #expect(try await office.bring(.schools, path).isUnchanged)
        }
    }

    @Test("one code for two schools refuses the later, whichever file it stands in", arguments: Backend.all)
    func twins(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            let one = try desk.put(
                "th.csv",
                ImportSchoolsTests.head
                    + "12100101,Trường Tiểu học A,,,,,,th,\n12100101,Trường Tiểu học B,,,,,,th,\n12100101,Trường Tiểu học A,,,,,,th,\n"
            )
            let first = try await office.bring(.schools, one)
            #expect(first.created == ["schools": 1] && first.unchanged == ["schools": 1])
            #expect(first.rejected.map { "\($0.row) \($0.column)" } == ["2 ma"])
            let again = try await office.bring(.schools, one)
            #expect(again.isUnchanged && again.rejected.count == 1, "\(again.words)")
            #expect(try await office.text("SELECT name FROM registry_org") == "Trường Tiểu học A")
        }
    }

    @Test("a commune's name places a school only in a province that is told", arguments: Backend.all)
    func provinces(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            let places = try await office.db.commit { tx -> [ID<Place>] in
                func place(
                    _ code: String, _ tier: PlaceRecord.Tier, _ kind: String, _ name: String, _ province: String,
                    _ period: Period = .always
                ) throws -> ID<Place> {
                    var draft = PlaceDraft(
                        code: code, tier: tier, kind: kind, name: name, parentCode: tier == .province ? nil : province,
                        provinceCode: province)
                    draft.period = period
                    return try tx.save(draft)
                }
                let before = Period(World.day("2004-01-01"), World.day("2025-06-30")) ?? .always
                let new = try place("08", .province, "tinh", "Tỉnh Tuyên Quang", "08")
                let old = try place("02", .province, "tinh", "Tỉnh Hà Giang", "02", before)
                let commune = try place("00001", .commune, "xa", "Xã Tân Phú", "08")
                try tx.succeed(old, by: new, on: World.turn)
                return [new, commune]
            }
            let rows = [
                "1,Trường Tiểu học A,xã Tân Phú,,,,,th,",
                "2,Trường Tiểu học B,xã Tân Phú,Sở Giáo dục và Đào tạo tỉnh Khác,,,,th,",
                "3,Trường Tiểu học C,xã Tân Phú,Sở Giáo dục và Đào tạo tỉnh Hà Giang,,,,th,",
                "4,Trường Tiểu học D,xã Tân Phú,Sở Giáo dục và Đào tạo tỉnh Tuyên Quang,,,,th,",
            ]
            let report = try await office.bring(
                .schools, try desk.put("th.csv", ImportSchoolsTests.head + rows.map { "1210010\($0)\n" }.joined()))
            #expect(report.created == ["schools": 4], "\(report.words)")
            let found = try await office.db.read {
                try $0.all(
                    "SELECT place_id FROM registry_org WHERE code LIKE '1210010%' ORDER BY code", ID<Place>?.self)
            }
            #expect(found == [nil, nil, places[1], places[1]])
            #expect(report.warnings.contains { $0.contains("chưa rõ tỉnh") })
        }
        try await inOffice(backend) { office in
            let desk = try Desk()
            let place = try await office.db.commit { tx in
                try tx.save(
                    PlaceDraft(
                        code: "08", tier: .province, kind: "tinh", name: "Tỉnh Tuyên Quang", parentCode: nil,
                        provinceCode: "08"))
            }
            try await office.db.commit { tx in
                _ = try tx.save(
                    PlaceDraft(
                        code: "00001", tier: .commune, kind: "xa", name: "Xã Tân Phú", parentCode: "08",
                        provinceCode: "08"))
            }
            try await province(office, "A", "Tuyên Quang", place: place)
            let org = try await office.db.read { try $0.org(code: "A2") }
            let path = try desk.put(
                "th.csv", ImportSchoolsTests.head + "12100101,Trường Tiểu học A,xã Tân Phú,,,,,th,\n")
            #expect(try await office.bring(.schools, path, org: org).created == ["schools": 1])
            #expect(try await office.count("registry_org WHERE code = '12100101' AND place_id IS NOT NULL") == 1)
        }
    }

    @Test("what a list changes stands in the history; what it leaves out is left alone", arguments: Backend.all)
    func history(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            let first = try desk.put(
                "th.csv", ImportSchoolsTests.head + "12100101,Trường Tiểu học A,đường 1,,,Tư thục,,th,\n")
            #expect(try await office.bring(.schools, first).created == ["schools": 1])
            let next = try desk.put("th.csv", "ma,ten,dc,cap\n12100101,Trường Tiểu học B,đường 2,th\n")
            #expect(try await office.bring(.schools, next).updated == ["schools": 1])
            try await office.db.read { tx throws in
                guard let id = try tx.org(code: "12100101") else { throw Fault.notFound }
                #expect(Set(try tx.history(of: .org(id)).map(\.field)) == ["name", "address"])
                #expect(try tx.org(id, scope: .everything)?.ownership == "private")
            }
            #expect(try await office.bring(.schools, next).isUnchanged)
        }
    }
}
