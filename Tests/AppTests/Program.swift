import Foundation
import TestSupport

/// The built program, run as a person at a command line runs it.
struct Program {
    struct Said { let status: Int32, out: String, err: String }

    /// Beside the tests.
    static let path: String = {
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<6 {
            let path = folder.path + "/hoaban"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
            folder = folder.deletingLastPathComponent()
        }
        return FileManager.default.currentDirectoryPath + "/.build/debug/hoaban"
    }()

    static func start(_ words: [String], _ environment: [String: String] = [:], input: String = "") throws -> Running {
        let process = Process(), out = Pipe(), err = Pipe(), entry = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = words
        let own = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HOABAN_") }
        process.environment = own.merging(["HOABAN_CONFIG": "/dev/null", "HOABAN_MIN_FREE_MIB": "1"]) { $1 }
            .merging(environment) { $1 }
        (process.standardOutput, process.standardError, process.standardInput) = (out, err, entry)
        try process.run()
        try entry.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try entry.fileHandleForWriting.close()
        return Running(process: process, out: out, err: err)
    }

    static func run(_ words: String..., environment: [String: String] = [:], input: String = "") throws -> Said {
        try start(words, environment, input: input).finish()
    }
}

/// A program that is still at work.
struct Running {
    let process: Process, out: Pipe, err: Pipe

    func finish() -> Program.Said {
        let said = out.fileHandleForReading.readDataToEndOfFile()
        let told = err.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Program.Said(
            status: process.terminationStatus, out: String(decoding: said, as: UTF8.self),
            err: String(decoding: told, as: UTF8.self))
    }

    /// The address that a server says it listens at.
    func address() -> String? {
        var text = ""
        while let some = String(data: err.fileHandleForReading.availableData, encoding: .utf8), !some.isEmpty {
            text += some
            guard let mark = text.range(of: "HoaBan: ") else { continue }
            return text[mark.upperBound...].split(separator: "\n").first.map(String.init)
        }
        return nil
    }
}

/// Runs a body with a folder of its own.
func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = try temporaryFolder()
    defer { removeFolder(folder) }
    return try await body(folder)
}

func withFolder<T>(_ body: (String) throws -> T) throws -> T {
    let folder = try temporaryFolder()
    defer { removeFolder(folder) }
    return try body(folder)
}

func put(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
