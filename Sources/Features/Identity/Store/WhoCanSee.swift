import Base
import Registry
import Storage

extension Tx {
    /// Everybody who can see a pupil today, why and until when: from roles given, classes led and taught, and guardianship (D21).
    public func whoCanSee(student: ID<Student>) throws -> [Seer] {
        let place = try placeOf(student: student)
        var seers = try place?.org.map(seers(over:)) ?? seers(over: nil)
        if let classGroup = place?.classGroup {
            let until = SchoolYear(of: today).lastDay
            if let leader = try leader(of: classGroup),
                let seer = try seer(.staff(leader), .homeroom, .classGroup(classGroup), until)
            {
                seers.append(seer)
            }
            seers += try teachers(of: classGroup).compactMap {
                try seer(.staff($0), .subjectTeacher, .classGroup(classGroup), until)
            }
        }
        if let own = try seer(.student(student), .student, .own, .forever) { seers.append(own) }
        return try seers + family(of: student)
    }

    /// Holders of roles at the pupil's school or anywhere above it; one limited to other levels sees the school, so it is named too.
    private func seers(over org: ID<Org>?) throws -> [Seer] {
        let way = try org.map(way(to:)) ?? []
        let tree: [Role] = [.administrator, .department, .commune, .inspector]
        let school: [Role] = [.principal, .deputy, .clerk, .accountant, .librarian, .equipment, .medic]
        return try all(
            """
            SELECT a.id, a.name, a.person_kind, a.person_id, a.state, g.role, g.org_id, g.valid_to
            FROM identity_grant g JOIN identity_account a ON a.id = g.account_id
            WHERE g.ended_at IS NULL AND g.valid_from <= \(today) AND g.valid_to >= \(today) AND a.state <> 'suspended'
            AND ((g.role IN \(list: tree) AND g.org_id IN \(list: way)) OR (g.role IN \(list: school) AND g.org_id = \(org?.raw ?? 0))
            OR (g.role = 'administrator' AND g.org_id IS NULL))
            """
        ) { row in
            let id: ID<Account> = try row(), name: String = try row(), kind: PersonKind? = try row(),
                personID: Int64? = try row()
            let state: AccountState = try row(), role: Role = try row(), at: ID<Org>? = try row(),
                until: Day = try row()
            let known: Person? = if let kind, let personID { Person(kind, personID) } else { nil }
            return Seer(
                account: id, name: try known.map(self.name(of:))?.flatMap { $0 } ?? name, role: role,
                through: (at ?? org).map(Seer.Through.org) ?? .own, until: until, state: state)
        }
    }

    private func family(of student: ID<Student>) throws -> [Seer] {
        var accounts: [ID<Account>] = try guardians(of: student).compactMap { try account(of: .guardian($0))?.id }
        accounts += try linkedAccounts(of: student, on: today).map(\.account)
        var seen: Set<ID<Account>> = []
        return try accounts.filter { seen.insert($0).inserted }.compactMap { id in
            guard let account = try account(id), account.state != .suspended,
                try children(of: account, on: today).contains(where: { $0.student == student })
            else { return nil }
            return Seer(
                account: id, name: try name(of: account), role: .guardian, through: .child,
                until: .forever, state: account.state)
        }
    }

    private func seer(_ person: Person, _ role: Role, _ through: Seer.Through, _ until: Day) throws -> Seer? {
        guard let account = try account(of: person), account.state != .suspended else { return nil }
        return Seer(
            account: account.id, name: try name(of: person) ?? account.name, role: role, through: through, until: until,
            state: account.state)
    }
}
