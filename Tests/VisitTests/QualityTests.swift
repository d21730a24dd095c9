import Base
import Quality
import Registry
import Storage
import TestSupport
import Testing
import Work

@testable import Web

/// The pages of data quality through the front door.
@Suite(.serialized) struct QualityTests {
    private func inspected(_ backend: Backend, _ body: (Door) async throws -> Void) async throws {
        try await Door.open(backend) { door in
            for org in try await door.db.read({ tx in try tx.examinedOrgs(under: nil, scope: .everything) }) {
                _ = try await Quality.inspect(org, in: door.db)
            }
            try await body(door)
        }
    }

    private func keys(_ answer: Answer) -> [String] {
        answer.text.split(separator: "name=\"id\" value=\"").dropFirst().compactMap {
            $0.split(separator: "\"").first.map(String.init)
        }
    }

    @Test(
        "EMI-09 a clerk finds the worklist, waives one row with a reason, sees it under waived and takes it up again",
        arguments: Backend.all)
    func waiving(_ backend: Backend) async throws {
        try await inspected(backend) { door in
            let clerk = try await door.signIn(.clerk)
            let list = await door.get("/quality/findings", clerk)
            #expect(list.status == 200 && list.text.contains("Bỏ qua có lý do"))
            let id = try #require(keys(list).first), token = try #require(list.token)
            let chosen = await door.post("/quality/findings", [("csrf", token), ("id", id), ("verb", "waive")], clerk)
            #expect(chosen.location == "/quality/waiver?id=\(id)")
            #expect(await door.get(chosen.location, clerk).status == 200)
            let short = await door.post("/quality/waiver", [("csrf", token), ("id", id), ("reason", "")], clerk)
            #expect(short.status == 422 && short.text.contains("Ghi lý do, ít nhất vài chữ."))
            let done = await door.post(
                "/quality/waiver", [("csrf", token), ("id", id), ("reason", "Quyết định 12/QĐ")], clerk)
            #expect(done.status == 303)
            let waived = await door.get("/quality/findings?state=waived", clerk)
            #expect(keys(waived) == [id] && waived.text.contains("Quyết định 12/QĐ"))
            #expect(!keys(await door.get("/quality/findings", clerk)).contains(id))
            #expect(
                await door.post("/quality/findings", [("csrf", token), ("id", id), ("verb", "reopen")], clerk).status
                    == 303)
            #expect(keys(await door.get("/quality/findings?state=waived", clerk)).isEmpty)
        }
    }

    @Test(
        "EMI-09 each role's pages answer within their bytes, and a teacher sees the own class alone",
        arguments: Backend.all)
    func roles(_ backend: Backend) async throws {
        try await inspected(backend) { door in
            for role in [Role.administrator, .department, .commune, .inspector, .principal, .clerk] {
                let guest = try await door.signIn(role)
                for path in [
                    "/quality", "/quality/rules", "/quality/findings", "/quality/findings?kind=org&severity=low", "/me",
                ] {
                    let answer = await door.get(path, guest)
                    #expect(answer.status == 200, "\(role) \(path): \(answer.status)")
                    #expect((Gzip.compress(answer.bytes)?.count ?? 0) < 20_000, "\(role) \(path)")
                }
                #expect(await door.get("/quality/findings.xlsx", guest).bytes.starts(with: [0x50, 0x4B]))
                #expect(await door.get("/quality/units.xlsx", guest).bytes.starts(with: [0x50, 0x4B]))
                #expect(await door.get("/quality/findings/print", guest).status == 200)
            }
            let teacher = try await door.signIn(.homeroom)
            #expect(await door.get("/quality", teacher).location == "/quality/findings")
            let page = await door.get("/quality/findings", teacher)
            #expect(page.status == 200 && !page.text.contains("Bỏ qua có lý do"))
            for role in [Role.student, .guardian, .subjectTeacher, .accountant] {
                #expect(await door.get("/quality/findings", try await door.signIn(role)).status == 403)
            }
        }
    }

    @Test(
        "EMI-09 a check that is asked for goes into the queue once; out of reach it is not found",
        arguments: Backend.all)
    func running(_ backend: Backend) async throws {
        try await inspected(backend) { door in
            let clerk = try await door.signIn(.clerk), page = await door.get("/quality", clerk)
            let own = try #require(page.text.firstRange(of: "name=\"org\" value=\"")), token = try #require(page.token)
            let code = String(page.text[own.upperBound...].prefix(13))
            for _ in 0..<2 {
                #expect(await door.post("/quality/run", [("csrf", token), ("org", code)], clerk).status == 303)
            }
            let jobs = try await door.db.read { tx in try tx.jobs(of: nil, kind: "quality.inspect-units") }
            #expect(jobs.map(\.input) == [code])
            #expect(await door.get("/quality", clerk).text.contains("Đang kiểm tra dữ liệu"))
            let above = try await door.db.read { tx in try tx.roots(scope: .everything).first?.id.code ?? "" }
            #expect(await door.post("/quality/run", [("csrf", token), ("org", above)], clerk).status == 404)
            #expect(await door.get("/quality?org=\(above)", clerk).status == 404)
        }
    }
}
