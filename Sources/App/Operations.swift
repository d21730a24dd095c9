import Base
import Storage
import Web
import Work

#if canImport(Glibc)
import Glibc
#endif

/// The routes that operators and their tools ask.
enum Operations {
    static func mount(_ routes: Routes, metrics: Metrics) {
        routes.get("/healthz", .everyone, scope: .none, load: .health) { _ in .text("ok\n") }
        routes.get("/readyz", .everyone, scope: .none, load: .health) { visit in
            try await visit.db.read { try $0.ping() }
            return .text("ready\n")
        }
        routes.get("/metrics", .everyone, scope: .none, load: .vital) { visit in
            guard visit.address == "127.0.0.1" || visit.address == "::1" else { throw Fault.notFound }
            try await gauge(visit.db, metrics)
            return .text(metrics.prometheus, type: "text/plain; version=0.0.4; charset=utf-8")
        }
        routes.get("/", .everyone, scope: .none) { visit in .redirect(visit.session == nil ? "/login" : "/me") }
    }
    /// What goes up and down, looked at when it is asked for.
    private static func gauge(_ db: any Database, _ metrics: Metrics) async throws {
        let (jobs, seal) = try await db.read { tx in (try tx.jobTotals(), try tx.sealState()) }
        func count(_ state: String) -> Int { jobs.first { $0.state == state }?.total ?? 0 }
        metrics.set("hoaban_jobs_queued", count("queued"))
        metrics.set("hoaban_jobs_running", count("running"))
        metrics.set("hoaban_jobs_failed", count("failed"))
        metrics.set("hoaban_audit_entries_unsealed", seal.waiting)
        metrics.set("hoaban_sqlite_steps", EngineSteps.total)
        metrics.set("hoaban_memory_resident_bytes", Memory.resident)
    }
}

/// What this process holds, as the kernel counts it (proc(5), statm).
enum Memory {
    static var resident: Int {
        guard let text = try? Resources.read("/proc/self/statm") else { return 0 }
        let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
    }
}
