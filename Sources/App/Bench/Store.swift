import Base
import Registry
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

    /// The first hundred learners with those who answer for them, as the roster tells them.
    func bareUsers() throws -> [BareUser] {
        var users = try all(
            """
            SELECT s.id, s.code, s.family_name, s.middle_name, s.given_name, s.org_id, s.grade, s.details, s.updated_at
            FROM registry_student s WHERE s.org_id IS NOT NULL ORDER BY s.id LIMIT 100
            """
        ) { row in
            BareUser(
                id: try row(), code: try row(), family: try row(), middle: try row(), given: try row(), org: try row(),
                grade: try row(), details: try row(), changedAt: try row())
        }
        let places = Dictionary(users.indices.map { (users[$0].id, $0) }, uniquingKeysWith: { $1 })
        try each(
            """
            SELECT student_id, guardian_id FROM registry_guardianship WHERE student_id IN \(list: users.map(\.id)) AND valid_to >= \(today)
            """
        ) { row in
            if let place = places[try row()] { users[place].guardians.append(try row()) }
        }
        return users
    }
}

/// A learner as the bare route reads one.
struct BareUser: Sendable {
    let id: ID<Student>, code: String, family: String, middle: String, given: String, org: ID<Org>, grade: String
    let details: Details, changedAt: Int64
    var guardians: [ID<Guardian>] = []
}
