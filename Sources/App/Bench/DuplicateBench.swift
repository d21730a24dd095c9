import Base
import Demo
import Registry
import Storage
import Web

#if canImport(Glibc)
import Glibc
#endif

/// How well and how fast duplicates of learners are found: known ones are planted into a copy of the data.
enum DuplicateBench {
    static func run(_ place: Where, planted count: Int = 2000) async throws -> [BenchLine] {
        let installation = try await Installation.open(place), folder = "/tmp/hoaban-bench-duplicates-\(getpid())"
        guard mkdir(folder, 0o700) == 0 else { throw Failure("Không tạo được \(folder).") }
        defer { _ = try? Child.run("rm", ["-rf", folder]) }
        try await installation.db.copy(to: folder + "/copy.sqlite")
        let db = try SQLiteDatabase(
            path: folder + "/copy.sqlite", keys: installation.db.keys, ids: installation.db.ids)
        await installation.db.close()
        let score = try await Demo.measureDuplicates(count, seed: 1, in: db)
        await db.close()
        return [
            BenchLine(
                name: "duplicates", p50Milliseconds: Double(score.milliseconds),
                note: """
                    planted \(score.planted) proposed \(score.proposed) recall \(score.recall) precision \(score.precision) \
                    missed \(score.missed) grades \(score.grades)
                    """)
        ]
    }
}
