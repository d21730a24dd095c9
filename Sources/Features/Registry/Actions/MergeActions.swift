import Base
import Facts
import Storage
import Work

/// One record out of two, and back; two out of one.
extension Registry {
    /// Merges two records of one learner: all that refers to the given-up one becomes the kept one's, in one transaction. `tables` are
    /// those that other rooms offer. Answers the line of the log by which it can be taken back.
    public static func merge(
        _ plan: MergePlan, pair: ID<Duplicate>? = nil, tables: [PersonTable], by visitor: Visitor, in db: any Database
    ) async throws -> ID<Merge> {
        try visitor.must(.mergeStudents)
        let reason = try checkedReason(plan.reason)
        guard plan.kept != plan.given else { throw Fault.invalid("Hãy chọn hai hồ sơ khác nhau.") }
        return try await db.write(as: visitor, "registry.student.merge", on: .student(plan.kept)) { tx in
            let kept = try tx.forMerging(plan.kept, visitor), given = try tx.forMerging(plan.given, visitor)
            let id = tx.newID(Merge.self)
            var merging = OneOfTwo(tx: tx, plan: plan, kept: kept, given: given, ledger: MergeLedger(id, tx))
            let moved = try merging.run(pair: pair, tables)
            try tx.insert(
                id, .merge, kept: kept.id, other: given, org: kept.org, reason: reason, by: visitor.account,
                moved: moved)
            tx.audit(subject: .student(kept.id, org: merging.org))
            tx.audit(note: "\(given.code) \(kept.code)")
            try tx.tell(StudentsMerged(kept: kept.id, given: given.id))
            return id
        }
    }

    /// Takes a merge or a split back: every row stands again as it stood before, unless one was changed since.
    public static func undoMerge(
        _ id: ID<Merge>, tables: [PersonTable], by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.mergeStudents)
        try await db.write(as: visitor, "registry.student.undo-merge", on: Subject("student")) { tx in
            guard let line = try tx.merge(id, scope: visitor.scope) else { throw Fault.notFound }
            guard line.undoneAt == nil else { throw Fault.conflict("Việc này đã được hoàn tác.") }
            let touched = try tx.takeBack(line, tables)
            if line.kind == .split { try tx.refuseGrown(line) }
            try tx.settle(line, touched)
            try tx.markUndone(id, by: visitor.account)
            let record = try tx.student(line.kept, scope: .everything)
            tx.audit(subject: .student(line.kept, org: record?.org))
            tx.audit(note: line.otherCode)
            try tx.changed(.student(line.kept, org: record?.org), "merged-record", from: line.otherCode, to: nil)
            switch line.kind {
            case .merge: try tx.tell(StudentsParted(kept: line.kept, other: line.other))
            case .split: try tx.tell(StudentsMerged(kept: line.kept, given: line.other))
            }
            for student in [line.kept, line.other] { try tx.tellPlace(of: student) }
        }
    }

    /// Parts a record that holds two people: what the plan names goes to a new record with a code of its own.
    public static func split(
        _ plan: SplitPlan, by visitor: Visitor, in db: any Database
    ) async throws -> (merge: ID<Merge>, student: ID<Student>) {
        try visitor.must(.mergeStudents)
        let reason = try checkedReason(plan.reason)
        return try await db.write(as: visitor, "registry.student.split", on: .student(plan.student)) { tx in
            let old = try tx.forMerging(plan.student, visitor), id = tx.newID(Merge.self)
            var splitting = Splitting(tx: tx, plan: plan, old: old, ledger: MergeLedger(id, tx))
            let (fresh, moved) = try splitting.run()
            try tx.insert(
                id, .split, kept: old.id, other: fresh, org: old.org, reason: reason, by: visitor.account, moved: moved)
            tx.audit(subject: .student(old.id, org: old.org))
            tx.audit(note: "\(old.code) \(fresh.code)")
            try tx.tell(StudentsParted(kept: old.id, other: fresh.id))
            return (id, fresh.id)
        }
    }

    private static func checkedReason(_ text: String) throws -> String {
        let reason = Fold.compose(text)
        guard (3...500).contains(reason.unicodeScalars.count) else {
            throw Fault.invalid([Problem("reason", "Ghi lý do: 3 đến 500 chữ.")])
        }
        return reason
    }
}

extension Tx {
    fileprivate func forMerging(_ id: ID<Student>, _ visitor: Visitor) throws -> StudentRecord {
        guard let record = try student(id, scope: visitor.scope) else { throw Fault.notFound }
        return record
    }

    /// Tells where a learner is, so that rights and accounts follow.
    func tellPlace(of id: ID<Student>) throws {
        guard let place = try placeOf(student: id), let org = place.org else { return }
        try tell(EnrolmentChanged(student: id, org: org, classGroup: place.classGroup))
    }

    /// Nothing may hang on a record that is taken away again.
    fileprivate func refuseGrown(_ line: MergeLine) throws {
        guard let reason = try dependents(of: "student", line.other.raw) else { return }
        throw Fault.conflict(t("Không hoàn tác được: hồ sơ {} nay có thêm {}.", line.otherName, reason))
    }

    /// Brings the search index and the figures after rows that were put back.
    fileprivate func settle(_ line: MergeLine, _ touched: [(table: LedgerTable, key: Kept, now: [KeptRow])]) throws {
        for student in [line.kept, line.other] { try reindex("student", student.raw) }
        var places = StayPlaces()
        // What a class counts of a learner hangs on the record too: every stay of both is counted anew.
        for student in [line.kept, line.other] { places.add(try enrolments(of: student, scope: .everything)) }
        for change in touched where change.table.entity == "enrolment" { places.add(change.now + change.key.rows) }
        for change in touched where change.table.entity == "student" { places.addClasses(change.now + change.key.rows) }
        try places.recount(self)
    }
}

/// The classes and schools whose figures hang on some stays.
struct StayPlaces {
    private var classes: Set<ID<ClassGroup>> = [], loose: [ID<Org>: Set<SchoolYear>] = [:]

    mutating func add(_ stays: [EnrolmentRecord]) {
        for stay in stays {
            if let group = stay.classGroup {
                classes.insert(group)
            } else {
                loose[stay.org, default: []].insert(stay.year)
            }
        }
    }

    /// Stays as the ledger keeps them.
    mutating func add(_ rows: [KeptRow]) {
        for row in rows {
            guard row.count > 4, let org = row[2].flatMap({ Int64($0) }) else { continue }
            if let group = row[3].flatMap({ Int64($0) }) {
                classes.insert(ID(stored: group))
            } else if let year = row[4].flatMap({ Int($0) }).flatMap({ SchoolYear(start: $0) }) {
                loose[ID(stored: org), default: []].insert(year)
            }
        }
    }

    /// The classes that records were in: what a class counts of them may have changed.
    mutating func addClasses(_ rows: [KeptRow]) {
        guard let place = LedgerTable.student.columns.firstIndex(where: { $0.name == "class_id" }) else { return }
        for row in rows { if let group = row[place].flatMap({ Int64($0) }) { classes.insert(ID(stored: group)) } }
    }

    func recount(_ tx: Tx) throws {
        try tx.recount(classes: classes.sorted())
        for (org, years) in loose { for year in years { try tx.recountSchool(org, year: year) } }
    }
}

/// One merge being carried out.
private struct OneOfTwo {
    let tx: Tx, plan: MergePlan, kept: StudentRecord, given: StudentRecord
    var ledger: MergeLedger
    /// Where the learner is in the end.
    private(set) var org: ID<Org>?

    init(tx: Tx, plan: MergePlan, kept: StudentRecord, given: StudentRecord, ledger: MergeLedger) {
        (self.tx, self.plan, self.kept, self.given, self.ledger) = (tx, plan, kept, given, ledger)
        org = kept.org
    }

    mutating func run(pair: ID<Duplicate>?, _ tables: [PersonTable]) throws -> Details {
        var places = StayPlaces(), moved = Details()
        places.add(try tx.enrolments(of: kept.id, scope: .everything) + tx.enrolments(of: given.id, scope: .everything))
        let standing = try standing()
        moved["stays"] = String(try tx.moveStays(from: given.id, to: kept.id, &ledger))
        moved["guardians"] = String(
            try tx.moveGuardians(from: given.id, to: kept.id, leaving: plan.leaving, &ledger))
        moved["policies"] = String(try tx.movePolicies(from: given.id, to: kept.id, &ledger))
        moved["documents"] = String(try tx.moveDocuments(from: given.id, to: kept.id, &ledger))
        moved["identifiers"] = String(try tx.moveIdentifiers(from: given.id, to: kept.id, &ledger))
        try tx.moveTransfers(from: given.id, to: kept.id, &ledger)
        for table in tables {
            moved[table.name] = String(try tx.follow(table, from: given.id, to: kept.id, &ledger))
        }
        let parts = try tx.sealedParts(of: given.id)
        try tx.giveUp(given, for: kept.id, pair: pair, &ledger)
        try write(parts, standing)
        try places.recount(tx)
        return moved
    }

    /// Whose place of today holds: of two who learn the one chosen, else the one who does.
    private mutating func standing() throws -> StudentRecord {
        let stays = (kept: try tx.openStay(of: kept.id), given: try tx.openStay(of: given.id))
        switch (stays.kept, stays.given) {
        case (let one?, let other?):
            let isKept = plan.place == .kept
            try tx.end(isKept ? other : one, plan.stay, last: tx.today.adding(-1), &ledger)
            return isKept ? kept : given
        case (nil, .some): return given
        case (.some, nil): return kept
        case (nil, nil): return try hasLaterStay() ? given : kept
        }
    }

    private func hasLaterStay() throws -> Bool {
        func last(_ id: ID<Student>) throws -> Day? {
            try tx.enrolments(of: id, scope: .everything).first?.period.last
        }
        guard let other = try last(given.id) else { return false }
        return try last(kept.id).map { $0 < other } ?? true
    }

    /// Writes the kept record: the fields chosen, the number, the photo, the place.
    private mutating func write(_ parts: (number: SealedPersonalID, photo: [UInt8]?)?, _ standing: StudentRecord) throws
    {
        let changes = Merging.changes(kept.values, given.values, taking: plan.fromGiven).filter { $0.key != "status" }
        let subject = Subject.student(kept.id, org: standing.org)
        for change in changes { try tx.changed(subject, change) }
        try tx.changed(subject, "merged-record", from: nil, to: given.code)
        let home = !plan.fromGiven.isDisjoint(with: ["current_commune", "permanent_commune"]) || kept.residence == nil
        org = standing.org
        let (tx, plan, kept, given) = (tx, plan, kept, given)
        try ledger.changing(.student, kept.id) {
            try tx.update(kept, changes, residence: home ? given.residence : nil, isCounted: false)
            if let parts { try take(parts, of: kept, plan, tx, subject) }
            if let org = standing.org {
                try tx.setPlace(
                    of: kept.id, org: org, classGroup: standing.classGroup, level: standing.level,
                    grade: standing.grade,
                    status: standing.status)
            }
        }
        try tx.tellPlace(of: kept.id)
    }
}

/// The number and the photo: what the kept record lacks it takes, of two the one chosen.
private func take(
    _ parts: (number: SealedPersonalID, photo: [UInt8]?), of kept: StudentRecord, _ plan: MergePlan, _ tx: Tx,
    _ subject: Subject
) throws {
    if parts.number.blind != nil, !kept.hasPersonalID || plan.fromGiven.contains("personal_id") {
        try tx.setNumber(parts.number, of: kept.id)
        try tx.changed(subject, "personal_id", from: kept.hasPersonalID ? "********" : "", to: "********")
    }
    if let photo = parts.photo, kept.photo == nil || plan.fromGiven.contains("photo") {
        try tx.setPhoto(photo, ofStudent: kept.id)
        try tx.changed(subject, "photo", from: kept.photo?.hex, to: photo.hex)
    }
}
