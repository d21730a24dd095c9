import Base
import Logging
import ServiceLifecycle
import Storage
import Synchronization
import Work

/// A sliding-window limit per caller and load class (two half windows, weighted), counted in memory, bounded in size, and
/// put down in the database every two seconds, so that neither a restart nor a second process forgets.
final class RateLimit: Sendable {
    private struct Window {
        var start: Int64, current: Int, previous: Int

        /// What still weighs at a moment.
        func weight(at now: Int64) -> Double {
            let passed = now - start
            if passed >= 2 * RateLimit.length { return 0 }
            if passed >= RateLimit.length {
                return Double(current) * Double(2 * RateLimit.length - passed) / Double(RateLimit.length)
            }
            return Double(current)
                + Double(previous) * Double(RateLimit.length - max(0, passed)) / Double(RateLimit.length)
        }
    }

    private let windows = Mutex<(own: [String: Window], others: [String: [Window]])>(([:], [:]))
    private static let length: Int64 = 60_000
    private static let most = 50_000

    /// Counts one request; answers the seconds to wait when the caller is over its limit a minute.
    func take(_ key: String, limit: Int, at now: Int64 = Clock.monotonic) -> Int? {
        windows.withLock { windows in
            if windows.own.count > Self.most { windows.own.removeAll(keepingCapacity: true) }
            var window = windows.own[key] ?? Window(start: now, current: 0, previous: 0)
            let passed = now - window.start
            if passed >= 2 * Self.length {
                window = Window(start: now, current: 0, previous: 0)
            } else if passed >= Self.length {
                window = Window(start: window.start + Self.length, current: 0, previous: window.current)
            }
            let others = (windows.others[key] ?? []).reduce(0) { $0 + $1.weight(at: now) }
            guard window.weight(at: now) + others < Double(limit) else {
                windows.own[key] = window
                return max(1, Int((Self.length - (now - window.start)) / 1000) + 1)
            }
            window.current += 1
            windows.own[key] = window
            return nil
        }
    }

    /// What is worth putting down: callers who have asked often enough to come near a limit.
    func rows(least: Int = 40, at now: Int64 = Clock.monotonic, wall: Int64 = Clock.system.now) -> [RateRow] {
        windows.withLock { windows in
            windows.own.compactMap { key, window in
                guard window.current + window.previous >= least, window.weight(at: now) > 0 else { return nil }
                return RateRow(
                    key: key, start: wall - (now - window.start), current: window.current, previous: window.previous)
            }
        }
    }

    /// Takes over what others have counted.
    func hear(_ rows: [RateRow], at now: Int64 = Clock.monotonic, wall: Int64 = Clock.system.now) {
        let heard = Dictionary(grouping: rows, by: \.key).mapValues { rows in
            rows.map { row in
                // A clock that was set back makes no start in the future.
                Window(start: min(now, now - (wall - row.start)), current: row.current, previous: row.previous)
            }
        }
        windows.withLock { $0.others = heard }
    }
}

/// Keeps the counts of requests, and of programs' calls, in the database while the server runs.
public struct RateKeeper: Service {
    let rates: RateLimit
    let db: any Database
    let log: Logger
    /// Off where nothing is limited: measurements.
    let isLimiting: Bool
    /// Puts down what the room of sessions counted.
    let settle: @Sendable () async throws -> Void
    private let holder = Secret.random(8).hex

    /// What the process before this one counted is heard before the first request is answered.
    public func begin() async throws {
        guard isLimiting else { return }
        let holder = holder
        rates.hear(try await db.read { try $0.otherRates(than: holder) })
    }

    public func run() async throws {
        try await every(.seconds(2)) { await exchange() }
        await exchange()
    }

    func exchange() async {
        do { try await settle() } catch { log.error("calls of programs were not counted: \(type(of: error))") }
        guard isLimiting else { return }
        let rows = rates.rows(), holder = holder
        do {
            let others =
                rows.isEmpty
                ? try await db.read { try $0.otherRates(than: holder) }
                : try await db.commit { try $0.exchangeRates(rows, of: holder) }
            rates.hear(others)
        } catch {
            log.error("counts of requests were not kept: \(type(of: error))")
        }
    }
}

/// How much is under way, so that too much is refused at the door and the least needed first.
final class LoadGauge: Sendable {
    private let running = Mutex(0)
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes a place; false when this class is shed at the present load.
    func enter(_ load: LoadClass) -> Bool {
        running.withLock { running in
            let share =
                switch load {
                case .health: Int.max
                case .vital: limit
                case .page: limit * 3 / 4
                case .program: limit / 2
                case .report: limit / 4
                }
            guard running < share else { return false }
            running += 1
            return true
        }
    }

    func leave() { running.withLock { $0 -= 1 } }
    var now: Int { running.withLock { $0 } }
}

/// How many bodies are on their way in, in all and from one address: whoever sends slowly holds memory, not the house.
final class ArrivalGauge: Sendable {
    private let running = Mutex<(all: Int, each: [String: Int])>((0, [:]))
    private let limit: Int, ofOneAddress: Int

    init(limit: Int, ofOneAddress: Int) { (self.limit, self.ofOneAddress) = (limit, ofOneAddress) }

    func enter(_ address: String) -> Bool {
        running.withLock { running in
            guard running.all < limit, running.each[address, default: 0] < ofOneAddress else { return false }
            running.all += 1
            running.each[address, default: 0] += 1
            return true
        }
    }

    func leave(_ address: String) {
        running.withLock { running in
            running.all -= 1
            let left = running.each[address, default: 1] - 1
            running.each[address] = left > 0 ? left : nil
        }
    }
}
