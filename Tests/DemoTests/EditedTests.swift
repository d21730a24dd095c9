import Base
import Demo
import Registry
import Storage
import TestSupport
import Testing
import Web
import Work

/// A register that people have worked in goes out and comes back as it is.
@Suite(.serialized) struct EditedTests {
    @Test("out and in again changes nothing after moves, leavings, mergers and new names", arguments: Backend.all)
    func roundTrip(_ backend: Backend) async throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        try await Sample.make(backend) { sample in
            try await edit(sample)
            try await out(sample.db, folder)
            for path in try await Self.paths(folder) { try await comesBack(path, sample.db) }
        }
        // Into an empty register: the second time nothing changes, and what goes out of it neither. Lists of people bear the codes of
        // their own register, so they are none of another's.
        let people = ["students", "staff"]
        try await withDatabase(backend, Sample.migrations) { db in
            let paths = try await Self.paths(folder).filter { !people.contains($0.0) }
            for (kind, path) in paths { _ = try await bring(kind, path, db) }
            for path in paths { try await comesBack(path, db) }
            try await out(db, folder)
            for path in try await Self.paths(folder) { try await comesBack(path, db) }
        }
    }

    private static func paths(_ folder: String) async throws -> [(String, String)] {
        Feature.registry.exports.filter { kind in Feature.registry.imports.contains { $0.name == kind.name } }
            .map { ($0.name, "\(folder)/\($0.name)\($0.name == "oneroster" ? "" : ".csv")") }
    }

    private func out(_ db: any Database, _ folder: String) async throws {
        for (name, path) in try await Self.paths(folder) {
            guard let kind = Feature.registry.exports.first(where: { $0.name == name }) else { throw Fault.notFound }
            _ = try await kind.run(ExportRequest(path: path, visitor: .commandLine), db) { _, _ in }
        }
    }

    private func bring(_ name: String, _ path: String, _ db: any Database) async throws -> ImportReport {
        guard let kind = Feature.registry.imports.first(where: { $0.name == name }) else { throw Fault.notFound }
        return try await Sample.bring(kind, path, in: db)
    }

    private func comesBack(_ file: (kind: String, path: String), _ db: any Database) async throws {
        let report = try await bring(file.kind, file.path, db)
        #expect(
            report.read > 0 && report.created.isEmpty && report.updated.isEmpty && report.rejected.isEmpty,
            "\(file.kind) \(report.created) \(report.updated) \(report.rejected.prefix(3)) \(report.refused ?? "")")
    }

    /// What a clerk and an office do in a day.
    private func edit(_ sample: Sample) async throws {
        let db = sample.db, me = Visitor.commandLine, today = db.clock.today
        let schools: [ID<Org>] = try await db.read { tx in
            try tx.all("SELECT id FROM registry_org WHERE is_institution = 1 AND levels = 'th' ORDER BY id")
                + tx.all("SELECT id FROM registry_org WHERE is_institution = 1 AND levels = 'thcs' ORDER BY id")
        }
        let classes: [ID<ClassGroup>] = try await db.read { tx in
            try tx.all(
                "SELECT id FROM registry_class WHERE year = \(SchoolYear(of: today)) AND org_id = \(schools[0]) ORDER BY id"
            )
        }
        let learners: [ID<Student>] = try await db.read { tx in
            try tx.all("SELECT id FROM registry_student WHERE class_id = \(classes[0]) ORDER BY id")
        }
        let staff: [ID<Staff>] = try await db.read { tx in
            try tx.all(
                "SELECT id FROM registry_staff WHERE status = 'working' AND org_id = \(schools[0]) ORDER BY id DESC")
        }
        try #require(learners.count > 4 && staff.count > 3 && schools.count > 1 && classes.count > 1)
        try await Registry.leave(learners[0], on: today, status: "moved-1", by: me, in: db)
        try await Registry.leave(learners[1], on: today.adding(-1), status: "left-1", by: me, in: db)
        try await Registry.takeBack(learners[1], EnrolForm(classGroup: classes[0], day: today), by: me, in: db)
        let record = try await db.read { try $0.student(learners[2], scope: .everything) }
        _ = try await Registry.editStudent(
            learners[2],
            RecordForm(["given_name": "Hoà", "sex": "male"], version: record?.version, base: record?.values ?? [:]),
            by: me, in: db)
        let guardian = try await Registry.addGuardian(
            GuardianDraft(name: "Giàng Thị Ly"), relation: "mother", to: learners[3], by: me, in: db)
        try await Registry.unlinkGuardian(guardian, from: learners[3], last: today.adding(-1), by: me, in: db)
        try await Registry.movePost(of: staff[0], to: schools[1], position: "", on: today, by: me, in: db)
        try await Registry.endPosts(of: staff[1], last: today.adding(-1), status: "moved", by: me, in: db)
        try await Registry.assignHomeroom(staff[2], to: classes[1], on: today, by: me, in: db)
        try await Registry.renameOrg(
            schools[0], to: "Trường Tiểu học Hoa Ban", on: today, basis: "QĐ 1", by: me, in: db)
        _ = try await Registry.mergeOrgs(
            [schools[0]], into: .existing(schools[1]), on: today, basis: "QĐ 2", by: me, in: db)
    }
}
