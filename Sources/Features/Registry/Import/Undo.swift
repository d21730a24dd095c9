import Base
import Facts
import Storage
import Work

extension Registry {
    /// Takes an import back, record by record from its last; nothing of it when somebody changed one since. Answers how many records.
    public static func undo(_ batch: ID<Batch>, by visitor: Visitor, in db: any Database) async throws -> Int {
        try visitor.must(.importFiles)
        return try await db.write(
            as: visitor, "registry.import.undo", on: Subject("batch", batch.raw, org: visitor.org)
        ) { tx in
            guard let row = try tx.batch(batch), visitor.scope.reach == .everything || row.account == visitor.account
            else { throw Fault.notFound }
            guard row.undoneAt == nil else { throw Fault.conflict(t("Lô {} đã được hoàn tác.", batch)) }
            try refuseLaterChanges(of: batch, tx)
            var undoing = Undoing(tx)
            try undoing.run(batch)
            try tx.markUndone(batch)
            let count = undoing.records
            tx.audit(note: "\(row.kind) records \(count)")
            return count
        }
    }

    /// When an import was taken back; nothing while it stands.
    public static func undoneAt(_ batch: ID<Batch>, in db: any Database) async throws -> Int64? {
        try await db.read { tx in try tx.batch(batch)?.undoneAt }
    }

    /// Takes back what jobs that were cancelled or given up have left behind; what cannot go is left for a person.
    static func undoAbandoned(in db: any Database) async throws {
        for batch in try await db.read({ tx in try tx.abandonedBatches() }) {
            do { _ = try await undo(batch, by: .job("registry.import"), in: db) } catch is Fault {}
        }
    }

    private static func refuseLaterChanges(of batch: ID<Batch>, _ tx: Tx) throws {
        let names = try LedgerTable.all.flatMap { try tx.changedSince(batch, $0) } + tx.mergedSince(batch)
        guard !names.isEmpty else { return }
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? "…" : "")
        throw Fault.conflict(t("Không hoàn tác được lô {}: đã có thay đổi sau đó ở {}.", batch, shown))
    }
}

/// One batch being taken back.
private struct Undoing {
    let tx: Tx
    private var touched: [String: Set<Int64>] = [:]
    private var tally = Tally()

    init(_ tx: Tx) { self.tx = tx }

    var records: Int {
        touched.filter {
            !["identifier", "org_name", "org_managed", "org_located", "org_level", "org_event"].contains($0.key)
        }
        .reduce(0) { $0 + $1.value.count }
    }

    mutating func run(_ batch: ID<Batch>) throws {
        var below = Int.max
        while true {
            let some = try tx.changes(of: batch, below: below)
            for change in some { try take(back: change) }
            guard let last = some.last else { break }
            below = last.number
        }
        try settle()
    }

    private mutating func take(back change: LedgerChange) throws {
        guard let table = LedgerTable.of(change.entity) else {
            throw Fault.conflict(t("Lô này do phiên bản khác ghi."))
        }
        let kept = try Kept(change.before), key = try kept.key.enumerated().map { try table.value($1, at: $0) }
        let now = try tx.kept(table, key)
        guard !now.isEmpty || !kept.rows.isEmpty else { return }
        let isFirstOfOthers =
            table.version == nil && change.after != 0 && !(touched[table.entity]?.contains(hash(kept.key)) ?? false)
        if isFirstOfOthers, table.fingerprint(now) != change.after, !table.isGroup { throw refusal(table, kept) }
        // What is still bound to other rows is put back below; what is deleted must be free.
        if kept.rows.isEmpty, !table.isGroup, table.keyed == 1,
            let id = kept.key.first.flatMap({ $0 }).flatMap({ Int64($0) }),
            let reason = try tx.dependents(of: table.entity, id)
        {
            throw Fault.conflict(t("Không hoàn tác được: “{}” nay có thêm {}.", try tx.label(of: table, id), reason))
        }
        note(table, kept, now)
        try tx.restore(table, kept)
    }

    private func refusal(_ table: LedgerTable, _ kept: Kept) -> Fault {
        let id = kept.key.first.flatMap { $0 }.flatMap { Int64($0) } ?? 0
        let name = (try? tx.label(of: table, id)) ?? t("một bản ghi")
        return .conflict(t("Không hoàn tác được: đã có thay đổi sau đó ở {}.", name))
    }

    private func hash(_ key: KeptRow) -> Int64 {
        key.count == 1 ? key[0].flatMap { Int64($0) } ?? 0 : Int64(key.hashValue)
    }

    /// Remembers what must be counted and indexed anew.
    private mutating func note(_ table: LedgerTable, _ kept: Kept, _ now: [KeptRow]) {
        touched[table.entity, default: []].insert(hash(kept.key))
        guard
            table.entity == "enrolment" || table.entity == "class" || table.entity == "student"
                || table.entity == "staff"
        else {
            if table.entity.hasPrefix("org_") || table.entity == "org" { tally.touchesTree = true }
            return
        }
        for row in now + kept.rows {
            func number(_ name: String) -> Int64? {
                table.columns.firstIndex { $0.name == name }.flatMap { row[$0] }.flatMap { Int64($0) }
            }
            let group = table.entity == "class" ? number("id") : number("class_id"), org = number("org_id")
            if let group { tally.classes.insert(ID(stored: group)) }
            let year = number("year").flatMap { SchoolYear(start: Int($0)) } ?? SchoolYear(of: tx.today)
            if let org { tally.schools.insert(Tally.SchoolOfYear(org: ID(stored: org), year: year)) }
        }
    }

    private mutating func settle() throws {
        if tally.touchesTree { try tx.rebuildPaths() }
        for entity in ["student", "staff", "guardian", "org"] {
            for id in touched[entity] ?? [] { try tx.reindex(entity, id) }
        }
        try tx.recount(tally, everything: false)
        for org in touched["org"] ?? [] where try !tx.exists("org", org) { try tx.forgetTotals(of: org) }
        if tally.touchesTree { for org in touched["org"] ?? [] { try tx.tell(TreeChanged(org: ID(stored: org))) } }
    }
}
