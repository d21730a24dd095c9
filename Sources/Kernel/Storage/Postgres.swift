import Base
import CPQ
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// PostgreSQL 15 or later through libpq: a few connections, each with a thread of its own; writes are serializable and tried again when they collide.
public final class PostgresDatabase: Database {
    public let engine = Engine.postgres
    public let clock: Clock
    public let ids: IDSource
    public var keys: Keys { ring.keys }
    public let place: String
    private let ring: KeyRing
    private let idle:
        Mutex<(free: [Connection], waiting: [CheckedContinuation<Connection, any Error>], made: Int, closed: Bool)>
    private let url: String
    private let limit: Int
    private let schema: String?

    /// Connects; `schema` puts everything into a schema of its own (tests).
    public init(
        url: String, keys: Keys, clock: Clock = .system, ids: IDSource = IDSource(), connections: Int = 8,
        schema: String? = nil, place: String = ""
    ) throws {
        (self.url, ring, self.clock, self.ids, self.place) = (url, KeyRing(keys), clock, ids, place)
        (limit, self.schema) = (max(1, connections), schema)
        let first = Connection(url: url, schema: schema)
        try first.lane.sync { try first.open() }
        idle = Mutex(([first], [], 1, false))
    }

    /// Takes other keys from the next transaction on.
    public func use(_ keys: Keys) { ring.use(keys) }

    public func read<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
        try await transact("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", isWriting: false, tries: 3, body)
    }

    @discardableResult
    public func commit<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await transact("BEGIN ISOLATION LEVEL SERIALIZABLE", isWriting: true, tries: 12, body)
    }

    @discardableResult
    public func bulk<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
        try await transact("BEGIN", isWriting: true, tries: 1, body)
    }

    public func copy(to path: String) async throws {
        throw StorageError(.other, "PostgreSQL is copied with its own tools (pg_dump, pgBackRest)")
    }

    public func integrity() async throws -> [String] { [] }

    public func close() async {
        let free = idle.withLock { state -> [Connection] in
            state.closed = true
            defer { state.free = [] }
            return state.free
        }
        for connection in free { connection.lane.async { connection.close() } }
    }

    private func transact<T: Sendable>(
        _ begin: String, isWriting: Bool, tries: Int, _ body: @escaping @Sendable (Tx) throws -> T
    ) async throws -> T {
        let body = inLanguageOfCaller(body)
        let connection = try await take()
        defer { give(back: connection) }
        var attempt = 1
        while true {
            do {
                return try await connection.transaction(begin) { [self] in
                    try body(Tx($0, now: clock.now, of: self, isWriting: isWriting))
                }
            } catch let error as StorageError where error.kind == .serialization && attempt < tries {
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(4 << min(attempt, 6)))))
                attempt += 1
            }
        }
    }

    private func take() async throws -> Connection {
        try await withCheckedThrowingContinuation { continuation in
            let ready = idle.withLock { state -> Result<Connection, any Error>? in
                if state.closed { return .failure(StorageError(.lost, "the database is closed")) }
                if let free = state.free.popLast() { return .success(free) }
                guard state.made < limit else {
                    state.waiting.append(continuation)
                    return nil
                }
                state.made += 1
                return .success(Connection(url: url, schema: schema))
            }
            if let ready { continuation.resume(with: ready) }
        }
    }

    private func give(back connection: Connection) {
        let next = idle.withLock { state -> CheckedContinuation<Connection, any Error>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.free.append(connection)
            return nil
        }
        next?.resume(returning: connection)
    }
}

/// One libpq connection. Everything that touches it runs on its own serial queue, which is what makes it safe to hand about.
private final class Connection: Lane, @unchecked Sendable {
    let engine = Engine.postgres
    let lane = DispatchQueue(label: "hoaban.postgres")
    private let url: String
    private let schema: String?
    private var handle: OpaquePointer?
    private var prepared: [String: String] = [:]

    init(url: String, schema: String?) { (self.url, self.schema) = (url, schema) }

    func transaction<T: Sendable>(_ begin: String, _ body: @escaping @Sendable (any Lane) throws -> T) async throws -> T
    {
        try await withCheckedThrowingContinuation { continuation in
            lane.async { continuation.resume(with: Result { try self.transactNow(begin, body) }) }
        }
    }

    private func transactNow<T>(_ begin: String, _ body: (any Lane) throws -> T) throws -> T {
        try open()
        try script(begin)
        do {
            let value = try body(self)
            try script("COMMIT")
            return value
        } catch {
            if let handle, PQtransactionStatus(handle) != PQTRANS_IDLE { try? script("ROLLBACK") }
            throw error
        }
    }

    func open() throws {
        if let handle, PQstatus(handle) == CONNECTION_OK { return }
        close()
        handle = PQconnectdb(url)
        guard let handle, PQstatus(handle) == CONNECTION_OK else {
            let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
            close()
            throw StorageError(.lost, "PostgreSQL: \(message)")
        }
        try script("SET client_min_messages = warning")
        try script("SET standard_conforming_strings = on")
        if let schema { try script("SET search_path = \(schema)") }
    }

    func close() {
        if let handle { PQfinish(handle) }
        handle = nil
        prepared = [:]
    }

    func script(_ text: String) throws {
        let result = PQexec(handle, text)
        defer { PQclear(result) }
        try check(result)
    }

    func run(_ sql: SQL, _ each: ((inout Row) throws -> Void)?) throws -> Int {
        let result = try execute(prepare(sql), sql.values)
        defer { PQclear(result) }
        guard let result else { throw StorageError(.lost, "PostgreSQL gave no answer") }
        if let each {
            let columns = PQnfields(result)
            for index in 0..<PQntuples(result) {
                var row = Row(.postgres(result, index), count: columns)
                try each(&row)
            }
        }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    private func prepare(_ sql: SQL) throws -> String {
        let types = sql.values.map(\.postgresType)
        let text = sql.numbered
        let key = "\(types) \(text)"
        if let name = prepared[key] { return name }
        if prepared.count >= 500 {
            try script("DEALLOCATE ALL")
            prepared = [:]
        }
        let name = "s\(prepared.count)"
        let result = PQprepare(handle, name, text, Int32(types.count), types)
        defer { PQclear(result) }
        try check(result)
        prepared[key] = name
        return name
    }

    private func execute(_ name: String, _ values: [Value]) throws -> OpaquePointer? {
        let pointers: [UnsafePointer<CChar>?] = values.map { value in
            value.postgresText.flatMap { UnsafePointer(strdup($0)) }
        }
        defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
        let result = PQexecPrepared(handle, name, Int32(values.count), pointers, nil, nil, 0)
        do { try check(result) } catch {
            PQclear(result)
            throw error
        }
        return result
    }

    private func check(_ result: OpaquePointer?) throws {
        let status = PQresultStatus(result)
        guard status != PGRES_COMMAND_OK, status != PGRES_TUPLES_OK else { return }
        let state = PQresultErrorField(result, CInt(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        let message = PQresultErrorField(result, CInt(UInt8(ascii: "M"))).map { String(cString: $0) } ?? ""
        throw StorageError(sqlState: state, message)
    }
}

extension StorageError {
    init(sqlState state: String, _ message: String) {
        let kind: Kind =
            switch state {
            case "23505": .unique
            case "23503": .foreignKey
            case "23502", "23514": .check
            case "40001", "40P01": .serialization
            case "55P03", "57014": .busy
            case "53100": .full
            case "25006": .readOnly
            case "58030": .io
            case "": .lost
            default: state.hasPrefix("08") || state.hasPrefix("57P") ? .lost : .other
            }
        self.init(kind, "PostgreSQL \(state): \(message)")
    }
}

extension Value {
    /// The type's object identifier: bigint, double precision, text, bytea; 0 lets PostgreSQL find the type of a NULL.
    fileprivate var postgresType: UInt32 {
        switch self {
        case .null: 0
        case .integer: 20
        case .real: 701
        case .text: 25
        case .bytes: 17
        }
    }

    fileprivate var postgresText: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        case .bytes(let bytes): "\\x\(bytes.hex)"
        }
    }
}
