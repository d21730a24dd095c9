import Base
import Logging
import ServiceLifecycle
import Storage

/// Something small that a room does again and again: dropping what is over, turning the day. It may run on two processes at once.
public struct Upkeep: Sendable {
    public let name: String
    let pause: Int64
    let run: @Sendable (any Database) async throws -> Void

    /// `seconds` is the pause between two runs; the first comes soon after the start.
    public init(
        _ name: StaticString, every seconds: Int, _ run: @escaping @Sendable (any Database) async throws -> Void
    ) {
        (self.name, pause, self.run) = (name.description, Int64(seconds) * 1000, run)
    }

    /// The kernel's own: requests are remembered for 72 hours, heard facts for a week; data folders say that they are served.
    public static let kernel = [
        Upkeep("work.forget", every: 3600) { db in
            try await db.commit { tx in
                try tx.forgetRequests(before: tx.now - 72 * 3_600_000)
                try tx.forgetFacts(before: tx.now - 7 * 86_400_000)
            }
        },
        Upkeep("work.places", every: 60) { db in try await db.commit { try $0.notePlace() } },
    ]
}

/// Runs the rooms' upkeep.
public struct Caretaker: Service {
    let db: any Database
    let upkeep: [Upkeep]
    let log: Logger

    public init(db: any Database, upkeep: [Upkeep], log: Logger) {
        (self.db, self.upkeep, self.log) = (db, upkeep, log)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var due = upkeep.map { _ in Clock.monotonic + 5000 }
            while !Task.isCancelled {
                for (index, task) in upkeep.enumerated() where Clock.monotonic >= due[index] {
                    due[index] = Clock.monotonic + task.pause
                    do { try await task.run(db) } catch { log.error("upkeep \(task.name) failed: \(type(of: error))") }
                }
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }
}
