import Base
import Storage

/// What the reader of the trail looks for.
public struct AuditFilter: Sendable {
    public var account: ID<Account>?, subject: Subject?, subjectKind = ""
    /// One of several accounts, when there are any: those whose name was looked for.
    public var accounts: [ID<Account>] = []
    /// The beginning of a verb: a room, or a room and its noun.
    public var verb = ""
    public var from: Day?, to: Day?
    public var before: ID<AuditEntry>?

    public init() {}
}

extension Tx {
    /// Entries of the trail within reach that a filter leaves, newest first.
    public func auditEntries(_ filter: AuditFilter, scope: Scope, limit: Int = 50) throws -> [AuditRow] {
        try all(
            """
            SELECT \(sql: AuditRow.columns) FROM work_audit_entry e WHERE \(sql: conditions(filter, scope).joined(" AND "))
            ORDER BY e.id DESC LIMIT \(limit)
            """, AuditRow.init)
    }

    /// One entry within reach.
    public func auditEntry(_ id: ID<AuditEntry>, scope: Scope) throws -> AuditRow? {
        try one(
            """
            SELECT \(sql: AuditRow.columns) FROM work_audit_entry e WHERE e.id = \(id) AND \(scope, on: "e.subject_org_id")
            """, AuditRow.init)
    }

    /// The fields that one entry changed: what is opened is for those who may see it; `nil` values could not be opened.
    public func changes(of entry: ID<AuditEntry>) throws -> [(
        subject: Subject, field: String, old: String?, new: String?
    )] {
        let rows = try all(
            """
            SELECT f.subject_kind, f.subject_id, f.field, f.old_value, f.new_value FROM work_audit_field f
            WHERE f.entry_id = \(entry) ORDER BY f.subject_kind, f.subject_id, f.field
            """
        ) { row in
            (
                kind: try row() as String, id: try row() as Int64, field: try row() as String,
                old: try row() as [UInt8]?,
                new: try row() as [UInt8]?
            )
        }
        return try rows.map { row in
            let subject = Subject(stored: row.kind, row.id)
            let key = try personKey(of: subject, making: false)
            func opened(_ sealed: [UInt8]?) -> String? {
                guard let sealed, let key else { return nil }
                return Secret.open(sealed, key: key, context: "audit").map { String(decoding: $0, as: UTF8.self) }
            }
            return (subject, row.field, opened(row.old), opened(row.new))
        }
    }

    /// Keys grow with time, so days are sought by key.
    private func conditions(_ filter: AuditFilter, _ scope: Scope) -> [SQL] {
        var wheres: [SQL] = ["\(scope, on: "e.subject_org_id")"]
        if let account = filter.account { wheres.append("e.account_id = \(account)") }
        if !filter.accounts.isEmpty { wheres.append("e.account_id IN \(list: filter.accounts)") }
        if let subject = filter.subject, let id = subject.id {
            wheres.append("e.subject_kind = \(subject.kind) AND e.subject_id = \(id)")
        } else if !filter.subjectKind.isEmpty {
            wheres.append("e.subject_kind = \(filter.subjectKind)")
        }
        if !filter.verb.isEmpty { wheres.append("e.verb >= \(filter.verb) AND e.verb < \(filter.verb + "~")") }
        if let from = filter.from { wheres.append("e.id >= \(from.firstKey)") }
        if let to = filter.to { wheres.append("e.id < \(to.adding(1).firstKey)") }
        if let before = filter.before { wheres.append("e.id < \(before)") }
        return wheres
    }
}

extension Day {
    /// The smallest key made on this day in Việt Nam.
    fileprivate var firstKey: Int64 { max(0, Int64(number) * 86_400_000 - 7 * 3_600_000 - IDSource.epoch) << 21 }
}

extension Subject {
    /// A subject as the trail names it.
    public init(stored kind: String, _ id: Int64) { (self.kind, self.id, org) = (kind, id, nil) }
}

extension Tx {
    /// Entries of the trail whose verb begins so, oldest first, after the key given: a feed for those who keep a copy. On PostgreSQL the last ten
    /// seconds are left out, since what began earlier may still be on its way.
    public func changes(after: ID<AuditEntry>?, verb: String, scope: Scope, limit: Int) throws -> [AuditRow] {
        let settled: SQL = engine == .postgres ? "e.at <= \(now - 10_000)" : "1 = 1"
        return try all(
            """
            SELECT \(sql: AuditRow.columns) FROM work_audit_entry e WHERE e.id > \(after?.raw ?? 0) AND e.verb >= \(verb) AND e.verb < \(verb + "~")
            AND \(sql: settled) AND \(scope, on: "e.subject_org_id") ORDER BY e.id LIMIT \(limit)
            """, AuditRow.init)
    }
}
