import Base
import Storage
import TestSupport
import Testing

@testable import Web

/// The pages of figures as people walk them: from a tile to the rows behind it, filters kept, nothing out of reach offered.
@Suite struct FigureVisitTests {
    private static let roles: [Role] = [.department, .commune, .inspector, .principal, .clerk]

    /// Where a unit's page leads within the house, each once.
    private func links(_ answer: Answer) -> [String] {
        let parts = answer.text.components(between: "href=\"", and: "\"").map { $0.replacing("&amp;", with: "&") }
        return Set(parts.filter { $0.hasPrefix("/") && !$0.hasPrefix("/assets") }).sorted()
    }

    private func unit(_ door: Door, _ guest: Guest) async -> String {
        let home = await door.get("/orgs", guest).location
        return String(home.split(separator: "?")[0])
    }

    @Test("every link on a unit's pages opens for whoever sees it")
    func links() async throws {
        try await Door.open(.sqlite) { door in
            for role in FigureVisitTests.roles {
                let guest = try await door.signIn(role), unit = await unit(door, guest)
                for page in ["", "/history", "/gaps", "/use", "/freezes", "?on=30/06/2025", "?sex=female&grade=6"] {
                    let answer = await door.get(unit + page, guest)
                    #expect(answer.status == 200, "\(role) \(unit + page)")
                    for link in links(answer) {
                        let status = await door.get(link, guest).status
                        #expect([200, 303].contains(status), "\(role) \(unit + page): \(link) is \(status)")
                    }
                }
            }
        }
    }

    @Test("K-05 K-13 an office sees who runs on the system, unit by unit, and the teachers still without an account")
    func use() async throws {
        try await Door.open(.sqlite) { door in
            let guest = try await door.signIn(.department), unit = await unit(door, guest)
            let page = await door.get(unit, guest).text
            #expect(page.contains("Cơ sở vận hành trên hệ thống") && page.contains("\(unit)/use"))
            let use = await door.get("\(unit)/use", guest).text
            #expect(use.contains("có ít nhất một tài khoản nhân sự đang dùng"))
            let share = use.components(between: "class=\"fresh\">", and: "<").first { $0.hasSuffix(" giáo viên") }
            let numbers = share?.split(separator: " ").compactMap { Int($0) } ?? []
            #expect(numbers.count == 2 && numbers.first != numbers.last)
            let list = await door.get("/accounts/teachers?org=\(unit.dropFirst(6))", guest).text
            #expect(list.contains("\((numbers.last ?? 0) - (numbers.first ?? 0)) giáo viên"))
            let teacher = try await door.signIn(.homeroom)
            #expect([403, 404].contains(await door.get("/accounts/teachers", teacher).status))
        }
    }

    @Test("filters go down to the class and come back up; the list of units keeps its year")
    func kept() async throws {
        try await Door.open(.sqlite) { door in
            let guest = try await door.signIn(.principal), unit = await unit(door, guest)
            let narrowed = await door.get("\(unit)?sex=female", guest)
            let found = links(narrowed).first { $0.hasPrefix("/classes/") }
            let classLink = try #require(found)
            #expect(classLink.hasSuffix("?sex=female"))
            #expect(
                links(await door.get(classLink, guest)).contains {
                    $0.hasPrefix("\(unit)?") && $0.contains("sex=female")
                })
            let office = try await door.signIn(.department)
            let list = await door.get("/orgs?all=1&year=2025-2026", office).text
            #expect(list.contains("name=\"year\" value=\"2025-2026\""))
        }
    }

    @Test("a filtered count is frozen, shown with its filter, and sent as a workbook")
    func freeze() async throws {
        try await Door.open(.sqlite) { door in
            let guest = try await door.signIn(.department), unit = await unit(door, guest)
            let form = await door.get("\(unit)/freezes?level=th&sex=female", guest)
            let token = try #require(form.token)
            let sent = await door.post(
                "\(unit)/freezes",
                [("csrf", token), ("title", "Nữ tiểu học"), ("day", World.day), ("level", "th"), ("sex", "female")],
                guest)
            #expect(sent.status == 303 && sent.location.hasPrefix("/freezes/"))
            let paper = await door.get(sent.location, guest).text
            #expect(paper.contains("Cấp học: Tiểu học") && paper.contains("Hồ sơ số đủ mã định danh"))
            #expect(await door.get("\(sent.location)/figures.xlsx", guest).status == 200)
            #expect(await door.get("\(unit)/freezes", guest).text.contains("Tiểu học, Nữ"))
        }
    }

    private enum World { static let day = Day(at: testMoment).shown }
}

extension String {
    /// What stands between each pair of marks.
    fileprivate func components(between first: String, and last: String) -> [String] {
        var out: [String] = [], rest = self[...]
        while let start = rest.firstRange(of: first) {
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: last) else { break }
            out.append(String(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return out
    }
}
