import Base

/// One field that a record may have: what it is called, what it holds, who may see it.
public struct FieldDefinition: Sendable, Decodable {
    public enum Kind: String, Sendable, Decodable {
        case text, long, day, number, money, bool, code, phone, email, place
        case partialDay = "partial-day", personalID = "personal-id"
    }

    public let key: String
    public let label: String
    public let group: String
    public let type: Kind
    public let catalogue: String?
    private let sensitive: Bool?
    private let column: Bool?
    private let required: Bool?
    private let many: Bool?
    private let dated: Bool?
    private let computed: Bool?
    public let aliases: [String]?
    public let levels: [Level]?
    /// The most characters of a text, the most a number may be.
    public let max: Int?
    /// For a place: `province`, `district` or `commune`.
    public let tier: String?
    /// For a field of the family: whose it is, `father`, `mother`, `guardian`.
    public let relation: String?
    public let unit: String?

    /// Seen only with the right to sensitive fields; its reading of numbers is audited.
    public var isSensitive: Bool { sensitive ?? false }
    /// Kept in a column of its own, not among the details.
    public var isColumn: Bool { column ?? false }
    public var isRequired: Bool { required ?? false }
    /// Holds several codes, parted by commas.
    public var isMany: Bool { many ?? false }
    /// Has a period: kept as dated rows, not on the record.
    public var isDated: Bool { dated ?? false }
    public var isComputed: Bool { computed ?? false }
    /// Written by forms into the record's details.
    public var isDetail: Bool { !isColumn && !isDated && !isComputed && relation == nil }

    /// Whether the field is asked of learners or staff of a level.
    public func applies(to level: Level?) -> Bool {
        guard let level, let levels else { return true }
        return levels.contains(level)
    }
}

/// The fields of one kind of record, in the order of the form, in groups; and headings of files that name no field.
public struct FieldList: Sendable {
    public let fields: [FieldDefinition]
    /// Other columns of files by their meaning (`school`, `class`, `full_name`), with their spellings.
    public let headings: [String: [String]]
    private let byKey: [String: Int]

    init(_ file: ListFile<FieldDefinition>) {
        (fields, headings) = (file.items, file.headings ?? [:])
        byKey = Dictionary(fields.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public subscript(key: String) -> FieldDefinition? { byKey[key].map { fields[$0] } }

    /// The groups of the form in order.
    public var groups: [(name: String, fields: [FieldDefinition])] {
        var out: [(name: String, fields: [FieldDefinition])] = []
        for field in fields {
            if let index = out.firstIndex(where: { $0.name == field.group }) {
                out[index].fields.append(field)
            } else {
                out.append((field.group, [field]))
            }
        }
        return out
    }
}
