import Testing

/// Bar L7: nothing in the repository opens a door.
@Suite("Secrets")
struct SecretTests {
    /// What keys and tokens look like. Written in two halves, so that this file does not find itself.
    static let shapes: [String] = [
        "-----BEGIN [A-Z ]*" + "PRIVATE KEY", "AKIA" + "[0-9A-Z]{16}", "gh[pousr]_" + "[A-Za-z0-9]{30,}",
        "xox[abps]-" + "[0-9A-Za-z-]{10,}", "eyJ" + "[A-Za-z0-9_-]{20,}\\.[A-Za-z0-9_-]{20,}",
        "postgres(ql)?://[^:/@\\s\"]+:" + "[^@\\s\"$\\\\({<]{3,}@",
    ]

    private static let folders = ["Sources", "Tests", "Resources", "script", "deploy", "docs"]
    private static let papers = [
        "README.md", "README.vi.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "Package.swift",
    ]

    @Test("L7 no key, token or address with a password stands in the repository", arguments: shapes)
    func noneStands(_ shape: String) {
        let paths = Self.folders.flatMap { Tree.files(below: $0) } + Self.papers
        let findings = paths.filter { !matched(shape, in: Tree.read($0)).isEmpty }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("the shapes find what they are for")
    func shapesFind() {
        let samples = [
            "-----BEGIN RSA " + "PRIVATE KEY-----", "AKIA" + "ABCDEFGHIJKLMNOP",
            "ghp_" + String(repeating: "a", count: 36),
            "xoxb-" + "123456789012",
            "eyJ" + String(repeating: "h", count: 30) + "." + String(repeating: "b", count: 30),
            "postgres://hoaban:" + "secret@localhost/x",
        ]
        #expect(samples.count == Self.shapes.count)
        for (shape, sample) in zip(Self.shapes, samples) { #expect(matched(shape, in: sample).count == 1, "\(shape)") }
    }
}
