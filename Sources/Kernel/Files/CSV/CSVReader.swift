import Base

/// Reads a CSV file or text row by row in constant memory: separators `,` `;` and tab, any line ends, UTF-8 or UTF-16.
///
///     let reader = try CSVReader(path: "/tmp/lop.csv", name: "lop.csv")
///     while let row = try reader.next() { … row["Họ và tên"] … }
public final class CSVReader {
    public let name: String
    public let separator: Character
    public let header: CSVHeader
    /// Doubts about the file as a whole: column names that were mended.
    public let warnings: [RowError]
    /// Data rows read so far.
    public private(set) var rows = 0

    private let source: TextSource
    private var scanner: CSVScanner
    private var index: Int

    /// Opens a file; `name` is what people call it, aliases map wrong column names (lower case) to right ones.
    public convenience init(
        path: String, name: String? = nil, aliases: [String: String] = [:], limits: CSVLimits = .standard
    ) throws(Fault) {
        let called = name ?? path.split(separator: "/").last.map(String.init) ?? path
        try self.init(TextSource(path: path, name: called), called, aliases, limits)
    }

    /// Reads a text in memory.
    public convenience init(
        bytes: [UInt8], name: String, aliases: [String: String] = [:], limits: CSVLimits = .standard
    ) throws(Fault) {
        try self.init(TextSource(bytes: bytes, name: name), name, aliases, limits)
    }

    private init(_ source: TextSource, _ name: String, _ aliases: [String: String], _ limits: CSVLimits) throws(Fault) {
        _ = try source.advance()
        let guess = SeparatorGuess(source.chunk)
        var index = guess.start
        var scanner = CSVScanner(
            file: name, separator: guess.separator, limits: limits, line: index > 0 ? 2 : 1, at: index)
        guard try CSVReader.advance(&scanner, &index, source, name) else {
            throw .invalid(t("Tệp {} trống, không có dòng tiêu đề cột.", name))
        }
        let line = scanner.recordLine
        let header = try CSVHeader(CSVReader.cells(of: scanner), line: line, file: name, aliases: aliases)
        (self.name, self.header, self.source, self.scanner, self.index) = (name, header, source, scanner, index)
        separator = Character(Unicode.Scalar(guess.separator))
        warnings = header.mended.map { written, understood in
            RowError(
                file: name, row: 0, line: line, column: written,
                message: t("Tên cột “{}” được hiểu là “{}”.", written, understood))
        }
    }

    /// The next row that is not blank; nothing at the end of the file.
    public func next() throws(Fault) -> CSVRecord? {
        guard try CSVReader.advance(&scanner, &index, source, name) else { return nil }
        rows += 1
        var fields = CSVReader.cells(of: scanner)
        let missing = max(0, header.count - fields.count)
        var surplus: [String] = []
        if missing > 0 {
            fields.append(contentsOf: repeatElement("", count: missing))
        } else if fields.count > header.count {
            surplus = Array(fields[header.count...])
            fields.removeLast(fields.count - header.count)
        }
        return CSVRecord(
            row: rows, line: scanner.recordLine, header: header, fields: fields, missing: missing, surplus: surplus)
    }
}

extension CSVReader {
    /// Moves to the next record that is not blank; false at the end of the file.
    private static func advance(
        _ scanner: inout CSVScanner, _ index: inout Int, _ source: TextSource, _ name: String
    ) throws(Fault) -> Bool {
        scanner.beginRecord()
        while true {
            guard try scanChunk(&scanner, &index, source) else {
                if let flaw = source.flaw {
                    throw fault(flaw, line: scanner.line, byte: scanner.column(at: 0), in: name)
                }
                if try source.advance() {
                    index = 0
                    continue
                }
                if source.flaw != nil { continue }
                guard try scanner.finish(), !scanner.isBlank else { return false }
                try check(scanner, name)
                return true
            }
            guard scanner.isBlank else {
                try check(scanner, name)
                return true
            }
            scanner.beginRecord()
        }
    }

    private static func scanChunk(_ scanner: inout CSVScanner, _ index: inout Int, _ source: TextSource) throws(Fault)
        -> Bool
    {
        let result = source.chunk.withUnsafeBufferPointer { bytes -> Result<Bool, Fault> in
            do throws(Fault) { return .success(try scanner.scan(bytes, from: &index)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// A run of combining marks would stop a core when the text is compared (reliability, fact 3).
    private static func check(_ scanner: CSVScanner, _ name: String) throws(Fault) {
        guard Fold.hasTooManyMarks(scanner.record) else { return }
        throw .invalid(t("Tệp {}, dòng {}: có quá nhiều dấu chồng lên một chữ.", name, scanner.recordLine))
    }

    private static func cells(of scanner: CSVScanner) -> [String] {
        scanner.record.withUnsafeBufferPointer { bytes in
            var start = 0, cells: [String] = []
            cells.reserveCapacity(scanner.ends.count)
            for end in scanner.ends {
                cells.append(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self))
                start = end
            }
            return cells
        }
    }

    private static func fault(_ flaw: TextFlaw, line: Int, byte: Int, in name: String) -> Fault {
        switch flaw {
        case .nul:
            .invalid(t("Tệp {}, dòng {}, byte {}: có byte NUL, đây không phải là tệp văn bản.", name, line, byte))
        case .notUTF8:
            .invalid(
                t(
                    "Tệp {}, dòng {}, byte {}: không phải chữ theo mã UTF-8. Hãy lưu lại tệp với mã UTF-8 rồi nộp lại.",
                    name, line, byte))
        case .notUTF16:
            .invalid(t("Tệp {}, dòng {}: chữ theo mã UTF-16 bị hỏng.", name, line))
        }
    }
}

/// Which separator a file uses, told from its first line: the one that stands there most often outside quotes.
struct SeparatorGuess {
    let separator: UInt8
    /// Where the header starts: behind Excel's line `sep=;` where there is one.
    let start: Int

    init(_ bytes: [UInt8]) {
        if bytes.count > 5, bytes.prefix(4).elementsEqual("sep=".utf8) || bytes.prefix(4).elementsEqual("SEP=".utf8),
            let end = bytes.prefix(8).firstIndex(of: 10), (6...7).contains(end + (bytes[end - 1] == 13 ? 0 : 1))
        {
            (separator, start) = (bytes[4], end + 1)
            return
        }
        var counts: [UInt8: Int] = [44: 0, 59: 0, 9: 0], isQuoted = false, hasText = false
        for byte in bytes {
            if byte == 34 { isQuoted.toggle() }
            if !isQuoted, byte == 10 || byte == 13, hasText { break }
            if !isQuoted { counts[byte]? += 1 }
            if byte > 32 { hasText = true }
        }
        let commas = counts[44] ?? 0, semicolons = counts[59] ?? 0, tabs = counts[9] ?? 0
        separator = tabs > max(commas, semicolons) ? 9 : semicolons > commas ? 59 : 44
        start = 0
    }
}
