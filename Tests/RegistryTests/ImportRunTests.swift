import Base
import Storage
import Synchronization
import TestSupport
import Testing
import Work

@testable import Registry

/// Somebody who saves again and again until a note says that the import is done.
private enum Saver {
    static func save(in db: any Database) async throws -> Int {
        for number in 0..<100_000 {
            let isDone = try await db.commit { tx in
                _ = try tx.next("saved")
                return try tx.setting("done")?.isEmpty == false
            }
            if isDone { return number }
            try await Task.sleep(for: .milliseconds(5))
        }
        return 0
    }
}

/// How an import goes on beside the rest of the house, and what becomes of one that ends early.
@Suite struct ImportRunTests {
    private func run(
        _ office: Office, _ folder: String, batch: ID<Batch>? = nil, dryRun: Bool = false, allOrNothing: Bool = false,
        _ progress: @escaping ImportKind.Progress
    ) async throws -> ImportReport {
        let request = ImportRequest(
            files: [folder], dryRun: dryRun, allOrNothing: allOrNothing, visitor: .commandLine, batch: batch)
        return try await ImportKind.oneRoster.run(request, office.db, progress)
    }

    private func cut(after rows: Int, _ error: any Error) -> ImportKind.Progress {
        { done, _ in if done > rows { throw error } }
    }

    @Test("an import that is stopped, or meets a defect, has changed nothing", arguments: Backend.all)
    func stopped(_ backend: Backend) async throws {
        struct Defect: Error {}
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk) { $0 = Bundle.many(600) }
            let before = try await office.counts()
            await #expect(throws: CancellationError.self) {
                _ = try await run(office, folder, cut(after: 1500, CancellationError()))
            }
            #expect(try await office.counts() == before)
            await #expect(throws: Defect.self) { _ = try await run(office, folder, cut(after: 1500, Defect())) }
            #expect(try await office.counts() == before)
            let whole = try await run(office, folder) { _, _ in }
            #expect(whole.created["users"] == 600)
        }
    }

    @Test(
        "a stopped import stays where somebody has changed a record of it, and its batch is named",
        arguments: Backend.all)
    func changedSince(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk) { $0 = Bundle.many(600) }
            let error = await #expect(throws: Fault.self) {
                _ = try await run(office, folder) { [db = office.db] done, _ in
                    guard done > 1500 else { return }
                    try await db.commit { tx in try tx.exec("UPDATE registry_student SET version = version + 1") }
                    throw CancellationError()
                }
            }
            let batch = try await office.db.read { tx in try tx.value("SELECT id FROM work_batch", ID<Batch>.self) }
            #expect(error?.kind == .conflict)
            #expect(batch.map { error?.message.contains($0.code) == true } == true)
            #expect(try await office.count("registry_student") > 0)
        }
    }

    @Test("the second run of a job takes back what the first has left, and writes one batch", arguments: Backend.all)
    func secondRun(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk) { $0 = Bundle.many(600) }
            let before = try await office.counts(), batch: ID<Batch> = office.db.ids.next(at: office.moment.value)
            // The lease went over, or the database was away: the batch is left to the next run.
            for error in [LeaseLost() as any Error, StorageError(.lost, "away")] {
                await #expect(throws: (any Error).self) {
                    _ = try await run(office, folder, batch: batch, cut(after: 1500, error))
                }
                #expect(try await office.count("registry_student") > 0)
            }
            let whole = try await run(office, folder, batch: batch) { _, _ in }
            #expect(whole.created["users"] == 600 && whole.batch == batch.code, "\(whole.words)")
            #expect(try await office.count("work_batch") == 1)
            // The worker fell after the last piece: the work is not done twice.
            let again = try await run(office, folder, batch: batch) { _, _ in }
            #expect(again.created == whole.created && again.batch == whole.batch)
            _ = try await Registry.undo(batch, by: .commandLine, in: office.db)
            #expect(try await office.counts() == before)
        }
    }

    @Test("what a job that was given up has left is taken back by the house", arguments: Backend.all)
    func abandoned(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk) { $0 = Bundle.many(600) }
            let before = try await office.counts()
            let job = try await office.db.commit { tx in try tx.enqueue("test.import", input: "", by: .commandLine) }
            await #expect(throws: LeaseLost.self) {
                _ = try await run(office, folder, batch: job.cast(), cut(after: 1500, LeaseLost()))
            }
            try await Registry.undoAbandoned(in: office.db)
            #expect(try await office.counts() != before)
            try await office.db.commit { tx in try tx.cancel(job) }
            try await Registry.undoAbandoned(in: office.db)
            #expect(try await office.counts() == before)
        }
    }

    @Test("while a trial and all-or-nothing run, whoever saves does not wait for their end", arguments: Backend.all)
    func nobodyWaits(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk) { $0 = Bundle.many(600) }
            let before = try await office.counts()
            for isTrial in [true, false] {
                async let saved = Saver.save(in: office.db)
                let report = try await run(office, folder, dryRun: isTrial, allOrNothing: !isTrial) { _, _ in }
                try await office.db.commit { tx in try tx.set("done", to: "\(isTrial)") }
                #expect(report.created["users"] == 600 && report.refused == nil)
                // One transaction for all would leave room for one or two.
                let times = try await saved
                #expect(times > 3, "\(times) saves, trial: \(isTrial)")
                try await office.db.commit { tx in try tx.set("done", to: "") }
                if isTrial { #expect(try await office.counts() == before) }
            }
        }
    }

    @Test("a trial can be stopped, and leaves no copy", arguments: Backend.all)
    func trialStopped(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), folder = try Bundle.write(desk) { $0 = Bundle.many(600) }
            let before = try await office.counts()
            await #expect(throws: CancellationError.self) {
                _ = try await run(office, folder, dryRun: true) { done, _ in if done > 0 { throw CancellationError() } }
            }
            #expect(try await office.counts() == before)
            #expect(try await office.count("work_batch") == 0)
        }
    }
}
