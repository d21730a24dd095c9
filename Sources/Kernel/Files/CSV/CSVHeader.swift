import Base

/// The names of a table's columns, found again whatever the case they are written in.
public final class CSVHeader: Sendable {
    /// The names in file order, trimmed, misspelt ones already mended.
    public let names: [String]
    /// Names that were mended: as written and as understood.
    public let mended: [(written: String, understood: String)]
    private let places: [String: Int]

    /// Takes the cells of the first row; aliases map a wrong name in lower case to the right one.
    init(_ cells: [String], line: Int, file: String, aliases: [String: String]) throws(Fault) {
        var names = cells.map(CSVHeader.trim), mended: [(String, String)] = [], places: [String: Int] = [:]
        guard names.contains(where: { !$0.isEmpty }) else {
            throw .invalid(t("Tệp {}, dòng {}: không có dòng tiêu đề cột.", file, line))
        }
        let written = Set(names.map(CSVHeader.key))
        for (place, name) in names.enumerated() {
            guard let right = aliases[CSVHeader.key(name)], !written.contains(CSVHeader.key(right)) else { continue }
            names[place] = right
            mended.append((name, right))
        }
        for (place, name) in names.enumerated() where !name.isEmpty {
            if let first = places.updateValue(place, forKey: CSVHeader.key(name)) {
                throw .invalid(
                    t(
                        "Tệp {}, dòng {}: cột “{}” có hai lần (cột {} và cột {}).", file, line, name, first + 1,
                        place + 1))
            }
        }
        (self.names, self.mended, self.places) = (names, mended, places)
    }

    public var count: Int { names.count }

    /// The place of a column from 0; nothing when the file does not have it.
    public func place(of name: String) -> Int? { places[name] ?? places[CSVHeader.key(name)] }

    /// Whether the file has a column.
    public func has(_ name: String) -> Bool { place(of: name) != nil }

    /// Throws one sentence naming every column that is missing.
    public func require(_ wanted: [String], in file: String) throws(Fault) {
        let missing = wanted.filter { !has($0) }
        guard missing.isEmpty else {
            throw .invalid(t("Tệp {} thiếu cột: {}.", file, missing.joined(separator: ", ")))
        }
    }

    static func key(_ name: String) -> String { name.lowercased() }

    /// Takes off spaces, no-break and zero-width ones too, at both ends.
    static func trim(_ text: String) -> String {
        let blank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || $0.value == 0xFEFF || $0.value == 0x200B }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !blank($0) }), let last = scalars.lastIndex(where: { !blank($0) })
        else {
            return ""
        }
        return String(scalars[first...last])
    }
}

/// One row of data: exactly as many fields as the header has columns.
public struct CSVRecord: Sendable {
    /// The number of the data row from 1, blank lines not counted.
    public let row: Int
    /// The line of the file on which it starts, from 1.
    public let line: Int
    public let header: CSVHeader
    public let fields: [String]
    /// How many fields the row lacked (they are empty in `fields`), and those it had too many.
    public let missing: Int
    public let surplus: [String]

    /// The field of a column, as written; empty when the file has no such column.
    public subscript(column: String) -> String {
        guard let place = header.place(of: column), place < fields.count else { return "" }
        return fields[place]
    }

    /// Whether every field is empty, as in the rows that Excel leaves below a table.
    public var isEmpty: Bool { surplus.isEmpty && fields.allSatisfy { CSVHeader.trim($0).isEmpty } }
}
