import Base
import Storage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The fields of a record that have no column of their own: field key to stored value, kept as one JSON object.
public struct Details: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public private(set) var values: [String: String]

    public init(_ values: [String: String] = [:]) { self.values = values.filter { !$0.value.isEmpty } }
    public init(dictionaryLiteral pairs: (String, String)...) {
        self.init(Dictionary(pairs, uniquingKeysWith: { $1 }))
    }

    public subscript(key: String) -> String? {
        get { values[key] }
        set { values[key] = newValue.flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// One JSON object, keys in order, so that equal details are equal texts.
    public var json: String {
        guard !values.isEmpty else { return "{}" }
        var out = "{"
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            if out.utf8.count > 1 { out += "," }
            Details.quote(key, into: &out)
            out += ":"
            Details.quote(value, into: &out)
        }
        return out + "}"
    }

    /// RFC 8259, section 7.
    static func quote(_ text: String, into out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case let control where control.value < 0x20:
                let hex = String(control.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}

extension Details: Column, Bindable {
    public init(column: RawColumn) throws {
        let text = try String(column: column)
        self.init(
            try Details.plain(text) ?? JSONDecoder().decode([String: String].self, from: Data(text.utf8)))
    }

    /// What `json` wrote where nothing had to be escaped; nothing for any other text.
    private static func plain(_ text: String) -> [String: String]? {
        if text == "{}" { return [:] }
        guard !text.utf8.contains(UInt8(ascii: "\\")) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).map(Substring.init)
        guard parts.count % 4 == 1, parts.first == "{", parts.last == "}" else { return nil }
        var values: [String: String] = [:]
        for index in stride(from: 0, to: parts.count - 1, by: 4) {
            guard index == 0 || parts[index] == ",", parts[index + 2] == ":" else { return nil }
            values[String(parts[index + 1])] = String(parts[index + 3])
        }
        return values
    }

    public var sqlValue: Storage.Value { .text(json) }
}
