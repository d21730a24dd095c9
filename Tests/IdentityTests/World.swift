import Base
import Registry
import Storage
import TestSupport
import Web
import Work

@testable import Identity

/// A small province: a department, a commune, two schools, three classes, a few people; nobody is real.
struct World: Sendable {
    let db: any Database
    let entrance: Entrance
    let moment: SettableMoment
    let top: ID<Org>, commune: ID<Org>, school: ID<Org>, other: ID<Org>
    let led: ID<ClassGroup>, taught: ID<ClassGroup>, far: ID<ClassGroup>
    let teacher: ID<Staff>, clerk: ID<Staff>, stranger: ID<Staff>
    let child: ID<Student>, mate: ID<Student>, sibling: ID<Student>
    let mother: ID<Guardian>

    static let password = "hoa ban nở trên đồi xa"
    static let day = Day(at: testMoment)

    /// An account with a role at a unit, ready to sign in with `World.password`.
    @discardableResult
    func account(_ role: Role, at org: ID<Org>?, person: Person? = nil, username: String) async throws -> ID<Account> {
        let hash = try await entrance.hash(World.password)
        return try await db.bulk { tx in
            try tx.createDemoAccount(
                role: role, org: org, person: person, name: "Lò Văn Thử", username: username, passwordHash: hash)
        }
    }

    func signIn(
        _ username: String, password: String = World.password, from address: String = "10.1.2.3", device: String? = nil
    ) async throws -> SignIn {
        try await entrance.signIn(username: username, password: password, address: address, device: device)
    }

    func state(_ signIn: SignIn) async throws -> SessionState? {
        try await entrance.session(signIn.cookie, address: "10.1.2.3")
    }

    func visitor(_ role: Role, at org: ID<Org>?, person: Person? = nil, username: String) async throws -> Visitor {
        let id = try await account(role, at: org, person: person, username: username)
        return try await db.read { tx in
            guard let account = try tx.account(id) else { throw Fault.notFound }
            return try tx.visitor(account, tx.held(by: account, on: tx.today).first { $0.role == role })
        }
    }
}

/// Runs a body with the small province on one engine.
func withWorld(
    _ backend: Backend, secondFactor: Bool = false, limits: Bool = true, _ body: (World) async throws -> Void
) async throws {
    let moment = SettableMoment(testMoment)
    try await withDatabase(
        backend, WorkSchema.migrations + Feature.registry.migrations + Feature.identity.migrations, at: moment
    ) { db in
        var settings = Entrance.Settings()
        settings.limitsAttempts = limits
        let entrance = Entrance(
            db: db, settings: settings, hashing: HashingThreads(Argon2(passes: 1, bytes: 8192)),
            monotonic: { moment.value })
        if !secondFactor { try await db.bulk { tx in try tx.switchSecondFactorOff() } }
        try await body(try await db.bulk { tx in try plant(tx, db, entrance, moment) })
    }
}

private func plant(_ tx: Tx, _ db: any Database, _ entrance: Entrance, _ moment: SettableMoment) throws -> World {
    let year = SchoolYear(of: World.day), since = Day.first
    let top = try tx.insert(OrgDraft(code: "so", kind: "department", name: "Sở Giáo dục và Đào tạo"))
    let commune = try tx.insert(OrgDraft(code: "xa", kind: "commune-office", name: "UBND xã Mù Cả", parent: top))
    func school(_ code: String, under parent: ID<Org>) throws -> ID<Org> {
        var draft = OrgDraft(code: code, kind: "school", name: "Trường \(code)", parent: parent)
        (draft.isInstitution, draft.levels) = (true, [.lowerSecondary])
        return try tx.insert(draft)
    }
    let one = try school("thcs-a", under: commune), other = try school("thcs-b", under: top)
    func staff(_ name: String, _ org: ID<Org>) throws -> ID<Staff> {
        var draft = StaffDraft(name: try PersonName(full: name))
        (draft.org, draft.since) = (org, since)
        return try tx.insert(draft)
    }
    let teacher = try staff("Giàng Thị Mỷ", one), clerk = try staff("Lò Thị Inh", one),
        stranger = try staff("Vàng A Páo", other)
    func classGroup(_ name: String, _ org: ID<Org>, _ leader: ID<Staff>?) throws -> ID<ClassGroup> {
        var draft = ClassDraft(org: org, year: year, name: name, level: .lowerSecondary, grades: ["6"])
        draft.homeroom = leader
        return try tx.insert(draft)
    }
    let led = try classGroup("6A", one, teacher), taught = try classGroup("6B", one, nil),
        far = try classGroup("6A", other, stranger)
    for group in [led, taught] {
        try tx.insertTeaching(teacher, of: group, subject: "toan", period: Period.always)
    }
    func pupil(_ name: String, _ org: ID<Org>, _ group: ID<ClassGroup>) throws -> ID<Student> {
        var draft = StudentDraft(name: try PersonName(full: name))
        (draft.org, draft.classGroup, draft.level, draft.grade) = (org, group, .lowerSecondary, "6")
        return try tx.insert(draft)
    }
    let child = try pupil("Giàng A Sinh", one, led), mate = try pupil("Lò Văn Tủa", one, taught),
        sibling = try pupil("Giàng Thị Dở", other, far)
    let mother = try tx.insert(GuardianDraft(name: "Sùng Thị Máy"))
    for student in [child, sibling] { try tx.link(mother, to: student, relation: "mother") }
    return World(
        db: db, entrance: entrance, moment: moment, top: top, commune: commune, school: one, other: other, led: led,
        taught: taught, far: far,
        teacher: teacher, clerk: clerk, stranger: stranger, child: child, mate: mate, sibling: sibling, mother: mother)
}

/// The fault that a body throws, or nothing.
func fault(_ body: () async throws -> some Sendable) async -> Fault? {
    do { _ = try await body() } catch { return error as? Fault }
    return nil
}
