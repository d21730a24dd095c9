import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

@Suite("Transfers")
struct TransferTests {
    @Test(
        "REC-04 a transfer needs the word of both schools, in whatever order; nothing happens twice",
        arguments: [
            ([TransferEvent.approval(.receiving), .approval(.giving), .day], TransferState.done),
            ([.approval(.giving), .approval(.receiving), .day], .done), ([.approval(.giving), .day], nil),
            ([.approval(.giving), .approval(.giving)], nil), ([.approval(.receiving), .refusal(.giving)], .refused),
            ([.approval(.receiving), .refusal(.receiving)], nil), ([.withdrawal], .withdrawn), ([.lapse], .lapsed),
            ([.approval(.receiving), .approval(.giving), .lapse], nil), ([.refusal(.giving), .approval(.giving)], nil),
        ])
    func machine(events: [TransferEvent], end: TransferState?) {
        let found = events.reduce(TransferState.asked as TransferState?) { state, event in
            state.flatMap { Transferring.next($0, event, isOutside: false) }
        }
        #expect(found == end)
    }

    @Test("REC-04 outside the system the giving head alone decides")
    func outside() {
        #expect(Transferring.next(.asked, .approval(.giving), isOutside: true) == .approved)
        #expect(Transferring.next(.asked, .approval(.receiving), isOutside: true) == nil)
        for state in TransferState.allCases where !state.isOpen {
            for event in [TransferEvent.approval(.giving), .refusal(.giving), .withdrawal, .day, .lapse] {
                #expect(Transferring.next(state, event, isOutside: false) == nil, "\(state) \(event)")
            }
        }
    }

    /// Two schools with a clerk and a head each, and a learner of the first.
    private struct Two: Sendable {
        let world: World, student: ID<Student>, code: String, target: ID<ClassGroup>
        func clerk(_ org: ID<Org>) -> Visitor { World.visitor(.clerk, .institutions([org])) }
        func head(_ org: ID<Org>) -> Visitor { World.visitor(.principal, .institutions([org])) }

        init(_ world: World) async throws {
            self.world = world
            student = try await world.pupil("Lò Văn Chuyển", in: world.class1A)
            let id = student
            code = try await world.db.read { try $0.student(id, scope: .everything)?.code ?? "" }
            target = try await world.db.commit { tx in
                try tx.insert(
                    ClassDraft(org: world.mixed, year: World.year, name: "1C", level: .primary, grades: ["1"]))
            }
        }

        func draft(_ day: Day = World.today) -> TransferDraft {
            var draft = TransferDraft(student: student, day: day)
            (draft.classGroup, draft.reason, draft.papers) = (target, "Theo gia đình", ["report-book"])
            return draft
        }
    }

    @Test(
        "REC-04 the receiving clerk asks, both heads agree, the record goes over with its history",
        arguments: Backend.all)
    func whole(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let two = try await Two(world), db = world.db
            let birth = try #require(PartialDay("2020-03-05")), other = try #require(PartialDay("2020-03-06"))
            await #expect(throws: Fault.self) {
                try await Registry.askTransfer(
                    code: two.code, birth: other, into: two.draft(), by: two.clerk(world.mixed), in: db)
            }
            let id = try await Registry.askTransfer(
                code: two.code, birth: birth, into: two.draft(), by: two.clerk(world.mixed), in: db)
            await #expect(throws: Fault.self) {
                try await Registry.askTransfer(
                    code: two.code, birth: birth, into: two.draft(), by: two.clerk(world.mixed), in: db)
            }
            // A head speaks for the own school alone, a clerk for none.
            await #expect(throws: Fault.self) {
                try await Registry.approveTransfer(id, as: .giving, by: two.head(world.mixed), in: db)
            }
            await #expect(throws: Fault.self) {
                try await Registry.approveTransfer(id, as: .giving, by: two.clerk(world.primary), in: db)
            }
            await #expect(throws: Fault.self) {
                try await Registry.approveTransfer(id, as: .giving, by: two.head(world.high), in: db)
            }
            #expect(
                try await Registry.approveTransfer(id, as: .receiving, by: two.head(world.mixed), in: db) == .agreed)
            #expect(try await Registry.approveTransfer(id, as: .giving, by: two.head(world.primary), in: db) == .done)
            try await db.read { tx in
                let record = try #require(try tx.student(two.student, scope: .everything))
                #expect(record.org == world.mixed && record.classGroup == two.target && record.code == two.code)
                let stays = try tx.enrolments(of: two.student, scope: .everything)
                #expect(stays.map(\.period.first) == [World.today, World.day("2026-09-05")])
                #expect(stays.last?.period.last == World.today.adding(-1) && stays.last?.leaving == "moved-1")
                #expect(stays.first?.entry == "transfer")
                // The giving school reads the transfer on, though the record is the other's.
                #expect(try tx.student(two.student, scope: two.head(world.primary).scope) == nil)
                #expect(try tx.transfer(id, scope: two.head(world.primary).scope)?.state == .done)
                #expect(try tx.transfer(id, scope: two.head(world.high).scope) == nil)
            }
        }
    }

    @Test("REC-04 refused, withdrawn and outside the system", arguments: Backend.all)
    func others(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let two = try await Two(world), db = world.db
            var draft = two.draft()
            draft.target = world.mixed
            let first = try await Registry.askTransfer(draft, by: two.clerk(world.primary), in: db)
            try await Registry.refuseTransfer(
                first, as: .receiving, reason: "Lớp đã đủ", by: two.head(world.mixed), in: db)
            await #expect(throws: Fault.self) {
                try await Registry.approveTransfer(first, as: .giving, by: two.head(world.primary), in: db)
            }
            let second = try await Registry.askTransfer(draft, by: two.clerk(world.primary), in: db)
            await #expect(throws: Fault.self) {
                try await Registry.withdrawTransfer(
                    second, reason: "Không phải của tôi", by: two.clerk(world.mixed), in: db)
            }
            try await Registry.withdrawTransfer(second, reason: "Gia đình ở lại", by: two.clerk(world.primary), in: db)
            var out = two.draft()
            (out.classGroup, out.outside) = (nil, "Trường Tiểu học Sa Pa")
            let third = try await Registry.askTransfer(out, by: two.clerk(world.primary), in: db)
            #expect(
                try await Registry.approveTransfer(third, as: .giving, by: two.head(world.primary), in: db) == .done)
            let record = try await db.read { try $0.student(two.student, scope: .everything) }
            #expect(record?.status == "moved-1" && record?.classGroup == nil && record?.org == world.primary)
        }
    }

    @Test("REC-04 an approved transfer waits for its day; one that nobody answers lapses", arguments: Backend.all)
    func days(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment)
        try await withDatabase(backend, WorkSchema.migrations + Schema.migrations, at: moment) { db in
            let world = try await World.make(in: db), two = try await Two(world)
            var draft = two.draft(World.today.adding(7))
            draft.target = world.mixed
            let id = try await Registry.askTransfer(draft, by: two.clerk(world.primary), in: db)
            _ = try await Registry.approveTransfer(id, as: .giving, by: two.head(world.primary), in: db)
            let state = try await Registry.approveTransfer(id, as: .receiving, by: two.head(world.mixed), in: db)
            #expect(state == .approved)
            try await Registry.followTransfers(in: db)
            #expect(try await db.read { try $0.placeOf(student: two.student)?.org } == world.primary)
            moment.value += 8 * 86_400_000
            try await Registry.followTransfers(in: db)
            #expect(try await db.read { try $0.placeOf(student: two.student)?.org } == world.mixed)
            let stays = try await db.read { try $0.enrolments(of: two.student, scope: .everything) }
            #expect(stays.first?.period.first == World.today.adding(7))
            let other = try await world.pupil("Lò Thị Chờ", in: world.class1A)
            var waiting = TransferDraft(student: other, day: Day(at: db.clock.now))
            (waiting.target, waiting.reason) = (world.mixed, "Theo gia đình")
            let stale = try await Registry.askTransfer(waiting, by: two.clerk(world.primary), in: db)
            moment.value += 31 * 86_400_000
            try await Registry.followTransfers(in: db)
            #expect(try await db.read { try $0.transfer(stale, scope: .everything)?.state } == .lapsed)
        }
    }
}
