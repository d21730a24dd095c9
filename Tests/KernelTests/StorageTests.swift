import Base
import Storage
import TestSupport
import Testing
import Work

@Suite struct StorageTests {
    static let table = Migration(
        "test.1",
        """
        CREATE TABLE test_mark (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, value BIGINT, weight DOUBLE PRECISION, seal BLOB) STRICT;
        CREATE UNIQUE INDEX test_mark_name ON test_mark (name);
        """)

    @Test("values come back as they went in, on both engines", arguments: Backend.all)
    func roundTrip(_ backend: Backend) async throws {
        try await withDatabase(backend, [Self.table]) { db in
            let name = "Lò Thị O'Hà \"; DROP TABLE test_mark; -- $1 ?1 \\x00"
            try await db.commit { tx in
                try tx.exec(
                    "INSERT INTO test_mark (id, name, value, weight, seal) VALUES (1, \(name), \(85), \(0.5), \([0, 255, 10] as [UInt8]))"
                )
                try tx.exec(
                    "INSERT INTO test_mark (id, name, value, weight, seal) VALUES (2, \(""), \(nil as Int?), \(nil as Double?), \([] as [UInt8]))"
                )
            }
            let rows = try await db.read { tx in
                try tx.all("SELECT id, name, value, weight, seal FROM test_mark ORDER BY id") { row in
                    (
                        try row() as Int, try row() as String, try row() as Int?, try row() as Double?,
                        try row() as [UInt8]?
                    )
                }.map { "\($0.0)|\($0.1)|\($0.2 ?? -1)|\($0.3 ?? -1)|\(($0.4 ?? []).hex)" }
            }
            #expect(rows == ["1|\(name)|85|0.5|00ff0a", "2||-1|-1.0|"])
        }
    }

    @Test("many readers beside a writer each see one moment", arguments: Backend.all)
    func readersSeeOneMoment(_ backend: Backend) async throws {
        try await withDatabase(backend, [Self.table]) { db in
            try await db.commit { tx in
                for id in 1...2 {
                    try tx.exec("INSERT INTO test_mark (id, name, value) VALUES (\(id), \("n\(id)"), \(0))")
                }
            }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        _ = try await db.commit { tx in try tx.exec("UPDATE test_mark SET value = value + 1") }
                        return true
                    }
                }
                for _ in 0..<40 {
                    group.addTask {
                        try await db.read { tx in
                            let first = try tx.count("SELECT value FROM test_mark WHERE id = 1")
                            return try tx.count("SELECT value FROM test_mark WHERE id = 2") == first
                        }
                    }
                }
                for try await isOneMoment in group { #expect(isOneMoment) }
            }
            let last = try await db.read { try $0.count("SELECT value FROM test_mark WHERE id = 1") }
            #expect(last == 20)
        }
    }

    @Test("a reader's error leaves its connection fit for the next one", arguments: Backend.all)
    func readersOutliveErrors(_ backend: Backend) async throws {
        try await withDatabase(backend, [Self.table]) { db in
            for _ in 0..<30 {
                await #expect(throws: (any Error).self) {
                    _ = try await db.read { try $0.count("SELECT x FROM nowhere") }
                }
            }
            let seven = try await db.read { try $0.count("SELECT 7") }
            #expect(seven == 7)
        }
    }

    @Test("values keep their places where pieces of a statement are put together", arguments: Backend.all)
    func piecesKeepTheirValues(_ backend: Backend) async throws {
        try await withDatabase(backend, [Self.table]) { db in
            let inner: SQL = "SELECT \(3) AS a, \("three?") AS b"
            let wheres: [SQL] = ["x.a = \(3)", "x.b IN \(list: ["two", "three?"])"]
            let found = try await db.read { tx in
                try tx.count("SELECT \(10) + x.a FROM (\(sql: inner)) x WHERE \(sql: wheres.joined(" AND "))")
            }
            #expect(found == 13)
        }
    }

    @Test("a NULL read as a number throws and does not trap", arguments: Backend.all)
    func nullThrows(_ backend: Backend) async throws {
        try await withDatabase(backend, [Self.table]) { db in
            try await db.commit { tx in try tx.exec("INSERT INTO test_mark (id, name) VALUES (1, 'a')") }
            await #expect(throws: RowMismatch.self) {
                _ = try await db.read { try $0.all("SELECT value FROM test_mark", Int.self) }
            }
        }
    }

    @Test("one body's failure rolls back only itself", arguments: Backend.all)
    func failuresAreAlone(_ backend: Backend) async throws {
        try await withDatabase(backend, [Self.table]) { db in
            let saved = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            try await db.commit { tx in
                                try tx.exec("INSERT INTO test_mark (id, name) VALUES (\(number + 1), \("n\(number)"))")
                                if number % 3 == 0 { throw Fault.forbidden }
                            }
                            return true
                        } catch is Fault { return false }
                    }
                }
                var sum = 0
                for try await saved in group where saved { sum += 1 }
                return sum
            }
            let stored = try await db.read { try $0.count("SELECT COUNT(*) FROM test_mark") }
            #expect(saved == stored)
            #expect(saved == 133)
        }
    }

    @Test("a name that is taken is a conflict in words", arguments: Backend.all)
    func uniqueIsConflict(_ backend: Backend) async throws {
        try await withDatabase(backend, [Self.table]) { db in
            try await db.commit { tx in try tx.exec("INSERT INTO test_mark (id, name) VALUES (1, 'a')") }
            do {
                try await db.commit { tx in try tx.exec("INSERT INTO test_mark (id, name) VALUES (2, 'a')") }
                Issue.record("took it")
            } catch {
                let error = error as? StorageError
                #expect(error?.kind == .unique)
                #expect(error?.fault?.kind == .conflict)
            }
        }
    }

    @Test("I3 200 requests under one key do the work once", arguments: Backend.all)
    func onceIsOnce(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations + [Self.table]) { db in
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await db.commit { tx in
                            try tx.once("key", by: .commandLine, digest: [1]) {
                                try tx.exec("INSERT INTO test_mark (id, name) VALUES (\(number + 1), \("n\(number)"))")
                                return "first \(number)"
                            }
                        }
                    }
                }
                var answers: Set<String> = []
                for try await answer in group { answers.insert(answer) }
                #expect(answers.count == 1)
            }
            let found1 = try await db.read { try $0.count("SELECT COUNT(*) FROM test_mark") }
            #expect(found1 == 1)
            await #expect(throws: Fault.self) {
                try await db.commit { tx in try tx.once("key", by: .commandLine, digest: [2]) { "other" } }
            }
        }
    }

    @Test("a counter has no gap and no twin under 16 writers", arguments: Backend.all)
    func countersHaveNoGap(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations) { db in
            let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<160 { group.addTask { try await db.commit { try $0.next("test", scope: 7, year: 2026) } } }
                var out: [Int] = []
                for try await number in group { out.append(number) }
                return out
            }
            #expect(numbers.sorted() == Array(1...160))
        }
    }

    @Test("A3 SQLite keeps its promises after the pool is open")
    func pragmas() async throws {
        try await withDatabase(.sqlite) { db in
            let modes = try await db.commit { tx in
                [try tx.value("PRAGMA synchronous", Int.self), try tx.value("PRAGMA foreign_keys", Int.self)]
            }
            #expect(modes == [2, 1])
        }
    }

    @Test("a migration is made once, and a broken one leaves nothing", arguments: Backend.all)
    func migrations(_ backend: Backend) async throws {
        try await withDatabase(backend) { db in
            #expect(try await db.migrate([Self.table]) == ["test.1"])
            #expect(try await db.migrate([Self.table]).isEmpty)
            let broken = Migration(
                "test.2",
                """
                CREATE TABLE test_half (id BIGINT NOT NULL PRIMARY KEY) STRICT;
                CREATE TABLE test_half (id BIGINT NOT NULL PRIMARY KEY) STRICT;
                """)
            await #expect(throws: StorageError.self) { try await db.migrate([broken]) }
            #expect(try await db.pending([Self.table, broken]) == ["test.2"])
            try await db.migrate([
                Migration("test.3", "CREATE TABLE test_half (id BIGINT NOT NULL PRIMARY KEY) STRICT;\n")
            ])
        }
    }
}
