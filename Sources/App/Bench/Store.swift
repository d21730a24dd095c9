import Base
import Storage
import Work

// The bare server's own statements: what the product's cost is measured beside.
extension Tx {
    func bareWrite(_ key: String) throws {
        let digest = [UInt8](repeating: 7, count: 32)
        try exec(
            "INSERT INTO work_request (account_id, key, digest, answer, at) VALUES (0, \(key), \(digest), '8.5', \(now))"
        )
        try exec(
            """
            INSERT INTO work_audit_entry (id, at, kind, account_id, role, org_id, address, verb, subject_kind, subject_id, subject_org_id, note, hash)
            VALUES (\(newID(AuditEntry.self)), \(now), 'anonymous', NULL, NULL, NULL, '127.0.0.1', 'bench.write', 'system', NULL, NULL, '', \(digest))
            """)
    }
}
