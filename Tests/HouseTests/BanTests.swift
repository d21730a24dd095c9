import Testing

/// What may not stand in the sources, why, and where it may all the same.
struct Ban: Sendable, CustomTestStringConvertible {
    let pattern: String
    let reason: String
    /// Paths, or beginnings of paths, where it stands with a reason.
    var except: [String: String] = [:]
    /// Where it is looked for.
    var within = "Sources/"

    var testDescription: String { pattern }

    var findings: [String] {
        Tree.sources.filter { source in
            source.path.hasPrefix(within) && !except.keys.contains { source.path.hasPrefix($0) }
        }.flatMap { source in source.places(of: pattern).map { "\($0): \(reason)" } }
    }
}

@Suite("Bans")
struct BanTests {
    static let all: [Ban] = [
        Ban(pattern: #"\bXMLDocument\b"#, reason: "reads foreign files by default (reliability, fact 2)"),
        Ban(pattern: #"\btry!"#, reason: "a trap ends the process with every request in it (fact 5)"),
        Ban(pattern: #"\bas!"#, reason: "a trap ends the process (fact 5)"),
        Ban(pattern: #"[\w\)\]]!(?![=\w])"#, reason: "a forced value is a trap (fact 5)"),
        Ban(
            pattern: #"\b(fatalError|preconditionFailure|precondition|assertionFailure)\("#,
            reason: "throw a Fault instead (fact 5)",
            except: ["Sources/Kernel/Base/Secret.swift": "a key of another length is a defect no request can cause"]),
        Ban(pattern: #"String\(format:"#, reason: "a format from data can take all memory"),
        Ban(pattern: "uniqueKeysWithValues", reason: "traps on a key that comes twice; use uniquingKeysWith"),
        Ban(pattern: #"DispatchQueue\.global\("#, reason: "starves Swift's own threads (fact 11)"),
        Ban(
            pattern: #"\bThread\.sleep|\busleep\(|(?<![.\w])sleep\("#,
            reason: "blocks a thread that others wait for (fact 11)",
            except: [
                "Sources/App/Supervisor": "the parent has nothing else to do",
                "Sources/App/Bench/": "waits for the server it measures",
                "Sources/Kernel/Files/Sandbox/ChildProcess": "waits for its child, on a thread of its own",
            ]),
        Ban(pattern: #"(Data|String)\(contentsOf:"#, reason: "reads files and addresses of any kind, whole"),
        Ban(
            pattern: #"\bNSRegularExpression\b|\bRegex\(|\bRegex<"#, reason: "patterns have no bound on time (fact 12)"),
        Ban(pattern: #"collect\(upTo:\s*\.max"#, reason: "takes a body of any size into memory (fact 13)"),
        Ban(
            pattern: #"\b(DateFormatter|ISO8601DateFormatter|NumberFormatter)\b"#,
            reason: "lenient; Day and its kin are strict (bar H2)"),
        Ban(pattern: #"\bURLSession\b"#, reason: "the outside world is reached through a client with limits"),
        Ban(pattern: #"\bTask\.detached\b"#, reason: "what must finish is a job"),
        Ban(
            pattern: #"\.appendingPathComponent\("#, reason: "lets `..` out of the folder; names of files are made here"
        ),
        Ban(
            pattern: #"@unchecked\s+Sendable"#, reason: "only the databases' own threads need it",
            except: ["Sources/Kernel/Storage/": "a connection lives on one thread at a time"]),
        Ban(
            pattern: #"nonisolated\(unsafe\)|unsafeBitCast"#, reason: "steps round the compiler's proof",
            except: [
                "Sources/Kernel/Storage/SQLite.swift":
                    "SQLite's mark for `copy these bytes`, and the address of an empty text",
                "Sources/App/Supervisor": "the handler of a signal may capture nothing",
            ]),
        Ban(
            pattern: #"\bprint\(|\bdebugPrint\(|\bdump\("#, reason: "what a person's record says must not reach a log",
            except: ["Sources/App/": "a command answers on its standard output"]),
        Ban(
            pattern: #"\bSQL\(trusted:"#, reason: "pastes text into a statement",
            except: ["Sources/Kernel/Storage/": "where SQL is made"]),
        Ban(
            pattern: #"\bHTML\.trusted\(|(?<![\w\]\)])\.trusted\("#, reason: "puts text into a page unescaped"),
        Ban(
            pattern: #"^import\s+Foundation$"#, reason: "Base rests on the standard library alone",
            within: "Sources/Kernel/Base/"),
    ]

    @Test("nothing banned stands in the sources", arguments: all)
    func nothingBanned(_ ban: Ban) {
        let findings = ban.findings
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("every exception still has its reason in the tree", arguments: all)
    func exceptions(_ ban: Ban) {
        let idle = ban.except.keys.filter { prefix in
            !Tree.sources.contains { $0.path.hasPrefix(prefix) && !$0.places(of: ban.pattern).isEmpty }
        }
        #expect(idle.isEmpty, listed(idle.sorted().map { "\(ban.pattern): \($0) has none any more" }))
    }

    @Test("no manifest turns the checks off")
    func manifest() {
        let manifest = Tree.read("Package.swift")
        #expect(!manifest.contains("-Ounchecked") && !manifest.contains("-enforce-exclusivity=unchecked"))
    }

    @Test("no page carries inline style or script, which the policy of the pages refuses")
    func inline() {
        let findings = Tree.sources.flatMap { source in
            source.literals.filter { literal in
                !matched(
                    #"<[a-z0-9]+[^>]*\s(style|on[a-z]+)=|javascript:|<style|<script(?![^>]*\bsrc=)"#, in: literal.text
                ).isEmpty
            }.map { "\(source.path):\($0.line)" }
        }
        #expect(findings.isEmpty, listed(findings))
    }
}
