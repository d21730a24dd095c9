import Foundation
import Testing

@testable import App

@Suite struct SettingsTests {
    @Test("the table of docs/configuration.md and the program agree, line by line")
    func table() throws {
        let path =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/docs/configuration.md"
        let lines = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        let rows = lines.filter { $0.hasPrefix("| ") && $0.contains("HOABAN_") }
        #expect(rows == Setting.all.map(\.row))
    }

    @Test("every flag of the table is a flag of serve, and every flag of serve stands in the table")
    func flags() throws {
        let help = try Program.run("serve", "--help").out
        let named = Setting.all.map { $0.flag.split(separator: " ").first.map(String.init) ?? "-" }.filter { $0 != "-" }
        for flag in named { #expect(help.contains(flag), "\(flag)") }
        let shown = help.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("--") }.map(String.init)
        for flag in shown where !["--help", "--version"].contains(flag) {
            #expect(named.contains { flag.hasPrefix($0) }, "\(flag)")
        }
    }

    @Test("every variable of the environment that the program asks for stands in the table")
    func variables() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        // What the parent tells its child is no setting.
        let own: Set<String> = ["HOABAN_CHILD", "HOABAN_SOCKET", "HOABAN_"]
        let known = Set(Setting.all.map(\.environment)).union(own)
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            for match in text.matches(of: /HOABAN_[A-Z_]*/) {
                #expect(known.contains(String(match.output)), "\(file.lastPathComponent): \(match.output)")
            }
        }
    }

    @Test("the file is read line by line; a slip of the pen is told with its place")
    func file() throws {
        let found = try SettingsFile.read(
            "# lời\n\n data = /var/lib/hoaban \naddress=[::1]:80\nkey-file =\n", from: "f")
        #expect(found.map(\.setting.environment) == ["HOABAN_DATA", "HOABAN_ADDRESS", "HOABAN_KEY_FILE"])
        #expect(found.map(\.value) == ["/var/lib/hoaban", "[::1]:80", ""])
        for wrong in ["data", "datta = /x", "data = /x\ndata = /y", "config = /x"] {
            #expect(throws: Failure.self) { _ = try SettingsFile.read(wrong, from: "f") }
        }
    }

    @Test("a flag wins over the environment, the environment over the file, the file over the default")
    func order() throws {
        try withFolder { folder in
            try put("data = \(folder)/file\n", folder + "/conf")
            let conf = ["HOABAN_CONFIG": folder + "/conf"]
            #expect(try Program.run("migrate", environment: conf).status == 0)
            #expect(exists(folder + "/file/hoaban.sqlite"))
            let both = conf.merging(["HOABAN_DATA": folder + "/environment"]) { $1 }
            #expect(try Program.run("migrate", environment: both).status == 0)
            #expect(exists(folder + "/environment/hoaban.sqlite"))
            #expect(try Program.run("migrate", "--data", folder + "/flag", environment: both).status == 0)
            #expect(exists(folder + "/flag/hoaban.sqlite"))
            try put("data = \(folder)/named\n", folder + "/other")
            #expect(try Program.run("migrate", "--config", folder + "/other", environment: conf).status == 0)
            #expect(exists(folder + "/named/hoaban.sqlite"))
            try put("datta = x\n", folder + "/wrong")
            let wrong = try Program.run("migrate", "--config=\(folder)/wrong", "--data", folder + "/none")
            #expect(wrong.status == 1 && wrong.err.contains("dòng 1") && !exists(folder + "/none"))
            #expect(try Program.run("migrate", "--config", folder + "/missing").status == 1)
        }
    }

    @Test("addresses of both kinds are read, halves of them are not")
    func addresses() {
        #expect(HostAndPort("127.0.0.1:8080").map { "\($0.host) \($0.port)" } == "127.0.0.1 8080")
        #expect(HostAndPort("[::1]:80").map { "\($0.host) \($0.port)" } == "::1 80")
        for wrong in ["", "8080", "::1", "::1:8080", "[::1]", "[host]:80", "host:70000", ":80", "host:"] {
            #expect(HostAndPort(wrong) == nil, "\(wrong)")
        }
    }
}
