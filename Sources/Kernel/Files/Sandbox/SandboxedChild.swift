import Base
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// A process of our own program that opens a file from outside: whatever happens in it costs that one file (reliability, section 4).
public enum SandboxedChild {
    /// Unpacks a zip into a folder by `EXECUTABLE parse zip`; files lie there under names of ours.
    /// A child that crashes or takes too long is a fault like any other bad file.
    public static func unpack(
        path: String, into folder: String, executable: String, limits: ArchiveLimits = .standard
    ) async throws -> [UnpackedFile] {
        let words = ["parse", "zip", path, folder, String(limits.unpacked)]
        let seconds = 20 + ParseCommand.seconds(for: limits)
        let outcome = try await run(executable, words, seconds: seconds)
        return try files(of: outcome, in: folder, limits)
    }

    /// Looks a photo or paper over by `EXECUTABLE parse file`: what it is; `target` holds it without the camera's notes.
    static func lookOver(path: String, to target: String, most: Int, executable: String) async throws -> FileKind {
        let outcome = try await run(executable, ["parse", "file", path, target, String(most)], seconds: 30)
        let answer = try answer(of: outcome, broken: CleanFile.broken)
        guard let kind = answer.kind else { throw CleanFile.broken }
        return kind
    }

    /// Has a list read by `EXECUTABLE parse table`: its sheets lie in the folder as plain rows.
    static func readTable(path: String, into folder: String, executable: String) async throws -> TableBook {
        let size = try InputFile.size(path), seconds = 20 + ParseCommand.tableSeconds(for: size)
        let outcome = try await run(executable, ["parse", "table", path, folder, String(size)], seconds: seconds)
        guard let book = try answer(of: outcome, broken: TableFault.broken).table, book.sheets.count <= 500,
            book.sheets.allSatisfy(\.isSound)
        else { throw TableFault.broken }
        return book
    }

    /// What a child has answered; one that was refused or has fallen is a fault.
    private static func answer(of outcome: Outcome, broken: Fault) throws(Fault) -> ParseCommand.Answer {
        switch outcome {
        case .notStarted: throw Fault(.unavailable, t("Không khởi động được tiến trình đọc tệp."))
        case .timedOut: throw Fault(.timedOut, t("Đọc tệp quá lâu nên đã dừng. Tệp có thể bị hỏng."))
        case .crashed: throw broken
        case .exited(let status, let output):
            guard let answer = try? JSONDecoder().decode(ParseCommand.Answer.self, from: Data(output)) else {
                throw broken
            }
            if let sentence = answer.fault { throw Fault.invalid(sentence) }
            guard status == 0 else { throw broken }
            return answer
        }
    }

    /// What became of a child.
    enum Outcome: Sendable, Equatable {
        case exited(Int32, output: [UInt8]), crashed, timedOut, notStarted
    }

    static func run(_ executable: String, _ words: [String], seconds: Int) async throws -> Outcome {
        let child = ChildProcess(
            executable: executable, words: words, deadline: Clock.monotonic + Int64(seconds) * 1000)
        let outcome = await withTaskCancellationHandler {
            await onThread { child.run() }
        } onCancel: {
            child.kill()
        }
        try Task.checkCancellation()
        return outcome
    }

    private static func files(of outcome: Outcome, in folder: String, _ limits: ArchiveLimits) throws(Fault)
        -> [UnpackedFile]
    {
        let answer = try answer(of: outcome, broken: ArchiveFault.broken)
        guard let files = answer.files, files.count <= limits.entries else { throw ArchiveFault.broken }
        for file in files { try check(file, in: folder) }
        return files
    }

    /// The child read foreign bytes, so its words are checked: a plain file in our folder, of the size it says.
    private static func check(_ file: UnpackedFile, in folder: String) throws(Fault) {
        let name = file.path.utf8.dropFirst(folder.utf8.count + 1)
        var status = stat()
        guard file.path.utf8.starts(with: "\(folder)/".utf8), !name.isEmpty,
            name.allSatisfy({ (48...57).contains($0) }),
            lstat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == file.size
        else { throw ArchiveFault.broken }
    }
}

/// Runs blocking work on a thread of its own, away from the threads that answer requests (reliability, fact 11).
func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        let job = ThreadJob { continuation.resume(returning: work()) }
        var thread = pthread_t(), attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        let raw = Unmanaged.passRetained(job).toOpaque()
        let result = pthread_create(
            &thread, &attributes,
            { raw in
                if let raw { Unmanaged<ThreadJob>.fromOpaque(raw).takeRetainedValue().body() }
                return nil
            }, raw)
        if result != 0 { Unmanaged<ThreadJob>.fromOpaque(raw).takeRetainedValue().body() }
    }
}

private final class ThreadJob: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
