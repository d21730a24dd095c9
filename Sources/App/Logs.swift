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
        sink.put(
            "{\"at\":\"\(Clock.system.now.isoMoment)\",\"level\":\"\(level)\",\"message\":\(quoted("\(message)"))}\n")
    }
}

/// Holds the lines until a thread of its own has written them; when a thousand wait, new ones are counted and dropped.
final class LogSink: Sendable {
    static let shared = LogSink()
    private let lane = DispatchQueue(label: "hoaban.log")
    private let state = Mutex<(waiting: Int, dropped: Int)>((0, 0))

    func put(_ line: String) {
        let takes = state.withLock { state -> Bool in
            guard state.waiting < 1000 else {
                state.dropped += 1
                return false
            }
            state.waiting += 1
            return true
        }
        guard takes else { return }
        lane.async {
            Terminal.put(line)
            self.state.withLock { $0.waiting -= 1 }
        }
    }
}
