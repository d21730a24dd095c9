import Base
import Web

#if canImport(Glibc)
import Glibc
#endif

/// The parent of the serving process: keeps the listening socket, passes signals on, and starts a new child at once when one falls,
/// so that whoever connects meanwhile waits a moment instead of being refused.
enum Supervisor {
    nonisolated(unsafe) private static var child: pid_t = 0
    nonisolated(unsafe) private static var isStopping = false

    /// Never returns: it ends with the child's own exit status. The database's file, where it is one, is read ahead.
    static func run(_ listening: Listening, database: String?) throws -> Never {
        setenv("HOABAN_SOCKET", String(try listen(listening)), 1)
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
            if let database, falls.isEmpty { Task { readAhead(database) } }
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0 && errno == EINTR {}
            let hasExited = status & 0x7f == 0
            let code = (status >> 8) & 0xff
            if isStopping || hasExited { exit(code) }
            falls = falls.filter { Clock.monotonic - $0 < 60_000 } + [Clock.monotonic]
            Terminal.say(
                "{\"level\":\"critical\",\"message\":\"the server fell (signal \(status & 0x7f)); starting it again\"}")
            guard falls.count < 20 else { exit(1) }
            usleep(falls.count > 3 ? 1_000_000 : 50_000)
            // The signal may have come while there was no child to pass it to.
            if isStopping { exit(0) }
        }
    }

    /// Asks the system to bring a file into its memory, so that the first pages after a start do not wait for the disk row by row.
    /// Only here, where no database is open: closing its file would drop the locks of a process that has it open.
    private static func readAhead(_ path: String) {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return }
        defer { close(file) }
        var about = stat()
        let pages = sysconf(Int32(_SC_PHYS_PAGES)), page = sysconf(Int32(_SC_PAGESIZE))
        guard fstat(file, &about) == 0, pages > 0, page > 0, about.st_size / page < pages / 4 else { return }
        // The system takes only a little at a time.
        let step = 1 << 20
        for start in stride(from: 0, to: about.st_size, by: step) {
            posix_fadvise(file, start, step, POSIX_FADV_WILLNEED)
        }
    }

    private static func listen(_ listening: Listening) throws -> Int32 {
        let host = listening.host == "localhost" ? "127.0.0.1" : listening.host
        let family = host.contains(":") ? AF_INET6 : AF_INET
        let file = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        func bound() -> Int32? {
            family == AF_INET6 ? bind6(file, host, listening.port) : bind4(file, host, listening.port)
        }
        guard file >= 0, var isBound = bound() else {
            throw Failure("Địa chỉ \(listening.host) không phải địa chỉ IPv4 hay IPv6 của máy này.")
        }
        // A server that has just fallen may hold the port a moment longer.
        for _ in 0..<60 where isBound != 0 && errno == EADDRINUSE {
            usleep(50_000)
            isBound = bound() ?? isBound
        }
        var isHeard = isBound == 0 ? Glibc.listen(file, 1024) : -1
        for _ in 0..<60 where isBound == 0 && isHeard != 0 && errno == EADDRINUSE {
            usleep(50_000)
            isHeard = Glibc.listen(file, 1024)
        }
        guard isBound == 0, isHeard == 0 else {
            throw Failure(
                "Không mở được cổng \(listening.host):\(listening.port): \(String(cString: strerror(errno))).")
        }
        return file
    }

    /// Nothing when the host is no address of the family.
    private static func bind4(_ file: Int32, _ host: String, _ port: Int) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func bind6(_ file: Int32, _ host: String, _ port: Int) -> Int32? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else { return nil }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
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
