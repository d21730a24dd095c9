import Base
import Files
import Foundation
import House
import Identity
import Storage
import TestSupport
import Testing
import Web
import Work

@testable import Registry

/// OneRoster 1.2 REST through the router: every address, its shapes, filters, pages, reach and changes.
@Suite(.serialized) struct RosterTests {
    /// The members that the service's schema demands (1EdTech, onerosterv1p2rostersservice_openapi3_v1p0).
    static let demanded: [RosterNoun: Set<String>] = [
        .orgs: ["name", "type", "identifier"],
        .academicSessions: ["title", "startDate", "endDate", "type", "schoolYear"],
        .courses: ["title", "courseCode"], .classes: ["title", "course", "school", "terms"],
        .users: ["enabledUser", "givenName", "familyName", "roles"], .demographics: [],
        .enrollments: ["user", "class", "school", "role"],
    ]

    /// What is wrong with the shape of an object.
    static func faults(_ object: [String: Any], _ noun: RosterNoun) -> [String] {
        var found: [String] = []
        let common: Set<String> = ["sourcedId", "status", "dateLastModified"]
        let known = common.union(noun.fields.map(\.json)).union(["metadata"])
        for name in common.union(demanded[noun] ?? []) where object[name] == nil { found.append("no \(name)") }
        for name in object.keys where !known.contains(name) { found.append("strange \(name)") }
        if !["active", "tobedeleted"].contains(object["status"] as? String ?? "") { found.append("status") }
        if Moment.read(object["dateLastModified"] as? String ?? "") == nil { found.append("dateLastModified") }
        for field in noun.fields {
            guard let value = object[field.json] else { continue }
            switch field.shape {
            case .flag: if !["true", "false"].contains(value as? String ?? "") { found.append(field.json) }
            case .day: if Day(iso: value as? String ?? "") == nil { found.append(field.json) }
            case .list: if value as? [String] == nil { found.append(field.json) }
            case .reference(let noun): found += faults(reference: value, noun.single).map { "\(field.json) \($0)" }
            case .references(let noun):
                for one in value as? [Any] ?? [] {
                    found += faults(reference: one, noun.single).map { "\(field.json) \($0)" }
                }
            case .word(let known):
                let word = value as? String ?? ""
                if !known.contains(word), word.wholeMatch(of: /ext:[a-zA-Z0-9.\-_]+/) == nil {
                    found.append("\(field.json) \(word)")
                }
            case .roles:
                let roles = value as? [[String: Any]] ?? []
                if roles.isEmpty { found.append("no role") }
                for role in roles {
                    if !["primary", "secondary"].contains(role["roleType"] as? String ?? "") {
                        found.append("roleType")
                    }
                    found += faults(reference: role["org"] ?? "", "org").map { "roles.org \($0)" }
                }
            default: break
            }
        }
        return found
    }

    private static func faults(reference value: Any, _ type: String) -> [String] {
        guard let value = value as? [String: Any], Set(value.keys) == ["href", "sourcedId", "type"] else {
            return ["is no reference"]
        }
        let isThere = (value["href"] as? String ?? "").hasPrefix("http://127.0.0.1:8080\(Connected.root)/")
        return (value["type"] as? String == type ? [] : ["type"]) + (isThere ? [] : ["href"])
    }

    /// Real names for the places in an address.
    static func paths(_ endpoint: RosterEndpoint, _ system: Connected) async throws -> [String] {
        let path = endpoint.path.description.replacingOccurrences(of: Connected.root, with: "")
        guard path.contains("{") else { return [path] }
        let first = String(path.split(separator: "/")[0])
        var ids = Array(try await system.names("/\(first)").prefix(400))
        ids = [ids.first, ids.last].compactMap { $0 }
        if path.contains("{class}") {
            guard let school = ids.first, let group = try await system.names("/schools/\(school)/classes").first else {
                return []
            }
            return [
                path.replacingOccurrences(of: "{id}", with: school).replacingOccurrences(of: "{class}", with: group)
            ]
        }
        return ids.map { path.replacingOccurrences(of: "{id}", with: Percent.encode($0)) }
    }

    @Test("EMI-12 every address of the rostering service answers in the standard's shapes", arguments: Backend.all)
    func shapes(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let system = try await Connected.make(door, at: Connected.top(door))
            var asked = 0, seen = 0
            for endpoint in RosterEndpoint.all {
                for path in try await Self.paths(endpoint, system) {
                    let answer = await system.get(endpoint.isOne ? path : "\(path)?limit=500")
                    asked += 1
                    guard answer.status == 200,
                        let value = answer.object?[endpoint.isOne ? endpoint.noun.single : endpoint.noun.rawValue]
                    else {
                        Issue.record("\(path): \(answer.status) \(answer.text.prefix(200))")
                        continue
                    }
                    #expect(answer.headers[.contentType] == "application/json")
                    let objects =
                        (endpoint.isOne ? (value as? [String: Any]).map { [$0] } : value as? [[String: Any]]) ?? []
                    seen += objects.count
                    for object in objects {
                        let faults = Self.faults(object, endpoint.noun)
                        #expect(faults.isEmpty, "\(path) \(object["sourcedId"] ?? ""): \(faults)")
                    }
                    guard !endpoint.isOne else { continue }
                    let total = try #require(answer.headers[.totalCount].flatMap { Int($0) }, "\(path)")
                    #expect(total >= objects.count && (total > 500 || total == objects.count), "\(path): \(total)")
                    #expect(answer.headers[.link]?.contains("rel=\"first\"") == true)
                }
            }
            #expect(asked > 55 && seen > 500, "\(asked) asked, \(seen) seen")
            for path in [
                "/orgs/none", "/users/0000000000001", "/students/\(door.demo.sample.classId ?? "")",
                "/schools/none/classes", "/classes/none/students", "/none",
            ] {
                let answer = await system.get(path)
                #expect(
                    answer.status == 404 && answer.codes == ["failure", "error", "unknownobject"],
                    "\(path): \(answer.status) \(answer.text)")
            }
        }
    }

    @Test("SYS-06 the service and the files of the export say the same of the same objects", arguments: Backend.all)
    func likeTheFiles(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let system = try await Connected.make(door, at: Connected.top(door)), folder = "\(door.folder)/bundle"
            let kind = try #require(House.exports.first { $0.name == "oneroster" })
            _ = try await kind.run(ExportRequest(path: folder, visitor: .commandLine), door.db) { _, _ in }
            let pairs: [(RosterNoun, String)] = [
                (.orgs, "/orgs"), (.academicSessions, "/academicSessions"), (.classes, "/classes"), (.users, "/users"),
                (.enrollments, "/enrollments"), (.demographics, "/demographics"),
            ]
            for (noun, path) in pairs {
                let rows = try Self.rows("\(folder)/\(noun.file.fileName)"),
                    objects = try await system.list(path, [("limit", "10000")])
                #expect(Set(rows.keys) == Set(objects.compactMap { $0["sourcedId"] as? String }), "\(noun)")
                for object in objects {
                    let row = rows[object["sourcedId"] as? String ?? ""] ?? [:]
                    for field in noun.fields {
                        guard let sent = row[field.column], let told = Self.told(object[field.json], field) else {
                            continue
                        }
                        #expect(
                            told == sent, "\(noun) \(object["sourcedId"] ?? "") \(field.json): \(told) is not \(sent)")
                    }
                }
            }
        }
    }

    private static func told(_ value: Any?, _ field: RosterField) -> String? {
        switch field.shape {
        case .text, .demanded, .flag, .day, .word: value as? String ?? ""
        case .list: (value as? [String] ?? []).joined(separator: ",")
        // A class that follows no file's course follows its grade's here.
        case .reference(.courses): nil
        case .reference: (value as? [String: Any])?["sourcedId"] as? String ?? ""
        case .references:
            (value as? [[String: Any]] ?? []).compactMap { $0["sourcedId"] as? String }.joined(separator: ",")
        default: nil
        }
    }

    private static func rows(_ path: String) throws -> [String: [String: String]] {
        let text = try String(decoding: #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { line in parts(String(line)) }
        let header = try #require(lines.first).map { $0.lowercased() }
        return lines.dropFirst().reduce(into: [:]) { rows, line in
            let row = Dictionary(zip(header, line), uniquingKeysWith: { first, _ in first })
            rows[row["sourcedid"] ?? ""] = row
        }
    }

    private static func parts(_ line: String) -> [String] {
        var parts = [""], isQuoted = false
        for letter in line {
            if letter == "\"" {
                isQuoted.toggle()
            } else if letter == ",", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(letter)
            }
        }
        return parts
    }

    // MARK: pages

    @Test(
        "a walk by pages meets every user exactly once while others are added, and one that starts later meets those too",
        arguments: Backend.all)
    func walk(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let system = try await Connected.make(door, at: Connected.top(door)),
                before = try await system.names("/users")
            #expect(Set(before).count == before.count && before.count > 100)
            let school = try await Connected.schools(door)[0]
            var met: [String] = [], path: String? = "/users?limit=37", pages = 0
            while let next = path {
                let answer = await system.get(next.replacingOccurrences(of: "http://127.0.0.1:8080", with: ""))
                #expect(answer.status == 200 && answer.headers[.totalCount] == String(before.count))
                met += (answer.object?["users"] as? [[String: Any]] ?? []).compactMap { $0["sourcedId"] as? String }
                pages += 1
                try await door.db.write(as: .commandLine, "registry.student.create", on: Subject("student")) { tx in
                    var draft = StudentDraft(name: try PersonName(full: "Lò Văn Mới"))
                    draft.org = school
                    try tx.insert(draft)
                }
                path = answer.headers[.link]?.firstMatch(of: /<([^>]+)>; rel="next"/).map { String($0.output.1) }
            }
            #expect(met == before, "\(met.count) met of \(before.count)")
            #expect(pages == (before.count + 36) / 37)
            #expect(try await system.names("/users").count == before.count + pages)
        }
    }

    @Test("links, counts and bounds of pages are as the standard wants them")
    func bounds() async throws {
        try await Door.open(.sqlite) { door in
            let system = try await Connected.make(door, at: Connected.top(door))
            let answer = await system.get(
                "/users?limit=2&offset=2&sort=familyName&orderBy=desc&fields=sourcedId,givenName")
            let link = answer.headers[.link] ?? ""
            for (relation, offset) in [("first", 0), ("prev", 0), ("next", 4)] {
                #expect(link.contains("limit=2&offset=\(offset)>; rel=\"\(relation)\""), "\(relation): \(link)")
            }
            #expect(link.contains("rel=\"last\"") && link.contains("sort=familyName"))
            for user in answer.object?["users"] as? [[String: Any]] ?? [] {
                #expect(Set(user.keys) == ["sourcedId", "givenName"])
            }
            let end = await system.get("/users?offset=999999")
            #expect(end.status == 200 && (end.object?["users"] as? [Any])?.isEmpty == true)
            let bad: [(String, String)] = [
                ("limit=0", "invaliddata"), ("limit=-1", "invaliddata"), ("limit=10001", "invaliddata"),
                ("limit=", "invaliddata"),
                ("offset=x", "invaliddata"), ("offset=-1", "invaliddata"),
                ("offset=99999999999999999999", "invaliddata"),
                ("sort=nothing", "invalid_selection_field"), ("sort=", "invalid_selection_field"),
                ("orderBy=up", "invalid_selection_field"), ("fields=nothing", "invalid_selection_field"),
                ("fields=", "invalid_selection_field"), ("filter=nothing%3D'1'", "invalid_filter_field"),
            ]
            for (query, minor) in bad {
                let answer = await system.get("/users?\(query)")
                #expect(
                    answer.status == 400 && answer.codes == ["failure", "error", minor],
                    "\(query): \(answer.status) \(answer.codes)")
            }
            let names = try await system.list("/students", [("sort", "familyName"), ("limit", "500")]).compactMap {
                $0["familyName"] as? String
            }
            #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } && names.count > 50)
            // The same object is not sent twice.
            let one = await system.get("/orgs/\(try await Connected.top(door).code)")
            let tag = try #require(one.headers[.eTag])
            #expect(
                await system.get("/orgs/\(try await Connected.top(door).code)", headers: [.ifNoneMatch: tag]).status
                    == 304)
        }
    }

    // MARK: filters

    @Test("filters find exactly what they say", arguments: Backend.all)
    func filters(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let system = try await Connected.make(door, at: Connected.top(door)),
                org = try await Connected.schools(door)[0]
            try await door.db.commit { tx in
                for (name, email) in [
                    ("O'Neill Văn Tùng", "tung.oneill@example.org"), ("Vàng A Dế", ""),
                    ("Lò Thị Hoa", "hoa@example.org"),
                ] {
                    let parts = name.split(separator: " ").map(String.init)
                    var draft = StudentDraft(
                        name: try PersonName(family: parts[0], middle: parts[1], given: parts[2], field: "name"))
                    (draft.org, draft.details) = (org, email.isEmpty ? [:] : ["email": email])
                    try tx.insert(draft)
                }
            }
            let all = try await system.list("/users", [("limit", "10000")])
            func find(_ filter: String, _ path: String = "/users") async throws -> [[String: Any]] {
                try await system.list(path, [("limit", "10000"), ("filter", filter)])
            }
            func text(_ object: [String: Any], _ name: String) -> String { object[name] as? String ?? "" }
            let cases: [(String, ([String: Any]) -> Bool)] = [
                ("familyName='O''Neill'", { text($0, "familyName") == "O'Neill" }),
                ("email='tung.oneill@example.org'", { text($0, "email") == "tung.oneill@example.org" }),
                ("email='tung.oneill@example.org' AND givenName='Hoa'", { _ in false }),
                ("givenName='Dế' OR givenName='Hoa'", { ["Dế", "Hoa"].contains(text($0, "givenName")) }),
                (
                    "familyName='Lò' AND givenName='Hoa' OR familyName='Vàng'",
                    {
                        text($0, "familyName") == "Lò" && text($0, "givenName") == "Hoa"
                            || text($0, "familyName") == "Vàng"
                    }
                ),
                ("familyName!='Lò'", { text($0, "familyName") != "Lò" }),
                ("email~'ONEILL'", { text($0, "email").contains("oneill") }),
                ("familyName > 'M'", { "M".utf8.lexicographicallyPrecedes(text($0, "familyName").utf8) }),
                (
                    "familyName<='H'",
                    {
                        !"H".utf8.lexicographicallyPrecedes(text($0, "familyName").utf8)
                            && !text($0, "familyName").isEmpty
                    }
                ),
                ("status='active'", { text($0, "status") == "active" }),
                ("enabledUser='false'", { text($0, "enabledUser") == "false" }),
                (
                    "roles.role='teacher'",
                    { ($0["roles"] as? [[String: Any]] ?? []).contains { $0["role"] as? String == "teacher" } }
                ),
                ("grades='01'", { ($0["grades"] as? [String] ?? []).contains("01") }),
                (
                    "primaryOrg.sourcedId='\(org.code)'",
                    { ($0["primaryOrg"] as? [String: Any])?["sourcedId"] as? String == org.code }
                ),
                ("dateLastModified>'2100-01-01'", { _ in false }),
                ("dateLastModified>='2020-01-01T00:00:00.000Z'", { _ in true }),
            ]
            for (filter, isMeant) in cases {
                let found = try await find(filter).map { text($0, "sourcedId") },
                    meant = all.filter(isMeant).map { text($0, "sourcedId") }
                #expect(found == meant, "\(filter): \(found.count) found, \(meant.count) meant")
            }
            #expect(try await find("email='tung.oneill@example.org'", "/students").count == 1)
            let stay = try #require(try await system.list("/enrollments", [("limit", "1")]).first)
            let user = try #require((stay["user"] as? [String: Any])?["sourcedId"] as? String)
            let group = try #require((stay["class"] as? [String: Any])?["sourcedId"] as? String)
            let same = try await find("user.sourcedId='\(user)' AND class.sourcedId='\(group)'", "/enrollments")
            #expect(same.contains { text($0, "sourcedId") == text(stay, "sourcedId") })
            #expect(same.allSatisfy { ($0["user"] as? [String: Any])?["sourcedId"] as? String == user })
            #expect(try await find("metadata.hoaban.kind='so'", "/orgs").count == 1)
            #expect(try await find("sourcedId='\(org.code)'", "/schools").count == 1)
            #expect(try await find("sourcedId='\(org.code)'", "/classes").isEmpty)
        }
    }

    @Test("filters that cannot be read are refused and never break anything: a table, and 3,000 made at random")
    func badFilters() async throws {
        try await Door.open(.sqlite) { door in
            let system = try await Connected.make(door, at: Connected.top(door))
            let bad = [
                "", " ", "familyName", "familyName=", "familyName=Lò", "familyName='Lò", "='x'", "familyName=='x'",
                "familyName='x'y",
                "familyName='x' AND", "familyName='x' XOR givenName='y'", "familyName='x'ANDgivenName='y'",
                "AND familyName='x'",
                "familyName='x' OR ", "(familyName='x')", "familyName LIKE 'x'", "password='x'", "school.password='x'",
                "roles.org.name='x'", "dateLastModified>'yesterday'", "dateLastModified>'2026-13-01'",
                "dateLastModified>'2026-01-01T25:00:00Z'", "metadata='x'",
                String(repeating: "a='b' AND ", count: 300) + "a='b'",
                Array(repeating: "familyName='x'", count: 41).joined(separator: " AND "),
            ]
            for filter in bad {
                let answer = await system.get("/users?filter=\(Percent.encode(filter))")
                #expect(
                    answer.status == 400 && answer.codes.last == "invalid_filter_field",
                    "\(filter.prefix(60)): \(answer.status)")
            }
            var random = SeededRandom(seed: 20_261_130)
            let pieces = [
                "familyName", "givenName", "email", "status", "dateLastModified", "roles.role", "=", "!=", ">", ">=",
                "<", "<=", "~", "'", "''", "'x'", "'2026-01-01'", " AND ", " OR ", " ", "(", "%", "\\", "ế", "\u{301}",
                "\u{1F600}", ";", "--", "/*",
            ]
            var taken = 0, refused = 0
            for round in 0..<3000 {
                var bytes: [UInt8] = []
                for _ in 0..<(1 + random.below(9)) {
                    bytes +=
                        random.chance(300)
                        ? (0..<4).map { _ in UInt8(random.below(256)) } : Array((random.pick(pieces) ?? "").utf8)
                }
                let query = bytes.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
                let answer = await system.get("/schools?limit=1&filter=\(query)")
                if answer.status == 200 { taken += 1 } else { refused += 1 }
                #expect([200, 400].contains(answer.status), "round \(round): \(answer.status) \(query)")
            }
            #expect(refused > 2000, "\(taken) taken, \(refused) refused")
        }
    }

    // MARK: reach

    @Test("D1 a system of one school sees nothing of another, at no address", arguments: Backend.all)
    func reach(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let schools = try await Connected.schools(door)
            let all = try await Connected.make(door, at: Connected.top(door)),
                own = try await Connected.make(door, at: schools[0])
            #expect(try await own.names("/schools") == [schools[0].code])
            // What belongs to the other schools, by the tables and not by the code under test.
            let foreign = try await door.db.read { tx in
                Set(
                    try tx.all(
                        """
                        SELECT id FROM registry_student WHERE org_id <> \(schools[0]) UNION ALL SELECT id FROM registry_staff WHERE org_id <> \(schools[0])
                        UNION ALL SELECT id FROM registry_class WHERE org_id <> \(schools[0]) UNION ALL SELECT id FROM registry_org WHERE id <> \(schools[0])
                        UNION ALL SELECT id FROM registry_enrolment WHERE org_id <> \(schools[0])
                        """, Int64.self
                    ).map { ID<Org>(stored: $0).code })
            }
            #expect(foreign.count > 100)
            for endpoint in RosterEndpoint.all where endpoint.parent == .none && !endpoint.isOne {
                let path = endpoint.path.description
                let names = try await own.names(path)
                #expect(foreign.isDisjoint(with: names), "\(path)")
                if endpoint.noun != .academicSessions, endpoint.noun != .courses {
                    #expect(try await names.count < all.names(path).count, "\(path)")
                }
                for name in try await all.names(path).filter(foreign.contains).prefix(3) {
                    #expect(await own.get("\(path)/\(name)").status == 404, "\(path)/\(name)")
                }
            }
            for endpoint in RosterEndpoint.all where endpoint.parent != .none {
                for path in try await Self.paths(endpoint, all)
                where foreign.contains(String(path.split(separator: "/")[1])) {
                    #expect(await own.get(path).status == 404, "\(path)")
                }
            }
        }
    }

    // MARK: changes

    @Test("changes are told: what is new, what is another's now, what is over", arguments: Backend.all)
    func changes(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment)
        try await Door.open(backend, at: moment) { door in
            let schools = try await Connected.schools(door), today = Day(at: testMoment)
            let all = try await Connected.make(door, at: Connected.top(door)),
                old = try await Connected.make(door, at: schools[0])
            moment.value += 60_000
            let since = ("filter", "dateLastModified>'\(moment.value.preciseMoment)'")
            func changed(_ path: String, _ system: Connected) async throws -> [String: String] {
                Dictionary(
                    try await system.list(path, [("limit", "10000"), since]).map {
                        ($0["sourcedId"] as? String ?? "", $0["status"] as? String ?? "")
                    },
                    uniquingKeysWith: { first, _ in first })
            }
            for path in ["/users", "/enrollments", "/classes", "/orgs"] {
                #expect(try await changed(path, all).isEmpty, "\(path)")
            }
            moment.value += 60_000
            let found = try await door.db.read { tx in
                let moved = try tx.all(
                    "SELECT id FROM registry_student WHERE org_id = \(schools[0]) AND class_id IS NOT NULL ORDER BY id LIMIT 2",
                    ID<Student>.self)
                let target = try tx.one(
                    "SELECT id, grades, level FROM registry_class WHERE org_id = \(schools[1]) AND closed_on IS NULL ORDER BY id LIMIT 1"
                ) { (id: try $0() as ID<ClassGroup>, grades: try $0() as String, level: try $0() as String) }
                return (moved, target)
            }
            let (leaver, mover) = (found.0[0], found.0[1]), target = try #require(found.1)
            try await Registry.leave(leaver, on: today.adding(-1), status: "left-1", by: .commandLine, in: door.db)
            try await door.db.commit { tx in
                let stay = try #require(try tx.openStay(of: mover))
                try tx.endStay(stay, last: today.adding(-1), leaving: "moved-away")
                let grade = target.grades.split(separator: ",").first.map(String.init) ?? ""
                var draft = EnrolmentDraft(
                    student: mover, org: schools[1], classGroup: target.id, year: SchoolYear(of: today),
                    level: Level(rawValue: target.level),
                    grade: grade, period: try #require(Period(today)))
                draft.entry = "transfer"
                _ = try tx.insert(draft)
                try tx.setPlace(
                    of: mover, org: schools[1], classGroup: target.id, level: Level(rawValue: target.level),
                    grade: grade,
                    status: StudentStatus.studying)
            }
            let users = try await changed("/users", all)
            #expect(users[leaver.code] == "tobedeleted" && users[mover.code] == "active")
            let ofOld = try await changed("/users", old)
            #expect(ofOld[mover.code] == "tobedeleted" && ofOld[leaver.code] == "tobedeleted", "\(ofOld)")
            let gone = try #require(
                try await old.list("/users", [since]).first { $0["sourcedId"] as? String == mover.code })
            #expect(
                Self.faults(gone, .users).isEmpty && gone["givenName"] as? String == ""
                    && gone["enabledUser"] as? String == "false")
            #expect(await old.get("/users/\(mover.code)").status == 404)
            #expect(try await !old.names("/users").contains(mover.code), "one who left the reach is in the plain list")
            let stays = try await changed("/enrollments", all)
            #expect(stays.values.contains("tobedeleted") && stays.values.contains("active"))
        }
    }

    @Test("reading persons is noted once for all that a system reads of a kind within a while")
    func noted() async throws {
        try await Door.open(.sqlite) { door in
            let system = try await Connected.make(door, at: Connected.top(door))
            for offset in 0..<5 { _ = await system.get("/users?limit=20&offset=\(offset * 20)") }
            _ = await system.get("/demographics?limit=5")
            _ = await system.get("/orgs")
            let entries = try await door.db.read { tx in
                try tx.auditEntries(scope: .everything, verb: "registry.roster")
            }
            #expect(entries.map(\.note).sorted() == ["demographics", "users"])
            #expect(entries.allSatisfy { $0.kind == "consumer" && $0.subjectID == system.id.raw })
        }
    }
}
