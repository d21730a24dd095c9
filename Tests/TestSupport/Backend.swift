import Base
import Storage
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The engines that a test of storage runs on, from one body: `@Test(arguments: Backend.all)`.
public enum Backend: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    public var testDescription: String { rawValue }

    /// PostgreSQL only where `script/test` has started one.
    public static let all: [Backend] = {
        if postgresURL != nil { return allCases }
        let words = Array("PostgreSQL tests skipped: HOABAN_TEST_POSTGRES is not set (script/test sets it)\n".utf8)
        _ = write(2, words, words.count)
        return [.sqlite]
    }()

    static var postgresURL: String? { getenv("HOABAN_TEST_POSTGRES").map { String(cString: $0) } }
}

/// The moment at which tests begin: 2026-11-23 08:00 in Việt Nam.
public let testMoment: Int64 = 1_795_395_600_000

/// Runs a body with an empty, migrated database of its own, and takes it away afterwards.
public func withDatabase<T>(
    _ backend: Backend, _ migrations: [Migration], at moment: SettableMoment = SettableMoment(testMoment),
    _ body: (any Database) async throws -> T
) async throws -> T {
    try await withDatabase(backend, at: moment) { db in
        try await db.migrate(migrations)
        return try await body(db)
    }
}

/// Runs a body with an empty database of its own.
public func withDatabase<T>(
    _ backend: Backend, at moment: SettableMoment = SettableMoment(testMoment), _ body: (any Database) async throws -> T
) async throws -> T {
    let keys = Keys(master: Array(repeating: 42, count: 32)), clock = Clock.fixed(moment)
    switch backend {
    case .sqlite:
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let db = try SQLiteDatabase(path: folder + "/test.sqlite", keys: keys, clock: clock)
        return try await closing(db, body)
    case .postgres:
        guard let url = Backend.postgresURL else { throw StorageError(.lost, "HOABAN_TEST_POSTGRES is not set") }
        let schema = "t\(Secret.random(8).hex)"
        let admin = try PostgresDatabase(url: url, keys: keys, connections: 1)
        _ = try await admin.bulk { tx in try tx.exec(SQL(trusted: "CREATE SCHEMA \(schema)")) }
        do {
            let db = try PostgresDatabase(url: url, keys: keys, clock: clock, connections: 6, schema: schema)
            let value = try await closing(db, body)
            try await drop(schema, admin)
            return value
        } catch {
            try? await drop(schema, admin)
            throw error
        }
    }
}

/// Runs a body with several processes' views of one PostgreSQL database of its own, each with a data folder of a name.
public func withPlaces<T>(
    _ places: [String], _ migrations: [Migration], at moment: SettableMoment = SettableMoment(testMoment),
    _ body: ([any Database]) async throws -> T
) async throws -> T {
    guard let url = Backend.postgresURL else { throw StorageError(.lost, "HOABAN_TEST_POSTGRES is not set") }
    let keys = Keys(master: Array(repeating: 42, count: 32)), schema = "t\(Secret.random(8).hex)"
    let admin = try PostgresDatabase(url: url, keys: keys, connections: 1)
    _ = try await admin.bulk { tx in try tx.exec(SQL(trusted: "CREATE SCHEMA \(schema)")) }
    do {
        let dbs = try places.enumerated().map { number, place in
            try PostgresDatabase(
                url: url, keys: keys, clock: .fixed(moment), ids: IDSource(node: UInt16(number)), connections: 3,
                schema: schema, place: place)
        }
        if !migrations.isEmpty { try await dbs.first?.migrate(migrations) }
        let value = try await body(dbs)
        for db in dbs { await db.close() }
        try await drop(schema, admin)
        return value
    } catch {
        try? await drop(schema, admin)
        throw error
    }
}

private func closing<T>(_ db: any Database, _ body: (any Database) async throws -> T) async throws -> T {
    do {
        let value = try await body(db)
        await db.close()
        return value
    } catch {
        await db.close()
        throw error
    }
}

private func drop(_ schema: String, _ admin: PostgresDatabase) async throws {
    _ = try await admin.bulk { tx in try tx.exec(SQL(trusted: "DROP SCHEMA \(schema) CASCADE")) }
    await admin.close()
}

/// A new folder of the test's own.
public func temporaryFolder() throws -> String {
    let path = "/tmp/hoaban-test-\(Secret.random(8).hex)"
    guard mkdir(path, 0o700) == 0 else { throw StorageError(.io, "mkdir \(path)") }
    return path
}

public func removeFolder(_ path: String) {
    if let handle = opendir(path) {
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            if unlink("\(path)/\(name)") != 0 { removeFolder("\(path)/\(name)") }
        }
        closedir(handle)
    }
    rmdir(path)
}
