import Base
import Facts
import Registry
import Storage
import Work

/// Opens an account for a person of the register; the same person never gets a second one.
public func openAccount(for person: Person, at org: ID<Org>, by visitor: Visitor, in db: any Database) async throws
    -> ID<Account>
{
    try visitor.must(.manageAccounts)
    return try await db.write(as: visitor, "identity.account.create", on: Subject("account", org: org)) { tx in
        guard try tx.reaches(visitor.scope, org: org), try tx.belongs(person, to: org) else { throw Fault.notFound }
        guard try tx.account(of: person) == nil else { throw Fault.conflict("Người này đã có tài khoản.") }
        let id = try tx.openAccount(for: person, at: org)
        tx.audit(subject: .account(id, org: org))
        return id
    }
}

/// Opens an account for somebody who is not in the register, such as an officer of the department.
public func openAccount(
    username: String, name: String, at org: ID<Org>?, by visitor: Visitor, in db: any Database
) async throws -> ID<Account> {
    try visitor.must(.manageAccounts)
    let person = try PersonName(full: name)
    if let problem = Usernames.problem(with: username) { throw Fault.invalid([problem]) }
    return try await db.write(as: visitor, "identity.account.create", on: Subject("account", org: org)) { tx in
        guard try tx.reaches(visitor.scope, org: org) else { throw Fault.notFound }
        guard try tx.isFree(username: username) else { throw Fault.invalid([Usernames.taken]) }
        let id = tx.newID(Account.self)
        try tx.insertAccount(id, username: username, name: person.full, person: nil, org: org)
        tx.audit(subject: .account(id, org: org))
        return id
    }
}

/// Suspends an account, with the reason: its sessions, codes and tokens end.
public func suspend(_ id: ID<Account>, reason: String, by visitor: Visitor, in db: any Database) async throws {
    try visitor.must(.manageAccounts)
    try await db.write(as: visitor, "identity.account.suspend", on: .account(id)) { tx in
        let account = try tx.account(id, keptBy: visitor)
        guard id != visitor.account else { throw Fault.conflict("Không thể tự khóa tài khoản của mình.") }
        tx.audit(subject: .account(id, org: account.org))
        try tx.changeState(.suspended, of: account, reason: reason)
        try tx.endSessions(of: id, why: "suspended")
        try tx.revokeCodes(of: id)
    }
}

/// Restores a suspended account to what it was: in use when it has a password, else not activated.
public func restore(_ id: ID<Account>, by visitor: Visitor, in db: any Database) async throws {
    try visitor.must(.manageAccounts)
    try await db.write(as: visitor, "identity.account.restore", on: .account(id)) { tx in
        let account = try tx.account(id, keptBy: visitor)
        tx.audit(subject: .account(id, org: account.org))
        guard account.state == .suspended else { return }
        try tx.changeState(try tx.passwordHash(of: id) == nil ? .notActivated : .active, of: account, reason: "")
    }
}

/// Ends every session of an account; answers how many.
public func endSessions(of id: ID<Account>, by visitor: Visitor, in db: any Database) async throws -> Int {
    try visitor.must(.manageAccounts)
    return try await db.write(as: visitor, "identity.session.end", on: .account(id)) { tx in
        let account = try tx.account(id, keptBy: visitor)
        tx.audit(subject: .account(id, org: account.org))
        return try tx.endSessions(of: id, why: "keeper")
    }
}

extension Tx {
    fileprivate func changeState(_ state: AccountState, of account: AccountRow, reason: String) throws {
        try changed(.account(account.id), "state", from: account.state.rawValue, to: state.rawValue)
        if !reason.isEmpty { try changed(.account(account.id), "reason", from: nil, to: String(reason.prefix(500))) }
        try setState(state, of: account.id)
        try tell(RightsChanged(account: account.id))
    }

    /// Whether a person works, learns or has a child at a unit.
    fileprivate func belongs(_ person: Person, to org: ID<Org>) throws -> Bool {
        if let student = person.student { return try placeOf(student: student)?.org == org }
        if let guardian = person.guardian { return try children(of: guardian, on: today).contains { $0.org == org } }
        return try staff(at: org).contains { $0.raw == person.id }
    }

    /// An account within the visitor's reach, to be shown.
    public func account(_ id: ID<Account>, for visitor: Visitor) throws -> AccountRow {
        guard let account = try account(id), try id == visitor.account || reaches(visitor.scope, account: account)
        else { throw Fault.notFound }
        return account
    }
}
