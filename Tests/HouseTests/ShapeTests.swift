import Foundation
import Testing

@Suite("Shape")
struct ShapeTests {
    /// What every room has, so that whoever knows one knows all.
    static let parts = ["Model", "Rules", "Schema", "Store", "Actions", "Pages"]
    /// Rooms that read what others offer may keep no tables of their own.
    static let overlooking: Set<String> = ["Monitor", "Exchange", "Assistant"]
    /// What a room has where there is such a thing.
    static let more: Set<String> = [
        "API", "Import", "Export", "Jobs", "Demo", "Prints", "Checks", "Benches", "Catalogues", "Permissions",
        "Secrets",
        "README",
    ]

    @Test("every room has the same files")
    func parts() {
        let missing = Tree.rooms.flatMap { room in
            let there = Set(
                Tree.entries(of: "Sources/Features/\(room)").map { String($0.prefix { $0 != "." && $0 != "+" }) })
            let expected = [room, "README"] + Self.parts.filter { !Self.overlooking.contains(room) || $0 != "Schema" }
            return expected.filter { !there.contains($0) }.map { "\(room): no \($0)" }
        }
        #expect(missing.isEmpty, listed(missing))
    }

    @Test("no room has a file whose place the others do not know")
    func strangers() {
        let strangers = Tree.rooms.flatMap { room in
            let known = Self.more.union(Self.parts).union([room])
            return Tree.entries(of: "Sources/Features/\(room)")
                .filter { !known.contains(String($0.prefix { $0 != "." && $0 != "+" })) }
                .map { "Sources/Features/\(room)/\($0)" }
        }
        #expect(strangers.isEmpty, listed(strangers))
    }

    @Test("a room's README is read in a minute: 20 lines at most")
    func readmes() {
        let long = Tree.rooms.map { "Sources/Features/\($0)/README.md" }
            .filter { Tree.read($0).split(separator: "\n", omittingEmptySubsequences: false).count > 21 }
        #expect(long.isEmpty, listed(long))
    }

    @Test("files stay short: 400 lines at most, tables aside")
    func lengths() {
        let long = Tree.sources.filter { $0.lines > 400 }.map { "\($0.path): \($0.lines) lines" }
        #expect(long.isEmpty, listed(long))
    }

    @Test("rules know no database and no page: they import Base alone")
    func rules() {
        let findings = Tree.features.filter { $0.part == "Rules" }.flatMap { source in
            source.matches(of: #"^import (\w+)"#).filter { $0.groups[1] != "Base" }
                .map { "\(source.path):\($0.line): \($0.groups[1])" }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    @Test("scripts can be run, and say with what")
    func scripts() {
        let scripts = Tree.entries(of: "script").filter { $0 != "common" }.map { "script/" + $0 } + [".ci/run"]
        let broken = scripts.filter {
            !FileManager.default.isExecutableFile(atPath: Tree.root + "/" + $0)
                || !Tree.read($0).hasPrefix("#!/usr/bin/env ")
        }
        #expect(broken.isEmpty, listed(broken))
    }

    @Test("L10 no bar is red, and every row says its state")
    func barsAreNotRed() {
        let rows = Tree.read("docs/bars.md").split(separator: "\n").compactMap {
            line -> (id: String, result: String)? in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard cells.count == 8, cells[1].wholeMatch(of: /[A-L][0-9]+/) != nil else { return nil }
            return (cells[1], cells[6])
        }
        #expect(rows.count > 80, "the sheet of bars is not read")
        let findings = rows.filter { !$0.result.hasPrefix("green ") && !$0.result.hasPrefix("not yet measured") }
        #expect(findings.isEmpty, listed(findings.map { "\($0.id): \($0.result)" }))
    }

    @Test("the papers of the repository are there")
    func papers() {
        let papers = [
            "README.md", "README.vi.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE",
            "docs/glossary.md", "docs/corridor.md",
            "docs/threats.md", "docs/features.md", "docs/bars.md", "docs/bad-input.md", "docs/configuration.md",
            "docs/operations.md",
        ]
        let missing = papers.filter { !Tree.exists($0) }
        #expect(missing.isEmpty, listed(missing))
    }

    @Test("links between the papers lead somewhere")
    func links() {
        let papers = Tree.files(below: "docs", ending: ".md") + Tree.entries(of: ".").filter { $0.hasSuffix(".md") }
        let broken = papers.flatMap { paper in
            let folder = paper.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            return matched(#"\]\((?!https?:|mailto:|#)([^)#\s]+)"#, in: Tree.read(paper)).map { $0.groups[1] }
                .filter { !Tree.exists(folder + $0) }.map { "\(paper): \($0)" }
        }
        #expect(broken.isEmpty, listed(broken))
    }
}
