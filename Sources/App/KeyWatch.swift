import Logging
import ServiceLifecycle
import Storage
import Work

/// Follows the replacing of the master key: a key added to the file is known, and one put in use is used, within seconds and without
/// a restart.
struct KeyWatch: Service {
    private let db: any Database
    private let file: KeyFile
    private let log: Logger

    init(_ installation: Installation, log: Logger) {
        (db, file, self.log) = (installation.db, KeyFile(Installation.keyFile(of: installation.folder)), log)
    }

    /// How long a running program may not know yet that a key was added or put in use, in seconds.
    static let pause = 2

    func run() async throws {
        try await every(.seconds(Self.pause)) {
            do {
                try await follow()
            } catch is CancellationError {} catch { log.error("keys: \(Failure.words(for: error))") }
        }
    }

    private func follow() async throws {
        guard let held = try file.read() else { throw Failure("the key file \(file.path) is gone") }
        guard let mark = try await db.read({ try $0.keyState().mark }), let keys = held.using(mark) else {
            throw Failure("the key in use is not in \(file.path)")
        }
        let known = db.keys
        guard keys != known else { return }
        db.use(keys)
        log.info("keys: \(keys.marks.count) known, \(mark.prefix(8)) in use")
        // Whoever waits to put a key in use asks who knows it.
        if Set(keys.marks) != Set(known.marks) { try await db.commit { try $0.notePlace() } }
    }
}
