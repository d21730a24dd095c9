import Base
import Storage
import Web

/// Staff over the programming interface, by the same actions as on screen.
enum StaffAPI {
    static let endpoints: [Endpoint] = [
        .get(
            "/api/v1/staff", t("Danh sách cán bộ, giáo viên"), .viewStaff, scope: .list,
            parameters: [
                .init("org", .key), .init("q", .text(1...100)), .init("status", .text(1...40)),
                .init("group", .text(words: StaffGroup.allCases.map(\.rawValue))),
            ] + Endpoint.paging, answer: Endpoint.page(of: .named("StaffLine")), list),
        .get("/api/v1/staff/{id}", t("Một cán bộ, giáo viên"), .viewStaff, scope: .staff, answer: .named("Staff"), one),
        .post(
            "/api/v1/staff", t("Thêm cán bộ, giáo viên"), .editStaff, scope: .none, makes: "/api/v1/staff",
            body: .object([.init("values", .texts(most: 200)), .init("org", .key), .init("since", .day)]),
            example: .object([
                "values": .object([
                    "family_name": .text("Vàng"), "middle_name": .text("A"), "given_name": .text("Su"),
                    "staff_group": .text("GV"),
                ]), "org": .text("01KD3VZ8A0000"), "since": .text("2026-09-01"),
            ]), create),
        .patch(
            "/api/v1/staff/{id}", t("Sửa hồ sơ cán bộ, giáo viên"), .editStaff, scope: .staff, body: StudentAPI.change,
            example: .object(["version": .integer(2), "values": .object(["email": .text("de@example.org")])]),
            answer: .named("Staff"), edit),
    ]

    @Sendable private static func list(_ call: Call) async throws -> JSONValue {
        var filter = StaffFilter()
        filter.org = try RecordAPI.key(call, "org")
        filter.group = StaffGroup(rawValue: call.query("group"))
        (filter.q, filter.status) = (call.query("q"), call.query("status"))
        let place = try RecordAPI.place(call), scope = call.visitor.scope
        let slice = try await call.visit.db.read { [filter] tx in
            try tx.staff(filter, scope: scope, from: place, size: call.limit)
        }
        return RecordAPI.told(slice) { line in
            .object([
                "id": .key(line.id), "code": .text(line.code), "name": .text(line.name),
                "birthDate": .some(line.birthDate?.iso), "sex": .text(line.sex), "group": .text(line.group.rawValue),
                "position": .text(line.position), "status": .text(line.status), "org": .key(line.org),
            ])
        }
    }

    @Sendable private static func one(_ call: Call) async throws -> JSONValue {
        let staff = try await RecordAPI.found(call) { tx, id, scope in try tx.staff(id, scope: scope) }
        return .object([
            "id": .key(staff.id), "code": .text(staff.code), "moetCode": .some(staff.moetCode),
            "name": RecordAPI.told(staff.name), "birthDate": .some(staff.birthDate?.iso), "sex": .text(staff.sex),
            "ethnicity": .text(staff.ethnicity), "status": .text(staff.status), "org": .key(staff.org),
            "group": .text(staff.group.rawValue), "position": .text(staff.position),
            "values": RecordAPI.plain(staff.values, "staff"), "version": .integer(staff.version),
            "changedAt": .text(staff.updatedAt.preciseMoment),
        ])
    }

    @Sendable private static func create(_ call: Call) async throws -> Endpoint.Made {
        guard let org: ID<Org> = call.key("org") else { throw Fault.invalid([Problem("org", "Thiếu mục bắt buộc.")]) }
        let done = try await Registry.createStaff(
            RecordForm(call.texts("values")), at: org, since: try call.day("since"), by: call.visitor, in: call.visit.db
        )
        return Endpoint.Made(done.id, warnings: done.warnings)
    }

    @Sendable private static func edit(_ call: Call) async throws -> JSONValue {
        let id: ID<Staff> = try call.id()
        _ = try await Registry.editStaff(
            id, RecordForm(call.texts("values"), version: call.body["version"]?.integer), by: call.visitor,
            in: call.visit.db)
        return try await one(call)
    }
}
