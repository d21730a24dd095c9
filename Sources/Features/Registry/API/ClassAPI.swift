import Base
import Storage
import Web

/// Classes over the programming interface, by the same actions as on screen.
enum ClassAPI {
    static let endpoints: [Endpoint] = [
        .get(
            "/api/v1/classes", t("Lớp của một trường trong một năm học"), .viewStudents, scope: .list,
            parameters: [.init("org", .key, required: true), .init("year", .text(9...9))],
            answer: .object([.init("items", .array(.named("ClassLine"), most: 2000))]), list),
        .get("/api/v1/classes/{id}", t("Một lớp"), .viewStudents, scope: .classGroup, answer: .named("Class"), one),
        .post(
            "/api/v1/classes", t("Mở lớp"), .editClasses, scope: .none, makes: "/api/v1/classes",
            body: .object([.init("org", .key), .init("year", .text(9...9))] + members),
            example: .object([
                "org": .text("01KD3VZ8A0000"), "year": .text("2026-2027"), "name": .text("6A2"), "level": .text("thcs"),
                "grades": .array([.text("6")]),
            ]), create),
        .patch(
            "/api/v1/classes/{id}", t("Sửa lớp"), .editClasses, scope: .classGroup,
            body: .object([.init("version", .integer(1...Int.max))] + members),
            example: .object([
                "version": .integer(1), "name": .text("6A3"), "level": .text("thcs"), "grades": .array([.text("6")]),
            ]), answer: .named("Class"), edit),
    ]

    private static let members: [JSONShape.Member] = [
        .init("name", .text(1...50)), .init("level", .text(words: Level.allCases.map(\.rawValue))),
        .init("grades", .array(.text(1...10), most: 10)),
        .init("kind", .text(words: [ClassKind.homeroom.rawValue, ClassKind.scheduled.rawValue]), required: false),
    ]

    @Sendable private static func list(_ call: Call) async throws -> JSONValue {
        guard let org: ID<Org> = try RecordAPI.key(call, "org") else { throw Fault.notFound }
        let year = try year(call.query("year"), else: SchoolYear(of: call.visit.today)), scope = call.visitor.scope
        let lines = try await call.visit.db.read { tx in
            guard try tx.org(org, scope: scope) != nil else { throw Fault.notFound }
            return try tx.classes(of: org, year: year, scope: scope)
        }
        return .object([
            "items": .array(
                lines.map { line in
                    .object([
                        "id": .key(line.id), "org": .key(line.org), "name": .text(line.name),
                        "level": .text(line.level.rawValue), "grades": .array(line.grades.map { .text($0) }),
                        "homeroom": .key(line.homeroom), "students": .integer(line.total),
                    ])
                })
        ])
    }

    private static func year(_ text: String, else preset: SchoolYear?) throws -> SchoolYear {
        guard let year = text.isEmpty ? preset : SchoolYear(text) else {
            throw Fault.invalid([Problem("year", "Giá trị không đúng dạng.")])
        }
        return year
    }

    private static func read(_ call: Call) async throws -> ClassRecord {
        try await RecordAPI.found(call) { tx, id, scope in try tx.classGroup(id, scope: scope) }
    }

    @Sendable private static func one(_ call: Call) async throws -> JSONValue {
        let group = try await read(call)
        return .object([
            "id": .key(group.id), "org": .key(group.org), "year": .text("\(group.year)"), "name": .text(group.name),
            "kind": .text(group.kind.rawValue), "level": .text(group.level.rawValue),
            "grades": .array(group.grades.map { .text($0) }), "homeroom": .key(group.homeroom),
            "closedOn": .some(group.closedOn?.iso), "version": .integer(group.version),
        ])
    }

    private static func draft(_ call: Call, org: ID<Org>, year: SchoolYear) throws -> ClassDraft {
        guard let level = Level(rawValue: call.text("level")) else {
            throw Fault.invalid([Problem("level", "Giá trị không đúng dạng.")])
        }
        var draft = ClassDraft(
            org: org, year: year, name: call.text("name"), level: level,
            grades: call.body["grades"]?.elements.compactMap(\.text) ?? [])
        draft.kind = ClassKind(rawValue: call.text("kind")) ?? .homeroom
        return draft
    }

    @Sendable private static func create(_ call: Call) async throws -> Endpoint.Made {
        guard let org: ID<Org> = call.key("org") else { throw Fault.invalid([Problem("org", "Thiếu mục bắt buộc.")]) }
        let draft = try draft(call, org: org, year: try year(call.text("year"), else: nil))
        return Endpoint.Made(try await Registry.createClass(draft, by: call.visitor, in: call.visit.db))
    }

    @Sendable private static func edit(_ call: Call) async throws -> JSONValue {
        let group = try await read(call)
        var draft = try draft(call, org: group.org, year: group.year)
        (draft.site, draft.homeroom, draft.details) = (group.site, group.homeroom, group.details)
        if call.body["kind"] == nil { draft.kind = group.kind }
        try await Registry.editClass(
            group.id, draft, version: call.body["version"]?.integer ?? 0, by: call.visitor, in: call.visit.db)
        return try await one(call)
    }
}
