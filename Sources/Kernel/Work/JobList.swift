import Base
import Storage

/// How far the audit trail is sealed.
public struct SealState: Sendable {
    public let seals: Int, lastAt: Int64?, waiting: Int
}

extension Tx {
    /// How many jobs are in each state.
    public func jobTotals() throws -> [(state: String, total: Int)] {
        try all("SELECT state, COUNT(*) FROM work_job GROUP BY state ORDER BY state") {
            (state: try $0(), total: try $0())
        }
    }

    /// The newest jobs in one state, whoever asked for them.
    public func jobs(inState state: String, limit: Int = 20) throws -> [JobRow] {
        try all(
            "SELECT \(sql: JobRow.columns) FROM work_job WHERE state = \(state) ORDER BY id DESC LIMIT \(limit)",
            JobRow.init)
    }

    /// Puts a failed job back into the queue; false when it is not failed any more.
    public func retry(_ id: ID<JobRun>) throws -> Bool {
        try exec(
            """
            UPDATE work_job SET state = 'queued', tries = 0, due_at = 0, lease_until = 0, ended_at = NULL, message = ''
            WHERE id = \(id) AND state = 'failed'
            """) == 1
    }

    /// How far the trail is sealed, and how many entries wait (counted to a thousand).
    public func sealState() throws -> SealState {
        let last = try one("SELECT number, at FROM work_audit_seal ORDER BY number DESC LIMIT 1") {
            (try $0() as Int, try $0() as Int64)
        }
        let waiting = try count(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM work_audit_entry e WHERE e.id > \(max(0, now - IDSource.epoch - 600_000) << 21)
            AND NOT EXISTS (SELECT 1 FROM work_audit_sealed s WHERE s.entry_id = e.id) LIMIT 1001) x
            """)
        return SealState(seals: last?.0 ?? 0, lastAt: last?.1, waiting: waiting)
    }
}
