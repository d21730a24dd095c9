import Base
import HTTPTypes
import Storage
import TestSupport
import Testing

@testable import Registry

/// Every page goes through a slow line: the biggest ones of a school of 1,500 with classes of 50, drawn with long names.
@Suite(.serialized) struct PageSizeTests {
    static let most = 20_000

    @Test("no page or print of a large school is heavier than 20,000 bytes on the wire")
    func sizes() async throws {
        try await Door.open(.sqlite) { door in
            let school = try #require(ID<Org>(door.demo.sample.schoolId ?? ""))
            let classes = try await fill(door, school)
            let clerk = try await door.signIn(.clerk), officer = try await door.signIn(.administrator)
            let one = classes[0].code, some = classes.prefix(4).map { "class=\($0.code)" }.joined(separator: "&")
            let all = StudentColumn.allCases.map { "col=\($0.rawValue)" }.joined(separator: "&")
            let staff = StaffColumn.allCases.map { "col=\($0.rawValue)" }.joined(separator: "&")
            let asked = [
                "/students", "/students?\(all)", "/students/print", "/students/print?\(all)&sort=birth",
                "/prints/cards?\(some)",
                "/prints/cards?class=\(one)", "/prints/register", "/classes", "/classes/print", "/classes/\(one)",
                "/classes/\(one)?policies=1", "/classes/\(one)/list?blank=12", "/classes/\(one)/register",
                "/staff?\(staff)",
                "/staff/print?\(staff)", "/classes/\(one)/slips", "/orgs/\(school.code)",
            ]
            for path in asked {
                let answer = await door.get(path, clerk, headers: [.acceptEncoding: "gzip"])
                #expect(answer.status == 200, "\(path)")
                #expect(answer.bytes.count <= Self.most, "\(path): \(answer.bytes.count)")
            }
            for path in ["/students/print?\(all)", "/staff/print?\(staff)", "/classes/print", "/students?\(all)"] {
                let answer = await door.get(path, officer, headers: [.acceptEncoding: "gzip"])
                #expect(answer.bytes.count <= Self.most, "\(path) of the department: \(answer.bytes.count)")
            }
            // The parts of a print follow each other and leave nobody out.
            var path = "/students/print", seen = 0
            while true {
                let text = await door.get(path, clerk).text
                seen += text.components(separatedBy: "<th scope=\"row\"").count - 1
                guard let next = text.firstRange(of: "class=\"button primary\" href=\"") else { break }
                path = String(text[next.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
            }
            let count = try await door.db.read { tx in
                var filter = StudentFilter()
                filter.org = school
                var count = 0
                try tx.eachStudent(filter, scope: .everything) { _ in count += 1 }
                return count
            }
            #expect(seen == count && count >= 1500)
        }
    }

    /// Thirty classes of fifty, with the long names of the north-west.
    private func fill(_ door: Door, _ school: ID<Org>) async throws -> [ID<ClassGroup>] {
        let family = ["Hoàng Thị", "Giàng Thị", "Nguyễn Hoàng", "Sùng A", "Tẩn Láo", "Phàn Phù", "Lò Văn", "Thào Thị"]
        let middle = ["Phương Quỳnh", "Thanh Huyền", "Bảo Ngọc", "Khánh Vân", "Minh Đường", "Tuấn Nghĩa", "Mẩy Phượng"]
        let given = [
            "Nguyệt", "Trường", "Khuyên", "Phượng", "Nghiêm", "Quyết", "Hường", "Chương", "Thiếp", "Xuyến", "Ửng",
        ]
        let year = SchoolYear(of: door.db.clock.today)
        return try await door.db.bulk { tx in
            guard let model = try tx.classes(of: school, year: year, scope: .everything).first,
                let period = Period(year.firstDay.adding(66))
            else { throw Fault.notFound }
            var out: [ID<ClassGroup>] = [], number = 0
            for name in 0..<30 {
                let group = try tx.insert(
                    ClassDraft(
                        org: school, year: year, name: "Lớp mẫu giáo lớn số \(name + 1)", level: model.level,
                        grades: model.grades))
                for _ in 0..<50 {
                    number += 1
                    var random = SeededRandom(seed: UInt64(number))
                    func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
                    var draft = StudentDraft(
                        name: try PersonName(full: "\(pick(family)) \(pick(middle)) \(pick(given))"))
                    (draft.sex, draft.ethnicity) = (
                        pick([Sex.female, Sex.male]), pick(["01", "03", "08", "09", "26", "45"])
                    )
                    draft.birthDate = PartialDay(
                        "20\(Int.random(in: 14...20, using: &random))-0\(Int.random(in: 1...9, using: &random))-\(Int.random(in: 10...28, using: &random))"
                    )
                    (draft.org, draft.classGroup, draft.level) = (school, group, model.level)
                    draft.grade = model.grades.first ?? ""
                    draft.details = [
                        "birth_place": "Trạm y tế xã \(pick(given)) \(pick(middle))",
                        "permanent_commune": "Xã \(pick(middle))",
                        "permanent_hamlet": "Bản \(pick(given)) \(Int.random(in: 1...9, using: &random))",
                    ]
                    let id = try tx.insert(draft)
                    try tx.insert(
                        EnrolmentDraft(
                            student: id, org: school, classGroup: group, year: year, level: model.level,
                            grade: draft.grade, period: period))
                    if number % 2 == 0 {
                        try tx.insert(PolicyDraft(student: id, kind: pick(["poor", "near-poor"]), period: .always))
                    }
                }
                try tx.recount(classes: [group])
                out.append(group)
            }
            try fillStaff(tx, school)
            try fillClasses(tx, besides: school, year)
            return out
        }
    }

    /// So many staff and classes that a part of a print is full.
    private func fillStaff(_ tx: Tx, _ school: ID<Org>) throws {
        let positions = Catalogues.current.items(in: "position-codes").map(\.code)
        for number in 0..<450 {
            var random = SeededRandom(seed: UInt64(number + 10_000))
            let words = ["Hoàng", "Phương", "Giàng", "Nghiêm", "Trường", "Khuyên", "Quyết", "Thiếp", "Xuyến", "Mẩy"]
            let name = (0..<4).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
            var draft = StaffDraft(name: try PersonName(full: name))
            (draft.org, draft.position) = (school, positions.randomElement(using: &random) ?? "teacher")
            draft.sex = number % 3 == 0 ? Sex.male : Sex.female
            draft.birthDate = PartialDay(
                "19\(Int.random(in: 70...99, using: &random))-0\(number % 9 + 1)-\(number % 18 + 10)")
            try tx.insert(draft)
        }
    }

    private func fillClasses(_ tx: Tx, besides school: ID<Org>, _ year: SchoolYear) throws {
        let other = try tx.value(
            "SELECT MIN(id) FROM registry_org WHERE is_institution = 1 AND id <> \(school)", Int64.self)
        guard let other, let org = try tx.org(ID(stored: other), scope: .everything), let level = org.levels.first
        else {
            throw Fault.notFound
        }
        for number in 0..<450 {
            try tx.insert(
                ClassDraft(
                    org: org.id, year: year, name: "Lớp ghép điểm trường Nậm Cầy số \(number)", level: level, grades: []
                ))
        }
    }
}
