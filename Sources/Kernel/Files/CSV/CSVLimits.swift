/// How much of a CSV file may be in memory at once; the number of rows is free.
public struct CSVLimits: Sendable {
    public var fieldBytes = 65_536
    public var columns = 1_000
    public var recordBytes = 1_048_576

    public init() {}
    public static let standard = CSVLimits()
}

/// A row of a file that was not taken, or a doubt about one that was: what a person needs to mend it.
public struct RowError: Error, Sendable, Equatable, Codable {
    public let file: String
    /// The number of the data row from 1 (0 is the header or the whole file), and the line of the file where it starts.
    public let row: Int
    public let line: Int
    public let column: String
    public let value: String
    public let message: String

    public init(file: String, row: Int, line: Int, column: String = "", value: String = "", message: String) {
        (self.file, self.row, self.line) = (file, row, line)
        (self.column, self.value, self.message) = (column, value, message)
    }
}
