import Base
import Storage

/// What a search finds.
public enum SearchKind: String, Sendable, CaseIterable, Column {
    case student, staff, guardian, org
    case classGroup = "class"
}

/// One thing found, with what tells it from others of the same name.
public struct SearchHit: Sendable, Hashable {
    public let kind: SearchKind
    public let id: Int64
    public let name: String
    public let org: ID<Org>?
    public let orgName: String?
    /// The class of a learner, the position code of a member of staff.
    public let detail: String
    public let birthDate: PartialDay?
}

extension Tx {
    /// Finds people and units by the beginnings of the words of their names, in any order, or by a whole code.
    ///
    /// Names that carry the very diacritics typed come first, then whole words before beginnings. At most
    /// `mostCandidates` names a question are looked at, whatever is typed; `limit` is for each kind.
    public func search(
        _ q: String, scope: Scope, kinds: Set<SearchKind> = [.student, .staff, .org], limit: Int = 20
    ) throws -> [SearchHit] {
        let text = Fold.compose(String(q.prefix(200)))
        if let exact = try searchCode(text, scope: scope, kinds: kinds), !exact.isEmpty { return exact }
        guard !Fold.key(text).isEmpty else { return [] }
        let orgs = try fewOrgs(scope)
        if let orgs, orgs.isEmpty { return [] }
        let typed = NameWords(text).begun("COALESCE(s.name_key, w.name_key)", onlyRepeated: true)
        let isWholeName = Fold.key(text).split(separator: " ").count > 2
        return try SearchKind.allCases.filter(kinds.contains).flatMap { kind in
            // A whole name finds few; of one or two words the first stage most often finds enough.
            var hits: [SearchHit] = [], seen = Set<Int64>(), asked = isWholeName ? 1 : 0
            for stage in Stage.allCases where hits.count < limit {
                guard let match = match(text, stage, kind: kind, orgs: orgs) else { continue }
                if asked == 1, let few = try few(text, typed, kind: kind, orgs: orgs, scope: scope) {
                    return few.prefix(limit)
                }
                asked += 1
                let found = try candidates(
                    "\(sql: found(match)) LIMIT \(Tx.mostCandidates)", typed, scope: scope, limit: limit, skipping: seen
                )
                seen.formUnion(found.map(\.id))
                hits += found.map { ($0, Fold.sortKey($0.name)) }.sorted { ($0.1, $0.0.id) < ($1.1, $1.0.id) }.map(\.0)
            }
            return hits.prefix(limit)
        }
    }

    static let mostCandidates = 2000

    /// All whose names begin the words typed, where they are so few that putting them into the order of the stages here costs less
    /// than asking stage by stage; nothing where there are more.
    private func few(_ text: String, _ typed: [SQL], kind: SearchKind, orgs: [ID<Org>]?, scope: Scope) throws
        -> [SearchHit]?
    {
        guard let match = match(text, .begun, kind: kind, orgs: orgs) else { return nil }
        let most = 200
        var ids: [Int64] = try all("SELECT f.id FROM (\(sql: found(match)) LIMIT \(most + 1)) f")
        guard ids.count <= most, let last = ids.last else { return ids.isEmpty ? [] : nil }
        // Of one length or the other, so that the engine keeps two statements and not two hundred.
        ids += Array(repeating: last, count: (ids.count > 20 ? most : 20) - ids.count)
        let hits = try candidates(found(ids), typed, scope: scope, limit: most, skipping: [])
        let stage = Stage.finding(text)
        return hits.map { ($0, stage($0.name).rawValue, Fold.sortKey($0.name)) }
            .sorted { ($0.1, $0.2, $0.0.id) < ($1.1, $1.2, $1.0.id) }.map(\.0)
    }

    /// What is tried, the nearest first: accented whole words, accented beginnings, plain whole words, plain beginnings.
    private enum Stage: Int, CaseIterable {
        case accentWhole, accentBegun, whole, begun
        var isAccented: Bool { self == .accentWhole || self == .accentBegun }
        var isWhole: Bool { self == .accentWhole || self == .whole }

        /// At which stage a name that begins the words typed is found.
        static func finding(_ text: String) -> (_ name: String) -> Stage {
            func words(_ key: String) -> [Substring] { key.split(separator: " ") }
            func begins(_ typed: [Substring], _ name: [Substring]) -> Bool {
                typed.allSatisfy { word in name.contains { $0.utf8.starts(with: word.utf8) } }
            }
            let accented = Array(words(Fold.accentKey(text)).prefix(8)), plain = Array(words(Fold.key(text)).prefix(8))
            return { name in
                if accented != plain {
                    let name = words(Fold.accentKey(name))
                    if accented.allSatisfy(name.contains) { return .accentWhole }
                    if begins(accented, name) { return .accentBegun }
                }
                let name = words(Fold.key(name))
                return plain.allSatisfy(name.contains) ? .whole : .begun
            }
        }
    }

    /// The words of a stage in the engine's own language, with the kind asked for and, where the visitor has few units,
    /// those units, so that the index itself keeps to the scope; nothing where the stage says no more than another.
    private func match(_ text: String, _ stage: Stage, kind: SearchKind, orgs: [ID<Org>]?) -> String? {
        let accented = Fold.accentKey(text), plain = Fold.key(text)
        if stage.isAccented && accented == plain { return nil }
        var terms = (stage.isAccented ? accented : plain).split(separator: " ").prefix(8).map { word in
            let word = Tx.lexeme(word)
            return switch engine {
            case .sqlite: "\(stage.isAccented ? "accents" : "words") : \"\(word)\"\(stage.isWhole ? "" : " *")"
            case .postgres: "'\(stage.isAccented ? "~" : "")\(word)'\(stage.isWhole ? "" : ":*")"
            }
        }
        terms.append(anyOf(["k\(kind.rawValue)"]))
        if let orgs, kind != .guardian { terms.append(anyOf(orgs.map { "o\($0.code.lowercased())" })) }
        return terms.joined(separator: engine == .sqlite ? " AND " : " & ")
    }

    private func anyOf(_ marks: [String]) -> String {
        switch engine {
        case .sqlite: "marks : (\(marks.map { "\"\($0)\"" }.joined(separator: " OR ")))"
        case .postgres: "(\(marks.map { "'!\($0)'" }.joined(separator: " | ")))"
        }
    }

    private func fewOrgs(_ scope: Scope) throws -> [ID<Org>]? {
        switch scope.reach {
        case .everything: return nil
        case .nothing: return []
        case .institutions(let orgs), .classes(_, let orgs), .students(_, _, let orgs): return orgs
        case .tree(let orgs):
            let below: [ID<Org>] = try all(
                """
                SELECT DISTINCT org_id FROM registry_org_path WHERE ancestor_id IN \(list: orgs) AND valid_to = '2200-12-31' LIMIT 65
                """)
            return below.count > 64 ? nil : below
        }
    }

    private func found(_ match: String) -> SQL {
        switch engine {
        case .sqlite:
            "SELECT rowid AS id, kind, org_id, name FROM registry_search WHERE registry_search MATCH \(match)"
        case .postgres: "SELECT id, kind, org_id, name FROM registry_search WHERE words @@ CAST(\(match) AS TSQUERY)"
        }
    }

    private func found(_ ids: [Int64]) -> SQL {
        switch engine {
        case .sqlite: "SELECT rowid AS id, kind, org_id, name FROM registry_search WHERE rowid IN \(list: ids)"
        case .postgres: "SELECT id, kind, org_id, name FROM registry_search WHERE id IN \(list: ids)"
        }
    }

    private func candidates(
        _ source: SQL, _ typed: [SQL], scope: Scope, limit: Int, skipping seen: Set<Int64>
    ) throws -> [SearchHit] {
        // Of a learner's and a colleague's name each word typed takes another word; units have their names in full.
        let words: SQL =
            typed.isEmpty
            ? .none : "AND (f.kind NOT IN ('student', 'staff') OR (\(sql: typed.joined(" AND "))))"
        return try all(
            """
            SELECT f.kind, f.id, f.name, f.org_id, o.name, COALESCE(c.name, w.position, ''), COALESCE(s.birth_date, w.birth_date)
            FROM (\(sql: source)) f LEFT JOIN registry_org o ON o.id = f.org_id
            LEFT JOIN registry_student s ON f.kind = 'student' AND s.id = f.id
            LEFT JOIN registry_class c ON c.id = s.class_id LEFT JOIN registry_staff w ON f.kind = 'staff' AND w.id = f.id
            WHERE \(sql: searchScope(scope)) \(sql: words) LIMIT \(limit + seen.count)
            """, SearchHit.init
        ).filter { !seen.contains($0.id) }
    }

    /// The scope over what was found: a learner by class, staff and units by unit, guardians through their children.
    private func searchScope(_ scope: Scope) -> SQL {
        let students: SQL =
            "\(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))"
        return """
            ((f.kind = 'student' AND \(sql: students)) OR (f.kind IN ('staff', 'org', 'class') AND \(scope, on: "f.org_id"))
            OR (f.kind = 'guardian' AND EXISTS (SELECT 1 FROM registry_guardianship l JOIN registry_student s ON s.id = l.student_id
            WHERE l.guardian_id = f.id AND \(sql: students))))
            """
    }

    /// A whole code, the ministry's code or the 12-digit number; nothing when the text is none of them.
    private func searchCode(_ text: String, scope: Scope, kinds: Set<SearchKind>) throws -> [SearchHit]? {
        guard !text.contains(" "), text.utf8.count >= 4, text.utf8.contains(where: { (48...57).contains($0) }) else {
            return nil
        }
        var hits: [SearchHit] = []
        if kinds.contains(.student), let found = try student(code: text, scope: scope) {
            let org = try found.org.flatMap(orgName),
                classGroup: String? = try found.classGroup.flatMap {
                    try value("SELECT name FROM registry_class WHERE id = \($0)")
                }
            hits.append(
                SearchHit(
                    kind: .student, id: found.id.raw, name: found.name.full, org: found.org, orgName: org,
                    detail: classGroup ?? "",
                    birthDate: found.birthDate))
        }
        if kinds.contains(.staff), let found = try staff(code: text, scope: scope) {
            hits.append(
                SearchHit(
                    kind: .staff, id: found.id.raw, name: found.name.full, org: found.org,
                    orgName: try found.org.flatMap(orgName),
                    detail: found.position, birthDate: found.birthDate))
        }
        if kinds.contains(.org), let found = try org(code: text, scope: scope) {
            hits.append(
                SearchHit(
                    kind: .org, id: found.id.raw, name: found.name, org: found.id, orgName: nil, detail: found.kind,
                    birthDate: nil))
        }
        return hits
    }

    /// Puts a name into the search index, in place of the one that stood there: the one fork between the engines.
    func index(_ kind: SearchKind, _ id: Int64, org: ID<Org>?, name: String, level: Level?) throws {
        let words = Fold.key(name), accents = Fold.accentKey(name)
        var marks = "k\(kind.rawValue)"
        if let org { marks += " o\(org.code.lowercased())" }
        if let level { marks += " l\(level.rawValue)" }
        switch engine {
        case .sqlite:
            try exec("DELETE FROM registry_search WHERE rowid = \(id)")
            try exec(
                """
                INSERT INTO registry_search (rowid, words, accents, marks, kind, org_id, name)
                VALUES (\(id), \(words), \(accents), \(marks), \(kind), \(org), \(name))
                """)
        case .postgres:
            let lexemes = Tx.lexemes(words, accents, marks)
            try exec(
                """
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

    static func lexeme(_ word: some StringProtocol) -> String {
        String(word.filter { $0 != "'" && $0 != "\\" && $0 != "\"" }.prefix(100))
    }
}

extension SearchHit {
    init(_ row: inout Row) throws {
        (kind, id, name, org, orgName) = (try row(), try row(), try row(), try row(), try row())
        (detail, birthDate) = (try row(), try row())
    }
}
