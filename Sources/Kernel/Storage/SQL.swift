import Base

/// A value that travels to the database and back.
public enum Value: Sendable, Hashable {
    case null, integer(Int64), real(Double), text(String), bytes([UInt8])
}

/// What may stand in an interpolation of `SQL`: it is always bound, never pasted.
public protocol Bindable {
    var sqlValue: Value { get }
}

extension String: Bindable { public var sqlValue: Value { .text(self) } }
extension Int: Bindable { public var sqlValue: Value { .integer(Int64(self)) } }
extension Int64: Bindable { public var sqlValue: Value { .integer(self) } }
extension Double: Bindable { public var sqlValue: Value { .real(self) } }
extension Bool: Bindable { public var sqlValue: Value { .integer(self ? 1 : 0) } }
extension Day: Bindable { public var sqlValue: Value { .text(iso) } }
extension PartialDay: Bindable { public var sqlValue: Value { .text(iso) } }
extension SchoolYear: Bindable { public var sqlValue: Value { .integer(Int64(start)) } }
extension ID: Bindable { public var sqlValue: Value { .integer(raw) } }
extension Value: Bindable { public var sqlValue: Value { self } }
extension Role: Bindable { public var sqlValue: Value { .text(rawValue) } }
extension Level: Bindable { public var sqlValue: Value { .text(rawValue) } }
extension [UInt8]: Bindable { public var sqlValue: Value { .bytes(self) } }
extension Optional: Bindable where Wrapped: Bindable {
    public var sqlValue: Value { self?.sqlValue ?? .null }
}

/// A statement whose interpolations are bound: `"… WHERE id = \(id)"`. A piece of SQL goes in as `\(sql: piece)`.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The statement with a `?` for each value, as SQLite reads it.
    private(set) var text: String
    private(set) var values: [Value]

    public init(stringLiteral text: String) { (self.text, values) = (text, []) }
    public init(stringInterpolation pieces: Pieces) { (text, values) = (pieces.text, pieces.values) }

    /// Text written by this program, such as a migration; never anything that came from outside.
    public init(trusted text: String) { (self.text, values) = (text, []) }

    public static let none = SQL(stringLiteral: "")
    public var isEmpty: Bool { text.isEmpty }

    /// The statement with `$1 … $n` in its places, as PostgreSQL reads it. No statement of ours has a `?` of its own.
    var numbered: String {
        guard !values.isEmpty else { return text }
        var out: [UInt8] = [], number = 0
        out.reserveCapacity(text.utf8.count + values.count * 2)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "?") {
                number += 1
                out.append(UInt8(ascii: "$"))
                out.append(contentsOf: String(number).utf8)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    public static func + (left: SQL, right: SQL) -> SQL { "\(sql: left)\(sql: right)" }

    /// What a literal with `\(…)` in it is made of: values are bound, never pasted.
    public struct Pieces: StringInterpolationProtocol, Sendable {
        var text = ""
        var values: [Value] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 32)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        public mutating func appendInterpolation(_ value: some Bindable) { add(value.sqlValue) }

        private mutating func add(_ value: Value) {
            text += "?"
            values.append(value)
        }

        public mutating func appendInterpolation(_ value: (some Bindable)?) {
            add(value?.sqlValue ?? .null)
        }

        /// A value stored by its raw text or number, such as an enum of a room.
        @_disfavoredOverload
        public mutating func appendInterpolation<T: RawRepresentable>(_ value: T) where T.RawValue: Bindable {
            appendInterpolation(value.rawValue)
        }

        @_disfavoredOverload
        public mutating func appendInterpolation<T: RawRepresentable>(_ value: T?) where T.RawValue: Bindable {
            appendInterpolation(value?.rawValue)
        }

        public mutating func appendInterpolation(sql piece: SQL) {
            text += piece.text
            values += piece.values
        }

        /// A parenthesised list for `IN`: `\(list: ids)`; an empty one matches nothing.
        public mutating func appendInterpolation(list: [some Bindable]) {
            guard !list.isEmpty else { return appendLiteral("(NULL)") }
            appendLiteral("(")
            for (index, value) in list.enumerated() {
                if index > 0 { appendLiteral(", ") }
                appendInterpolation(value)
            }
            appendLiteral(")")
        }
    }
}

extension Sequence where Element == SQL {
    /// The pieces with the separator between them.
    public func joined(_ separator: SQL) -> SQL {
        var out = SQL.Pieces(literalCapacity: underestimatedCount * 64, interpolationCount: 0), first = true
        for piece in self {
            if !first { out.appendInterpolation(sql: separator) }
            out.appendInterpolation(sql: piece)
            first = false
        }
        return SQL(stringInterpolation: out)
    }
}
