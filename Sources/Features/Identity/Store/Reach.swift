import Base
import Registry
import Storage

extension Tx {
    /// The visitor that an account is under one of its roles: its scope compiled once, so that every query only reads it.
    public func visitor(
        _ account: AccountRow, _ held: HeldRole?, address: String = "", kind: Visitor.Kind = .session,
        program: Program? = nil
    ) throws -> Visitor {
        let name = try name(of: account)
        guard let held else {
            return Visitor(
                kind: kind, account: account.id, name: name, person: account.person?.id, address: address,
                program: program)
        }
        return Visitor(
            kind: kind, account: account.id, name: name, role: held.role, scope: try scope(of: held, for: account),
            org: held.org,
            orgName: held.orgName, person: account.person?.id, address: address, program: program)
    }

    /// How far a role reaches today.
    func scope(of held: HeldRole, for account: AccountRow) throws -> Scope {
        let orgs = held.org.map { [$0] } ?? []
        switch held.role {
        case .administrator:
            let isWhole = try held.levels == nil && (held.org.map(isTop) ?? true)
            return isWhole ? .everything : Scope(.tree(orgs), levels: held.levels)
        case .department, .commune, .inspector:
            return orgs.isEmpty ? .nothing : Scope(.tree(orgs), levels: held.levels)
        case .principal, .deputy, .clerk, .accountant, .librarian, .equipment, .medic:
            return orgs.isEmpty ? .nothing : Scope(.institutions(orgs), levels: held.levels)
        case .homeroom: return try classes(account.person?.staff.map { try classesLed(by: $0, on: today) } ?? [], held)
        case .subjectTeacher:
            return try classes(account.person?.staff.map { try classesTaught(by: $0, on: today) } ?? [], held)
        case .student: return try own(account.person?.student.map { [$0] } ?? [])
        case .guardian: return try own(children(of: account, on: today).map(\.student))
        }
    }

    /// A given role reaches the classes at its own unit; one that follows from the classes reaches them all.
    private func classes(_ places: [ClassPlace], _ held: HeldRole) -> Scope {
        let kept = held.grant == nil ? places : places.filter { held.org == nil || $0.org == held.org }
        let orgs = Set(kept.map(\.org)).union(held.org.map { [$0] } ?? [])
        return orgs.isEmpty ? .nothing : Scope(.classes(kept.map(\.id).sorted(), of: orgs.sorted()))
    }

    private func own(_ students: [ID<Student>]) throws -> Scope {
        let places = try students.compactMap(placeOf(student:))
        return students.isEmpty
            ? .nothing
            : Scope(
                .students(
                    students, classes: Set(places.compactMap(\.classGroup)).sorted(),
                    of: Set(places.compactMap(\.org)).sorted()))
    }
}

// MARK: What lies within a scope

extension Tx {
    /// Whether a unit lies within a scope.
    public func reaches(_ scope: Scope, org: ID<Org>?) throws -> Bool {
        guard let org else { return scope.reach == .everything && scope.levels == nil }
        guard let unit = try self.org(org, scope: .everything) else { return false }
        if let levels = scope.levels, unit.isInstitution {
            guard unit.levels.contains(where: levels.contains) else { return false }
        }
        return try exists("SELECT 1 FROM (SELECT CAST(\(org) AS BIGINT) AS id) o WHERE \(scope, on: "o.id")")
    }

    /// Whether a pupil lies within a scope, by the place the pupil has today.
    public func reaches(_ scope: Scope, student: ID<Student>) throws -> Bool {
        switch scope.reach {
        case .everything: return try name(of: .student(student)) != nil
        case .nothing: return false
        case .students(let own, _, _): return own.contains(student)
        case .classes(let classes, _): return try placeOf(student: student)?.classGroup.map(classes.contains) ?? false
        case .tree, .institutions:
            return try placeOf(student: student)?.org.map { try reaches(scope, org: $0) } ?? false
        }
    }

    /// Whether a class lies within a scope.
    public func reaches(_ scope: Scope, classGroup: ID<ClassGroup>) throws -> Bool {
        switch scope.reach {
        case .classes(let classes, _), .students(_, let classes, _): return classes.contains(classGroup)
        default: return try orgOf(classGroup).map { try reaches(scope, org: $0) } ?? false
        }
    }

    /// Whether an account lies within a scope: by its unit, or for a guardian by any of the children.
    public func reaches(_ scope: Scope, account: AccountRow) throws -> Bool {
        switch scope.reach {
        case .everything: return true
        case .nothing, .students: return false
        case .tree, .institutions:
            if try account.org != nil && reaches(scope, org: account.org) { return true }
        case .classes:
            if let student = account.person?.student { return try reaches(scope, student: student) }
        }
        return try children(of: account, on: today).contains { try reaches(scope, student: $0.student) }
    }

    /// An account that a visitor may look after: within reach, and holding no role above the visitor's. Otherwise it is not found.
    func account(_ id: ID<Account>, keptBy visitor: Visitor) throws -> AccountRow {
        guard let account = try account(id), try reaches(visitor.scope, account: account) else { throw Fault.notFound }
        guard visitor.kind != .commandLine, visitor.kind != .job else { return account }
        let below = visitor.role.map(Granting.below) ?? []
        guard try held(by: account, on: today).allSatisfy({ below.contains($0.role) }) else { throw Fault.forbidden }
        return account
    }
}
