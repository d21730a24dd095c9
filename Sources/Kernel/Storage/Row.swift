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

    @usableFromInline init(description: String) { self.description = description }
}

/// One cell, still in the engine's hands.
public struct RawColumn {
    @usableFromInline enum Cell {
        case sqlite(OpaquePointer, Int32)
        case postgres(OpaquePointer, Int32, Int32)
    }

    @usableFromInline let cell: Cell

    @usableFromInline init(cell: Cell) { self.cell = cell }

    public var isNull: Bool {
        switch cell {
        case .sqlite(let statement, let column): sqlite3_column_type(statement, column) == SQLITE_NULL
        case .postgres(let result, let row, let column): PQgetisnull(result, row, column) == 1
        }
    }

    @usableFromInline func integer() throws -> Int64 {
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

    @usableFromInline func real() throws -> Double {
        switch cell {
        case .sqlite(let statement, let column):
            guard !isNull else { throw mismatch("real") }
            return sqlite3_column_double(statement, column)
        case .postgres:
            guard let value = Double(try text()) else { throw mismatch("real") }
            return value
        }
    }

    @usableFromInline func text() throws -> String {
        switch cell {
        case .sqlite(let statement, let column):
            // NULL has no text.
            guard let start = sqlite3_column_text(statement, column) else { throw mismatch("text") }
            let count = Int(sqlite3_column_bytes(statement, column))
            return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        case .postgres(let result, let row, let column):
            guard !isNull, let start = PQgetvalue(result, row, column) else { throw mismatch("text") }
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @usableFromInline func bytes() throws -> [UInt8] {
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

    @usableFromInline func mismatch(_ wanted: String) -> RowMismatch {
        switch cell {
        case .sqlite(_, let column): RowMismatch(description: "column \(column) is not \(wanted)")
        case .postgres(_, _, let column): RowMismatch(description: "column \(column) is not \(wanted)")
        }
    }
}

/// A row being read from left to right: `let name: String = try row()`. It must not leave the closure it was given to.
public struct Row {
    @usableFromInline enum Source {
        case sqlite(OpaquePointer)
        case postgres(OpaquePointer, Int32)
    }

    @usableFromInline let source: Source
    @usableFromInline let count: Int32
    @usableFromInline var next: Int32 = 0

    init(_ source: Source, count: Int32) { (self.source, self.count) = (source, count) }

    /// Reads the next column as the type asked for; rooms have it inlined, since every cell of every row passes here.
    @inlinable public mutating func callAsFunction<T: Column>(_: T.Type = T.self) throws -> T {
        guard next < count else { throw RowMismatch(description: "no column \(next)") }
        defer { next += 1 }
        return try T(column: raw(next))
    }

    /// Passes over columns.
    public mutating func skip(_ columns: Int = 1) { next += Int32(clamping: columns) }

    @inlinable func raw(_ column: Int32) -> RawColumn {
        switch source {
        case .sqlite(let statement): RawColumn(cell: .sqlite(statement, column))
        case .postgres(let result, let row): RawColumn(cell: .postgres(result, row, column))
        }
    }
}

extension Int64: Column { @inlinable public init(column: RawColumn) throws { self = try column.integer() } }
extension Int: Column { @inlinable public init(column: RawColumn) throws { self = Int(try column.integer()) } }
extension Double: Column { @inlinable public init(column: RawColumn) throws { self = try column.real() } }
extension Bool: Column { @inlinable public init(column: RawColumn) throws { self = try column.integer() != 0 } }
extension String: Column { @inlinable public init(column: RawColumn) throws { self = try column.text() } }
extension [UInt8]: Column { @inlinable public init(column: RawColumn) throws { self = try column.bytes() } }
extension ID: Column { @inlinable public init(column: RawColumn) throws { self = ID(stored: try column.integer()) } }
extension Day: Column {
    public init(column: RawColumn) throws {
        guard let day = Day(iso: try column.text()) else { throw column.mismatch("day") }
        self = day
    }
}
extension PartialDay: Column {
    public init(column: RawColumn) throws {
        guard let day = PartialDay(stored: try column.text()) else { throw column.mismatch("partial day") }
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
    @inlinable public init(column: RawColumn) throws { self = column.isNull ? nil : try Wrapped(column: column) }
}

/// An enum stored by its raw text reads itself: `extension State: Column {}` is all it takes.
extension Column where Self: RawRepresentable, RawValue: Column {
    @inlinable public init(column: RawColumn) throws {
        guard let value = Self(rawValue: try RawValue(column: column)) else { throw column.mismatch("\(Self.self)") }
        self = value
    }
}
extension Role: Column {}
extension Level: Column {}
