import Base
import Registry
import Storage

/// A person who gets an account without a password: a row of a demo or of a school's first day.
public struct NewAccount: Sendable {
    public let person: Person, name: String, org: ID<Org>?
    /// A name to start from instead of the person's: a pupil's code.
    public let code: String?

    public init(_ person: Person, name: String, org: ID<Org>?, code: String? = nil) {
        (self.person, self.name, self.org, self.code) = (person, name, org, code)
    }
}

extension Tx {
    /// Opens many accounts at once, none activated, nothing hashed; answers how many. Run it in `bulk`.
    @discardableResult
    public func insertAccounts(_ people: some Sequence<NewAccount>) throws -> Int {
        var taken = Set(try all("SELECT username_key FROM identity_account", String.self)), next: [String: Int] = [:],
            made = 0
        for person in people {
            let base = person.code.map(Usernames.base(forCode:)) ?? Usernames.base(for: person.name)
            var number = next[base] ?? 1
            while !taken.insert(Usernames.key(Usernames.candidate(base, number))).inserted { number += 1 }
            next[base] = number + 1
            try insertAccount(
                newID(), username: Usernames.candidate(base, number), name: person.name, person: person.person,
                org: person.org)
            made += 1
        }
        return made
    }

    /// Puts a demo account in use, with its role at a unit: the account its person already has, or a new one. Homeroom and subject teachers,
    /// pupils and guardians need no role of their own: theirs follows from the register.
    @discardableResult
    public func createDemoAccount(
        role: Role, org: ID<Org>?, person: Person?, name: String, username: String, passwordHash: String
    ) throws -> ID<Account> {
        var id = newID(Account.self)
        if let known = try person.flatMap(account(of:)) {
            id = known.id
            try exec(
                """
                UPDATE identity_account SET username = \(username), username_key = \(Usernames.key(username)), state = 'active' WHERE id = \(id)
                """)
        } else {
            try insertAccount(id, username: username, name: name, person: person, org: org, state: .active)
        }
        try setPassword(passwordHash, of: id)
        if ![.homeroom, .subjectTeacher, .student, .guardian].contains(role) {
            _ = try insertGrant(role, to: id, at: org, levels: nil, from: today, to: .forever, by: nil)
        }
        return id
    }

    /// Target K-13, the accounts' half: of the teachers with a profile within reach, how many have an account in use.
    public func accountShare(_ scope: Scope) throws -> (active: Int, teachers: Int) {
        let teachers = try teachers(scope)
        let active = Set(
            try all(
                "SELECT person_id FROM identity_account WHERE person_kind = 'staff' AND state = 'active'", Int64.self))
        return (teachers.count { active.contains($0.raw) }, teachers.count)
    }

    /// Says that data are a sample: its accounts sign in by password alone.
    public func switchSecondFactorOff() throws { try set("identity.second-factor", to: "off") }
}
