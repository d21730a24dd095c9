import Base
import Storage
import TestSupport
import Testing

@testable import Registry

/// Class pages of this year and earlier ones, the lists of classes and staff, moves without script.
@Suite(.serialized) struct ClassPageTests {
    private func past(_ door: Door) async throws -> (id: String, year: SchoolYear) {
        let school = try #require(ID<Org>(door.demo.sample.schoolId ?? "")), now = SchoolYear(of: door.db.clock.today)
        let found = try await door.db.read { tx in
            try tx.classes(of: school, year: now.previous, scope: .everything).first { line in
                var filter = StudentFilter()
                (filter.classGroup, filter.year) = (line.id, now.previous)
                return try tx.countUpTo1000(filter, scope: .everything).count > 5
            }
        }
        return (try #require(found).id.code, now.previous)
    }

    private func rows(_ text: String) -> Int { text.components(separatedBy: "class=\"pick\"").count - 1 }

    @Test("a class of an earlier year shows, prints and lists those who learned in it", arguments: Backend.all)
    func earlier(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), (id, year) = try await past(door)
            let page = await door.get("/classes/\(id)", clerk), count = rows(page.text)
            #expect(page.status == 200 && count > 5)
            #expect(page.text.contains("/students.xlsx?class=\(id)&amp;year=\(year)"))
            #expect(!page.text.contains("/students/new?class="))
            #expect(page.text.contains("?year=\(year)\">"), "the way up keeps the year")
            #expect(rows(await door.get("/students?class=\(id)&year=\(year)", clerk).text) == min(count, 50))
            let cards = await door.get("/prints/cards?class=\(id)", clerk)
            #expect(cards.status == 200 && cards.text.components(separatedBy: "class=\"id-card\"").count - 1 == count)
            #expect(cards.text.contains("<span>\(year)</span>"))
            for leaf in ["list", "register"] { #expect(await door.get("/classes/\(id)/\(leaf)", clerk).status == 200) }
            let file = await door.get("/students.xlsx?class=\(id)&year=\(year)", clerk)
            #expect(file.status == 200 && file.bytes.starts(with: [0x50, 0x4B]))
            // The plots lead to the page itself, narrowed; the visitor's own year does not matter.
            let girls = await door.get("/classes/\(id)?sex=female", clerk)
            #expect(rows(girls.text) > 0 && rows(girls.text) < count)
        }
    }

    @Test("filters go from the figures of a school to its class and its learners and back", arguments: Backend.all)
    func filters(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), id = try #require(door.demo.sample.classId)
            let whole = await door.get("/classes/\(id)", clerk)
            let girls = await door.get("/classes/\(id)?sex=female", clerk)
            #expect(girls.text.contains("class=\"chip\" href=\"/classes/\(id)\""), "the chip takes its filter away")
            #expect(rows(girls.text) > 0 && rows(girls.text) < rows(whole.text))
            let school = try #require(door.demo.sample.schoolId)
            #expect(girls.text.contains("/orgs/\(school)?sex=female"))
            #expect(girls.text.contains("?class=\(id)&amp;sex=female"))
            #expect(girls.text.contains("/students.xlsx?class=\(id)&amp;year="))
            let student = try #require(door.demo.sample.studentId)
            let page = await door.get("/students/\(student)?class=\(id)&sex=female", clerk)
            #expect(page.text.contains("/classes/\(id)?sex=female"))
            // Findings in the titles, as in the figures of a unit.
            #expect(whole.text.contains("Nữ chiếm") && whole.text.contains("Đông nhất ở tuổi"))
            #expect(whole.text.contains("/classes/\(id)?sex=female"))
            // Statuses beside names are opened on purpose.
            #expect(!whole.text.contains("Diện chính sách</th>"))
            #expect(try await PeopleTests.verbs(door, "registry.class.read-policies").isEmpty)
            #expect(await door.get("/classes/\(id)?policies=1", clerk).text.contains("Diện chính sách"))
            #expect(try await PeopleTests.verbs(door, "registry.class.read-policies").count == 1)
            #expect(await door.get("/classes/\(id)?sex=female&policy=poor&age=30&on=2026-10-01", clerk).status == 200)
        }
    }

    @Test("a code that its list no longer offers stays when a class is filled in", arguments: Backend.all)
    func fillingKeepsOldCodes(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), id = try #require(door.demo.sample.classId)
            let group = try #require(ID<ClassGroup>(id))
            let pupil = try await door.db.commit { tx in
                var filter = StudentFilter()
                filter.classGroup = group
                let pupil = try #require(try tx.everyStudent(filter, scope: .everything).first)
                try tx.exec("UPDATE registry_student SET ethnicity = '98' WHERE id = \(pupil.id)")
                return pupil.id
            }
            let page = await door.get("/classes/\(id)/fill?field=ethnicity&field=phone", clerk), code = pupil.code
            #expect(page.text.contains("<option value=\"98\" selected>"), "what is stored is shown")
            let version = try #require(
                try await door.db.read { try $0.student(pupil, scope: .everything)?.version })
            let sent = await door.post(
                "/classes/\(id)/fill?field=ethnicity&field=phone",
                [
                    ("csrf", try #require(page.token)), ("version.\(code)", String(version)),
                    ("ethnicity.\(code)", "98"),
                    ("base.ethnicity.\(code)", "98"), ("phone.\(code)", "0912345678"),
                ], clerk)
            #expect(sent.status == 303)
            let stored = try await door.db.read { try $0.student(pupil, scope: .everything)?.values }
            #expect(stored?["ethnicity"] == "98" && stored?["phone"] == "0912345678")
        }
    }

    @Test("a class as of a day counts the statuses of those who learned in it then", arguments: Backend.all)
    func statusesOfADay(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), id = try #require(door.demo.sample.classId)
            let group = try #require(ID<ClassGroup>(id)), today = door.db.clock.today, then = today.adding(-7)
            let label = "Thuộc diện chính sách</span><span class=\"figure\">"
            func counted() async -> Int? {
                let text = await door.get("/classes/\(id)?on=\(then.iso)", clerk).text
                return text.firstRange(of: label).flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
            }
            let before = try #require(await counted())
            let holder = try #require(
                await door.db.read { tx in
                    try tx.all(
                        """
                        SELECT p.student_id FROM registry_policy p JOIN registry_student s ON s.id = p.student_id
                        WHERE s.class_id = \(group) AND p.valid_from <= \(then) AND p.valid_to >= \(today) ORDER BY s.id
                        """, ID<Student>.self
                    ).first
                })
            try await Registry.leave(holder, on: today, status: "left-1", by: .commandLine, in: door.db)
            #expect(await counted() == before)
        }
    }

    @Test(
        "lists of classes and staff sort both ways, are taken away as files and on paper, and act on several",
        arguments: Backend.all)
    func lists(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let clerk = try await door.signIn(.clerk), token = try #require(await door.get("/me", clerk).token)
            for list in ["classes", "staff", "students"] {
                let up = await door.get("/\(list)", clerk), down = await door.get("/\(list)?order=desc", clerk)
                func first(_ answer: Answer) -> Substring? {
                    answer.text.firstRange(of: "<th scope=\"row\"").map { answer.text[$0.lowerBound...].prefix(160) }
                }
                #expect(first(up) != nil && first(up) != first(down), "\(list)")
                #expect(up.text.contains("aria-sort=\"ascending\"") && down.text.contains("aria-sort=\"descending\""))
                #expect(up.text.contains("/\(list)/print"), "print works without a script")
                let paper = await door.get("/\(list)/print", clerk), file = await door.get("/\(list).xlsx", clerk)
                #expect(paper.status == 200 && paper.text.contains("class=\"paper-page\""), "\(list)")
                #expect(file.status == 200 && file.bytes.starts(with: [0x50, 0x4B]), "\(list)")
            }
            for sort in ["homeroom", "size"] {
                for order in ["", "&order=desc"] {
                    #expect(await door.get("/classes?sort=\(sort)\(order)", clerk).status == 200)
                }
            }
            #expect(await door.get("/staff?col=group", clerk).text.contains(">Nhóm<"))
            let back = await door.get("/students/print?sex=female&q=a", clerk)
            #expect(back.text.contains("href=\"/students?sex=female&amp;q=a\""))
            // Several at once: the verb leads to its page, the page names them.
            let school = try #require(ID<Org>(door.demo.sample.schoolId ?? "")),
                year = SchoolYear(of: door.db.clock.today)
            let empty = try await door.db.commit { tx in
                guard let model = try tx.classes(of: school, year: year, scope: .everything).first else {
                    throw Fault.notFound
                }
                return try ["Z1", "Z2"].map { name in
                    try tx.insert(
                        ClassDraft(org: school, year: year, name: name, level: model.level, grades: model.grades))
                }
            }
            let ids = empty.map { ("id", $0.code) }
            let asked = await door.post("/classes/bulk", [("csrf", token), ("verb", "close")] + ids, clerk)
            #expect(await door.get(asked.location, clerk).text.contains("Z1, Z2"))
            let day = ("day", door.db.clock.today.shown)
            let full = ("id", door.demo.sample.classId ?? "")
            let refused = await door.post("/classes/close", [("csrf", token), day, full] + ids, clerk)
            #expect(refused.status == 422, "a class with learners stays open, and all with it")
            #expect(await door.post("/classes/close", [("csrf", token), day] + ids, clerk).status == 303)
            let closed = try await door.db.read { tx in
                try empty.compactMap { try tx.classGroup($0, scope: .everything)?.closedOn }.count
            }
            #expect(closed == 2)
        }
    }

    @Test("a school is chosen inside the form, so that what was typed stays without a script")
    func choosing() async throws {
        try await Door.open(.sqlite) { door in
            let officer = try await door.signIn(.department), student = try #require(door.demo.sample.studentId)
            let school = try #require(door.demo.sample.schoolId)
            let page = await door.get("/students/\(student)/move", officer), token = try #require(page.token)
            #expect(page.text.contains("name=\"choose\""))
            let next = await door.post(
                "/students/\(student)/move",
                [("csrf", token), ("choose", school), ("reason", "QĐ 12/QĐ-TH"), ("day", "15/10/2026")], officer)
            #expect(next.status == 200)
            #expect(next.text.contains("QĐ 12/QĐ-TH") && next.text.contains("15/10/2026"))
            #expect(next.text.contains("name=\"org\" value=\"\(school)\""))
        }
    }

    @Test("what ends with one click is asked about first")
    func confirmed() async throws {
        try await Door.open(.sqlite) { door in
            let clerk = try await door.signIn(.clerk), id = try #require(door.demo.sample.classId)
            let page = await door.get("/classes/\(id)/teachings", clerk).text
            let link = try #require(page.firstRange(of: "?end=")), code = page[link.upperBound...].prefix(13)
            let asked = await door.get("/classes/\(id)/teachings?end=\(code)", clerk).text
            #expect(asked.contains("Kết thúc phân công") && asked.contains("class=\"card confirm\""))
            let officer = try await door.signIn(.department), years = await door.get("/years", officer).text
            #expect(!years.contains("<form method=\"post\" action=\"/years/holidays/removal\""))
            let day = try #require(years.firstRange(of: "/years/holidays/removal?holiday="))
            let asking = await door.get(
                "/years/holidays/removal?holiday=\(years[day.upperBound...].prefix(13))", officer)
            #expect(asking.status == 200 && asking.text.contains("Bỏ ngày nghỉ “"))
        }
    }
}
