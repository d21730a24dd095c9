import Base
import Storage
import Work

/// One file or bundle being brought in: its key, its asker, and what became of its rows so far.
struct ImportBatch: Sendable {
    let id: ID<Batch>
    let request: ImportRequest
    /// When it began: a record made since then is the batch's own.
    var startedAt: Int64 = 0
    /// How many rows of the register it has touched.
    var number = 0
    var tally = Tally()

    var visitor: Visitor { request.visitor }
    var scope: Scope { request.visitor.scope }
}

/// What became of rows, and which figures have to be counted anew.
struct Tally: Sendable {
    var report = ImportReport()
    var classes: Set<ID<ClassGroup>> = []
    var schools: Set<SchoolOfYear> = []
    /// Units were made or moved: the closure of the tree is stale.
    var touchesTree = false
    private var warned: [String: Int] = [:]
    private static let mostWarnings = 100
    private static let mostSamples = 50

    struct SchoolOfYear: Hashable, Sendable { let org: ID<Org>, year: SchoolYear }

    /// Counts a row; the first of each kind and fate are kept to be shown.
    mutating func count(
        _ fate: Fate, of entity: String, _ place: (file: String, row: Int)? = nil,
        _ text: @autoclosure () -> String = ""
    ) {
        report.read += 1
        if let place, fate == .created || fate == .updated {
            let isNew = fate == .created
            if (isNew ? report.created : report.updated)[entity, default: 0] < Tally.mostSamples {
                let sample = ImportSample(
                    entity: entity, isNew: isNew, file: place.file, row: place.row, text: String(text().prefix(120)))
                report.samples = (report.samples ?? []) + [sample]
            }
        }
        switch fate {
        case .created: report.created[entity, default: 0] += 1
        case .updated: report.updated[entity, default: 0] += 1
        case .unchanged: report.unchanged[entity, default: 0] += 1
        case .rejected(let row): report.rejected.append(row)
        }
    }

    /// Keeps a doubt; of one kind a hundred are told, the others only counted.
    mutating func warn(_ kind: String, _ sentence: String) {
        warned[kind, default: 0] += 1
        if warned[kind, default: 0] <= Tally.mostWarnings { report.warnings.append(sentence) }
    }

    mutating func add(_ other: Tally) {
        report.read += other.report.read
        report.created.merge(other.report.created, uniquingKeysWith: +)
        report.updated.merge(other.report.updated, uniquingKeysWith: +)
        report.unchanged.merge(other.report.unchanged, uniquingKeysWith: +)
        report.rejected += other.report.rejected
        addSamples(of: other)
        classes.formUnion(other.classes)
        schools.formUnion(other.schools)
        for warning in other.report.warnings where report.warnings.count < 1000 { report.warnings.append(warning) }
        warned.merge(other.warned, uniquingKeysWith: +)
    }

    private mutating func addSamples(of other: Tally) {
        for sample in other.report.samples ?? [] {
            let same = report.samples?.count { $0.entity == sample.entity && $0.isNew == sample.isNew } ?? 0
            if same < Tally.mostSamples { report.samples = (report.samples ?? []) + [sample] }
        }
    }

    /// The report with a line for the doubts that were only counted.
    var closed: ImportReport {
        var report = report
        let told = report.warnings.count, all = warned.values.reduce(0, +)
        if all > told { report.warnings.append(t("Còn {} lưu ý cùng loại không liệt kê.", all - told)) }
        return report
    }
}

/// What became of one row.
enum Fate: Sendable, Equatable { case created, updated, unchanged, rejected(Rejected) }

/// A batch as it is kept.
struct BatchRow: Sendable {
    let id: ID<Batch>, kind: String, account: ID<Account>?, undoneAt: Int64?, report: String

    var isFinished: Bool { undoneAt == nil && ![Tx.unfinished, Tx.interrupted].contains(report) }
}

extension Tx {
    static let unfinished = "unfinished"
    fileprivate static let interrupted = "interrupted"

    func begin(_ batch: ImportBatch, kind: String) throws {
        try exec(
            """
            INSERT INTO work_batch (id, kind, at, account_id, org_id, report)
            VALUES (\(batch.id), \(kind), \(now), \(batch.visitor.account), \(batch.request.org ?? batch.visitor.org), \(Tx.unfinished))
            """)
    }

    func finish(_ batch: ID<Batch>, report: String) throws {
        try exec("UPDATE work_batch SET report = \(report) WHERE id = \(batch)")
    }

    func batch(_ id: ID<Batch>) throws -> BatchRow? {
        try one("SELECT id, kind, account_id, undone_at, report FROM work_batch WHERE id = \(id)") {
            BatchRow(id: try $0(), kind: try $0(), account: try $0(), undoneAt: try $0(), report: try $0())
        }
    }

    /// Whether an earlier import was cut off: its figures may never have been counted.
    func noteInterrupted(before batch: ID<Batch>) throws -> Bool {
        try exec(
            """
            UPDATE work_batch SET report = \(Tx.interrupted)
            WHERE report = \(Tx.unfinished) AND undone_at IS NULL AND id < \(batch)
            """) > 0
    }

    /// Drops a batch and what is kept of its changes: it begins anew under the same key.
    func forget(_ batch: ID<Batch>) throws {
        try exec("DELETE FROM registry_batch_change WHERE batch_id = \(batch)")
        try exec("DELETE FROM work_batch WHERE id = \(batch)")
    }

    /// Batches whose job has ended without them: the process fell while it was taking them back.
    func abandonedBatches() throws -> [ID<Batch>] {
        try all(
            """
            SELECT b.id FROM work_batch b JOIN work_job j ON j.id = b.id
            WHERE b.report IN \(list: [Tx.unfinished, Tx.interrupted]) AND b.undone_at IS NULL
            AND j.state IN ('cancelled', 'failed') AND j.lease_until < \(now) ORDER BY b.id
            """)
    }

    func markUndone(_ batch: ID<Batch>) throws {
        try exec("UPDATE work_batch SET undone_at = \(now) WHERE id = \(batch)")
    }

    /// Counts anew what a batch touched: class by class while they are few, whole years otherwise.
    func recount(_ tally: Tally, everything: Bool) throws {
        if everything { return try countedYears().forEach(recountAll) }
        guard tally.classes.count + tally.schools.count > 300 else {
            try recount(classes: Array(tally.classes))
            for school in tally.schools { try recountSchool(school.org, year: school.year) }
            return
        }
        let years = Set(tally.schools.map(\.year)).union(try years(of: tally.classes))
        for year in years { try recountAll(year) }
    }

    private func years(of classes: Set<ID<ClassGroup>>) throws -> Set<SchoolYear> {
        let known: [SchoolYear] = classes.isEmpty ? [] : try all("SELECT DISTINCT year FROM registry_class")
        return Set(known)
    }

    private func countedYears() throws -> [SchoolYear] {
        try all(
            "SELECT year FROM registry_class UNION SELECT year FROM registry_enrolment UNION SELECT year FROM registry_total"
        )
    }

    /// The number of changes kept for a batch so far.
    func changeCount(of batch: ID<Batch>) throws -> Int {
        try count("SELECT MAX(number) FROM registry_batch_change WHERE batch_id = \(batch)")
    }

    /// The key of a unit by its code or the ministry's, for the command line.
    public func org(code: String) throws -> ID<Org>? { try org(code: code, scope: .everything)?.id }
}
