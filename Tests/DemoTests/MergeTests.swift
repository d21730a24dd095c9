import Base
import Demo
import House
import Registry
import Storage
import TestSupport
import Testing
import Web
import Work

@testable import Identity

@Suite("Merging and taking back")
struct MergeTests {
    static let tables = Feature.identity.offers.personTables

    @Test("REC-03 two hundred pairs merged and taken back leave every table as it was", arguments: Backend.all)
    func exact(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let db = sample.db, clerk = Visitor.commandLine
            let planted = try await Demo.plantDuplicates(200, seed: 3, in: db)
            try await MergeTests.furnish(planted, db)
            // Planting counts nothing.
            for year in Sample.years(db.clock.today) { try await db.bulk { try $0.recountAll(year) } }
            _ = try await Registry.searchDuplicates(in: db)
            let before = try await Contents.read(db)
            var merges: [ID<Merge>] = []
            for (number, pair) in planted.enumerated() {
                var plan = MergePlan(kept: pair.original, given: pair.copy)
                if number % 3 == 1 { plan = MergePlan(kept: pair.copy, given: pair.original) }
                plan.reason = "Nhập hai lần"
                (plan.place, plan.stay) = (number % 2 == 0 ? .kept : .given, StayFate.allCases[number % 3])
                plan.fromGiven = ["given_name", "birth_date", "personal_id", "photo", "ethnicity", "permanent_hamlet"]
                merges.append(try await Registry.merge(plan, tables: MergeTests.tables, by: clerk, in: db))
            }
            let merged = try await Contents.read(db)
            #expect(before.differences(from: merged).contains("registry_student"))
            for merge in merges.reversed() {
                try await Registry.undoMerge(merge, tables: MergeTests.tables, by: clerk, in: db)
            }
            let after = try await Contents.read(db)
            #expect(before.differences(from: after).isEmpty, "\(before.differences(from: after))")
        }
    }

    @Test("REC-03 every table that refers to a learner follows a merge, or says why not")
    func complete() async throws {
        try await withDatabase(.sqlite, House.migrations) { db in
            let columns = try await Contents.columns(db)
            let pointing = columns.filter { table in
                !table.value.isDisjoint(with: [
                    "student_id", "subject_id", "person_id", "entity_id", "first_id", "kept_id", "learner_id",
                    "pupil_id",
                ])
            }.keys
            let known = MergeTests.own.union(House.personTables.map(\.name)).union(MergeTests.exempt.keys)
            let forgotten = pointing.filter { !known.contains($0) }.sorted()
            #expect(forgotten.isEmpty, "these refer to learners and are not merged: \(forgotten)")
            #expect(MergeTests.own.isSubset(of: columns.keys) && pointing.count > 10)
        }
    }

    /// The register's own, which `Tx.follow` and its neighbours move.
    private static let own: Set<String> = [
        "registry_enrolment", "registry_policy", "registry_guardianship", "registry_document", "registry_identifier",
        "registry_former", "registry_duplicate", "registry_transfer",
    ]
    /// What stays as it was, and why.
    private static let exempt = [
        "work_audit_entry": "what was done to the given-up record was done to it",
        "work_audit_field": "its history stays its own", "work_person_key": "opens that history",
        "quality_finding": "found anew within seconds: a merge changes both records",
        "registry_batch_change": "what stood before, by the keys of then", "registry_merge": "the log of merges itself",
    ]

    /// Gives the second records what real ones have: papers, policy statuses, identifiers, slips, accounts, children of accounts.
    private static func furnish(_ planted: [Planted], _ db: any Database) async throws {
        try await db.commit { tx in
            for (number, pair) in planted.enumerated() {
                for (side, id) in [pair.original, pair.copy].enumerated() where number % 4 != side {
                    try tx.insert(
                        DocumentDraft(type: "paper", name: "Giấy khai sinh \(number)"), kind: "student", of: id.raw)
                    try tx.identify("student", id.raw, source: "matrix", type: "user", value: "\(number)-\(side)")
                    if let period = Period(tx.today.adding(-30)) {
                        try tx.insert(PolicyDraft(student: id, kind: "boarding-66", period: period))
                    }
                    try tx.exec(
                        """
                        INSERT INTO identity_slip (id, student_id, hash, state, issued_at, expires_at, claimant, relation, reason)
                        VALUES (\(tx.newID(Student.self)), \(id), \(Secret.random(16)), 'issued', 1, 2, '', 'mother', '')
                        """)
                }
                if number % 5 == 0 {
                    let account: Int64? = try tx.value(
                        "SELECT id FROM identity_account WHERE person_kind = 'guardian' ORDER BY id LIMIT 1")
                    guard let account else { continue }
                    try tx.exec(
                        """
                        INSERT INTO identity_child (account_id, student_id, relation, valid_from, valid_to)
                        VALUES (\(account), \(pair.copy), 'aunt', '2026-09-01', '2200-12-31')
                        """)
                }
                if number % 6 == 0 {
                    try tx.exec(
                        """
                        INSERT INTO identity_account (id, username, username_key, name, name_key, person_kind, person_id, org_id, state,
                        language, version, created_at, updated_at)
                        VALUES (\(tx.newID(Account.self)), \("hai\(number)"), \("hai\(number)"), 'A', 'a', 'student', \(pair.copy),
                        NULL, 'active', 'vi', 1, 1, 1)
                        """)
                }
                let photo: [UInt8] = [UInt8(number % 250), 1]
                if number % 7 == 3 {
                    try tx.exec("UPDATE registry_student SET photo = \(photo) WHERE id = \(pair.copy)")
                }
            }
        }
    }

    @Test(
        "REC-01 REC-03 a given-up record's codes lead to the kept one, and nothing of it is lost",
        arguments: Backend.all)
    func codes(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let db = sample.db
            let pair = try #require(try await Demo.plantDuplicates(1, seed: 4, in: db).first)
            try await MergeTests.furnish([pair], db)
            let (given, stays) = try await db.read { tx in
                (
                    try tx.student(pair.copy, scope: .everything),
                    try tx.enrolments(of: pair.copy, scope: .everything).count
                        + tx.enrolments(of: pair.original, scope: .everything).count
                )
            }
            var plan = MergePlan(kept: pair.original, given: pair.copy)
            (plan.reason, plan.stay) = ("Một em, hai hồ sơ", .second)
            let id = try await Registry.merge(plan, tables: MergeTests.tables, by: .commandLine, in: db)
            try await db.read { tx in
                let found = try tx.student(code: given?.code ?? "", scope: .everything)
                #expect(found?.id == pair.original)
                #expect(try tx.student(pair.copy, scope: .everything) == nil)
                #expect(try tx.successor(of: pair.copy) == pair.original)
                #expect(try tx.enrolments(of: pair.original, scope: .everything).count == stays)
            }
            await #expect(throws: Fault.self) {
                try await Registry.merge(plan, tables: MergeTests.tables, by: .commandLine, in: db)
            }
            // Somebody edits the kept record afterwards: taking the merge back says so and changes nothing.
            try await db.commit { tx in
                try tx.exec(
                    "UPDATE registry_student SET ethnicity = '99', version = version + 1 WHERE id = \(pair.original)")
            }
            let refusal = await #expect(throws: Fault.self) {
                try await Registry.undoMerge(id, tables: MergeTests.tables, by: .commandLine, in: db)
            }
            #expect(refusal?.message.contains("hồ sơ") == true)
            #expect(try await db.read { try $0.successor(of: pair.copy) } == pair.original)
        }
    }

    @Test("REC-03 a record of two people is split, its history parted, and made whole again", arguments: Backend.all)
    func split(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let db = sample.db
            let keys = try await db.read { try $0.studentKeys(scope: .everything) }
            let found = try await db.read { tx in
                try keys.first {
                    try tx.enrolments(of: $0, scope: .everything).count > 1
                        && tx.placeOf(student: $0)?.classGroup != nil
                }
            }
            let student = try #require(found)
            let before = try await Contents.read(db)
            let stays = try await db.read { try $0.enrolments(of: student, scope: .everything) }
            let oldest = try #require(stays.last)
            var plan = SplitPlan(student: student, name: try PersonName(full: "Lò Thị Hai"))
            (plan.stays, plan.fields, plan.reason) = (
                [oldest.id], ["personal_id", "moet_code", "permanent_hamlet"], "Hai em một hồ sơ"
            )
            let done = try await Registry.split(plan, by: .commandLine, in: db)
            try await db.read { tx in
                #expect(try tx.enrolments(of: done.student, scope: .everything).map(\.id) == [oldest.id])
                #expect(try tx.enrolments(of: student, scope: .everything).count == stays.count - 1)
                let fresh = try #require(try tx.student(done.student, scope: .everything))
                #expect(fresh.name.full == "Lò Thị Hai" && fresh.hasPersonalID && fresh.classGroup == nil)
                #expect(try tx.student(student, scope: .everything)?.hasPersonalID == false)
            }
            try await Registry.undoMerge(done.merge, tables: MergeTests.tables, by: .commandLine, in: db)
            let after = try await Contents.read(db)
            #expect(before.differences(from: after).isEmpty, "\(before.differences(from: after))")
            var empty = plan
            empty.stays = []
            await #expect(throws: Fault.self) { try await Registry.split(empty, by: .commandLine, in: db) }
        }
    }
}

/// All rows of all tables as text, but for the trail, the log and what counts.
struct Contents: Sendable {
    let rows: [String: [String]]

    private static let kept: Set<String> = [
        "work_audit_entry", "work_audit_field", "work_person_key", "work_outbox", "work_delivery", "work_counter",
        "work_setting", "work_seal", "registry_merge", "registry_batch_change",
    ]

    static func columns(_ db: any Database) async throws -> [String: Set<String>] {
        try await db.read { tx in
            let pairs: [(String, String)] =
                tx.engine == .sqlite
                ? try tx.all(
                    """
                    SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                    WHERE m.type = 'table' AND m.name NOT LIKE 'registry_search_%' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2
                    """
                ) { (try $0(), try $0()) }
                : try tx.all(
                    """
                    SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
                    WHERE table_schema = CURRENT_SCHEMA() AND table_name NOT LIKE '%_public' ORDER BY 1, 2
                    """
                ) { (try $0(), try $0()) }
            return Dictionary(pairs.map { ($0.0, [$0.1]) }, uniquingKeysWith: { $0.union($1) })
        }
    }

    static func read(_ db: any Database) async throws -> Contents {
        let columns = try await columns(db).filter { !kept.contains($0.key) }
        return Contents(
            rows: try await db.read { tx in
                try columns.reduce(into: [:]) { out, table in
                    let parts = table.value.sorted().map { column in
                        tx.engine == .sqlite ? "quote(\(column))" : "COALESCE(CAST(\(column) AS TEXT), 'NULL')"
                    }
                    // A stamp only counts how often a school was counted.
                    let some = table.key == "registry_total" ? " WHERE dimension <> 'stamp'" : ""
                    out[table.key] = try tx.all(
                        SQL(
                            trusted:
                                "SELECT \(parts.joined(separator: " || '|' || ")) FROM \(table.key)\(some) ORDER BY 1"),
                        String.self)
                }
            })
    }

    /// The tables whose rows are not the same, each with a row that only one of both has.
    func differences(from other: Contents) -> [String] {
        Set(rows.keys).union(other.rows.keys).sorted().flatMap { table -> [String] in
            let (one, two) = (Set(rows[table] ?? []), Set(other.rows[table] ?? []))
            guard rows[table] != other.rows[table] else { return [] }
            return [table] + one.symmetricDifference(two).sorted().prefix(2).map { String($0.prefix(400)) }
        }
    }
}
