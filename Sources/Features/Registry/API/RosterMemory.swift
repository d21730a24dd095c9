import Base
import Synchronization
import Web

/// The keys of lists that are being walked, so that a page far back costs no more than the first one and a walk meets each object once
/// while others come and go. A first page is made anew as soon as anything was changed.
final class RosterMemory: Sendable {
    struct Ask: Hashable, Sendable {
        let consumer: Int64, scope: Scope, path: String, filter: String, sort: String, isFalling: Bool
    }

    private struct Kept {
        let keys: Task<[RosterKey], any Error>
        /// The last entry of the trail before it was made.
        let stamp: Int64, madeAt: Int64
        var usedAt: Int64, count = 0
    }

    private let lists = Mutex<[Ask: Kept]>([:])
    /// When the readings of a system were noted last, by what it read.
    private let noted = Mutex<[String: Int64]>([:])

    private static let most = 64, mostKeys = 4_000_000
    /// How long a list is walked: since its last page, and in all; how long a first page is told without looking again.
    private static let pause: Int64 = 600_000, whole: Int64 = 3_600_000, fresh: Int64 = 10_000
    /// Readings of one kind within this time are one note.
    private static let noteEvery: Int64 = 600_000

    /// The keys of a list, made once for all who ask for it at the same time.
    func keys(
        _ ask: Ask, isFirst: Bool, stamp: Int64, _ make: @escaping @Sendable () async throws -> [RosterKey]
    ) async throws -> [RosterKey] {
        let now = Clock.monotonic
        let task = lists.withLock { lists in
            if var kept = lists[ask], Self.isUsable(kept, isFirst, stamp, now) {
                kept.usedAt = now
                lists[ask] = kept
                return kept.keys
            }
            let task = Task(executorPreference: Threads.reports) { try await make() }
            Self.makeRoom(&lists, now)
            lists[ask] = Kept(keys: task, stamp: stamp, madeAt: now, usedAt: now)
            return task
        }
        do {
            let keys = try await task.value
            lists.withLock { lists in if lists[ask]?.keys == task { lists[ask]?.count = keys.count } }
            return keys
        } catch {
            lists.withLock { lists in if lists[ask]?.keys == task { lists[ask] = nil } }
            throw error
        }
    }

    private static func isUsable(_ kept: Kept, _ isFirst: Bool, _ stamp: Int64, _ now: Int64) -> Bool {
        if isFirst { return kept.stamp == stamp && now - kept.madeAt < fresh }
        return now - kept.usedAt < pause && now - kept.madeAt < whole
    }

    private static func makeRoom(_ lists: inout [Ask: Kept], _ now: Int64) {
        func isFull() -> Bool { lists.count >= most || lists.values.reduce(0) { $0 + $1.count } >= mostKeys }
        guard isFull() else { return }
        lists = lists.filter { now - $0.value.usedAt < pause && now - $0.value.madeAt < whole }
        while isFull(), let oldest = lists.min(by: { $0.value.usedAt < $1.value.usedAt })?.key {
            lists[oldest] = nil
        }
    }

    /// Whether a reading is to be noted now; the next ones of its kind are within the same note.
    func takesNote(_ what: String) -> Bool {
        let now = Clock.monotonic
        return noted.withLock { noted in
            if let last = noted[what], now - last < Self.noteEvery { return false }
            if noted.count > 10_000 { noted.removeAll() }
            noted[what] = now
            return true
        }
    }

    /// Takes a note back that could not be written.
    func forgetNote(_ what: String) { noted.withLock { $0[what] = nil } }
}
