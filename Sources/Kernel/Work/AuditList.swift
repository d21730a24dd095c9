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

/// What a room changed, as its entries in the trail tell it.
public struct Touched: Sendable {
    /// The records, each once.
    public var subjects: [Subject] = []
    /// The last entry read: where to go on.
    public var last: Int64
    /// Whether there was an import among them, whose entry names no records.
    public var isBulk = false
}

extension Tx {
    /// The newest entry of the trail; 0 where there is none.
    public var lastAuditEntry: Int64 {
        get throws { try value("SELECT MAX(id) FROM work_audit_entry", Int64?.self).flatMap { $0 } ?? 0 }
    }

    /// The records that a room's entries after one have changed, up to a moment; entries of mere reading are passed over.
    public func touched(after entry: Int64, until moment: Int64, room: String, limit: Int = 500) throws -> Touched {
        let end = max(0, moment - IDSource.epoch) << 21
        let entries = try all(
            """
            SELECT e.id, e.verb, e.subject_kind, e.subject_id FROM work_audit_entry e
            WHERE e.id > \(entry) AND e.id < \(end) ORDER BY e.id LIMIT \(limit)
            """
        ) { (id: try $0() as Int64, verb: try $0() as String, kind: try $0() as String, subject: try $0() as Int64?) }
        var out = Touched(last: entries.last?.id ?? entry), seen: Set<Subject> = []
        let own = entries.filter { $0.verb.hasPrefix("\(room).") && !isReading($0.verb) }
        out.isBulk = own.contains { $0.verb == "\(room).import" || $0.verb == "\(room).import.undo" }
        for line in own {
            let changed = try all(
                "SELECT DISTINCT subject_kind, subject_id FROM work_audit_field WHERE entry_id = \(line.id)"
            ) { Subject(stored: try $0(), try $0()) }
            let told = line.subject.map { [Subject(stored: line.kind, $0)] } ?? []
            for subject in told + changed where seen.insert(subject).inserted { out.subjects.append(subject) }
        }
        return out
    }

    private func isReading(_ verb: String) -> Bool {
        let last = verb.split(separator: ".").last ?? ""
        return ["export", "print", "confirm", "start", "part"].contains(last) || last.hasPrefix("read-")
            || last.hasPrefix("list-")
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
