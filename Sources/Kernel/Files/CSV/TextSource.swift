import Base

#if canImport(Glibc)
import Glibc
#endif

/// What stops a text from being read further.
enum TextFlaw: Equatable {
    case nul, notUTF8(UInt8), notUTF16
}

/// The bytes of a file or of memory in chunks of 64 KB, each sure to be UTF-8 without NUL and cut between characters.
final class TextSource {
    static let chunkSize = 65_536

    /// The chunk at hand, and what lies behind its last byte when the text is bad there.
    private(set) var chunk: [UInt8] = []
    private(set) var flaw: TextFlaw?
    private let name: String
    private var descriptor: Int32
    private var memory: ArraySlice<UInt8>
    private var raw: [UInt8] = [], buffer: [UInt8] = []
    private var encoding: Encoding?
    private var isAtEnd = false

    init(path: String, name: String) throws(Fault) {
        (self.name, memory) = (name, [])
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .invalid(t("Không mở được tệp {}.", name)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .invalid(t("{} không phải là tệp.", name))
        }
    }

    init(bytes: [UInt8], name: String) { (self.name, descriptor, memory) = (name, -1, bytes[...]) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Brings the next chunk; false when there is none.
    func advance() throws(Fault) -> Bool {
        guard flaw == nil else { return false }
        repeat {
            guard !isAtEnd else { return false }
            try fill()
            try decode()
        } while chunk.isEmpty && flaw == nil
        return !chunk.isEmpty
    }

    /// Puts the next bytes behind those left over from the last chunk.
    private func fill() throws(Fault) {
        if descriptor < 0 {
            raw += memory.prefix(TextSource.chunkSize)
            memory = memory.dropFirst(TextSource.chunkSize)
            isAtEnd = memory.isEmpty
            return
        }
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: TextSource.chunkSize) }
        var got = 0
        repeat { got = read(descriptor, &buffer, buffer.count) } while got < 0 && errno == EINTR
        guard got >= 0 else { throw Fault(.unavailable, t("Đọc tệp {} bị lỗi.", name)) }
        raw += buffer[..<got]
        isAtEnd = got == 0
    }

    private func decode() throws(Fault) {
        if encoding == nil {
            guard raw.count >= 4 || isAtEnd else { return }
            encoding = try detect()
        }
        switch encoding {
        case .utf16(let high): decodeUTF16(high: high)
        default: decodeUTF8()
        }
    }

    private func decodeUTF8() {
        let (good, state) = raw.withUnsafeBufferPointer(UTF8Check.run)
        switch state {
        case .whole: break
        case .cut: if isAtEnd { flaw = .notUTF8(raw[good]) }
        case .bad: flaw = raw[good] == 0 ? .nul : .notUTF8(raw[good])
        }
        if good == raw.count {
            swap(&chunk, &raw)
            raw.removeAll(keepingCapacity: true)
        } else {
            chunk = Array(raw[..<good])
            raw.removeFirst(good)
        }
    }
}

extension TextSource {
    private enum Encoding { case utf8, utf16(high: Int) }

    /// Looks at the first bytes: marks of UTF-8 and UTF-16 are taken off, known files of another kind are refused by name.
    private func detect() throws(Fault) -> Encoding {
        if raw.starts(with: [0x50, 0x4B, 3, 4]) || raw.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw Fault(.unsupported, t("Tệp {} là tệp Excel hoặc tệp nén, không phải CSV.", name))
        }
        if raw.starts(with: [0xEF, 0xBB, 0xBF]) {
            raw.removeFirst(3)
            return .utf8
        }
        if raw.starts(with: [0xFF, 0xFE, 0, 0]) || raw.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw Fault(.unsupported, t("Tệp {} dùng mã UTF-32. Hãy lưu lại theo mã UTF-8.", name))
        }
        guard raw.starts(with: [0xFF, 0xFE]) || raw.starts(with: [0xFE, 0xFF]) else { return .utf8 }
        let high = raw[0] == 0xFE ? 0 : 1
        raw.removeFirst(2)
        return .utf16(high: high)
    }

    /// Turns pairs of bytes into UTF-8; `high` says which byte of a pair weighs more.
    private func decodeUTF16(high: Int) {
        chunk.removeAll(keepingCapacity: true)
        var index = 0
        while flaw == nil, index + 1 < raw.count {
            let unit = UInt16(raw[index + high]) << 8 | UInt16(raw[index + 1 - high])
            var value = UInt32(unit), length = 2
            if UTF16.isLeadSurrogate(unit) {
                guard index + 3 < raw.count else { break }
                let next = UInt16(raw[index + 2 + high]) << 8 | UInt16(raw[index + 3 - high])
                value =
                    UTF16.isTrailSurrogate(next)
                    ? 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(next) - 0xDC00) : 0xD800
                length = 4
            }
            if value == 0 {
                flaw = .nul
            } else if let scalar = Unicode.Scalar(value) {
                chunk.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                index += length
            } else {
                flaw = .notUTF16
            }
        }
        raw.removeFirst(index)
        if isAtEnd, !raw.isEmpty, flaw == nil { flaw = .notUTF16 }
    }
}

/// Strict UTF-8 (RFC 3629) without NUL.
enum UTF8Check {
    enum End { case whole, cut, bad }

    /// How many bytes from the start are good, and what stands behind them.
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) -> (good: Int, end: End) {
        var index = 0
        while index < bytes.count {
            index = skipASCII(bytes, from: index)
            guard index < bytes.count else { break }
            let lead = bytes[index]
            guard let (length, low, high) = shape(of: lead) else { return (index, .bad) }
            for place in 1..<length {
                guard index + place < bytes.count else { return (index, .cut) }
                let byte = bytes[index + place]
                guard place == 1 ? (low...high).contains(byte) : byte & 0xC0 == 0x80 else { return (index, .bad) }
            }
            index += length
        }
        return (index, .whole)
    }

    /// Eight bytes at a time while all are ASCII and none is NUL.
    private static func skipASCII(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = UnsafeRawBufferPointer(bytes)
        while index + 8 <= bytes.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let zero = (word &- 0x0101_0101_0101_0101) & ~word
            guard (word | zero) & 0x8080_8080_8080_8080 == 0 else { break }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80, bytes[index] != 0 { index += 1 }
        return index
    }

    /// The length of a character from its first byte, and the range of its second.
    private static func shape(of lead: UInt8) -> (Int, UInt8, UInt8)? {
        switch lead {
        case 0xC2...0xDF: (2, 0x80, 0xBF)
        case 0xE0: (3, 0xA0, 0xBF)
        case 0xED: (3, 0x80, 0x9F)
        case 0xE1...0xEF: (3, 0x80, 0xBF)
        case 0xF0: (4, 0x90, 0xBF)
        case 0xF1...0xF3: (4, 0x80, 0xBF)
        case 0xF4: (4, 0x80, 0x8F)
        default: nil
        }
    }
}
