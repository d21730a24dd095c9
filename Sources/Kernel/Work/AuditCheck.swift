import Base
import Storage

/// A link of the chain as it is stored.
private struct StoredSeal: Sendable {
    let number: Int64, entries: Int, hash: [UInt8], signature: [UInt8]
}

/// An entry under its seal: the hash kept, the hash of what stands there now, and whether its fields are those it was written with.
private struct SealedRow: Sendable {
    let id: ID<AuditEntry>, kept: [UInt8], computed: [UInt8], fields: [UInt8]?
}

extension Database {
    /// Walks the whole chain and says what is wrong with it, naming the first bad entry; nothing when it holds.
    /// With the file of sealed heads it also finds an end that was cut off, or a chain that was made anew.
    public func verifyAudit(against heads: SealedHeads? = nil) async throws -> [String] {
        try await read { tx in
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
            if let heads { faults += try Self.faults(of: seals, against: heads) }
            return faults
        }
    }

    private static func faults(of seals: [StoredSeal], against heads: SealedHeads) throws -> [String] {
        let known = Dictionary(seals.map { ($0.number, $0.hash) }, uniquingKeysWith: { first, _ in first })
        var faults: [String] = []
        faults += try heads.each { number, hash in
            guard known[number] != hash, faults.count < 5 else { return }
            faults.append(
                known[number] == nil
                    ? "audit: seal \(number) stands in \(heads.path) and is gone from the database"
                    : "audit: seal \(number) is another than the one in \(heads.path)")
        }
        return faults
    }
}

extension Tx {
    fileprivate func storedSeals() throws -> [StoredSeal] {
        try all("SELECT number, entries, hash, signature FROM work_audit_seal ORDER BY number") {
            StoredSeal(number: try $0(), entries: try $0(), hash: try $0(), signature: try $0())
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
        if !Secret.equal(seal.signature, Secret.hmac(seal.hash, key: keys.key("audit-seal"))) {
            faults.append("audit: seal \(seal.number) has a foreign signature")
        }
        return faults
    }

    private func sealedRows(_ number: Int64) throws -> [SealedRow] {
        try all(
            """
            SELECT e.hash, \(sql: AuditRow.columns) FROM work_audit_sealed s JOIN work_audit_entry e ON e.id = s.entry_id
            WHERE s.seal = \(number) ORDER BY e.id
            """
        ) { row in
            let kept: [UInt8] = try row()
            let entry = try AuditRow(&row)
            return SealedRow(id: entry.id, kept: kept, computed: entry.hash, fields: entry.fields)
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
