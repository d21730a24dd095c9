import Base
import Storage

/// The proposed pairs and their fate.
extension Tx {
    /// Keeps pairs found; answers how many are proposed that were not before. A pair said to be two people comes back only when
    /// what it rested on has changed.
    func keep(_ pairs: [FoundPair]) throws -> Int {
        var fresh = 0
        for pair in pairs {
            let signs = pair.likeness.signs.map(\.rawValue).joined(separator: " ")
            let known = try one(
                "SELECT state, digest, score, signs FROM registry_duplicate WHERE first_id = \(pair.first) AND second_id = \(pair.second)"
            ) {
                (
                    state: try $0() as DuplicateState, digest: try $0() as Int64, score: try $0() as Int,
                    signs: try $0() as String
                )
            }
            guard let known else {
                try insert(pair, signs)
                fresh += 1
                continue
            }
            let isBack = known.state == .different && known.digest != pair.digest
            if isBack { fresh += 1 }
            guard
                isBack
                    || known.state == .open
                        && (known.digest, known.score, known.signs) != (pair.digest, pair.likeness.score, signs)
            else { continue }
            try exec(
                """
                UPDATE registry_duplicate SET score = \(pair.likeness.score), signs = \(signs), digest = \(pair.digest), state = 'open',
                found_at = CASE WHEN state = 'open' THEN found_at ELSE \(now) END
                WHERE first_id = \(pair.first) AND second_id = \(pair.second)
                """)
        }
        return fresh
    }

    private func insert(_ pair: FoundPair, _ signs: String) throws {
        try exec(
            """
            INSERT INTO registry_duplicate (id, first_id, second_id, score, signs, state, digest, reason, found_at)
            VALUES (\(newID(Duplicate.self)), \(pair.first), \(pair.second), \(pair.likeness.score), \(signs), 'open', \(pair.digest), '',
            \(now))
            """)
    }

    /// Finds again the pairs of a few learners and drops proposals that no longer hold; answers how many are new.
    @discardableResult
    func findDuplicates(of students: [ID<Student>]) throws -> Int {
        guard !students.isEmpty else { return 0 }
        let found = try duplicates(of: students)
        let held = Set(found.map { [$0.first, $0.second] })
        let open = try all(
            """
            SELECT id, first_id, second_id FROM registry_duplicate
            WHERE state = 'open' AND sent_at IS NULL AND score > 0 AND (first_id IN \(list: students) OR second_id IN \(list: students))
            """
        ) { (id: try $0() as ID<Duplicate>, pair: [try $0() as Int64, try $0() as Int64]) }
        for one in open where !held.contains(one.pair) {
            try exec("DELETE FROM registry_duplicate WHERE id = \(one.id)")
        }
        return try keep(found)
    }

    /// Drops proposals found before a moment's search that it did not find again, and those of records that are gone.
    func dropDuplicates(notAmong pairs: [FoundPair]) throws {
        let held = Set(pairs.map { [$0.first, $0.second] })
        let open = try all(
            "SELECT id, first_id, second_id FROM registry_duplicate WHERE state = 'open' AND sent_at IS NULL AND score > 0"
        ) { (id: try $0() as ID<Duplicate>, pair: [try $0() as Int64, try $0() as Int64]) }
        for one in open where !held.contains(one.pair) {
            try exec("DELETE FROM registry_duplicate WHERE id = \(one.id)")
        }
        try exec(
            """
            DELETE FROM registry_duplicate WHERE state = 'open' AND (NOT EXISTS (SELECT 1 FROM registry_student s WHERE s.id = first_id)
            OR NOT EXISTS (SELECT 1 FROM registry_student s WHERE s.id = second_id))
            """)
    }

    /// Learners written, or whose guardians were, since a moment, the earliest first.
    func studentsChanged(since moment: Int64, limit: Int) throws -> [ID<Student>] {
        try all(
            """
            SELECT id FROM registry_student WHERE updated_at > \(moment)
            UNION SELECT l.student_id FROM registry_guardian g JOIN registry_guardianship l ON l.guardian_id = g.id
            WHERE g.updated_at > \(moment) ORDER BY 1 LIMIT \(limit)
            """)
    }

    /// Proposes a pair that a person names; one known already keeps its fate.
    func propose(_ one: ID<Student>, _ other: ID<Student>) throws -> ID<Duplicate> {
        let (first, second) = (min(one.raw, other.raw), max(one.raw, other.raw))
        let known: ID<Duplicate>? = try value(
            "SELECT id FROM registry_duplicate WHERE first_id = \(first) AND second_id = \(second)")
        if let known {
            try exec("UPDATE registry_duplicate SET state = 'open' WHERE id = \(known) AND state = 'different'")
            return known
        }
        let id = newID(Duplicate.self)
        try exec(
            """
            INSERT INTO registry_duplicate (id, first_id, second_id, score, signs, state, digest, reason, found_at)
            VALUES (\(id), \(first), \(second), 0, '', 'open', 0, '', \(now))
            """)
        return id
    }

    /// Says that a pair is two people.
    func part(_ id: ID<Duplicate>, reason: String, by account: ID<Account>?) throws {
        try exec(
            """
            UPDATE registry_duplicate SET state = 'different', reason = \(reason), decided_by = \(account), decided_at = \(now)
            WHERE id = \(id)
            """)
    }

    /// Hands a pair to whoever sees both records.
    func send(_ id: ID<Duplicate>) throws {
        try exec("UPDATE registry_duplicate SET sent_at = \(now) WHERE id = \(id) AND sent_at IS NULL")
    }

    /// The pairs of a worklist, the surest first, at most `size`; of each only the sides within the visitor's reach.
    public func duplicates(_ filter: DuplicateFilter, scope: Scope, from key: PageKey? = nil, size: Int = 50) throws
        -> Slice<DuplicateLine>
    {
        let isBackwards = key?.isBackwards ?? false
        var wheres = [try pairCondition(filter, scope)]
        if let key {
            let place: SQL = "(\(Int(key.sort) ?? 0), \(key.id))"
            wheres.append(isBackwards ? "(d.score, d.id) > \(sql: place)" : "(d.score, d.id) < \(sql: place)")
        }
        let rows = try all(
            """
            SELECT \(sql: pairColumns(scope)) \(sql: Tx.pairTables) WHERE \(sql: wheres.joined(" AND "))
            ORDER BY d.score \(sql: isBackwards ? "" : "DESC"), d.id \(sql: isBackwards ? "" : "DESC") LIMIT \(size + 1)
            """, DuplicateLine.init)
        return Slice.page(rows.map { (item: $0, sort: "\($0.score)", id: $0.id.raw) }, size: size, from: key)
    }

    /// How many pairs a worklist has, exact to a thousand.
    public func countDuplicates(_ filter: DuplicateFilter, scope: Scope) throws -> ListCount {
        ListCount(
            count: try count(
                """
                SELECT COUNT(*) FROM (SELECT d.id \(sql: Tx.pairTables) WHERE \(sql: pairCondition(filter, scope))
                LIMIT \(ListCount.most + 1)) x
                """))
    }

    /// The open pairs of one learner, the surest first.
    func duplicates(of student: ID<Student>, scope: Scope) throws -> [DuplicateLine] {
        try all(
            """
            SELECT \(sql: pairColumns(scope)) \(sql: Tx.pairTables)
            WHERE d.state = 'open' AND (d.first_id = \(student) OR d.second_id = \(student)) AND \(sql: seesOne(scope))
            ORDER BY d.score DESC, d.id LIMIT 20
            """, DuplicateLine.init)
    }

    /// A pair of which the visitor sees one record at least.
    public func duplicate(_ id: ID<Duplicate>, scope: Scope) throws -> DuplicateLine? {
        try one(
            """
            SELECT \(sql: pairColumns(scope)) \(sql: Tx.pairTables) WHERE d.id = \(id) AND \(sql: seesOne(scope))
            """, DuplicateLine.init)
    }

    private static let pairTables: SQL = """
        FROM registry_duplicate d JOIN registry_student a ON a.id = d.first_id JOIN registry_student b ON b.id = d.second_id
        LEFT JOIN registry_class ac ON ac.id = a.class_id LEFT JOIN registry_class bc ON bc.id = b.class_id
        LEFT JOIN registry_org ao ON ao.id = a.org_id LEFT JOIN registry_org bo ON bo.id = b.org_id
        """

    private func seesFirst(_ scope: Scope) -> SQL {
        "\(scope, on: Belongs(org: "a.org_id", classGroup: "a.class_id", student: "a.id", level: "a.level"))"
    }

    private func seesSecond(_ scope: Scope) -> SQL {
        "\(scope, on: Belongs(org: "b.org_id", classGroup: "b.class_id", student: "b.id", level: "b.level"))"
    }

    private func seesOne(_ scope: Scope) -> SQL { "(\(sql: seesFirst(scope)) OR \(sql: seesSecond(scope)))" }

    private func pairColumns(_ scope: Scope) -> SQL {
        """
        d.id, d.score, d.signs, d.state, d.sent_at, d.reason, d.decided_by, d.decided_at,
        CASE WHEN \(sql: seesFirst(scope)) THEN 1 ELSE 0 END, a.id, a.code, a.name, a.birth_date, a.sex, a.status, ac.name, ao.name,
        CASE WHEN \(sql: seesSecond(scope)) THEN 1 ELSE 0 END, b.id, b.code, b.name, b.birth_date, b.sex, b.status, bc.name, bo.name
        """
    }

    private func pairCondition(_ filter: DuplicateFilter, _ scope: Scope) throws -> SQL {
        var wheres: [SQL] = ["d.state = \(filter.state)", seesOne(scope)]
        if let org = filter.org {
            wheres.append("(\(sql: below(org, "a.org_id", on: today)) OR \(sql: below(org, "b.org_id", on: today)))")
        }
        if filter.onlySent { wheres.append("d.sent_at IS NOT NULL") }
        switch filter.grade {
        case .strong: wheres.append("d.score >= \(DuplicateGrade.strongFrom) AND d.signs NOT LIKE '%twins%'")
        case .likely:
            wheres.append(
                """
                d.score >= \(DuplicateGrade.likelyFrom) AND (d.score < \(DuplicateGrade.strongFrom) OR d.signs LIKE '%twins%')
                """)
        case .weak: wheres.append("d.score < \(DuplicateGrade.likelyFrom)")
        case nil: break
        }
        return wheres.joined(" AND ")
    }
}

extension DuplicateLine {
    fileprivate init(_ row: inout Row) throws {
        (id, score) = (try row(), try row())
        signs = try row(String.self).split(separator: " ").compactMap { DuplicateSign(rawValue: String($0)) }
        (state, sentAt, reason, decidedBy, decidedAt) = (try row(), try row(), try row(), try row(), try row())
        (first, second) = (try DuplicateSide.read(&row), try DuplicateSide.read(&row))
    }
}

extension DuplicateSide {
    fileprivate static func read(_ row: inout Row) throws -> DuplicateSide? {
        let isSeen: Bool = try row()
        let side = DuplicateSide(
            id: try row(), code: try row(), name: try row(), birthDate: try row(), sex: try row(), status: try row(),
            className: try row(), orgName: try row())
        return isSeen ? side : nil
    }
}
