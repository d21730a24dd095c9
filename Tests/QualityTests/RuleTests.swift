import Base
import Foundation
import Testing

@testable import Quality
@testable import Registry

/// Every rule of the catalogue with a record in which it finds something and one in which it does not.
@Suite struct RuleTests {
    static let catalogues: Catalogues = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? Catalogues.load(from: root.path + "/Resources/catalogues", allowsDemo: true)) ?? .current
    }()
    static let today = Day(iso: "2026-11-23") ?? .first
    static let rules = Rule.read(catalogues)

    static let school = ID<Org>(stored: 7)

    /// A pupil of the first class of primary school, aged six, in order in every way.
    static var pupil: Profile {
        var out = Profile(kind: .student, id: 11, org: school)
        (out.classGroup, out.level, out.grades) = (ID(stored: 21), .primary, ["1"])
        out.values = [
            "family_name": "Lò", "middle_name": "Thị", "given_name": "Mai", "birth_date": "2020-03-05", "sex": "female",
            "ethnicity": "01", "status": "studying", "moet_code": "1200000001", "personal_id": "1",
            "personal_id_state": "matched", "residence": "1", "class": "1", "phone": "0912345678",
        ]
        out.kin = [.init(relation: "mother", birthYear: 1995, phone: "0912345678")]
        out.counts = ["stays": 1, "kin": 1, "class-elsewhere": 0, "class-closed": 0, "class-level": 0]
        out.sets = ["class-grades": ["1"], "number": []]
        return out
    }

    /// A pupil of the tenth class.
    static var older: Profile {
        var out = pupil
        (out.level, out.grades, out.sets["class-grades"]) = (.upperSecondary, ["10"], ["10"])
        out.values["birth_date"] = "2011-03-05"
        return out
    }

    static var teacher: Profile {
        var out = Profile(kind: .staff, id: 12, org: school)
        out.values = [
            "family_name": "Hoàng", "middle_name": "Văn", "given_name": "Nam", "birth_date": "1985-04-02",
            "sex": "male",
            "moet_code": "1200000002", "personal_id": "1", "personal_id_state": "matched", "phone": "0912345678",
            "staff_group": "GV", "position": "teacher", "professional_title": "V.07.03.28", "qualification": "bachelor",
            "recruit_day": "2010-09-01",
        ]
        out.counts = ["posts": 1]
        out.sets = ["levels": ["th"], "number": []]
        return out
    }

    static var group: Profile {
        var out = Profile(kind: .classGroup, id: 21, org: school)
        (out.classGroup, out.level, out.grades) = (ID(stored: 21), .primary, ["1"])
        out.values = ["homeroom": "1"]
        out.counts = ["homeroom-works": 1, "led": 1, "learners": 30, "subjects": 3, "combined": 0]
        out.sets = ["subjects": ["TV", "TOAN", "DD"]]
        return out
    }

    static var unit: Profile {
        var out = Profile(kind: .org, id: 7, org: school)
        out.values = [
            "institution": "1", "moet_code": "12108401", "place": "1", "phone": "0213123456", "address": "Bản Nà Tăm",
        ]
        out.counts = [
            "main-sites": 1, "sites": 2, "heads": 1, "charges": 1, "learners": 310, "learners-before": 300,
            "classes": 12,
            "old-stays": 0, "old-classes": 0, "place-vague": 0,
        ]
        out.sets = ["satellites": ["Bản Phiêng"], "near": [], "levels": ["th"]]
        return out
    }

    /// What makes a record wrong, rule by rule.
    struct Flaw: Sendable, CustomTestStringConvertible {
        let rule: String
        var from: Profile
        let change: @Sendable (inout Profile) -> Void
        var testDescription: String { rule }

        init(_ rule: String, _ from: Profile, _ change: @escaping @Sendable (inout Profile) -> Void) {
            (self.rule, self.from, self.change) = (rule, from, change)
        }

        static func empty(_ rule: String, _ from: Profile, _ keys: String...) -> Flaw {
            Flaw(rule, from) { for key in keys { $0.values[key] = nil } }
        }
        static func value(_ rule: String, _ from: Profile, _ key: String, _ value: String) -> Flaw {
            Flaw(rule, from) { $0.values[key] = value }
        }
        static func count(_ rule: String, _ from: Profile, _ name: String, _ count: Int) -> Flaw {
            Flaw(rule, from) { $0.counts[name] = count }
        }
        static func number(_ rule: String, _ from: Profile, _ flaw: String) -> Flaw {
            Flaw(rule, from) { $0.sets["number"] = [flaw] }
        }
        static func status(_ rule: String, _ kind: String, hasPaper: Bool = true) -> Flaw {
            Flaw(rule, RuleTests.pupil) { $0.statuses = [.init(kind: kind, hasPaper: hasPaper)] }
        }
    }

    static let flaws: [Flaw] = [
        .empty("student-moet-code", pupil, "moet_code"), .empty("student-personal-id", pupil, "personal_id"),
        .empty("student-birth", pupil, "birth_date"), .value("student-birth-whole", pupil, "birth_date", "2020"),
        .empty("student-sex", pupil, "sex"), .empty("student-ethnicity", pupil, "ethnicity"),
        .empty("student-home", pupil, "residence"), .count("student-guardian", pupil, "kin", 0),
        Flaw("student-contact", pupil) { ($0.values["phone"], $0.kin) = (nil, []) },
        .value("student-name", pupil, "given_name", "Mai2"),
        .value("student-birth-possible", pupil, "birth_date", "2027-01-01"),
        .value("student-young", pupil, "birth_date", "2021-01-01"),
        .value("student-old", pupil, "birth_date", "2018-12-31"),
        .number("student-number-structure", pupil, "structure"), .number("student-number-sex", pupil, "sex"),
        .number("student-number-birth", pupil, "birth"), .number("student-number-kin", pupil, "kin"),
        .value("student-id-refused", pupil, "personal_id_state", "wrong-birth"),
        .value("student-id-unchecked", pupil, "personal_id_state", "unchecked"),
        .value("student-moet-digits", pupil, "moet_code", "12-34"), .count("student-two-stays", pupil, "stays", 2),
        .count("student-no-stay", pupil, "stays", 0), .empty("student-no-class", pupil, "class"),
        .count("student-class-elsewhere", pupil, "class-elsewhere", 1),
        .count("student-class-closed", pupil, "class-closed", 1),
        .count("student-class-level", pupil, "class-level", 1),
        Flaw("student-grade", pupil) { $0.sets["class-grades"] = ["2", "3"] },
        .status("student-policy-paper", "poor", hasPaper: false),
        .value("student-disability-pair", pupil, "disability_level", "light"),
        .status("student-disability-status", "disabled"), .status("student-very-small", "very-small-people"),
        .value("student-entry-day", pupil, "entry_day", "2019-09-05"),
        .value("student-pioneer", pupil, "pioneer_day", "2025-05-15"),
        .value("student-union", older, "youth_union_day", "2023-03-26"),
        .value("student-party", older, "party_day", "2026-02-03"),
        Flaw("student-parent-age", pupil) { $0.kin = [.init(relation: "father", birthYear: 2010, phone: "1")] },
        Flaw("student-insurance-shared", pupil) { $0.values["insurance_number"] = "HS4120000001" },
        .empty("staff-moet-code", teacher, "moet_code"), .empty("staff-personal-id", teacher, "personal_id"),
        .empty("staff-birth", teacher, "birth_date"), .empty("staff-sex", teacher, "sex"),
        .empty("staff-phone", teacher, "phone"),
        .value("staff-name", teacher, "family_name", "Hoàng@"),
        .value("staff-birth-possible", teacher, "birth_date", "2012-01-01"),
        .number("staff-number-structure", teacher, "structure"), .number("staff-number-sex", teacher, "sex"),
        .number("staff-number-birth", teacher, "birth"),
        .value("staff-id-refused", teacher, "personal_id_state", "not-found"),
        .value("staff-moet-digits", teacher, "moet_code", "99"), .count("staff-post", teacher, "posts", 0),
        .empty("staff-position", teacher, "position"), .value("staff-pension", teacher, "birth_date", "1964-12-01"),
        .value("staff-title-level", teacher, "professional_title", "V.07.05.15"),
        .value("staff-qualification", teacher, "qualification", "college"),
        .value("staff-recruit-day", teacher, "recruit_day", "1999-09-01"),
        .empty("class-homeroom", group, "homeroom"), .count("class-homeroom-left", group, "homeroom-works", 0),
        .count("class-homeroom-twice", group, "led", 2), .count("class-empty", group, "learners", 0),
        .count("class-large", group, "learners", 36), Flaw("class-combined", group) { $0.grades = ["1", "2"] },
        .count("class-teaching", group, "subjects", 0),
        Flaw("class-subjects", group) { $0.sets["subjects"] = ["TV", "DD"] },
        .empty("org-moet-code", unit, "moet_code"), .empty("org-place", unit, "place"),
        .empty("org-phone", unit, "phone"),
        .count("org-place-vague", unit, "place-vague", 1),
        .empty("org-address", unit, "address"), .count("org-main-site", unit, "main-sites", 0),
        .count("org-two-mains", unit, "main-sites", 2),
        Flaw("org-main-as-site", unit) { $0.sets["satellites"] = ["Khu trung tâm"] },
        .count("org-head", unit, "heads", 0),
        .count("org-digital", unit, "charges", 0), .count("org-enrolment", unit, "learners", 120),
        .count("org-no-class", unit, "classes", 0), .count("org-old-stays", unit, "old-stays", 4),
        .count("org-old-classes", unit, "old-classes", 1),
    ]

    private func found(_ profiles: [Profile]) -> Set<String> {
        Set(
            Quality.look(at: profiles, by: RuleTests.rules, Yardstick(RuleTests.catalogues, today: RuleTests.today))
                .found.map(\.rule))
    }

    @Test("EMI-09 a record in order has nothing found against it by any rule")
    func clean() {
        #expect(found([RuleTests.pupil, RuleTests.teacher, RuleTests.group, RuleTests.unit]) == [])
        #expect(found([RuleTests.older]) == [])
    }

    @Test("EMI-09 each rule finds its own flaw", arguments: flaws)
    func flaw(_ flaw: Flaw) {
        var wrong = flaw.from, twin = flaw.from
        flaw.change(&wrong)
        // Rules that compare need somebody to compare with.
        if flaw.rule == "student-insurance-shared" { twin.values["insurance_number"] = wrong["insurance_number"] }
        #expect(found([wrong, twin]).contains(flaw.rule))
    }

    @Test("EMI-09 every rule of the catalogue is read and has its case here, and no kind of check is idle")
    func whole() {
        #expect(RuleTests.rules.count == RuleTests.catalogues.items(in: "quality-rules").count)
        #expect(RuleTests.rules.count >= 25)
        #expect(Set(RuleTests.rules.map(\.id)) == Set(RuleTests.flaws.map(\.rule)))
        #expect(Set(RuleTests.rules.map(\.check)) == Set(Check.allCases))
        #expect(RuleTests.rules.allSatisfy { !$0.mends.isEmpty && !$0.basis.isEmpty && !$0.advice.isEmpty })
    }

    @Test("the law's exceptions of age: minorities, the disabled and orphans up to three years, a year repeated")
    func ages() {
        func isOld(_ born: String, _ change: (inout Profile) -> Void = { _ in }) -> Bool {
            var profile = RuleTests.pupil
            profile.values["birth_date"] = born
            change(&profile)
            return found([profile]).contains("student-old")
        }
        #expect(!isOld("2019-01-01") && isOld("2018-12-31"))
        #expect(!isOld("2018-12-31") { $0.values["repeating"] = "1" })
        #expect(!isOld("2017-12-31") { $0.values["ethnicity"] = "08" })
        #expect(isOld("2016-12-31") { $0.values["ethnicity"] = "08" })
        #expect(!isOld("2017-12-31") { $0.statuses = [.init(kind: "orphan-both", hasPaper: true)] })
    }

    @Test("D17 a name of one word is a whole name")
    func names() {
        var single = RuleTests.pupil
        (single.values["family_name"], single.values["middle_name"], single.values["given_name"]) = (nil, nil, "Páo")
        #expect(!found([single]).contains("student-name"))
    }

    @Test("retirement of 2026 is at 61 years and 6 months for men, 57 years for women (NĐ 135/2020, art. 4)")
    func pension() {
        func isPast(_ sex: String, _ born: String) -> Bool {
            var profile = RuleTests.teacher
            (profile.values["sex"], profile.values["birth_date"]) = (sex, born)
            return found([profile]).contains("staff-pension")
        }
        #expect(isPast("male", "1965-04-30") && !isPast("male", "1965-05-01"))
        #expect(isPast("female", "1969-10-31") && !isPast("female", "1969-11-01"))
    }

    @Test("a rule is asked on its own days, for its own levels, where its condition holds")
    func conditions() {
        var adult = RuleTests.pupil
        (adult.level, adult.grades, adult.counts["kin"], adult.sets["class-grades"]) = (.continuing, ["10"], 0, ["10"])
        #expect(!found([adult]).contains("student-guardian"))
        var guardsman = RuleTests.teacher
        (guardsman.values["staff_group"], guardsman.values["moet_code"]) = ("NV", nil)
        #expect(!found([guardsman]).contains("staff-moet-code"))
        var office = RuleTests.unit
        (office.values["institution"], office.counts["main-sites"]) = (nil, 0)
        #expect(found([office]) == [])
    }
}
