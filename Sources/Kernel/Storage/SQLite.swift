import Base
import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// SQLite through GRDB: a pool of readers, and one writer that commits whole groups of bodies at once.
public final class SQLiteDatabase: Database {
    public let engine = Engine.sqlite
    public let clock: Clock
    public let ids: IDSource
    public var keys: Keys { ring.keys }
    public let place: String
    public let path: String
    private let ring: KeyRing
    private let pool: DatabasePool
    private let readers: SQLiteReaders
    private let writer: GroupWriter

    /// Opens (and makes) the file, sets it to survive a power cut (unless it is thrown away anyway), and refuses to go on when the
    /// engine does not obey.
    public init(
        path: String, keys: Keys, clock: Clock = .system, ids: IDSource = IDSource(), readers: Int = 10,
        place: String = "", isThrownAway: Bool = false
    ) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA mmap_size = 268435456")
            try db.execute(sql: "PRAGMA cache_size = -4000")
        }
        (self.path, ring, self.clock, self.ids, self.place) = (path, KeyRing(keys), clock, ids, place)
        pool = try sqlite { try DatabasePool(path: path, configuration: configuration) }
        // After the pool is open: its WAL set-up puts this back to NORMAL, and a power cut would lose acknowledged writes.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = \(isThrownAway ? "OFF" : "FULL")")
            let asked: [(String, Int)] = [("synchronous", isThrownAway ? 0 : 2), ("foreign_keys", 1)]
            for (name, wanted) in asked where try Int.fetchOne(db, sql: "PRAGMA \(name)") != wanted {
                throw StorageError(.io, "SQLite does not obey PRAGMA \(name) = \(wanted)")
            }
            guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else {
                throw StorageError(.io, "SQLite does not obey PRAGMA journal_mode = WAL")
            }
        }
        self.readers = SQLiteReaders(path: path, configuration: configuration, keeping: readers)
        writer = GroupWriter(pool: pool)
    }

    /// Takes other keys from the next transaction on.
    public func use(_ keys: Keys) { ring.use(keys) }

    public func read<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try sqlite {
            try readers.read { lane in try body(Tx(lane, now: clock.now, of: self, isWriting: false)) }
        }
    }

    @discardableResult
    public func commit<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
        try Task.checkCancellation()
        let body = inLanguageOfCaller(body)
        return try await writer.enqueue { [self] db in
            try body(Tx(SQLiteLane(db), now: clock.now, of: self, isWriting: true))
        }
    }

    @discardableResult
    public func bulk<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
        try await commit(body)
    }

    public func copy(to path: String) async throws {
        // VACUUM INTO reads one snapshot and does not restart when others write, as the backup call does.
        try await sqlite {
            try await pool.writeWithoutTransactionReader { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
        }
    }

    public func integrity() async throws -> [String] {
        try await sqlite {
            try await pool.read { db in
                let broken = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
                let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(20).map { "\($0)" }
                return broken + orphans
            }
        }
    }

    public func close() async {
        writer.stop()
        readers.close()
        try? pool.close()
    }

    private typealias Row = GRDB.Row
}

extension DatabasePool {
    /// A reading connection outside a transaction, which `VACUUM INTO` demands.
    fileprivate func writeWithoutTransactionReader(_ body: @escaping @Sendable (GRDB.Database) throws -> Void)
        async throws
    {
        try await unsafeRead { db in
            // GRDB marks readers query_only; VACUUM INTO writes to another file only.
            try db.execute(sql: "PRAGMA query_only = 0")
            defer { try? db.execute(sql: "PRAGMA query_only = 1") }
            try body(db)
        }
    }
}

/// Turns the engine's errors into ours.
private func sqlite<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as DatabaseError { throw StorageError(error) }
}

private func sqlite<T>(_ body: () async throws -> T) async throws -> T {
    do { return try await body() } catch let error as DatabaseError { throw StorageError(error) }
}

extension StorageError {
    init(_ error: DatabaseError) { self.init(code: error.extendedResultCode.rawValue, error.message ?? "") }

    init(code: Int32, _ message: String) {
        let kind: Kind =
            switch (code, code & 255) {
            case (SQLITE_CONSTRAINT | 8 << 8, _), (SQLITE_CONSTRAINT | 6 << 8, _): .unique
            case (SQLITE_CONSTRAINT | 3 << 8, _): .foreignKey
            case (_, SQLITE_CONSTRAINT): .check
            case (_, SQLITE_BUSY), (_, SQLITE_LOCKED): .busy
            case (_, SQLITE_FULL): .full
            case (_, SQLITE_IOERR), (_, SQLITE_CORRUPT), (_, SQLITE_CANTOPEN): .io
            case (_, SQLITE_READONLY): .readOnly
            default: .other
            }
        self.init(kind, "SQLite \(code): \(message)")
    }
}

/// How many steps SQLite's machine has taken in this process: a figure of the rows looked at that does not depend on how
/// busy the machine is.
public enum EngineSteps {
    private static let steps = Atomic<Int>(0)
    public static var total: Int { steps.load(ordering: .relaxed) }
    static func add(_ more: Int) { steps.wrappingAdd(more, ordering: .relaxed) }
}

/// One SQLite connection inside a GRDB access: statements are cached by GRDB, stepped here.
final class SQLiteLane: Lane {
    let engine = Engine.sqlite
    private let db: GRDB.Database

    init(_ db: GRDB.Database) { self.db = db }

    func script(_ text: String) throws {
        try sqlite { try db.execute(sql: text) }
    }

    func run(_ sql: SQL, _ each: ((inout Row) throws -> Void)?) throws -> Int {
        let text = sql.text
        var statement = try sqlite { try db.cachedStatement(sql: text) }
        if sqlite3_stmt_busy(statement.sqliteStatement) != 0 {
            statement = try sqlite { try db.makeStatement(sql: text) }
        }
        return try withExtendedLifetime(statement) {
            let handle = statement.sqliteStatement
            defer {
                EngineSteps.add(Int(sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 1)))
                sqlite3_reset(handle)
                sqlite3_clear_bindings(handle)
            }
            try bind(sql.values, to: handle)
            return try step(handle, each)
        }
    }

    private func step(_ handle: OpaquePointer, _ each: ((inout Row) throws -> Void)?) throws -> Int {
        let columns = sqlite3_column_count(handle)
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                var row = Row(.sqlite(handle), count: columns)
                try each?(&row)
            case SQLITE_DONE:
                return Int(sqlite3_changes(db.sqliteConnection))
            case let code:
                let extended = sqlite3_extended_errcode(db.sqliteConnection)
                let message = sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) } ?? ""
                throw StorageError(code: extended == SQLITE_OK ? code : extended, message)
            }
        }
    }

    /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func bind(_ values: [Value], to handle: OpaquePointer) throws {
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, position)
                case .integer(let number): sqlite3_bind_int64(handle, position, number)
                case .real(let number): sqlite3_bind_double(handle, position, number)
                case .text(var text):
                    text.withUTF8 { utf8 in
                        utf8.withMemoryRebound(to: CChar.self) {
                            sqlite3_bind_text(
                                handle, position, $0.baseAddress ?? Self.empty, Int32($0.count), Self.transient)
                        }
                    }
                case .bytes(let bytes):
                    bytes.isEmpty
                        ? sqlite3_bind_zeroblob(handle, position, 0)
                        : sqlite3_bind_blob(handle, position, bytes, Int32(bytes.count), Self.transient)
                }
            guard code == SQLITE_OK else { throw StorageError(code: code, "bind \(position)") }
        }
    }

    /// An empty text needs an address all the same: a null pointer would bind NULL.
    nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.pointee = 0
        return UnsafePointer(pointer)
    }()
}

/// Drains a queue of bodies: each in a savepoint, all in one commit, none answered before it is on disk.
private final class GroupWriter: Sendable {
    private struct Waiting: Sendable {
        /// Runs the body inside its savepoint and keeps what came of it; throws only what must undo the body alone.
        let run: @Sendable (GRDB.Database) throws -> Void
        let finish: @Sendable ((any Error)?) -> Void
    }

    private let pool: DatabasePool
    private let queue: Mutex<(waiting: [Waiting], running: Bool, stopped: Bool)> = Mutex(([], false, false))
    private let lane = DispatchQueue(label: "hoaban.writer")
    private static let groupLimit = 256

    init(pool: DatabasePool) { self.pool = pool }

    func enqueue<T: Sendable>(_ body: @escaping @Sendable (GRDB.Database) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let result = Mutex<Result<T, any Error>?>(nil)
            let waiting = Waiting(
                run: { db in
                    do {
                        let value = try body(db)
                        result.withLock { $0 = .success(value) }
                    } catch {
                        result.withLock { $0 = .failure(error) }
                        throw error
                    }
                },
                finish: { error in
                    let kept = result.withLock { $0 }
                    if let error {
                        continuation.resume(throwing: error)
                    } else {
                        continuation.resume(with: kept ?? .failure(StorageError(.lost, "the body did not run")))
                    }
                })
            add(waiting)
        }
    }

    func stop() {
        lane.sync { self.queue.withLock { $0.stopped = true } }
    }

    private func add(_ waiting: Waiting) {
        let state = queue.withLock { queue -> (start: Bool, stopped: Bool) in
            guard !queue.stopped else { return (false, true) }
            queue.waiting.append(waiting)
            defer { queue.running = true }
            return (!queue.running, false)
        }
        if state.stopped { waiting.finish(StorageError(.lost, "the database is closed")) }
        if state.start { lane.async { self.drain() } }
    }

    private func drain() {
        while true {
            let group = queue.withLock { queue -> [Waiting] in
                let group = Array(queue.waiting.prefix(Self.groupLimit))
                queue.waiting.removeFirst(group.count)
                if group.isEmpty { queue.running = false }
                return group
            }
            if group.isEmpty { return }
            let failure = commit(group)
            for waiting in group { waiting.finish(failure) }
        }
    }

    /// Commits the group; answers the error that undid it all, if one did.
    private func commit(_ group: [Waiting]) -> (any Error)? {
        do {
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
                do {
                    for waiting in group { try Self.runOne(waiting, db) }
                    try db.execute(sql: "COMMIT")
                } catch {
                    if db.isInsideTransaction { try? db.execute(sql: "ROLLBACK") }
                    throw error
                }
            }
            return nil
        } catch let error as DatabaseError {
            return StorageError(error)
        } catch {
            return error
        }
    }

    /// One body's failure rolls back only itself; a failure of the savepoint itself ends the group.
    private static func runOne(_ waiting: Waiting, _ db: GRDB.Database) throws {
        try db.execute(sql: "SAVEPOINT one")
        do {
            try waiting.run(db)
            try db.execute(sql: "RELEASE one")
        } catch {
            guard db.isInsideTransaction else { throw error }
            try db.execute(sql: "ROLLBACK TO one")
            try db.execute(sql: "RELEASE one")
        }
    }
}
