import Testing

/// The walls are no better than their reading of the sources.
@Suite("Reading the sources")
struct LexerTests {
    @Test("comments and texts are blanked, code stays in its place")
    func blanks() {
        let source = Source(
            path: "Sources/App/X.swift", text: "let a = \"try! b\" // as!\n/* try! /* x */ */ let c = 1\n")
        #expect(source.code == "let a = \"      \"       \n                   let c = 1\n")
        #expect(source.places(of: "let c") == ["Sources/App/X.swift:2"])
    }

    @Test("interpolated values are code, with literals of their own")
    func interpolations() {
        let source = Source(path: "Sources/App/X.swift", text: #"let a = "x \(f(t("Lớp {}", name), as!)) y""# + "\n")
        #expect(source.literals.map(\.text) == ["x \0 y", "Lớp {}"])
        #expect(
            source.literals[1].callee == "t" && source.literals[1].argument == 0 && source.literals[1].arguments == 2)
        #expect(!source.matches(of: "as!").isEmpty)
    }

    @Test("long and raw literals are read without their indent and marks")
    func longLiterals() {
        let long = Source(path: "Sources/App/X.swift", text: "f(\"\"\"\n    SELECT 1\n      FROM a\n    \"\"\", b)\n")
        #expect(long.literals.map(\.text) == ["SELECT 1\n  FROM a"] && long.literals[0].arguments == 2)
        let raw = Source(path: "Sources/App/X.swift", text: ##"g(1, #"a\(b) "c""#)"## + "\n")
        #expect(raw.literals.map(\.text) == [#"a\(b) "c""#] && raw.literals[0].argument == 1)
    }

    @Test("a file knows its room and its part")
    func rooms() {
        let file = Source(path: "Sources/Features/Registry/Store/Orgs.swift", text: "")
        #expect(file.room == "Registry" && file.part == "Store")
        #expect(Source(path: "Sources/Features/Registry/Store+Orgs.swift", text: "").part == "Store")
        #expect(Source(path: "Sources/App/Serve.swift", text: "").room == "App")
    }
}
