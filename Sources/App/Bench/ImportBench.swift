import Base
import Web

#if canImport(Glibc)
import Glibc
#endif

/// The whole register out to OneRoster files and into an empty installation, and the same files again.
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
        return lines
    }

    private static func timed(_ name: String, _ work: () throws -> String) throws -> BenchLine {
        let begin = Clock.monotonic
        let words = try work()
        return BenchLine(name: name, p50Milliseconds: Double(Clock.monotonic - begin), note: String(words.prefix(400)))
    }
}
