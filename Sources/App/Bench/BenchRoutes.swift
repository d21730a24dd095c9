import Base
import Storage
import Web
import Work

/// Routes for measuring, mounted on loopback only and only when asked for: one durable write with its audit entry.
enum BenchRoutes {
    static func mount(_ routes: Routes) {
        routes.get("/bench/keys", .everyone, scope: .none) { visit in
            .text(try await visit.db.read { try $0.requestKeys(of: nil) }.joined(separator: "\n") + "\n")
        }
        routes.get("/bench/form", .everyone, scope: .none) { visit in
            .page("bench", UI.form("/bench/write", csrf: visit.csrf, HTML(), submit: "bench"))
        }
        routes.post("/bench/write", .everyone, scope: .none) { visit in
            let (key, value) = (visit.form.text("key"), visit.form.text("value"))
            guard !key.isEmpty, key.utf8.count <= 100 else { throw Fault.invalid([Problem("key", "Thiếu khoá.")]) }
            _ = try await visit.db.write(as: visit.visitor, "bench.write", on: .system) { tx in
                try tx.once(key, by: visit.visitor, digest: Secret.sha256(value.utf8)) { value }
            }
            return .text("saved\n", status: .created)
        }
    }
}
