import Testing

/// The routes as the sources declare them: `routes.get("/path", .right, scope: .kind) …`.
@Suite("Routes")
struct RouteTests {
    /// What anybody may ask without signing in, each with the reason.
    static let open: [String: String] = [
        "GET /": "leads to the sign-in or home", "GET /login": "the sign-in", "POST /login": "the sign-in",
        "GET /activate": "the first sign-in, by the code on a slip", "POST /activate": "the first sign-in",
        "GET /reset": "a lost password, by the code the clerk prints", "POST /reset": "a lost password",
        "GET /claim": "parents open an account with the slip of the school", "POST /claim": "parents open an account",
        "GET /help": "how to get in is read before getting in",
        "GET /privacy": "what is kept about people is said before it is asked (law 91/2025/QH15)",
        "GET /style": "the parts of the pages, with made-up data",
        "POST /session/language": "a page speaks the reader's language before the sign-in too",
        "GET /healthz": "operations", "GET /readyz": "operations", "GET /metrics": "operations, from loopback",
        "POST /oauth/token": "programs get a token with their own id and secret",
        "GET /api": "the reference of the programming interface is public",
        "GET /api/openapi.json": "the same for programs",
        "GET /bench/keys": "measuring, on loopback when asked for",
        "GET /bench/form": "measuring, on loopback when asked for",
        "POST /bench/write": "measuring, on loopback when asked for",
    ]

    struct Declared: Sendable {
        let method: String, path: String, right: String, place: String
        var name: String { "\(method) \(path)" }
    }

    static let all: [Declared] = Tree.sources.flatMap { source in
        source.literals.compactMap { literal -> Declared? in
            guard literal.argument == 0, literal.text.hasPrefix("/"),
                let method = matched(#"\broutes\.(get|post|stream|download)$"#, in: literal.callee).first?.groups[1]
            else { return nil }
            let right = matched(#"^\s*,\s*\.?([\w.]+(?:\([^)]*\))?)"#, in: literal.following).first?.groups[1] ?? "none"
            let place = "\(source.path):\(literal.line)"
            return Declared(method: method == "post" ? "POST" : "GET", path: literal.text, right: right, place: place)
        }
    }

    @Test("every route says who may come, and those open to everybody are known")
    func rights() {
        let findings = Self.all.filter { $0.right == "none" || ($0.right == "everyone" && Self.open[$0.name] == nil) }
        #expect(findings.isEmpty, listed(findings.map { "\($0.place): \($0.name) is open to \($0.right)" }))
    }

    @Test("the list of open routes names none that is gone")
    func gone() {
        let declared = Set(Self.all.map(\.name))
        let gone = Self.open.keys.filter { !declared.contains($0) }.sorted()
        #expect(gone.isEmpty, listed(gone))
    }

    @Test("no route is declared twice")
    func once() {
        let twice = Dictionary(grouping: Self.all, by: \.name).filter { $0.value.count > 1 }
        #expect(twice.isEmpty, listed(twice.map { "\($0.key): \($0.value.map(\.place))" }.sorted()))
    }
}
