import Base
import House
import Logging
import Storage
import TestSupport
import Testing
import Work

@Suite struct SweptTests {
    @Test("an import whose files were swept says so", arguments: Backend.all)
    func sweptImport(_ backend: Backend) async throws {
        try await withDatabase(backend, House.migrations) { db in
            let order = """
                {"kind":"schools","files":[{"name":"a.csv","path":"/nowhere/a.csv","size":1}],"folder":"/nowhere","dryRun":true,
                "allOrNothing":false,"asker":{"name":"A","role":"administrator","orgName":"","everything":true,"address":""}}
                """
            let id = try await db.commit { tx in
                try tx.enqueue("exchange.import-files", input: order, by: .commandLine, isLocal: true)
            }
            let worker = Worker(db: db, jobs: House.jobs, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            #expect(try await worker.runNext())
            let job = try await db.read { tx in try tx.job(id) }
            #expect(job?.state == "failed" && job?.message.contains("gửi lại tệp") == true, "\(job?.message ?? "")")
        }
    }
}
