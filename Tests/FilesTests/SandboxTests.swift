import Base
import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct SandboxTests {
    let scratch = Scratch()
    /// The child built beside the tests.
    var child: String { Programs.filesChild }

    /// A script to be run in the child's place. Another process writes it: a test that starts one of its own at the same moment would
    /// hand this one's open file to it, and a file that somebody may write cannot be started.
    func script(_ text: String) throws -> String {
        let source = scratch.put("con.txt", "#!/bin/sh\n" + text), path = scratch.path + "/con.sh"
        let copier = Process()
        copier.executableURL = URL(fileURLWithPath: "/usr/bin/install")
        copier.arguments = ["-m", "700", source, path]
        try copier.run()
        copier.waitUntilExit()
        return path
    }

    func refusal(_ executable: String, _ path: String = "/dev/null") async -> Fault? {
        do {
            _ = try await SandboxedChild.unpack(path: path, into: scratch.path + "/out", executable: executable)
            return nil
        } catch {
            return error as? Fault
        }
    }

    @Test func theChildUnpacksUnderLimits() async throws {
        let zip = scratch.put("a.zip", RawZip(names: ["lớp 1.csv", "b.csv"]).bytes)
        let files = try await SandboxedChild.unpack(path: zip, into: scratch.path + "/out", executable: child)
        #expect(files.map(\.name) == ["lớp 1.csv", "b.csv"])
        #expect(contents(of: files[0].path) == Array("xin chào".utf8))
    }

    @Test func theChildsSentenceArrives() async {
        let zip = scratch.put("a.zip", RawZip(names: ["../x"]).bytes)
        #expect(await refusal(child, zip)?.message.contains("“..”") == true)
    }

    @Test func aCrashIsAFault() async throws {
        #expect(await refusal(try script("kill -ILL $$"))?.kind == .invalid)
        #expect(await refusal(try script("exit 0"))?.kind == .invalid)
        #expect(await refusal(try script("echo rác; exit 0"))?.kind == .invalid)
        #expect(await refusal(try script("yes; exit 0"))?.message.isEmpty == false)
        #expect(await refusal(scratch.path + "/không có")?.kind == .unavailable)
    }

    @Test func aChildsWordIsNotTakenForGranted() async throws {
        for path in ["/etc/passwd", "\(scratch.path)/out/../a", "\(scratch.path)/out/0001"] {
            let json = #"{"files":[{"name":"a","path":"\#(path)","size":1}]}"#
            #expect(await refusal(try script("echo '\(json)'"))?.message.contains("hỏng") == true)
        }
    }

    @Test func aSlowChildIsEnded() async throws {
        for body in ["exec sleep 60", "exec >&-; exec sleep 60"] {
            let outcome = try await SandboxedChild.run(try script(body), [], seconds: 1)
            #expect(outcome == .timedOut)
        }
    }

    @Test func aCancelledTaskEndsItsChild() async throws {
        let path = try script("exec sleep 60"), start = Clock.monotonic
        let task = Task { try await SandboxedChild.run(path, [], seconds: 50) }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        // Far from the fifty seconds that the child may take, on a busy machine too.
        #expect(Clock.monotonic - start < 40_000)
    }

    @Test func theChildSeesNothingOfTheServer() async throws {
        let open = try #require(
            FileHandle(forReadingAtPath: "/etc/hostname") ?? FileHandle(forReadingAtPath: "/etc/passwd"))
        let dup = fcntl(open.fileDescriptor, F_DUPFD, 100)
        defer { close(dup) }
        let outcome = try await SandboxedChild.run(
            try script("/usr/bin/env | grep -v ^PWD | grep -v ^_; ls /proc/self/fd; cat"), [], seconds: 5)
        guard case .exited(_, let output) = outcome else { return #expect(Bool(false), "\(outcome)") }
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines == ["SWIFT_BACKTRACE=enable=no", "0", "1", "2", "3"])
    }

    @Test func wrongWordsAreWrongUsage() {
        #expect(ParseCommand.run(arguments: []) == 2)
        #expect(ParseCommand.run(arguments: ["tar", "a", "b"]) == 2)
        #expect(ParseCommand.run(arguments: ["zip", "a", "b", "x"]) == 2)
    }
}
