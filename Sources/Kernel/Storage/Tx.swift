import Base

/// The two engines. One body of SQL serves both; what differs is asked for here, in Storage and in Search alone.
public enum Engine: String, Sendable { case sqlite, postgres }

/// A connection as a transaction sees it.
protocol Lane: AnyObject {
    var engine: Engine { get }
    func run(_ sql: SQL, _ each: ((inout Row) throws -> Void)?) throws -> Int
    func script(_ text: String) throws
}

/// One transaction: everything in it happens, or nothing. Not Sendable, so that it cannot leave its body.
public final class Tx {
    let lane: any Lane
    /// The moment of the transaction, in milliseconds since 1970.
    public let now: Int64
    public let ids: IDSource
    public let keys: Keys
    /// The data folder of the process, as the database knows it.
    public let place: String
    /// Whether the body may write.
    public let isWriting: Bool
    /// What the layers above hang on the transaction until it commits: facts told, fields changed.
    public var luggage: [ObjectIdentifier: Any] = [:]

    init(_ lane: any Lane, now: Int64, of db: any Database, isWriting: Bool) {
        (self.lane, self.now, self.isWriting) = (lane, now, isWriting)
        (ids, keys, place) = (db.ids, db.keys, db.place)
    }

    public var engine: Engine { lane.engine }
    public var today: Day { Day(at: now) }

    /// Makes a new key.
    public func newID<Of>(_: Of.Type = Of.self) -> ID<Of> { ids.next(at: now) }

    /// Runs a statement that returns nothing; answers how many rows it changed.
    @discardableResult
    public func exec(_ sql: SQL) throws -> Int { try lane.run(sql, nil) }

    /// Reads every row.
    public func all<T>(_ sql: SQL, _ read: (inout Row) throws -> T) throws -> [T] {
        var out: [T] = []
        _ = try withoutActuallyEscaping(read) { read in
            try lane.run(sql) { out.append(try read(&$0)) }
        }
        return out
    }

    /// Reads every row of one column.
    public func all<T: Column>(_ sql: SQL, _: T.Type = T.self) throws -> [T] { try all(sql) { try $0() } }

    /// Passes over the rows one by one, in constant memory on SQLite.
    public func each(_ sql: SQL, _ body: (inout Row) throws -> Void) throws {
        _ = try withoutActuallyEscaping(body) { body in try lane.run(sql) { try body(&$0) } }
    }

    /// Reads the first row, if there is one.
    public func one<T>(_ sql: SQL, _ read: (inout Row) throws -> T) throws -> T? {
        var out: T?
        try each(sql) { row in
            if out == nil { out = try read(&row) }
        }
        return out
    }

    /// Reads the first column of the first row; nothing when there is no row.
    public func value<T: Column>(_ sql: SQL, _: T.Type = T.self) throws -> T? { try one(sql) { try $0() } }

    /// Asks the engine for the least it can answer; throws when it cannot.
    public func ping() throws { _ = try value("SELECT 1", Int64.self) }

    /// Whether the statement finds a row.
    public func exists(_ sql: SQL) throws -> Bool { try value(sql, Int64?.self) != nil }

    /// The number that `SELECT COUNT(*)` or `SUM` gives; no row or NULL is 0.
    public func count(_ sql: SQL) throws -> Int { Int((try value(sql, Int64?.self) ?? nil) ?? 0) }
}
