import Base
import HTTPTypes
import Identity
import Registry
import Storage
import TestSupport
import Testing

@testable import Web

/// Papers with codes are pages too: none is longer than a page may be, and no code is made that is not drawn.
@Suite(.serialized) struct SheetTests {
    @Test(
        "a class of 45 with both parents: forty slips a page, each page small, every code drawn once",
        arguments: Backend.all)
    func wholeClass(_ backend: Backend) async throws {
        try await Door.open(backend) { door in
            let group = try #require(door.demo.sample.classId.flatMap { ID<ClassGroup>($0) })
            try await door.fill(group, to: 45)
            let guest = try await door.signIn(.homeroom)
            let ask = await door.get("/classes/\(group.code)/sign-in-sheets", guest)
            let whole = try await door.sheets(
                "/classes/\(group.code)/sign-in-sheets", [("csrf", ask.token ?? ""), ("kind", "guardian")], guest)
            #expect(whole.counts.dropLast().allSatisfy { $0 == 40 } && whole.counts.count >= 3, "\(whole.counts)")
            #expect(whole.codes.count == whole.counts.reduce(0, +) && whole.codes.count >= 85)
            let issued = try await door.db.read { try $0.all("SELECT COUNT(*) FROM identity_code", Int.self).first }
            #expect(issued == whole.codes.count)
            let slips = try await door.sheets("/classes/\(group.code)/slips", [("csrf", ask.token ?? "")], guest)
            #expect(slips.counts == [40, 5] && slips.codes.count == 45)
        }
    }
}

extension Door {
    /// Adds pupils with two new parents each, until a class has so many.
    fileprivate func fill(_ group: ID<ClassGroup>, to size: Int) async throws {
        try await db.bulk { tx in
            guard let record = try tx.classGroup(group, scope: .everything) else { throw Fault.notFound }
            let known = try tx.roster(of: group, scope: .everything)
            for place in known.count..<size {
                var draft = StudentDraft(name: try PersonName(full: "Giàng A Thêm \(place)"))
                (draft.org, draft.classGroup, draft.level) = (record.org, group, record.level)
                draft.grade = record.grades.first ?? ""
                _ = try tx.insert(draft)
            }
            for pupil in try tx.roster(of: group, scope: .everything) {
                for parent in ["Cha", "Mẹ"] {
                    let guardian = try tx.insert(GuardianDraft(name: "\(parent) của \(pupil.name)"))
                    try tx.link(guardian, to: pupil.id, relation: parent == "Cha" ? "father" : "mother")
                }
            }
        }
    }

    /// Draws a paper page after page: how many slips each had, and all codes.
    fileprivate func sheets(
        _ path: String, _ first: [(String, String)], _ guest: Guest
    ) async throws -> (counts: [Int], codes: Set<String>) {
        var fields = first, counts: [Int] = [], codes: Set<String> = []
        for _ in 0..<10 {
            let page = await post(path, fields, guest), size = Gzip.compress(page.bytes)?.count ?? 0
            #expect(page.status == 200 && size <= 20_000, "\(page.status), \(size) bytes")
            let drawn = page.text.split(separator: "class=\"slip-secret\">").dropFirst().map { String($0.prefix(19)) }
            counts.append(drawn.count)
            codes.formUnion(drawn)
            guard page.hidden.contains(where: { $0.0 == "from" }) else { break }
            fields = page.hidden
        }
        return (counts, codes)
    }
}
