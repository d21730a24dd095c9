import Base
import Web

#if canImport(Glibc)
import Glibc
#endif

/// The benches: the product and a bare server side by side, in turn, on the same data.
struct Bench {
    let folder: String
    let seconds: Int
    let rounds: Int
    private let productPort = 18_480, barePort = 18_481

    /// Home, class page, student list and dashboards beside a bare route with the same query and a hand-built string.
    func pages() async throws -> [BenchLine] {
        let accounts = try DemoAccounts.read(folder)
        let start = try startTime()
        return try withServers { product, bare in
            var lines = [start, idle(product)]
            for page in try BenchPage.all(accounts) {
                let cookie = try signIn(accounts.of(page.role))
                var ours: [BenchLine] = [], limit: [BenchLine] = []
                for _ in 0..<rounds {
                    ours.append(
                        try Load(
                            url: "\(productURL)\(page.path)", connections: page.connections, seconds: seconds,
                            headers: [cookie]
                        )
                        .measure(page.name, server: product))
                    guard let path = page.barePath else { continue }
                    limit.append(
                        try Load(
                            url: "http://127.0.0.1:\(barePort)\(path)", connections: page.connections, seconds: seconds
                        )
                        .measure("bare", server: bare))
                }
                lines.append(ours.median(page.name))
                if !limit.isEmpty { lines.append(limit.median("\(page.name) (bare)")) }
            }
            return lines
        }
    }

    /// Durable writes of 64 writers beside a bare group-commit route writing the same rows.
    func writes() async throws -> [BenchLine] {
        try withServers { product, bare in
            let form = try Child.run("curl", ["-s", "-c", "-", "\(productURL)/bench/form"])
            guard let token = form.between("name=\"csrf\" value=\"", "\""), let guest = form.between("guest\t", "\n")
            else {
                throw Failure("bench: no form")
            }
            let script = """
                local n = 0
                local run = tostring(os.time()) .. tostring(math.random(1000000))
                request = function()
                  n = n + 1
                  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = "guest=\(guest)"},
                    "csrf=\(token)&key=" .. run .. "-" .. n .. "&value=8.5")
                end
                """
            var ours: [BenchLine] = [], limit: [BenchLine] = []
            for _ in 0..<rounds {
                ours.append(
                    try Load(url: "\(productURL)/bench/write", seconds: seconds, script: script).measure(
                        "writes", server: product))
                limit.append(
                    try Load(url: "http://127.0.0.1:\(barePort)/write", seconds: seconds, script: script).measure(
                        "bare", server: bare))
            }
            return [ours.median("durable writes"), limit.median("durable writes (bare group commit)")]
        }
    }

    /// Sign-ins a second, and how long a page waits meanwhile.
    func login() async throws -> [BenchLine] {
        let account = try DemoAccounts.read(folder).of("clerk")
        return try withServers { product, _ in
            let form = try Child.run("curl", ["-s", "-c", "-", "\(productURL)/login"])
            guard let token = form.between("name=\"csrf\" value=\"", "\""), let guest = form.between("guest\t", "\n")
            else {
                throw Failure("bench: no sign-in form")
            }
            let script = """
                request = function()
                  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = "guest=\(guest)"},
                    "csrf=\(token)&username=\(Percent.encode(account.username))&password=\(Percent.encode(account.password))")
                end
                """
            return [
                try Load(url: "\(productURL)/login", connections: 8, seconds: seconds * 2, script: script).measure(
                    "login", server: product)
            ]
        }
    }

    /// Search over all names, as the department sees them.
    func search() async throws -> [BenchLine] {
        let accounts = try DemoAccounts.read(folder)
        return try withServers { product, _ in
            let cookie = try signIn(accounts.of("department"))
            let words = [
                "nguyễn", "giàng a", "lò văn", "sùng thị mai", "ly", "van hung", "tẩn u", "pờ", "a", "hoa ban",
                "vang a lu", "thị",
            ]
            let paths = words.map { "\"/search?q=\(Percent.encode($0))\"" }.joined(separator: ", ")
            let script = """
                local paths = {\(paths)}
                local n = 0
                request = function()
                  n = n + 1
                  return wrk.format("GET", paths[n % #paths + 1])
                end
                """
            var lines: [BenchLine] = []
            for _ in 0..<rounds {
                lines.append(
                    try Load(
                        url: "\(productURL)/search", connections: 2, seconds: seconds, script: script, headers: [cookie]
                    )
                    .measure("search", server: product))
            }
            return [lines.median("search, 2 at once")]
        }
    }

    func imports() async throws -> [BenchLine] { try ImportBench.run(folder: folder) }

    // MARK: - servers

    var productURL: String { "http://127.0.0.1:\(productPort)" }
    var bareURL: String { "http://127.0.0.1:\(barePort)" }

    func withServers<T>(_ body: (Child, Child) throws -> T) throws -> T {
        let product = try Child(
            Resources.executable(),
            [
                "serve", "--no-supervisor", "--data", folder, "--address", "127.0.0.1:\(productPort)", "--rate-limits",
                "off", "--bench-routes", "on",
            ])
        defer { product.stop() }
        let bare = try Child(Resources.executable(), ["bench", "bare", "--data", folder, "--port", String(barePort)])
        defer { bare.stop() }
        try wait(for: "\(productURL)/healthz")
        try wait(for: "http://127.0.0.1:\(barePort)/healthz")
        return try body(product, bare)
    }

    private func wait(for url: String) throws {
        for _ in 0..<600 {
            if try Child.run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", url]).hasPrefix("200") { return }
            usleep(20_000)
        }
        throw Failure("bench: \(url) does not answer")
    }

    /// From starting the program to its first answer.
    private func startTime() throws -> BenchLine {
        let begin = Clock.monotonic
        let server = try Child(
            Resources.executable(),
            ["serve", "--no-supervisor", "--data", folder, "--address", "127.0.0.1:\(productPort)"])
        defer { server.stop() }
        try wait(for: "\(productURL)/login")
        return BenchLine(name: "start to first answer", p50Milliseconds: Double(Clock.monotonic - begin))
    }

    private func idle(_ server: Child) -> BenchLine {
        sleep(30)
        return BenchLine(name: "idle memory 30 s after start", note: "\(server.residentMemory()) MiB")
    }

    /// Signs in and answers the cookie header.
    private func signIn(_ account: DemoAccounts.Account) throws -> String {
        let jar = "/tmp/hoaban-bench-\(getpid()).jar"
        defer { unlink(jar) }
        let form = try Child.run("curl", ["-s", "-c", jar, "\(productURL)/login"])
        guard let token = form.between("name=\"csrf\" value=\"", "\"") else { throw Failure("bench: no sign-in form") }
        _ = try Child.run(
            "curl",
            [
                "-s", "-o", "/dev/null", "-b", jar, "-c", jar, "--data-urlencode", "csrf=\(token)", "--data-urlencode",
                "username=\(account.username)",
                "--data-urlencode", "password=\(account.password)", "\(productURL)/login",
            ])
        guard let session = try Child.run("cat", [jar]).between("session\t", "\n") else {
            throw Failure("bench: \(account.username) cannot sign in")
        }
        return "Cookie: session=\(session)"
    }
}

extension String {
    /// What stands between two marks.
    func between(_ start: String, _ end: String) -> String? {
        guard let from = firstRange(of: start), let to = self[from.upperBound...].firstRange(of: end) else {
            return nil
        }
        return String(self[from.upperBound..<to.lowerBound])
    }
}

/// The printed accounts of the demo.
struct DemoAccounts: Decodable {
    struct Account: Decodable {
        let role: String, username: String, password: String
    }

    struct Sample: Decodable {
        let orgId: String?, schoolId: String?, classId: String?, studentId: String?
    }

    let accounts: [Account]
    let sample: Sample

    static func read(_ folder: String) throws -> DemoAccounts {
        try JSONText.read(DemoAccounts.self, try Web.Resources.read(folder + "/demo-accounts.json"))
    }

    func of(_ role: String) throws -> Account {
        guard let account = accounts.first(where: { $0.role == role }) else {
            throw Failure("bench: no account of role \(role)")
        }
        return account
    }
}
