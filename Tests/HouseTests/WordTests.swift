import Foundation
import Testing

/// A text of the screen, as the sources write it.
struct Word: Sendable {
    let text: String, place: String
    /// How many values are handed over with it; nil where it stands without.
    let values: Int?

    static let all: [Word] = Tree.sources.flatMap { source in
        source.literals.compactMap { literal in
            isWord(literal).map { Word(text: literal.text, place: "\(source.path):\(literal.line)", values: $0) }
        }
    }

    /// Whether a literal is a text of the screen: of `t(…)`, or the sentence of a Fault or a Problem. Gives its count of values.
    private static func isWord(_ literal: Literal) -> Int?? {
        let callee = literal.callee.split(separator: ".").last.map(String.init) ?? literal.callee
        switch callee {
        case "t", "translated": return literal.argument == 0 ? .some(literal.arguments - 1) : nil
        case "Fault": return literal.argument == 1 ? .some(nil) : nil
        case "invalid", "conflict": return literal.argument == 0 && literal.arguments == 1 ? .some(nil) : nil
        case "Problem": return literal.argument == 1 ? .some(nil) : nil
        default: return nil
        }
    }
}

/// The catalogues of English texts, entry by entry as they are written.
struct Entry: Sendable {
    let vietnamese: String, english: String, file: String

    static let all: [Entry] = Tree.files(below: "Resources/texts", ending: ".json").flatMap { file in
        matched(#"^\s*("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*")"#, in: Tree.read(file)).compactMap { line in
            guard let vietnamese = decoded(line.groups[1]), let english = decoded(line.groups[2]) else { return nil }
            return Entry(vietnamese: vietnamese, english: english, file: file)
        }
    }

    private static func decoded(_ json: String) -> String? {
        try? JSONDecoder().decode([String].self, from: Data("[\(json)]".utf8)).first
    }
}

@Suite("Words")
struct WordTests {
    private static let english = Entry.all.reduce(into: [String: String]()) { $0[$1.vietnamese] = $1.english }

    @Test("every text of the screen speaks English too")
    func complete() {
        let missing = Word.all.filter { !$0.text.isEmpty && Self.english[$0.text] == nil && hasLetters($0.text) }
        #expect(missing.isEmpty, listed(missing.map { "\($0.place): \($0.text)" }))
    }

    private func hasLetters(_ text: String) -> Bool { text.contains(where: \.isLetter) }

    @Test("both languages have the same holes, and as many as there are values")
    func holes() {
        let uneven = Entry.all.filter { count($0.vietnamese) != count($0.english) }.map {
            "\($0.file): \($0.vietnamese)"
        }
        let wrong = Word.all.filter { count($0.text) != $0.values ?? 0 }.map { "\($0.place): \($0.text)" }
        #expect(uneven.isEmpty && wrong.isEmpty, listed(uneven + wrong))
    }

    private func count(_ text: String) -> Int { text.components(separatedBy: "{}").count - 1 }

    @Test("no text of the screen is glued together from pieces, which could not be translated")
    func whole() {
        let glued = Word.all.filter { $0.text.contains("\0") }
        #expect(glued.isEmpty, listed(glued.map { "\($0.place): \($0.text.replacing("\0", with: "…"))" }))
    }

    @Test("no text stands twice in the catalogues")
    func once() {
        let twice = Dictionary(grouping: Entry.all, by: \.vietnamese).filter { $0.value.count > 1 }
        #expect(twice.isEmpty, listed(twice.map { "\($0.key): \(Set($0.value.map(\.file)).sorted())" }.sorted()))
    }

    @Test("no text of the catalogues has lost its place in the sources")
    func used() {
        let written = Set(Tree.sources.flatMap { $0.literals.map(\.text) })
        let others = (Tree.files(below: "Resources/catalogues") + Tree.files(below: "Resources/script")).map(Tree.read)
            .joined()
        let unused = Entry.all.filter { !written.contains($0.vietnamese) && !others.contains($0.vietnamese) }
        #expect(unused.isEmpty, listed(unused.map { "\($0.file): \($0.vietnamese)" }))
    }

    @Test("the catalogues are read whole: nothing in them but texts")
    func wellFormed() {
        let broken = Tree.files(below: "Resources/texts", ending: ".json").filter { file in
            let entries = try? JSONDecoder().decode([String: String].self, from: Data(Tree.read(file).utf8))
            return entries == nil || entries?.count != Set(Entry.all.filter { $0.file == file }.map(\.vietnamese)).count
        }
        #expect(broken.isEmpty, listed(broken))
    }

    /// Where Vietnamese is data and not a text of the screen.
    static let data: [String: String] = [
        "Sources/App/": "the command line speaks to the people who run it, in Vietnamese",
        "Sources/Demo/": "names of made-up people, places and schools, as a Vietnamese province has them",
        "Sources/Features/Registry/Import/Matching": "headings of other offices' files",
        "Sources/Features/Registry/Import/PlaceFile": "headings of other offices' files",
        "Sources/Features/Registry/Import/School": "headings of other offices' files, and how they write addresses",
        "Sources/Kernel/Base/Fold": "tables of letters", "Sources/Kernel/Base/Letters": "tables of letters",
        "Sources/Kernel/Base/PersonName": "parts of names",
        "Sources/Kernel/Files/Table/LegacyCoding": "tables of letters",
        "Sources/Kernel/Files/Table/TextTable": "tables of letters",
        "Sources/Kernel/Files/Table/VietnameseWords": "tables of letters and rhymes",
        "Sources/Kernel/Web/Components/StylePage": "samples on the living page, made up",
        "Sources/Kernel/Web/Components/Paper": "papers are printed in Vietnamese, as the law wants them",
        "Sources/Kernel/Web/Components/TopBar": "a language is offered by its own name",
    ]

    @Test("Vietnamese in the sources is a text with its English, so that a page has one language")
    func translated() {
        let words = Set(Word.all.map(\.text))
        let findings = Tree.sources.filter { source in !Self.data.keys.contains { source.path.hasPrefix($0) } }.flatMap
        { source in
            source.literals.filter { isVietnamese($0.text) && !words.contains($0.text) && Self.english[$0.text] == nil }
                .map {
                    "\(source.path):\($0.line): \($0.text.prefix(60).replacing("\0", with: "…").replacing("\n", with: " "))"
                }
        }
        #expect(findings.isEmpty, listed(findings))
    }

    private func isVietnamese(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            (0x1EA0...0x1EF9).contains($0.value)
                || [0x103, 0x102, 0x111, 0x110, 0x1A1, 0x1A0, 0x1B0, 0x1AF].contains($0.value)
        }
    }
}
