import Base
import Storage

/// Photos, papers and policy statuses: what is written beside a record.
extension Tx {
    func setPhoto(_ hash: [UInt8]?, ofStudent id: ID<Student>) throws {
        try exec("UPDATE registry_student SET photo = \(hash), updated_at = \(now) WHERE id = \(id)")
    }

    func setPhoto(_ hash: [UInt8]?, ofStaff id: ID<Staff>) throws {
        try exec("UPDATE registry_staff SET photo = \(hash), updated_at = \(now) WHERE id = \(id)")
    }

    /// Writes a paper of a record's file: `kind` is `student` or `staff`.
    @discardableResult
    public func insert(_ draft: DocumentDraft, kind: String, of id: Int64) throws -> ID<Document> {
        let key = newID(Document.self)
        try exec(
            """
            INSERT INTO registry_document (id, subject_kind, subject_id, type, name, number, issued_on, expires_on, blob, added_at, body)
            VALUES (\(key), \(kind), \(id), \(draft.type), \(draft.name), \(draft.number), \(draft.issuedOn), \(draft.expiresOn),
            \(draft.blob), \(now), \(draft.body))
            """)
        return key
    }

    /// The papers of a member of staff's file, newest first.
    public func documents(of staff: ID<Staff>, scope: Scope) throws -> [DocumentRecord] {
        try all(
            """
            SELECT \(sql: DocumentRecord.columns)
            FROM registry_document d JOIN registry_staff s ON s.id = d.subject_id
            WHERE d.subject_kind = 'staff' AND d.subject_id = \(staff) AND d.removed_at IS NULL AND \(scope, on: "s.org_id") ORDER BY d.id DESC
            """, DocumentRecord.init)
    }

    /// Takes a paper out of a file; the row stays for the trail.
    func removeDocument(_ id: ID<Document>, kind: String, of subject: Int64) throws -> String? {
        try value(
            """
            UPDATE registry_document SET removed_at = \(now) WHERE id = \(id) AND subject_kind = \(kind) AND subject_id = \(subject)
            AND removed_at IS NULL RETURNING name
            """)
    }

    func policy(_ id: ID<Policy>, of student: ID<Student>) throws -> PolicyRecord? {
        try one(
            """
            SELECT id, kind, valid_from, valid_to, basis, document FROM registry_policy WHERE id = \(id) AND student_id = \(student)
            """
        ) { PolicyRecord(id: try $0(), kind: try $0(), period: try $0.period(), basis: try $0(), document: try $0()) }
    }

    func hasPolicy(_ kind: String, of student: ID<Student>, during period: Period) throws -> Bool {
        try exists(
            """
            SELECT id FROM registry_policy WHERE student_id = \(student) AND kind = \(kind) AND valid_from <= \(period.last)
            AND valid_to >= \(period.first)
            """)
    }

    func endPolicy(_ id: ID<Policy>, last: Day) throws {
        try exec("UPDATE registry_policy SET valid_to = \(last) WHERE id = \(id)")
    }
}

extension DocumentRecord {
    static let columns: SQL = "d.id, d.type, d.name, d.number, d.issued_on, d.expires_on, d.blob, d.added_at, d.body"

    init(_ row: inout Row) throws {
        (id, type, name, number) = (try row(), try row(), try row(), try row())
        (issuedOn, expiresOn, blob, addedAt, body) = (try row(), try row(), try row(), try row(), try row())
    }
}
