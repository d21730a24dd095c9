import Base
import Storage

/// Reads learners as duplicates are looked for, and keeps the pairs found.
extension Tx {
    /// All learners of the register, with the words that their names are made of.
    func matchRecords(_ lexicon: Lexicon) throws -> [MatchRecord] {
        try matchRecords("1 = 1", lexicon)
    }

    /// The keys of all learners within reach, in order.
    public func studentKeys(scope: Scope) throws -> [ID<Student>] {
        try all(
            """
            SELECT s.id FROM registry_student s
            WHERE \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level")) ORDER BY s.id
            """)
    }

    private func matchRecords(_ condition: SQL, _ lexicon: Lexicon) throws -> [MatchRecord] {
        var records = try all(
            """
            SELECT s.id, s.name, s.birth_date, s.sex, s.org_id, s.class_id, s.status, s.residence_id, s.moet_code, s.personal_blind, s.details
            FROM registry_student s WHERE \(sql: condition) ORDER BY s.id
            """
        ) { try MatchRecord(&$0, lexicon) }
        try addFamilies(to: &records, condition, lexicon)
        return records
    }

    /// Who answers for the learners, today or before: a telephone of last year tells as much.
    private func addFamilies(to records: inout [MatchRecord], _ condition: SQL, _ lexicon: Lexicon) throws {
        var at = 0
        try each(
            """
            SELECT l.student_id, g.name, g.phone FROM registry_student s JOIN registry_guardianship l ON l.student_id = s.id
            JOIN registry_guardian g ON g.id = l.guardian_id WHERE \(sql: condition) ORDER BY l.student_id, g.id
            """
        ) { row in
            let student: Int64 = try row(), name: String = try row(), phone: String = try row()
            while at < records.count, records[at].id < student { at += 1 }
            guard at < records.count, records[at].id == student else { return }
            records[at].add(guardian: name, phone: phone, lexicon)
        }
    }

    /// Learners whom one may be, by date of birth, name or telephone; the one itself is left out.
    private func matchCandidates(of record: MatchRecord, key: String, phones: [String], _ lexicon: Lexicon) throws
        -> [MatchRecord]
    {
        let near = record.birth.neighbours
        var ids: Set<Int64> = Set(
            try all("SELECT id FROM registry_student WHERE birth_date IN \(list: near) LIMIT 4000", Int64.self))
        ids.formUnion(try all("SELECT id FROM registry_student WHERE name_key = \(key) LIMIT 1000", Int64.self))
        if !record.birth.isWhole, record.birth.year > 0, record.commune != 0 {
            let (first, last) = ("\(record.birth.year)-01-01", "\(record.birth.year)-12-31")
            ids.formUnion(
                try all(
                    """
                    SELECT id FROM registry_student
                    WHERE residence_id = \(record.commune) AND birth_date >= \(first) AND birth_date <= \(last) LIMIT 4000
                    """, Int64.self))
        }
        if !phones.isEmpty {
            ids.formUnion(
                try all(
                    """
                    SELECT l.student_id FROM registry_guardian g JOIN registry_guardianship l ON l.guardian_id = g.id
                    WHERE g.phone IN \(list: phones) LIMIT 1000
                    """, Int64.self))
        }
        ids.remove(record.id)
        let sorted = ids.sorted()
        return try stride(from: 0, to: sorted.count, by: 500).flatMap { start in
            try matchRecords("s.id IN \(list: Array(sorted[start..<min(start + 500, sorted.count)]))", lexicon)
        }
    }

    /// The pairs that some learners make with any other, as the whole search would find them from the same data.
    func duplicates(of students: [ID<Student>]) throws -> [FoundPair] {
        let lexicon = Lexicon()
        var found: [FoundPair] = []
        for record in try matchRecords("s.id IN \(list: students)", lexicon) {
            found += try likenesses(of: record, lexicon).map { FoundPair(record, $0.record, $0.likeness, lexicon) }
        }
        return found
    }

    /// Learners who may be the one described, the surest first.
    func likenesses(of record: MatchRecord, name: String? = nil, phones: [String]? = nil, _ lexicon: Lexicon) throws
        -> [(record: MatchRecord, likeness: Likeness)]
    {
        let stored: String? = try value("SELECT name_key FROM registry_student WHERE id = \(record.id)")
        let key = name.map { Fold.key($0) } ?? stored ?? ""
        let known = phones ?? record.phones.map { String(decoding: lexicon.bytes($0), as: UTF8.self) }
        let own = try bearers(of: key)
        return try matchCandidates(of: record, key: key, phones: known, lexicon).compactMap { other in
            let others = try other.name.set == record.name.set ? own : bearers(ofName: other.id)
            guard let likeness = Likeness.of(record, other, bearers: max(own, others), lexicon) else { return nil }
            return (other, likeness)
        }.sorted { ($1.likeness.score, $0.record.id) < ($0.likeness.score, $1.record.id) }
    }

    /// Learners who may be the one about to be entered, the surest first: names mistyped, without marks, dates turned round.
    func students(alike sought: SoughtLearner, scope: Scope, limit: Int = 5) throws -> LearnersAlike {
        let lexicon = Lexicon(), birth = PartialDay(sought.birth)
        var record = MatchRecord(id: 0, name: MatchName(sought.name.full, lexicon), birth: MatchBirth(birth?.iso))
        record.sex = sought.sex
        record.commune = try commune(named: sought.commune)?.raw ?? 0
        record.hamlet = lexicon.number(of: Fold.key(sought.hamlet))
        let phone = FieldText.phone(sought.phone) ?? ""
        if !phone.isEmpty { record.phones = [lexicon.number(of: phone)] }
        let found = try likenesses(
            of: record, name: sought.name.full, phones: phone.isEmpty ? [] : [phone], lexicon
        ).filter { $0.likeness.score >= Likeness.leastOfEntry }.prefix(20)
        let lines = try students(found.map { ID(stored: $0.record.id) }, scope: scope)
        var out = LearnersAlike()
        for one in found {
            if let line = lines.first(where: { $0.id.raw == one.record.id }) {
                if out.near.count < limit { out.near.append((line, one.likeness.signs)) }
            } else {
                out.elsewhere += 1
            }
        }
        return out
    }

    /// How many bear a name, to a thousand.
    private func bearers(of key: String) throws -> Int {
        try count(
            "SELECT COUNT(*) FROM (SELECT 1 FROM registry_student WHERE name_key = \(key) LIMIT 1000) x")
    }

    private func bearers(ofName id: Int64) throws -> Int {
        try bearers(of: try value("SELECT name_key FROM registry_student WHERE id = \(id)") ?? "")
    }
}

extension MatchRecord {
    fileprivate init(_ row: inout Row, _ lexicon: Lexicon) throws {
        id = try row()
        name = MatchName(try row(), lexicon)
        birth = MatchBirth(try row(String?.self))
        sex = try row()
        (org, classGroup) = (try row(Int64?.self) ?? 0, try row(Int64?.self) ?? 0)
        isLearning = StudentStatus.open.contains(try row(String.self))
        commune = try row(Int64?.self) ?? 0
        moetCode = lexicon.number(of: try row(String?.self) ?? "")
        number = lexicon.number(of: try row([UInt8]?.self)?.hex ?? "")
        let details: Details = try row()
        hamlet = lexicon.number(of: Fold.key(details["permanent_hamlet"] ?? ""))
        if let phone = details["phone"] { phones.append(lexicon.number(of: phone)) }
    }

    mutating func add(guardian: String, phone: String, _ lexicon: Lexicon) {
        let set = MatchName(guardian, lexicon).set
        if set != 0, !guardians.contains(set) { guardians.append(set) }
        let number = lexicon.number(of: phone)
        if number != 0, !phones.contains(number) { phones.append(number) }
    }
}
