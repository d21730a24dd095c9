import Base
import Storage

extension SlipRow {
    static let columns: SQL = """
        s.id, s.student_id, s.state, s.issued_at, s.expires_at, s.account_id, s.claimant, s.relation, s.phone, s.claimed_at, s.decided_at, s.reason
        """

    init(_ row: inout Row, _ tx: Tx) throws {
        (id, student) = (try row(), try row())
        let stored: SlipState = try row()
        (issuedAt, expiresAt, account, claimant, relation) = (try row(), try row(), try row(), try row(), try row())
        phone = (try row() as [UInt8]?).flatMap { tx.keys.open($0, Purpose.slipPhone) } ?? ""
        (claimedAt, decidedAt, reason) = (try row(), try row(), try row())
        state = stored == .issued && expiresAt <= tx.now ? .expired : stored
    }
}

extension Tx {
    func slip(_ id: ID<Slip>) throws -> SlipRow? {
        try one("SELECT \(sql: SlipRow.columns) FROM identity_slip s WHERE s.id = \(id)") { try SlipRow(&$0, self) }
    }

    /// A slip of a pupil within reach; one that is not is not found.
    func slip(_ id: ID<Slip>, within scope: Scope) throws -> SlipRow {
        guard let slip = try slip(id), try reaches(scope, student: slip.student) else { throw Fault.notFound }
        return slip
    }

    /// The slip that a typed code names, still waiting to be claimed.
    func openSlip(_ code: String) throws -> SlipRow? {
        try one(
            """
            SELECT \(sql: SlipRow.columns) FROM identity_slip s WHERE s.hash IN \(list: keys.blinds(code, Purpose.slip))
            AND s.state = 'issued' AND s.expires_at > \(now)
            """
        ) { try SlipRow(&$0, self) }
    }

    /// Slips within reach, the newest first unless asked otherwise, a page of them in the order of the list.
    public func slips(_ filter: SlipFilter, scope: Scope, limit: Int = 50) throws -> [SlipRow] {
        var wheres = try conditions(filter, scope)
        if let after = filter.after { wheres.append(filter.isOldestFirst ? "s.id > \(after)" : "s.id < \(after)") }
        if let before = filter.before { wheres.append(filter.isOldestFirst ? "s.id < \(before)" : "s.id > \(before)") }
        let isBack = filter.before != nil, order: SQL = filter.isOldestFirst == isBack ? "DESC" : "ASC"
        let rows = try all(
            """
            SELECT \(sql: SlipRow.columns) FROM identity_slip s WHERE \(sql: wheres.joined(" AND "))
            ORDER BY s.id \(sql: order) LIMIT \(limit)
            """
        ) { try SlipRow(&$0, self) }
        return isBack ? rows.reversed() : rows
    }

    /// How many slips a filter leaves, counted to a limit and one more.
    func slipCount(_ filter: SlipFilter, scope: Scope, limit: Int = 1000) throws -> Int {
        try count(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM identity_slip s WHERE \(sql: conditions(filter, scope).joined(" AND "))
            LIMIT \(limit + 1)) x
            """)
    }

    private func conditions(_ filter: SlipFilter, _ scope: Scope) throws -> [SQL] {
        var wheres: [SQL] = ["\(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id"))"]
        // A slip that nobody claimed in time counts as such before the sweep has marked it.
        let stored = filter.states + (filter.states.contains(.expired) ? [.issued] : [])
        wheres.append("s.state IN \(list: stored.map(\.rawValue))")
        if !filter.states.contains(.expired) { wheres.append("(s.state <> 'issued' OR s.expires_at > \(now))") }
        if !filter.states.contains(.issued) { wheres.append("(s.state <> 'issued' OR s.expires_at <= \(now))") }
        let words = Fold.key(filter.text).split(separator: " ").prefix(6).map { $0.filter { $0 != "%" && $0 != "_" } }
        guard !filter.text.isEmpty else { return wheres }
        let children = try pupils(named: filter.text, scope: scope)
        let claimant = words.map { "s.claimant_key LIKE \("%\($0)%")" as SQL }
        wheres.append(
            "(s.student_id IN \(list: children) OR \(sql: claimant.isEmpty ? "1 = 0" : claimant.joined(" AND ")))")
        return wheres
    }

    /// The slips of one pupil, the latest first.
    public func slips(of student: ID<Student>) throws -> [SlipRow] {
        try all(
            "SELECT \(sql: SlipRow.columns) FROM identity_slip s WHERE s.student_id = \(student) ORDER BY s.id DESC LIMIT 100"
        ) {
            try SlipRow(&$0, self)
        }
    }

    /// The slips that an account claimed, the latest first.
    public func slips(claimedBy account: ID<Account>) throws -> [SlipRow] {
        try all(
            "SELECT \(sql: SlipRow.columns) FROM identity_slip s WHERE s.account_id = \(account) ORDER BY s.id DESC LIMIT 100"
        ) {
            try SlipRow(&$0, self)
        }
    }

    /// Everything that happened to a slip, in order.
    public func steps(of slip: ID<Slip>) throws -> [SlipStep] {
        let steps = try all("SELECT at, state, account_id, note FROM identity_slip_step WHERE slip_id = \(slip)") {
            SlipStep(at: try $0(), state: try $0(), account: try $0(), note: try $0())
        }
        return steps.sorted { ($0.at, $0.state.rank) < ($1.at, $1.state.rank) }
    }

    func insertSlip(
        for student: ID<Student>, classGroup: ID<ClassGroup>?, org: ID<Org>?, by issuer: ID<Account>?
    ) throws -> (code: String, expiresAt: Int64) {
        let id = newID(Slip.self), code = PrintedCodes.make(), expiresAt = now + Lifetimes.slip
        try exec(
            """
            INSERT INTO identity_slip (id, student_id, class_id, org_id, hash, state, issued_by, issued_at, expires_at, claimant, relation, reason)
            VALUES (\(id), \(student), \(classGroup), \(org), \(try sealing().blind(code, Purpose.slip)), 'issued', \(issuer), \(now), \(expiresAt), '', '', '')
            """)
        try note(.issued, on: id, by: issuer)
        return (PrintedCodes.shown(code), expiresAt)
    }

    /// Takes a slip for an account; false when somebody else was quicker.
    func claim(_ slip: ID<Slip>, for account: ID<Account>, name: String, relation: String, phone: String) throws -> Bool
    {
        let sealed = try phone.isEmpty ? nil : sealing().seal(phone, Purpose.slipPhone)
        let taken =
            try exec(
                """
                UPDATE identity_slip SET state = 'pending', account_id = \(account), claimant = \(name), claimant_key = \(Fold.key(name)), relation = \(relation), phone = \(sealed),
                claimed_at = \(now) WHERE id = \(slip) AND state = 'issued' AND expires_at > \(now)
                """) == 1
        if taken { try note(.pending, on: slip, by: account) }
        return taken
    }

    /// Moves a slip on from one of the states given; false when it is in none of them.
    func decide(
        _ slip: ID<Slip>, from states: [SlipState], to state: SlipState, by decider: ID<Account>?, reason: String
    ) throws -> Bool {
        let moved =
            try exec(
                """
                UPDATE identity_slip SET state = \(state), decided_by = \(decider), decided_at = \(now), reason = \(reason)
                WHERE id = \(slip) AND state IN \(list: states.map(\.rawValue))
                """) == 1
        if moved { try note(state, on: slip, by: decider, reason) }
        return moved
    }

    /// Marks the slips that nobody claimed in time, a piece at a time.
    func expireSlips() throws {
        let late: [ID<Slip>] = try all(
            "SELECT id FROM identity_slip WHERE state = 'issued' AND expires_at <= \(now) LIMIT 2000")
        for slip in late { _ = try decide(slip, from: [.issued], to: .expired, by: nil, reason: "") }
    }

    private func note(_ state: SlipState, on slip: ID<Slip>, by account: ID<Account>?, _ text: String = "") throws {
        try exec(
            """
            INSERT INTO identity_slip_step (slip_id, at, state, account_id, note) VALUES (\(slip), \(now), \(state), \(account), \(text))
            """)
    }
}
