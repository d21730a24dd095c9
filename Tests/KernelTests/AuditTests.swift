import Base
import Facts
import Storage
import TestSupport
import Testing
import Work

@Suite struct AuditTests {
    private func write(_ db: any Database, _ count: Int) async throws {
        for number in 0..<count {
            try await db.write(as: .commandLine, "test.write", on: .student(ID(stored: 7))) { tx in
                try tx.changed(.student(ID(stored: 7)), "name", from: "cũ \(number)", to: "mới \(number)")
            }
        }
    }

    @Test("J1 the chain names every edit, deletion and insertion", arguments: Backend.all)
    func tampering(_ backend: Backend) async throws {
        let harms: [SQL] = [
            "UPDATE work_audit_entry SET note = 'x' WHERE id = (SELECT MAX(id) FROM work_audit_entry)",
            "DELETE FROM work_audit_entry WHERE id = (SELECT MIN(id) FROM work_audit_entry)",
            "DELETE FROM work_audit_seal WHERE number = 1",
            "UPDATE work_audit_seal SET entries = entries + 1 WHERE number = 2",
            "UPDATE work_audit_entry SET hash = (SELECT hash FROM work_audit_seal WHERE number = 1) WHERE id = (SELECT MIN(id) FROM work_audit_entry)",
        ]
        for harm in harms {
            try await withDatabase(backend, WorkSchema.migrations) { db in
                try await write(db, 3)
                #expect(try await db.sealAudit() == 3)
                try await write(db, 2)
                #expect(try await db.sealAudit() == 2)
                #expect(try await db.sealAudit() == 0)
                #expect(try await db.verifyAudit().isEmpty)
                _ = try await db.commit { try $0.exec(harm) }
                #expect(try await !db.verifyAudit().isEmpty)
            }
        }
    }

    @Test("the history of a field opens with the person's key and is gone with it", arguments: Backend.all)
    func history(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations) { db in
            try await write(db, 2)
            let subject = Subject.student(ID(stored: 7))
            let history = try await db.read {
                try $0.history(of: subject).map { "\($0.field): \($0.old ?? "") → \($0.new ?? "")" }
            }
            #expect(history == ["name: cũ 1 → mới 1", "name: cũ 0 → mới 0"])
            _ = try await db.commit { try $0.exec("DELETE FROM work_person_key") }
            let found1 = try await db.read { try $0.history(of: subject).isEmpty }
            #expect(found1)
            _ = try await db.sealAudit()
            #expect(try await db.verifyAudit().isEmpty)
        }
    }

    @Test("a change that fails leaves no entry", arguments: Backend.all)
    func failureLeavesNothing(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations) { db in
            await #expect(throws: Fault.self) {
                try await db.write(as: .commandLine, "test.write", on: .system) { tx in
                    try tx.tell(TreeChanged(org: ID(stored: 1)))
                    throw Fault.forbidden
                }
            }
            let found2 = try await db.read { try $0.auditEntries(scope: .everything).isEmpty }
            #expect(found2)
            let found3 = try await db.read { try $0.count("SELECT COUNT(*) FROM work_outbox") }
            #expect(found3 == 0)
        }
    }

    @Test("every fact reaches its listener once, in order", arguments: Backend.all)
    func delivery(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations) { db in
            try await db.commit { tx in for number in 1...5 { try tx.tell(TreeChanged(org: ID(stored: Int64(number)))) }
            }
            let listener = Listener("test", to: TreeChanged.self) { fact, tx in
                _ = try tx.next("heard")
                try tx.set("last", to: "\(fact.org.raw)")
            }
            let relay = Relay(db: db, listeners: [listener], log: .init(label: "test"))
            #expect(try await relay.deliver() == 5)
            #expect(try await relay.deliver() == 0)
            let found4 = try await db.read { try $0.setting("last") }
            #expect(found4 == "5")
        }
    }

    @Test("a job runs, reports, fails in words and stops when cancelled", arguments: Backend.all)
    func jobs(_ backend: Backend) async throws {
        try await withDatabase(backend, WorkSchema.migrations) { db in
            let jobs = [
                Job("test.good") { context in
                    try await context.report(1, of: 2)
                    return "{\"answer\":\(context.input)}"
                },
                Job("test.bad") { _ in throw Fault.invalid("Tệp hỏng.") },
                Job("test.stopped") { context in
                    try await context.db.commit { [id = context.id] in try $0.cancel(id) }
                    try await context.report(1, of: 2)
                    return ""
                },
            ]
            let worker = Worker(db: db, jobs: jobs, log: .init(label: "test"))
            let made = try await db.commit { tx in
                try ["test.good", "test.bad", "test.stopped", "test.none"].map {
                    try tx.enqueue($0, input: "1", by: .commandLine)
                }
            }
            while try await worker.runNext() {}
            let rows = try await db.read { tx in try made.compactMap { try tx.job($0) } }
            #expect(rows.map(\.state) == ["done", "failed", "cancelled", "failed"])
            #expect(rows[0].result == "{\"answer\":1}")
            #expect(rows[1].message == "Tệp hỏng.")
        }
    }
}
