import Base

/// What became of one data row of a bundle's file.
public enum OneRosterOutcome: Sendable {
    case row(OneRosterRow, doubts: [RowError])
    case rejected([RowError])
}

/// The data rows of one file of a bundle, one after another in constant memory.
public final class OneRosterRows {
    public let file: OneRosterFile
    public let header: CSVHeader
    /// Doubts about the file as a whole: column names that were mended.
    public let warnings: [RowError]
    /// Data rows given so far, the rejected ones among them.
    public var read: Int { reader.rows }
    /// Doubts beyond the hundred that each column may raise; they are counted, not told.
    public private(set) var doubtsLeftOut = 0

    static let doubtLimit = 100
    private let reader: CSVReader
    private let check: OneRosterCheck
    private let identifier: Int?
    private let extraPlaces: [Int]
    /// Rows by the hash of their identifier: eight bytes each, where a million rows meet by chance once in 30 million files.
    private var seen: [UInt64: Int32] = [:]
    private var doubtCounts: [String: Int] = [:]

    init(_ file: OneRosterFile, path: String, name: String, version: OneRosterVersion, isDelta: Bool) throws(Fault) {
        reader = try CSVReader(path: path, name: name, aliases: OneRosterSchema.aliases(of: file))
        (self.file, header, warnings) = (file, reader.header, reader.warnings)
        check = try OneRosterCheck(file, header: reader.header, name: name, version: version, isDelta: isDelta)
        identifier = reader.header.place(of: "sourcedId")
        let known = Set(OneRosterSchema.columns(of: file).map { $0.name.lowercased() })
        extraPlaces = header.names.indices.filter { [header] in !known.contains(header.names[$0].lowercased()) }
    }

    /// The next row; nothing at the end. A file that breaks off throws.
    public func next() throws(Fault) -> OneRosterOutcome? {
        guard let record = try reader.next() else { return nil }
        var (values, errors, doubts) = check.judge(record)
        if errors.isEmpty, let twin = twin(of: values, at: record.row) {
            errors.append(repeated(record, values, as: twin))
        }
        guard errors.isEmpty else { return .rejected(errors) }
        limit(&doubts)
        let row = OneRosterRow(
            file: file, row: record.row, line: record.line, header: header, values: values, extraPlaces: extraPlaces)
        return .row(row, doubts: doubts)
    }

    /// The earlier row with the same identifier.
    private func twin(of values: [String], at row: Int) -> Int? {
        guard let identifier, !values[identifier].isEmpty else { return nil }
        var hasher = Hasher(), text = values[identifier]
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        let key = UInt64(UInt(bitPattern: hasher.finalize()))
        if let first = seen[key] { return Int(first) }
        seen[key] = Int32(clamping: row)
        return nil
    }

    private func repeated(_ record: CSVRecord, _ values: [String], as first: Int) -> RowError {
        RowError(
            file: reader.name, row: record.row, line: record.line, column: "sourcedId",
            value: identifier.map { values[$0] } ?? "",
            message: t("Trùng sourcedId với dòng dữ liệu {}.", first))
    }

    private func limit(_ doubts: inout [RowError]) {
        guard !doubts.isEmpty else { return }
        let before = doubts.count
        doubts.removeAll { doubt in
            doubtCounts[doubt.column, default: 0] += 1
            return doubtCounts[doubt.column, default: 0] > OneRosterRows.doubtLimit
        }
        doubtsLeftOut += before - doubts.count
    }
}
