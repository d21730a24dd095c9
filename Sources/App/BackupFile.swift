import Base
import Files
import Web

#if canImport(Glibc)
import Glibc
#endif

/// The one file of a backup: a zip with the database, the keys and the blobs, and a manifest of their SHA-256.
enum BackupFile {
    static func write(to path: String, database: String, folder: String) throws {
        let part = path + ".part"
        defer { unlink(part) }
        let zip = try ZipWriter(path: part, moment: Clock.system.now)
        try zip.add(Array("hoaban-backup 1 \(Clock.system.now.isoMoment)\n".utf8), as: "VERSION")
        try zip.add(path: folder + "/keys/master.key", as: "keys/master.key")
        for shelf in try Resources.names(in: folder + "/blobs") {
            for blob in try Resources.names(in: "\(folder)/blobs/\(shelf)") {
                try zip.add(path: "\(folder)/blobs/\(shelf)/\(blob)", as: "blobs/\(shelf)/\(blob)")
            }
        }
        try zip.add(path: database, as: "hoaban.sqlite")
        try zip.finish()
        chmod(part, 0o600)
        guard rename(part, path) == 0 else { throw Failure("Không ghi được \(path).") }
    }

    /// Unpacks into the folder: only the names that a backup has.
    static func read(_ path: String, into folder: String) throws {
        for name in ["", "/keys", "/blobs", "/uploads"] where mkdir(folder + name, 0o700) != 0 && errno != EEXIST {
            throw Failure("Không tạo được thư mục \(folder)\(name).")
        }
        let found = try BackupReader(path).unpack { name in
            switch name {
            case "VERSION": return nil
            case "hoaban.sqlite", "keys/master.key": return "\(folder)/\(name)"
            case _ where isBlob(name):
                mkdir("\(folder)/\(name.prefix(8))", 0o700)
                return "\(folder)/\(name)"
            default: throw Failure("Tệp \(path) không phải bản sao lưu của HoaBan (\(name)).")
            }
        }
        guard found.contains("VERSION"), found.contains("hoaban.sqlite"), found.contains("keys/master.key") else {
            throw Failure("Tệp \(path) không phải bản sao lưu của HoaBan, hoặc bị đứt.")
        }
        chmod(folder + "/keys/master.key", 0o600)
    }

    /// Takes away what a restore that failed has left in a folder that was empty before.
    static func clear(_ folder: String) {
        for name in ["hoaban.sqlite", "hoaban.sqlite-wal", "hoaban.sqlite-shm", "keys/master.key"] {
            unlink("\(folder)/\(name)")
        }
        for shelf in (try? Resources.names(in: folder + "/blobs")) ?? [] {
            for blob in (try? Resources.names(in: "\(folder)/blobs/\(shelf)")) ?? [] {
                unlink("\(folder)/blobs/\(shelf)/\(blob)")
            }
            rmdir("\(folder)/blobs/\(shelf)")
        }
        for name in ["/keys", "/blobs", "/uploads"] { rmdir(folder + name) }
    }

    /// `blobs/ab/abcdef…`: two hexadecimal digits, then sixty-four that begin with them.
    private static func isBlob(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "blobs" && parts[1].utf8.count == 2 && parts[2].utf8.count == 64
            && parts[2].hasPrefix(parts[1])
            && parts[2].utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 102) }
    }
}
