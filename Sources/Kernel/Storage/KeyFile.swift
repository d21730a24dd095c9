import Base
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The file of the master keys, which only the program may read: one key a line, 32 bytes in hexadecimal.
public struct KeyFile: Sendable {
    public let path: String
    /// More than one key and its successor are never needed; the bound keeps a wrong file from being read whole.
    private static let most = 8

    public init(_ path: String) { self.path = path }

    /// Reads the keys, or makes the first (mode 0600) where there is no file.
    public func open() throws -> Keys { try read() ?? make() }

    /// Reads the keys; nothing where there is no file.
    public func read() throws -> Keys? {
        guard let text = try text() else { return nil }
        let masters = text.split(whereSeparator: \.isNewline).map { bytes(hex: $0.filter { !$0.isWhitespace }) }
        let sound = masters.compactMap(\.self).filter { $0.count == 32 }
        guard let first = sound.first, sound.count == masters.count, sound.count <= Self.most,
            Set(sound).count == sound.count
        else {
            throw Fault(.invalid, t("Tệp khóa {} hỏng: mỗi dòng phải có 32 byte viết dạng thập lục phân.", path))
        }
        return Keys(master: first, known: Array(sound.dropFirst()))
    }

    /// Puts the keys in place of those in the file, at once or not at all.
    public func write(_ keys: Keys) throws {
        let fresh = try put(keys)
        defer { unlink(fresh) }
        try swap(fresh)
    }

    /// Puts the keys in place of those in the file once a piece of work is done; the file is known to be writable before.
    public func replace<T>(with keys: Keys, after work: () async throws -> T) async throws -> T {
        let fresh = try put(keys)
        defer { unlink(fresh) }
        let value = try await work()
        try swap(fresh)
        return value
    }

    private func swap(_ fresh: String) throws {
        guard rename(fresh, path) == 0 else { throw StorageError(.io, "cannot replace \(path)") }
        try settle()
    }

    private func make() throws -> Keys {
        let keys = Keys(master: Secret.random(32)), fresh = try put(keys)
        defer { unlink(fresh) }
        guard link(fresh, path) == 0 else {
            // Another process has made it a moment ago: then its key counts.
            guard errno == EEXIST, let keys = try read() else { throw StorageError(.io, "cannot make \(path)") }
            return keys
        }
        try settle()
        return keys
    }

    /// Writes the keys into a new file beside theirs; answers its path.
    private func put(_ keys: Keys) throws -> String {
        let fresh = "\(path).\(Secret.random(6).hex)"
        let file = Glibc.open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StorageError(.io, "cannot make \(fresh)") }
        defer { close(file) }
        // Whoever replaces the file, often root, leaves it to the account that serves.
        var old = stat()
        if stat(path, &old) == 0, old.st_uid != geteuid() || old.st_gid != getegid() {
            guard fchown(file, old.st_uid, old.st_gid) == 0 else {
                unlink(fresh)
                throw Fault(
                    .invalid, t("Tệp khóa {} thuộc tài khoản khác: hãy chạy lệnh bằng tài khoản ấy hoặc root.", path))
            }
        }
        let lines = Array(keys.masters.map { "\($0.hex)\n" }.joined().utf8)
        guard Glibc.write(file, lines, lines.count) == lines.count, fsync(file) == 0 else {
            unlink(fresh)
            throw StorageError(.io, "cannot write \(fresh)")
        }
        return fresh
    }

    /// The name must be on disk before anything is sealed under a new key.
    private func settle() throws {
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let folder = Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StorageError(.io, "cannot open \(parent)") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw StorageError(.io, "cannot write \(parent)") }
    }

    private func text() throws -> String? {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw StorageError(.io, "cannot read \(path)")
        }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

/// The keys that a running program works with: a replacement is taken over between two transactions.
final class KeyRing: Sendable {
    private let held: Mutex<Keys>

    init(_ keys: Keys) { held = Mutex(keys) }

    var keys: Keys { held.withLock { $0 } }
    func use(_ keys: Keys) { held.withLock { $0 = keys } }
}
