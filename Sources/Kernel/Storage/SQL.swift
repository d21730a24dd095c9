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
    /// The text between the values: always one more than there are values.
    private(set) var parts: [String]
    private(set) var values: [Value]

    public init(stringLiteral text: String) { (parts, values) = ([text], []) }
    public init(stringInterpolation pieces: Pieces) { (parts, values) = (pieces.parts, pieces.values) }

    /// Text written by this program, such as a migration; never anything that came from outside.
    public init(trusted text: String) { (parts, values) = ([text], []) }

    public static let none = SQL(stringLiteral: "")
    public var isEmpty: Bool { values.isEmpty && parts.allSatisfy(\.isEmpty) }

    /// The statement with `$1 … $n` in its places: both engines read it.
    var text: String {
        guard !values.isEmpty else { return parts[0] }
        var out = parts[0]
        for index in values.indices {
            out += "$"
            out += String(index + 1)
            out += parts[index + 1]
        }
        return out
    }

    public static func + (left: SQL, right: SQL) -> SQL { "\(sql: left)\(sql: right)" }

    /// What a literal with `\(…)` in it is made of: values are bound, never pasted.
    public struct Pieces: StringInterpolationProtocol, Sendable {
        var parts: [String] = [""]
        var values: [Value] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(interpolationCount + 1)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { parts[parts.count - 1] += literal }

        public mutating func appendInterpolation(_ value: some Bindable) {
            values.append(value.sqlValue)
            parts.append("")
        }

        public mutating func appendInterpolation(_ value: (some Bindable)?) {
            values.append(value?.sqlValue ?? .null)
            parts.append("")
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
            parts[parts.count - 1] += piece.parts[0]
            for index in piece.values.indices {
                values.append(piece.values[index])
                parts.append(piece.parts[index + 1])
            }
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
        var out = SQL.none, first = true
        for piece in self {
            out = first ? piece : "\(sql: out)\(sql: separator)\(sql: piece)"
            first = false
        }
        return out
    }
}
