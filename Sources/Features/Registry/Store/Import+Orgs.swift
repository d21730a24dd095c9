import Base
import Storage

extension Tx {
    /// Notes a unit just written with every row that came with it.
    func madeOrg(_ id: ID<Org>, _ draft: OrgDraft, in batch: inout ImportBatch) throws {
        try made(.org, id, in: &batch)
        for table in [LedgerTable.orgName, .orgLevel, .orgEvent] { try made(table, id, in: &batch) }
        if draft.parent != nil { try made(.orgManaged, id, in: &batch) }
        if draft.place != nil { try made(.orgLocated, id, in: &batch) }
        batch.tally.touchesTree = true
    }

    /// Changes a unit with its dated relations, and notes what stood there before.
    func changingOrg(_ id: ID<Org>, in batch: inout ImportBatch, _ change: () throws -> Void) throws {
        let tables = [LedgerTable.orgName, .orgManaged, .orgLocated, .orgLevel, .orgEvent, .org], key = [id.sqlValue]
        let before = try tables.map { try kept($0, key) }
        try change()
        for (table, old) in zip(tables, before) {
            let new = try kept(table, key)
            guard new != old else { continue }
            try note(
                table, key, before: old, after: table.fingerprint(new), kind: old.isEmpty ? "created" : "updated",
                in: &batch)
        }
    }

    /// Today's units of some kinds.
    func units(kinds: [String]) throws -> [(id: ID<Org>, name: String, kind: String, parent: ID<Org>?)] {
        try all(
            "SELECT id, name, kind, parent_id FROM registry_org WHERE kind IN \(list: kinds) AND closed_on = '2200-12-31' ORDER BY id"
        ) {
            (id: try $0(), name: try $0(), kind: try $0(), parent: try $0())
        }
    }
}

extension Tx {
    /// Sets what a list says of a unit beside its dated relations.
    func update(org id: ID<Org>, _ shape: OrgShape) throws {
        let levels = shape.levels.sorted()
        try exec(
            """
            UPDATE registry_org SET kind = \(shape.kind), ownership = \(shape.ownership),
            levels = \(levels.map(\.rawValue).joined(separator: ",")), details = \(shape.details), version = version + 1,
            updated_at = \(now) WHERE id = \(id)
            """)
        try exec("DELETE FROM registry_org_level WHERE org_id = \(id)")
        for level in levels { try exec("INSERT INTO registry_org_level (org_id, level) VALUES (\(id), \(level))") }
    }
}
