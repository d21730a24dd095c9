import Base
import Registry
import Storage
import Work

/// Looking over: a unit and all below it when somebody asks, the whole province every night, one record after it changed.
enum Jobs {
    static let kind = "quality.inspect-units"

    /// The key of the unit to look over; nothing is everything.
    static let inspect = Job("quality.inspect-units") { context in
        let org = ID<Org>(context.input)
        let orgs = try await context.db.read { tx in try tx.examinedOrgs(under: org, scope: .everything) }
        var changed = 0
        for (index, unit) in orgs.enumerated() {
            if index % 10 == 0 { try await context.report(index, of: orgs.count) }
            changed += try await Quality.inspect(unit, in: context.db)
        }
        try await context.report(orgs.count, of: orgs.count)
        if org == nil {
            try await context.db.commit { tx in
                try tx.endStrayFindings()
                try tx.forgetMended()
            }
        }
        return "{\"units\":\(orgs.count),\"changed\":\(changed)}"
    }

    /// Puts a look over a unit into the queue; an equal one that still waits is enough.
    static func order(_ org: ID<Org>?, by visitor: Visitor, _ tx: Tx) throws -> ID<JobRun> {
        let waiting = try tx.jobs(inState: "queued", limit: 50).first { $0.kind == kind && $0.input == org?.code ?? "" }
        return try waiting?.id ?? tx.enqueue(kind, input: org?.code ?? "", by: visitor)
    }

    /// Every night after three, once: the day of the last one is kept.
    static func nightly(_ db: any Database) async throws {
        let isDue = try await db.read { tx in
            try tx.now % 86_400_000 >= nightOfDay && tx.setting(nightSetting) != tx.today.iso
                || tx.setting(nightSetting) == nil
        }
        guard isDue else { return }
        try await db.commit { tx in
            guard try tx.setting(nightSetting) != tx.today.iso else { return }
            try tx.set(nightSetting, to: tx.today.iso)
            _ = try order(nil, by: .job("quality.nightly"), tx)
        }
    }

    private static let nightSetting: StaticString = "quality-night"
    /// Three in the morning in Việt Nam is eight in the evening of UTC's day before.
    private static let nightOfDay: Int64 = 20 * 3_600_000

    /// Goes on along the audit trail: what the register changed since the last time is looked at again.
    static func follow(_ db: any Database) async throws {
        let (mark, touched) = try await db.read { tx in
            let mark = try tx.setting(trailSetting).flatMap { Int64($0) }
            // An entry is as old as the beginning of its transaction: those of this second may not all be there yet.
            let last = try mark ?? tx.lastAuditEntry
            return (mark, try tx.touched(after: last, until: tx.now - 1000, room: "registry"))
        }
        guard touched.last != mark else { return }
        if touched.isBulk { _ = try await db.commit { tx in try order(nil, by: .job("quality.follow"), tx) } }
        for (kind, id) in try await records(touched.subjects, db) { try await Quality.inspect(kind, id, in: db) }
        try await db.commit { tx in try tx.set(trailSetting, to: String(touched.last)) }
    }

    /// The records to look at: who answers for learners stands for the learners.
    private static func records(_ subjects: [Subject], _ db: any Database) async throws -> [(Profile.Kind, Int64)] {
        let guardians = subjects.filter { $0.kind == "guardian" }.compactMap { $0.id.map { ID<Guardian>(stored: $0) } }
        let children =
            guardians.isEmpty
            ? []
            : try await db.read { tx in
                try guardians.flatMap {
                    try tx.children(of: $0, on: tx.today).map { (Profile.Kind.student, $0.student.raw) }
                }
            }
        return children
            + subjects.compactMap { subject in
                guard let kind = Profile.Kind(rawValue: subject.kind), let id = subject.id else { return nil }
                return (kind, id)
            }
    }

    private static let trailSetting: StaticString = "quality-trail"
}
