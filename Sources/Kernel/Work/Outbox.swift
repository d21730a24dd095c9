import Base
import Facts
import Logging
import ServiceLifecycle
import Storage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Tx {
    /// Tells the other rooms what happened: delivered after the commit, at least once, in order.
    public func tell<F: Fact>(_ fact: F) throws {
        let body = String(decoding: try JSONEncoder().encode(fact), as: UTF8.self)
        try exec(
            "INSERT INTO work_outbox (id, at, name, version, body) VALUES (\(newID(JobRun.self)), \(now), \(F.name), \(F.version), \(body))"
        )
    }
}

extension Tx {
    fileprivate func hasHeard(_ listener: Listener, _ fact: Int64) throws -> Bool {
        try exists("SELECT 1 FROM work_delivery WHERE listener = \(listener.name) AND fact_id = \(fact)")
    }

    /// Drops facts told before a moment, with the notes of who heard them.
    func forgetFacts(before moment: Int64) throws {
        try exec("DELETE FROM work_delivery WHERE at < \(moment)")
        try exec("DELETE FROM work_outbox WHERE at < \(moment)")
    }
}

/// A room that wants to hear of one kind of fact. Its body runs in a transaction with the note that it was heard.
public struct Listener: Sendable {
    let name: String, fact: String
    let hear: @Sendable (String, Tx) throws -> Void

    public init<F: Fact>(_ name: StaticString, to _: F.Type, _ body: @escaping @Sendable (F, Tx) throws -> Void) {
        (self.name, fact) = (name.description, F.name)
        hear = { text, tx in try body(JSONDecoder().decode(F.self, from: Data(text.utf8)), tx) }
    }
}

/// Carries facts from the outbox to their listeners.
public struct Relay: Service {
    let db: any Database
    let listeners: [Listener]
    let log: Logger

    public init(db: any Database, listeners: [Listener], log: Logger) {
        (self.db, self.listeners, self.log) = (db, listeners, log)
    }

    public func run() async throws {
        try await every(.milliseconds(500)) {
            do { while try await deliver() > 0 {} } catch { log.error("relay failed: \(error)") }
        }
    }

    /// Delivers what is waiting; answers how many deliveries it made. Facts that everybody heard leave the outbox after a week.
    public func deliver() async throws -> Int {
        var made = 0
        for listener in listeners {
            let waiting = try await db.read { tx in
                try tx.all(
                    """
                    SELECT o.id, o.body FROM work_outbox o WHERE o.name = \(listener.fact)
                    AND NOT EXISTS (SELECT 1 FROM work_delivery d WHERE d.listener = \(listener.name) AND d.fact_id = o.id)
                    ORDER BY o.id LIMIT 200
                    """
                ) { (try $0() as Int64, try $0() as String) }
            }
            for (id, body) in waiting {
                do { try await deliver(id, body, to: listener) } catch let error as StorageError
                    where error.kind == .unique
                {
                    // Another process was quicker; whatever else is not unique is the listener's own trouble.
                    guard try await db.read({ tx in try tx.hasHeard(listener, id) }) else { throw error }
                }
                made += 1
            }
        }
        return made
    }

    private func deliver(_ id: Int64, _ body: String, to listener: Listener) async throws {
        try await db.commit { tx in
            try tx.exec(
                "INSERT INTO work_delivery (listener, fact_id, at) VALUES (\(listener.name), \(id), \(tx.now))")
            try listener.hear(body, tx)
        }
    }
}

/// Runs a piece of work again and again until the program is asked to stop.
public func every(_ pause: Duration, _ work: @escaping @Sendable () async -> Void) async throws {
    await cancelWhenGracefulShutdown {
        while !Task.isCancelled {
            await work()
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }
}
