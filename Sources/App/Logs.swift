import Base
import Dispatch
import Logging
import Synchronization
import Web

#if canImport(Glibc)
import Glibc
#endif

/// One log line as JSON: moment, level, message. Messages of this program carry no personal data.
struct LineLog: LogHandler {
    let sink: LogSink
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String,
        function: String, line: UInt
    ) {
        sink.put(LineLog.line(level, "\(message)"))
    }

    static func line(_ level: Logger.Level, _ message: String) -> String {
        "{\"at\":\"\(Clock.system.now.isoMoment)\",\"level\":\"\(level)\",\"message\":\(quoted(message))}\n"
    }
}

/// Holds the lines until a thread of its own has written them; when a thousand wait, new ones are counted and dropped.
final class LogSink: Sendable {
    static let shared = LogSink()
    private let lane = DispatchQueue(label: "hoaban.log")
    private let state = Mutex<(waiting: Int, dropped: Int)>((0, 0))
    private let write: @Sendable (String) -> Void
    private let most: Int

    init(most: Int = 1000, _ write: @escaping @Sendable (String) -> Void = Terminal.put) {
        (self.most, self.write) = (most, write)
    }

    func put(_ line: String) {
        let takes = state.withLock { state -> Bool in
            guard state.waiting < most else {
                state.dropped += 1
                return false
            }
            state.waiting += 1
            return true
        }
        guard takes else { return }
        lane.async { [self] in
            write(line)
            let dropped = state.withLock { state -> Int in
                state.waiting -= 1
                defer { if state.waiting == 0 { state.dropped = 0 } }
                return state.waiting == 0 ? state.dropped : 0
            }
            if dropped > 0 { write(LineLog.line(.warning, "\(dropped) log lines were dropped")) }
        }
    }
}
