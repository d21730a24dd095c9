import GRDB
import Synchronization

/// The reading connections of one file. Each reads on the thread that asks: a hop to a queue and back costs more than most
/// pages read. As many are open as read at once, and a few wait for the next ones.
final class SQLiteReaders: Sendable {
    private let path: String
    private let configuration: Configuration
    private let waiting = Mutex<(queues: [DatabaseQueue], isClosed: Bool)>(([], false))
    private let mostWaiting: Int

    init(path: String, configuration: Configuration, keeping mostWaiting: Int) {
        var configuration = configuration
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        (self.path, self.configuration, self.mostWaiting) = (path, configuration, mostWaiting)
    }

    /// Runs a body on one snapshot of the file.
    func read<T>(_ body: (SQLiteLane) throws -> T) throws -> T {
        let queue = try take()
        defer { give(queue) }
        return try queue.unsafeRead { db in
            let lane = SQLiteLane(db)
            _ = try lane.run("BEGIN", nil)
            defer { end(lane) }
            return try body(lane)
        }
    }

    private func end(_ lane: SQLiteLane) {
        do { _ = try lane.run("COMMIT", nil) } catch { _ = try? lane.run("ROLLBACK", nil) }
    }

    private func take() throws -> DatabaseQueue {
        let (found, isClosed) = waiting.withLock { ($0.queues.popLast(), $0.isClosed) }
        if isClosed { throw StorageError(.lost, "the database is closed") }
        return try found ?? DatabaseQueue(path: path, configuration: configuration)
    }

    private func give(_ queue: DatabaseQueue) {
        let isKept = waiting.withLock { waiting in
            guard !waiting.isClosed, waiting.queues.count < mostWaiting else { return false }
            waiting.queues.append(queue)
            return true
        }
        if !isKept { try? queue.close() }
    }

    func close() {
        let queues = waiting.withLock { waiting in
            defer { waiting = ([], true) }
            return waiting.queues
        }
        for queue in queues { try? queue.close() }
    }
}
