import Base

/// The records of a CSV text one after another, without a header: what `CSVReader` reads its rows from.
final class CSVLines {
    let separator: Character
    private let name: String
    private let source: TextSource
    private var scanner: CSVScanner
    private var index: Int

    /// Starts at the first record; which separator it is tells the text itself, for a list of people below titles and with `|` too.
    init(_ source: TextSource, name: String, limits: CSVLimits, isList: Bool = false) throws(Fault) {
        _ = try source.advance()
        let guess = SeparatorGuess(source.chunk, isList: isList)
        (self.source, self.name, index) = (source, name, guess.start)
        separator = Character(Unicode.Scalar(guess.separator))
        scanner = CSVScanner(
            file: name, separator: guess.separator, limits: limits, line: guess.start > 0 ? 2 : 1, at: guess.start)
    }

    /// The next record that is not blank, with the line on which it starts; nothing at the end.
    func next() throws(Fault) -> (line: Int, cells: [String])? {
        guard try CSVLines.advance(&scanner, &index, source, name) else { return nil }
        return (scanner.recordLine, CSVLines.cells(of: scanner))
    }

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

/// Which separator a file uses, told from its first line: the one that stands there most often outside quotes. In a list a title without any is passed over.
struct SeparatorGuess {
    let separator: UInt8
    /// Where the header starts: behind Excel's line `sep=;` where there is one.
    let start: Int

    init(_ bytes: [UInt8], isList: Bool) {
        if bytes.count > 5, bytes.prefix(4).elementsEqual("sep=".utf8) || bytes.prefix(4).elementsEqual("SEP=".utf8),
            let end = bytes.prefix(8).firstIndex(of: 10), (6...7).contains(end + (bytes[end - 1] == 13 ? 0 : 1))
        {
            (separator, start) = (bytes[4], end + 1)
            return
        }
        let separators: [UInt8] = [44, 59, 9] + (isList ? [124] : [])
        var counts = Dictionary(separators.map { ($0, 0) }, uniquingKeysWith: +), isQuoted = false, hasText = false
        for byte in bytes {
            if byte == 34 { isQuoted.toggle() }
            // A title above the table has no separator: the first line that has one tells.
            if !isQuoted, byte == 10 || byte == 13, hasText {
                if !isList || counts.values.contains(where: { $0 > 0 }) { break }
                hasText = false
            }
            if !isQuoted { counts[byte]? += 1 }
            if byte > 32 { hasText = true }
        }
        separator = separators.reduce(44) { (counts[$1] ?? 0) > (counts[$0] ?? 0) ? $1 : $0 }
        start = 0
    }
}
