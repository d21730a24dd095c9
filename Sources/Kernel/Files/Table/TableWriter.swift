import Base

/// Writes the rows of a sheet as the parent reads them: CSV whose first field is the number of the row.
final class TableWriter {
    private static let most = CSVLimits.standard.columns - 1
    private let output: OutputFile
    private var bytes: [UInt8] = Array("#\n".utf8)
    private var row: [UInt8] = []
    /// The cells of the row at hand: their place and their bytes in `row`.
    private var cells: [(column: Int, start: Int, end: Int)] = []
    private(set) var rows = 0
    /// Values that stood in columns beyond those that are read.
    private(set) var cut = 0

    init(path: String) throws(Fault) { output = try OutputFile(path: path) }

    /// Puts a cell of the row at hand; blanks are left out.
    func put(_ value: some Collection<UInt8>, column: Int) throws(Fault) {
        guard !TableWriter.isBlank(value) else { return }
        guard column >= 0, column < TableWriter.most else {
            cut += 1
            return
        }
        guard value.count <= CSVLimits.standard.fieldBytes, row.count <= CSVLimits.standard.recordBytes / 2 else {
            throw Fault(.tooLarge, t("Một ô trong tệp có quá nhiều chữ."))
        }
        let start = row.count
        row.append(contentsOf: value)
        cells.append((column, start, row.count))
    }

    /// Ends the row at hand; one without a value is none.
    func end(row number: Int) throws(Fault) {
        defer {
            row.removeAll(keepingCapacity: true)
            cells.removeAll(keepingCapacity: true)
        }
        guard !cells.isEmpty else { return }
        if zip(cells, cells.dropFirst()).contains(where: { $0.column >= $1.column }) {
            cells.sort { $0.column < $1.column }
        }
        bytes.append(contentsOf: String(number).utf8)
        var place = 0
        for cell in cells where cell.column >= place {
            while place <= cell.column {
                bytes.append(44)
                place += 1
            }
            quote(row[cell.start..<cell.end])
        }
        bytes.append(10)
        rows += 1
        if bytes.count >= 1 << 16 { try flush() }
    }

    func finish() throws(Fault) {
        try flush()
        try output.finish()
    }

    private func flush() throws(Fault) {
        try output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private func quote(_ value: ArraySlice<UInt8>) {
        guard value.contains(where: { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }) || (value.first ?? 33) <= 32
        else {
            bytes.append(contentsOf: value)
            return
        }
        bytes.append(34)
        for byte in value {
            if byte == 34 { bytes.append(34) }
            bytes.append(byte)
        }
        bytes.append(34)
    }

    /// Nothing, spaces, line ends, no-break spaces.
    private static func isBlank(_ value: some Collection<UInt8>) -> Bool {
        var isNoBreak = false
        for byte in value {
            if isNoBreak, byte != 0xA0 { return false }
            guard !isNoBreak else {
                isNoBreak = false
                continue
            }
            isNoBreak = byte == 0xC2
            if byte > 32, !isNoBreak { return false }
        }
        return true
    }
}
