import Base
import CSpawn
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A child process with an empty environment, nothing to read, one pipe to answer on, and a moment at which it is ended.
final class ChildProcess: Sendable {
    private enum State { case waiting, running(pid_t), ended }

    private static let answerLimit = 4 << 20
    private let executable: String
    private let words: [String]
    private let deadline: Int64
    private let state = Mutex(State.waiting)

    init(executable: String, words: [String], deadline: Int64) {
        (self.executable, self.words, self.deadline) = (executable, words, deadline)
    }

    /// Ends the child at once; one that has not started never will.
    func kill() {
        state.withLock { state in
            if case .running(let pid) = state { Glibc.kill(pid, SIGKILL) } else { state = .ended }
        }
    }

    /// Starts the child and stays until it has ended: only on a thread that may block.
    func run() -> SandboxedChild.Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { return .notStarted }
        let pid = start(output: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        guard let pid else { return .notStarted }
        let (output, inTime) = collect(from: ends[0])
        let isOver = inTime && waitUntilOver(pid)
        if !isOver { Glibc.kill(pid, SIGKILL) }
        let status = reap(pid)
        guard isOver else { return .timedOut }
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF, output: output) : .crashed
    }

    private func start(output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        // What a crash would say holds bytes of the file, so it goes nowhere.
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        resetSignals(&attributes)
        return state.withLock { state in
            guard case .waiting = state, let pid = spawn(&actions, &attributes) else { return nil }
            state = .running(pid)
            return pid
        }
    }

    /// The server ignores some signals; the child starts as any other program does.
    private func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t(), none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    }

    private func spawn(_ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t) -> pid_t? {
        var pid = pid_t(), arguments = ([executable] + words).map { strdup($0) } + [nil]
        var environment = [strdup("SWIFT_BACKTRACE=enable=no"), nil]
        defer { for text in arguments + environment { free(text) } }
        return posix_spawn(&pid, executable, &actions, &attributes, &arguments, &environment) == 0 ? pid : nil
    }

    /// Everything the child says, up to a bound, and whether it closed its end in time.
    private func collect(from descriptor: Int32) -> ([UInt8], Bool) {
        var output: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = deadline - Clock.monotonic
            guard left > 0 else { return (output, false) }
            let ready = poll(&waiting, 1, Int32(clamping: left))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return (output, false) }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return (output, count == 0) }
            output += buffer[..<count]
            guard output.count <= ChildProcess.answerLimit else { return ([], false) }
        }
    }

    /// Waits for a child that has closed its pipe; it stays to be reaped.
    private func waitUntilOver(_ pid: pid_t) -> Bool {
        while Clock.monotonic < deadline {
            var info = siginfo_t()
            if waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT | WNOHANG) != 0 || info.si_signo == SIGCHLD {
                return true
            }
            usleep(2_000)
        }
        return false
    }

    /// Takes the child's status; from here on its number may belong to another process.
    private func reap(_ pid: pid_t) -> Int32 {
        var info = siginfo_t(), status: Int32 = 0
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        state.withLock { state in
            state = .ended
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
        return status
    }
}
