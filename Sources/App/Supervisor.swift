import Base

#if canImport(Glibc)
import Glibc
#endif

/// The parent of the serving process: passes signals on, and starts a new child within a second when one falls.
enum Supervisor {
    nonisolated(unsafe) private static var child: pid_t = 0
    nonisolated(unsafe) private static var isStopping = false

    /// Never returns: it ends with the child's own exit status.
    static func run() throws -> Never {
        for sign in [SIGTERM, SIGINT] {
            signal(sign) { number in
                Supervisor.isStopping = true
                if Supervisor.child > 0 { kill(Supervisor.child, number) }
            }
        }
        setenv("HOABAN_CHILD", "1", 1)
        // A trap's report takes seconds and prints memory, which holds personal data.
        setenv("SWIFT_BACKTRACE", "enable=no", 1)
        var falls: [Int64] = []
        while true {
            child = try start()
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0 && errno == EINTR {}
            let hasExited = status & 0x7f == 0
            let code = (status >> 8) & 0xff
            if isStopping || hasExited { exit(code) }
            falls = falls.filter { Clock.monotonic - $0 < 60_000 } + [Clock.monotonic]
            Terminal.say("{\"level\":\"critical\",\"message\":\"the server fell (signal \(status & 0x7f)); starting it again\"}")
            guard falls.count < 20 else { exit(1) }
            usleep(falls.count > 3 ? 1_000_000 : 50_000)
        }
    }

    private static func start() throws -> pid_t {
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, "/proc/self/exe", nil, nil, &arguments, environ) == 0 else {
            throw Failure("Không khởi động được tiến trình phục vụ.")
        }
        return pid
    }
}
