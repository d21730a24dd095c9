import Base
import Synchronization

/// The counters that `/metrics` shows in Prometheus' text format: no names, no addresses, no paths with keys in them.
public final class Metrics: Sendable {
    private struct Line {
        var count = 0
        var milliseconds: Int64 = 0
        var buckets = [Int](repeating: 0, count: 8)
    }

    private static let bounds: [Int64] = [5, 10, 25, 50, 100, 250, 1000, 5000]
    private let lines = Mutex<[String: Line]>([:])
    private let gauges = Mutex<[String: Int]>([:])

    public init() {}

    func note(route: String, status: Int, milliseconds: Int64) {
        lines.withLock { lines in
            var line = lines["\(route)\" status=\"\(status / 100)xx"] ?? Line()
            line.count += 1
            line.milliseconds += milliseconds
            for (index, bound) in Self.bounds.enumerated() where milliseconds <= bound { line.buckets[index] += 1 }
            lines["\(route)\" status=\"\(status / 100)xx"] = line
        }
    }

    /// Sets a figure that goes up and down.
    public func set(_ name: StaticString, _ value: Int) { gauges.withLock { $0[name.description] = value } }

    /// The text of `/metrics`.
    public var prometheus: String {
        var out = "# TYPE hoaban_request_duration_milliseconds histogram\n"
        for (key, line) in lines.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            for (index, bound) in Self.bounds.enumerated() {
                out +=
                    "hoaban_request_duration_milliseconds_bucket{route=\"\(key)\",le=\"\(bound)\"} \(line.buckets[index])\n"
            }
            out += "hoaban_request_duration_milliseconds_bucket{route=\"\(key)\",le=\"+Inf\"} \(line.count)\n"
            out += "hoaban_request_duration_milliseconds_sum{route=\"\(key)\"} \(line.milliseconds)\n"
            out += "hoaban_request_duration_milliseconds_count{route=\"\(key)\"} \(line.count)\n"
        }
        for (name, value) in gauges.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            out += "# TYPE \(name) gauge\n\(name) \(value)\n"
        }
        return out
    }
}
