import Testing

@Suite("Names")
struct NameTests {
    @Test("rights are named room.verb or room.noun.verb, and each name stands for one right")
    func permissions() {
        var findings: [String] = [], seen: [String: String] = [:]
        for source in Tree.sources {
            for literal in source.literals where literal.callee == "Permission" && literal.argument == 0 {
                let place = "\(source.path):\(literal.line): \(literal.text)"
                let name = matched(#"^([a-z]+)(\.[a-z-]+){1,2}$"#, in: literal.text).first?.groups
                if name?[1] != source.room.lowercased() { findings.append(place) }
                if let other = seen.updateValue(place, forKey: literal.text) {
                    findings.append("\(place) stands twice: \(other)")
                }
            }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("jobs are named room.verb-noun")
    func jobs() {
        let findings = Tree.features.flatMap { source in
            source.literals.filter { $0.callee == "Job" && $0.argument == 0 }
                .filter { matched("^\(source.room.lowercased())\\.[a-z-]+$", in: $0.text).isEmpty }
                .map { "\(source.path):\($0.line): \($0.text)" }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("no type is named after having no idea yet")
    func suffixes() {
        let findings = Tree.sources.flatMap { source in
            source.matches(
                of:
                    #"\b(?:struct|class|enum|protocol|actor)\s+(\w+(?:Manager|Helper|Utils?|Impl|Abstract|Data|Info|Handler|Processor|Service))\b"#
            )
            .map { "\(source.path):\($0.line): \($0.groups[1])" }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("every public type and function has its sentence")
    func documentation() {
        let findings = Tree.sources.flatMap(undocumented)
        #expect(findings.isEmpty, listed(findings))
    }

    /// Overloads and neighbours (with no empty line between) share the sentence above the first of them; initialisers, operators and what a protocol demands need none.
    private func undocumented(_ source: Source) -> [String] {
        let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
        var documented: Set<Substring> = [], findings: [String] = []
        for found in source.matches(
            of: #"^ *public (?:final |static |indirect )*(struct|class|enum|protocol|actor|func|typealias) +(\w+)"#)
        {
            let name = found.groups[2][...]
            let above = lines[..<(found.line - 1)].last { !$0.hasPrefix("@") } ?? ""
            if above.hasPrefix("///") {
                documented.insert(name)
            } else if !documented.contains(name), !Self.demanded.contains(name), !above.hasPrefix("public "),
                above != "}"
            {
                findings.append("\(source.path):\(found.line): \(found.groups[1]) \(name)")
            }
        }
        return findings
    }

    private static let demanded: Set<Substring> = [
        "hash", "encode", "run", "next", "makeIterator", "appendLiteral", "appendInterpolation", "read", "commit",
        "bulk", "copy",
        "integrity", "close",
    ]
}
