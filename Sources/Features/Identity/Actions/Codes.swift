import Base
import Registry
import Storage
import Work

extension Entrance {
    /// Whose account a printed code opens: shown before the new password is asked for. Wrong codes count at this door as at all others.
    public func codeHolder(_ typed: String, address: String) async throws -> (name: String, username: String) {
        try await atDoor(address) { tx in
            guard let code = PrintedCodes.read(typed), let account = try tx.codeHolder(code) else { return nil }
            return (try tx.name(of: account), account.username)
        }
    }

    /// Sets a password by a printed code, which is then used up, ends every session and signs the person in.
    public func redeem(
        code typed: String, password: String, address: String, device: String? = nil, agent: String = ""
    ) async throws -> SignIn {
        let (code, account, holder) = try await atDoor(address) { tx -> (String, AccountRow, Passwords.Holder)? in
            guard let code = PrintedCodes.read(typed), let account = try tx.codeHolder(code) else { return nil }
            return (code, account, try tx.holder(account))
        }
        if let problem = Passwords.problem(with: password, for: holder) { throw Fault.invalid([problem]) }
        let hash = try await hash(password)
        let caller = Visitor(kind: .session, account: account.id, name: account.name, address: address)
        let signIn = try await db.write(as: caller, "identity.code.redeem", on: .account(account.id, org: account.org))
        { tx in
            guard let account = try tx.codeHolder(code), try tx.useCode(code) else { throw Fault.codeRefused }
            try tx.setPassword(hash, of: account.id)
            try tx.revokeCodes(of: account.id)
            try tx.endSessions(of: account.id, why: "code")
            try tx.forgetDevices(of: account.id)
            if account.state == .notActivated { try tx.setState(.active, of: account.id) }
            return try open(tx, account, address: address, device: device, agent: agent)
        }
        cache.drop(account.id)
        return signIn
    }

    /// Counts a try of a paper's code against the caller's address and network; a right one is taken back.
    func atDoor<T: Sendable>(_ address: String, _ body: @escaping @Sendable (Tx) throws -> T?) async throws -> T {
        let limited = settings.limitsAttempts
        let found = try await db.commit { tx -> T? in
            let trial = try tx.begin([.address(address), .network(address)], limited: limited)
            let found = try body(tx)
            if found != nil { try tx.takeBack(trial.attempt, trial.keys) }
            return found
        }
        guard let found else { throw Fault.codeRefused }
        return found
    }
}

/// Prints a code with which the account's owner, seen in person, sets a new password.
public func printReset(for id: ID<Account>, by visitor: Visitor, in db: any Database) async throws -> SheetRow {
    try visitor.must(.printCodes)
    return try await db.write(as: visitor, "identity.code.print", on: .account(id)) { tx in
        let account = try tx.account(id, keptBy: visitor)
        guard account.state != .suspended else {
            throw Fault.conflict("Tài khoản đang bị tạm khóa. Hãy mở khóa trước.")
        }
        tx.audit(subject: .account(id, org: account.org))
        let kind: CodeKind = account.state == .active ? .reset : .activation
        return try tx.sheetRow(account, kind, by: visitor)
    }
}

/// Prints the first sign-in sheet of a class: a code for each pupil, or guardian, whose account was never used. Missing accounts are opened.
/// A sheet is as long as a page may be; the next one begins where this one says.
public func printSheet(
    of classGroup: ID<ClassGroup>, for kind: PersonKind, from: Int = 0, by visitor: Visitor, in db: any Database
) async throws -> SheetPart {
    try visitor.must(.printCodes)
    return try await db.write(as: visitor, "identity.code.print", on: .classGroup(classGroup)) { tx in
        guard try tx.reaches(visitor.scope, classGroup: classGroup), let org = try tx.orgOf(classGroup) else {
            throw Fault.notFound
        }
        tx.audit(subject: .classGroup(classGroup, org: org))
        return try tx.sheet(try tx.people(of: classGroup, kind), from: from, at: org, by: visitor)
    }
}

/// Prints the first sign-in sheet of a unit's staff, a page of it.
public func printSheet(
    ofStaffAt org: ID<Org>, from: Int = 0, by visitor: Visitor, in db: any Database
) async throws -> SheetPart {
    try visitor.must(.manageAccounts)
    return try await db.write(as: visitor, "identity.code.print", on: .org(org)) { tx in
        guard try tx.reaches(visitor.scope, org: org) else { throw Fault.notFound }
        return try tx.sheet(try tx.staff(at: org).map(Person.staff), from: from, at: org, by: visitor)
    }
}

extension Tx {
    fileprivate func people(of classGroup: ID<ClassGroup>, _ kind: PersonKind) throws -> [Person] {
        switch kind {
        case .staff: return []
        case .student: return try pupils(of: classGroup).map(Person.student)
        case .guardian:
            var seen: Set<Person> = []
            return try pupils(of: classGroup).flatMap { try guardians(of: $0) }
                .map(Person.guardian).filter { seen.insert($0).inserted }
        }
    }

    /// A row for everyone whose account was never used and whom the visitor may look after, as many as a page holds.
    fileprivate func sheet(_ people: [Person], from: Int, at org: ID<Org>, by visitor: Visitor) throws -> SheetPart {
        var rows: [SheetRow] = [], next = min(max(from, 0), people.count)
        while next < people.count, rows.count < SheetPart.most {
            let person = people[next]
            next += 1
            let id = try account(of: person)?.id ?? openAccount(for: person, at: org)
            guard let account = try account(id), try isWaiting(account, visitor) else { continue }
            rows.append(try sheetRow(account, .activation, by: visitor))
        }
        audit(note: "\(rows.count)")
        let left = try people[next...].count { try account(of: $0).map { try isWaiting($0, visitor) } ?? true }
        return SheetPart(rows: rows, next: left > 0 ? next : nil, left: left)
    }

    /// Whether an account waits for its first sign-in and is the visitor's to look after.
    private func isWaiting(_ account: AccountRow, _ visitor: Visitor) throws -> Bool {
        try account.state == .notActivated && mayKeep(account, visitor)
    }

    /// Whether an account's roles are all below the visitor's; where they are not, it is passed over.
    private func mayKeep(_ account: AccountRow, _ visitor: Visitor) throws -> Bool {
        guard visitor.kind != .commandLine else { return true }
        let below = visitor.role.map(Granting.below) ?? []
        let roles = try roles(of: account)
        return !below.isEmpty && roles.allSatisfy(below.contains)
    }

    func sheetRow(_ account: AccountRow, _ kind: CodeKind, by visitor: Visitor) throws -> SheetRow {
        let (code, expiresAt) = try makeCode(kind, for: account.id, by: visitor.account)
        return SheetRow(
            person: account.person, name: try name(of: account), username: account.username,
            code: code, expiresAt: expiresAt)
    }

    /// Opens an account for a person of the register, not activated, under a name made from theirs.
    func openAccount(for person: Person, at org: ID<Org>?) throws -> ID<Account> {
        guard let name = try name(of: person) else { throw Fault.notFound }
        let id = newID(Account.self)
        try insertAccount(
            id, username: try freeUsername(Usernames.base(for: name)), name: name, person: person, org: org)
        return id
    }
}
