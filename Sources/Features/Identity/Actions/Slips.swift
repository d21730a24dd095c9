import Base
import Facts
import Registry
import Storage
import Work

/// What a guardian writes when claiming a slip.
public struct ClaimForm: Sendable {
    public var code: String, name: String, relation: String, phone: String

    public init(code: String, name: String, relation: String, phone: String = "") {
        (self.code, self.name, self.relation, self.phone) = (code, name, relation, phone)
    }

    var problems: [Problem] {
        var found: [Problem] = []
        do { _ = try PersonName(full: name) } catch { found += error.problems }
        if relation.utf8.count > 40 || relation.isEmpty {
            found.append(Problem("relation", "Hãy chọn quan hệ với học sinh."))
        }
        let digits = phone.utf8.filter { $0 >= 48 && $0 <= 57 }.count
        if !phone.isEmpty && (phone.utf8.count > 20 || !(9...12).contains(digits)) {
            found.append(Problem("phone", "Số điện thoại chưa đúng."))
        }
        return found
    }
}

/// Prints guardians' slips: one a pupil, each with a code of its own. A pupil may have several, one for each parent.
public func issueSlips(for students: [ID<Student>], by visitor: Visitor, in db: any Database) async throws -> [SheetRow]
{
    try visitor.must(.manageSlips)
    guard students.count <= 2000 else { throw Fault(.tooLarge, "Mỗi lần in nhiều nhất 2.000 phiếu.") }
    return try await db.write(as: visitor, "identity.slip.create", on: Subject("slip", org: visitor.org)) { tx in
        tx.audit(note: "\(students.count)")
        return try students.map { student in
            guard try tx.reaches(visitor.scope, student: student) else { throw Fault.notFound }
            let place = try tx.placeOf(student: student)
            let slip = try tx.insertSlip(
                for: student, classGroup: place?.classGroup, org: place?.org, by: visitor.account)
            return SheetRow(
                person: .student(student), name: try tx.name(of: .student(student)) ?? "", username: "",
                code: slip.code,
                expiresAt: slip.expiresAt)
        }
    }
}

/// Approves or refuses a claim: the homeroom teacher of the child's class of today, or the school's office.
public func decide(slip id: ID<Slip>, approve: Bool, reason: String = "", by visitor: Visitor, in db: any Database)
    async throws
{
    try visitor.must(.manageSlips)
    try await db.write(
        as: visitor, approve ? "identity.slip.approve" : "identity.slip.refuse", on: Subject("slip", id.raw)
    ) { tx in
        let slip = try tx.slip(id, keptBy: visitor)
        guard let account = slip.account, account != visitor.account else { throw Fault.forbidden }
        let moved = try tx.decide(
            id, from: [.pending], to: approve ? .approved : .refused, by: visitor.account,
            reason: String(reason.prefix(500)))
        guard moved else { throw Fault.conflict("Phiếu này đã được xử lý.") }
        guard approve else { return }
        try tx.link(slip.student, to: account, relation: slip.relation, slip: id)
        try tx.changed(.student(slip.student), "guardian-account", from: nil, to: slip.claimant)
        try tx.tell(RightsChanged(account: account))
    }
}

/// Takes back a slip that is lost or was printed by mistake.
public func revoke(slip id: ID<Slip>, by visitor: Visitor, in db: any Database) async throws {
    try visitor.must(.manageSlips)
    try await db.write(as: visitor, "identity.slip.revoke", on: Subject("slip", id.raw)) { tx in
        _ = try tx.slip(id, keptBy: visitor)
        guard try tx.decide(id, from: [.issued, .pending], to: .revoked, by: visitor.account, reason: "") else {
            throw Fault.conflict("Phiếu này đã được xử lý.")
        }
    }
}

/// Ends what an account sees of a child, from today on, whatever the register says of guardianship: a barred contact.
public func endChild(
    _ student: ID<Student>, of id: ID<Account>, reason: String, by visitor: Visitor, in db: any Database
) async throws {
    try visitor.must(.manageSlips)
    try await db.write(as: visitor, "identity.child.end", on: .student(student)) { tx in
        guard try tx.reaches(visitor.scope, student: student), let account = try tx.account(id),
            try tx.children(of: account, on: tx.today).contains(where: { $0.student == student })
        else { throw Fault.notFound }
        try tx.unlink(student, from: id)
        try tx.changed(.student(student), "guardian-account", from: account.name, to: nil)
        if !reason.isEmpty {
            try tx.changed(.student(student), "guardian-account-reason", from: nil, to: String(reason.prefix(500)))
        }
        try tx.tell(RightsChanged(account: id))
    }
}

extension Entrance {
    /// Whether a slip's code is good, before anything is asked for. It tells no child's name: that is the school's to confirm.
    public func checkSlip(_ typed: String, address: String) async throws {
        _ = try await slip(typed, address)
    }

    /// Claims a slip for the guardian account that is signed in.
    public func claim(_ form: ClaimForm, cookie: String, address: String) async throws {
        guard form.problems.isEmpty else { throw Fault.invalid(form.problems) }
        let state = try await own(cookie, address)
        let slip = try await slip(form.code, address)
        try await db.write(as: state.visitor, "identity.slip.claim", on: Subject("slip", slip.id.raw)) { tx in
            try tx.claimOnce(slip, for: state.account, form)
        }
    }

    /// Claims a slip with a new account, which sees nothing until the school approves; signs its owner in.
    public func claim(
        _ form: ClaimForm, username: String?, password: String, address: String, device: String? = nil,
        agent: String = ""
    ) async throws -> SignIn {
        let slip = try await slip(form.code, address)
        let wanted = username ?? Usernames.base(for: form.name)
        var problems = form.problems
        if let username, let problem = Usernames.problem(with: username) { problems.append(problem) }
        let holder = Passwords.Holder(username: wanted, name: form.name, roles: [.guardian])
        if let problem = Passwords.problem(with: password, for: holder) { problems.append(problem) }
        guard problems.isEmpty else { throw Fault.invalid(problems) }
        let hash = try await hash(password)
        let caller = Visitor(kind: .anonymous, address: address)
        return try await db.write(as: caller, "identity.slip.claim", on: Subject("slip", slip.id.raw)) { tx in
            let account = try tx.openGuardian(form.name, username)
            try tx.setPassword(hash, of: account.id)
            try tx.claimOnce(slip, for: account.id, form)
            return try open(tx, account, address: address, device: device, agent: agent)
        }
    }

    private func slip(_ typed: String, _ address: String) async throws -> SlipRow {
        try await atDoor(address) { tx in try PrintedCodes.read(typed).flatMap(tx.openSlip) }
    }
}

extension Tx {
    /// A slip whose child lies within the visitor's reach today.
    fileprivate func slip(_ id: ID<Slip>, keptBy visitor: Visitor) throws -> SlipRow {
        guard let slip = try slip(id), try reaches(visitor.scope, student: slip.student) else { throw Fault.notFound }
        audit(subject: .student(slip.student, org: try placeOf(student: slip.student)?.org))
        return slip
    }

    fileprivate func claimOnce(_ slip: SlipRow, for account: ID<Account>, _ form: ClaimForm) throws {
        let name = try PersonName(full: form.name).full
        guard try claim(slip.id, for: account, name: name, relation: form.relation, phone: form.phone) else {
            throw Fault.codeRefused
        }
        audit(subject: .student(slip.student, org: try placeOf(student: slip.student)?.org))
    }

    fileprivate func openGuardian(_ name: String, _ username: String?) throws -> AccountRow {
        let id = newID(Account.self), person = try PersonName(full: name)
        if let username, try !isFree(username: username) { throw Fault.invalid([Usernames.taken]) }
        try insertAccount(
            id, username: try username ?? freeUsername(Usernames.base(for: person.full)), name: person.full,
            person: nil, org: nil, state: .active)
        guard let account = try account(id) else { throw Fault.notFound }
        return account
    }
}
