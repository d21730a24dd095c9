import Base
import Storage
import TestSupport
import Testing
import Web

@Suite struct ScratchTests {
    @Test("a trial works on a copy of its own, keeps no writer waiting, and leaves nothing behind")
    func copy() async throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let db = try SQLiteDatabase(path: folder + "/test.sqlite", keys: Keys(master: [UInt8](repeating: 1, count: 32)))
        try await db.migrate([StorageTests.table])
        try await db.commit { tx in try tx.exec("INSERT INTO test_mark (id, name) VALUES (1, 'a')") }
        let seen = try await db.onCopy { copy -> Int in
            let live = try await copy.commit { tx -> Int in
                try tx.exec("INSERT INTO test_mark (id, name) VALUES (2, 'b')")
                return try tx.count("SELECT COUNT(*) FROM test_mark")
            }
            // While the copy's transactions go on, the register itself is written.
            try await db.commit { tx in try tx.exec("INSERT INTO test_mark (id, name) VALUES (3, 'c')") }
            #expect(try Resources.names(in: folder).contains { $0.hasPrefix("trial-") })
            return live
        }
        #expect(seen == 2)
        await #expect(throws: Fault.self) { try await db.onCopy { _ in throw Fault.forbidden } }
        let kept = try await db.read { tx in try tx.all("SELECT id FROM test_mark ORDER BY id", Int.self) }
        #expect(kept == [1, 3])
        await db.close()
        #expect(try Resources.names(in: folder).allSatisfy { !$0.hasPrefix("trial-") })
    }

    @Test("no copy is made where none is needed", .enabled(if: Backend.all.count > 1))
    func none() async throws {
        try await withDatabase(.postgres) { db in
            let seen = try await db.onCopy { _ in 1 }
            #expect(seen == nil)
        }
    }
}
