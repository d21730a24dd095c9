import Base
import Logging
import ServiceLifecycle
import Storage

/// Takes jobs from the queue, one at a time; a job whose worker died is taken again after its lease, five times at most.
public struct Worker: Service {
    static let lease: Int64 = 60_000
    static let mostTries = 5
    let db: any Database
    let jobs: [Job]
    let log: Logger
    /// How often the lease of the running job is renewed.
    var beat: Duration = .seconds(20)

    public init(db: any Database, jobs: [Job], log: Logger) { (self.db, self.jobs, self.log) = (db, jobs, log) }

    public func run() async throws {
        try await every(.milliseconds(250)) {
            do { while try await runNext() {} } catch is CancellationError {} catch {
                log.error("worker failed: \(error)")
            }
        }
    }

    /// Runs the next job that is due; false when there is none.
    public func runNext() async throws -> Bool {
        guard try await db.read({ tx in try tx.nextJob() }) != nil else { return false }
        // Another process may have been quicker, or it was the job's last try: then there is nothing to run.
        if let taken = try await db.commit({ tx in try tx.takeJob() }) { try await run(taken) }
        return true
    }

    private func run(_ taken: TakenJob) async throws {
        guard let job = jobs.first(where: { $0.kind == taken.row.kind }) else {
            return try await end(taken, "failed", t("Không có công việc loại này."))
        }
        do {
            let context = JobContext(
                id: taken.row.id, db: db, input: taken.row.input, account: taken.row.account, run: taken.run)
            let result = try await holding(context) { try await job.run(context) }
            try await end(taken, "done", result: result)
        } catch is LeaseLost {
            log.warning("job \(taken.row.kind) was taken over by another process")
        } catch is CancellationError where Task.isCancelled {
            // The program stops: the next start goes on with it.
            throw CancellationError()
        } catch is CancellationError {
            try await end(taken, "cancelled")
        } catch let fault as Fault {
            try await end(taken, "failed", fault.message)
        } catch let error as StorageError where error.isPassing && taken.run < Worker.mostTries {
            log.warning("job \(taken.row.kind) is tried again: \(error.kind)")
            try await db.commit { tx in try tx.tryAgain(taken) }
        } catch {
            log.error("job \(taken.row.kind) failed: \(type(of: error))")
            let words = (error as? StorageError)?.fault?.message
            try await end(taken, "failed", words ?? t("Công việc gặp lỗi trong hệ thống. Đã ghi nhật ký để kiểm tra."))
        }
    }

    /// Renews the lease beside the work; when it is lost the work is cancelled.
    private func holding(_ context: JobContext, _ work: @escaping @Sendable () async throws -> String) async throws
        -> String
    {
        try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { try await work() }
            group.addTask { [beat] in
                try await context.keepLease(every: beat)
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() { if let value { return value } }
            throw LeaseLost()
        }
    }

    private func end(_ taken: TakenJob, _ state: String, _ message: String = "", result: String? = nil) async throws {
        try await db.commit { tx in try tx.end(taken, state, message, result) }
    }
}

/// A job in the hands of a worker, and which of its runs this is.
struct TakenJob: Sendable {
    let row: JobRow, run: Int
}

extension Tx {
    /// What this process may run: due, or left by a worker that died; and nothing whose files lie in another data folder.
    private var due: SQL {
        """
        (state = 'queued' AND due_at <= \(now) OR state = 'running' AND lease_until < \(now)) AND place IN ('', \(place))
        """
    }

    func nextJob() throws -> Int64? { try value("SELECT id FROM work_job WHERE \(sql: due) ORDER BY id LIMIT 1") }

    /// Takes the next job; nothing when there is none, or when it has failed too often and is given up.
    func takeJob() throws -> TakenJob? {
        guard let id = try nextJob() else { return nil }
        let words = t("Công việc bị ngắt giữa chừng nhiều lần nên đã dừng. Hãy thử lại hoặc báo người quản trị.")
        let isGivenUp = try exec(
            """
            UPDATE work_job SET state = 'failed', message = \(words), ended_at = \(now)
            WHERE id = \(id) AND tries >= \(Worker.mostTries)
            """)
        guard isGivenUp == 0 else { return nil }
        return try one(
            """
            UPDATE work_job SET state = 'running', tries = tries + 1, started_at = \(now), lease_until = \(now + Worker.lease)
            WHERE id = \(id) RETURNING \(sql: JobRow.columns), tries
            """
        ) { row in TakenJob(row: try JobRow(&row), run: try row()) }
    }

    /// Notes how far a run is and renews its lease; false when it is not running any more.
    func note(_ id: ID<JobRun>, _ run: Int, _ done: Int, _ total: Int, _ message: String) throws -> Bool {
        try exec(
            """
            UPDATE work_job SET done = \(done), total = \(total), message = \(message), lease_until = \(now + Worker.lease)
            WHERE id = \(id) AND tries = \(run) AND state = 'running'
            """) == 1
    }

    /// Renews a lease, also while a cancelled run is on its way out; false when another run has taken over.
    func holdLease(of id: ID<JobRun>, _ run: Int) throws -> Bool {
        try exec(
            """
            UPDATE work_job SET lease_until = \(now + Worker.lease)
            WHERE id = \(id) AND tries = \(run) AND state IN ('running', 'cancelled')
            """) == 1
    }

    /// A job as long as this run of it is the last.
    func job(_ id: ID<JobRun>, run: Int) throws -> JobRow? {
        try one("SELECT \(sql: JobRow.columns) FROM work_job WHERE id = \(id) AND tries = \(run)", JobRow.init)
    }

    /// Ends a run. One that was cancelled after its last report has done its work all the same, and says so.
    func end(_ taken: TakenJob, _ state: String, _ message: String, _ result: String?) throws {
        try exec(
            """
            UPDATE work_job SET state = \(state), message = \(message), result = \(result), ended_at = \(now), lease_until = 0
            WHERE id = \(taken.row.id) AND tries = \(taken.run) AND state IN ('running', 'cancelled')
            """)
    }

    /// Puts a run that met a passing trouble back into the queue, each time for longer.
    func tryAgain(_ taken: TakenJob) throws {
        try exec(
            """
            UPDATE work_job SET state = 'queued', due_at = \(now + Int64(taken.run) * 5000), lease_until = 0
            WHERE id = \(taken.row.id) AND tries = \(taken.run) AND state = 'running'
            """)
    }

    /// Says that this process's data folder is in use, and gives up the jobs whose files lie in a folder that nobody serves any more.
    func notePlace() throws {
        if !place.isEmpty {
            try exec(
                """
                INSERT INTO work_place (place, seen_at) VALUES (\(place), \(now))
                ON CONFLICT (place) DO UPDATE SET seen_at = excluded.seen_at
                """)
        }
        let words = t("Máy giữ tệp của công việc này không còn chạy. Hãy gửi lại tệp."), old = now - 600_000
        try exec(
            """
            UPDATE work_job SET state = 'failed', message = \(words), ended_at = \(now)
            WHERE state IN ('queued', 'running') AND place <> '' AND lease_until < \(now) AND created_at < \(old)
            AND NOT EXISTS (SELECT 1 FROM work_place p WHERE p.place = work_job.place AND p.seen_at > \(old))
            """)
        try exec("DELETE FROM work_place WHERE seen_at < \(now - 30 * 86_400_000)")
    }
}
