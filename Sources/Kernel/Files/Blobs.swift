import Base

#if canImport(Glibc)
import Glibc
#endif

/// Files kept beside the database under the SHA-256 of their content: written once, never changed, one for all who hold the same bytes.
public struct Blobs: Sendable {
    /// A file that was looked over and kept.
    public struct Kept: Sendable, Hashable {
        public let hash: [UInt8], size: Int, kind: FileKind

        public init(hash: [UInt8], size: Int, kind: FileKind) { (self.hash, self.size, self.kind) = (hash, size, kind) }
    }

    let folder: String

    public init(_ folder: String) { self.folder = folder }

    private func shelf(_ hash: [UInt8]) -> String { "\(folder)/\(hash.hex.prefix(2))" }
    private func path(_ hash: [UInt8]) -> String { "\(shelf(hash))/\(hash.hex)" }

    /// Looks a file over in a child process and keeps it, durable when this answers.
    ///
    /// What the camera noted beside a picture (place, time, owner) is not kept.
    public func keep(
        _ path: String, most: Int, only kinds: Set<FileKind>, executable: String
    ) async throws -> Kept {
        let clean = "\(path).clean"
        defer { unlink(clean) }
        let kind = try await SandboxedChild.lookOver(path: path, to: clean, most: most, executable: executable)
        guard kinds.contains(kind) else {
            throw Fault.invalid(
                kinds.contains(.pdf)
                    ? "Chỉ nhận tệp PDF, ảnh JPEG hoặc PNG." : "Chỉ nhận ảnh JPEG hoặc PNG.")
        }
        return try await onThread { Result { try keep(bytes: try InputFile.bytes(clean, most: most), kind) } }.get()
    }

    private func keep(bytes: [UInt8], _ kind: FileKind) throws -> Kept {
        let hash = Secret.sha256(bytes), target = path(hash)
        let kept = Kept(hash: hash, size: bytes.count, kind: kind)
        if access(target, R_OK) == 0 { return kept }
        // Names with a dot in front are passed over by backups.
        let part = "\(shelf(hash))/.\(Secret.random(12).hex)"
        guard mkdir(shelf(hash), 0o700) == 0 || errno == EEXIST else { throw Blobs.full }
        guard let file = fopen(part, "wbxe") else { throw Blobs.full }
        let isWritten =
            fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0 && fsync(fileno(file)) == 0
        fclose(file)
        guard isWritten, rename(part, target) == 0 else {
            unlink(part)
            throw Blobs.full
        }
        for place in [shelf(hash), folder] { Blobs.sync(place) }
        return kept
    }

    private static let full = Fault(.full, "Máy chủ hết chỗ lưu nên chưa giữ được tệp.", retryAfter: 60)

    /// Makes a new name durable.
    private static func sync(_ folder: String) {
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    /// The bytes under a hash; nothing when they are gone or are no longer what they were.
    public func read(_ hash: [UInt8]) async -> [UInt8]? {
        await onThread { bytes(hash) }
    }

    private func bytes(_ hash: [UInt8]) -> [UInt8]? {
        guard hash.count == 32, let bytes = try? InputFile.bytes(path(hash), most: 64 << 20),
            Secret.sha256(bytes) == hash
        else { return nil }
        return bytes
    }

    /// Says which of the files that should be there are missing or changed.
    public func faults(_ hashes: [[UInt8]]) -> [String] {
        hashes.filter { bytes($0) == nil }.map { t("Tệp đính kèm {} bị mất hoặc bị thay đổi.", $0.hex) }
    }
}
