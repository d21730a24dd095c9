import Base
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// The hidden commands `hoaban parse zip IN OUTDIR [BYTES]`, `hoaban parse file IN OUT BYTES` and `hoaban parse table IN OUTDIR BYTES`: what comes from outside is opened in a child process under limits.
public enum ParseCommand {
    /// What the child answers, one line of JSON: the files, or the sentence that says why not.
    struct Answer: Codable {
        var files: [UnpackedFile]?
        var fault: String?
        var kind: FileKind?
        var table: TableBook?
    }

    /// Runs the command with the words after `parse`; the status is the process's (0 done, 1 input refused, 2 wrong usage).
    public static func run(arguments: [String]) -> Int32 {
        let words = arguments[...]
        if words.count == 4, words.first == "file", let most = Int(arguments[3]) {
            Sandbox.limit(memory: 512 << 20, cpuSeconds: 10, fileSize: most)
            return answer(lookOver(arguments[1], to: arguments[2], most))
        }
        if words.count == 4, words.first == "table", let size = Int(arguments[3]) {
            Sandbox.limit(memory: 512 << 20, cpuSeconds: tableSeconds(for: size), fileSize: 1 << 30)
            return answer(readTable(arguments[1], into: arguments[2]))
        }
        guard words.count == 3 || words.count == 4, words.first == "zip" else { return 2 }
        let limits = words.count == 4 ? Int(words[words.startIndex + 3]).map(ArchiveLimits.init(unpacked:)) : .standard
        guard let limits else { return 2 }
        Sandbox.limit(memory: 512 << 20, cpuSeconds: seconds(for: limits), fileSize: limits.unpacked)
        return answer(unpack(words[words.startIndex + 1], into: words[words.startIndex + 2], limits))
    }

    private static func answer(_ found: (Answer, Int32)) -> Int32 {
        let (answer, status) = found
        guard let line = try? JSONEncoder().encode(answer) else { return 1 }
        try? OutputFile(borrowing: 1).write(Array(line) + [10])
        return status
    }

    /// Writes the file without what a camera noted beside the picture.
    static func lookOver(_ path: String, to target: String, _ most: Int) -> (Answer, Int32) {
        do throws(Fault) {
            let file = try CleanFile.read(try InputFile.bytes(path, most: most))
            try OutputFile(path: target).write(file.bytes)
            return (Answer(kind: file.kind), 0)
        } catch {
            return (Answer(fault: error.message), 1)
        }
    }

    static func unpack(_ path: String, into folder: String, _ limits: ArchiveLimits) -> (Answer, Int32) {
        do throws(Fault) {
            return (Answer(files: try Archive.unpack(path, into: folder, limits: limits)), 0)
        } catch {
            return (Answer(fault: error.message), 1)
        }
    }

    static func readTable(_ path: String, into folder: String) -> (Answer, Int32) {
        do throws(Fault) {
            return (Answer(table: try TableConversion.run(path, into: folder)), 0)
        } catch {
            return (Answer(fault: error.message), 1)
        }
    }

    /// A list of so many bytes: ten seconds, and twenty more for each MiB up to five minutes.
    static func tableSeconds(for size: Int) -> Int { 10 + min(290, 20 * (max(0, size) >> 20)) }

    /// Ten seconds, and one more for each 64 MiB.
    static func seconds(for limits: ArchiveLimits) -> Int { 10 + (limits.unpacked >> 26) }
}
