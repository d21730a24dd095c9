import Base
import Storage

/// Transfers between schools.
extension Tx {
    func insert(
        _ draft: TransferDraft, from source: ID<Org>, _ sourceClass: String, side: TransferSide,
        by account: ID<Account>?
    )
        throws -> ID<Transfer>
    {
        let id = newID(Transfer.self)
        try exec(
            """
            INSERT INTO registry_transfer (id, student_id, from_org, to_org, outside, from_class, class_id, grade, day, reason, papers,
            state, asked_side, asked_at, asked_by, ended_reason)
            VALUES (\(id), \(draft.student), \(source), \(draft.target), \(draft.outside), \(sourceClass), \(draft.classGroup),
            \(draft.grade), \(draft.day), \(draft.reason), \(draft.papers.joined(separator: " ")), \(TransferState.asked), \(side),
            \(now), \(account), '')
            """)
        return id
    }

    /// Whether a learner has a transfer that is not ended.
    func openTransfer(of student: ID<Student>) throws -> ID<Transfer>? {
        try value(
            "SELECT id FROM registry_transfer WHERE student_id = \(student) AND state IN \(list: Tx.openStates) LIMIT 1"
        )
    }

    private static let openStates = TransferState.open.map(\.rawValue)

    func approve(_ id: ID<Transfer>, _ side: TransferSide, state: TransferState, by account: ID<Account>?) throws {
        let sets: SQL =
            side == .giving
            ? "given_at = \(now), given_by = \(account)" : "taken_at = \(now), taken_by = \(account)"
        try exec("UPDATE registry_transfer SET state = \(state), \(sql: sets) WHERE id = \(id)")
    }

    func place(_ id: ID<Transfer>, into group: ID<ClassGroup>, grade: String, day: Day) throws {
        try exec("UPDATE registry_transfer SET class_id = \(group), grade = \(grade), day = \(day) WHERE id = \(id)")
    }

    func end(_ id: ID<Transfer>, _ state: TransferState, reason: String = "", by account: ID<Account>?) throws {
        try exec(
            """
            UPDATE registry_transfer SET state = \(state), ended_at = \(now), ended_by = \(account), ended_reason = \(reason)
            WHERE id = \(id)
            """)
    }

    /// A transfer from or to a school within reach.
    public func transfer(_ id: ID<Transfer>, scope: Scope) throws -> TransferLine? {
        try one(
            "SELECT \(sql: TransferLine.columns) WHERE t.id = \(id) AND \(sql: either(scope))", TransferLine.init)
    }

    /// Transfers from or to schools within reach, the newest first: the open ones, or those ended.
    public func transfers(isOpen: Bool, scope: Scope, from key: PageKey? = nil, size: Int = 50) throws
        -> Slice<TransferLine>
    {
        let isBackwards = key?.isBackwards ?? false
        var wheres: [SQL] = [
            either(scope), isOpen ? "t.state IN \(list: Tx.openStates)" : "t.state NOT IN \(list: Tx.openStates)",
        ]
        if let key { wheres.append(isBackwards ? "t.id > \(key.id)" : "t.id < \(key.id)") }
        let rows = try all(
            """
            SELECT \(sql: TransferLine.columns) WHERE \(sql: wheres.joined(" AND "))
            ORDER BY t.id \(sql: isBackwards ? "" : "DESC") LIMIT \(size + 1)
            """, TransferLine.init)
        return Slice.page(rows.map { (item: $0, sort: "", id: $0.id.raw) }, size: size, from: key)
    }

    /// How many transfers wait for the word of a school within reach, exact to a thousand.
    public func transfersWaiting(scope: Scope) throws -> ListCount {
        ListCount(
            count: try count(
                """
                SELECT COUNT(*) FROM (SELECT t.id FROM registry_transfer t
                WHERE (t.state IN ('asked', 'agreed') AND \(scope, on: "t.from_org"))
                OR (t.state IN ('asked', 'given') AND \(scope, on: "t.to_org")) LIMIT \(ListCount.most + 1)) x
                """))
    }

    /// Whether a school is within reach: whose word a visitor may give.
    func isWithin(_ org: ID<Org>?, _ scope: Scope) throws -> Bool {
        guard let org else { return false }
        return try exists("SELECT o.id FROM registry_org o WHERE o.id = \(org) AND \(scope, on: "o.id")")
    }

    /// Approved transfers whose day has come, and open ones asked for before a moment.
    func dueTransfers(askedBefore moment: Int64) throws -> (due: [ID<Transfer>], stale: [ID<Transfer>]) {
        (
            try all("SELECT id FROM registry_transfer WHERE state = 'approved' AND day <= \(today) ORDER BY id"),
            try all(
                """
                SELECT id FROM registry_transfer WHERE state IN ('asked', 'agreed', 'given') AND asked_at < \(moment) ORDER BY id
                """)
        )
    }

    /// Schools by code or by words of their name, wherever they are: their names are public. At most `limit`.
    func schools(named text: String, limit: Int = 12) throws -> [(id: ID<Org>, name: String, parent: String)] {
        let key = Fold.key(text)
        guard !key.isEmpty else { return [] }
        return try all(
            """
            SELECT o.id, o.name, COALESCE(p.name, '') FROM registry_org o LEFT JOIN registry_org p ON p.id = o.parent_id
            WHERE o.is_institution = 1 AND o.closed_on > \(today)
            AND (o.code = \(text.uppercased()) OR o.moet_code = \(text) OR o.name_key LIKE \("%\(key)%"))
            ORDER BY o.name_key, o.id LIMIT \(limit)
            """
        ) { (id: try $0(), name: try $0(), parent: try $0()) }
    }

    private func either(_ scope: Scope) -> SQL {
        "(\(scope, on: "t.from_org") OR (t.to_org IS NOT NULL AND \(scope, on: "t.to_org")))"
    }
}

extension TransferLine {
    fileprivate static let columns: SQL = """
        t.id, t.student_id, s.name, s.birth_date, t.from_org, f.name, t.to_org, COALESCE(g.name, t.outside), t.from_class, t.class_id, c.name,
        t.grade, t.day, t.reason, t.papers, t.state, t.asked_side, t.asked_at, t.asked_by, t.given_at, t.given_by, t.taken_at, t.taken_by,
        t.ended_at, t.ended_by, t.ended_reason
        FROM registry_transfer t JOIN registry_student s ON s.id = t.student_id JOIN registry_org f ON f.id = t.from_org
        LEFT JOIN registry_org g ON g.id = t.to_org LEFT JOIN registry_class c ON c.id = t.class_id
        """

    fileprivate init(_ row: inout Row) throws {
        (id, student, studentName, birthDate) = (try row(), try row(), try row(), try row())
        (source, sourceName, target, targetName) = (try row(), try row(), try row(), try row())
        (sourceClass, classGroup, className, grade, day) = (try row(), try row(), try row(), try row(), try row())
        reason = try row()
        papers = try row(String.self).split(separator: " ").map(String.init)
        state = TransferState(rawValue: try row()) ?? .asked
        askedSide = TransferSide(rawValue: try row()) ?? .giving
        (askedAt, askedBy, givenAt, givenBy) = (try row(), try row(), try row(), try row())
        (takenAt, takenBy, endedAt, endedBy, endedReason) = (try row(), try row(), try row(), try row(), try row())
    }
}
