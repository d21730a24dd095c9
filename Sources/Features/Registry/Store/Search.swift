import Base
import Storage

/// What a search finds.
public enum SearchKind: String, Sendable, CaseIterable, Column {
    case student, staff, guardian, org
    case classGroup = "class"
}

extension Tx {
    /// Puts a name into the search index, in place of the one that stood there: the one fork between the engines.
    func index(_ kind: SearchKind, _ id: Int64, org: ID<Org>?, name: String, level: Level?) throws {
        let words = Fold.key(name), accents = Fold.accentKey(name)
        var marks = "k\(kind.rawValue)"
        if let org { marks += " o\(org.code.lowercased())" }
        if let level { marks += " l\(level.rawValue)" }
        switch engine {
        case .sqlite:
            try exec("DELETE FROM registry_search WHERE rowid = \(id)")
            try exec("""
                INSERT INTO registry_search (rowid, words, accents, marks, kind, org_id, name)
                VALUES (\(id), \(words), \(accents), \(marks), \(kind), \(org), \(name))
                """)
        case .postgres:
            let lexemes = Tx.lexemes(words, accents, marks)
            try exec("""
                INSERT INTO registry_search (id, kind, org_id, name, words) VALUES (\(id), \(kind), \(org), \(name), CAST(\(lexemes) AS TSVECTOR))
                ON CONFLICT (id) DO UPDATE SET org_id = excluded.org_id, name = excluded.name, words = excluded.words
                """)
        }
    }

    /// Takes a name out of the search index.
    func unindex(_ id: Int64) throws {
        switch engine {
        case .sqlite: try exec("DELETE FROM registry_search WHERE rowid = \(id)")
        case .postgres: try exec("DELETE FROM registry_search WHERE id = \(id)")
        }
    }

    /// The three columns of the one index in PostgreSQL: plain words bare, accented ones after `~`, marks after `!`.
    private static func lexemes(_ words: String, _ accents: String, _ marks: String) -> String {
        var seen = Set<String>()
        for word in words.split(separator: " ") { seen.insert("'\(Tx.lexeme(word))'") }
        for word in accents.split(separator: " ") { seen.insert("'~\(Tx.lexeme(word))'") }
        for word in marks.split(separator: " ") { seen.insert("'!\(Tx.lexeme(word))'") }
        return seen.joined(separator: " ")
    }

    private static func lexeme(_ word: Substring) -> String { String(word.filter { $0 != "'" && $0 != "\\" }.prefix(100)) }
}
