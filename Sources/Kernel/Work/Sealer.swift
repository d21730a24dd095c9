import Base
import Logging
import ServiceLifecycle
import Storage

/// Chains the audit entries a second after they are written, so that no writer waits for the chain.
public struct Sealer: Service {
    let db: any Database
    let log: Logger

    public init(db: any Database, log: Logger) { (self.db, self.log) = (db, log) }

    public func run() async throws {
        try await every(.seconds(1)) {
            do { while try await db.sealAudit() == Seal.most {} } catch { log.error("sealing failed: \(error)") }
        }
    }
}

/// One link of the chain: a batch of entries under one hash.
enum Seal {
    static let most = 1000
    /// How far back an entry may appear late (many writers on PostgreSQL), in the time part of a key.
    static let window: Int64 = 600_000 << 21

    static func hash(previous: [UInt8], rows: [[UInt8]]) -> [UInt8] { Secret.sha256(previous + rows.flatMap { $0 }) }
}

extension Database {
    /// Seals the entries that are not sealed yet, at most a batch; answers how many.
    @discardableResult
    public func sealAudit() async throws -> Int {
        let waiting = try await read { tx in try tx.unsealed(limit: 1).isEmpty }
        if waiting { return 0 }
        return try await commit { tx in
            let last = try tx.lastSeal()
            let rows = try tx.unsealed(limit: Seal.most)
            guard !rows.isEmpty else { return 0 }
            let hash = Seal.hash(previous: last.hash, rows: rows.map(\.hash))
            try tx.exec(
                """
                INSERT INTO work_audit_seal (number, at, entries, hash, signature) VALUES
                (\(last.number + 1), \(tx.now), \(rows.count), \(hash), \(Secret.hmac(hash, key: tx.keys.key("audit-seal"))))
                """)
            for row in rows {
                try tx.exec("INSERT INTO work_audit_sealed (entry_id, seal) VALUES (\(row.id), \(last.number + 1))")
            }
            return rows.count
        }
    }

    /// Walks the whole chain and says what is wrong with it, naming the first bad entry; nothing when it holds.
    public func verifyAudit() async throws -> [String] {
        try await read { tx in
            var faults: [String] = [], previous = [UInt8](), expected: Int64 = 1
            let seals = try tx.all("SELECT number, entries, hash, signature FROM work_audit_seal ORDER BY number") {
                row in
                (
                    number: try row() as Int64, entries: try row() as Int, hash: try row() as [UInt8],
                    signature: try row() as [UInt8]
                )
            }
            for seal in seals {
                if seal.number != expected { faults.append("audit: seal \(expected) is missing") }
                expected = seal.number + 1
                let rows = try tx.sealedRows(seal.number)
                for row in rows where row.kept != row.computed {
                    faults.append("audit: entry \(row.id.code) was changed")
                }
                if rows.count != seal.entries || Seal.hash(previous: previous, rows: rows.map(\.kept)) != seal.hash {
                    faults.append("audit: seal \(seal.number) does not match its entries")
                }
                if !Secret.equal(seal.signature, Secret.hmac(seal.hash, key: tx.keys.key("audit-seal"))) {
                    faults.append("audit: seal \(seal.number) has a foreign signature")
                }
                if faults.count >= 20 { return faults }
                previous = seal.hash
            }
            return faults
        }
    }
}

extension Tx {
    fileprivate func lastSeal() throws -> (number: Int64, hash: [UInt8]) {
        try one("SELECT number, hash FROM work_audit_seal ORDER BY number DESC LIMIT 1") { (try $0(), try $0()) } ?? (
            0, []
        )
    }

    fileprivate func unsealed(limit: Int) throws -> [(id: Int64, hash: [UInt8])] {
        let newest: Int64 = try value("SELECT entry_id FROM work_audit_sealed ORDER BY entry_id DESC LIMIT 1") ?? 0
        return try all(
            """
            SELECT e.id, e.hash FROM work_audit_entry e
            WHERE e.id > \(max(0, newest - Seal.window)) AND NOT EXISTS (SELECT 1 FROM work_audit_sealed s WHERE s.entry_id = e.id)
            ORDER BY e.id LIMIT \(limit)
            """
        ) { (id: try $0(), hash: try $0()) }
    }

    fileprivate func sealedRows(_ number: Int64) throws -> [(id: ID<AuditEntry>, kept: [UInt8], computed: [UInt8])] {
        try all(
            """
            SELECT e.hash, \(sql: AuditRow.columns) FROM work_audit_sealed s JOIN work_audit_entry e ON e.id = s.entry_id
            WHERE s.seal = \(number) ORDER BY e.id
            """
        ) { row in
            let kept: [UInt8] = try row()
            let entry = try AuditRow(&row)
            return (entry.id, kept, entry.hash)
        }
    }
}
