import Base
import Demo
import Foundation
import Identity
import Registry
import Storage
import TestSupport
import Testing
import Web
import Work

/// The small sample: one school of each kind.
@Suite(.serialized) struct SchoolTests {
    @Test("the school sample has one institution of each kind, and its numbers", arguments: Backend.all)
    func numbers(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let counts = try await sample.counts()
            #expect(counts.institutions == 6 && counts.colleges == 1)
            #expect(counts.levels == ["gdtx": 48, "mn": 80, "th": 198, "thcs": 208, "thpt": 90])
            #expect(counts.classes == 28)
            #expect(counts.staff == ["CBQL": 12, "GV": 51, "NV": 30])
            #expect(counts.boarders == 90)
        }
    }

    @Test("the sample's class, learner, guardian and teachers belong together")
    func relations() async throws {
        try await Sample.make(.sqlite) { sample in
            let things = sample.result.sample
            let classID = try #require(ID<ClassGroup>(things.classId ?? "")),
                student = try #require(ID<Student>(things.studentId ?? ""))
            let homeroom = try await sample.person(.homeroom), guardian = try await sample.person(.guardian)
            let teacher = try await sample.person(.subjectTeacher), pupil = try await sample.person(.student)
            try await sample.db.read { tx in
                let today = tx.today
                #expect(try tx.classesLed(by: ID(stored: homeroom.id), on: today).map(\.id) == [classID])
                #expect(try tx.roster(of: classID, scope: .everything).contains { $0.id == student })
                #expect(pupil.id == student.raw)
                #expect(try tx.children(of: ID<Guardian>(stored: guardian.id), on: today).map(\.student) == [student])
                let taught = try tx.teachings(of: classID, on: today, scope: .everything)
                #expect(taught.contains { $0.staff.raw == teacher.id && $0.subject == things.subject })
                #expect(try tx.classesLed(by: ID(stored: teacher.id), on: today).isEmpty)
                let school = try #require(ID<Org>(things.schoolId ?? ""))
                #expect(try tx.org(school, scope: .everything)?.levels == [.lowerSecondary])
            }
        }
    }

    @Test("every role has one account that signs in with its password alone")
    func accounts() async throws {
        try await Sample.make(.sqlite) { sample in
            #expect(sample.result.accounts.map(\.role).sorted() == Role.allCases.map(\.rawValue).sorted())
            let entrance = Entrance(db: sample.db)
            for account in sample.result.accounts {
                let role = try #require(Role(rawValue: account.role))
                if Role.workers.contains(role) { #expect(account.password.count >= 12) }
                let entered = try await entrance.signIn(
                    username: account.username, password: account.password, address: "127.0.0.1", agent: "test")
                #expect(entered.duty == nil)
                let state = try #require(try await entrance.session(entered.cookie, address: "127.0.0.1"))
                #expect(state.visitor.role == role, "\(account.role) is \(state.visitor.role?.rawValue ?? "nobody")")
            }
        }
    }

    @Test("the same seed makes the same names and codes, another seed others")
    func seeds() async throws {
        let first = try await Sample.make(.sqlite) { try await $0.names() }
        let same = try await Sample.make(.sqlite) { try await $0.names() }
        let other = try await Sample.make(.sqlite, seed: 2) { try await $0.names() }
        #expect(first == same)
        #expect(first != other && first.count > 600)
    }

    @Test("nobody has a number of a real province, and the numbers are kept unreadable")
    func numbersOfNobody() async throws {
        try await Sample.make(.sqlite) { sample in
            let sealed = try await sample.db.read { tx in
                try tx.all(
                    "SELECT personal_sealed FROM registry_student UNION ALL SELECT personal_sealed FROM registry_staff",
                    [UInt8]?.self)
            }
            let numbers = sealed.compactMap { $0.flatMap { sample.db.keys.open($0, "personal-id") } }
            #expect(numbers.count > 600)
            #expect(numbers.allSatisfy { $0.hasPrefix(PersonalID.demoPrefix) })
            #expect(Set(numbers).count == numbers.count)
        }
    }

    @Test("kept totals of the three years are what counting says", arguments: Backend.all)
    func totals(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let wrong = try await sample.db.read { tx in
                try Sample.years(tx.today).flatMap { try Sample.differences(tx, $0) }
            }
            #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        }
    }

    @Test("each learner goes up one grade a year")
    func grades() async throws {
        try await Sample.make(.sqlite) { sample in
            let odd = try await sample.db.read { tx in
                try tx.count(
                    """
                    SELECT COUNT(*) FROM registry_enrolment a
                    JOIN registry_enrolment b ON b.student_id = a.student_id AND b.year = a.year + 1
                    WHERE a.level = b.level AND a.level IN ('th', 'thcs', 'thpt')
                    AND CAST(b.grade AS BIGINT) <> CAST(a.grade AS BIGINT) + 1
                    """)
            }
            let years = try await sample.db.read { tx in
                try tx.all(
                    "SELECT COUNT(*) FROM registry_enrolment WHERE kind = 'main' GROUP BY year ORDER BY year", Int.self)
            }
            #expect(odd == 0)
            #expect(years.count == 3 && years.allSatisfy { $0 > 500 }, "\(years)")
        }
    }

    @Test("districts managed until 30/06/2025, communes since")
    func districts() async throws {
        try await Sample.make(.sqlite) { sample in
            let school = try #require(ID<Org>(sample.result.sample.schoolId ?? ""))
            let before = try #require(Day(iso: "2025-06-30")), after = try #require(Day(iso: "2025-07-01"))
            let ways = try await sample.db.read { tx in
                try [before, after].map { try tx.path(of: school, on: $0, scope: .everything).map(\.kind) }
            }
            #expect(
                ways == [["ubnd-tinh", "so", "phong", "ptdtbt-thcs"], ["ubnd-tinh", "so", "ubnd-xa", "ptdtbt-thcs"]])
        }
    }

    @Test("a filling that was broken off says so, a whole one does not")
    func brokenOff() async throws {
        try await Sample.make(.sqlite) { sample in
            let mark = try await sample.db.read { tx in try tx.setting("demo-unfinished") }
            #expect(mark == "no")
        }
        try await withDatabase(.sqlite, Sample.migrations) { db in
            let filling = Task {
                try await Demo.fill(db, scale: .school, seed: 1) { _, _ in withUnsafeCurrentTask { $0?.cancel() } }
            }
            await #expect(throws: CancellationError.self) { try await filling.value }
            let mark = try await db.read { tx in try tx.setting("demo-unfinished") }
            #expect(mark == "yes")
        }
    }

    @Test("what the command prints names every thing of the sample, null where there is none")
    func printed() async throws {
        try await Sample.make(.sqlite) { sample in
            let text = String(decoding: try JSONEncoder().encode(sample.result), as: UTF8.self)
            #expect(text.contains("\"examId\":null"))
        }
    }

    @Test("every open unit of the sample has a person in charge of digital transformation", arguments: Backend.all)
    func inCharge(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let missing = try await sample.db.read { tx in
                try tx.all(
                    """
                    SELECT o.name FROM registry_org o WHERE o.closed_on = '2200-12-31' AND NOT EXISTS
                    (SELECT 1 FROM registry_charge c WHERE c.org_id = o.id AND c.duty = \(ChargeDraft.digital))
                    """, String.self)
            }
            #expect(missing.isEmpty, "\(missing)")
        }
    }

    @Test("out and in again changes nothing of the sample, in each of the formats", arguments: Backend.all)
    func roundTrip(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let folder = try temporaryFolder(), before = try await Self.sizes(sample.db)
            defer { removeFolder(folder) }
            for kind in Feature.registry.exports {
                guard let back = Feature.registry.imports.first(where: { $0.name == kind.name }) else { continue }
                for edition in kind.name == "oneroster" ? ["1.1", "1.2"] : [nil] {
                    let path = "\(folder)/\(kind.name)\(edition ?? ".csv")"
                    let asked = ExportRequest(path: path, edition: edition, visitor: .commandLine)
                    _ = try await kind.run(asked, sample.db) { _, _ in }
                    let report = try await Sample.bring(back, path, in: sample.db)
                    #expect(
                        report.read > 0 && report.created.isEmpty && report.updated.isEmpty,
                        "\(kind.name) \(report.created) \(report.updated)")
                    #expect(report.refused == nil && report.rejected.isEmpty, "\(report.rejected.prefix(3))")
                }
            }
            #expect(try await Self.sizes(sample.db) == before)
        }
    }

    private static func sizes(_ db: any Database) async throws -> [Int] {
        try await db.read { tx in
            try [
                "SELECT COUNT(*) FROM registry_org", "SELECT COUNT(*) FROM registry_student",
                "SELECT COUNT(*) FROM registry_staff",
                "SELECT COUNT(*) FROM registry_enrolment", "SELECT COUNT(*) FROM registry_org_managed",
                "SELECT SUM(total) FROM registry_total WHERE dimension = 'all'",
            ].map { try tx.count(SQL(stringLiteral: $0)) }
        }
    }
}
