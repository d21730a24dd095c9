import Base

/// What a file from outside is: told by its bytes, never by its name.
public enum FileKind: String, Sendable, Codable {
    case jpeg = "image/jpeg", png = "image/png", pdf = "application/pdf"

    /// The ending of a name that fits.
    public var ending: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .pdf: "pdf"
        }
    }
}

/// A photo or a scanned paper that was looked over: what it is, and its bytes without what the camera wrote beside the picture.
struct CleanFile {
    let kind: FileKind
    var width = 0, height = 0
    let bytes: [UInt8]

    /// More points than this make a small file fill the memory of whoever looks at it.
    static let mostPoints = 40_000_000

    /// Looks over a whole file; throws the sentence for the person who sent it.
    static func read(_ bytes: [UInt8]) throws(Fault) -> CleanFile {
        let file: CleanFile?
        switch kind(bytes) {
        case .jpeg: file = JPEG(bytes).cleaned
        case .png: file = PNG(bytes).cleaned
        case .pdf: file = pdf(bytes)
        case nil: throw .invalid("Tệp không phải ảnh JPEG, PNG hoặc tài liệu PDF, dù tên của nó là gì.")
        }
        guard let file else { throw broken }
        guard file.width * file.height <= mostPoints else {
            throw .invalid(t("Ảnh quá lớn ({} × {} điểm); nhiều nhất là 40 triệu điểm.", file.width, file.height))
        }
        return file
    }

    private static func kind(_ bytes: [UInt8]) -> FileKind? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
        return bytes.starts(with: "%PDF-".utf8) ? .pdf : nil
    }

    static let broken = Fault(.invalid, "Tệp bị hỏng hoặc bị cắt mất phần cuối. Hãy chụp hoặc tải lại.")

    /// A PDF is kept as it is: it only ever leaves as an attachment.
    private static func pdf(_ bytes: [UInt8]) -> CleanFile? {
        bytes.suffix(1024).firstRange(of: Array("%%EOF".utf8)) == nil ? nil : CleanFile(kind: .pdf, bytes: bytes)
    }
}

extension [UInt8] {
    /// The big-endian number of two or four bytes at a place; nothing where the bytes end before.
    func number(at place: Int, size: Int, isLittle: Bool = false) -> Int? {
        guard place >= 0, size > 0, count >= size, place <= count - size else { return nil }
        let piece = self[place..<place + size]
        return isLittle ? piece.reversed().reduce(0) { $0 << 8 | Int($1) } : piece.reduce(0) { $0 << 8 | Int($1) }
    }
}
