import Base
import Synchronization

/// A sliding-window limit per caller and load class (two half windows, weighted), held in memory and bounded in size.
final class RateLimit: Sendable {
    private struct Window {
        var start: Int64, current: Int, previous: Int
    }

    private let windows = Mutex<[String: Window]>([:])
    private let length: Int64 = 60_000
    private static let most = 50_000

    /// Counts one request; answers the seconds to wait when the caller is over its limit a minute.
    func take(_ key: String, limit: Int, at now: Int64 = Clock.monotonic) -> Int? {
        windows.withLock { windows in
            if windows.count > Self.most { windows.removeAll(keepingCapacity: true) }
            var window = windows[key] ?? Window(start: now, current: 0, previous: 0)
            let passed = now - window.start
            if passed >= 2 * length {
                window = Window(start: now, current: 0, previous: 0)
            } else if passed >= length {
                window = Window(start: window.start + length, current: 0, previous: window.current)
            }
            let share = Double(length - (now - window.start)) / Double(length)
            let used = Double(window.current) + Double(window.previous) * max(0, share)
            guard used < Double(limit) else {
                windows[key] = window
                return Int((length - (now - window.start)) / 1000) + 1
            }
            window.current += 1
            windows[key] = window
            return nil
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
