import Base
import Registry
import Storage

extension Tx {
    func grant(_ id: ID<Grant>) throws -> GrantRow? {
        try one("SELECT \(sql: GrantRow.columns) FROM identity_grant g WHERE g.id = \(id)", GrantRow.init)
    }

    /// Every role an account was ever given, the latest first.
    public func grants(of account: ID<Account>) throws -> [GrantRow] {
        try all(
            """
            SELECT \(sql: GrantRow.columns) FROM identity_grant g WHERE g.account_id = \(account) ORDER BY g.given_at DESC, g.id DESC
            """, GrantRow.init)
    }

    func grants(of account: ID<Account>, on day: Day) throws -> [GrantRow] {
        try all(
            """
            SELECT \(sql: GrantRow.columns) FROM identity_grant g
            WHERE g.account_id = \(account) AND g.valid_from <= \(day) AND g.valid_to >= \(day) AND g.ended_at IS NULL ORDER BY g.id
            """, GrantRow.init)
    }

    func insertGrant(
        _ role: Role, to account: ID<Account>, at org: ID<Org>?, levels: [Level]?, from: Day, to last: Day,
        by giver: ID<Account>?
    ) throws -> ID<Grant> {
        let id = newID(Grant.self)
        try exec(
            """
            INSERT INTO identity_grant (id, account_id, role, org_id, levels, valid_from, valid_to, given_by, given_at) VALUES
            (\(id), \(account), \(role), \(org), \(Levels.text(levels)), \(from), \(last), \(giver), \(now))
            """)
        return id
    }

    /// Ends a grant now; nothing to do when it has ended.
    func endGrant(_ id: ID<Grant>, by ender: ID<Account>?) throws -> Int {
        try exec(
            "UPDATE identity_grant SET ended_at = \(now), ended_by = \(ender) WHERE id = \(id) AND ended_at IS NULL")
    }

    /// The roles an account holds today: those given, and those that follow from its person's relations.
    public func held(by account: AccountRow, on day: Day) throws -> [HeldRole] {
        var held = try grants(of: account.id, on: day).map { grant in
            HeldRole(
                grant: grant.id, role: grant.role, org: grant.org, orgName: try name(of: grant.org),
                levels: grant.levels, until: grant.to)
        }
        for role in try related(to: account, on: day) where !held.contains(where: { $0.role == role.role }) {
            held.append(role)
        }
        return held.sorted { ($0.role.rank, $0.key) < ($1.role.rank, $1.key) }
    }

    /// Roles that nobody gives: a pupil's own record, classes led and taught this year, own children at any school.
    private func related(to account: AccountRow, on day: Day) throws -> [HeldRole] {
        var roles: [(Role, ID<Org>?)] = []
        if let student = account.person?.student { roles.append((.student, try placeOf(student: student)?.org)) }
        if let staff = account.person?.staff {
            if let led = try classesLed(by: staff, on: day).first { roles.append((.homeroom, led.org)) }
            if let taught = try classesTaught(by: staff, on: day).first { roles.append((.subjectTeacher, taught.org)) }
        }
        let children = try children(of: account, on: day)
        if account.person?.guardian != nil || !children.isEmpty { roles.append((.guardian, children.first?.org)) }
        let until = SchoolYear(of: day).lastDay
        return try roles.map { role, org in
            HeldRole(grant: nil, role: role, org: org, orgName: try name(of: org), levels: nil, until: until)
        }
    }
}

extension Role {
    /// The order in the switcher: the widest first.
    var rank: Int { Role.allCases.firstIndex(of: self) ?? 0 }
}

// MARK: Children

/// A child with its class and school of today.
struct ChildPlace: Sendable, Hashable {
    let student: ID<Student>, classGroup: ID<ClassGroup>?, org: ID<Org>?
}

extension Tx {
    /// An account's own children: by the register's guardianship, and by approved slips of whatever school.
    func children(of account: AccountRow, on day: Day) throws -> [ChildPlace] {
        var found: [ChildPlace] = []
        if let guardian = account.person?.guardian {
            found = try children(of: guardian, on: day).map {
                ChildPlace(student: $0.student, classGroup: $0.classGroup, org: $0.org)
            }
        }
        let barred = try barredChildren(of: account.id, on: day)
        for student in try linkedChildren(of: account.id, on: day)
        where !found.contains(where: { $0.student == student }) {
            let place = try placeOf(student: student)
            found.append(ChildPlace(student: student, classGroup: place?.classGroup, org: place?.org))
        }
        return found.filter { !barred.contains($0.student) }.sorted { $0.student < $1.student }
    }

    func linkedChildren(of account: ID<Account>, on day: Day) throws -> [ID<Student>] {
        try all(
            """
            SELECT student_id FROM identity_child WHERE account_id = \(account) AND valid_from <= \(day) AND valid_to >= \(day) ORDER BY student_id
            """)
    }

    /// Children whose link the school ended: the register's guardianship alone does not open them again.
    private func barredChildren(of account: ID<Account>, on day: Day) throws -> Set<ID<Student>> {
        Set(try all("SELECT student_id FROM identity_child WHERE account_id = \(account) AND valid_to < \(day)"))
    }

    func linkedAccounts(of student: ID<Student>, on day: Day) throws -> [(account: ID<Account>, until: Day)] {
        try all(
            """
            SELECT account_id, valid_to FROM identity_child WHERE student_id = \(student) AND valid_from <= \(day) AND valid_to >= \(day)
            """
        ) { (account: try $0(), until: try $0()) }
    }

    func link(_ student: ID<Student>, to account: ID<Account>, relation: String, slip: ID<Slip>?) throws {
        try exec(
            """
            INSERT INTO identity_child (account_id, student_id, relation, slip_id, valid_from, valid_to) VALUES
            (\(account), \(student), \(relation), \(slip), \(today), \(Day.forever))
            ON CONFLICT (account_id, student_id) DO UPDATE SET relation = excluded.relation, slip_id = excluded.slip_id,
            valid_from = excluded.valid_from, valid_to = excluded.valid_to
            """)
    }

    /// Ends a link from today on, and keeps it ended against the register's guardianship.
    func unlink(_ student: ID<Student>, from account: ID<Account>) throws {
        let yesterday = today.adding(-1)
        try exec(
            """
            INSERT INTO identity_child (account_id, student_id, relation, slip_id, valid_from, valid_to) VALUES
            (\(account), \(student), '', NULL, \(yesterday), \(yesterday))
            ON CONFLICT (account_id, student_id) DO UPDATE SET valid_to = excluded.valid_to
            """)
    }
}
