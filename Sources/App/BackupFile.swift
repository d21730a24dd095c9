import Base
import Files
import Storage
import Web

#if canImport(Glibc)
import Glibc
#endif

/// The one file of a backup: a zip with the database, the master key, the blobs, the heads of the audit chain, and last a manifest with
/// the SHA-256 of each.
enum BackupFile {
    private static let mark = "hoaban-backup"
    private static let manifest = "MANIFEST"

    static func write(to path: String, database: String, heads: [UInt8]?, folder: String) throws {
        let part = path + ".part"
        defer { unlink(part) }
        // It holds the master key: nobody else may read it from its first byte on.
        let before = umask(0o077)
        defer { umask(before) }
        unlink(part)
        let zip = try ZipWriter(path: part, moment: Clock.system.now)
        var sums: [String] = []
        func add(_ bytes: [UInt8], as name: String) throws {
            try zip.add(bytes, as: name)
            sums.append("\(Secret.sha256(bytes).hex)  \(name)\n")
        }
        func add(path: String, as name: String) throws {
            guard let sum = Secret.sha256(fileAt: path) else { throw Failure("Không đọc được \(path).") }
            try zip.add(path: path, as: name)
            sums.append("\(sum.hex)  \(name)\n")
        }
        try add(Array("\(mark) 2 \(Clock.system.now.isoMoment)\n".utf8), as: "VERSION")
        try add(path: Installation.keyFile(of: folder), as: "keys/master.key")
        if let heads { try add(heads, as: "audit-heads.log") }
        for shelf in try Resources.names(in: folder + "/blobs") {
            for blob in try Resources.names(in: "\(folder)/blobs/\(shelf)") {
                try add(path: "\(folder)/blobs/\(shelf)/\(blob)", as: "blobs/\(shelf)/\(blob)")
            }
        }
        try add(path: database, as: "hoaban.sqlite")
        try zip.add(Array(sums.joined().utf8), as: manifest)
        try zip.finish()
        guard rename(part, path) == 0 else { throw Failure("Không ghi được \(path).") }
    }

    /// Unpacks into the folder: only the names that a backup has, each with the content that its manifest says.
    static func read(_ path: String, into folder: String) throws {
        let before = umask(0o077)
        defer { umask(before) }
        for name in ["", "/keys", "/blobs", "/uploads"] where mkdir(folder + name, 0o700) != 0 && errno != EEXIST {
            throw Failure("Không tạo được thư mục \(folder)\(name).")
        }
        let passing = ["VERSION", manifest].map { ($0, "\(folder)/uploads/\($0)") }
        defer { for (_, place) in passing { unlink(place) } }
        let places = Dictionary(passing, uniquingKeysWith: { first, _ in first })
        let found = try BackupReader(path).unpack { name in
            switch name {
            case "VERSION", manifest: return places[name]
            case "hoaban.sqlite", "keys/master.key", "audit-heads.log": return "\(folder)/\(name)"
            case _ where isBlob(name):
                mkdir("\(folder)/\(name.prefix(8))", 0o700)
                return "\(folder)/\(name)"
            default: throw Failure("Tệp \(path) không phải bản sao lưu của HoaBan (\(name)).")
            }
        }
        guard found.isSuperset(of: ["VERSION", "hoaban.sqlite", "keys/master.key"]) else {
            throw Failure("Tệp \(path) không phải bản sao lưu của HoaBan, hoặc bị đứt.")
        }
        let version = String(decoding: try Resources.read(folder + "/uploads/VERSION"), as: UTF8.self)
        // Backups of the first kind had no manifest.
        if version.hasPrefix("\(mark) 1 "), !found.contains(manifest) { return }
        guard version.hasPrefix("\(mark) 2 "), found.contains(manifest) else {
            throw Failure("Bản sao lưu \(path) do một phiên bản khác ghi, hoặc bị đứt.")
        }
        try verify(found.subtracting([manifest]), path) { places[$0] ?? "\(folder)/\($0)" }
    }

    private static func verify(_ found: Set<String>, _ path: String, _ place: (String) -> String) throws {
        let text = String(decoding: try Resources.read(place(manifest)), as: UTF8.self)
        var sums: [String: Substring] = [:]
        for line in text.split(separator: "\n") where line.utf8.count > 66 {
            sums[String(line.dropFirst(66))] = line.prefix(64)
        }
        guard Set(sums.keys) == found else {
            throw Failure("Bản sao lưu \(path) không có đúng những tệp mà mục lục của nó ghi.")
        }
        for name in found.sorted() {
            guard Secret.sha256(fileAt: place(name))?.hex == sums[name].map(String.init) else {
                throw Failure("Tệp \(name) trong bản sao lưu \(path) đã bị thay đổi hoặc hỏng.")
            }
        }
    }

    /// Takes away what a restore that failed has left in a folder that was empty before.
    static func clear(_ folder: String) {
        for name in [
            "hoaban.sqlite", "hoaban.sqlite-wal", "hoaban.sqlite-shm", "audit-heads.log", "place", "keys/master.key",
        ] {
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

/// Where the key of a backup belongs on this machine.
enum KeyPlace {
    /// With `HOABAN_KEY_FILE` the key lies outside the data folder: it is put there, or must be the one that is there already.
    static func settle(_ folder: String) throws {
        let kept = folder + "/keys/master.key", wanted = Installation.keyFile(of: folder)
        guard wanted != kept else { return }
        guard let keys = try KeyFile(kept).read() else { throw Failure("Bản sao lưu không có tệp khóa.") }
        if let there = try KeyFile(wanted).read() {
            // After a replacement the file on this machine may hold more than the backup's key, not less.
            guard Set(there.marks).isSuperset(of: keys.marks) else {
                throw Failure("Khóa trong \(wanted) không phải khóa của bản sao lưu này.")
            }
        } else {
            try KeyFile(wanted).write(keys)
        }
        unlink(kept)
    }
}
