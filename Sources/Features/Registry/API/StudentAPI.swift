import Base
import Storage
import Web

/// Learners over the programming interface: found, entered, changed, moved, by the same actions as on screen.
enum StudentAPI {
    static let endpoints: [Endpoint] = [
        .get(
            "/api/v1/students", t("Danh sách học sinh"), .viewStudents, scope: .list,
            parameters: [
                .init("org", .key), .init("class", .key), .init("q", .text(1...100)), .init("status", .text(1...40)),
                .init("grade", .text(1...10)),
            ] + Endpoint.paging, answer: Endpoint.page(of: .named("StudentLine")), list),
        .get(
            "/api/v1/students/{id}", t("Một học sinh"), .viewStudents, scope: .student, answer: .named("Student"), one),
        .post(
            "/api/v1/students", t("Thêm học sinh vào một lớp"), .editStudents, scope: .none, makes: "/api/v1/students",
            body: .object([.init("values", .texts(most: 200))] + place),
            example: .object([
                "values": .object([
                    "family_name": .text("Lò"), "middle_name": .text("Mai"), "given_name": .text("Hoa"),
                    "birth_date": .text("2015-03-07"), "sex": .text("female"),
                ]), "classGroup": .text("01KD3VZ8A0000"), "day": .text("2026-09-05"),
            ]), create),
        .patch(
            "/api/v1/students/{id}", t("Sửa hồ sơ học sinh"), .editStudents, scope: .student, body: change,
            example: .object(["version": .integer(3), "values": .object(["phone": .text("0912345678")])]),
            answer: .named("Student"), edit),
        .post(
            "/api/v1/students/{id}/moves", t("Chuyển lớp"), .enrol, scope: .student, makes: "/api/v1/students",
            body: .object(place), example: .object(["classGroup": .text("01KD3VZ8A0000"), "day": .text("2026-10-01")])
        ) { call in
            try await Registry.move(try call.id(), try form(call), by: call.visitor, in: call.visit.db)
            return Endpoint.Made(try call.id("id", Student.self))
        },
        .post(
            "/api/v1/students/{id}/enrolments", t("Nhập học, hoặc nhận học lại"), .enrol, scope: .student,
            makes: "/api/v1/students", body: .object(place),
            example: .object(["classGroup": .text("01KD3VZ8A0000"), "day": .text("2026-10-01")])
        ) { call in
            try await Registry.enrol(try call.id(), try form(call), by: call.visitor, in: call.visit.db)
            return Endpoint.Made(try call.id("id", Student.self))
        },
        .post(
            "/api/v1/students/{id}/departures", t("Thôi học, chuyển đi, tốt nghiệp"), .enrol, scope: .student,
            makes: "/api/v1/students",
            body: .object([
                .init("day", .day), .init("status", .text(1...40)), .init("reason", .text(0...500), required: false),
            ]), example: .object(["day": .text("2026-10-01"), "status": .text("left-1")])
        ) { call in
            try await Registry.leave(
                try call.id(), on: try call.day("day"), status: call.text("status"), reason: call.text("reason"),
                by: call.visitor, in: call.visit.db)
            return Endpoint.Made(try call.id("id", Student.self))
        },
    ]

    private static let place: [JSONShape.Member] = [
        .init("classGroup", .key), .init("day", .day), .init("grade", .text(0...10), required: false),
        .init("entry", .text(0...40), required: false), .init("reason", .text(0...500), required: false),
    ]
    static let change = JSONShape.object([.init("version", .integer(1...Int.max)), .init("values", .texts(most: 200))])

    /// What is sent of a place: the class, the day, how and why.
    private static func form(_ call: Call) throws -> EnrolForm {
        guard let group: ID<ClassGroup> = call.key("classGroup") else {
            throw Fault.invalid([Problem("classGroup", "Thiếu mục bắt buộc.")])
        }
        var form = EnrolForm(classGroup: group, day: try call.day("day"))
        (form.grade, form.entry, form.reason) = (call.text("grade"), call.text("entry"), call.text("reason"))
        return form
    }

    @Sendable private static func list(_ call: Call) async throws -> JSONValue {
        var filter = StudentFilter()
        filter.org = try RecordAPI.key(call, "org")
        filter.classGroup = try RecordAPI.key(call, "class")
        (filter.q, filter.status, filter.grade) = (call.query("q"), call.query("status"), call.query("grade"))
        let place = try RecordAPI.place(call), scope = call.visitor.scope
        let slice = try await call.visit.db.read { [filter] tx in
            try tx.students(filter, scope: scope, from: place, size: call.limit)
        }
        return RecordAPI.told(slice) { line in
            .object([
                "id": .key(line.id), "code": .text(line.code), "name": .text(line.name),
                "birthDate": .some(line.birthDate?.iso), "sex": .text(line.sex), "ethnicity": .text(line.ethnicity),
                "status": .text(line.status), "level": .some(line.level?.rawValue), "grade": .text(line.grade),
                "classGroup": .key(line.classGroup), "org": .key(line.org),
            ])
        }
    }

    @Sendable private static func one(_ call: Call) async throws -> JSONValue {
        let student = try await RecordAPI.found(call) { tx, id, scope in try tx.student(id, scope: scope) }
        return .object([
            "id": .key(student.id), "code": .text(student.code), "moetCode": .some(student.moetCode),
            "name": RecordAPI.told(student.name), "birthDate": .some(student.birthDate?.iso), "sex": .text(student.sex),
            "ethnicity": .text(student.ethnicity), "status": .text(student.status), "org": .key(student.org),
            "classGroup": .key(student.classGroup), "level": .some(student.level?.rawValue),
            "grade": .text(student.grade),
            "values": RecordAPI.plain(student.values, "student"), "version": .integer(student.version),
            "changedAt": .text(student.updatedAt.preciseMoment),
        ])
    }

    @Sendable private static func create(_ call: Call) async throws -> Endpoint.Made {
        let done = try await Registry.createStudent(
            RecordForm(call.texts("values")), into: try form(call), by: call.visitor, in: call.visit.db)
        return Endpoint.Made(done.id, warnings: done.warnings)
    }

    @Sendable private static func edit(_ call: Call) async throws -> JSONValue {
        let id: ID<Student> = try call.id()
        _ = try await Registry.editStudent(
            id, RecordForm(call.texts("values"), version: call.body["version"]?.integer), by: call.visitor,
            in: call.visit.db)
        return try await one(call)
    }
}
