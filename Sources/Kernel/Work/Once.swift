import Base
import Storage

extension Tx {
    /// The next number of a gap-free series: one row a series, so two writers can never get the same or leave a hole.
    public func next(_ counter: StaticString, scope: Int64 = 0, year: Int = 0) throws -> Int {
        try value(
            """
            INSERT INTO work_counter (name, scope, year, value) VALUES (\(counter.description), \(scope), \(year), 1)
            ON CONFLICT (name, scope, year) DO UPDATE SET value = work_counter.value + 1 RETURNING value
            """) ?? 1
    }

    /// Takes a block of numbers of a series at once; answers the first.
    public func next(_ counter: StaticString, scope: Int64 = 0, year: Int = 0, count: Int) throws -> Int {
        let last: Int? = try value(
            """
            INSERT INTO work_counter (name, scope, year, value) VALUES (\(counter.description), \(scope), \(year), \(count))
            ON CONFLICT (name, scope, year) DO UPDATE SET value = work_counter.value + excluded.value RETURNING value
            """)
        return (last ?? count) - count + 1
    }

    /// Does a piece of work once for a client-made key: the same request again gets the first answer, another one under the same key is a conflict.
    public func once(_ key: String?, by visitor: Visitor, digest: [UInt8], _ work: () throws -> String) throws -> String
    {
        guard let key, !key.isEmpty else { return try work() }
        let account = visitor.account?.raw ?? 0
        let known = try one("SELECT digest, answer FROM work_request WHERE account_id = \(account) AND key = \(key)") {
            (digest: try $0() as [UInt8], answer: try $0() as String)
        }
        if let known {
            guard known.digest == digest else { throw Fault.conflict("Yêu cầu này đã được gửi với nội dung khác.") }
            return known.answer
        }
        let answer = try work()
        try exec(
            """
            INSERT INTO work_request (account_id, key, digest, answer, at) VALUES (\(account), \(key), \(digest), \(answer), \(now))
            """)
        return answer
    }

    /// Reads a setting of this installation.
    public func setting(_ name: StaticString) throws -> String? {
        try value("SELECT value FROM work_setting WHERE name = \(name.description)")
    }

    /// Writes a setting of this installation.
    public func set(_ name: StaticString, to value: String) throws {
        try exec(
            """
            INSERT INTO work_setting (name, value) VALUES (\(name.description), \(value))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
    }
}

extension Tx {
    /// The keys of the requests that an account (nil: nobody signed in) made, oldest first.
    public func requestKeys(of account: ID<Account>?) throws -> [String] {
        try all("SELECT key FROM work_request WHERE account_id = \(account?.raw ?? 0) ORDER BY at, key")
    }

    /// Forgets requests older than the moment given (72 hours are kept).
    public func forgetRequests(before moment: Int64) throws {
        try exec("DELETE FROM work_request WHERE at < \(moment)")
    }
}

/// A request that a program may send again: its own key, and a digest of what it asks.
public struct OnceRequest: Sendable {
    let key: String, account: Int64, digest: [UInt8]

    public init(key: String, by visitor: Visitor, digest: [UInt8]) {
        (self.key, account, self.digest) = (key, visitor.account?.raw ?? 0, digest)
    }

    /// The request whose first change is being written: what it is about is kept with it, in the same transaction.
    @TaskLocal static var current: OnceRequest?
}

extension Database {
    /// Runs a request's work once: the same request again gets what the first one made, another one under its key is a conflict. What was made is
    /// the subject of the first change that the work writes.
    public func once<T: Sendable>(
        _ request: OnceRequest, _ work: @Sendable () async throws -> T, again: @Sendable (Int64) -> T
    ) async throws -> T {
        if let made = try await read({ tx in try tx.made(by: request) }) { return again(made) }
        do { return try await OnceRequest.$current.withValue(request, operation: work) } catch let error as StorageError
            where error.kind == .unique
        {
            // Another of the same came first, side by side.
            guard let made = try await read({ tx in try tx.made(by: request) }) else { throw error }
            return again(made)
        }
    }
}

extension Tx {
    fileprivate func made(by request: OnceRequest) throws -> Int64? {
        let known = try one(
            "SELECT digest, answer FROM work_request WHERE account_id = \(request.account) AND key = \(request.key)"
        ) { (digest: try $0() as [UInt8], answer: try $0() as String) }
        guard let known else { return nil }
        guard known.digest == request.digest else { throw Fault.conflict("Yêu cầu này đã được gửi với nội dung khác.") }
        return Int64(known.answer)
    }

    /// Keeps what a request made.
    func keep(_ request: OnceRequest, made id: Int64?) throws {
        try exec(
            """
            INSERT INTO work_request (account_id, key, digest, answer, at)
            VALUES (\(request.account), \(request.key), \(request.digest), \(String(id ?? 0)), \(now))
            """)
    }
}
