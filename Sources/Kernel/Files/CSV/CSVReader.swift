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

    private let lines: CSVLines

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
        lines = try CSVLines(source, name: name, limits: limits)
        guard let first = try lines.next() else { throw .invalid(t("Tệp {} trống, không có dòng tiêu đề cột.", name)) }
        let header = try CSVHeader(first.cells, line: first.line, file: name, aliases: aliases)
        (self.name, self.header, separator) = (name, header, lines.separator)
        warnings = header.mended.map { written, understood in
            RowError(
                file: name, row: 0, line: first.line, column: written,
                message: t("Tên cột “{}” được hiểu là “{}”.", written, understood))
        }
    }

    /// The next row that is not blank; nothing at the end of the file.
    public func next() throws(Fault) -> CSVRecord? {
        guard let line = try lines.next() else { return nil }
        rows += 1
        var fields = line.cells
        let missing = max(0, header.count - fields.count)
        var surplus: [String] = []
        if missing > 0 {
            fields.append(contentsOf: repeatElement("", count: missing))
        } else if fields.count > header.count {
            surplus = Array(fields[header.count...])
            fields.removeLast(fields.count - header.count)
        }
        return CSVRecord(
            row: rows, line: line.line, header: header, fields: fields, missing: missing, surplus: surplus)
    }
}
