import Base
import Storage

/// The words typed to find a name: each begins another word of it, and the marks that were typed are meant.
struct NameWords {
    struct Word {
        /// The word without its marks, as the search key has it.
        let plain: String
        /// The spellings of the word with its marks; none where it carries no mark, so that it finds all.
        let marked: [String]
    }

    let words: [Word]

    init(_ text: String) {
        words = Fold.accentKey(text).split(separator: " ").prefix(8).compactMap { word in
            let word = String(word), plain = Fold.key(word)
            guard !plain.isEmpty else { return nil }
            // A mark is what ASCII does not have.
            let isMarked = word != plain && !word.utf8.allSatisfy { $0 < 0x80 }
            return Word(plain: plain, marked: isMarked ? Fold.spellings(word) : [])
        }
    }

    var marked: [[String]] { words.map(\.marked).filter { !$0.isEmpty } }

    /// The conditions that a name key has as many words begun by each typed word as were typed of it or of longer ones.
    func begun(_ column: SQL, onlyRepeated: Bool = false) -> [SQL] {
        Set(words.map(\.plain)).sorted().compactMap { word in
            let times = words.count { $0.plain.hasPrefix(word) }
            if onlyRepeated, times == 1 { return nil }
            return "' ' || \(sql: column) LIKE \(String(repeating: "% \(word)", count: times) + "%")"
        }
    }
}

extension Tx {
    /// The condition of what was typed into the search of a list of people `s`; nothing when nothing was.
    func nameCondition(_ q: String, isNarrow: Bool, kind: SearchKind = .student) throws -> SQL? {
        let text = Fold.compose(q)
        if text.isEmpty { return nil }
        if PersonalID.looksLike(text) { return "s.personal_blind IN \(list: keys.blinds(text, Tx.personalPurpose))" }
        if text.contains(where: \.isNumber) { return "(s.code = \(text.uppercased()) OR s.moet_code = \(text))" }
        let typed = NameWords(text)
        guard !typed.words.isEmpty else { return "1 = 0" }
        let key: SQL = "s.name_key"
        if isNarrow { return (typed.begun(key) + marked(typed)).joined(" AND ") }
        return ([found(typed, kind: kind)] + typed.begun(key, onlyRepeated: true)).joined(" AND ")
    }

    /// The marks typed, looked up name by name: for the few people of a narrow list.
    private func marked(_ typed: NameWords) -> [SQL] {
        guard !typed.marked.isEmpty else { return [] }
        switch engine {
        case .sqlite:
            let words = typed.marked.map { spellings in
                "(\(sql: spellings.map { "' ' || f.accents LIKE \("% \($0)%")" as SQL }.joined(" OR ")))" as SQL
            }
            return [
                "EXISTS (SELECT 1 FROM registry_search f WHERE f.rowid = s.id AND \(sql: words.joined(" AND ")))"
            ]
        case .postgres:
            let match = typed.marked.map(anyMarked).joined(separator: " & ")
            return [
                "EXISTS (SELECT 1 FROM registry_search f WHERE f.id = s.id AND f.words @@ CAST(\(match) AS TSQUERY))"
            ]
        }
    }

    /// The rows whose names hold every word begun, with its marks where it has some: the index of names answers it.
    private func found(_ typed: NameWords, kind: SearchKind) -> SQL {
        switch engine {
        case .sqlite:
            let words = typed.words.map { "words : \"\(Tx.lexeme($0.plain))\" *" }
            let match = (words + typed.marked.map(anyMarked) + ["marks : \"k\(kind.rawValue)\""])
                .joined(separator: " AND ")
            return "s.id IN (SELECT rowid FROM registry_search WHERE registry_search MATCH \(match))"
        case .postgres:
            let words = typed.words.map { "'\(Tx.lexeme($0.plain))':*" }
            let match = (words + typed.marked.map(anyMarked) + ["'!k\(kind.rawValue)'"]).joined(separator: " & ")
            return "s.id IN (SELECT id FROM registry_search WHERE words @@ CAST(\(match) AS TSQUERY))"
        }
    }

    private func anyMarked(_ spellings: [String]) -> String {
        let terms = spellings.map { word in
            switch engine {
            case .sqlite: "accents : \"\(Tx.lexeme(word))\" *"
            case .postgres: "'~\(Tx.lexeme(word))':*"
            }
        }
        return "(\(terms.joined(separator: engine == .sqlite ? " OR " : " | ")))"
    }
}
