import Base

#if canImport(Glibc)
import Glibc
#endif

/// Where uploaded and exported files wait: a folder of its own for each order, inside the upload folder, under names made safe.
enum Shelf {
    /// Moves uploads there, keeping their own names as far as they are harmless, because a name tells what a file is.
    static func keep(_ uploads: [(name: String, path: String, size: Int)]) throws -> (
        folder: String, files: [Order.File]
    ) {
        guard let parent = uploads.first?.path.split(separator: "/").dropLast().joined(separator: "/") else {
            throw Fault.invalid([Problem("files", "Chọn ít nhất một tệp.")])
        }
        let folder = try make(in: "/" + parent)
        var taken: Set<String> = []
        let files = try uploads.map { upload in
            var name = FileName.safe(upload.name)
            while !taken.insert(name).inserted { name = "_" + name }
            let path = "\(folder)/\(name)"
            guard rename(upload.path, path) == 0 else {
                throw Fault(.full, "Máy chủ chưa giữ được tệp. Hãy thử lại.", retryAfter: 30)
            }
            return Order.File(name: upload.name, path: path, size: upload.size)
        }
        return (folder, files)
    }

    /// The bytes of a small file of ours, which is then gone with its folder.
    static func take(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw Fault(.gone, "Tệp này đã được dọn. Hãy xuất lại.") }
        defer {
            fclose(file)
            unlink(path)
            rmdir(String(path.prefix(path.utf8.count - (path.split(separator: "/").last?.utf8.count ?? 0))))
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        return Array(buffer[..<fread(&buffer, 1, buffer.count, file)])
    }

    /// Whether a file waits there still: after a week it is swept, and another machine has it never.
    static func has(_ path: String) -> Bool { access(path, R_OK) == 0 }

    static func make(in parent: String) throws -> String {
        let folder = "\(parent)/order-\(Secret.random(12).hex)"
        guard mkdir(folder, 0o700) == 0 else {
            throw Fault(.full, "Máy chủ chưa giữ được tệp. Hãy thử lại.", retryAfter: 30)
        }
        return folder
    }
}
