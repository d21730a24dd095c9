import Base
import Web
import Work

#if canImport(Glibc)
import Glibc
#endif

/// Keeps the folder of passing things small: files of imports and exports for a week, copies for trials and backups until nobody
/// writes to them any more, and what a request brought in until it is answered.
struct Sweep: Sendable {
    let folder: String
    static let orders: Int64 = 7 * 86_400
    private static let copies: Int64 = 6 * 3600
    private static let requests: Int64 = 3600

    /// Upkeep of a running server, whose own requests are under way.
    var upkeep: Upkeep {
        Upkeep("app.sweep-uploads", every: 3600) { [self] _ in run(requestsOlderThan: Sweep.requests) }
    }

    func run(requestsOlderThan seconds: Int64) {
        for name in (try? Resources.names(in: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            guard let age = age(path) else { continue }
            switch name.prefix { $0 != "-" } {
            case "order": if age > Sweep.orders { remove(folder: path) }
            case "trial", "backup": if age > Sweep.copies { unlink(path) }
            default: if age >= seconds { remove(folder: path) }
            }
        }
    }

    /// Seconds since anything in it was last written.
    private func age(_ path: String) -> Int64? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        let inner = ["-wal"].compactMap { end -> Int64? in
            var status = stat()
            return lstat(path + end, &status) == 0 ? Int64(status.st_mtim.tv_sec) : nil
        }
        return Clock.system.now / 1000 - ([Int64(status.st_mtim.tv_sec)] + inner).reduce(0, max)
    }

    private func remove(folder path: String) {
        if unlink(path) == 0 { return }
        for name in (try? Resources.names(in: path)) ?? [] { remove(folder: "\(path)/\(name)") }
        rmdir(path)
    }
}
