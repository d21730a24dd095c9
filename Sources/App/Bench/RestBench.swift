import Base
import Identity
import Registry

/// `hoaban bench rest`: what connected systems ask, beside a bare route that reads the same rows, and a whole walk.
extension Bench {
    /// A page of 100 users, again and again, beside the bare route; then every user by pages of 1,000.
    func rest() async throws -> [BenchLine] {
        let client = try await connectedSystem()
        return try withServers { product, bare in
            let header = "Authorization: Bearer \(try token(client))"
            var ours: [BenchLine] = [], limit: [BenchLine] = []
            for _ in 0..<rounds {
                ours.append(
                    try Load(url: "\(roster)/students?limit=100", connections: 16, seconds: seconds, headers: [header])
                        .measure("page of 100 users", server: product))
                limit.append(
                    try Load(url: "\(bareURL)/users", connections: 16, seconds: seconds)
                        .measure("bare", server: bare))
            }
            return [
                ours.median("OneRoster, page of 100 users"), limit.median("OneRoster, page of 100 users (bare)"),
                try walk(header, product),
            ]
        }
    }

    private var roster: String { "\(productURL)/ims/oneroster/rostering/v1p2" }

    private func connectedSystem() async throws -> (id: String, secret: String) {
        let installation = try await Installation.open(try Where.parse(["--data", folder]), migrating: true)
        var form = ConsumerForm()
        (form.name, form.contact, form.scopes, form.perMinute) = ("bench", "bench", RosterScopes.all, 6000)
        form.expiresOn = installation.db.clock.today.adding(2)
        form.org = try await installation.db.read { tx in try tx.roots(scope: .everything).first?.id }
        let made = try await makeConsumer(form, by: .commandLine, in: installation.db)
        await installation.db.close()
        return (made.id.code, made.secret)
    }

    private func token(_ client: (id: String, secret: String)) throws -> String {
        let answer = try Child.run(
            "curl",
            [
                "-s", "-u", "\(client.id):\(client.secret)", "-d", "grant_type=client_credentials",
                "\(productURL)/oauth/token",
            ])
        guard let token = answer.between("\"access_token\":\"", "\"") else {
            throw Failure("bench: no token: \(answer)")
        }
        return token
    }

    /// Follows the links from the first page of all users to the last.
    private func walk(_ header: String, _ server: Child) throws -> BenchLine {
        let start = Clock.monotonic, before = server.processorTime()
        var next: String? = "\(roster)/users?limit=1000", pages = 0, total = "", times: [Double] = []
        while let url = next {
            let begin = Clock.monotonic
            let head = try Child.run("curl", ["-s", "-D", "-", "-o", "/dev/null", "--compressed", "-H", header, url])
            guard head.contains(" 200 OK") else { throw Failure("bench: \(url): \(head.prefix(80))") }
            times.append(Double(Clock.monotonic - begin))
            pages += 1
            total = head.between("X-Total-Count: ", "\r\n") ?? "0"
            next = head.split(separator: ",").first { $0.contains("rel=\"next\"") }.flatMap {
                String($0).between("<", ">")
            }
        }
        times.sort()
        return BenchLine(
            name: "OneRoster, all users by pages of 1,000",
            perSecond: Double(pages) * 1000 / Double(Clock.monotonic - start),
            cpuMilliseconds: (server.processorTime() - before) / Double(max(1, pages)),
            p50Milliseconds: times[times.count / 2],
            p95Milliseconds: times[times.count * 95 / 100], p99Milliseconds: times[times.count * 99 / 100],
            note: "\(total) users in \((Clock.monotonic - start)) ms")
    }
}
