import Base
import CArchive

#if canImport(Glibc)
import Glibc
#endif

/// Writes a zip file entry by entry; the same content at the same moment gives the same bytes.
public final class ZipWriter {
    private let archive: OpaquePointer
    private let moment: Int64
    /// libarchive marks a name as UTF-8 only in a locale that says so.
    private let locale: locale_t?

    /// Starts a new file at a path, over an old one; `moment` in milliseconds is the time on every entry.
    public init(path: String, moment: Int64) throws(Fault) {
        guard let archive = archive_write_new() else { throw Fault(.unavailable, t("Hết bộ nhớ.")) }
        (self.archive, self.moment, locale) = (archive, moment, newlocale(1 << LC_CTYPE, "C.UTF-8", nil))
        archive_write_set_format_zip(archive)
        guard archive_write_open_filename(archive, path) == ARCHIVE_OK else {
            throw OutputFile.fault(archive_errno(archive))
        }
    }

    deinit {
        archive_write_free(archive)
        if let locale { freelocale(locale) }
    }

    /// Adds bytes under a name.
    public func add(_ bytes: [UInt8], as name: String) throws(Fault) {
        try begin(name, size: bytes.count)
        try put(bytes[...])
    }

    /// Adds the file at a path under a name.
    public func add(path: String, as name: String) throws(Fault) {
        let file = try RandomFile(path: path)
        try begin(name, size: file.size)
        for offset in stride(from: 0, to: file.size, by: 65_536) {
            try put(file.bytes(at: offset, count: min(65_536, file.size - offset)).bytes[...])
        }
    }

    /// Writes the directory and closes the file.
    public func finish() throws(Fault) {
        guard archive_write_close(archive) == ARCHIVE_OK else { throw OutputFile.fault(archive_errno(archive)) }
    }

    private func begin(_ name: String, size: Int) throws(Fault) {
        guard let entry = archive_entry_new() else { throw Fault(.unavailable, t("Hết bộ nhớ.")) }
        defer { archive_entry_free(entry) }
        let before = uselocale(locale)
        defer { uselocale(before) }
        archive_entry_set_pathname(entry, name)
        archive_entry_set_size(entry, Int64(size))
        archive_entry_set_filetype(entry, UInt32(S_IFREG))
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, time_t(moment / 1000), 0)
        guard archive_write_header(archive, entry) == ARCHIVE_OK else { throw OutputFile.fault(archive_errno(archive)) }
    }

    private func put(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        guard !bytes.isEmpty else { return }
        let written = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw OutputFile.fault(archive_errno(archive)) }
    }
}
