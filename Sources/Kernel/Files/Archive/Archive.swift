import Base
import CArchive

#if canImport(Glibc)
import Glibc
#endif

/// Opens zip files from outside. The server calls it only through `SandboxedChild`.
public enum Archive {
    /// The names and sizes inside, once the whole directory has been found harmless; nothing is unpacked.
    public static func list(_ path: String, limits: ArchiveLimits = .standard) throws(Fault) -> [(
        name: String, size: Int
    )] {
        try ZipDirectory.read(path, limits: limits).filter { !$0.isFolder }.map { ($0.name, $0.size) }
    }

    /// Unpacks the files into a folder, new or empty, as `0001`, `0002` …; when it throws, it leaves none behind.
    public static func unpack(
        _ path: String, into folder: String, limits: ArchiveLimits = .standard
    ) throws(Fault) -> [UnpackedFile] {
        let entries = try ZipDirectory.read(path, limits: limits)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw OutputFile.fault(errno) }
        var written: [Int: UnpackedFile] = [:], taken: [String] = []
        do throws(Fault) {
            let unpacker = try Unpacker(path)
            // The library walks in the order of the bytes, the directory may have another.
            for entry in entries.sorted(by: { $0.offset < $1.offset }) {
                try unpacker.advance()
                if entry.isFolder { continue }
                let place = "\(folder)/\(fileName(entry.number))"
                try unpacker.extract(entry, to: place) { taken.append(place) }
                written[entry.number] = UnpackedFile(name: entry.name, path: place, size: entry.size)
            }
        } catch {
            for place in taken { unlink(place) }
            throw error
        }
        return entries.compactMap { written[$0.number] }
    }

    /// Hands on the bytes of one entry as they are unpacked; `place` is its rank by where it lies in the file.
    static func stream(
        _ entry: ZipEntry, at place: Int, of path: String, _ take: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault) {
        let unpacker = try Unpacker(path)
        for _ in 0...place { try unpacker.advance() }
        try unpacker.read(entry, take)
    }

    static func fileName(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}

/// libarchive reading one zip from front to back.
private final class Unpacker {
    private let archive: OpaquePointer
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(_ path: String) throws(Fault) {
        guard let archive = archive_read_new() else { throw Fault(.unavailable, t("Hết bộ nhớ.")) }
        self.archive = archive
        archive_read_support_format_zip_seekable(archive)
        guard archive_read_open_filename(archive, path, 65_536) == ARCHIVE_OK else { throw ArchiveFault.broken }
    }

    deinit { archive_read_free(archive) }

    func advance() throws(Fault) {
        var header: OpaquePointer?
        // A warning only says that the name is not of this machine's character set: names come from the directory.
        let result = archive_read_next_header(archive, &header)
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN else { throw ArchiveFault.broken }
    }

    /// Writes the entry at hand to a new file, never more bytes than the directory declared.
    func extract(_ entry: ZipEntry, to place: String, taken: () -> Void) throws(Fault) {
        let descriptor = open(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OutputFile.fault(errno) }
        defer { close(descriptor) }
        taken()
        let output = OutputFile(borrowing: descriptor)
        try read(entry) { (bytes) throws(Fault) in try output.write(bytes) }
    }

    /// Hands on the bytes of the entry at hand, exactly as many as the directory declared.
    func read(_ entry: ZipEntry, _ take: (UnsafeRawBufferPointer) throws(Fault) -> Void) throws(Fault) {
        var size = 0
        while true {
            let count = archive_read_data(archive, &buffer, buffer.count)
            guard count >= 0 else { throw ArchiveFault.broken }
            guard count > 0 else { break }
            size += count
            guard size <= entry.size else { throw ArchiveFault.disagreeing }
            let result = buffer.withUnsafeBytes { bytes -> Result<Void, Fault> in
                do throws(Fault) { return .success(try take(UnsafeRawBufferPointer(rebasing: bytes[..<count]))) } catch
                {
                    return .failure(error)
                }
            }
            try result.get()
        }
        guard size == entry.size else { throw ArchiveFault.disagreeing }
    }
}
