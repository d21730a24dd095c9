import Base
import CArchive

/// Reads the zip of a backup, streaming: a backup may be larger than any upload, so the limits of uploads do not hold here.
struct BackupReader {
    private let path: String
    init(_ path: String) { self.path = path }

    /// Writes every entry where `place` says (nil: read over); answers the names met.
    func unpack(_ place: (String) throws -> String?) throws -> Set<String> {
        guard let archive = archive_read_new() else { throw Failure("Hết bộ nhớ.") }
        defer { archive_read_free(archive) }
        archive_read_support_format_zip(archive)
        guard archive_read_open_filename(archive, path, 65_536) == ARCHIVE_OK else { throw broken }
        var names: Set<String> = [], entry: OpaquePointer?
        while true {
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF { return names }
            guard status == ARCHIVE_OK, let entry, let text = archive_entry_pathname(entry) else { throw broken }
            let name = String(cString: text)
            names.insert(name)
            if let target = try place(name) { try copy(archive, to: target) }
        }
    }

    private var broken: Failure { Failure("Tệp \(path) bị hỏng hoặc không phải bản sao lưu.") }

    private func copy(_ archive: OpaquePointer, to target: String) throws {
        guard let file = fopen(target, "wbx") else { throw Failure("Không ghi được \(target).") }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = archive_read_data(archive, &buffer, buffer.count)
            guard count >= 0 else { throw broken }
            if count == 0 { break }
            guard fwrite(buffer, 1, count, file) == count else { throw Failure("Đĩa đầy khi ghi \(target).") }
        }
        guard fflush(file) == 0, fsync(fileno(file)) == 0 else { throw Failure("Không ghi được \(target).") }
    }
}

#if canImport(Glibc)
import Glibc
#endif
