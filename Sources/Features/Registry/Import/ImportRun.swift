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
    let chunks: @Sendable () throws -> ChunkSource
    /// What is done once all rows are in: what a full replacement no longer names.
    var finish: @Sendable (Tx, inout ImportBatch) throws -> Void = { _, _ in }

    /// How many rows a transaction takes.
    static let chunkSize = 1000
}

/// Carries a plan out: piece by piece, or all in one transaction where all or nothing, or nothing at all, is asked for.
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
        }
        let batch = ImportBatch(id: db.ids.next(at: db.clock.now), request: request, startedAt: db.clock.now)
        do {
            return request.dryRun || request.allOrNothing
                ? try await runWhole(ready, batch) : try await runPieces(ready, batch)
        } catch let rolled as RolledBack {
            return rolled.report
        }
    }

    private func refusal(_ fault: Fault) -> ImportReport {
        var report = ImportReport()
        (report.dryRun, report.refused) = (request.dryRun, fault.message)
        return report
    }

    private func runPieces(_ plan: ImportPlan, _ first: ImportBatch) async throws -> ImportReport {
        let mends = try await db.write(as: request.visitor, "registry.import.start", on: subject(first)) { [kind] tx in
            try tx.begin(first, kind: kind)
            return try tx.noteInterrupted(before: first.id)
        }
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

    private func finish(
        _ plan: ImportPlan, _ first: ImportBatch, _ total: Tally, _ number: Int, mends: Bool
    ) async throws -> ImportReport {
        let report = try await db.write(as: request.visitor, "registry.import", on: subject(first)) { [kind] tx in
            var batch = first
            (batch.number, batch.tally) = (number, total)
            return try close(tx, plan, &batch, kind, mends: mends)
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
        (report.batch, report.dryRun) = (batch.id.code, false)
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
