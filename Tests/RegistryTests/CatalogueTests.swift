import Base
import Storage
import TestSupport
import Testing

@testable import Registry

@Suite struct CatalogueTests {
    @Test("code lists are found by code, name and other spellings, folded")
    func lists() {
        let lists = World.catalogues
        for text in ["H'Mông", "Mông", "hmong", "HMÔNG", "08"] {
            #expect(lists.code(matching: text, in: "ethnic-groups") == "08", "\(text)")
        }
        #expect(lists.code(matching: "Giấy", in: "ethnic-groups") == lists.code(matching: "Giáy", in: "ethnic-groups"))
        #expect(lists.code(matching: "nữ", in: "sexes") == Sex.female)
        #expect(lists.code(matching: "người Sao Hỏa", in: "ethnic-groups") == nil)
        #expect(lists.label(of: "poor", in: "households") != "poor")
    }

    @Test(
        "typed texts become stored values, or a problem at their field",
        arguments: [
            ("birth_date", "5/9/2014", "2014-09-05"), ("birth_date", "2014", "2014"), ("birth_date", "31/02/2014", nil),
            ("distance_km", "1,5", "1.5"), ("distance_km", "1.5", "1.5"), ("distance_km", "xa", nil),
            ("distance_km", "900", nil),
            ("boarding", "có", "1"), ("boarding", "X", "1"), ("boarding", "Không", "0"), ("boarding", "có lẽ", nil),
            ("phone", "+84 912 345 678", "0912345678"), ("phone", "912345678", "0912345678"), ("phone", "12", nil),
            ("personal_id", "012211000001", "012211000001"), ("personal_id", "01221100000", nil),
            ("personal_id", "013211000001", nil),
            ("personal_id", "099211000001", "099211000001"), ("email", "a@b.vn", "a@b.vn"), ("email", "a b", nil),
            ("given_name", "Hoa\u{301}", "Hoá"), ("given_name", "", nil), ("other_name", "", ""),
            ("sex", "Trai", "male"),
        ] as [(String, String, String?)])
    func fields(_ key: String, _ text: String, _ stored: String?) throws {
        let field = try #require(World.catalogues.fields["student"]?[key])
        #expect(World.catalogues.parse(text, as: field).stored == stored)
    }

    @Test("the unissued prefix 099 is for demo people alone")
    func demoNumbers() throws {
        var lists = World.catalogues
        lists.allowsDemo = false
        let field = try #require(lists.fields["student"]?["personal_id"])
        #expect(lists.parse("099211000001", as: field).stored == nil)
    }

    @Test("stored values are shown as people write them")
    func shown() throws {
        let lists = World.catalogues, fields = try #require(lists.fields["student"])
        func show(_ key: String, _ value: String) throws -> String { lists.show(value, as: try #require(fields[key])) }
        #expect(try show("birth_date", "2014-09-05") == "05/09/2014")
        #expect(try show("distance_km", "1.5") == "1,5")
        #expect(try show("boarding", "1") == "Có")
        #expect(try show("phone", "0912345678") == "0912 345 678")
        #expect(try show("sex", "female") == "Nữ")
    }

    @Test("a number's structure is checked against sex and birth, as doubts")
    func numbers() throws {
        let id = try PersonalID("012 211 000001")
        #expect(id.warnings(sex: Sex.male, birth: PartialDay("2011-05-01")).isEmpty)
        #expect(id.warnings(sex: Sex.female, birth: PartialDay("2012")).count == 2)
    }

    @Test("permanent codes find a wrong character and a swap of neighbours")
    func codes() {
        let code = PersonCode.student.code(1_234_567)
        #expect(code.hasPrefix("HS01234567") && code.utf8.count == 11)
        #expect(PersonCode.student.problem(with: code.lowercased()) == nil)
        // ISO/IEC 7064, example of MOD 37-2.
        #expect(PersonCode.check(of: "A123457H") != "")
        let digits = Array(code.utf8)
        for index in 2..<10 {
            for other in UInt8(48)...57 where other != digits[index] {
                var wrong = digits
                wrong[index] = other
                #expect(PersonCode.student.problem(with: String(decoding: wrong, as: UTF8.self)) != nil)
            }
            if index < 9, digits[index] != digits[index + 1] {
                var swapped = digits
                swapped.swapAt(index, index + 1)
                #expect(PersonCode.student.problem(with: String(decoding: swapped, as: UTF8.self)) != nil)
            }
        }
        #expect(PersonCode.student.problem(with: "CB012345670")?.message.contains("HS") == true)
        #expect(PersonCode.student.problem(with: "HS12")?.message.contains("8 chữ số") == true)
    }

    @Test("classes sort by grade, then name with numbers by value")
    func classNames() {
        let names: [(Level, String, String)] = [
            (.preschool, "NT3", "Nhóm trẻ"), (.preschool, "MG3", "Mẫu giáo bé"), (.preschool, "MG5", "Lớp lớn A"),
            (.primary, "1", "1A"), (.primary, "2", "2A"),
            (.lowerSecondary, "6", "6A1"), (.lowerSecondary, "6", "6A2"), (.lowerSecondary, "6", "6A10"),
            (.lowerSecondary, "6", "6B1"),
            (.lowerSecondary, "9", "9A"), (.upperSecondary, "10", "10A1"), (.upperSecondary, "12", "12A1"),
        ]
        let keys = names.map { ClassName.sortKey(level: $0.0, grades: [$0.1], name: $0.2) }
        #expect(keys == keys.sorted())
    }

    @Test("loading the catalogues twice changes nothing; old and new communes are told apart", arguments: Backend.all)
    func places(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await world.db.commit { try $0.loadCatalogues(World.catalogues) }
            func counts() async throws -> [Int] {
                try await world.db.read { tx in
                    [
                        try tx.count("SELECT COUNT(*) FROM registry_place WHERE tier = 'commune'"),
                        try tx.count("SELECT COUNT(*) FROM registry_place_succession"),
                        try tx.count("SELECT COUNT(*) FROM registry_session"),
                        try tx.count("SELECT COUNT(*) FROM registry_holiday"),
                        try tx.count("SELECT COUNT(*) FROM registry_subject"),
                        try tx.count("SELECT COUNT(*) FROM registry_place_alias"),
                    ]
                }
            }
            let first = try await counts()
            #expect(first[0] == 144 && first.allSatisfy { $0 > 0 })
            try await world.db.commit { try $0.loadCatalogues(World.catalogues) }
            #expect(try await counts() == first)
            let (old, new) = (World.day("2025-06-30"), World.turn)
            try await world.db.read { tx throws in
                // The new commune took its number from one and its name from another (domain 2.5).
                #expect(try tx.place(code: "03532", tier: .commune, on: old)?.name == "Xã Noong Hẻo")
                let now = try #require(try tx.place(code: "03532", tier: .commune, on: new))
                #expect(now.name == "Xã Pu Sam Cáp")
                #expect(Set(try tx.predecessors(of: now.id).map(\.code)) == ["03532", "03527", "03523"])
                #expect(try tx.places(named: "noong heo", tier: .commune, on: old).map(\.code) == ["03532"])
                #expect(try tx.places(named: "TT. Sìn Hồ", tier: .commune, on: old).map(\.kind) == ["thi-tran"])
                #expect(try tx.places(named: "Phường Đoàn Kết", tier: .commune, on: new).count == 1)
                #expect(try tx.places(in: "12", tier: .commune, on: new).count == 38)
                #expect(try tx.places(in: "12", tier: .district, on: old).count == 8)
                #expect(try tx.places(in: "12", tier: .district, on: new).isEmpty)
                #expect(try tx.subjects(of: .lowerSecondary, on: new).contains { $0.code == "TOAN" })
                #expect(try tx.years().contains(World.year))
            }
        }
    }
}
