import Base
import Storage
import Synchronization
import Work

/// A piece of a file: some rows, and how they are written.
struct Chunk: Sendable {
    let rows: Int
    let write: @Sendable (Tx, inout ImportBatch) throws -> Void
}

/// The pieces of a file or bundle, one after another.
struct ChunkSource {
    let next: () throws -> Chunk?

    /// Pieces of rows that lie in memory.
    init<Item: Sendable>(_ items: [Item], _ write: @escaping @Sendable ([Item], Tx, inout ImportBatch) throws -> Void) {
        var place = 0
        next = {
            guard place < items.count else { return nil }
            let some = Array(items[place..<min(place + ImportPlan.chunkSize, items.count)])
            place += some.count
            return Chunk(rows: some.count) { tx, batch in try write(some, tx, &batch) }
        }
    }

    init(_ next: @escaping () throws -> Chunk?) { self.next = next }
}

/// A format that has looked over its files: what it found, and the pieces from the first, as often as they are asked for.
struct ImportPlan: Sendable {
    var total = 0
    var warnings: [String] = []
    /// What the columns of a list were taken for.
    var columns: [ImportColumn]?
    let chunks: @Sendable () throws -> ChunkSource
    /// What is done once all rows are in: what a full replacement no longer names.
    var finish: @Sendable (Tx, inout ImportBatch) throws -> Void = { _, _ in }

    /// How many rows a transaction takes: whoever saves meanwhile waits no longer than for one.
    static let chunkSize = 250
}

/// Carries a plan out piece by piece, so that nobody who signs in or saves waits for a file.
///
/// A trial runs on a copy that is thrown away; all or nothing is tried there first. On PostgreSQL, where no writer waits for another,
/// both run in one transaction.
struct ImportRun: Sendable {
    let kind: String
    let request: ImportRequest
    let db: any Database
    let progress: ImportKind.Progress

    /// Looks over the files and brings them in; what is wrong with a file itself is the report's `refused`.
    func run(_ plan: @escaping @Sendable () async throws -> ImportPlan) async throws -> ImportReport {
        try request.visitor.must(.importFiles)
        let ready: ImportPlan
        do { ready = try await plan() } catch let fault as Fault
            where fault.kind != .forbidden && fault.kind != .unauthenticated
        {
            return refusal(fault)
        } catch let unread as UnreadTable {
            var report = refusal(unread.fault)
            report.columns = unread.columns
            return report
        }
        let batch = ImportBatch(
            id: request.batch ?? db.ids.next(at: db.clock.now), request: request, startedAt: db.clock.now)
        do {
            if request.dryRun { return try await runTrial(ready, batch) }
            // The worker of this job fell after its last piece.
            if let known = try await known(batch), known.isFinished { return try ImportReport(json: known.report) }
            if request.allOrNothing { return try await runAll(ready, batch) }
            return try await runPieces(ready, batch)
        } catch let rolled as RolledBack {
            return rolled.report
        }
    }

    private func runTrial(_ plan: ImportPlan, _ batch: ImportBatch) async throws -> ImportReport {
        if let report = try await onCopy(plan, batch) { return report.asTrial }
        return try await runWhole(plan, batch)
    }

    private func runAll(_ plan: ImportPlan, _ batch: ImportBatch) async throws -> ImportReport {
        // A row that is refused there ends it all: the run throws what it has to say.
        guard try await onCopy(plan, batch) != nil else { return try await runWhole(plan, batch) }
        return try await runPieces(plan, batch)
    }

    /// What an earlier run of the same job has begun.
    private func known(_ batch: ImportBatch) async throws -> BatchRow? {
        guard request.batch != nil else { return nil }
        return try await db.read { tx in try tx.batch(batch.id) }
    }

    /// The whole import on a copy of the register; nothing where the engine needs no copy.
    private func onCopy(_ plan: ImportPlan, _ batch: ImportBatch) async throws -> ImportReport? {
        try await progress(0, plan.total)
        return try await db.onCopy { copy in
            try await ImportRun(kind: kind, request: request, db: copy, progress: progress).write(
                plan, batch, mends: false)
        }
    }

    private func refusal(_ fault: Fault) -> ImportReport {
        var report = ImportReport()
        (report.dryRun, report.refused) = (request.dryRun, fault.message)
        return report
    }

    private func runPieces(_ plan: ImportPlan, _ batch: ImportBatch) async throws -> ImportReport {
        let mends = try await begin(batch)
        do { return try await write(plan, batch, mends: mends) } catch {
            try await takeBack(batch, after: error)
            throw error
        }
    }

    /// Notes the batch; what an earlier run of the same job left of it is taken back first. Answers whether some other import was cut off.
    private func begin(_ batch: ImportBatch) async throws -> Bool {
        if let known = try await known(batch), known.undoneAt == nil {
            _ = try await Registry.undo(batch.id, by: request.visitor, in: db)
        }
        return try await db.write(as: request.visitor, "registry.import.start", on: subject(batch)) { [kind] tx in
            try tx.forget(batch.id)
            try tx.begin(batch, kind: kind)
            return try tx.noteInterrupted(before: batch.id)
        }
    }

    private func write(_ plan: ImportPlan, _ first: ImportBatch, mends: Bool) async throws -> ImportReport {
        var total = Tally(), number = 0, done = 0
        for warning in plan.warnings { total.warn("file", warning) }
        let chunks = try plan.chunks()
        while let chunk = try chunks.next() {
            try await progress(done, plan.total)
            var batch = first
            batch.number = number
            let start = batch,
                written = try await db.write(as: request.visitor, "registry.import.part", on: subject(first)) { tx in
                    try chunk.write(tx, start)
                }
            total.add(written.tally)
            (number, done) = (written.number, done + chunk.rows)
        }
        return try await finish(plan, first, total, number, mends: mends)
    }

    /// What a run that ended early has written is taken back, so that cancelled means nothing changed. Where somebody has changed
    /// such a record since, the batch stays and the fault names it. A run that another has taken over, or that will be taken up
    /// again, leaves its batch to that one.
    private func takeBack(_ batch: ImportBatch, after error: any Error) async throws {
        if Task.isCancelled || error is LeaseLost { return }
        if request.batch != nil, let error = error as? StorageError, error.isPassing { return }
        do { _ = try await Registry.undo(batch.id, by: request.visitor, in: db) } catch let fault as Fault {
            throw Fault.conflict(t("Việc nhập dừng giữa chừng và lô {} còn lại trong sổ. {}", batch.id, fault.message))
        }
    }

    private func finish(
        _ plan: ImportPlan, _ first: ImportBatch, _ total: Tally, _ number: Int, mends: Bool
    ) async throws -> ImportReport {
        let report = try await db.write(as: request.visitor, "registry.import", on: subject(first)) {
            [kind, request] tx in
            var batch = first
            (batch.number, batch.tally) = (number, total)
            let report = try close(tx, plan, &batch, kind, mends: mends)
            // Rows that were good on the copy: somebody changed the register meanwhile.
            if request.allOrNothing, !request.dryRun, !report.rejected.isEmpty { throw RolledBack(report.asNothing) }
            return report
        }
        try await progress(plan.total, plan.total)
        return report
    }

    /// The last transaction: what is missing, figures, the report, its digest in the trail.
    private func close(_ tx: Tx, _ plan: ImportPlan, _ batch: inout ImportBatch, _ kind: String, mends: Bool) throws
        -> ImportReport
    {
        try plan.finish(tx, &batch)
        try tx.recount(batch.tally, everything: mends)
        var report = batch.tally.closed
        (report.batch, report.dryRun, report.columns) = (batch.id.code, false, plan.columns)
        let text = try report.json
        try tx.finish(batch.id, report: text)
        tx.audit(
            note:
                "\(kind) read \(report.read) rejected \(report.rejected.count) sha256 \(Secret.sha256(Array(text.utf8)).hex)"
        )
        return report
    }

    private func runWhole(_ plan: ImportPlan, _ first: ImportBatch) async throws -> ImportReport {
        let ticker = Ticker(total: plan.total)
        return try await ticker.show(progress) { [kind, request] in
            try await db.write(as: request.visitor, "registry.import", on: subject(first)) { tx in
                var batch = first
                try tx.begin(batch, kind: kind)
                for warning in plan.warnings { batch.tally.warn("file", warning) }
                let chunks = try plan.chunks()
                while let chunk = try chunks.next() {
                    let written = try chunk.write(
                        tx,
                        ImportBatch(id: batch.id, request: request, startedAt: batch.startedAt, number: batch.number))
                    batch.tally.add(written.tally)
                    batch.number = written.number
                    try ticker.add(chunk.rows)
                }
                let report = try close(tx, plan, &batch, kind, mends: false)
                if request.dryRun { throw RolledBack(report.asTrial) }
                if !report.rejected.isEmpty { throw RolledBack(report.asNothing) }
                return report
            }
        }
    }

    private func subject(_ batch: ImportBatch) -> Subject {
        Subject("batch", batch.id.raw, org: request.org ?? request.visitor.org)
    }
}

extension Chunk {
    /// Writes the piece in the name of a batch; answers the batch with what came of it.
    func write(_ tx: Tx, _ start: ImportBatch) throws -> ImportBatch {
        var batch = start
        try write(tx, &batch)
        if batch.tally.touchesTree { try tx.rebuildPaths() }
        return batch
    }
}

/// Takes a transaction back and carries the report out of it.
private struct RolledBack: Error {
    let report: ImportReport
    init(_ report: ImportReport) { self.report = report }
}

extension ImportReport {
    fileprivate var asTrial: ImportReport {
        var out = self
        (out.batch, out.dryRun) = ("", true)
        return out
    }

    fileprivate var asNothing: ImportReport {
        var out = self
        (out.batch, out.refused) = ("", t("Có {} dòng bị từ chối nên chưa ghi gì vào sổ.", rejected.count))
        return out
    }
}

/// Tells how far a long transaction is while it runs, and stops it when nobody wants it any more.
final class Ticker: Sendable {
    private let state = Mutex<(done: Int, stopped: Bool)>((0, false))
    private let total: Int

    init(total: Int) { self.total = total }

    func add(_ rows: Int) throws {
        try state.withLock { state in
            state.done += rows
            if state.stopped { throw CancellationError() }
        }
    }

    /// Runs the work and asks `progress` twice a second whether to go on.
    func show<T: Sendable>(_ progress: @escaping ImportKind.Progress, _ work: @escaping @Sendable () async throws -> T)
        async throws -> T
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                do {
                    while true {
                        try await progress(state.withLock(\.done), total)
                        try await Task.sleep(for: .milliseconds(500))
                    }
                } catch { if !Task.isCancelled { state.withLock { $0.stopped = true } } }
            }
            let value = try await work()
            group.cancelAll()
            try await progress(total, total)
            return value
        }
    }
}
