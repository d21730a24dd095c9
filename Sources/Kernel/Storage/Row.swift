import Base
import CPQ
import GRDBSQLite

/// What can be read from one column; a stored value of another kind throws, it never traps.
public protocol Column {
    init(column value: RawColumn) throws
}

/// A row cannot be read as the code expects: the schema and the code disagree.
public struct RowMismatch: Error, CustomStringConvertible {
    public let description: String
}

/// One cell, still in the engine's hands.
public struct RawColumn {
    enum Cell {
        case sqlite(OpaquePointer, Int32)
        case postgres(OpaquePointer, Int32, Int32)
    }

    let cell: Cell

    public var isNull: Bool {
        switch cell {
        case .sqlite(let statement, let column): sqlite3_column_type(statement, column) == SQLITE_NULL
        case .postgres(let result, let row, let column): PQgetisnull(result, row, column) == 1
        }
    }

    func integer() throws -> Int64 {
        switch cell {
        case .sqlite(let statement, let column):
            guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { throw mismatch("integer") }
            return sqlite3_column_int64(statement, column)
        case .postgres(let result, let row, let column):
            guard !isNull, let text = PQgetvalue(result, row, column) else { throw mismatch("integer") }
            return try integer(in: UnsafeRawBufferPointer(start: text, count: Int(PQgetlength(result, row, column))))
        }
    }

    /// Whole numbers as PostgreSQL writes them; SUM over BIGINT comes as NUMERIC, still without a point.
    private func integer(in digits: UnsafeRawBufferPointer) throws -> Int64 {
        var value: Int64 = 0, negative = false
        for (index, byte) in digits.enumerated() {
            if index == 0, byte == 45 {
                negative = true
                continue
            }
            guard byte >= 48, byte <= 57 else { throw mismatch("integer") }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = tens.addingReportingOverflow(Int64(byte - 48))
            guard !over, !more else { throw mismatch("integer") }
            value = sum
        }
        return negative ? -value : value
    }

    func real() throws -> Double {
        switch cell {
        case .sqlite(let statement, let column):
            guard !isNull else { throw mismatch("real") }
            return sqlite3_column_double(statement, column)
        case .postgres:
            guard let value = Double(try text()) else { throw mismatch("real") }
            return value
        }
    }

    func text() throws -> String {
        switch cell {
        case .sqlite(let statement, let column):
            guard sqlite3_column_type(statement, column) != SQLITE_NULL,
                let start = sqlite3_column_text(statement, column)
            else { throw mismatch("text") }
            let count = Int(sqlite3_column_bytes(statement, column))
            return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        case .postgres(let result, let row, let column):
            guard !isNull, let start = PQgetvalue(result, row, column) else { throw mismatch("text") }
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    func bytes() throws -> [UInt8] {
        switch cell {
        case .sqlite(let statement, let column):
            guard !isNull else { throw mismatch("bytes") }
            guard let start = sqlite3_column_blob(statement, column) else { return [] }
            return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
        case .postgres:
            let text = try text()
            guard text.hasPrefix("\\x"), let out = Base.bytes(hex: text.dropFirst(2)) else { throw mismatch("bytes") }
            return out
        }
    }

    func mismatch(_ wanted: String) -> RowMismatch {
        switch cell {
        case .sqlite(_, let column): RowMismatch(description: "column \(column) is not \(wanted)")
        case .postgres(_, _, let column): RowMismatch(description: "column \(column) is not \(wanted)")
        }
    }
}

/// A row being read from left to right: `let name: String = try row()`. It must not leave the closure it was given to.
public struct Row {
    enum Source {
        case sqlite(OpaquePointer)
        case postgres(OpaquePointer, Int32)
    }

    let source: Source
    let count: Int32
    private var next: Int32 = 0

    init(_ source: Source, count: Int32) { (self.source, self.count) = (source, count) }

    /// Reads the next column as the type asked for.
    public mutating func callAsFunction<T: Column>(_: T.Type = T.self) throws -> T {
        guard next < count else { throw RowMismatch(description: "no column \(next)") }
        defer { next += 1 }
        return try T(column: raw(next))
    }

    /// Passes over columns.
    public mutating func skip(_ columns: Int = 1) { next += Int32(clamping: columns) }

    private func raw(_ column: Int32) -> RawColumn {
        switch source {
        case .sqlite(let statement): RawColumn(cell: .sqlite(statement, column))
        case .postgres(let result, let row): RawColumn(cell: .postgres(result, row, column))
        }
    }
}

extension Int64: Column { public init(column: RawColumn) throws { self = try column.integer() } }
extension Int: Column { public init(column: RawColumn) throws { self = Int(try column.integer()) } }
extension Double: Column { public init(column: RawColumn) throws { self = try column.real() } }
extension Bool: Column { public init(column: RawColumn) throws { self = try column.integer() != 0 } }
extension String: Column { public init(column: RawColumn) throws { self = try column.text() } }
extension [UInt8]: Column { public init(column: RawColumn) throws { self = try column.bytes() } }
extension ID: Column { public init(column: RawColumn) throws { self = ID(stored: try column.integer()) } }
extension Day: Column {
    public init(column: RawColumn) throws {
        guard let day = Day(iso: try column.text()) else { throw column.mismatch("day") }
        self = day
    }
}
extension PartialDay: Column {
    public init(column: RawColumn) throws {
        guard let day = PartialDay(try column.text()) else { throw column.mismatch("partial day") }
        self = day
    }
}
extension SchoolYear: Column {
    public init(column: RawColumn) throws {
        guard let year = SchoolYear(start: Int(try column.integer())) else { throw column.mismatch("school year") }
        self = year
    }
}
extension Optional: Column where Wrapped: Column {
    public init(column: RawColumn) throws { self = column.isNull ? nil : try Wrapped(column: column) }
}

/// An enum stored by its raw text reads itself: `extension State: Column {}` is all it takes.
extension Column where Self: RawRepresentable, RawValue: Column {
    public init(column: RawColumn) throws {
        guard let value = Self(rawValue: try RawValue(column: column)) else { throw column.mismatch("\(Self.self)") }
        self = value
    }
}
extension Role: Column {}
extension Level: Column {}
