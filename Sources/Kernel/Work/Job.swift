import Base
import Logging
import ServiceLifecycle
import Storage

/// A kind of long work: idempotent, with progress and cancel. Its rows are the queue.
public struct Job: Sendable {
    public let kind: String
    let run: @Sendable (JobContext) async throws -> String

    /// `kind` is `room.verb-noun`; the body answers its result as JSON.
    public init(_ kind: StaticString, _ run: @escaping @Sendable (JobContext) async throws -> String) {
        (self.kind, self.run) = (kind.description, run)
    }
}

/// What a running job holds in its hands.
public struct JobContext: Sendable {
    public let id: ID<JobRun>
    public let db: any Database
    /// What it was asked to do, as JSON.
    public let input: String
    public let account: ID<Account>?
    /// Which run of the job this is: an earlier one whose lease ran out has no say any more.
    let run: Int

    /// Says how far it is; throws when somebody cancelled it, so call it between pieces.
    public func report(_ done: Int, of total: Int, _ message: String = "") async throws {
        let state = try await db.commit { [id, run] tx in
            try tx.note(id, run, done, total, message) ? nil : try tx.job(id, run: run)?.state ?? "lost"
        }
        if state == "cancelled" { throw CancellationError() }
        if state != nil { throw LeaseLost() }
    }

    /// Holds the lease for as long as the work takes; ends by throwing alone.
    func keepLease(every pause: Duration) async throws {
        while true {
            try await Task.sleep(for: pause)
            do {
                guard try await db.commit({ [id, run] tx in try tx.holdLease(of: id, run) }) else { throw LeaseLost() }
            } catch let error as StorageError where error.isPassing { continue }
        }
    }
}

/// The job was taken over by another process: what this one still does of it has no place any more.
public struct LeaseLost: Error {
    public init() {}
}

/// A job as people see it.
public struct JobRow: Sendable {
    public let id: ID<JobRun>, kind: String, state: String, input: String, account: ID<Account>?, done: Int, total: Int
    public let message: String, result: String?, createdAt: Int64, endedAt: Int64?

    static let columns: SQL = "id, kind, state, input, account_id, done, total, message, result, created_at, ended_at"

    init(_ row: inout Row) throws {
        (id, kind, state, input, account) = (try row(), try row(), try row(), try row(), try row())
        (done, total, message, result, createdAt, endedAt) = (
            try row(), try row(), try row(), try row(), try row(), try row()
        )
    }
}

extension Tx {
    /// Puts a job into the queue; `isLocal` when it needs files of this process's data folder.
    public func enqueue(_ kind: String, input: String, by visitor: Visitor, due: Int64 = 0, isLocal: Bool = false)
        throws -> ID<JobRun>
    {
        let id = newID(JobRun.self)
        try exec(
            """
            INSERT INTO work_job (id, kind, state, input, account_id, org_id, done, total, message, tries, due_at, lease_until, created_at,
            place) VALUES (\(id), \(kind), 'queued', \(input), \(visitor.account), \(visitor.org), 0, 0, '', 0, \(due), 0, \(now),
            \(isLocal ? place : ""))
            """)
        return id
    }

    /// A job as it stands.
    public func job(_ id: ID<JobRun>) throws -> JobRow? {
        try one("SELECT \(sql: JobRow.columns) FROM work_job WHERE id = \(id)", JobRow.init)
    }

    /// The newest jobs: of one account, or of everybody.
    public func jobs(of account: ID<Account>?, kind: String = "", limit: Int = 50) throws -> [JobRow] {
        let whose: SQL = account.map { "account_id = \($0)" } ?? "1 = 1"
        return try all(
            """
            SELECT \(sql: JobRow.columns) FROM work_job WHERE \(sql: whose) AND (\(kind) = '' OR kind = \(kind)) ORDER BY id DESC LIMIT \(limit)
            """, JobRow.init)
    }

    /// Stops a job that has not ended; a running one stops at its next report.
    public func cancel(_ id: ID<JobRun>) throws {
        try exec(
            "UPDATE work_job SET state = 'cancelled', ended_at = \(now) WHERE id = \(id) AND state IN ('queued', 'running')"
        )
    }
}
