import Base

/// One row of a bundle, found good: the words of the standard in their own spelling, everything else as written.
public struct OneRosterRow: Sendable {
    public let file: OneRosterFile
    /// The number of the data row from 1, and the line of the file where it starts.
    public let row: Int
    public let line: Int
    public let header: CSVHeader
    public let values: [String]
    let extraPlaces: [Int]

    /// Column names and values in file order, for keeping verbatim.
    public var fields: [(header: String, value: String)] { Array(zip(header.names, values)).map { ($0, $1) } }

    /// The value of a column; empty when it is empty or the file has no such column.
    public subscript(column: String) -> String {
        guard let place = header.place(of: column), place < values.count else { return "" }
        return values[place]
    }

    /// The value without spaces around it; nothing when that is empty.
    public func text(_ column: String) -> String? {
        let text = CSVHeader.trim(self[column])
        return text.isEmpty ? nil : text
    }

    /// The parts of a comma list, trimmed, empty ones left out.
    public func list(_ column: String) -> [String] { OneRosterValue.list(self[column]) }
    public func flag(_ column: String) -> Bool? { OneRosterValue.flag(self[column]) }
    public func day(_ column: String) -> Day? { OneRosterValue.day(self[column])?.day }

    public var sourcedId: String { self["sourcedId"] }
    /// Whether a delta takes the thing away.
    public var isToBeDeleted: Bool { self["status"] == "tobedeleted" }
    /// The codes of `grades` that are codes.
    public var grades: [CEDSGrade] { list("grades").compactMap(CEDSGrade.init(code:)) }
    /// The year of `schoolYear`, which names it by the calendar year in which it ends.
    public var schoolYear: SchoolYear? { OneRosterValue.year(self["schoolYear"])?.year }
    /// The other systems' identifiers of a user, `{LDAP:12}`; the type is empty where none is given.
    public var userIds: [(type: String, id: String)] { list("userIds").map(OneRosterValue.typed) }

    /// Columns that neither edition of the standard has (`ext_…`, `metadata.…`), with their values.
    public var extras: [(header: String, value: String)] {
        extraPlaces.map { (header.names[$0], values[$0]) }
    }
}

/// How the values of OneRoster are read: as the standard says, and as real files write them.
public enum OneRosterValue {
    public static func list(_ text: String) -> [String] {
        guard text.utf8.contains(44) else {
            let one = CSVHeader.trim(text)
            return one.isEmpty ? [] : [one]
        }
        return text.split(separator: ",").map { CSVHeader.trim(String($0)) }.filter { !$0.isEmpty }
    }

    /// Writes a comma list.
    public static func joined(_ parts: [String]) -> String { parts.joined(separator: ",") }

    /// Reads a truth value as the exporters write it; nothing when it is none.
    public static func flag(_ text: String) -> Bool? {
        switch CSVHeader.trim(text).lowercased() {
        case "true", "1", "yes", "y": true
        case "false", "0", "no", "n": false
        default: nil
        }
    }

    /// A day, and whether it was written otherwise than `yyyy-MM-dd` and so had to be understood.
    public static func day(_ text: String) -> (day: Day, isExact: Bool)? {
        let text = CSVHeader.trim(text)
        if let day = Day(iso: text) { return (day, true) }
        let bytes = Array(text.utf8.prefix(40))
        if bytes.count > 10, bytes[10] == 84 || bytes[10] == 32, isTime(bytes[11...]) {
            return Day(iso: text.prefix(10)).map { ($0, false) }
        }
        guard bytes.contains(where: { $0 == 47 || $0 == 45 || $0 == 46 }) else { return nil }
        if let day = Day(typed: text) { return (day, false) }
        // Day first, as in Việt Nam; only where no such day exists, month first.
        let parts = text.split(separator: "/")
        guard parts.count == 3 else { return nil }
        return Day(typed: "\(parts[1])/\(parts[0])/\(parts[2])").map { ($0, false) }
    }

    /// Whether an end lies beyond every calendar, `9999-12-31` and the like: there is none.
    public static func isEndless(_ text: String) -> Bool {
        let bytes = Array(CSVHeader.trim(text).utf8.prefix(11))
        guard bytes.count >= 10, bytes[4] == 45, bytes[7] == 45,
            bytes.count == 10 || bytes[10] == 84 || bytes[10] == 32,
            let year = Int(String(decoding: bytes[0..<4], as: UTF8.self)), year > 2200
        else { return false }
        return Day(iso: "2096" + String(decoding: bytes[4..<10], as: UTF8.self)) != nil
    }

    /// A moment as the standard writes it, or a day.
    static func isMoment(_ text: String) -> Bool { day(text) != nil }

    /// The school year ending in a calendar year, or `2025-2026` understood.
    public static func year(_ text: String) -> (year: SchoolYear, isExact: Bool)? {
        let text = CSVHeader.trim(text)
        if text.utf8.count == 4, text.utf8.allSatisfy({ (48...57).contains($0) }), let end = Int(text) {
            return SchoolYear(start: end - 1).map { ($0, true) }
        }
        return text.utf8.count == 9 ? SchoolYear(text).map { ($0, false) } : nil
    }

    /// Writes a school year: by the calendar year in which it ends.
    public static func written(_ year: SchoolYear) -> String { String(year.start + 1) }

    /// Reads `{LDAP:12}`: the kind of an identifier, empty where none is given, and itself.
    public static func typed(_ text: String) -> (type: String, id: String) {
        guard text.hasPrefix("{"), text.hasSuffix("}"), let colon = text.firstIndex(of: ":") else { return ("", text) }
        let inside = text.index(after: text.startIndex)..<text.index(before: text.endIndex)
        guard inside.contains(colon) else { return ("", text) }
        return (String(text[inside.lowerBound..<colon]), String(text[text.index(after: colon)..<inside.upperBound]))
    }

    /// `08:01`, `08:01:05`, `08:01:05.123Z`, `08:01:05+07:00`.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        let clock = bytes.prefix { $0 != 90 && $0 != 43 && $0 != 45 && $0 != 46 }
        let parts = clock.split(separator: 58, omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), bytes.count <= 20 else { return false }
        for (part, limit) in zip(parts, [23, 59, 59]) {
            guard part.count == 2, let value = Int(String(decoding: part, as: UTF8.self)), (0...limit).contains(value)
            else {
                return false
            }
        }
        return bytes.dropFirst(clock.count).allSatisfy { (48...57).contains($0) || [90, 43, 45, 46, 58].contains($0) }
    }
}
