import Testing

/// docs/corridor.md: the SQL that both engines read.
@Suite("Corridor")
struct CorridorTests {
    /// What one of the engines does not know, or reads differently.
    static let strangers: [(pattern: String, reason: String)] = [
        (#"\bNOW\(\)|CURRENT_(TIMESTAMP|DATE|TIME)|datetime\(|strftime\("#, "time comes from tx.now"),
        (#"::[a-z]"#, "casts are written CAST(x AS type)"),
        (#"\bILIKE\b|\bGLOB\b|\bREGEXP\b|\bSIMILAR TO\b"#, "search goes over folded columns"),
        (#"\b(AUTOINCREMENT|SERIAL|BIGSERIAL|NEXTVAL)\b"#, "keys come from tx.newID()"),
        (#"\bINSERT OR\b|\bREPLACE INTO\b"#, "write ON CONFLICT … DO UPDATE"),
        (
            #"\b(VARCHAR|TIMESTAMP|BOOLEAN|NUMERIC|DECIMAL|JSONB?|UUID|INT)\b"#,
            "types are TEXT, BIGINT, DOUBLE PRECISION, BLOB"
        ),
        (#"\bIFNULL\(|\bNVL\(|\bGROUP_CONCAT\(|\bSTRING_AGG\("#, "one engine's own function"),
        (
            #"\bFULL JOIN\b|\bFULL OUTER\b|\bRIGHT JOIN\b|\bLATERAL\b"#,
            "SQLite 3.40 of Debian 12 and PostgreSQL 15 share LEFT JOIN"
        ),
        (#"\?"#, "a question mark is the place of a value; the engines count them"),
        (#"\bSELECT \*"#, "columns are named, so that a new one does not shift the reading"),
    ]

    /// Where the two engines part on purpose.
    private func isCorridor(_ source: Source) -> Bool {
        let forks = [
            "Sources/Kernel/Storage/SQLite", "Sources/Kernel/Storage/Postgres", "Sources/Kernel/Storage/Search",
            "Sources/Kernel/Storage/Migration",
        ]
        return !forks.contains { source.path.hasPrefix($0) }
    }

    @Test("statements keep to the corridor")
    func statements() {
        let findings = Tree.sources.filter(isCorridor).flatMap { source in
            source.literals.filter { isStatement($0.text) }.flatMap { literal in
                Self.strangers.filter { !matched($0.pattern, in: literal.text).isEmpty }
                    .map { "\(source.path):\(literal.line): \($0.reason)" }
            }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    private func isStatement(_ text: String) -> Bool {
        !matched(#"^\s*(SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|ALTER)\b"#, in: text).isEmpty
    }

    @Test("migrations are named room.number-what, counted from 1 without a gap, each name once")
    func migrations() {
        var findings: [String] = [], numbers: [String: [Int]] = [:]
        for source in Tree.sources {
            for literal in source.literals where literal.callee == "Migration" && literal.argument == 0 {
                let name = matched(#"^([a-z]+)\.(\d+)-[a-z0-9-]+$"#, in: literal.text).first?.groups
                guard let name, name[1] == source.room.lowercased(), let number = Int(name[2]) else {
                    findings.append("\(source.path):\(literal.line): \(literal.text)")
                    continue
                }
                numbers[name[1], default: []].append(number)
            }
        }
        for (room, found) in numbers where Set(found) != Set(1...(found.max() ?? 1)) {
            findings.append("\(room): the numbers are \(found.sorted())")
        }
        #expect(findings.isEmpty, listed(findings))
    }

    /// What belongs to one thing is listed by its key, once the thing itself was found within the scope.
    @Test("lists are made through the visitor's scope (law 7)")
    func scope() {
        let findings = Tree.features.filter { $0.part.hasPrefix("Store") }.flatMap { source in
            source.matches(
                of: #"public func (\w+)(?:<[^>]*>)?\(([^{]*?)\)\s*(?:throws(?:\(\w+\))?\s*)?->\s*\[(?!String: )"#
            )
            .filter { found in !["Scope", "Visitor", "ID<"].contains { found.groups[2].contains($0) } }
            .filter { !Unscoped.lists.keys.contains("\(source.room).\($0.groups[1])") }
            .map { "\(source.path):\($0.line): \($0.groups[1]) takes no scope" }
        }
        #expect(findings.isEmpty, listed(findings))
    }
}

/// The public lists that belong to nobody in particular, each with the reason.
enum Unscoped {
    static let lists: [String: String] = [
        "Identity.held": "the roles of an account that signs in, or that was found within the scope",
        "Registry.places": "the administrative division is public",
        "Registry.sessions": "the calendar is public",
        "Registry.years": "the calendar is public",
        "Registry.subjects": "the curriculum is public",
        "Registry.identifiers": "how other systems name a record that the caller has found within the scope",
        "Registry.residents": "a right of its own: those who live in a place, whoever manages their school (D08)",
    ]
}
