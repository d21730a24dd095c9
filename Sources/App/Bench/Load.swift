import Base

#if canImport(Glibc)
import Glibc
#endif

/// A load made by wrk: so many connections asking without pause.
struct Load {
    let url: String
    var connections = 64
    var seconds = 4
    /// Lua that wrk runs: the requests to make.
    var script = ""
    var headers: [String] = []

    private static let tail = """
        done = function(summary, latency, requests)
          local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
          io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
            latency:percentile(95), latency:percentile(99), bad))
        end
        """

    /// Runs the load against a server and measures it; the processor time is the server's own.
    func measure(_ name: String, server: Child) throws -> BenchLine {
        let file = "/tmp/hoaban-bench-\(getpid()).lua"
        guard let handle = fopen(file, "w") else { throw Failure("Không ghi được \(file).") }
        fputs(script + "\n" + Self.tail, handle)
        fclose(handle)
        defer { unlink(file) }
        let before = server.processorTime(), steps = Load.steps(of: url)
        let words = try Child.run(
            "wrk", ["-t1", "-c\(connections)", "-d\(seconds)s", "-s", file] + headers.flatMap { ["-H", $0] } + [url])
        let used = server.processorTime() - before
        guard let line = words.split(separator: "\n").first(where: { $0.hasPrefix("RESULT ") }) else {
            throw Failure("wrk: \(words)")
        }
        let figures = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard figures.count == 6, figures[0] > 0 else { throw Failure("wrk: \(words)") }
        return BenchLine(
            name: name, perSecond: figures[0] / (figures[1] / 1_000_000), cpuMilliseconds: used / figures[0],
            p50Milliseconds: figures[2] / 1000, p95Milliseconds: figures[3] / 1000, p99Milliseconds: figures[4] / 1000,
            steps: (Load.steps(of: url) - steps) / figures[0], errors: Int(figures[5]))
    }

    /// The steps that the product's database machine has taken so far; 0 where nobody tells.
    private static func steps(of url: String) -> Double {
        let parts = url.split(separator: "/", maxSplits: 2)
        guard parts.count >= 2, let text = try? Child.run("curl", ["-s", "\(parts[0])//\(parts[1])/metrics"]),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("hoaban_sqlite_steps ") })
        else { return 0 }
        return Double(line.dropFirst(20)) ?? 0
    }
}

extension [BenchLine] {
    /// The middle of several rounds, figure by figure.
    func median(_ name: String) -> BenchLine {
        func middle(_ figure: (BenchLine) -> Double) -> Double {
            let sorted = map(figure).sorted()
            return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        }
        return BenchLine(
            name: name, perSecond: middle(\.perSecond), cpuMilliseconds: middle(\.cpuMilliseconds),
            p50Milliseconds: middle(\.p50Milliseconds),
            p95Milliseconds: middle(\.p95Milliseconds), p99Milliseconds: middle(\.p99Milliseconds),
            steps: middle(\.steps),
            errors: reduce(0) { $0 + $1.errors })
    }
}
