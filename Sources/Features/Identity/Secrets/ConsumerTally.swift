import Base
import Synchronization

/// The calls of connected systems, counted in memory and put down every two seconds: a call costs no write.
final class ConsumerTally: Sendable {
    struct Key: Hashable, Comparable {
        let consumer: ID<Consumer>, day: Day

        static func < (left: Key, right: Key) -> Bool { (left.consumer, left.day) < (right.consumer, right.day) }
    }

    struct Count { var calls = 0, refused = 0, last: Int64 = 0 }

    private let held = Mutex<[Key: Count]>([:])

    /// Counts a call, answered with a status.
    func add(_ consumer: ID<Consumer>, status: Int, at now: Int64) {
        held.withLock { held in
            var count = held[Key(consumer: consumer, day: Day(at: now))] ?? Count()
            count.calls += 1
            if [401, 403, 429].contains(status) { count.refused += 1 }
            count.last = max(count.last, now)
            held[Key(consumer: consumer, day: Day(at: now))] = count
        }
    }

    /// What is not put down yet, of one system.
    func waiting(of consumer: ID<Consumer>) -> [Key: Count] {
        held.withLock { $0.filter { $0.key.consumer == consumer } }
    }

    func take() -> [Key: Count] {
        held.withLock { held in
            defer { held = [:] }
            return held
        }
    }

    /// Takes back what could not be put down.
    func giveBack(_ counts: [Key: Count]) {
        held.withLock { held in
            held.merge(counts) {
                Count(calls: $0.calls + $1.calls, refused: $0.refused + $1.refused, last: max($0.last, $1.last))
            }
        }
    }
}

extension Entrance {
    /// Puts down what connected systems asked since the last time.
    func settle() async throws {
        let counts = tally.take()
        guard !counts.isEmpty else { return }
        do { try await db.commit { tx in try tx.add(counts) } } catch {
            tally.giveBack(counts)
            throw error
        }
    }
}
