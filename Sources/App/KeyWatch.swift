import Base
import Logging
import ServiceLifecycle
import Storage
import Work

/// Follows the replacing of the master key: a key added to the file is known, and one put in use is used, within seconds and without
/// a restart. Whoever puts a key in use asks which programs know it: this one says so.
struct KeyWatch: Service {
    private let db: any Database
    private let file: KeyFile
    private let log: Logger
    private let id = Secret.random(8).hex

    init(_ installation: Installation, log: Logger) {
        (db, file, self.log) = (installation.db, installation.keyFile, log)
    }

    /// How long a running program may not know yet that a key was added or put in use, in seconds.
    static let pause = 2
    /// After how many looks a program says again that it is running.
    private static let round = 15

    /// Says that this program is running; to be called before it serves.
    func begin() async throws { try await db.commit { [id] in try $0.noteProcess(id) } }

    func run() async throws {
        let looks = Pace(every: Int64(Self.pause * Self.round) * 1000)
        try await every(.seconds(Self.pause)) {
            do {
                if try await follow() || looks.isDue { try await begin() }
            } catch is CancellationError {} catch { log.error("keys: \(Failure.words(for: error))") }
        }
        try? await db.commit { [id] in try $0.forgetProcess(id) }
    }

    /// Takes over what has changed; answers whether other keys are known than before.
    private func follow() async throws -> Bool {
        guard let held = try file.read() else { throw Failure("the key file \(file.path) is gone") }
        guard let mark = try await db.read({ try $0.keyState().mark }), let keys = held.using(mark) else {
            throw Failure("the key in use is not in \(file.path)")
        }
        let known = db.keys
        guard keys != known else { return false }
        db.use(keys)
        log.info("keys: \(keys.marks.count) known, \(mark.prefix(8)) in use")
        return Set(keys.marks) != Set(known.marks)
    }
}
