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

    static func make(in parent: String) throws -> String {
        let folder = "\(parent)/order-\(Secret.random(12).hex)"
        guard mkdir(folder, 0o700) == 0 else {
            throw Fault(.full, "Máy chủ chưa giữ được tệp. Hãy thử lại.", retryAfter: 30)
        }
        return folder
    }
}
