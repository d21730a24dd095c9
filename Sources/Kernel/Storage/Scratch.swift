import Base

#if canImport(Glibc)
import Glibc
#endif

extension Database {
    /// Runs a body on a copy of everything that is thrown away afterwards, so that a long trial keeps no writer waiting.
    /// Nothing where the engine needs no copy: on PostgreSQL a transaction that is rolled back hinders nobody.
    public func onCopy<T>(_ body: (any Database) async throws -> T) async throws -> T? {
        guard let live = self as? SQLiteDatabase else { return nil }
        let path = live.scratchPath
        defer { for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) } }
        try await copy(to: path)
        chmod(path, 0o600)
        // A source of keys of its own: what is remembered of one database is told apart by it.
        let copy = try SQLiteDatabase(
            path: path, keys: keys, clock: clock, ids: IDSource(node: UInt16.random(in: 0..<1024)), readers: 2,
            place: place, isThrownAway: true)
        do {
            let value = try await body(copy)
            await copy.close()
            return value
        } catch {
            await copy.close()
            throw error
        }
    }
}

extension SQLiteDatabase {
    /// In the folder of passing things where there is one, else beside the database.
    fileprivate var scratchPath: String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let uploads = folder + "/uploads"
        return "\(access(uploads, W_OK) == 0 ? uploads : folder)/trial-\(Secret.random(8).hex).sqlite"
    }
}
