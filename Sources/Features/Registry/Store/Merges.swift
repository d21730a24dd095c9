import Base
import Storage
import Work

extension Tx {
    // MARK: rows that follow

    /// How many rows of a table refer to a learner.
    func rows(_ table: PersonTable, of student: ID<Student>) throws -> Int {
        try count("SELECT COUNT(*) FROM \(sql: table.from) WHERE \(sql: table.holds(student))")
    }

    /// Makes the rows of a learner another's; answers how many.
    func follow(
        _ table: PersonTable, from given: ID<Student>, to kept: ID<Student>, _ ledger: inout MergeLedger
    ) throws -> Int {
        let shape = LedgerTable(table)
        let rows = try all("SELECT \(sql: shape.list) FROM \(sql: table.from) WHERE \(sql: table.holds(given))") {
            try shape.read(&$0)
        }
        let isTaken = try table.isSingle && self.rows(table, of: kept) > 0
        for row in rows {
            if table.isTie {
                try retie(shape, row, table, to: kept, &ledger)
            } else if let key = try row.first.map({ try shape.value($0, at: 0) }) {
                let target: ID<Student>? = isTaken ? nil : kept
                try ledger.changing(shape, key) {
                    try exec(
                        """
                        UPDATE \(sql: table.from) SET \(sql: table.pointer) = \(target) WHERE \(sql: shape.column(0)) = \(key)
                        """)
                }
            }
        }
        return rows.count
    }

    /// Writes a row anew under the other learner, unless that one has it already.
    private func retie(
        _ shape: LedgerTable, _ row: KeptRow, _ table: PersonTable, to kept: ID<Student>, _ ledger: inout MergeLedger
    ) throws {
        guard let place = shape.columns.firstIndex(where: { $0.name == table.learner }) else { return }
        var fresh = row
        fresh[place] = String(kept.raw)
        let old = try (0..<shape.keyed).map { try shape.value(row[$0], at: $0) }
        let new = try (0..<shape.keyed).map { try shape.value(fresh[$0], at: $0) }
        let isThere = try !self.kept(shape, new).isEmpty
        try ledger.changing(shape, at: old) {
            try exec("DELETE FROM \(sql: table.from) WHERE \(sql: shape.matches(old))")
        }
        guard !isThere else { return }
        let values = try fresh.enumerated().map { "\(try shape.value($1, at: $0))" as SQL }.joined(", ")
        try ledger.changing(shape, at: new) {
            try exec("INSERT INTO \(sql: table.from) (\(sql: shape.list)) VALUES (\(sql: values))")
        }
    }

    // MARK: the register's own rows

    /// The keys of the rows of one of the register's own tables that are a learner's.
    private func keys(_ table: SQL, _ condition: SQL) throws -> [Int64] {
        try all("SELECT id FROM \(sql: table) WHERE \(sql: condition) ORDER BY id")
    }

    func moveStay(_ id: Int64, to student: ID<Student>, _ ledger: inout MergeLedger) throws {
        try ledger.changing(.enrolment, id) {
            try exec("UPDATE registry_enrolment SET student_id = \(student) WHERE id = \(id)")
        }
    }

    func dropStay(_ id: Int64, _ ledger: inout MergeLedger) throws {
        try ledger.changing(.enrolment, id) { try exec("DELETE FROM registry_enrolment WHERE id = \(id)") }
    }

    func end(_ stay: EnrolmentRecord, _ fate: StayFate, last: Day, _ ledger: inout MergeLedger) throws {
        try ledger.changing(.enrolment, stay.id) {
            switch fate {
            case .end: try endStay(stay, last: last, leaving: Leaving.double)
            case .drop: try exec("DELETE FROM registry_enrolment WHERE id = \(stay.id)")
            case .second: try exec("UPDATE registry_enrolment SET kind = 'second' WHERE id = \(stay.id)")
            }
        }
    }

    func moveStays(from given: ID<Student>, to kept: ID<Student>, _ ledger: inout MergeLedger) throws -> Int {
        let ids = try keys("registry_enrolment", "student_id = \(given)")
        for id in ids { try moveStay(id, to: kept, &ledger) }
        return ids.count
    }

    func movePolicy(_ id: Int64, to student: ID<Student>, _ ledger: inout MergeLedger) throws {
        try ledger.changing(.policy, id) {
            try exec("UPDATE registry_policy SET student_id = \(student) WHERE id = \(id)")
        }
    }

    /// Policy statuses go over; one that the other record has just so is there once.
    func movePolicies(from given: ID<Student>, to kept: ID<Student>, _ ledger: inout MergeLedger) throws -> Int {
        let ids = try keys("registry_policy", "student_id = \(given)")
        for id in ids {
            let isThere = try exists(
                """
                SELECT o.id FROM registry_policy p JOIN registry_policy o ON o.student_id = \(kept) AND o.kind = p.kind
                AND o.valid_from = p.valid_from AND o.valid_to = p.valid_to WHERE p.id = \(id)
                """)
            if isThere {
                try ledger.changing(.policy, id) { try exec("DELETE FROM registry_policy WHERE id = \(id)") }
            } else {
                try movePolicy(id, to: kept, &ledger)
            }
        }
        return ids.count
    }

    func moveDocument(_ id: Int64, to student: ID<Student>, _ ledger: inout MergeLedger) throws {
        try ledger.changing(.document, id) {
            try exec("UPDATE registry_document SET subject_id = \(student) WHERE id = \(id)")
        }
    }

    func moveDocuments(from given: ID<Student>, to kept: ID<Student>, _ ledger: inout MergeLedger) throws -> Int {
        let ids = try keys("registry_document", "subject_kind = 'student' AND subject_id = \(given)")
        for id in ids { try moveDocument(id, to: kept, &ledger) }
        return ids.count
    }

    /// Guardians go over but for those who are left; whoever answers for both is there once.
    func moveGuardians(
        from given: ID<Student>, to kept: ID<Student>, leaving: Set<ID<Guardian>>, _ ledger: inout MergeLedger
    ) throws -> Int {
        let ids: [ID<Guardian>] = try all(
            "SELECT guardian_id FROM registry_guardianship WHERE student_id = \(given) ORDER BY guardian_id")
        for id in ids { try moveGuardian(id, from: given, to: kept, isLeft: leaving.contains(id), &ledger) }
        return ids.count { !leaving.contains($0) }
    }

    func moveGuardian(
        _ id: ID<Guardian>, from given: ID<Student>, to kept: ID<Student>, isLeft: Bool = false,
        _ ledger: inout MergeLedger
    ) throws {
        let row = try self.kept(.guardianship, [id.sqlValue, given.sqlValue]).first
        try ledger.changing(.guardianship, id, given) {
            try exec("DELETE FROM registry_guardianship WHERE guardian_id = \(id) AND student_id = \(given)")
        }
        guard let row, !isLeft, try self.kept(.guardianship, [id.sqlValue, kept.sqlValue]).isEmpty else { return }
        try ledger.changing(.guardianship, id, kept) {
            try exec(
                """
                INSERT INTO registry_guardianship (guardian_id, student_id, relation, is_contact, valid_from, valid_to)
                VALUES (\(id), \(kept), \(row[2]), \(row[3].flatMap { Int($0) }), \(row[4]), \(row[5]))
                """)
        }
    }

    /// How other systems name the given-up record leads to the kept one.
    func moveIdentifiers(from given: ID<Student>, to kept: ID<Student>, _ ledger: inout MergeLedger) throws -> Int {
        let names = try identifiers(of: "student", given.raw)
        for name in names {
            try ledger.changing(.identifier, name.source, name.type, name.value) {
                try exec(
                    """
                    UPDATE registry_identifier SET entity_id = \(kept)
                    WHERE source = \(name.source) AND type = \(name.type) AND value = \(name.value)
                    """)
            }
        }
        return names.count
    }

    /// Transfers go over; of two that are open the kept record's goes on.
    func moveTransfers(from given: ID<Student>, to kept: ID<Student>, _ ledger: inout MergeLedger) throws {
        let open = try openTransfer(of: kept)
        for id in try keys("registry_transfer", "student_id = \(given)") {
            try ledger.changing(.transfer, id) {
                if open != nil {
                    try exec(
                        """
                        UPDATE registry_transfer SET state = 'withdrawn', ended_at = \(now)
                        WHERE id = \(id) AND state IN \(list: TransferState.open.map(\.rawValue))
                        """)
                }
                try exec("UPDATE registry_transfer SET student_id = \(kept) WHERE id = \(id)")
            }
        }
    }

    /// Ends a record: its codes go on leading to the kept one, its name is not found any more, other pairs with it are no pairs.
    func giveUp(_ record: StudentRecord, for kept: ID<Student>, pair: ID<Duplicate>?, _ ledger: inout MergeLedger)
        throws
    {
        for id in try keys("registry_former", "student_id = \(record.id)") {
            try ledger.changing(.former, id) {
                try exec("UPDATE registry_former SET student_id = \(kept) WHERE id = \(id)")
            }
        }
        for id in try keys("registry_duplicate", "first_id = \(record.id) OR second_id = \(record.id)") {
            try ledger.changing(.duplicate, id) {
                if id == pair?.raw {
                    try exec("UPDATE registry_duplicate SET state = 'merged', decided_at = \(now) WHERE id = \(id)")
                } else {
                    try exec("DELETE FROM registry_duplicate WHERE id = \(id)")
                }
            }
        }
        try ledger.changing(.student, record.id) {
            try exec("DELETE FROM registry_student WHERE id = \(record.id)")
        }
        try unindex(record.id.raw)
        try ledger.changing(.former, record.id) {
            try exec(
                """
                INSERT INTO registry_former (id, code, moet_code, student_id, at)
                VALUES (\(record.id), \(record.code), \(record.moetCode), \(kept), \(now))
                """)
        }
    }

    /// The sealed number and the photo of a record, as they are stored.
    func sealedParts(of id: ID<Student>) throws -> (number: SealedPersonalID, photo: [UInt8]?)? {
        try one("SELECT personal_blind, personal_sealed, photo FROM registry_student WHERE id = \(id)") {
            (number: SealedPersonalID(blind: try $0(), sealed: try $0()), photo: try $0())
        }
    }

    func setNumber(_ number: SealedPersonalID, of id: ID<Student>) throws {
        try exec(
            """
            UPDATE registry_student SET personal_blind = \(number.blind), personal_sealed = \(number.sealed) WHERE id = \(id)
            """)
    }

    func setMoetCode(_ code: String, of id: ID<Student>) throws {
        try exec("UPDATE registry_student SET moet_code = \(code) WHERE id = \(id)")
    }

    /// The record that a given-up one, by its key, leads to.
    public func successor(of id: ID<Student>) throws -> ID<Student>? {
        try value("SELECT student_id FROM registry_former WHERE id = \(id)")
    }

    /// The codes that led to a learner before: those of records given up for this one. The caller has reached the learner.
    func formerCodes(of student: ID<Student>) throws -> [String] {
        try all("SELECT code FROM registry_former WHERE student_id = \(student) ORDER BY id")
    }

    /// Learners whom a batch made or changed and who were merged away since, by name.
    func mergedSince(_ batch: ID<Batch>) throws -> [String] {
        try all(
            """
            SELECT DISTINCT m.other_name FROM registry_batch_change c JOIN registry_former f ON f.id = c.entity_id
            JOIN registry_merge m ON m.other_id = f.id AND m.undone_at IS NULL
            WHERE c.batch_id = \(batch) AND c.entity = 'student' ORDER BY 1 LIMIT 6
            """)
    }

    // MARK: the log

    func insert(
        _ id: ID<Merge>, _ kind: MergeLine.Kind, kept: ID<Student>, other: StudentRecord, org: ID<Org>?, reason: String,
        by account: ID<Account>?, moved: Details
    ) throws {
        try exec(
            """
            INSERT INTO registry_merge (id, kind, kept_id, other_id, other_code, other_name, org_id, reason, at, account_id, moved)
            VALUES (\(id), \(kind), \(kept), \(other.id), \(other.code), \(other.name.full), \(org), \(reason), \(now), \(account),
            \(moved))
            """)
    }

    func markUndone(_ id: ID<Merge>, by account: ID<Account>?) throws {
        try exec("UPDATE registry_merge SET undone_at = \(now), undone_by = \(account) WHERE id = \(id)")
    }

    /// The log of merges and splits of learners within reach, the newest first.
    public func merges(scope: Scope, of student: ID<Student>? = nil, from key: PageKey? = nil, size: Int = 50) throws
        -> Slice<MergeLine>
    {
        let isBackwards = key?.isBackwards ?? false
        var wheres: [SQL] = [mergeScope(scope)]
        if let student { wheres.append("(m.kept_id = \(student) OR m.other_id = \(student))") }
        if let key { wheres.append(isBackwards ? "m.id > \(key.id)" : "m.id < \(key.id)") }
        let rows = try all(
            """
            SELECT \(sql: MergeLine.columns) WHERE \(sql: wheres.joined(" AND "))
            ORDER BY m.id \(sql: isBackwards ? "" : "DESC") LIMIT \(size + 1)
            """, MergeLine.init)
        return Slice.page(rows.map { (item: $0, sort: "", id: $0.id.raw) }, size: size, from: key)
    }

    /// A merge or split whose kept record is within reach.
    public func merge(_ id: ID<Merge>, scope: Scope) throws -> MergeLine? {
        try one("SELECT \(sql: MergeLine.columns) WHERE m.id = \(id) AND \(sql: mergeScope(scope))", MergeLine.init)
    }

    private func mergeScope(_ scope: Scope) -> SQL {
        "\(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))"
    }
}

extension PersonTable {
    fileprivate var from: SQL { SQL(stringLiteral: name) }
    fileprivate var pointer: SQL { SQL(stringLiteral: learner) }

    fileprivate func holds(_ student: ID<Student>) -> SQL {
        let isLearner: SQL = kind.map { "AND \(sql: SQL(stringLiteral: $0.column)) = \($0.value)" } ?? .none
        return "\(sql: pointer) = \(student) \(sql: isLearner)"
    }
}

extension MergeLine {
    fileprivate static let columns: SQL = """
        m.id, m.kind, m.kept_id, s.name, s.code, m.other_id, m.other_code, m.other_name, m.reason, m.at, m.account_id, m.moved, m.undone_at,
        m.undone_by FROM registry_merge m JOIN registry_student s ON s.id = m.kept_id
        """

    fileprivate init(_ row: inout Row) throws {
        (id, kind, kept, keptName, keptCode) = (try row(), try row(), try row(), try row(), try row())
        (other, otherCode, otherName, reason, at) = (try row(), try row(), try row(), try row(), try row())
        (account, moved, undoneAt, undoneBy) = (try row(), try row(), try row(), try row())
    }
}
