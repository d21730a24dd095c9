import Base
import Files
import Web

#if canImport(Glibc)
import Glibc
#endif

/// A workbook made for one answer: written beside the uploads, sent, removed.
public struct SheetFile: Sendable {
    let path: String

    /// A place for the workbook beside the uploads of the request.
    public init(_ visit: Visit) { path = "\(visit.uploadFolder)/\(Secret.random(16).hex).xlsx" }

    /// Sends the file as it is read, and removes it whether it arrived or not.
    func reply(name: String) -> Reply {
        let path = path
        return .stream(name: name, type: Spreadsheet.mediaType) { out in
            guard let file = fopen(path, "rb") else { throw Fault(.gone, "Tệp này đã được dọn. Hãy xuất lại.") }
            unlink(path)
            defer { fclose(file) }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = fread(&buffer, 1, buffer.count, file)
                if count == 0 { return }
                try await out.write(Array(buffer[..<count]))
            }
        }
    }

    func remove() { unlink(path) }
}
