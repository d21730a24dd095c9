import ArgumentParser
import Base
import Storage
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// What the command line says: results on standard output, everything else on standard error.
enum Terminal {
    static func say(_ line: String) { put(line + "\n") }

    static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(2, bytes, bytes.count)
    }

    /// Prints exactly one JSON value.
    static func answer(_ json: String) { print(json) }
}

/// How a command tells its result: words for people, or with `--json` exactly one JSON value.
struct Answer: ParsableArguments {
    @Flag(help: "Print one JSON value.") var json = false

    func tell(_ value: some Encodable, _ words: @autoclosure () -> String) throws {
        print(json ? try JSONText.write(value) : words())
    }

    /// Whether the command line asked for JSON, for those who speak after the command has failed.
    static var isJSON: Bool { CommandLine.arguments.contains("--json") }
}

/// What a look over the data found: nothing, or what is wrong; then the exit status is 1.
struct Findings: Encodable {
    let ok: Bool, faults: [String]
    init(_ faults: [String]) { (ok, self.faults) = (faults.isEmpty, faults) }

    func tell(_ answer: Answer, _ words: String) throws {
        if answer.json || ok { try answer.tell(self, words) }
        guard !ok else { return }
        Terminal.say(faults.joined(separator: "\n"))
        throw ExitCode(1)
    }
}

/// The input or the state is at fault: a sentence on standard error and exit status 1.
struct Failure: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }

    /// The words for any error.
    static func words(for error: any Error) -> String {
        switch error {
        case let fault as Fault:
            ([fault.message] + fault.problems.map { "  \($0.field): \($0.message)" }).joined(separator: "\n")
        case let failure as Failure: failure.sentence
        case let storage as StorageError: storage.fault?.message ?? storage.description
        default: "\(error)"
        }
    }
}

/// A line of progress every few seconds on standard error, a bar on a terminal.
final class ProgressLine: Sendable {
    private let label: String
    private let start = Clock.monotonic
    private let isTerminal = isatty(2) == 1
    private let last = Mutex<Int64?>(nil)
    /// A bar moves on a terminal; elsewhere a line comes every few seconds.
    private static let pause: Int64 = 3000

    init(_ label: String) { self.label = label }

    func show(_ done: Int, _ total: Int) {
        let now = Clock.monotonic
        let isDue = last.withLock { last in
            guard isTerminal || done >= total || now - (last ?? 0) >= Self.pause else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let share = total > 0 ? " \(done * 100 / max(1, total)) %" : ""
        let line = "\(label): \(done)\(total > 0 ? "/\(total)" : "")\(share), \((Clock.monotonic - start) / 1000) s"
        Terminal.put(isTerminal ? "\r\(line)" : "\(line)\n")
        if isTerminal, total > 0, done >= total { Terminal.put("\n") }
    }
}
