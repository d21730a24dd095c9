import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

@Suite("Sealed numbers while the key is replaced")
struct SealedTests {
    @Test(
        "L7 a number under the former key is found, refused to a second person, sealed anew and undone to",
        arguments: Backend.all)
    func numbers(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let db = world.db, former = db.keys, first = "014085000123", second = "014085000124"
            let batch = ID<Batch>(stored: 9)
            let people = try await db.commit { tx in
                try [("Lò Văn Tủa", first), ("Giàng A Sinh", "014085000200")].map { name, number in
                    var draft = StudentDraft(name: try World.name(name))
                    (draft.org, draft.classGroup, draft.level, draft.grade) = (
                        world.primary, world.class1A, .primary, "1"
                    )
                    draft.personalID = number
                    return try tx.insert(draft)
                }
            }
            let pupil = people[0], other = people[1]
            // An import that gives the first pupil another number, and may be undone.
            try await db.commit { tx in
                var log = ImportBatch(id: batch, request: ImportRequest(files: [], visitor: .commandLine))
                try tx.begin(log, kind: "oneroster")
                try tx.changing(.student, pupil, in: &log) {
                    let number = try tx.seal(personalID: second)
                    try tx.exec(
                        """
                        UPDATE registry_student SET personal_blind = \(number.blind), personal_sealed = \(number.sealed), version = version + 1
                        WHERE id = \(pupil)
                        """)
                }
                try tx.finish(batch, report: "{}")
            }

            let both = former.adding([UInt8](repeating: 7, count: 32))
            db.use(try #require(both.using(both.marks[1])))
            func holder(_ number: String) async throws -> [ID<Student>] {
                var filter = StudentFilter()
                filter.q = number
                return try await db.read { [filter] tx in try tx.students(filter, scope: .everything).items.map(\.id) }
            }
            #expect(try await holder(second) == [pupil])
            #expect(try await db.read { try $0.student(code: second, scope: .everything)?.id } == pupil)
            #expect(try await db.read { try $0.personalID(ofStudent: pupil) } == second)
            await #expect(throws: StorageError.self) {
                try await db.commit { tx in
                    let record = try #require(try tx.student(other, scope: .everything))
                    try tx.update(record, [Change(key: "personal_id", old: "", new: second)], residence: nil)
                }
            }
            #expect(try await holder(second) == [pupil])

            for values in Registry.sealed { _ = try await db.turn(values, isSealing: true) }
            for values in Registry.sealed {
                let turn = try await db.turn(values)
                #expect(turn.former == 0 && turn.broken == 0, "\(values.name)")
            }
            db.use(db.keys.inUse)
            #expect(try await holder(second) == [pupil])
            _ = try await Registry.undo(batch, by: .commandLine, in: db)
            #expect(try await holder(first) == [pupil])
            #expect(try await db.read { try $0.personalID(ofStudent: pupil) } == first)
            // A key that is not there opens nothing, and that is told.
            db.use(former)
            #expect(try await db.turn(Registry.sealed[0]).broken == 2)
        }
    }
}
