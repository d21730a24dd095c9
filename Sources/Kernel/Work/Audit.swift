import Base
import Facts
import Storage

/// What is being done, as the audit trail names it: `room.verb`, or `room.noun.verb`.
public struct Verb: Sendable, Hashable, ExpressibleByStringLiteral {
    public let name: String
    public init(stringLiteral name: StaticString) { self.name = name.description }
}

/// What it is done to.
public struct Subject: Sendable, Hashable {
    public let kind: String
    public let id: Int64?
    /// The unit whose people may read the entry.
    public let org: Int64?

    public init(_ kind: StaticString, _ id: Int64? = nil, org: ID<Org>? = nil) {
        (self.kind, self.id, self.org) = (kind.description, id, org?.raw)
    }

    /// A record, and the unit whose people may read the entry.
    public static func student(_ id: ID<Student>, org: ID<Org>? = nil) -> Subject {
        Subject("student", id.raw, org: org)
    }
    public static func staff(_ id: ID<Staff>, org: ID<Org>? = nil) -> Subject { Subject("staff", id.raw, org: org) }
    public static func guardian(_ id: ID<Guardian>, org: ID<Org>? = nil) -> Subject {
        Subject("guardian", id.raw, org: org)
    }
    public static func org(_ id: ID<Org>) -> Subject { Subject("org", id.raw, org: id) }
    public static func classGroup(_ id: ID<ClassGroup>, org: ID<Org>? = nil) -> Subject {
        Subject("class", id.raw, org: org)
    }
    public static func account(_ id: ID<Account>, org: ID<Org>? = nil) -> Subject {
        Subject("account", id.raw, org: org)
    }
    public static let system = Subject("system")
}

extension Database {
    /// Runs a change in one transaction with its audit entry: who, what, on what. Nothing is acknowledged before both are durable.
    @discardableResult
    public func write<T: Sendable>(
        as visitor: Visitor, _ verb: Verb, on subject: Subject, _ body: @escaping @Sendable (Tx) throws -> T
    ) async throws -> T {
        let request = OnceRequest.current
        return try await commit { tx in
            let entry = AuditDraft(tx.newID())
            tx.luggage[AuditDraft.key] = entry
            let value = try body(tx)
            try tx.record(entry, by: visitor, verb, on: entry.subject ?? subject)
            if let request { try tx.keep(request, made: (entry.subject ?? subject).id) }
            return value
        }
    }

    /// Notes that sensitive data were read (identity number, health, documents, exports, view-as).
    public func noteRead(as visitor: Visitor, _ verb: Verb, on subject: Subject, note: String = "") async throws {
        try await write(as: visitor, verb, on: subject) { tx in tx.audit(note: note) }
    }
}

/// The entry being written with a transaction.
final class AuditDraft {
    static let key = ObjectIdentifier(AuditDraft.self)
    let id: ID<AuditEntry>
    var note = ""
    var subject: Subject?
    var personKeys: [Subject: [UInt8]] = [:]
    var fields = FieldDigest()

    init(_ id: ID<AuditEntry>) { self.id = id }
}

extension Tx {
    private var draft: AuditDraft? { luggage[AuditDraft.key] as? AuditDraft }

    /// Adds words without personal values to the entry: counts, a digest, a reason's code.
    public func audit(note: String) { draft?.note = note }

    /// Names the subject when it is only known inside, such as a new record.
    public func audit(subject: Subject) { draft?.subject = subject }

    /// Keeps the history of one field: the values are sealed under the person's own key, so that erasing the key erases them.
    public func changed(_ subject: Subject, _ field: String, from old: String?, to new: String?) throws {
        guard let draft, old != new, let id = subject.id else { return }
        guard let key = try personKey(of: subject, making: true) else {
            throw StorageError(.other, "the key of a person opens with none of the master keys")
        }
        func sealed(_ text: String?) -> [UInt8]? {
            text.map { Secret.seal(Array($0.utf8), key: key, context: "audit") }
        }
        let (before, after) = (sealed(old), sealed(new))
        try exec(
            """
            INSERT INTO work_audit_field (entry_id, subject_kind, subject_id, field, old_value, new_value)
            VALUES (\(draft.id), \(subject.kind), \(id), \(field), \(before), \(after))
            ON CONFLICT (entry_id, subject_kind, subject_id, field) DO UPDATE SET new_value = excluded.new_value
            """)
        draft.fields.add(subject.kind, id, field, before, after)
    }

    func personKey(of subject: Subject, making: Bool) throws -> [UInt8]? {
        guard let id = subject.id else { return nil }
        if let known = draft?.personKeys[subject] { return known }
        let stored: [UInt8]? = try value(
            "SELECT key FROM work_person_key WHERE subject_kind = \(subject.kind) AND subject_id = \(id)")
        if let stored { return keep(keys.open(stored, .personKey), subject) }
        guard making else { return nil }
        let fresh = Secret.random(32)
        try exec(
            """
            INSERT INTO work_person_key (subject_kind, subject_id, key) VALUES
            (\(subject.kind), \(id), \(try sealing().seal(fresh, .personKey)))
            """)
        return keep(fresh, subject)
    }

    private func keep(_ key: [UInt8]?, _ subject: Subject) -> [UInt8]? {
        draft?.personKeys[subject] = key
        return key
    }

    func record(_ entry: AuditDraft, by visitor: Visitor, _ verb: Verb, on subject: Subject) throws {
        let row = AuditRow(
            id: entry.id, at: now, kind: visitor.kind.rawValue, account: visitor.account, role: visitor.role,
            org: visitor.org,
            address: visitor.address, verb: verb.name, subjectKind: subject.kind, subjectID: subject.id,
            subjectOrg: subject.org,
            note: entry.note, fields: entry.fields.hash)
        try exec(
            """
            INSERT INTO work_audit_entry (id, at, kind, account_id, role, org_id, address, verb, subject_kind, subject_id, subject_org_id, note,
            fields, hash) VALUES (\(row.id), \(row.at), \(row.kind), \(row.account), \(row.role), \(row.org), \(row.address), \(row.verb),
            \(row.subjectKind), \(row.subjectID), \(row.subjectOrg), \(row.note), \(row.fields), \(row.hash))
            """)
    }
}

/// One line of the audit trail.
public struct AuditRow: Sendable {
    public let id: ID<AuditEntry>, at: Int64, kind: String, account: ID<Account>?, role: Role?, org: ID<Org>?,
        address: String
    public let verb: String, subjectKind: String, subjectID: Int64?, subjectOrg: Int64?, note: String
    /// The digest of the fields changed; entries of before it was kept have none.
    var fields: [UInt8]?

    /// SHA-256 over every column, each preceded by its length so that no two rows can be written alike.
    var hash: [UInt8] {
        var parts: [String] = [
            String(id.raw), String(at), kind, account.map { String($0.raw) } ?? "-", role?.rawValue ?? "-",
            org.map { String($0.raw) } ?? "-", address, verb, subjectKind, subjectID.map(String.init) ?? "-",
            subjectOrg.map(String.init) ?? "-", note,
        ]
        if let fields { parts.append(fields.hex) }
        return Secret.sha256(parts.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) })
    }
}

extension AuditRow {
    static let columns = columns(role: "e.role")

    static func columns(role: SQL) -> SQL {
        """
        e.id, e.at, e.kind, e.account_id, \(sql: role), e.org_id, e.address, e.verb, e.subject_kind, e.subject_id, e.subject_org_id, e.note,
        e.fields
        """
    }

    init(_ row: inout Row) throws {
        self.init(
            id: try row(), at: try row(), kind: try row(), account: try row(), role: try row(), org: try row(),
            address: try row(),
            verb: try row(), subjectKind: try row(), subjectID: try row(), subjectOrg: try row(), note: try row(),
            fields: try row())
    }
}

/// One change of one field, opened for reading.
public struct FieldChange: Sendable {
    public let at: Int64, account: ID<Account>?, role: Role?, verb: String, field: String, old: String?, new: String?
    public let entry: ID<AuditEntry>
}

extension Tx {
    /// The history of every field of one subject, newest first, at most so many.
    public func history(of subject: Subject, limit: Int = 200) throws -> [FieldChange] {
        guard let id = subject.id, let key = try personKey(of: subject, making: false) else { return [] }
        func opened(_ sealed: [UInt8]?) -> String? {
            sealed.flatMap { Secret.open($0, key: key, context: "audit") }.map { String(decoding: $0, as: UTF8.self) }
        }
        return try all(
            """
            SELECT e.at, e.account_id, e.role, e.verb, f.field, f.old_value, f.new_value, e.id
            FROM work_audit_field f JOIN work_audit_entry e ON e.id = f.entry_id
            WHERE f.subject_kind = \(subject.kind) AND f.subject_id = \(id) ORDER BY e.id DESC LIMIT \(limit)
            """
        ) { row in
            FieldChange(
                at: try row(), account: try row(), role: try row(), verb: try row(), field: try row(),
                old: opened(try row()), new: opened(try row()), entry: try row())
        }
    }

    /// Entries of the trail, newest first, before the key given; `verb` is a prefix.
    public func auditEntries(
        scope: Scope, subject: Subject? = nil, verb: String = "", account: ID<Account>? = nil,
        before: ID<AuditEntry>? = nil, limit: Int = 50
    ) throws -> [AuditRow] {
        var wheres: [SQL] = ["\(scope, on: "e.subject_org_id")"]
        if let subject {
            wheres.append("e.subject_kind = \(subject.kind)")
            if let id = subject.id { wheres.append("e.subject_id = \(id)") }
        }
        if !verb.isEmpty { wheres.append("e.verb >= \(verb) AND e.verb < \(verb + "~")") }
        if let account { wheres.append("e.account_id = \(account)") }
        if let before { wheres.append("e.id < \(before)") }
        return try all(
            """
            SELECT \(sql: AuditRow.columns) FROM work_audit_entry e WHERE \(sql: wheres.joined(" AND ")) ORDER BY e.id DESC LIMIT \(limit)
            """, AuditRow.init)
    }
}
