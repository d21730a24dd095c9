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

    /// Says how far it is; throws when somebody cancelled it, so call it between pieces.
    public func report(_ done: Int, of total: Int, _ message: String = "") async throws {
        let goesOn = try await db.commit { [id] tx in
            try tx.exec(
                """
                UPDATE work_job SET done = \(done), total = \(total), message = \(message), lease_until = \(tx.now + Worker.lease)
                WHERE id = \(id) AND state = 'running'
                """) == 1
        }
        if !goesOn { throw CancellationError() }
    }
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
    /// Puts a job into the queue.
    public func enqueue(_ kind: String, input: String, by visitor: Visitor, due: Int64 = 0) throws -> ID<JobRun> {
        let id = newID(JobRun.self)
        try exec(
            """
            INSERT INTO work_job (id, kind, state, input, account_id, org_id, done, total, message, tries, due_at, lease_until, created_at)
            VALUES (\(id), \(kind), 'queued', \(input), \(visitor.account), \(visitor.org), 0, 0, '', 0, \(due), 0, \(now))
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

/// Takes jobs from the queue, one at a time; a job whose worker died is taken again after its lease.
public struct Worker: Service {
    static let lease: Int64 = 60_000
    let db: any Database
    let jobs: [Job]
    let log: Logger

    public init(db: any Database, jobs: [Job], log: Logger) { (self.db, self.jobs, self.log) = (db, jobs, log) }

    public func run() async throws {
        try await every(.milliseconds(250)) {
            do { while try await runNext() {} } catch { log.error("worker failed: \(error)") }
        }
    }

    /// Runs the next job that is due; false when there is none.
    public func runNext() async throws -> Bool {
        let due = try await db.read { tx in try tx.nextJob() }
        guard due != nil, let row = try await db.commit({ tx in try tx.takeJob() }) else { return false }
        guard let job = jobs.first(where: { $0.kind == row.kind }) else {
            try await end(row.id, "failed", t("Không có công việc loại này."), nil)
            return true
        }
        do {
            let result = try await job.run(JobContext(id: row.id, db: db, input: row.input, account: row.account))
            try await end(row.id, "done", "", result)
        } catch let fault as Fault {
            try await end(row.id, "failed", fault.message, nil)
        } catch is CancellationError {
            try await end(row.id, "cancelled", "", nil)
        } catch {
            log.error("job \(row.kind) failed: \(type(of: error))")
            try await end(row.id, "failed", t("Công việc gặp lỗi trong hệ thống. Đã ghi nhật ký để kiểm tra."), nil)
        }
        return true
    }

    private func end(_ id: ID<JobRun>, _ state: String, _ message: String, _ result: String?) async throws {
        _ = try await db.commit { tx in
            try tx.exec(
                """
                UPDATE work_job SET state = \(state), message = \(message), result = \(result), ended_at = \(tx.now)
                WHERE id = \(id) AND state = 'running'
                """)
        }
    }
}

extension Tx {
    private var due: SQL {
        "(state = 'queued' AND due_at <= \(now)) OR (state = 'running' AND lease_until < \(now) AND tries < 5)"
    }

    fileprivate func nextJob() throws -> Int64? {
        try value("SELECT id FROM work_job WHERE \(sql: due) ORDER BY id LIMIT 1")
    }

    fileprivate func takeJob() throws -> JobRow? {
        guard let id = try nextJob() else { return nil }
        return try one(
            """
            UPDATE work_job SET state = 'running', tries = tries + 1, started_at = \(now), lease_until = \(now + Worker.lease)
            WHERE id = \(id) RETURNING \(sql: JobRow.columns)
            """, JobRow.init)
    }
}
