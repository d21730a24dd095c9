import Base
import Storage
import Web

/// The routes that operators and their tools ask.
enum Operations {
    static func mount(_ routes: Routes, metrics: Metrics) {
        routes.get("/healthz", .everyone, scope: .none, load: .vital) { _ in .text("ok\n") }
        routes.get("/readyz", .everyone, scope: .none, load: .vital) { visit in
            try await visit.db.read { try $0.ping() }
            return .text("ready\n")
        }
        routes.get("/metrics", .everyone, scope: .none, load: .vital) { visit in
            guard visit.address == "127.0.0.1" || visit.address == "::1" else { throw Fault.notFound }
            return .text(metrics.prometheus, type: "text/plain; version=0.0.4; charset=utf-8")
        }
        routes.get("/", .everyone, scope: .none) { visit in .redirect(visit.session == nil ? "/login" : "/me") }
    }
}
