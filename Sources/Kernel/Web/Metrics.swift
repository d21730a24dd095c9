import Base
import Synchronization

/// The counters that `/metrics` shows in Prometheus' text format: no names, no addresses, no paths with keys in them.
public final class Metrics: Sendable {
    private struct Key: Hashable, Comparable {
        let route: String, status: Int

        var labels: String { "route=\"\(route)\",status=\"\(status)xx\"" }

        static func < (left: Key, right: Key) -> Bool { (left.route, left.status) < (right.route, right.status) }
    }

    private struct Line {
        var count = 0
        var milliseconds: Int64 = 0
        var buckets = [Int](repeating: 0, count: 8)

        mutating func add(_ more: Int64) {
            count += 1
            milliseconds += more
            for (index, bound) in Metrics.bounds.enumerated() where more <= bound { buckets[index] += 1 }
        }
    }

    private static let bounds: [Int64] = [5, 10, 25, 50, 100, 250, 1000, 5000]
    private let lines = Mutex<[Key: Line]>([:])
    private let gauges = Mutex<[String: Int]>([:])

    public init() {}

    func note(route: String, status: Int, milliseconds: Int64) {
        lines.withLock { lines in
            let key = Key(route: route, status: status / 100)
            lines[key, default: Line()].add(milliseconds)
        }
    }

    /// Sets a figure that goes up and down.
    public func set(_ name: StaticString, _ value: Int) { gauges.withLock { $0[name.description] = value } }

    /// The text of `/metrics`.
    public var prometheus: String {
        var out = "# TYPE hoaban_request_duration_milliseconds histogram\n"
        let name = "hoaban_request_duration_milliseconds"
        for (key, line) in lines.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            for (bound, count) in zip(Self.bounds, line.buckets) {
                out += "\(name)_bucket{\(key.labels),le=\"\(bound)\"} \(count)\n"
            }
            out += "\(name)_bucket{\(key.labels),le=\"+Inf\"} \(line.count)\n"
            out += "\(name)_sum{\(key.labels)} \(line.milliseconds)\n"
            out += "\(name)_count{\(key.labels)} \(line.count)\n"
        }
        for (name, value) in gauges.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            out += "# TYPE \(name) gauge\n\(name) \(value)\n"
        }
        return out
    }
}
