import Base
import Facts
import Registry
import Storage
import Work

/// Somebody who is not in the register and gets an account with a role at once.
public struct NewOfficer: Sendable {
    public var username: String, name: String, role: Role, org: ID<Org>?
    /// Nothing: the account is opened with a code instead.
    public var password: String?

    public init(username: String, name: String, role: Role, org: ID<Org>?, password: String? = nil) {
        (self.username, self.name, self.role, self.org, self.password) = (username, name, role, org, password)
    }
}

/// Opens an account with its role in one transaction: the way to the first administrator of an installation. Answers the code that
/// sets the password; with a password given the account is in use and there is no code.
public func openAccount(for officer: NewOfficer, by visitor: Visitor, in db: any Database) async throws -> SheetRow {
    try visitor.must(.manageAccounts)
    try visitor.must(.grantRoles)
    let person = try PersonName(full: officer.name)
    if let problem = Usernames.problem(with: officer.username) { throw Fault.invalid([problem]) }
    let hash = try await passwordHash(of: officer)
    return try await db.write(as: visitor, "identity.account.create", on: Subject("account", org: officer.org)) { tx in
        guard try tx.reaches(visitor.scope, org: officer.org) else { throw Fault.notFound }
        guard try tx.isFree(username: officer.username) else { throw Fault.invalid([Usernames.taken]) }
        let id = tx.newID(Account.self)
        tx.audit(subject: .account(id, org: officer.org))
        try tx.insertAccount(id, username: officer.username, name: person.full, person: nil, org: officer.org)
        try tx.give(GrantForm(account: id, role: officer.role, org: officer.org, from: tx.today), by: visitor)
        guard let account = try tx.account(id) else { throw Fault.notFound }
        guard let hash else { return try tx.sheetRow(account, .activation, by: visitor) }
        try tx.setPassword(hash, of: id)
        try tx.setState(.active, of: id)
        return SheetRow(person: nil, name: account.name, username: account.username, code: "", expiresAt: tx.now)
    }
}

private func passwordHash(of officer: NewOfficer) async throws -> String? {
    guard let typed = officer.password else { return nil }
    let holder = Passwords.Holder(username: officer.username, name: officer.name, roles: [officer.role])
    if let problem = Passwords.problem(with: typed, for: holder) { throw Fault.invalid([problem]) }
    return try await HashingThreads(threads: 1).hash(Passwords.bytes(typed) ?? [])
}
