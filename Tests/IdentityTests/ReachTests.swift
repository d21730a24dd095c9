import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Identity

@Suite("Reach", .serialized)
struct ReachTests {
    @Test("each role's reach is compiled from its place and the register", arguments: Backend.all)
    func compiled(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let mother = Scope.Reach.students(
                [world.child, world.sibling].sorted(), classes: [world.led, world.far].sorted(),
                of: [world.school, world.other].sorted())
            var wanted: [(Role, ID<Org>?, Person?, Scope.Reach)] = [
                (.administrator, world.top, nil, .everything), (.department, world.top, nil, .tree([world.top])),
                (.commune, world.commune, nil, .tree([world.commune])),
                (.inspector, world.commune, nil, .tree([world.commune])),
                (.homeroom, world.school, .staff(world.teacher), .classes([world.led], of: [world.school])),
                (
                    .student, world.school, .student(world.child),
                    .students([world.child], classes: [world.led], of: [world.school])
                ),
                (.guardian, nil, .guardian(world.mother), mother),
            ]
            for role in [.principal, .deputy, .clerk, .accountant, .librarian, .equipment, .medic] as [Role] {
                wanted.append((role, world.school, nil, .institutions([world.school])))
            }
            for (role, org, person, reach) in wanted {
                let visitor = try await world.visitor(role, at: org, person: person, username: "nguoi.\(role.rawValue)")
                #expect(visitor.scope.reach == reach)
            }
        }
    }

    @Test("an administrator of a part or of some levels sees that part alone", arguments: Backend.all)
    func partial(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let part = try await world.visitor(.administrator, at: world.commune, username: "quan.ly.xa")
            #expect(part.scope.reach == .tree([world.commune]))
        }
    }

    @Test("what lies within a scope: units, classes, pupils, accounts", arguments: Backend.all)
    func within(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let commune = try await world.visitor(.commune, at: world.commune, username: "can.bo.xa")
            let teacher = try await world.visitor(
                .homeroom, at: world.school, person: .staff(world.teacher), username: "giang.my")
            let mother = try await world.account(
                .guardian, at: nil, person: .guardian(world.mother), username: "sung.may")
            try await world.db.read { tx in
                #expect(try tx.reaches(commune.scope, org: world.school))
                #expect(try !tx.reaches(commune.scope, org: world.other))
                #expect(try !tx.reaches(commune.scope, org: nil))
                #expect(try tx.reaches(commune.scope, student: world.mate))
                #expect(try !tx.reaches(commune.scope, student: world.sibling))
                #expect(try tx.reaches(teacher.scope, student: world.child))
                #expect(try !tx.reaches(teacher.scope, student: world.mate))
                #expect(try tx.reaches(teacher.scope, classGroup: world.led))
                #expect(try !tx.reaches(teacher.scope, classGroup: world.taught))
                let account = try #require(try tx.account(mother))
                #expect(try tx.reaches(teacher.scope, account: account))
                #expect(try tx.reaches(commune.scope, account: account))
                #expect(try tx.accounts(scope: teacher.scope).map(\.id) == [mother])
                #expect(try tx.accounts(scope: .nothing).isEmpty)
            }
        }
    }

    @Test("nobody gives a role above or beyond their own, nor to themselves", arguments: Backend.all)
    func granting(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let principal = try await world.visitor(.principal, at: world.school, username: "hieu.truong.a")
            let clerk = try await world.visitor(
                .clerk, at: world.school, person: .staff(world.clerk), username: "van.thu")
            let id = try #require(clerk.account)
            func form(_ role: Role, _ org: ID<Org>?) -> GrantForm {
                GrantForm(account: id, role: role, org: org, from: World.day)
            }
            func refused(_ role: Role, _ org: ID<Org>?, _ visitor: Visitor) async -> Fault.Kind? {
                await fault { try await give(form(role, org), by: visitor, in: world.db) }?.kind
            }
            #expect(await refused(.principal, world.school, principal) == .forbidden)
            #expect(await refused(.administrator, world.top, principal) == .forbidden)
            #expect(await refused(.librarian, world.other, principal) == .notFound)
            #expect(await refused(.librarian, world.school, clerk) == .forbidden)
            let own = GrantForm(
                account: try #require(principal.account), role: .librarian, org: world.school, from: World.day)
            #expect(await fault { try await give(own, by: principal, in: world.db) }?.kind == .forbidden)
            let grant = try await give(form(.librarian, world.school), by: principal, in: world.db)
            #expect(await refused(.librarian, world.school, principal) == .conflict)
            try await endGrant(grant, by: principal, in: world.db)
            let ended = try await world.db.read { try $0.grants(of: id).first { $0.id == grant }?.endedAt }
            #expect(ended != nil)
        }
    }

    @Test("nobody gives a role at levels that are not theirs", arguments: Backend.all)
    func levels(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let clerk = try await world.account(
                .clerk, at: world.school, person: .staff(world.clerk), username: "van.thu")
            var giver = try await world.visitor(.department, at: world.top, username: "chuyen.vien")
            giver = Visitor(
                kind: .session, account: giver.account, name: giver.name, role: giver.role,
                scope: Scope(.tree([world.top]), levels: [.primary]), org: giver.org, orgName: "", person: nil,
                address: "")
            let form = GrantForm(
                account: clerk, role: .librarian, org: world.school, levels: [.lowerSecondary], from: World.day)
            let limited = giver
            let refused = await fault { try await give(form, by: limited, in: world.db) }
            #expect(refused?.problems.first?.field == "levels" || refused?.kind == .notFound)
            #expect(try await world.db.read { try $0.grants(of: clerk).allSatisfy { $0.levels?.isEmpty != true } })
        }
    }

    @Test(
        "A7 a role limited to some levels sees no account, entry or slip of schools of other levels",
        arguments: Backend.all)
    func otherLevels(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let near = try await world.account(.librarian, at: world.school, username: "thu.vien")
            _ = try await issueSlips(for: [world.child], by: .commandLine, in: world.db)
            try await suspend(near, reason: "thử", by: .commandLine, in: world.db)
            func seen(_ levels: [Level]?) async throws -> (accounts: Int, entries: Int, slips: Int) {
                let scope = Scope(.tree([world.top]), levels: levels)
                return try await world.db.read { tx in
                    var filter = AuditFilter()
                    filter.subject = .account(near)
                    return (
                        try tx.accountList(AccountFilter(), scope: scope).count { $0.id == near },
                        try tx.auditEntries(filter, scope: scope).count,
                        try tx.slips(SlipFilter(states: [.issued]), scope: scope).count
                    )
                }
            }
            let own = try await seen([.lowerSecondary]), other = try await seen([.primary])
            #expect(own.accounts == 1 && own.entries > 0 && own.slips == 1)
            #expect(other.accounts == 0 && other.entries == 0 && other.slips == 0)
        }
    }

    @Test("a keeper does not touch an account above: a clerk never resets the principal", arguments: Backend.all)
    func keeping(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let head = try await world.account(.principal, at: world.school, username: "hieu.truong.a")
            let far = try await world.account(.librarian, at: world.other, username: "thu.vien.b")
            let near = try await world.account(.librarian, at: world.school, username: "thu.vien.a")
            let clerk = try await world.visitor(
                .clerk, at: world.school, person: .staff(world.clerk), username: "van.thu")
            #expect(await fault { try await printReset(for: head, by: clerk, in: world.db) }?.kind == .forbidden)
            #expect(await fault { try await printReset(for: far, by: clerk, in: world.db) }?.kind == .notFound)
            #expect(await fault { try await suspend(head, reason: "", by: clerk, in: world.db) }?.kind == .forbidden)
            _ = try await printReset(for: near, by: clerk, in: world.db)
        }
    }

    @Test("D21 who can see a pupil is found from roles, classes and guardianship", arguments: Backend.all)
    func seers(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.department, at: world.top, username: "chuyen.vien")
            try await world.account(.principal, at: world.school, username: "hieu.truong.a")
            try await world.account(.principal, at: world.other, username: "hieu.truong.b")
            try await world.account(.homeroom, at: nil, person: .staff(world.teacher), username: "giang.my")
            try await world.account(.guardian, at: nil, person: .guardian(world.mother), username: "sung.may")
            let seers = try await world.db.read { try $0.whoCanSee(student: world.child) }
            #expect(
                seers.map(\.role).sorted { $0.rank < $1.rank } == [
                    .department, .principal, .homeroom, .subjectTeacher, .guardian,
                ])
            #expect(seers.first { $0.role == .principal }?.through == .org(world.school))
            #expect(seers.first { $0.role == .homeroom }?.name == "Giàng Thị Mỷ")
            #expect(
                try await world.db.read { try $0.whoCanSee(student: world.mate) }.contains { $0.role == .homeroom }
                    == false)
        }
    }

    @Test(
        "D21 view-as shows another's reach, read-only, for half an hour, under one's own account",
        arguments: Backend.all)
    func viewAs(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let head = try await world.account(.principal, at: world.school, username: "hieu.truong.a")
            let mother = try await world.account(
                .guardian, at: nil, person: .guardian(world.mother), username: "sung.may")
            let above = try await world.account(.department, at: world.top, username: "chuyen.vien")
            let signIn = try await world.signIn("hieu.truong.a")
            #expect(await fault { try await world.entrance.viewAs(above, cookie: signIn.cookie, address: "") } != nil)
            let cookie = try await world.entrance.viewAs(mother, cookie: signIn.cookie, address: "")
            let state = try #require(try await world.entrance.session(cookie, address: ""))
            #expect(state.isViewingAs && state.visitor.role == .guardian && state.visitor.account == head)
            #expect(state.visitor.person == world.mother.raw)
            #expect(throws: Fault.self) { try state.mustOwnEyes() }
            let write = await fault {
                try await world.entrance.changePassword(from: "", to: "", cookie: cookie, address: "")
            }
            #expect(write?.kind == .forbidden)
            let trail = try await world.db.read { try $0.auditEntries(scope: .everything, verb: "identity.view-as") }
            #expect(trail.map(\.subjectID) == [mother.raw] && trail.first?.account == head)
            world.moment.value += 29 * 60_000
            #expect(try await world.entrance.session(cookie, address: "")?.isViewingAs == true)
            world.moment.value += 2 * 60_000
            #expect(try await world.entrance.session(cookie, address: "")?.visitor.role == .principal)
        }
    }

    @Test("K-13 the share of teachers with an account in use", arguments: Backend.all)
    func share(backend: Backend) async throws {
        try await withWorld(backend) { world in
            try await world.account(.homeroom, at: nil, person: .staff(world.teacher), username: "giang.my")
            let share = try await world.db.read { try $0.accountShare(Scope(.institutions([world.school]))) }
            #expect(share == (1, 2))
        }
    }

    @Test("an empty house gets its first administrator by the command line", arguments: Backend.all)
    func firstAdministrator(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let id = try await openAccount(
                username: "quan.tri.tinh", name: "Lò Văn Quản", at: nil, by: .commandLine, in: world.db)
            let form = GrantForm(account: id, role: .administrator, org: nil, from: World.day)
            _ = try await give(form, by: .commandLine, in: world.db)
            let sheet = try await printReset(for: id, by: .commandLine, in: world.db)
            let signIn = try await world.entrance.redeem(code: sheet.code, password: World.password, address: "")
            #expect(try await world.state(signIn)?.visitor.scope == .everything)
        }
    }

    @Test("many accounts are opened at once, each under a name of its own", arguments: Backend.all)
    func bulk(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let made = try await world.db.bulk { tx in
                try tx.insertAccounts(
                    (1...300).map {
                        NewAccount(.student(ID(stored: Int64($0))), name: "Giàng A Sinh", org: world.school)
                    })
            }
            #expect(made == 300)
            let rows = try await world.db.read { try $0.accounts(scope: .everything, matching: "sinh", limit: 500) }
            #expect(Set(rows.map(\.username)).count == 300 && rows.allSatisfy { $0.state == .notActivated })
            #expect(try await world.db.read { try !$0.isFree(username: "giang.a.sinh300") })
        }
    }
}
