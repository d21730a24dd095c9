import Base
import HTTPTypes
import HummingbirdCore
import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Reads a request's body within its limit and time, as a form or as bytes.
struct BodyReader {
    /// When reading began, and when the whole request must have arrived (monotonic milliseconds).
    let start = Clock.monotonic
    let deadline: Int64
    let limit: Int

    /// A body that is slow from the fifth second on, at less than a kilobyte a second, is given up.
    private static let grace: Int64 = 5000

    init(seconds: Int, limit: Int) {
        (deadline, self.limit) = (Clock.monotonic + Int64(seconds) * 1000, limit)
    }

    func bytes(_ body: RequestBody, declared: Int?) async throws -> [UInt8] {
        if let declared, declared > limit { throw Self.tooLarge(limit) }
        var out: [UInt8] = []
        out.reserveCapacity(min(declared ?? 0, limit))
        try await arriving(body) { chunk in
            guard out.count + chunk.readableBytes <= limit else { throw Self.tooLarge(limit) }
            out.append(contentsOf: chunk.readableBytesView)
        }
        return out
    }

    /// Hands on the pieces of a body; one that breaks off or is badly framed is the sender's fault, not a defect of ours.
    func arriving(_ body: RequestBody, _ take: (ByteBuffer) throws -> Void) async throws {
        var total: Int64 = 0
        do {
            for try await chunk in body {
                total += Int64(chunk.readableBytes)
                try check(total)
                try take(chunk)
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.invalid, "Nội dung gửi lên bị đứt giữa chừng. Hãy gửi lại.")
        }
    }

    /// Reads on without keeping anything, so that an answer given early still reaches its sender.
    func drain(_ body: RequestBody) async throws {
        var total = 0
        try await arriving(body) { chunk in
            total += chunk.readableBytes
            guard total <= limit else { throw Self.tooLarge(limit) }
        }
    }

    private func check(_ arrived: Int64) throws {
        let now = Clock.monotonic
        if now > deadline || (now - start > Self.grace && arrived < now - start) {
            throw Fault(.timedOut, "Đường truyền quá chậm nên yêu cầu bị dừng. Hãy thử lại.")
        }
    }

    static func tooLarge(_ limit: Int) -> Fault {
        Fault(.tooLarge, t("Nội dung gửi lên lớn hơn mức cho phép ({} MB).", max(1, limit >> 20)))
    }
}

/// How much of a request's body has come: what was left unread must not hold the line.
struct Arrival {
    private enum State { case untouched, begun, whole }
    private var state: State
    private let declared: Int?

    init(_ request: Request) {
        declared = request.headers[.contentLength].flatMap { Int($0) }
        let isEmpty = declared == 0 || (declared == nil && request.headers[.transferEncoding] == nil)
        state = isEmpty ? .whole : .untouched
    }

    var hasBody: Bool { state == .untouched }
    mutating func begin() { state = .begun }
    mutating func end() { state = .whole }

    /// What became of the rest.
    enum Rest { case over, left, broken }

    /// Reads a small body that nobody wanted to its end, so that its sender hears the answer and the line may be used
    /// again; a larger or slower one is left, a badly framed one found out.
    func rest(_ request: Request) async -> Rest {
        switch state {
        case .whole: return .over
        case .begun: return .left
        case .untouched:
            guard (declared ?? 0) <= 65_536 else { return .left }
            do {
                try await BodyReader(seconds: 5, limit: 65_536).drain(request.body)
                return .over
            } catch {
                return (error as? Fault)?.kind == .invalid ? .broken : .left
            }
        }
    }
}

/// multipart/form-data (RFC 7578), streamed: files go to disk as they come, fields stay small.
struct MultipartReader {
    let boundary: [UInt8]
    let folder: String
    let reader: BodyReader
    static let fieldLimit = 65_536
    static let partLimit = 500

    /// The boundary of a content type; nothing when it is not multipart or the boundary is not as RFC 2046 wants it.
    static func boundary(of type: String) -> [UInt8]? {
        guard type.lowercased().hasPrefix("multipart/form-data"), let mark = type.firstRange(of: "boundary=") else {
            return nil
        }
        let rest = type[mark.upperBound...].split(separator: ";").first.map(String.init) ?? ""
        let text = rest.trimmed.filter { $0 != "\"" }
        let bytes = Array(text.utf8)
        guard (1...70).contains(bytes.count), bytes.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        return bytes
    }

    func read(_ body: RequestBody, declared: Int?) async throws -> Form {
        if let declared, declared > reader.limit { throw BodyReader.tooLarge(reader.limit) }
        var parser = MultipartParser(boundary: boundary, folder: folder)
        var total = 0
        do {
            try await reader.arriving(body) { chunk in
                total += chunk.readableBytes
                guard total <= reader.limit else { throw BodyReader.tooLarge(reader.limit) }
                try parser.feed(chunk.readableBytesView)
            }
            return try parser.finish()
        } catch {
            parser.discard()
            throw error
        }
    }
}

/// The state of a multipart body being read; fed with chunks, it does no waiting of its own.
struct MultipartParser {
    private enum State { case preamble, headers, body, done }

    private let delimiter: [UInt8]
    private let folder: String
    private var state = State.preamble
    private var buffer: [UInt8] = [13, 10]
    private var fields: [(name: String, value: String)] = []
    private var files: [Upload] = []
    private var name = "", fileName: String?, value: [UInt8] = []
    private var file: Int32 = -1, path = "", size = 0
    private var parts = 0

    init(boundary: [UInt8], folder: String) {
        delimiter = [13, 10, 45, 45] + boundary
        self.folder = folder
    }

    mutating func feed(_ chunk: some Sequence<UInt8>) throws {
        buffer.append(contentsOf: chunk)
        while try step() {}
    }

    mutating func finish() throws -> Form {
        guard state == .done else { throw broken }
        return Form(fields: fields, files: files)
    }

    /// Removes what was written when the request fails.
    mutating func discard() {
        if file >= 0 { close(file) }
        file = -1
        if !path.isEmpty { unlink(path) }
        for file in files { unlink(file.path) }
    }

    private var broken: Fault { Fault(.invalid, "Biểu mẫu gửi lên bị đứt hoặc hỏng. Hãy gửi lại.") }

    private mutating func step() throws -> Bool {
        switch state {
        case .done:
            buffer = []
            return false
        case .preamble:
            guard let at = find(delimiter) else { return keepTail() }
            return try begin(after: at)
        case .headers:
            guard let end = find([13, 10, 13, 10]) else {
                guard buffer.count < 8192 else { throw broken }
                return false
            }
            try readHeaders(buffer[..<end])
            buffer.removeFirst(end + 4)
            state = .body
            return true
        case .body:
            guard let at = find(delimiter) else {
                let safe = buffer.count - delimiter.count
                guard safe > 0 else { return false }
                try take(buffer[..<safe])
                buffer.removeFirst(safe)
                return false
            }
            try take(buffer[..<at])
            try endPart()
            return try begin(after: at)
        }
    }

    private mutating func keepTail() -> Bool {
        if buffer.count > delimiter.count { buffer.removeFirst(buffer.count - delimiter.count) }
        return false
    }

    /// After a delimiter: `--` ends the form, a line end begins a part.
    private mutating func begin(after at: Int) throws -> Bool {
        let next = at + delimiter.count
        guard buffer.count >= next + 2 else {
            // Not enough yet: wait in a state that finds the same delimiter again.
            buffer.removeFirst(at)
            state = .preamble
            return false
        }
        if buffer[next] == 45, buffer[next + 1] == 45 {
            state = .done
        } else if buffer[next] == 13, buffer[next + 1] == 10 {
            parts += 1
            guard parts <= MultipartReader.partLimit else { throw Fault(.tooLarge, "Biểu mẫu có quá nhiều mục.") }
            state = .headers
        } else {
            throw broken
        }
        buffer.removeFirst(next + 2)
        return true
    }

    private func find(_ needle: [UInt8]) -> Int? {
        guard let first = needle.first, buffer.count >= needle.count else { return nil }
        var index = 0
        let last = buffer.count - needle.count
        while index <= last {
            if buffer[index] == first, buffer[index..<index + needle.count].elementsEqual(needle) { return index }
            index += 1
        }
        return nil
    }

    private mutating func readHeaders(_ bytes: ArraySlice<UInt8>) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw broken }
        (name, fileName, value, path, size) = ("", nil, [], "", 0)
        for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            name = Self.attribute("name", in: line) ?? ""
            fileName = Self.attribute("filename", in: line)
        }
        guard !name.isEmpty, name.utf8.count <= 200 else { throw broken }
        if let fileName, !fileName.isEmpty { try openFile() }
    }

    private static func attribute(_ name: String, in line: some StringProtocol) -> String? {
        for piece in line.split(separator: ";").dropFirst() {
            let piece = String(piece).trimmed
            guard piece.hasPrefix("\(name)=") else { continue }
            return String(
                piece.dropFirst(name.utf8.count + 1).filter { $0 != "\"" }.unicodeScalars.prefix(255).map(
                    Character.init))
        }
        return nil
    }

    private mutating func openFile() throws {
        path = "\(folder)/\(Secret.random(16).hex)"
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Fault(.full, "Máy chủ chưa nhận được tệp. Hãy thử lại sau.", retryAfter: 30) }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws {
        guard file >= 0 else {
            guard value.count + bytes.count <= MultipartReader.fieldLimit else {
                throw Fault(.tooLarge, "Một mục của biểu mẫu quá dài.")
            }
            value.append(contentsOf: bytes)
            return
        }
        size += bytes.count
        try bytes.withUnsafeBytes { raw in
            var written = 0
            while written < raw.count {
                guard let base = raw.baseAddress else { return }
                let count = write(file, base + written, raw.count - written)
                guard count > 0 else { throw Fault(.full, "Máy chủ hết chỗ nên chưa nhận được tệp.", retryAfter: 60) }
                written += count
            }
        }
    }

    private mutating func endPart() throws {
        if file >= 0 {
            close(file)
            files.append(Upload(field: name, name: fileName ?? "", path: path, size: size))
        } else if fileName == nil {
            guard let text = String(validating: value, as: UTF8.self), !text.utf8.contains(0) else { throw broken }
            fields.append((name, text))
        }
        (file, path) = (-1, "")
    }
}
