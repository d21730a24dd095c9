import Base
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import App

/// What no library of ours does: odd requests, and odd archives.
enum Python {
    static func start(_ script: String, _ words: [String] = []) throws -> (process: Process, out: Pipe) {
        let process = Process(), out = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script] + words
        (process.standardOutput, process.standardInput) = (out, FileHandle.nullDevice)
        try process.run()
        return (process, out)
    }

    @discardableResult
    static func run(_ script: String, _ words: [String] = []) throws -> String {
        let (process, out) = try start(script, words)
        let said = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }
}

@Suite(.serialized) struct ServingTests {
    @Test("the server listens on IPv6 too, through the parent and without it")
    func ipv6() async throws {
        try await withFolder { folder in
            _ = try Program.run("migrate", "--data", folder)
            for more in [[], ["--no-supervisor"]] {
                let port = Int.random(in: 20_000..<30_000)
                let server = try Program.start(["serve", "--data", folder, "--address", "[::1]:\(port)"] + more)
                defer { server.process.terminate() }
                let address = server.address()
                #expect(address == "http://[::1]:\(port)")
                let status = try Python.run(
                    "import urllib.request as u; print(u.urlopen('http://[::1]:\(port)/healthz').status)")
                #expect(status == "200\n")
                server.process.terminate()
                #expect(server.finish().status == 0)
            }
        }
    }

    @Test("a slow upload does not hold up the end of the server for ever", .timeLimit(.minutes(2)))
    func slowUpload() async throws {
        try await withFolder { folder in
            _ = try Program.run("migrate", "--data", folder)
            let port = Int.random(in: 20_000..<30_000)
            let server = try Program.start(["serve", "--data", folder, "--address", "127.0.0.1:\(port)"])
            defer { server.process.terminate() }
            #expect(server.address() != nil)
            // Fast enough to be borne with, and a hundred seconds long.
            let slow = try Python.start(
                """
                import socket, time
                s = socket.create_connection(('127.0.0.1', \(port)))
                s.sendall(b'POST /login HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: multipart/form-data; boundary=b\\r\\n'
                          b'Content-Length: 300000\\r\\n\\r\\n--b\\r\\nContent-Disposition: form-data; name="username"\\r\\n\\r\\n')
                try:
                    while True:
                        s.sendall(b'x' * 3000); time.sleep(1)
                except OSError: pass
                """)
            defer { slow.process.terminate() }
            try await Task.sleep(for: .seconds(2))
            let begin = Clock.monotonic
            server.process.terminate()
            _ = server.finish()
            let seconds = (Clock.monotonic - begin) / 1000
            #expect(seconds > 5, "it was not waited for at all")
            #expect(seconds <= Serve.patience + 5, "\(seconds) s")
        }
    }

    @Test("log lines that were dropped are counted out")
    func droppedLines() async throws {
        let lines = Mutex<[String]>([]), gate = Mutex(false)
        let sink = LogSink(most: 2) { line in
            while !gate.withLock({ $0 }) { usleep(1000) }
            lines.withLock { $0.append(line) }
        }
        for number in 0..<7 { sink.put("\(number)\n") }
        gate.withLock { $0 = true }
        for _ in 0..<200 where lines.withLock({ $0.count < 3 }) { try await Task.sleep(for: .milliseconds(10)) }
        let told = lines.withLock { $0 }
        #expect(told.prefix(2) == ["0\n", "1\n"] && told.last?.contains("5 log lines were dropped") == true, "\(told)")
    }

    @Test("the folder of passing things keeps what is fresh and drops what is over")
    func sweep() throws {
        try withFolder { folder in
            func place(_ name: String, hours: Double, isFolder: Bool = false) throws {
                let path = "\(folder)/\(name)"
                if isFolder {
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                    try put("x", path + "/tep.csv")
                } else {
                    try put("x", path)
                }
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -hours * 3600)], ofItemAtPath: path)
            }
            try place("order-old", hours: 8 * 24, isFolder: true)
            try place("order-new", hours: 6 * 24, isFolder: true)
            try place("trial-a.sqlite", hours: 7)
            try place("trial-b.sqlite", hours: 7)
            try place("trial-b.sqlite-wal", hours: 0)
            try place("backup-c.sqlite", hours: 5)
            try place("0123abcd", hours: 0.5)
            try place("4567abcd", hours: 2)
            Sweep(folder: folder).run(requestsOlderThan: 3600)
            let kept = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(kept == ["0123abcd", "backup-c.sqlite", "order-new", "trial-b.sqlite", "trial-b.sqlite-wal"])
            Sweep(folder: folder).run(requestsOlderThan: 0)
            #expect(!exists(folder + "/0123abcd") && exists(folder + "/order-new/tep.csv"))
        }
    }
}
