import Base
import Storage

/// A link of the chain as it is stored.
private struct StoredSeal: Sendable {
    let number: Int64, at: Int64, entries: Int, hash: [UInt8], signature: [UInt8]
}

/// An entry under its seal: the hash kept, the hash of what stands there now, and whether its fields are those it was written with.
private struct SealedRow: Sendable {
    let id: ID<AuditEntry>, kept: [UInt8], computed: [UInt8], fields: [UInt8]?
}

extension Database {
    /// Walks the whole chain and says what is wrong with it, naming the first bad entry; nothing when it holds.
    /// With the file of sealed heads it also finds an end that was cut off, or a chain that was made anew.
    public func verifyAudit(against heads: SealedHeads? = nil) async throws -> [String] {
        // The heads first: every one of them was written after its seal, which the reading below then finds.
        let known = try heads.map { try KnownHeads($0) }
        return try await read { tx in
            var faults: [String] = [], previous = [UInt8](), expected: Int64 = 1
            let seals = try tx.storedSeals()
            for seal in seals {
                if seal.number != expected { faults.append("audit: seal \(expected) is missing") }
                expected = seal.number + 1
                faults += try tx.faults(of: seal, after: previous)
                if faults.count >= 20 { return faults }
                previous = seal.hash
            }
            for stray in try tx.strays(limit: 5) {
                faults.append("audit: entry \(ID<AuditEntry>(stored: stray.id).code) is old and not sealed")
            }
            return faults + (known?.faults(of: seals) ?? [])
        }
    }
}

/// The heads that stand outside the database.
private struct KnownHeads: Sendable {
    let path: String
    private var heads: [(number: Int64, hash: [UInt8])] = []
    private var broken: [String] = []

    init(_ file: SealedHeads) throws {
        path = file.path
        var found: [(number: Int64, hash: [UInt8])] = []
        broken = try file.each { found.append(($0, $1)) }
        heads = found
    }

    func faults(of seals: [StoredSeal]) -> [String] {
        let stored = Dictionary(seals.map { ($0.number, $0.hash) }, uniquingKeysWith: { first, _ in first })
        let wrong = heads.lazy.filter { stored[$0.number] != $0.hash }.prefix(5).map { head in
            stored[head.number] == nil
                ? "audit: seal \(head.number) stands in \(path) and is gone from the database"
                : "audit: seal \(head.number) is another than the one in \(path)"
        }
        return broken + wrong
    }
}

extension Tx {
    fileprivate func storedSeals() throws -> [StoredSeal] {
        try all("SELECT number, at, entries, hash, signature FROM work_audit_seal ORDER BY number") {
            StoredSeal(number: try $0(), at: try $0(), entries: try $0(), hash: try $0(), signature: try $0())
        }
    }

    fileprivate func faults(of seal: StoredSeal, after previous: [UInt8]) throws -> [String] {
        let rows = try sealedRows(seal.number), fields = try sealedFields(seal.number)
        var faults: [String] = []
        for row in rows {
            if row.kept != row.computed { faults.append("audit: entry \(row.id.code) was changed") }
            if let kept = row.fields, kept != (fields[row.id] ?? FieldDigest()).hash {
                faults.append("audit: the fields of entry \(row.id.code) were changed")
            }
        }
        if rows.count != seal.entries || Seal.hash(previous: previous, rows: rows.map(\.kept)) != seal.hash {
            faults.append("audit: seal \(seal.number) does not match its entries")
        }
        let head = SealedHead(number: seal.number, at: seal.at, hash: seal.hash)
        if !keys.isSigned(head.signed, seal.signature, SealedHead.purpose) {
            faults.append("audit: seal \(seal.number) has a foreign signature")
        }
        return faults
    }

    private func sealedRows(_ number: Int64) throws -> [SealedRow] {
        try all(
            """
            SELECT e.hash, CASE WHEN e.role IN \(list: Role.allCases) THEN 0 WHEN e.role IS NULL THEN 0 ELSE 1 END,
            \(sql: AuditRow.columns(role: "CASE WHEN e.role IN \(list: Role.allCases) THEN e.role END")) FROM work_audit_sealed s JOIN work_audit_entry e ON e.id = s.entry_id
            WHERE s.seal = \(number) ORDER BY e.id
            """
        ) { row in
            let kept: [UInt8] = try row(), hasUnknownRole = try row(Int.self) == 1
            let entry = try AuditRow(&row)
            return SealedRow(
                id: entry.id, kept: kept, computed: hasUnknownRole ? [] : entry.hash, fields: entry.fields)
        }
    }

    private func sealedFields(_ number: Int64) throws -> [ID<AuditEntry>: FieldDigest] {
        var found: [ID<AuditEntry>: FieldDigest] = [:]
        try each(
            """
            SELECT f.entry_id, f.subject_kind, f.subject_id, f.field, f.old_value, f.new_value
            FROM work_audit_sealed s JOIN work_audit_field f ON f.entry_id = s.entry_id WHERE s.seal = \(number)
            """
        ) { row in
            found[try row(), default: FieldDigest()].add(try row(), try row(), try row(), try row(), try row())
        }
        return found
    }
}
