import Base

#if canImport(Glibc)
import Glibc
#endif

/// Writes CSV row by row to a file, a descriptor or memory (RFC 4180).
public final class CSVWriter {
    /// How the text is written down.
    public struct Style: Sendable {
        public var separator: Character = ","
        public var lineEnd = "\r\n"
        /// Excel knows UTF-8 by the mark in front.
        public var hasMark = false
        /// Whether cells that would be formulas get an apostrophe; off where another program reads the file back.
        public var isGuarded = false

        public init() {}

        /// For people and their spreadsheets.
        public static let people: Style = {
            var style = Style()
            (style.hasMark, style.isGuarded) = (true, true)
            return style
        }()

        /// For lists that people open and our own importer reads back: it takes the apostrophe off again.
        public static let list: Style = {
            var style = Style()
            style.isGuarded = true
            return style
        }()

        /// For other programs: every value verbatim.
        public static let exchange = Style()
    }

    /// What was written and not yet handed on; all of it when the writer has no file.
    public private(set) var bytes: [UInt8] = []
    public private(set) var rows = 0
    private let style: Style
    private let separator: [UInt8], lineEnd: [UInt8]
    private var output: OutputFile?

    /// Writes into memory.
    public init(style: Style) {
        (self.style, separator, lineEnd) = (style, Array(String(style.separator).utf8), Array(style.lineEnd.utf8))
        if style.hasMark { bytes = [0xEF, 0xBB, 0xBF] }
    }

    /// Writes a new file at a path, over an old one.
    public convenience init(path: String, style: Style) throws(Fault) {
        self.init(style: style)
        output = try OutputFile(path: path)
    }

    /// Writes to a descriptor that stays the caller's.
    public convenience init(descriptor: Int32, style: Style) {
        self.init(style: style)
        output = OutputFile(borrowing: descriptor)
    }

    /// Writes one row.
    public func write(_ cells: [String]) throws(Fault) {
        for (place, cell) in cells.enumerated() {
            if place > 0 { bytes.append(contentsOf: separator) }
            put(style.isGuarded ? FormulaGuard.neutralised(cell) : cell, alone: cells.count == 1)
        }
        bytes.append(contentsOf: lineEnd)
        rows += 1
        if let output, bytes.count >= 65_536 { try flush(output) }
    }

    /// Hands on what is left; a file is closed and its last error shows here.
    public func finish() throws(Fault) {
        guard let output else { return }
        try flush(output)
        try output.finish()
    }

    private func flush(_ output: OutputFile) throws(Fault) {
        try output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// A row of one empty cell is quoted, so that it is not taken for a blank line.
    private func put(_ cell: String, alone: Bool) {
        var cell = cell, isPlain = true
        cell.withUTF8 { utf8 in
            for byte in utf8 where byte == 34 || byte == 10 || byte == 13 || separator.contains(byte) {
                isPlain = false
            }
            if let first = utf8.first, let last = utf8.last { if first <= 32 || last <= 32 { isPlain = false } }
            if utf8.isEmpty, alone { isPlain = false }
            guard !isPlain else { return bytes.append(contentsOf: utf8) }
            bytes.append(34)
            for byte in utf8 {
                if byte == 34 { bytes.append(34) }
                bytes.append(byte)
            }
            bytes.append(34)
        }
    }
}

/// A file being written, each failed write a fault with its reason.
final class OutputFile {
    private var descriptor: Int32
    private let isOwned: Bool

    init(path: String) throws(Fault) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        isOwned = true
        guard descriptor >= 0 else { throw OutputFile.fault(errno) }
    }

    init(borrowing descriptor: Int32) { (self.descriptor, isOwned) = (descriptor, false) }

    deinit { if isOwned, descriptor >= 0 { close(descriptor) } }

    func write(_ bytes: some Collection<UInt8>) throws(Fault) {
        let bytes = Array(bytes)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { unsafe in
                Glibc.write(descriptor, unsafe.baseAddress?.advanced(by: done), unsafe.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw OutputFile.fault(errno) }
            done += count
        }
    }

    func finish() throws(Fault) {
        guard isOwned, descriptor >= 0 else { return }
        let failed = close(descriptor) != 0
        descriptor = -1
        if failed { throw OutputFile.fault(errno) }
    }

    static func fault(_ code: Int32) -> Fault {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: Fault(.full, t("Hết chỗ để ghi tệp."))
        default: Fault(.unavailable, t("Không ghi được tệp."))
        }
    }
}
