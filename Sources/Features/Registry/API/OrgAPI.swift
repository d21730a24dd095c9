import Base
import Storage
import Web

/// Units over the programming interface.
enum OrgAPI {
    static let endpoints: [Endpoint] = [
        .get(
            "/api/v1/orgs", t("Đơn vị ngay dưới một đơn vị, hoặc tìm theo tên"), .viewOrgs, scope: .list,
            parameters: [.init("parent", .key), .init("q", .text(1...100))],
            answer: .object([.init("items", .array(.named("OrgLine"), most: 5000))]), list),
        .get("/api/v1/orgs/{id}", t("Một đơn vị"), .viewOrgs, scope: .org, answer: .named("Org"), one),
    ]

    @Sendable private static func list(_ call: Call) async throws -> JSONValue {
        let scope = call.visitor.scope, parent: ID<Org>? = try RecordAPI.key(call, "parent"), text = call.query("q")
        let lines = try await call.visit.db.read { tx in
            if !text.isEmpty { return try tx.orgs(matching: text, scope: scope, limit: 100) }
            guard let parent else { return try tx.roots(scope: scope) }
            guard try tx.org(parent, scope: scope) != nil else { throw Fault.notFound }
            return try tx.children(of: parent, scope: scope)
        }
        return .object(["items": .array(lines.map(told))])
    }

    private static func told(_ line: OrgLine) -> JSONValue {
        .object([
            "id": .key(line.id), "code": .text(line.code), "name": .text(line.name), "kind": .text(line.kind),
            "isInstitution": .flag(line.isInstitution), "levels": .array(line.levels.map { .text($0.rawValue) }),
            "parent": .key(line.parent),
        ])
    }

    @Sendable private static func one(_ call: Call) async throws -> JSONValue {
        let org = try await RecordAPI.found(call) { tx, id, scope in try tx.org(id, scope: scope) }
        return .object([
            "id": .key(org.id), "code": .text(org.code), "moetCode": .some(org.moetCode), "name": .text(org.name),
            "kind": .text(org.kind), "ownership": .text(org.ownership), "isInstitution": .flag(org.isInstitution),
            "levels": .array(org.levels.map { .text($0.rawValue) }), "parent": .key(org.parent),
            "openedOn": .text(org.openedOn.iso), "closedOn": .some(org.isOpen ? nil : org.closedOn.iso),
            "version": .integer(org.version),
        ])
    }
}
