import Base
import Storage
import Work

extension Registry {
    /// Looks for duplicates of learners through the whole register, and proposes the pairs found.
    static let findDuplicates = Job("registry.find-duplicates") { context in
        let counts = try await searchDuplicates(in: context.db) { done, total in
            try await context.report(done, of: total)
        }
        return "{\"found\":\(counts.found),\"new\":\(counts.fresh)}"
    }

    /// Looks through the whole register and keeps the pairs found; answers how many there are and how many are new.
    @discardableResult
    public static func searchDuplicates(
        in db: any Database, progress: (Int, Int) async throws -> Void = { _, _ in }
    ) async throws -> (found: Int, fresh: Int) {
        let lexicon = Lexicon(), since = db.clock.now
        let records = try await db.read { tx in try tx.matchRecords(lexicon) }
        let search = DuplicateSearch(records, lexicon), steps = DuplicateSearch.stages.count + 2
        try await progress(1, steps)
        for (number, stage) in DuplicateSearch.stages.enumerated() {
            stage(search)
            try await progress(number + 2, steps)
        }
        let pairs = search.pairs
        var fresh = 0
        for start in stride(from: 0, to: pairs.count, by: 500) {
            let part = Array(pairs[start..<min(start + 500, pairs.count)])
            fresh += try await db.write(as: .job("registry"), "registry.duplicate.find", on: .system) { tx in
                let kept = try tx.keep(part)
                tx.audit(note: "pairs \(part.count) new \(kept)")
                return kept
            }
        }
        try await db.write(as: .job("registry"), "registry.duplicate.find", on: .system) { tx in
            try tx.dropDuplicates(notAmong: pairs)
            tx.audit(note: "pairs \(pairs.count)")
            try tx.set("registry.duplicates-until", to: "\(since)")
        }
        try await progress(steps, steps)
        return (pairs.count, fresh)
    }

    /// Finds again the pairs of the learners written since the last time; where they are very many, the whole register is searched.
    static func followChanges(in db: any Database) async throws {
        let since = try await db.read { tx in try tx.duplicatesUntil() }
        // What was under way when it was looked last may bear an earlier moment.
        let until = db.clock.now, overlap: Int64 = since == 0 ? 0 : 60_000
        let changed = try await db.read { tx in
            try tx.studentsChanged(since: since - overlap, limit: mostFollowed + 1)
        }
        guard changed.count <= mostFollowed else { return try await searchAgain(in: db) }
        try await findDuplicates(of: changed, in: db)
        try await db.commit { tx in try tx.set("registry.duplicates-until", to: "\(until)") }
    }

    private static let mostFollowed = 1000

    /// Finds again the pairs of some learners, a few a transaction.
    public static func findDuplicates(of students: [ID<Student>], in db: any Database) async throws {
        for start in stride(from: 0, to: students.count, by: 20) {
            let part = Array(students[start..<min(start + 20, students.count)])
            // Most often nothing is found: what is only looked at leaves no entry.
            try await db.commit { tx in try tx.findDuplicates(of: part) }
        }
    }

    /// Orders the whole search, but not again right after one that has just been ordered, whatever became of it.
    private static func searchAgain(in db: any Database) async throws {
        let last = try await db.read { tx in try tx.jobs(of: nil, kind: findDuplicates.kind, limit: 1).first?.createdAt
        }
        if let last, last > db.clock.now - 600_000 { return }
        try await orderSearch(by: .job("registry"), in: db)
    }

    /// Puts the search through the whole register into the queue, unless it waits there or runs.
    public static func orderSearch(by visitor: Visitor, in db: any Database) async throws {
        try visitor.must(.mergeStudents)
        let isUnderway = try await db.read { tx in
            try tx.jobs(of: nil, kind: findDuplicates.kind, limit: 5).contains {
                ["queued", "running"].contains($0.state)
            }
        }
        guard !isUnderway else { return }
        try await db.write(as: visitor, "registry.duplicate.search", on: Subject("duplicate", nil, org: visitor.org)) {
            tx in _ = try tx.enqueue(findDuplicates.kind, input: "{}", by: visitor)
        }
    }

    /// Says that a pair is two people, and why; it is not proposed again unless one of the records changes.
    public static func part(
        _ id: ID<Duplicate>, reason: String, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.mergeStudents)
        let reason = Fold.compose(reason)
        guard (3...500).contains(reason.unicodeScalars.count) else {
            throw Fault.invalid([Problem("reason", "Ghi lý do: 3 đến 500 chữ.")])
        }
        try await db.write(as: visitor, "registry.duplicate.part", on: Subject("duplicate", id.raw)) { tx in
            let (pair, one, other) = try tx.wholePair(id, visitor)
            guard pair.state == .open else { throw Fault.conflict("Cặp hồ sơ này đã được xử lý.") }
            tx.audit(subject: Subject("duplicate", id.raw, org: one.org))
            tx.audit(note: "\(one.code) \(other.code)")
            try tx.part(id, reason: reason, by: visitor.account)
        }
    }

    /// Hands a pair of which one record lies elsewhere to the level that sees both.
    public static func sendUp(_ id: ID<Duplicate>, by visitor: Visitor, in db: any Database) async throws {
        try visitor.must(.mergeStudents)
        try await db.write(as: visitor, "registry.duplicate.send", on: Subject("duplicate", id.raw)) { tx in
            guard let pair = try tx.duplicate(id, scope: visitor.scope), pair.state == .open else {
                throw Fault.notFound
            }
            tx.audit(subject: Subject("duplicate", id.raw, org: visitor.org))
            try tx.send(id)
        }
    }

    /// Proposes a learner and another whom the visitor names by code; both must be within reach. Answers the pair.
    public static func propose(
        _ one: ID<Student>, and code: String, by visitor: Visitor, in db: any Database
    ) async throws -> ID<Duplicate> {
        try visitor.must(.mergeStudents)
        return try await db.write(as: visitor, "registry.duplicate.propose", on: .student(one)) { tx in
            guard let student = try tx.student(one, scope: visitor.scope) else { throw Fault.notFound }
            guard let other = try tx.student(code: code, scope: visitor.scope) else {
                throw Fault.invalid([Problem("code", "Không có học sinh nào mang mã này trong phạm vi của bạn.")])
            }
            guard other.id != one else {
                throw Fault.invalid([Problem("code", "Đây là mã của chính hồ sơ này. Nhập mã của hồ sơ thứ hai.")])
            }
            tx.audit(subject: .student(one, org: student.org))
            let pair = try tx.propose(one, other.id)
            // What speaks for it is told at once, not a minute later.
            try tx.findDuplicates(of: [one])
            return pair
        }
    }
}

extension Tx {
    /// Until when changes of learners have been looked at for duplicates, in milliseconds since 1970.
    func duplicatesUntil() throws -> Int64 { try setting("registry.duplicates-until").flatMap { Int64($0) } ?? 0 }

    /// A pair of which the visitor sees both records: only then is anything decided.
    func wholePair(_ id: ID<Duplicate>, _ visitor: Visitor) throws -> (
        pair: DuplicateLine, first: StudentRecord, second: StudentRecord
    ) {
        guard let pair = try duplicate(id, scope: visitor.scope) else { throw Fault.notFound }
        guard let first = try pair.first.flatMap({ try student($0.id, scope: visitor.scope) }),
            let second = try pair.second.flatMap({ try student($0.id, scope: visitor.scope) })
        else {
            throw Fault(.forbidden, "Một hồ sơ thuộc đơn vị khác. Hãy gửi cặp này lên cấp quản lý cả hai đơn vị.")
        }
        return (pair, first, second)
    }
}
