import Base

#if canImport(Glibc)
import Glibc
#endif

/// The stylesheet, the script and the pictures, read once at start; their version changes with their content.
public struct Assets: Sendable {
    struct File: Sendable {
        let bytes: [UInt8], zipped: [UInt8]?, type: String
    }

    let files: [String: File]
    public let version: String

    /// Reads `style/*.css`, `script/*.js` and `icons/*.svg` below the resources folder.
    public init(resources: String) throws {
        let css = try Assets.joined(resources + "/style", ".css")
        let js = try Assets.joined(resources + "/script", ".js")
        var files = [
            "hoaban.css": File(bytes: css, zipped: Gzip.compress(css, level: 9), type: "text/css; charset=utf-8"),
            "hoaban.js": File(bytes: js, zipped: Gzip.compress(js, level: 9), type: "text/javascript; charset=utf-8"),
        ]
        for name in try Resources.names(in: resources + "/icons") where name.hasSuffix(".svg") {
            let bytes = try Resources.read("\(resources)/icons/\(name)")
            files[name] = File(bytes: bytes, zipped: Gzip.compress(bytes, level: 9), type: "image/svg+xml")
        }
        self.files = files
        let all = files.keys.sorted().flatMap { files[$0]?.bytes ?? [] }
        version = String(Secret.sha256(all).hex.prefix(10))
    }

    private static func joined(_ folder: String, _ suffix: String) throws -> [UInt8] {
        var out: [UInt8] = []
        for name in try Resources.names(in: folder) where name.hasSuffix(suffix) {
            out += try Resources.read("\(folder)/\(name)")
            out.append(10)
        }
        return out
    }
}

/// The folder of texts, catalogues and assets that comes with the program.
public enum Resources {
    /// Finds it: `HOABAN_RESOURCES`, beside the binary, above it in a working copy, or where a package puts it.
    public static func folder() -> String? {
        if let named = getenv("HOABAN_RESOURCES") { return String(cString: named) }
        var here = executable()
        while let slash = here.lastIndex(of: "/") {
            here = String(here[..<slash])
            if access("\(here)/Resources/catalogues", R_OK) == 0 { return "\(here)/Resources" }
        }
        return access("/usr/share/hoaban/catalogues", R_OK) == 0 ? "/usr/share/hoaban" : nil
    }

    /// The path of the running program.
    public static func executable() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                $0.baseAddress.map { readlink("/proc/self/exe", $0, 4096) } ?? 0
            }
        }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// The plain file names of a folder, sorted.
    public static func names(in folder: String) throws -> [String] {
        guard let handle = opendir(folder) else { throw Fault(.unavailable, t("Thiếu thư mục {}.", folder)) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Reads a whole file of the program's own.
    public static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw Fault(.unavailable, t("Không đọc được {}.", path)) }
        defer { fclose(file) }
        var out: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return out }
            out += buffer[..<count]
        }
    }
}
