import Base
import Storage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A table whose rows a batch may make or change: enough of its shape to keep a row as text and to put it back.
struct LedgerTable: Sendable {
    enum Kind: Character, Sendable { case text = "t", integer = "i", real = "r", bytes = "b" }

    let entity: String
    let name: String
    let columns: [(name: String, kind: Kind)]
    /// How many of the first columns find the rows of one entry: all of the primary key, or only its owner's part.
    let keyed: Int
    /// Whether an entry is all rows of an owner, put back together.
    let isGroup: Bool
    /// The place of the column `version`, which tells whether somebody changed the row since.
    let version: Int?
    /// How people find the record: a column with its name.
    let label: String?
    /// Whether all columns are kept, so that a row can be written anew.
    let isWhole: Bool
    /// The places of the columns that hold a personal number.
    let personal: Personal?

    struct Personal: Sendable {
        let blind: Int, sealed: Int

        /// The sealed number of a kept row.
        func sealed(in row: KeptRow) -> [UInt8]? {
            guard row.indices.contains(sealed), row.indices.contains(blind) else { return nil }
            return row[sealed].flatMap { Base.bytes(hex: $0) }
        }

        /// The row with another number in its place; only for a row that has one.
        func putting(_ number: SealedPersonalID, in row: KeptRow) -> KeptRow {
            var row = row
            (row[blind], row[sealed]) = (number.blind?.hex, number.sealed?.hex)
            return row
        }
    }

    /// `columns` is written `id:i code:t …`, the key in front; `table` is named where it is another room's.
    init(
        _ entity: String, _ columns: String, table: String? = nil, keyed: Int = 1, isGroup: Bool = false,
        label: String? = nil, isWhole: Bool = true
    ) {
        let parsed = columns.split(separator: " ").map { part -> (name: String, kind: Kind) in
            (String(part.dropLast(2)), part.last.flatMap(Kind.init) ?? .text)
        }
        (self.entity, name, self.columns) = (entity, table ?? "registry_\(entity)", parsed)
        (self.keyed, self.isGroup, self.label, self.isWhole) = (keyed, isGroup, label, isWhole)
        func place(_ name: String) -> Int? { parsed.firstIndex { $0.name == name } }
        version = place("version")
        personal = place("personal_blind").flatMap { blind in
            place("personal_sealed").map { Personal(blind: blind, sealed: $0) }
        }
    }

    static let place = LedgerTable(
        "place",
        """
        id:i code:t tier:t kind:t name:t name_key:t parent_code:t province_code:t valid_from:t valid_to:t latitude:r longitude:r \
        is_border:i area:t
        """, label: "name")
    static let alias = LedgerTable("place_alias", "place_id:i alias:t alias_key:t", keyed: 2)
    static let succession = LedgerTable("place_succession", "from_id:i to_id:i on_day:t", keyed: 2)
    static let org = LedgerTable(
        "org",
        """
        id:i code:t moet_code:t kind:t ownership:t name:t name_key:t is_institution:i levels:t parent_id:i place_id:i opened_on:t \
        closed_on:t details:t version:i created_at:i updated_at:i
        """, label: "name")
    static let orgName = LedgerTable("org_name", "org_id:i name:t valid_from:t valid_to:t basis:t", isGroup: true)
    static let orgManaged = LedgerTable(
        "org_managed", "org_id:i parent_id:i valid_from:t valid_to:t basis:t", isGroup: true)
    static let orgLocated = LedgerTable("org_located", "org_id:i place_id:i valid_from:t valid_to:t", isGroup: true)
    static let orgLevel = LedgerTable("org_level", "org_id:i level:t", isGroup: true)
    static let orgEvent = LedgerTable(
        "org_event", "org_id:i id:i kind:t on_day:t other_id:i basis:t at:i", isGroup: true)
    static let session = LedgerTable(
        "session", "id:i kind:t title:t year:i first_day:t last_day:t parent_id:i org_id:i", label: "title")
    static let course = LedgerTable("course", "id:i org_id:i title:t code:t year:i grades:t subjects:t", label: "title")
    static let classGroup = LedgerTable(
        "class",
        """
        id:i org_id:i site_id:i year:i name:t name_key:t sort_key:t kind:t level:t grades:t is_combined:i homeroom_id:i course_id:i \
        details:t version:i closed_on:t created_at:i updated_at:i
        """, label: "name")
    static let teaching = LedgerTable("teaching", "id:i class_id:i staff_id:i subject:t duty:t valid_from:t valid_to:t")
    static let student = LedgerTable(
        "student",
        """
        id:i code:t moet_code:t personal_blind:b personal_sealed:b personal_state:t family_name:t middle_name:t given_name:t name:t \
        name_key:t sort_key:t birth_date:t sex:t ethnicity:t status:t org_id:i class_id:i level:t grade:t residence_id:i photo:b \
        details:t version:i created_at:i updated_at:i
        """, label: "name")
    static let enrolment = LedgerTable(
        "enrolment",
        """
        id:i student_id:i org_id:i class_id:i year:i level:t grade:t kind:t valid_from:t valid_to:t entry:t leaving:t reason:t
        """)
    static let guardian = LedgerTable(
        "guardian",
        """
        id:i name:t name_key:t sort_key:t sex:t birth_date:t phone:t personal_blind:b personal_sealed:b details:t version:i \
        created_at:i updated_at:i
        """, label: "name")
    static let guardianship = LedgerTable(
        "guardianship", "guardian_id:i student_id:i relation:t is_contact:i valid_from:t valid_to:t", keyed: 2)
    static let policy = LedgerTable("policy", "id:i student_id:i kind:t valid_from:t valid_to:t basis:t document:t")
    static let staff = LedgerTable(
        "staff",
        """
        id:i code:t moet_code:t personal_blind:b personal_sealed:b personal_state:t family_name:t middle_name:t given_name:t name:t \
        name_key:t sort_key:t birth_date:t sex:t ethnicity:t status:t org_id:i staff_group:t position:t photo:b details:t version:i \
        created_at:i updated_at:i
        """, label: "name")
    static let post = LedgerTable(
        "post", "id:i staff_id:i org_id:i position:t is_main:i valid_from:t valid_to:t basis:t")
    static let identifier = LedgerTable(
        "identifier", "source:t type:t value:t entity:t entity_id:i record:t digest:b batch_id:i", keyed: 3)

    static let all = [
        place, alias, succession, org, orgName, orgManaged, orgLocated, orgLevel, orgEvent, session, course, classGroup,
        teaching,
        student, enrolment, guardian, guardianship, policy, staff, post, identifier,
    ]

    static func of(_ entity: String) -> LedgerTable? { all.first { $0.entity == entity } }

    var table: SQL { SQL(stringLiteral: name) }
    func column(_ index: Int) -> SQL { SQL(stringLiteral: columns[index].name) }
    var list: SQL { columns.indices.map(column).joined(", ") }

    func matches(_ key: [Storage.Value]) -> SQL {
        zip(0..<keyed, key).map { "\(sql: column($0)) = \($1)" as SQL }.joined(" AND ")
    }
}

/// A row as text: each value by its column's kind, null as nothing.
typealias KeptRow = [String?]

/// What stood at a key before a batch touched it.
struct Kept: Codable {
    let key: KeptRow
    let rows: [KeptRow]

    var text: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }

    init(key: KeptRow, rows: [KeptRow]) { (self.key, self.rows) = (key, rows) }
    init(_ text: String) throws { self = try JSONDecoder().decode(Kept.self, from: Data(text.utf8)) }
}

extension LedgerTable {
    func value(_ text: String?, at index: Int) throws -> Storage.Value {
        guard let text else { return .null }
        switch columns[index].kind {
        case .text: return .text(text)
        case .integer: if let number = Int64(text) { return .integer(number) }
        case .real: if let number = Double(text) { return .real(number) }
        case .bytes: if let bytes = bytes(hex: text) { return .bytes(bytes) }
        }
        throw StorageError(.other, "a kept \(name).\(columns[index].name) cannot be read")
    }

    private func bytes(hex text: String) -> [UInt8]? { Base.bytes(hex: text) }

    func read(_ row: inout Row) throws -> KeptRow {
        try columns.map { column in
            switch column.kind {
            case .text: try row(String?.self)
            case .integer: try row(Int64?.self).map { String($0) }
            case .real: try row(Double?.self).map { "\($0)" }
            case .bytes: try row([UInt8]?.self)?.hex
            }
        }
    }

    static func text(_ value: Storage.Value) -> String? {
        switch value {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .text(let text): text
        case .bytes(let bytes): bytes.hex
        }
    }
}

extension Tx {
    /// The rows at a key, as text.
    func kept(_ table: LedgerTable, _ key: [Storage.Value]) throws -> [KeptRow] {
        try all("SELECT \(sql: table.list) FROM \(sql: table.table) WHERE \(sql: table.matches(key))") {
            try table.read(&$0)
        }
    }

    /// Notes in a batch that a row was made.
    func made(_ table: LedgerTable, _ key: any Bindable..., in batch: inout ImportBatch) throws {
        try note(
            table, key.map(\.sqlValue), before: [], after: table.version == nil ? 0 : 1, kind: "created", in: &batch)
    }

    /// Changes rows, and notes in a batch what stood there before; a change that changes nothing is not noted.
    func changing(
        _ table: LedgerTable, _ key: any Bindable..., in batch: inout ImportBatch, _ change: () throws -> Void
    ) throws {
        let values = key.map(\.sqlValue), before = try kept(table, values)
        try change()
        let after = try kept(table, values)
        guard after != before else { return }
        try note(
            table, values, before: before, after: table.fingerprint(after),
            kind: before.isEmpty ? "created" : "updated", in: &batch)
    }

    func note(
        _ table: LedgerTable, _ key: [Storage.Value], before: [KeptRow], after: Int64, kind: String,
        in batch: inout ImportBatch
    ) throws {
        batch.number += 1
        let id: Int64 = if case .integer(let number)? = key.first { number } else { 0 }
        let text = try Kept(key: key.map(LedgerTable.text), rows: before).text
        try exec(
            """
            INSERT INTO registry_batch_change (batch_id, number, entity, entity_id, kind, before, after_version)
            VALUES (\(batch.id), \(batch.number), \(table.entity), \(id), \(kind), \(text), \(after))
            """)
    }
}

extension LedgerTable {
    /// What the row was when the batch left it: its version, or for a table without one a hash of all its values.
    func fingerprint(_ rows: [KeptRow]) -> Int64 {
        if let version, let number = rows.first?[version].flatMap({ Int64($0) }) { return number }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for row in rows {
            for value in row {
                for byte in (value ?? "\u{1}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
                hash = (hash ^ 0x1F) &* 0x100_0000_01B3
            }
        }
        return Int64(hash >> 1)
    }
}
