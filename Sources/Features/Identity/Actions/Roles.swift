import Base
import Facts
import Registry
import Storage
import Work

/// A role to be given.
public struct GrantForm: Sendable {
    public var account: ID<Account>, role: Role, org: ID<Org>?, levels: [Level]?, from: Day, to: Day

    public init(account: ID<Account>, role: Role, org: ID<Org>?, levels: [Level]? = nil, from: Day, to: Day = .forever)
    {
        (self.account, self.role, self.org, self.levels, self.from, self.to) = (account, role, org, levels, from, to)
    }
}

/// Gives a role at a unit, for some levels and a period. Nobody gives to themselves, nor wider than they hold.
public func give(_ form: GrantForm, by visitor: Visitor, in db: any Database) async throws -> ID<Grant> {
    try visitor.must(.grantRoles)
    return try await db.write(as: visitor, "identity.grant.create", on: .account(form.account, org: form.org)) { tx in
        try tx.give(form, by: visitor)
    }
}

/// Ends a role at once.
public func endGrant(_ id: ID<Grant>, by visitor: Visitor, in db: any Database) async throws {
    try visitor.must(.grantRoles)
    try await db.write(as: visitor, "identity.grant.delete", on: Subject("grant", id.raw)) { tx in
        guard let grant = try tx.grant(id), try tx.reaches(visitor.scope, org: grant.org) else { throw Fault.notFound }
        guard visitor.mayGive(grant.role) else { throw Fault.forbidden }
        tx.audit(subject: .account(grant.account, org: grant.org))
        guard try tx.endGrant(id, by: visitor.account) == 1 else { return }
        try tx.changed(
            .account(grant.account), "role", from: "\(grant.role.rawValue) \(grant.org?.code ?? "-")", to: nil)
        try tx.tell(RightsChanged(account: grant.account))
    }
}

extension Visitor {
    /// Whether the visitor's own role may give a role.
    public func mayGive(_ role: Role) -> Bool {
        switch kind {
        case .commandLine, .job: true
        case .anonymous, .consumer: false
        case .session, .token: self.role.map { Granting.given(by: $0).contains(role) } ?? false
        }
    }
}

extension Tx {
    @discardableResult
    func give(_ form: GrantForm, by visitor: Visitor) throws -> ID<Grant> {
        let account = try check(form, by: visitor)
        let levels = Granting.levels(form.levels, within: visitor.scope.levels)
        let id = try insertGrant(
            form.role, to: account.id, at: form.org, levels: levels, from: form.from, to: form.to, by: visitor.account)
        try changed(.account(account.id), "role", from: nil, to: "\(form.role.rawValue) \(form.org?.code ?? "-")")
        try tell(RightsChanged(account: account.id))
        return id
    }

    private func check(_ form: GrantForm, by visitor: Visitor) throws -> AccountRow {
        guard visitor.mayGive(form.role), form.account != visitor.account else { throw Fault.forbidden }
        guard try reaches(visitor.scope, org: form.org), let account = try account(form.account) else {
            throw Fault.notFound
        }
        // Somebody posted to a school from elsewhere is looked after there from now on, but never by taking over a higher account.
        guard try reaches(visitor.scope, account: account) || account.state == .notActivated else {
            throw Fault.notFound
        }
        guard account.person.map({ $0.kind == .staff }) ?? true else {
            throw Fault.invalid([Problem("account", "Vai trò này chỉ giao cho cán bộ, giáo viên, nhân viên.")])
        }
        guard form.from <= form.to, form.to >= today else {
            throw Fault.invalid([Problem("to", "Thời hạn chưa đúng: ngày cuối phải sau ngày đầu và chưa qua.")])
        }
        guard form.levels?.isEmpty != true else {
            throw Fault.invalid([Problem("levels", "Hãy chọn ít nhất một cấp học.")])
        }
        guard Granting.levels(form.levels, within: visitor.scope.levels)?.isEmpty != true else {
            throw Fault.invalid([Problem("levels", "Bạn chỉ giao được vai trò ở các cấp học của mình.")])
        }
        guard try isRightPlace(form.role, form.org) else {
            throw Fault.invalid([Problem("org", "Vai trò này không có ở loại đơn vị đã chọn.")])
        }
        guard try !holds(form, today) else { throw Fault.conflict("Người này đã có vai trò này ở đơn vị này.") }
        return account
    }

    private func isRightPlace(_ role: Role, _ org: ID<Org>?) throws -> Bool {
        guard let org else { return role == .administrator }
        guard let unit = try self.org(org, scope: .everything) else { return false }
        return switch Granting.place(of: role) {
        case .anywhere: true
        case .office: !unit.isInstitution
        case .institution: unit.isInstitution
        }
    }

    private func holds(_ form: GrantForm, _ day: Day) throws -> Bool {
        try grants(of: form.account).contains { grant in
            grant.role == form.role && grant.org == form.org && grant.endedAt == nil && grant.levels == form.levels
                && grant.from <= form.to && form.from <= grant.to
        }
    }
}
