import Base
import FoundationEssentials
import Web

#if canImport(Glibc)
import Glibc
#endif

/// The whole register out to OneRoster files and to a workbook, each into an empty installation, and the same files again.
enum ImportBench {
    static func run(folder: String) throws -> [BenchLine] {
        let work = "/tmp/hoaban-bench-import-\(getpid())"
        guard mkdir(work, 0o700) == 0 else { throw Failure("Không tạo được \(work).") }
        defer { _ = try? Child.run("rm", ["-rf", work]) }
        let program = Resources.executable(), zip = work + "/register.zip", data = work + "/data"
        var lines = [
            try timed("export oneroster") {
                try Child.run(program, ["export", "oneroster", "--data", folder, zip, "--json"])
            }
        ]
        _ = try Child.run(program, ["migrate", "--data", data])
        let importing = ["import", "oneroster", "--data", data, zip, "--json"]
        lines.append(try timed("import oneroster") { try Child.run(program, importing) })
        lines.append(try timed("import oneroster again") { try Child.run(program, importing) })
        return try lines + workbooks(program, folder, work)
    }

    /// The learners of the province as one workbook, into an installation that knows the schools alone, and the same workbook again.
    private static func workbooks(_ program: String, _ folder: String, _ work: String) throws -> [BenchLine] {
        let data = work + "/lists", book = work + "/students.xlsx", schools = work + "/schools.csv",
            map = work + "/map.json"
        // Codes and numbers of a demo are no one's elsewhere.
        guard
            FileManager.default.createFile(
                atPath: map, contents: Data(#"{"Mã hồ sơ": "", "Số định danh cá nhân": ""}"#.utf8))
        else {
            throw Failure("Không ghi được \(map).")
        }
        var lines = [
            try timed("export students.xlsx") {
                try Child.run(program, ["export", "students", "--data", folder, book, "--json"])
            }
        ]
        _ = try Child.run(program, ["export", "schools", "--data", folder, schools, "--json"])
        _ = try Child.run(program, ["migrate", "--data", data])
        _ = try Child.run(program, ["import", "schools", "--data", data, schools, "--json"])
        let importing = ["import", "students", "--data", data, book, "--map", map, "--json"]
        lines.append(try timed("import students.xlsx") { try Child.run(program, importing) })
        lines.append(try timed("import students.xlsx again") { try Child.run(program, importing) })
        return lines
    }

    private static func timed(_ name: String, _ work: () throws -> String) throws -> BenchLine {
        let begin = Clock.monotonic
        let words = try work()
        let took = Double(Clock.monotonic - begin)
        return BenchLine(name: name, p50Milliseconds: took, note: "peak so far \(peak) MiB; \(words.prefix(400))")
    }

    /// The most memory that any one process of the measurements has held, in MiB.
    private static var peak: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return usage.ru_maxrss >> 10
    }
}
