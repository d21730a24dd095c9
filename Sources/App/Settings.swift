import Base
import Web

#if canImport(Glibc)
import Glibc
#endif

/// One thing of the program that can be set. `docs/configuration.md` holds this very table; a test compares them.
struct Setting: Sendable {
    let flag: String, environment: String, preset: String, of: String, what: String

    init(_ flag: String, _ environment: String, _ preset: String, of: String = "serve", _ what: String) {
        (self.flag, self.environment, self.preset, self.of, self.what) = (flag, environment, preset, of, what)
    }

    /// Its name in the file of settings: `HOABAN_KEY_FILE` is `key-file`.
    var name: String { environment.dropFirst("HOABAN_".count).lowercased().replacing("_", with: "-") }

    /// Its line of the table.
    var row: String {
        func code(_ text: String) -> String { text == "-" ? text : "`\(text)`" }
        return "| \(code(flag)) | `\(environment)` | \(preset) | \(of) | \(what) |"
    }

    static let all: [Setting] = [
        Setting(
            "--config FILE", "HOABAN_CONFIG", "`/etc/hoaban.conf` where it is there", of: "all", "the file of settings"),
        Setting("--data DIR", "HOABAN_DATA", "`./data`", of: "all", "folder of database, keys, blobs and uploads"),
        Setting(
            "--database postgres://…", "HOABAN_DATABASE", "SQLite in the data folder", of: "all",
            "PostgreSQL 15 or later"),
        Setting(
            "-", "HOABAN_KEY_FILE", "`keys/master.key` in the data folder", of: "all",
            "the master key, one line of hexadecimal (two while it is being replaced), mode 0600; lose it and sealed values are lost"
        ),
        Setting(
            "-", "HOABAN_RESOURCES", "`Resources` beside the program", of: "all", "style, script, texts, catalogues"),
        Setting(
            "-", "HOABAN_LOG", "`info`",
            "least level that is logged: trace debug info notice warning error critical"),
        Setting("--address HOST:PORT", "HOABAN_ADDRESS", "`127.0.0.1:8080`", "where it listens; IPv6 as `[::1]:8080`"),
        Setting(
            "--certificate FILE", "HOABAN_CERTIFICATE", "none: HTTP", "PEM file of the certificate chain, for HTTPS"),
        Setting("--key FILE", "HOABAN_CERTIFICATE_KEY", "none: HTTP", "PEM file of the certificate's private key"),
        Setting(
            "--trusted-proxy ADDRESS", "HOABAN_TRUSTED_PROXY", "none",
            "whose X-Forwarded-For and -Proto count; several flags, or several addresses with spaces between"),
        Setting("--rate-limits on\\|off", "HOABAN_RATE_LIMITS", "`on`", "off on loopback only"),
        Setting("--bench-routes on\\|off", "HOABAN_BENCH_ROUTES", "`off`", "measuring routes, on loopback only"),
        Setting(
            "--no-supervisor", "HOABAN_NO_SUPERVISOR", "`off`",
            "`on`: serve without the parent that restarts a fallen child (systemd does it then)"),
        Setting(
            "-", "HOABAN_MIN_FREE_MIB", "`1024`", "serve does not start with less room on the disk of the data folder"),
    ]
}

/// The file of settings: `name = value` a line. What it says goes into the environment where that says nothing itself,
/// so that a flag wins over the environment, the environment over the file, the file over what is built in.
enum SettingsFile {
    static let usual = "/etc/hoaban.conf"

    static func load(for arguments: [String]) throws {
        let named = flag(arguments) ?? environment("HOABAN_CONFIG")
        guard let path = named ?? (access(usual, F_OK) == 0 ? usual : nil) else { return }
        guard let text = try? Resources.read(path) else { throw Failure("Không đọc được tệp cấu hình \(path).") }
        for (setting, value) in try read(String(decoding: text, as: UTF8.self), from: path)
        where environment(setting.environment) == nil { setenv(setting.environment, value, 1) }
    }

    /// Looked for before the command line is read, because what the file says counts as the environment.
    private static func flag(_ arguments: [String]) -> String? {
        for (index, word) in arguments.enumerated() {
            if word == "--" { return nil }
            if word == "--config", index + 1 < arguments.count { return arguments[index + 1] }
            if word.hasPrefix("--config=") { return String(word.dropFirst("--config=".count)) }
        }
        return nil
    }

    static func read(_ text: String, from path: String) throws -> [(setting: Setting, value: String)] {
        var found: [(setting: Setting, value: String)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw Failure("\(path), dòng \(index + 1): cần dạng `tên = giá trị`.") }
            let name = trimmed(parts[0])
            guard let setting = Setting.all.first(where: { $0.name == name && name != "config" }) else {
                throw Failure("\(path), dòng \(index + 1): không có mục cấu hình nào tên “\(name)”.")
            }
            guard !found.contains(where: { $0.setting.name == name }) else {
                throw Failure("\(path), dòng \(index + 1): mục “\(name)” được đặt hai lần.")
            }
            found.append((setting, String(trimmed(parts[1]))))
        }
        return found
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// The words of one variable of the environment; an empty one counts as none.
func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}
