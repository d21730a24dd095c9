import Base
import Storage

extension Tx {
    /// An account by key; who may see it is for the caller to ask (`reaches`).
    func account(_ id: ID<Account>) throws -> AccountRow? {
        try one("SELECT \(sql: AccountRow.columns) FROM identity_account a WHERE a.id = \(id)", AccountRow.init)
    }

    /// The account of a person of the register.
    public func account(of person: Person) throws -> AccountRow? {
        try one(
            """
            SELECT \(sql: AccountRow.columns) FROM identity_account a
            WHERE a.person_id = \(person.id) AND a.person_kind = \(person.kind)
            """, AccountRow.init)
    }

    /// The account that a typed name means.
    func account(named typed: String) throws -> AccountRow? {
        let key = Usernames.key(typed)
        guard !key.isEmpty else { return nil }
        return try one(
            "SELECT \(sql: AccountRow.columns) FROM identity_account a WHERE a.username_key = \(key)", AccountRow.init)
    }

    /// Whether a name is free: neither taken nor a look-alike of one that is.
    public func isFree(username: String) throws -> Bool {
        try !exists("SELECT 1 FROM identity_account WHERE username_key = \(Usernames.key(username))")
    }

    /// A free name made from a base.
    func freeUsername(_ base: String) throws -> String {
        let root = Usernames.key(base)
        let taken = Set(
            try all(
                """
                SELECT username_key FROM identity_account WHERE username_key >= \(root) AND username_key < \(root + "~")
                """, String.self))
        var number = 1
        while taken.contains(Usernames.key(Usernames.candidate(base, number))) { number += 1 }
        return Usernames.candidate(base, number)
    }

    func insertAccount(
        _ id: ID<Account>, username: String, name: String, person: Person?, org: ID<Org>?,
        state: AccountState = .notActivated
    ) throws {
        try exec(
            """
            INSERT INTO identity_account (id, username, username_key, name, name_key, person_kind, person_id, org_id, state, language, version,
            created_at, updated_at) VALUES (\(id), \(username), \(Usernames.key(username)), \(name), \(Fold.key(name)), \(person?.kind),
            \(person?.id), \(org), \(state), 'vi', 1, \(now), \(now))
            """)
    }

    /// Moves an account to another state; false when somebody changed it meanwhile.
    func setState(_ state: AccountState, of account: ID<Account>) throws {
        try exec(
            "UPDATE identity_account SET state = \(state), version = version + 1, updated_at = \(now) WHERE id = \(account)"
        )
    }

    func setLanguage(_ language: Language, of account: ID<Account>) throws {
        try exec(
            "UPDATE identity_account SET language = \(language.rawValue), updated_at = \(now) WHERE id = \(account)")
    }

    func noteSeen(_ account: ID<Account>) throws {
        try exec("UPDATE identity_account SET seen_at = \(now) WHERE id = \(account)")
    }

    /// The accounts that a visitor may look after, by username, after the one given; a pupil's follow the pupil's school.
    public func accounts(
        scope: Scope, matching text: String = "", kind: PersonKind? = nil, state: AccountState? = nil,
        org: ID<Org>? = nil,
        after: String = "", limit: Int = 50
    ) throws -> [AccountRow] {
        var wheres: [SQL] = [try accountCondition(scope), "a.username > \(after)"]
        if let kind { wheres.append("a.person_kind = \(kind)") }
        if let state { wheres.append("a.state = \(state)") }
        if let org { wheres.append("a.org_id = \(org)") }
        for word in Fold.key(text).split(separator: " ").prefix(6) {
            wheres.append("(a.name_key LIKE \("%\(word)%") OR a.username LIKE \("%\(word)%"))")
        }
        return try all(
            """
            SELECT \(sql: AccountRow.columns) FROM identity_account a WHERE \(sql: wheres.joined(" AND ")) ORDER BY a.username LIMIT \(limit)
            """, AccountRow.init)
    }

    /// Whose accounts a scope takes in: those of its units, or of its classes' pupils and their guardians.
    func accountCondition(_ scope: Scope) throws -> SQL {
        switch scope.reach {
        case .everything, .tree, .institutions: return "\(scope, on: "a.org_id")"
        case .students, .nothing: return "1 = 0"
        case .classes(let classes, _):
            let children = try classes.flatMap { try pupils(of: $0) }
            let parents = try children.flatMap { try guardians(of: $0) }
            return """
                ((a.person_kind = 'student' AND a.person_id IN \(list: children)) \
                OR (a.person_kind = 'guardian' AND a.person_id IN \(list: parents)))
                """
        }
    }

    /// How many accounts there are within reach, by kind of person and state.
    public func accountTotals(scope: Scope) throws -> [(kind: PersonKind?, state: AccountState, total: Int)] {
        try all(
            """
            SELECT a.person_kind, a.state, COUNT(*) FROM identity_account a WHERE \(sql: accountCondition(scope)) GROUP BY a.person_kind, a.state
            """
        ) { (kind: try $0(), state: try $0(), total: try $0()) }
    }
}

// MARK: Passwords

extension Tx {
    func passwordHash(of account: ID<Account>) throws -> String? {
        try value("SELECT hash FROM identity_password WHERE account_id = \(account)")
    }

    func mustChangePassword(_ account: ID<Account>) throws -> Bool {
        try value("SELECT must_change FROM identity_password WHERE account_id = \(account)") ?? false
    }

    func setPassword(_ hash: String, of account: ID<Account>, mustChange: Bool = false) throws {
        try exec(
            """
            INSERT INTO identity_password (account_id, hash, must_change, set_at) VALUES (\(account), \(hash), \(mustChange), \(now))
            ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, must_change = excluded.must_change, set_at = excluded.set_at
            """)
    }

    /// Replaces a stale hash of the same password, unless the password was changed meanwhile.
    func refreshPassword(_ fresh: String, of account: ID<Account>, from old: String) throws {
        try exec("UPDATE identity_password SET hash = \(fresh) WHERE account_id = \(account) AND hash = \(old)")
    }
}
