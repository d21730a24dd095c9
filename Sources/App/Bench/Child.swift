import Base

#if canImport(Glibc)
import Glibc
#endif

/// A process started for a measurement: a server, or a tool whose words are wanted.
final class Child {
    let pid: pid_t
    private let out: Int32

    /// Starts a program found by its path or on PATH.
    init(_ program: String, _ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure("pipe") }
        out = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, program, &actions, nil, &words, environ)
        close(ends[1])
        guard status == 0 else { throw Failure("Không chạy được \(program). Cài bằng script/bootstrap.") }
        self.pid = pid
    }

    /// Everything it printed, once it has ended.
    func words() -> String {
        var text: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(out, &buffer, buffer.count)
            if count <= 0 { break }
            text += buffer[..<count]
        }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        close(out)
        return String(decoding: text, as: UTF8.self)
    }

    func stop() {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        close(out)
    }

    static func run(_ program: String, _ arguments: [String]) throws -> String { try Child(program, arguments).words() }

    /// Processor time used so far by a process, in milliseconds (proc(5), fields 14 and 15).
    func processorTime() -> Double {
        guard let text = Child.file("/proc/\(pid)/stat"), let mark = text.lastIndex(of: ")") else { return 0 }
        let fields = text[mark...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) * 1000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory of a process, in MiB.
    func residentMemory() -> Double {
        guard
            let line = Child.file("/proc/\(pid)/status")?.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }
            )
        else { return 0 }
        return (Double(line.split(separator: " ").dropFirst().first ?? "0") ?? 0) / 1024
    }

    private static func file(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
