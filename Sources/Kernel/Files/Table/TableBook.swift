import Base

/// A list from outside that the sandboxed child has read, whatever its format: every sheet as plain rows of texts in a file of ours.
///
///     let book = try await TableBook.open(path, name: "ds.xlsx", workFolder: folder, executable: executable)
///     let rows = try book.rows(of: book.sheets[0])
///     while let row = try rows.next() { … row.number, row.cells }
public struct TableBook: Codable, Sendable {
    /// What the file is by its content, whatever its name says.
    public enum Format: String, Codable, Sendable { case csv, xlsx, xls, html }

    /// One sheet: how it is called, and where its rows lie.
    public struct Sheet: Codable, Sendable {
        public let name: String
        public let isHidden: Bool
        /// Rows that hold something; those that only look like rows are not counted.
        public let rows: Int
        let file: String
        /// Whether what the child says, which has read foreign bytes, is something a sheet can be.
        var isSound: Bool {
            !file.isEmpty && file.utf8.allSatisfy { (48...57).contains($0) } && (0...TableBook.mostRows).contains(rows)
                && merges.allSatisfy(\.isSound)
        }
        /// The cells that are drawn as one: the value of the first stands for all of them.
        let merges: [Merge]
    }

    /// A range of cells, all places from 0, both ends within it.
    struct Merge: Codable, Sendable, Equatable {
        let top: Int, left: Int, bottom: Int, right: Int

        var isSound: Bool {
            (0...CSVLimits.standard.columns).contains(left) && (left...CSVLimits.standard.columns * 2).contains(right)
                && (0...TableBook.mostRows).contains(top) && (top...TableBook.mostRows * 2).contains(bottom)
        }
    }

    /// More rows than any spreadsheet or list has.
    static let mostRows = 1 << 30
    /// Merged ranges that are kept of a whole file.
    static let mostMerges = 20_000

    public let format: Format
    public let sheets: [Sheet]
    /// Doubts about the file as a whole, in the reader's language.
    public let notes: [String]
    /// What people call the file; given by whoever opens it, not by the child.
    public private(set) var name = ""
    private(set) var folder = ""

    init(format: Format, sheets: [Sheet], notes: [String]) {
        (self.format, self.sheets, self.notes) = (format, sheets, notes)
    }

    private enum CodingKeys: String, CodingKey { case format, sheets, notes }

    /// How the child calls the file, whose name it is not told.
    static let placeholder = "<file>"

    /// Has the child (`EXECUTABLE parse table`) read a file into an own folder below the work folder.
    /// Throws the sentence that says why a file cannot be read.
    public static func open(_ path: String, name: String, workFolder: String, executable: String) async throws
        -> TableBook
    {
        let folder = "\(workFolder)/table-\(Secret.random(8).hex)"
        do {
            var book = try await SandboxedChild.readTable(path: path, into: folder, executable: executable)
            (book.name, book.folder) = (name, folder)
            return book
        } catch let fault as Fault {
            let message = fault.message.replacing(placeholder, with: name)
            throw Fault(fault.kind, message.contains(name) ? message : [name, message].joined(separator: ": "))
        }
    }

    /// The rows of a sheet from its first.
    public func rows(of sheet: Sheet) throws(Fault) -> TableRows {
        try TableRows(path: "\(folder)/\(sheet.file)", name: name, merges: sheet.merges)
    }

    /// The number by which people find a row: that of the spreadsheet, or in a text the count of rows below the first.
    public func shownNumber(_ number: Int) -> Int { format == .csv ? number - 1 : number }
}

/// One row of a sheet, as texts.
public struct TableLine: Sendable, Equatable {
    /// The row's number from 1 as a spreadsheet shows it; in a text the count of rows that are not blank.
    public let number: Int
    public let cells: [String]

    /// A cell; empty where the row ends before.
    public subscript(column: Int) -> String { cells.indices.contains(column) ? cells[column] : "" }
}

/// The rows of one sheet, one after another in constant memory.
public final class TableRows {
    private let reader: CSVReader
    private let merges: [TableBook.Merge]
    /// The values of merged cells that reach below the row at hand.
    private var held: [Int: (value: String, last: Int)] = [:]
    private var place = 0

    init(path: String, name: String, merges: [TableBook.Merge]) throws(Fault) {
        reader = try CSVReader(path: path, name: name)
        self.merges = merges.sorted { ($0.top, $0.left) < ($1.top, $1.left) }
    }

    /// The next row; nothing at the end.
    public func next() throws(Fault) -> TableLine? {
        guard let record = try reader.next() else { return nil }
        guard let number = record.fields.first.flatMap({ Int($0) }), (1...TableBook.mostRows).contains(number) else {
            throw TableFault.broken
        }
        var cells = record.surplus
        fill(&cells, row: number - 1)
        return TableLine(number: number, cells: cells)
    }

    /// Gives every cell of a merged range the value of its first.
    private func fill(_ cells: inout [String], row: Int) {
        held = held.filter { $0.value.last >= row }
        while place < merges.count, merges[place].top <= row {
            let merge = merges[place]
            place += 1
            guard merge.top == row, merge.left < cells.count else { continue }
            for column in merge.left...merge.right { held[column] = (cells[merge.left], merge.bottom) }
        }
        for (column, kept) in held where column < CSVLimits.standard.columns - 1 {
            while cells.count <= column { cells.append("") }
            if cells[column].isEmpty { cells[column] = kept.value }
        }
    }
}
