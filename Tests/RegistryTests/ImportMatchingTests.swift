import Base
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// Answers of the population database, brought in from a file.
@Suite(.serialized) struct ImportMatchingTests {
    private static let head = "Mã,Số định danh cá nhân,Họ và tên,Ngày sinh,Kết quả xác thực\n"

    private func number(_ id: ID<Student>, _ number: String, _ world: World) async throws {
        try await world.db.commit { tx in
            guard let record = try tx.student(id, scope: .everything) else { throw Fault.notFound }
            try tx.update(record, [Change(key: "personal_id", old: "", new: number)], residence: nil)
        }
    }

    private func run(_ text: String, by visitor: Visitor, in world: World) async throws -> ImportReport {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let path = folder + "/tra-loi.csv"
        try Data((Self.head + text).utf8).write(to: URL(fileURLWithPath: path))
        // Files are read by a program of its own, built beside the tests.
        return try await RosterImport.$executable.withValue(Office.child) {
            try await ImportKind.idMatching.run(ImportRequest(files: [path], visitor: visitor), world.db) { _, _ in }
        }
    }

    private func states(_ ids: [ID<Student>], _ world: World) async throws -> [String] {
        try await world.db.read { tx in try ids.map { try tx.student($0, scope: .everything)?.personalState ?? "–" } }
    }

    @Test(
        "EMI-09 each answer comes onto its record; strangers and doubtful rows are refused; undo brings the old state back",
        arguments: Backend.all)
    func answers(_ backend: Backend) async throws {
        try Catalogues.use(
            #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Resources/catalogues")
        try await inWorld(backend) { world in
            var ids: [ID<Student>] = []
            for (index, name) in ["Lò Thị An", "Lò Thị Bình", "Lò Thị Chi"].enumerated() {
                ids.append(try await world.pupil(name, in: world.class1A))
                if index < 2 { try await number(ids[index], "01232000000\(index + 1)", world) }
            }
            let people = ids
            let codes = try await world.db.read { tx in
                try people.map { try tx.student($0, scope: .everything)?.code ?? "" }
            }
            let text = """
                \(codes[0]),012320000001,Lò Thị An,05/03/2020,Khớp
                ,012320000002,Lò Thị Bình,,Sai ngày sinh
                \(codes[2]),,Lò Thị Chi,,Khớp
                \(codes[0]),012320000009,Lò Thị An,,Khớp
                \(codes[0]),,Vàng A Páo,,Khớp
                \(codes[0]),,Lò Thị An,06/03/2020,Khớp
                \(codes[0]),,Lò Thị An,,Chắc vậy
                KHONGCO,,Lò Thị An,,Khớp
                ,,Lò Thị An,,Khớp

                """
            let report = try await run(text, by: world.administrator, in: world)
            #expect(report.read == 9 && report.updated == ["students": 2])
            let number = "Số định danh cá nhân"
            #expect(
                report.rejected.map(\.column) == [
                    number, number, "Họ và tên", "Ngày sinh", "Kết quả xác thực", "Mã", "Mã",
                ])
            #expect(report.rejected.map(\.row) == [3, 4, 5, 6, 7, 8, 9])
            #expect(try await states(people, world) == ["matched", "wrong-birth", ""])
            // The same file once more changes nothing.
            #expect(try await run(text, by: world.administrator, in: world).unchanged == ["students": 2])

            let batch = try #require(ID<Batch>(report.batch))
            _ = try await Registry.undo(batch, by: world.administrator, in: world.db)
            #expect(try await states(people, world) == ["", "", ""])
        }
    }

    @Test("an answer about somebody out of reach is refused in the words of a missing one", arguments: Backend.all)
    func scope(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let id = try await world.pupil("Lò Thị An", in: world.class1A)
            let code = try await world.db.read { tx in try tx.student(id, scope: .everything)?.code ?? "" }
            let clerk = World.visitor(.clerk, .institutions([world.high]))
            let report = try await run("\(code),,Lò Thị An,,Không tìm thấy\n", by: clerk, in: world)
            #expect(report.rejected.count == 1 && report.updated.isEmpty)
            #expect(try await states([id], world) == [""])
        }
    }
}
