import Base
import CSodium

#if canImport(Glibc)
import Glibc
#endif

/// The keys of this installation: one master key in a file that only the program may read, every other derived from it by name.
public struct Keys: Sendable {
    private let master: [UInt8]

    public init(master: [UInt8]) { self.master = master }

    /// Reads the key file, or makes it (mode 0600) where it is missing.
    public static func open(at path: String) throws -> Keys {
        if let text = try readText(path) {
            guard let key = bytes(hex: text.filter { !$0.isWhitespace }), key.count == 32 else {
                throw Fault(.invalid, t("Tệp khóa {} hỏng: phải có 32 byte viết dạng thập lục phân.", path))
            }
            return Keys(master: key)
        }
        let key = Secret.random(32)
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        // Another process may have made it a moment ago: then its key counts.
        guard file >= 0 else {
            return try errno == EEXIST ? open(at: path) : { throw StorageError(.io, "cannot make \(path)") }()
        }
        defer { close(file) }
        let line = Array("\(key.hex)\n".utf8)
        guard write(file, line, line.count) == line.count, fsync(file) == 0 else {
            throw StorageError(.io, "cannot write \(path)")
        }
        return Keys(master: key)
    }

    /// The key of one purpose, 32 bytes.
    public func key(_ purpose: String) -> [UInt8] { Secret.hmac(Array(purpose.utf8), key: master) }

    /// The blind index of a value: equal values give equal indexes, and nothing else can be read from it.
    public func blind(_ value: String, _ purpose: String) -> [UInt8] {
        Secret.hmac(Array(value.utf8), key: key("blind/\(purpose)"))
    }

    /// Seals a text for one purpose.
    public func seal(_ text: String, _ purpose: String) -> [UInt8] {
        Secret.seal(Array(text.utf8), key: key("field/\(purpose)"), context: purpose)
    }

    /// Opens a sealed text; nothing when it was sealed under another key or purpose.
    public func open(_ sealed: [UInt8], _ purpose: String) -> String? {
        Secret.open(sealed, key: key("field/\(purpose)"), context: purpose).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func readText(_ path: String) throws -> String? {
        let file = Glibc.open(path, O_RDONLY)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw StorageError(.io, "cannot read \(path)")
        }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(file, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
