import Base
import Storage
import Web

/// What the programming interface tells of the register's records, and how each is told.
enum RecordAPI {
    /// Every endpoint of the room.
    static let endpoints =
        OrgAPI.endpoints + StudentAPI.endpoints + StaffAPI.endpoints + ClassAPI.endpoints
        + GuardianAPI.endpoints + ChangeAPI.endpoints

    private static let name = JSONShape.object([
        .init("family", .text()), .init("middle", .text()), .init("given", .text()), .init("full", .text()),
    ])
    private static let levels = Level.allCases.map(\.rawValue)

    private static let org: [JSONShape.Member] = [
        .init("id", .key), .init("code", .text()), .init("moetCode", .text(), nullable: true), .init("name", .text()),
        .init("kind", .text()), .init("ownership", .text()), .init("isInstitution", .flag),
        .init("levels", .array(.text(words: levels), most: 10)), .init("parent", .key, nullable: true),
        .init("openedOn", .day), .init("closedOn", .day, nullable: true), .init("version", .integer(1...Int.max)),
    ]
    private static let person: [JSONShape.Member] = [
        .init("id", .key), .init("code", .text()), .init("moetCode", .text(), nullable: true), .init("name", name),
        .init("birthDate", .text(), nullable: true), .init("sex", .text()), .init("ethnicity", .text()),
        .init("status", .text()), .init("org", .key, nullable: true), .init("values", .texts(most: 500)),
        .init("version", .integer(1...Int.max)), .init("changedAt", .moment),
    ]

    static let components: [String: JSONShape] = [
        "Org": .object(org),
        "OrgLine": .object([
            .init("id", .key), .init("code", .text()), .init("name", .text()), .init("kind", .text()),
            .init("isInstitution", .flag), .init("levels", .array(.text(words: levels), most: 10)),
            .init("parent", .key, nullable: true),
        ]),
        "Student": .object(
            person + [
                .init("classGroup", .key, nullable: true), .init("level", .text(), nullable: true),
                .init("grade", .text()),
            ]),
        "StudentLine": .object([
            .init("id", .key), .init("code", .text()), .init("name", .text()),
            .init("birthDate", .text(), nullable: true),
            .init("sex", .text()), .init("ethnicity", .text()), .init("status", .text()),
            .init("level", .text(), nullable: true), .init("grade", .text()), .init("classGroup", .key, nullable: true),
            .init("org", .key, nullable: true),
        ]),
        "Staff": .object(person + [.init("group", .text()), .init("position", .text())]),
        "StaffLine": .object([
            .init("id", .key), .init("code", .text()), .init("name", .text()),
            .init("birthDate", .text(), nullable: true),
            .init("sex", .text()), .init("group", .text()), .init("position", .text()), .init("status", .text()),
            .init("org", .key, nullable: true),
        ]),
        "Class": .object([
            .init("id", .key), .init("org", .key), .init("year", .text()), .init("name", .text()),
            .init("kind", .text()),
            .init("level", .text(words: levels)), .init("grades", .array(.text(), most: 20)),
            .init("homeroom", .key, nullable: true), .init("closedOn", .day, nullable: true),
            .init("version", .integer(1...Int.max)),
        ]),
        "ClassLine": .object([
            .init("id", .key), .init("org", .key), .init("name", .text()), .init("level", .text(words: levels)),
            .init("grades", .array(.text(), most: 20)), .init("homeroom", .key, nullable: true),
            .init("students", .integer(0...Int.max)),
        ]),
        "Guardian": .object([
            .init("id", .key), .init("name", .text()), .init("sex", .text()),
            .init("birthDate", .text(), nullable: true),
            .init("phone", .text()), .init("version", .integer(1...Int.max)),
        ]),
        "GuardianLine": .object([
            .init("id", .key), .init("name", .text()), .init("relation", .text()), .init("isContact", .flag),
            .init("phone", .text()), .init("sex", .text()),
        ]),
        "Change": .object([
            .init("id", .key), .init("at", .moment), .init("verb", .text()), .init("kind", .text()),
            .init("subject", .key, nullable: true), .init("org", .key, nullable: true),
        ]),
    ]

    /// The values of a record that are not sensitive, by field: what a list of the register may show.
    static func plain(_ values: [String: String], _ record: String) -> JSONValue {
        let fields = Catalogues.current.fields(of: record)
        return .object(
            values.filter { key, _ in fields[key].map { !$0.isSensitive } ?? false }.mapValues { .text($0) })
    }

    /// The record that the address names, within the caller's reach.
    static func found<Of, Record: Sendable>(
        _ call: Call, _ read: @escaping @Sendable (Tx, ID<Of>, Scope) throws -> Record?
    ) async throws -> Record {
        let id: ID<Of> = try call.id(), scope = call.visitor.scope
        guard let record = try await call.visit.db.read({ tx in try read(tx, id, scope) }) else { throw Fault.notFound }
        return record
    }

    static func told(_ name: PersonName) -> JSONValue {
        .object([
            "family": .text(name.family), "middle": .text(name.middle), "given": .text(name.given),
            "full": .text(name.full),
        ])
    }

    /// A page, with the key of the next.
    static func told<Item>(_ slice: Slice<Item>, _ tell: (Item) -> JSONValue) -> JSONValue {
        .object(["items": .array(slice.items.map(tell)), "next": slice.next.map { .text($0) } ?? .null])
    }

    /// Where a page begins; throws for anything that no answer said.
    static func place(_ call: Call) throws -> PageKey? {
        let text = call.query("after")
        if text.isEmpty { return nil }
        guard let key = PageKey(text) else { throw Fault.invalid([Problem("after", "Giá trị không đúng dạng.")]) }
        return key
    }

    /// A key behind the question mark; throws where it is none.
    static func key<Of>(_ call: Call, _ name: StaticString) throws -> ID<Of>? { ID<Of>(call.query(name)) }
}

extension JSONValue {
    /// A key, or nothing.
    static func key<Of>(_ id: ID<Of>?) -> JSONValue { id.map { .text($0.code) } ?? .null }
    static func some(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }
}
