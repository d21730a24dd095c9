import Base
import Registry
import Storage
import Web

/// A teacher on the register without an account in use.
struct IdleTeacher: Sendable {
    let id: ID<Staff>, code: String, name: String, position: String, orgName: String, sortKey: String
    /// The account that waits or rests; nothing where there is none.
    let account: ID<Account>?, state: AccountState?
}

/// Staff and their accounts (targets K-05 and K-13), joined through the register's public view.
extension Tx {
    /// How many of each group of a unit's staff have an account in use, for every unit at or below one.
    func staffInUse(below org: ID<Org>, scope: Scope) throws -> [StaffCount.Line] {
        // A school is walked person by person, an office along the accounts in use: a CROSS JOIN keeps that order.
        let isSchool = try self.org(org, scope: scope)?.isInstitution == true
        let tables: SQL =
            isSchool
            ? "registry_staff_public s CROSS JOIN identity_account a"
            : "identity_account a CROSS JOIN registry_staff_public s"
        return try all(
            """
            SELECT s.org_id, s.staff_group, COUNT(*) FROM \(sql: tables) WHERE s.id = a.person_id
            AND a.person_kind = 'staff' AND a.state = 'active' AND s.org_id IN (SELECT p.org_id FROM registry_org_path p
            WHERE p.ancestor_id = \(org) AND p.valid_to = \(Day.forever)) AND \(scope, on: "s.org_id") GROUP BY s.org_id, s.staff_group
            """
        ) { StaffCount.Line(org: try $0(), group: try $0(), count: try $0()) }
    }

    /// The teachers within reach, under a unit where one is given, who have no account in use, by name.
    func idleTeachers(
        under org: ID<Org>?, scope: Scope, after: (sort: String, id: Int64)? = nil, limit: Int
    ) throws -> [IdleTeacher] {
        var wheres = idleConditions(org, scope)
        if let after { wheres.append("(s.sort_key, s.id) > (\(after.sort), \(after.id))") }
        return try all(
            """
            SELECT s.id, s.code, s.name, s.position, COALESCE(s.org_name, ''), s.sort_key, a.id, a.state FROM registry_staff_public s
            LEFT JOIN identity_account a ON a.person_id = s.id AND a.person_kind = 'staff'
            WHERE \(sql: wheres.joined(" AND ")) ORDER BY s.sort_key, s.id LIMIT \(limit)
            """
        ) { row in
            IdleTeacher(
                id: try row(), code: try row(), name: try row(), position: try row(), orgName: try row(),
                sortKey: try row(), account: try row(), state: try row())
        }
    }

    func countIdleTeachers(under org: ID<Org>?, scope: Scope) throws -> Int {
        try count(
            """
            SELECT COUNT(*) FROM registry_staff_public s LEFT JOIN identity_account a ON a.person_id = s.id AND a.person_kind = 'staff'
            WHERE \(sql: idleConditions(org, scope).joined(" AND "))
            """)
    }

    private func idleConditions(_ org: ID<Org>?, _ scope: Scope) -> [SQL] {
        var wheres: [SQL] = [
            "s.staff_group = 'GV'", "(a.id IS NULL OR a.state <> 'active')", "\(scope, on: "s.org_id")",
        ]
        if let org {
            wheres.append(
                """
                s.org_id IN (SELECT p.org_id FROM registry_org_path p WHERE p.ancestor_id = \(org) AND p.valid_to = \(Day.forever))
                """)
        }
        return wheres
    }
}
