import ArgumentParser
import Base

#if canImport(Glibc)
import Glibc
#endif

/// `hoaban bench NAME`: measures this build on this machine, each figure beside its limit measured in the same run.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measures this build beside a bare server (pages, writes, login, search, import, rest, duplicates).",
        subcommands: [Run.self, Bare.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        @OptionGroup var place: Where
        @Argument(help: "pages, writes, login, search, import, rest or duplicates") var name: String
        @Option(help: "Seconds a measurement.") var seconds = 4
        @Option(help: "Rounds, taken in turn.") var rounds = 3
        @Flag(help: "Print as JSON.") var json = false

        func run() async throws {
            let bench = Bench(folder: place.folder, seconds: max(1, min(seconds, 60)), rounds: max(1, min(rounds, 20)))
            let lines: [BenchLine] =
                switch name {
                case "pages": try await bench.pages()
                case "writes": try await bench.writes()
                case "login": try await bench.login()
                case "search": try await bench.search()
                case "import": try await bench.imports()
                case "duplicates": try await DuplicateBench.run(place)
                case "rest": try await bench.rest()
                default: throw ValidationError("unknown bench \(name)")
                }
            if json { return Terminal.answer(try JSONText.write(lines)) }
            for line in lines { print(line.words) }
        }
    }

    /// The bare server that a page is measured beside: Hummingbird's own router, the same query, a string put together by hand.
    struct Bare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(shouldDisplay: false)
        @OptionGroup var place: Where
        @Option var port: Int

        func run() async throws { try await BareServer.run(place, port: port) }
    }
}

/// One figure of a bench.
struct BenchLine: Codable, Sendable {
    let name: String
    var perSecond: Double = 0
    var cpuMilliseconds: Double = 0
    var p50Milliseconds: Double = 0
    var p95Milliseconds: Double = 0
    var p99Milliseconds: Double = 0
    /// Steps of the database's machine a request: the rows it looked at, whatever else the computer was doing.
    var steps: Double = 0
    var errors = 0
    var note = ""

    var words: String {
        func short(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
        return "\(name): \(short(perSecond))/s, CPU \(short(cpuMilliseconds)) ms, p50 \(short(p50Milliseconds)) ms, "
            + "p95 \(short(p95Milliseconds)) ms, p99 \(short(p99Milliseconds)) ms, steps \(steps.rounded()), errors \(errors) \(note)"
    }
}
