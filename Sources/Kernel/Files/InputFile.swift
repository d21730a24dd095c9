import Base

#if canImport(Glibc)
import Glibc
#endif

/// A file read whole within a bound, or in pieces.
enum InputFile {
    static func bytes(_ path: String, most: Int) throws(Fault) -> [UInt8] {
        guard let file = fopen(path, "rbe") else { throw Fault(.gone, "Tệp này không còn trên máy chủ.") }
        defer { fclose(file) }
        var out: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return out }
            out += buffer[..<count]
            guard out.count <= most else { throw Fault(.tooLarge, t("Tệp lớn hơn mức cho phép ({} MB).", most >> 20)) }
        }
    }

    /// How many bytes a file has.
    static func size(_ path: String) throws(Fault) -> Int {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .invalid(t("Không mở được tệp {}.", path.split(separator: "/").last.map(String.init) ?? path))
        }
        return Int(status.st_size)
    }

    /// The first bytes of a file, or all of a shorter one.
    static func head(_ path: String, count: Int) throws(Fault) -> [UInt8] {
        guard let file = fopen(path, "rbe") else { throw Fault(.gone, "Tệp này không còn trên máy chủ.") }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: count)
        return Array(buffer[..<fread(&buffer, 1, count, file)])
    }

    /// Hands on the bytes of a file in pieces of 64 KB.
    static func pieces(_ path: String, _ take: (ArraySlice<UInt8>) throws(Fault) -> Void) throws(Fault) {
        guard let file = fopen(path, "rbe") else { throw Fault(.gone, "Tệp này không còn trên máy chủ.") }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return }
            try take(buffer[..<count])
        }
    }
}
