import Base
import Storage
import TestSupport
import Testing
import Work

@testable import Identity

@Suite("Doors while the master key is replaced", .serialized)
struct KeyTests {
    @Test("L7 forms, second factors, codes and slips of the former key go on until it goes", arguments: Backend.all)
    func doors(backend: Backend) async throws {
        try await withWorld(backend) { world in
            let db = world.db, former = db.keys
            let teacher = try await world.visitor(
                .homeroom, at: world.school, person: .staff(world.teacher), username: "giang.my")
            let accounts = try await [
                world.account(.librarian, at: world.school, username: "thu.vien"),
                world.account(.accountant, at: world.school, username: "ke.toan"),
            ]
            let seed = Secret.random(20), recovery = ["ABCD-EFGH-JKMN", "PQRS-TVWX-YZ23"]
            try await db.commit { tx in
                try tx.setFactor(seed, of: accounts[1])
                try tx.setRecoveryCodes(recovery, of: accounts[1])
            }
            let resets = try await [
                printReset(for: accounts[0], by: .commandLine, in: db),
                printReset(for: accounts[1], by: .commandLine, in: db),
            ]
            let slips = try await issueSlips(for: [world.child], by: teacher, in: db)
            let token = world.entrance.csrf("cookie"), guest = world.entrance.formTokens("cookie", isGuest: true)

            world.moment.value += 1000
            let both = former.adding([UInt8](repeating: 7, count: 32))
            db.use(try #require(both.using(both.marks[1])))
            #expect(world.entrance.csrf("cookie") != token)
            #expect(world.entrance.formTokens("cookie", isGuest: false).contains(token))
            #expect(world.entrance.formTokens("cookie", isGuest: true).last == guest.first)
            #expect(world.entrance.formTokens("other", isGuest: false).contains(token) == false)
            #expect(try await db.read { try $0.factor(of: accounts[1])?.seed } == seed)
            #expect(try await db.commit { try $0.useRecoveryCode(recovery[0], of: accounts[1]) })
            #expect(try await db.commit { try $0.useRecoveryCode(recovery[0], of: accounts[1]) } == false)
            let reset = try await world.entrance.redeem(
                code: resets[0].code, password: "con suối chảy qua bản", address: "")
            #expect(reset.account == accounts[0])
            let form = ClaimForm(
                code: try #require(slips.first).code, name: "Giàng A Chu", relation: "father", phone: "0912345678")
            _ = try await world.entrance.claim(
                form, username: nil, password: "con suối chảy qua bản", address: "10.6.0.1")
            let late = try await issueSlips(for: [world.child], by: teacher, in: db)

            // Seeds are brought over; what is left on paper is counted, and ends with the key.
            for values in Identity.sealed {
                _ = try await db.turn(values, isSealing: true)
                #expect(try await db.turn(values).former == 0, "\(values.name)")
            }
            let since = world.moment.value
            let left = try await db.read { tx in try Identity.codes.map { try $0.count(tx, since) } }
            #expect(left == [1, 1, 0], "one recovery code, one reset; the new slip is under the new key")
            try await db.commit { tx in for codes in Identity.codes { try codes.end(tx, since) } }
            db.use(db.keys.inUse)
            #expect(try await db.read { try $0.recoveryCodesLeft(accounts[1]) } == 0)
            #expect(try await db.read { try $0.factor(of: accounts[1])?.seed } == seed)
            let gone = await fault {
                try await world.entrance.redeem(code: resets[1].code, password: "con suối chảy qua bản", address: "")
            }
            #expect(gone?.problems.first?.field == "code")
            #expect(try await db.read { try $0.openSlip(PrintedCodes.read(late.first?.code ?? "") ?? "") } != nil)
            let phones = try await db.read { try $0.slips(SlipFilter(states: [.pending]), scope: teacher.scope) }
            #expect(phones.map(\.phone) == ["0912345678"])
            #expect(!world.entrance.formTokens("cookie", isGuest: false).contains(token))
        }
    }

}
