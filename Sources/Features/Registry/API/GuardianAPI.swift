import Base
import Storage
import Web

/// Guardians over the programming interface, by the same actions as on screen.
enum GuardianAPI {
    static let endpoints: [Endpoint] = [
        .get(
            "/api/v1/students/{id}/guardians", t("Người thân của một học sinh"), .viewSensitive, scope: .student,
            answer: .object([.init("items", .array(.named("GuardianLine"), most: 100))]), list),
        .get(
            "/api/v1/guardians/{id}", t("Một người thân"), .viewSensitive, scope: .guardian, answer: .named("Guardian"),
            one),
        .post(
            "/api/v1/students/{id}/guardians", t("Thêm người thân của một học sinh"), .editContacts, scope: .student,
            makes: "/api/v1/guardians",
            body: .object([.init("relation", .text(1...40)), .init("isContact", .flag, required: false)] + members),
            example: .object(["relation": .text("mother"), "name": .text("Lò Mai Én"), "phone": .text("0912345678")]),
            create),
        .patch(
            "/api/v1/guardians/{id}", t("Sửa người thân"), .editContacts, scope: .guardian,
            body: .object([.init("version", .integer(1...Int.max))] + members),
            example: .object(["version": .integer(1), "name": .text("Lò Mai Én"), "phone": .text("0987654321")]),
            answer: .named("Guardian"), edit),
    ]

    private static let members: [JSONShape.Member] = [
        .init("name", .text(1...100)), .init("phone", .text(0...20), required: false),
        .init("sex", .text(0...20), required: false), .init("birthDate", .text(0...10), required: false),
    ]

    @Sendable private static func list(_ call: Call) async throws -> JSONValue {
        let id: ID<Student> = try call.id(), scope = call.visitor.scope
        let found = try await call.visit.db.read { tx in
            guard let student = try tx.student(id, scope: scope) else { throw Fault.notFound }
            return (org: student.org, guardians: try tx.guardians(of: id, on: tx.today, scope: scope))
        }
        try await SensitiveReading.note(id, found.org, call.visit)
        return .object([
            "items": .array(
                found.guardians.map { line in
                    .object([
                        "id": .key(line.id), "name": .text(line.name), "relation": .text(line.relation),
                        "isContact": .flag(line.isContact), "phone": .text(line.phone), "sex": .text(line.sex),
                    ])
                })
        ])
    }

    private static func read(_ call: Call) async throws -> GuardianRecord {
        try await RecordAPI.found(call) { tx, id, scope in try tx.guardian(id, scope: scope) }
    }

    @Sendable private static func one(_ call: Call) async throws -> JSONValue {
        let guardian = try await read(call)
        try await call.visit.db.noteRead(
            as: call.visitor, "registry.guardian.read", on: .guardian(guardian.id, org: call.visitor.org))
        return .object([
            "id": .key(guardian.id), "name": .text(guardian.name), "sex": .text(guardian.sex),
            "birthDate": .some(guardian.birthDate?.iso), "phone": .text(guardian.phone),
            "version": .integer(guardian.version),
        ])
    }

    private static func draft(_ call: Call) throws -> GuardianDraft {
        var draft = GuardianDraft(name: call.text("name"))
        (draft.sex, draft.phone) = (call.text("sex"), call.text("phone"))
        let birth = call.text("birthDate")
        draft.birthDate = PartialDay(birth)
        guard birth.isEmpty || draft.birthDate != nil else {
            throw Fault.invalid([Problem("birthDate", "Giá trị không đúng dạng.")])
        }
        return draft
    }

    @Sendable private static func create(_ call: Call) async throws -> Endpoint.Made {
        Endpoint.Made(
            try await Registry.addGuardian(
                try draft(call), relation: call.text("relation"), isContact: call.body["isContact"]?.flag ?? true,
                to: try call.id(), by: call.visitor, in: call.visit.db))
    }

    @Sendable private static func edit(_ call: Call) async throws -> JSONValue {
        let guardian = try await read(call)
        var draft = try draft(call)
        draft.details = guardian.details
        if call.body["sex"] == nil { draft.sex = guardian.sex }
        if call.body["phone"] == nil { draft.phone = guardian.phone }
        if call.body["birthDate"] == nil { draft.birthDate = guardian.birthDate }
        try await Registry.editGuardian(
            guardian.id, draft, version: call.body["version"]?.integer ?? 0, by: call.visitor, in: call.visit.db)
        return try await one(call)
    }
}
