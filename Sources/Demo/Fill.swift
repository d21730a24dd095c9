import Base
import Identity
import Registry
import Storage
import Synchronization
import Work

extension Demo {
    /// Fills an empty installation with a province of people who do not exist; the same seed makes the same province.
    ///
    /// Until the end the setting `demo-unfinished` stands: a filling that was killed halfway is not taken for a
    /// whole one. `argon` hashes the printed passwords; tests that fill often hand over a light one, which the first
    /// sign-in makes good.
    public static func fill(
        _ db: any Database, scale: DemoScale, seed: UInt64, argon: Argon2 = .standard,
        progress: @Sendable (Int, Int) -> Void
    ) async throws -> DemoResult {
        try await db.bulk { tx in try begin(tx) }
        let printed = PrintedAccount.all(seed: seed)
        async let hashes = hashes(of: printed, HashingThreads(argon))
        let first = try await base(db, scale)
        var result: DemoResult?, numbers = Persons.Numbers()
        for number in 0..<(scale == .nationSlice ? 10 : 1) {
            let plan = number == 0 ? first : try await db.bulk { tx in try first.copy(number: number + 1, tx) }
            let filling = Filling(
                plan, scale, seed: seed &+ UInt64(number) &* 1_000_003, today: db.clock.today, after: numbers)
            try await filling.run(db) { done, total in
                progress(done + number * total, scale == .nationSlice ? 10 * total : total)
            }
            numbers = filling.numbers
            if number == 0 { result = try await filling.finish(db, printed, try await hashes) }
        }
        for year in Demo.years(db.clock.today) { try await db.bulk { tx in try tx.recountAll(year) } }
        try await db.bulk { tx in try tx.set("demo-unfinished", to: "no") }
        guard let result else { throw StorageError(.other, "the sample has no school") }
        return result
    }

    static func years(_ today: Day) -> [SchoolYear] {
        let year = SchoolYear(of: today)
        return [year, year.previous, year.previous.previous]
    }

    private static func begin(_ tx: Tx) throws {
        try tx.set("demo-unfinished", to: "yes")
        try tx.set("demo", to: "yes")
        try tx.set("house-name", to: "Sở Giáo dục và Đào tạo tỉnh Lai Châu")
        try tx.switchSecondFactorOff()
        try tx.loadCatalogues(Catalogues.current)
    }

    private static func base(_ db: any Database, _ scale: DemoScale) async throws -> ProvincePlan {
        try await db.bulk { tx in try ProvincePlan.laiChau(tx, only: scale == .school ? ["03549", "03571"] : []) }
    }

    private static func hashes(of printed: [PrintedAccount], _ threads: HashingThreads) async throws -> [String] {
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, account) in printed.enumerated() {
                group.addTask { (index, try await threads.hash(Passwords.bytes(account.password) ?? [])) }
            }
            return try await group.reduce(into: Array(repeating: "", count: printed.count)) { $0[$1.0] = $1.1 }
        }
    }
}

/// One province being written, a part a transaction.
private final class Filling: Sendable {
    private let writing: Mutex<Writing>
    private let used: Set<ClassKey>
    private let schools: Int, learners: Int
    private static let part = 2000

    init(_ plan: ProvincePlan, _ scale: DemoScale, seed: UInt64, today: Day, after numbers: Persons.Numbers) {
        var plan = plan
        var network = Network(random: SeededRandom(seed: seed), targets: scale == .school ? .school : .province)
        if scale == .school { network.school(&plan) } else { network.province(&plan) }
        let cohorts = Cohorts(plan, SeededRandom(seed: seed &+ 1)), learners = cohorts.learners
        used = learners.classesUsed
        (schools, self.learners) = (plan.schools.count, learners.count)
        let persons = Persons(seed: seed &+ 2, after: numbers)
        writing = Mutex(Writing(cohorts.plan, learners, today: today, persons: persons))
    }

    var numbers: Persons.Numbers { writing.withLock(\.persons.numbers) }

    func run(_ db: any Database, _ progress: (Int, Int) -> Void) async throws {
        try await db.bulk { tx in try self.writing.withLock { try $0.writeUnits(tx) } }
        for start in stride(from: 0, to: schools, by: 40) {
            let range = start..<min(start + 40, schools)
            try await db.bulk { tx in try self.writeSchools(tx, range) }
        }
        for start in stride(from: 0, to: learners, by: Filling.part) {
            let range = start..<min(start + Filling.part, learners)
            try await db.bulk { tx in
                try self.writing.withLock { writing in
                    try writing.writeLearners(tx, range)
                    try writing.openAccounts(tx, least: 20_000)
                }
            }
            progress(range.upperBound, learners)
        }
        try await db.bulk { tx in
            try self.writing.withLock { writing in
                try writing.writeCharges(tx)
                try writing.openAccounts(tx, least: 1)
            }
        }
    }

    private func writeSchools(_ tx: Tx, _ range: Range<Int>) throws {
        try writing.withLock { writing in
            for index in range {
                try writing.writeStaff(tx, school: index)
                try writing.writeClasses(tx, school: index, used: used)
            }
        }
    }

    func finish(_ db: any Database, _ printed: [PrintedAccount], _ hashes: [String]) async throws -> DemoResult {
        try await db.bulk { tx in
            try self.writing.withLock { writing in
                let accounts = try writing.activate(tx, printed, hashes: hashes)
                let sample = DemoResult.Sample(
                    orgId: writing.department?.code, schoolId: writing.schools[writing.plan.sample].code,
                    classId: writing.sample.classGroup?.code,
                    studentId: writing.sample.student?.code, subject: writing.sample.subject, examId: nil)
                return DemoResult(accounts: accounts, sample: sample)
            }
        }
    }
}
