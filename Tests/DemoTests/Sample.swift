import Base
import Demo
import Identity
import Storage
import TestSupport
import Web
import Work

@testable import Registry

/// A filled sample and what tests ask of it.
struct Sample: Sendable {
    let db: any Database
    let result: DemoResult

    static let migrations = WorkSchema.migrations + Feature.registry.migrations + Feature.identity.migrations

    /// Brings a file in; what comes from outside is opened by the child that is built beside the tests.
    static func bring(_ kind: ImportKind, _ path: String, in db: any Database) async throws -> ImportReport {
        try await RosterImport.$executable.withValue(Programs.filesChild) {
            try await kind.run(ImportRequest(files: [path], visitor: .commandLine), db) { _, _ in }
        }
    }

    /// Fills a database of its own and runs a body with it.
    @discardableResult
    static func make<T: Sendable>(
        _ backend: Backend, _ scale: DemoScale = .school, seed: UInt64 = 1, _ body: (Sample) async throws -> T
    ) async throws -> T {
        try Catalogues.use(resources + "/catalogues")
        return try await withDatabase(backend, migrations) { db in
            let result = try await Demo.fill(db, scale: scale, seed: seed, argon: Argon2(passes: 1, bytes: 1 << 20)) {
                _, _ in
            }
            return try await body(Sample(db: db, result: result))
        }
    }

    private static var resources: String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Resources"
    }

    struct Counts: Sendable {
        let institutions: Int, colleges: Int, classes: Int, boarders: Int
        let levels: [String: Int], staff: [String: Int]
    }

    /// What stands below the department: the numbers that the sample promises.
    func counts() async throws -> Counts {
        let department = ID<Org>(result.sample.orgId ?? "")
        return try await db.read { tx in
            guard let department else { throw StorageError(.other, "no department") }
            let year = SchoolYear(of: tx.today), all = Scope.everything
            let boarders = try tx.count(
                """
                SELECT COUNT(DISTINCT p.student_id) FROM registry_policy p
                JOIN registry_student s ON s.id = p.student_id
                WHERE p.kind IN ('boarding-66', 'ethnic-boarder') AND p.valid_to = '2200-12-31'
                AND s.status IN ('studying', 'arrived-1')
                """)
            return Counts(
                institutions: try tx.institutionCounts(of: department, on: tx.today, scope: all).institutions,
                colleges: try tx.count("SELECT COUNT(*) FROM registry_org WHERE kind = 'cao-dang'"),
                classes: try tx.figures(of: department, year: year, by: .classes, scope: all).reduce(0) {
                    $0 + $1.total
                }, boarders: boarders,
                levels: try Sample.sums(tx.figures(of: department, year: year, by: .level, scope: all)),
                staff: try Sample.sums(tx.figures(of: department, year: year, by: .staff, scope: all)))
        }
    }

    private static func sums(_ figures: [Figure]) -> [String: Int] {
        Dictionary(figures.map { ($0.value, $0.total) }, uniquingKeysWith: +)
    }

    /// The person of the register behind a role's account.
    func person(_ role: Role) async throws -> (id: Int64, org: Int64?) {
        let username = result.accounts.first { $0.role == role.rawValue }?.username ?? ""
        let found = try await db.read { tx in
            try tx.one("SELECT person_id, org_id FROM identity_account WHERE username = \(username)") {
                (id: try $0() as Int64, org: try $0() as Int64?)
            }
        }
        guard let found else { throw Fault.notFound }
        return found
    }

    /// Every learner's and staff member's code and name, in order.
    func names() async throws -> [String] {
        try await db.read { tx in
            try tx.all(
                """
                SELECT code || ' ' || name || ' ' || COALESCE(birth_date, '') FROM registry_student
                UNION ALL SELECT code || ' ' || name || ' ' || COALESCE(birth_date, '') FROM registry_staff ORDER BY 1
                """)
        }
    }

    static func years(_ today: Day) -> [SchoolYear] {
        let year = SchoolYear(of: today)
        return [year, year.previous, year.previous.previous]
    }

    /// Schools whose kept number of learners is not what counting their stays gives.
    static func differences(_ tx: Tx, _ year: SchoolYear) throws -> [String] {
        try tx.all(
            """
            SELECT o.code || ' ' || CAST(COALESCE(t.n, 0) AS TEXT) || ' '
            || CAST(COALESCE(e.n, 0) AS TEXT) FROM registry_org o
            LEFT JOIN (SELECT org_id, SUM(total) AS n FROM registry_total WHERE year = \(year)
            AND dimension = 'all' AND class_id = 0 GROUP BY org_id) t ON t.org_id = o.id
            LEFT JOIN (SELECT org_id, COUNT(*) AS n FROM registry_enrolment WHERE year = \(year) AND kind = 'main'
            AND leaving IN ('', 'year-end', 'graduated', 'completed') GROUP BY org_id) e ON e.org_id = o.id
            WHERE COALESCE(t.n, 0) <> COALESCE(e.n, 0)
            """)
    }
}
