import Base

/// One step of a room's schema: append-only text that both engines read; once shipped it is never changed.
///
/// Types are TEXT, BIGINT, DOUBLE PRECISION, BLOB. `STRICT` after a table keeps SQLite to them.
public struct Migration: Sendable {
    public let name: String
    let statements: [String]
    let only: Engine?

    /// `name` is `room.number-what`; statements are separated by a semicolon at the end of a line. `only` is for Search, the one fork.
    public init(_ name: String, only: Engine? = nil, _ text: StaticString) {
        (self.name, self.only) = (name, only)
        statements = text.description.split(separator: ";\n").map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
    }

    func text(_ statement: String, for engine: Engine) -> String {
        guard only == nil else { return statement }
        return switch engine {
        case .sqlite:
            statement.replacing("DOUBLE PRECISION", with: "REAL").replacing("BIGINT", with: "INTEGER")
        case .postgres:
            // Sort keys are compared by bytes on both engines, whatever the database's own collation.
            statement.replacing(" TEXT", with: " TEXT COLLATE \"C\"").replacing(" BLOB", with: " BYTEA").replacing(
                ") STRICT", with: ")"
            ).replacing(") WITHOUT ROWID", with: ")")
        }
    }
}

extension Database {
    /// Brings the schema up to date: each step in a transaction of its own with the note that it was done, so that a kill leaves the old or the new.
    /// - Returns: the names of the steps it made.
    @discardableResult
    public func migrate(_ migrations: [Migration]) async throws -> [String] {
        try await bulk { tx in
            try tx.holdSchema()
            try tx.lane.script(
                "CREATE TABLE IF NOT EXISTS storage_migration (name TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)")
        }
        let done = Set(try await read { try $0.all("SELECT name FROM storage_migration", String.self) })
        var made: [String] = []
        for migration in migrations where !done.contains(migration.name) {
            let isMine = try await bulk { tx in
                try tx.holdSchema()
                guard try !tx.exists("SELECT 1 FROM storage_migration WHERE name = \(migration.name)") else {
                    return false
                }
                if migration.only == nil || migration.only == tx.engine {
                    for statement in migration.statements {
                        try tx.lane.script(migration.text(statement, for: tx.engine))
                    }
                }
                try tx.exec("INSERT INTO storage_migration (name, at) VALUES (\(migration.name), \(tx.now))")
                return true
            }
            if isMine { made.append(migration.name) }
        }
        return made
    }

    /// The steps that are not made yet.
    public func pending(_ migrations: [Migration]) async throws -> [String] {
        let done = Set(try await read { try $0.all("SELECT name FROM storage_migration", String.self) })
        return migrations.map(\.name).filter { !done.contains($0) }
    }
}

extension Tx {
    /// Lets one process at a time change a schema, until the transaction ends: several may start on one empty database together.
    fileprivate func holdSchema() throws {
        guard engine == .postgres else { return }
        try exec("SELECT pg_advisory_xact_lock(hashtext('hoaban.schema ' || current_schema()))")
    }
}
