import Base
import Storage
import TestSupport
import Testing

@testable import Work

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SealTests {
    private func write(_ db: any Database, _ count: Int) async throws {
        for number in 0..<count {
            try await db.write(as: .commandLine, "test.write", on: .student(ID(stored: 7))) { tx in
                try tx.changed(.student(ID(stored: 7)), "name", from: "cũ \(number)", to: "mới \(number)")
                try tx.changed(.student(ID(stored: 7)), "name", from: "cũ \(number)", to: "mới hơn \(number)")
                try tx.changed(.student(ID(stored: 7)), "address", from: nil, to: "bản \(number)")
            }
        }
    }

    private func withHeads(_ backend: Backend, _ body: (any Database, SealedHeads) async throws -> Void) async throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        try await withDatabase(backend, WorkSchema.migrations) { db in
            try await body(db, SealedHeads(path: folder + "/audit-heads.log"))
        }
    }

    @Test("J1 an end of the trail that was cut off is found by the heads written down outside", arguments: Backend.all)
    func cutEnd(_ backend: Backend) async throws {
        try await withHeads(backend) { db, heads in
            for _ in 0..<3 {
                try await write(db, 2)
                #expect(try await db.sealAudit(writing: heads) == 2)
            }
            #expect(try await db.verifyAudit(against: heads).isEmpty)
            let cut: [SQL] = [
                "DELETE FROM work_audit_entry WHERE id IN (SELECT entry_id FROM work_audit_sealed WHERE seal = 3)",
                "DELETE FROM work_audit_sealed WHERE seal = 3", "DELETE FROM work_audit_seal WHERE number = 3",
            ]
            try await db.commit { tx in for harm in cut { try tx.exec(harm) } }
            // The chain alone cannot tell.
            #expect(try await db.verifyAudit().isEmpty)
            #expect(try await db.verifyAudit(against: heads).count == 1)
            // Nor does it help to go on writing in its place.
            try await write(db, 1)
            try await db.sealAudit()
            #expect(try await db.verifyAudit(against: heads).count == 1)
        }
    }

    @Test("J1 a changed, added or missing value of a field is found", arguments: Backend.all)
    func fields(_ backend: Backend) async throws {
        let harms: [SQL] = [
            "UPDATE work_audit_field SET new_value = old_value WHERE field = 'name'",
            "UPDATE work_audit_field SET field = 'title' WHERE field = 'name'",
            "DELETE FROM work_audit_field WHERE field = 'address'",
            """
            INSERT INTO work_audit_field (entry_id, subject_kind, subject_id, field, old_value, new_value)
            SELECT MIN(id), 'student', 7, 'mark', NULL, NULL FROM work_audit_entry
            """,
        ]
        for harm in harms {
            try await withHeads(backend) { db, _ in
                try await write(db, 2)
                try await db.write(as: .commandLine, "test.write", on: .system) { _ in }
                try await db.sealAudit()
                #expect(try await db.verifyAudit().isEmpty)
                try await db.commit { tx in try tx.exec(harm) }
                #expect(try await !db.verifyAudit().isEmpty, "\(harm)")
            }
        }
    }

    @Test("entries of before the fields were hashed stay true", arguments: Backend.all)
    func oldRows(_ backend: Backend) async throws {
        try await withHeads(backend) { db, _ in
            try await write(db, 1)
            try await db.commit { tx in
                guard var row = try tx.auditEntries(scope: .everything).first else { throw Fault.notFound }
                row.fields = nil
                try tx.exec("UPDATE work_audit_entry SET fields = NULL, hash = \(row.hash)")
            }
            try await db.sealAudit()
            #expect(try await db.verifyAudit().isEmpty)
        }
    }

    @Test(
        "J1 an entry older than the running seal looks is named, and sealed by the hourly look", arguments: Backend.all)
    func strays(_ backend: Backend) async throws {
        let moment = SettableMoment(testMoment)
        try await withDatabase(backend, WorkSchema.migrations, at: moment) { db in
            try await write(db, 1)
            moment.value += 3_600_000
            try await write(db, 1)
            try await db.sealAudit()
            try await db.commit { tx in
                try tx.exec(
                    "DELETE FROM work_audit_sealed WHERE entry_id = (SELECT MIN(entry_id) FROM work_audit_sealed)")
                try tx.exec("UPDATE work_audit_seal SET entries = 1")
            }
            #expect(try await db.sealAudit() == 0)
            #expect(try await db.verifyAudit().contains { $0.hasSuffix("is old and not sealed") })
            try await db.sealStrays()
            #expect(try await !db.verifyAudit().contains { $0.hasSuffix("is old and not sealed") })
        }
    }

    @Test("a line that is no head is told, one that a power cut broke off is passed over")
    func brokenLines() throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let heads = SealedHeads(path: folder + "/audit-heads.log")
        try heads.append(SealedHead(number: 1, at: testMoment, hash: Secret.sha256([1])))
        func add(_ text: String) throws {
            guard let file = fopen(heads.path, "ae") else { throw Fault.notFound }
            fputs(text, file)
            fclose(file)
        }
        try add("2 ab")
        #expect(try heads.each { _, _ in }.isEmpty)
        try add("\n")
        #expect(try heads.each { _, _ in }.count == 1)
    }

    @Test("L7 histories and signatures outlive the key that they were made under", arguments: Backend.all)
    func replacedKey(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations) { db in
            let former = db.keys
            try await write(db, 3)
            try await db.sealAudit()
            let both = former.adding([UInt8](repeating: 7, count: 32))
            let mark = try await db.commit { try $0.noteKey() }
            #expect(mark == former.marks[0])
            let name = try await db.read { try $0.installation() }
            db.use(both)
            #expect(try await db.commit { try $0.useKey(both.marks[1]) })
            // This program has not followed yet: what it seals is under the key in use all the same.
            try await write(db, 1)
            let late = Subject.student(ID(stored: 8))
            try await db.write(as: .commandLine, "test.write", on: late) { tx in
                try tx.changed(late, "name", from: nil, to: "mới")
            }
            let mixed = try await db.turn(SealedValues.kernel[0])
            #expect(mixed.current == 1 && mixed.former == 1)
            db.use(try #require(both.using(try await db.read { try $0.keyState().mark ?? "" })))
            try await db.sealAudit()
            #expect(try await db.verifyAudit().isEmpty)
            for values in SealedValues.kernel {
                #expect(try await db.turn(values).former == 1, "\(values.name)")
                #expect(try await db.turn(values, isSealing: true).former == 1)
                #expect(try await db.turn(values).former == 0)
            }
            db.use(db.keys.inUse)
            #expect(try await db.verifyAudit().isEmpty)
            #expect(try await db.read { try $0.personKey(of: .student(ID(stored: 7)), making: false) } != nil)
            #expect(try await db.read { try $0.installation() } == name)
            // A program that does not know the key in use takes nothing for whole, and seals nothing.
            db.use(former)
            #expect(try await db.verifyAudit().count == 2)
            await #expect(throws: Fault.self) { try await db.turn(SealedValues.kernel[1], isSealing: true) }
            await #expect(throws: Fault.self) {
                try await db.write(as: .commandLine, "test.write", on: late) { tx in
                    try tx.changed(.student(ID(stored: 9)), "name", from: nil, to: "mới")
                }
            }
            // Nor is a key that was given up ever used again.
            db.use(both)
            #expect(try await db.commit { try $0.giveUpKey(both.marks[0]) })
            #expect(try await db.commit { try $0.useKey(both.marks[0]) } == false)
            #expect(try await db.commit { try $0.giveUpKey(both.marks[1]) } == false)
        }
    }
}
