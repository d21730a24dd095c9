import Base
import Storage
import Work

extension LedgerTable {
    static let document = LedgerTable("document", "id:i subject_kind:t subject_id:i", isWhole: false)
    static let transfer = LedgerTable("transfer", "id:i student_id:i state:t ended_at:i", isWhole: false)
    static let former = LedgerTable("former", "id:i code:t moet_code:t student_id:i at:i", label: "code")
    static let duplicate = LedgerTable(
        "duplicate",
        """
        id:i first_id:i second_id:i score:i signs:t state:t digest:i reason:t found_at:i sent_at:i decided_by:i decided_at:i
        """)

    /// What merging and splitting may change, beside the tables that other rooms offer.
    static let merging = [
        student, enrolment, policy, guardianship, document, identifier, former, duplicate, transfer,
    ]

    /// A table of another room, as far as it is put back.
    init(_ table: PersonTable) {
        self.init(table.name, table.columns, table: table.name, keyed: table.keyed, isWhole: table.isTie)
    }

    /// A row's values but for the seals of personal numbers, which change with the key: only whether there is one.
    func contentHash(_ rows: [KeptRow]) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for row in rows {
            for (place, value) in row.enumerated() {
                let isSeal = place == personal?.blind || place == personal?.sealed
                for byte in (isSeal ? (value == nil ? "\u{1}" : "\u{2}") : value ?? "\u{1}").utf8 {
                    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
                }
                hash = (hash ^ 0x1F) &* 0x100_0000_01B3
            }
        }
        return Int64(hash >> 1)
    }
}

/// Writes down what stood before each change of one merge or split, so that it can be taken back to the letter.
struct MergeLedger {
    let id: ID<Merge>, tx: Tx
    fileprivate var number = 0

    init(_ id: ID<Merge>, _ tx: Tx) { (self.id, self.tx) = (id, tx) }

    mutating func changing(_ table: LedgerTable, _ key: any Bindable..., by change: () throws -> Void) throws {
        try changing(table, at: key.map(\.sqlValue), by: change)
    }

    mutating func changing(_ table: LedgerTable, at values: [Storage.Value], by change: () throws -> Void) throws {
        let before = try tx.kept(table, values)
        try change()
        let after = try tx.kept(table, values)
        guard before != after else { return }
        number += 1
        let entry: Int64 = if case .integer(let number)? = values.first { number } else { 0 }
        try tx.note(
            number, of: id, table.entity, entry, isNew: before.isEmpty,
            try Kept(key: values.map(LedgerTable.text), rows: before).text, table.contentHash(after))
    }
}

extension MergeLedger {
    /// Notes a row that has just been made: its key was not known before.
    mutating func made(_ table: LedgerTable, _ key: any Bindable) throws {
        number += 1
        let value = key.sqlValue, entry: Int64 = if case .integer(let number) = value { number } else { 0 }
        try tx.note(
            number, of: id, table.entity, entry, isNew: true, try Kept(key: [LedgerTable.text(value)], rows: []).text,
            table.contentHash(try tx.kept(table, [value])))
    }
}

extension Tx {
    fileprivate func note(
        _ number: Int, of merge: ID<Merge>, _ entity: String, _ entry: Int64, isNew: Bool, _ before: String,
        _ hash: Int64
    ) throws {
        try exec(
            """
            INSERT INTO registry_batch_change (batch_id, number, entity, entity_id, kind, before, after_version)
            VALUES (\(merge), \(number), \(entity), \(entry), \(isNew ? "created" : "updated"), \(before), \(hash))
            """)
    }

    /// The changes of a merge or split, the last first.
    private func changes(of merge: ID<Merge>) throws -> [LedgerChange] {
        try changes(of: merge.cast(to: Batch.self), below: .max, limit: 100_000)
    }

    /// Puts back what a merge or split changed. Throws, naming it, when something of it was changed since.
    func takeBack(_ merge: MergeLine, _ tables: [PersonTable]) throws -> [(
        table: LedgerTable, key: Kept, now: [KeptRow]
    )] {
        let all = Dictionary(
            (LedgerTable.merging + tables.map { LedgerTable($0) }).map { ($0.entity, $0) }, uniquingKeysWith: { $1 })
        let changes = try changes(of: merge.id)
        try refuseChanged(changes, all, tables)
        var touched: [(table: LedgerTable, key: Kept, now: [KeptRow])] = []
        for change in changes {
            guard let table = all[change.entity] else { continue }
            let kept = try Kept(change.before)
            touched.append((table, kept, try self.kept(table, try values(table, kept))))
            try putBack(table, kept)
        }
        return touched
    }

    private func values(_ table: LedgerTable, _ kept: Kept) throws -> [Storage.Value] {
        try kept.key.enumerated().map { try table.value($1, at: $0) }
    }

    /// Rows kept in part are put back where they stand; whole ones are written as they were.
    private func putBack(_ table: LedgerTable, _ kept: Kept) throws {
        guard !table.isWhole, let row = kept.rows.first else { return try restore(table, kept) }
        let sets = try (table.keyed..<table.columns.count).map { place -> SQL in
            "\(sql: table.column(place)) = \(try table.value(row[place], at: place))"
        }
        try exec(
            """
            UPDATE \(sql: table.table) SET \(sql: sets.joined(", ")) WHERE \(sql: table.matches(try values(table, kept)))
            """)
    }

    /// What is not any more what the merge left of it, in words.
    private func refuseChanged(_ changes: [LedgerChange], _ all: [String: LedgerTable], _ tables: [PersonTable]) throws
    {
        var seen: Set<String> = [], changed: [String] = []
        for change in changes {
            guard let table = all[change.entity] else { throw Fault.conflict("Lần gộp này do phiên bản khác ghi.") }
            let kept = try Kept(change.before)
            guard seen.insert("\(table.entity) \(kept.key)").inserted else { continue }
            let now = try self.kept(table, try values(table, kept))
            guard table.contentHash(now) != change.after else { continue }
            let name = try words(for: table, now, tables)
            if !changed.contains(name) { changed.append(name) }
        }
        guard !changed.isEmpty else { return }
        throw Fault.conflict(
            t("Không hoàn tác được, vì sau đó đã có thay đổi ở: {}.", changed.prefix(6).joined(separator: "; ")))
    }

    private func words(for table: LedgerTable, _ now: [KeptRow], _ tables: [PersonTable]) throws -> String {
        func value(_ name: String) -> String? {
            table.columns.firstIndex { $0.name == name }.flatMap { place in now.first.flatMap { $0[place] } }
        }
        switch table.entity {
        case "student": return t("hồ sơ {}", value("name") ?? "")
        case "enrolment":
            return t("quá trình học từ {}", value("valid_from").flatMap { Day(iso: $0)?.shown } ?? "")
        case "guardianship": return t("người giám hộ")
        case "policy": return t("diện chính sách")
        case "document": return t("giấy tờ")
        case "identifier": return t("mã ở hệ thống khác")
        case "transfer": return t("yêu cầu chuyển trường")
        case "former": return t("lần gộp khác của hồ sơ này")
        case "duplicate": return t("cặp hồ sơ nghi trùng")
        default: return tables.first { $0.name == table.entity }?.label(1) ?? table.entity
        }
    }
}
