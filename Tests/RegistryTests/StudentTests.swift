import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

@Suite struct StudentTests {
    @Test("a learner is entered, moved, leaves and comes back under one code", arguments: Backend.all)
    func life(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let clerk = World.visitor(.clerk, .institutions([world.primary]))
            let form = RecordForm([
                "family_name": "Giàng", "middle_name": "A", "given_name": "Páo", "birth_date": "5/9/2020", "sex": "Nam",
                "ethnicity": "H'Mông",
                "personal_id": "099220000123", "father_phone": "",
            ])
            let made = try await Registry.createStudent(
                form, into: EnrolForm(classGroup: world.class1A, day: World.day("2026-09-05")), by: clerk, in: world.db,
                World.catalogues)
            let id = made.id
            let code = try await world.db.read { tx in try tx.student(id, scope: clerk.scope)?.code ?? "" }
            #expect(PersonCode.student.problem(with: code) == nil)
            var move = EnrolForm(classGroup: world.class1B, day: World.day("2026-10-05"))
            move.grade = "1"
            try await Registry.move(id, move, by: clerk, in: world.db)
            try await Registry.leave(
                id, on: World.day("2026-11-01"), status: "left-1", reason: "hardship", by: clerk, in: world.db,
                World.catalogues)
            try await world.db.read { tx throws in
                let record = try tx.student(id, scope: clerk.scope)
                #expect(record?.status == "left-1" && record?.classGroup == nil && record?.org == world.primary)
                #expect(try tx.students(StudentFilter(), scope: clerk.scope).items.isEmpty)
                #expect(try tx.figures(of: world.primary, year: World.year, by: .all, scope: clerk.scope).isEmpty)
                #expect(
                    try tx.figures(of: world.primary, year: World.year, by: .status, scope: clerk.scope).map(\.value)
                        == ["left-1"])
            }
            try await Registry.takeBack(
                id, EnrolForm(classGroup: world.class1A, day: World.day("2026-11-10")), by: clerk, in: world.db)
            try await world.db.read { tx throws in
                let record = try tx.student(id, scope: clerk.scope)
                #expect(record?.code == code && record?.status == "studying" && record?.classGroup == world.class1A)
                #expect(record?.ethnicity == World.catalogues.code(matching: "Mông", in: "ethnic-groups"))
                let stays = try tx.enrolments(of: id, scope: clerk.scope)
                #expect(stays.map(\.leaving) == ["", "left-1", Leaving.moved])
                #expect(stays.map(\.entry) == ["return", "", ""])
                #expect(try tx.student(code: "099220000123", scope: clerk.scope)?.id == id)
                #expect(try tx.student(code: code.lowercased(), scope: clerk.scope)?.id == id)
                #expect(try tx.student(code: code, scope: Scope(.institutions([world.high]))) == nil)
                let history = try tx.history(of: .student(id)), fields = history.map(\.field)
                #expect(fields.contains("class") && fields.contains("status") && fields.contains("given_name"))
                #expect(!history.contains { $0.new == "099220000123" })
            }
            #expect(try await Registry.readPersonalID(of: id, by: clerk, in: world.db) == "099220000123")
            await #expect(throws: Fault.self) {
                try await Registry.enrol(
                    id, EnrolForm(classGroup: world.class1A, day: World.today), by: clerk, in: world.db)
            }
        }
    }

    @Test(
        "two who change the same field at once: the second is told both values, and nothing is lost",
        arguments: Backend.all)
    func conflict(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let id = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            let clerk = World.visitor(.clerk, .institutions([world.primary]))
            let shown = try await world.db.read { tx in try tx.student(id, scope: .everything)?.values ?? [:] }
            func edit(_ values: [String: String]) async throws {
                try await Registry.editStudent(
                    id, RecordForm(shown.merging(values) { $1 }, version: 1, base: shown), by: clerk, in: world.db,
                    World.catalogues)
            }
            try await edit(["birth_date": "06/03/2020"])
            let fault = await #expect(throws: Fault.self) { try await edit(["birth_date": "07/03/2020"]) }
            #expect(fault?.kind == .conflict)
            #expect(
                fault?.problems.first?.message.contains("06/03/2020") == true
                    && fault?.problems.first?.message.contains("07/03/2020") == true)
            // Another field, changed from the same old form, is no conflict and does not undo the first.
            try await edit(["phone": "0912 345 678"])
            let record = try await world.db.read { tx in try tx.student(id, scope: .everything) }
            #expect(
                record?.birthDate?.iso == "2020-03-06" && record?.details["phone"] == "0912345678"
                    && record?.version == 3)
            let history = try await world.db.read { tx in try tx.history(of: .student(id)) }
            #expect(history.map(\.field) == ["phone", "birth_date"])
            #expect(history.last?.old == "2020-03-05" && history.last?.new == "2020-03-06")
        }
    }

    @Test("a homeroom teacher keeps the contacts of the own class and no more", arguments: Backend.all)
    func homeroom(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let own = try await world.pupil("Lò Thị Hoa", in: world.class1A),
                other = try await world.pupil("Lò Thị Mai", in: world.class1B)
            let teacher = World.visitor(.homeroom, .classes([world.class1A], of: [world.primary]))
            try await Registry.editStudent(
                own, RecordForm(["phone": "0912345678"]), by: teacher, in: world.db, World.catalogues)
            await #expect(throws: Fault.self) {
                try await Registry.editStudent(
                    own, RecordForm(["birth_date": "1/1/2020"]), by: teacher, in: world.db, World.catalogues)
            }
            await #expect(throws: Fault.self) {
                try await Registry.editStudent(
                    other, RecordForm(["phone": "0912345678"]), by: teacher, in: world.db, World.catalogues)
            }
            await #expect(throws: Fault.self) {
                try await Registry.leave(
                    own, on: World.today, status: "left-1", by: teacher, in: world.db, World.catalogues)
            }
        }
    }

    @Test("REC-12 policy statuses have periods and count only while they last", arguments: Backend.all)
    func policies(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let id = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            let clerk = World.visitor(.clerk, .institutions([world.primary]))
            let period = try #require(Period(World.day("2026-01-01")))
            let policy = try await Registry.addPolicy(
                PolicyDraft(student: id, kind: "poor", period: period), by: clerk, in: world.db, World.catalogues)
            await #expect(throws: Fault.self) {
                try await Registry.addPolicy(
                    PolicyDraft(student: id, kind: "poor", period: period), by: clerk, in: world.db, World.catalogues)
            }
            func count() async throws -> [Figure] {
                try await world.db.read { tx in
                    try tx.figures(of: world.primary, year: World.year, by: .policy, scope: clerk.scope)
                }
            }
            #expect(try await count() == [Figure(value: "poor", total: 1, female: 1)])
            try await Registry.endPolicy(policy, of: id, last: World.day("2026-10-31"), by: clerk, in: world.db)
            #expect(try await count() == [])
            let then = try await world.db.read { tx throws in
                try tx.countsAsOf(World.day("2026-10-15"), of: world.primary, by: .policy, scope: clerk.scope)
            }
            #expect(then == [Figure(value: "poor", total: 1, female: 1)])
        }
    }

    @Test("one guardian answers for children in two schools", arguments: Backend.all)
    func guardians(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let small = try await world.pupil("Lò Thị Hoa", in: world.class1A),
                big = try await world.pupil("Lò Văn Nam", in: world.class10A)
            let clerk = World.visitor(.clerk, .institutions([world.primary]))
            var draft = GuardianDraft(name: "Lò Văn Páo")
            draft.phone = "+84 912 345 678"
            let id = try await Registry.addGuardian(
                draft, relation: "father", to: small, by: clerk, in: world.db, World.catalogues)
            try await Registry.linkGuardian(
                id, to: big, relation: "father", by: World.visitor(.clerk, .institutions([world.high])), in: world.db,
                World.catalogues)
            try await world.db.read { tx throws in
                #expect(try tx.children(of: id, on: World.today).map(\.student) == [small, big].sorted())
                #expect(try tx.guardians(of: small, on: World.today, scope: clerk.scope).map(\.phone) == ["0912345678"])
                #expect(try tx.guardians(of: big, on: World.today, scope: clerk.scope).isEmpty)
                #expect(try tx.search("lo pao", scope: clerk.scope, kinds: [.guardian]).map(\.id) == [id.raw])
                #expect(try tx.search("lo pao", scope: Scope(.institutions([world.mixed])), kinds: [.guardian]).isEmpty)
                #expect(try tx.personName(kind: "guardian", id: id.raw) == "Lò Văn Páo")
            }
            try await Registry.unlinkGuardian(id, from: small, last: World.today.adding(-1), by: clerk, in: world.db)
            #expect(try await world.db.read { tx in try tx.children(of: id, on: World.today).map(\.student) } == [big])
        }
    }

    @Test("who leads and teaches a class is dated", arguments: Backend.all)
    func teachers(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let teacher = try await world.teacher("Hoàng Văn Nam", at: world.primary)
            let head = World.visitor(.principal, .institutions([world.primary]))
            try await Registry.assignHomeroom(
                teacher, to: world.class1A, on: World.day("2026-09-01"), by: head, in: world.db)
            let teaching = try await Registry.assignTeaching(
                teacher, to: world.class1B, subject: "TOAN", from: World.day("2026-09-05"), by: head, in: world.db)
            try await world.db.read { tx throws in
                #expect(try tx.classesLed(by: teacher, on: World.today).map(\.id) == [world.class1A])
                #expect(try tx.classesTaught(by: teacher, on: World.today).map(\.id) == [world.class1A, world.class1B])
            }
            try await Registry.endTeaching(
                teaching, of: world.class1B, last: World.day("2026-11-01"), by: head, in: world.db)
            #expect(
                try await world.db.read { tx in try tx.classesTaught(by: teacher, on: World.today).map(\.id) } == [
                    world.class1A
                ])
            try await Registry.endPosts(
                of: teacher, last: World.day("2026-11-10"), status: "retired", by: head, in: world.db, World.catalogues)
            #expect(try await world.db.read { tx in try tx.classesLed(by: teacher, on: World.today).isEmpty })
        }
    }

    @Test("a class is filled in whole or not at all; a clash names its field and its learner", arguments: Backend.all)
    func filling(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let pupils = try await [
                world.pupil("Lò Văn Tủa", in: world.class1A), world.pupil("Giàng A Sinh", in: world.class1A),
            ]
            let stranger = try await world.pupil("Vàng Thị Mỷ", in: world.class1B)
            let clerk = World.visitor(.clerk, .institutions([world.primary]))
            func fill(_ rows: [(ID<Student>, RecordForm)]) async throws -> Int {
                try await Registry.editStudents(
                    rows.map { (id: $0.0, form: $0.1) }, of: world.class1A, by: clerk, in: world.db, World.catalogues
                ).changed
            }
            func phones() async throws -> [String] {
                try await world.db.read { tx in
                    try pupils.map { try tx.student($0, scope: .everything)?.values["phone"] ?? "" }
                }
            }
            // One wrong cell: nothing is written, and the cell is named.
            let wrong = try await fault {
                try await fill([
                    (pupils[0], RecordForm(["phone": "0912345678"], version: 1)),
                    (pupils[1], RecordForm(["birth_date": "31/02/2020"], version: 1)),
                ])
            }
            #expect(wrong?.problems.map(\.field) == ["birth_date.\(pupils[1].code)"])
            #expect(try await phones() == ["", ""])
            #expect(
                try await fill([
                    (pupils[0], RecordForm(["phone": "0912345678"], version: 1)),
                    (pupils[1], RecordForm(["phone": "0912345679", "ethnicity": "03"], version: 1)),
                ]) == 2)
            #expect(try await phones() == ["0912345678", "0912345679"])
            // The history of each learner has its own change.
            let history = try await world.db.read { tx in try tx.history(of: .student(pupils[1])) }
            #expect(history.map(\.field) == ["phone"] && history.first?.new == "0912345679")
            // Somebody else saved the same field meanwhile: theirs stands, ours is told.
            let clash = try await fault {
                try await fill([
                    (pupils[0], RecordForm(["phone": "0987654321"], version: 1, base: ["phone": ""])),
                    (pupils[1], RecordForm(["sex": Sex.male], version: 1, base: ["sex": Sex.female])),
                ])
            }
            #expect(clash?.kind == .conflict && clash?.problems.map(\.field) == ["phone.\(pupils[0].code)"])
            #expect(try await phones() == ["0912345678", "0912345679"])
            #expect(try await world.db.read { tx in try tx.student(pupils[1], scope: .everything)?.sex } == Sex.female)
            // A learner of another class has no cell here.
            let far = try await fault { try await fill([(stranger, RecordForm(["phone": "0912345678"]))]) }
            #expect(far?.kind == .notFound)
        }
    }

    private func fault(_ body: () async throws -> some Sendable) async throws -> Fault? {
        do { _ = try await body() } catch { return error as? Fault }
        return nil
    }
}
