import Base
import Registry
import Storage
import Work

/// The room's work: looking over units and records, and keeping what stands against them.
public enum Quality {
    /// Looks over every record of one unit; answers how many finds changed. Reads first, then writes in one short transaction.
    @discardableResult
    public static func inspect(_ org: ID<Org>, in db: any Database) async throws -> Int {
        try await inspect(org, in: db, .current)
    }

    static func inspect(_ org: ID<Org>, in db: any Database, _ catalogues: Catalogues) async throws -> Int {
        let rules = Rule.read(catalogues)
        let look = try await db.read { tx in
            let all = try profiles(of: org, tx)
            return Quality.look(at: all, by: rules, Yardstick(catalogues, today: tx.today))
        }
        return try await db.commit { tx in
            let changed = try tx.keep(look, of: org)
            try tx.noteLook(at: org, look.sizes)
            try tx.recountFindings(of: org)
            return changed
        }
    }

    /// Looks at one record again after it changed, with the classes and the unit itself, whose counts hang on it.
    public static func inspect(_ kind: ExaminedRecord.Kind, _ id: Int64, in db: any Database) async throws {
        try await inspect(kind, id, in: db, .current)
    }

    static func inspect(_ kind: ExaminedRecord.Kind, _ id: Int64, in db: any Database, _ catalogues: Catalogues)
        async throws
    {
        let rules = Rule.read(catalogues).filter { !$0.check.isAcross }
        let seen = try await db.read { tx -> (org: ID<Org>, look: Look)? in
            guard let org = try tx.examinedOrg(of: kind, id) else { return nil }
            var all = try tx.examineClasses(of: org, scope: .everything)
            all += try tx.examineOrg(org, scope: .everything).map { [$0] } ?? []
            if kind == .student { all += try tx.examineStudents(of: org, only: id, scope: .everything) }
            if kind == .staff { all += try tx.examineStaff(of: org, only: id, scope: .everything) }
            var look = Quality.look(at: all, by: rules, Yardstick(catalogues, today: tx.today))
            look.subjects = Set(all.map(\.id) + [id])
            return (org, look)
        }
        guard let (org, look) = seen else { return }
        try await db.commit { tx in
            if try tx.keep(look, of: org) > 0 { try tx.recountFindings(of: org) }
        }
    }

    private static func profiles(of org: ID<Org>, _ tx: Tx) throws -> [Profile] {
        let unit = try tx.examineOrg(org, scope: .everything).map { [$0] } ?? []
        return try tx.examineStudents(of: org, scope: .everything) + tx.examineStaff(of: org, scope: .everything)
            + tx.examineClasses(of: org, scope: .everything) + unit
    }

    /// Asks every rule about every record.
    static func look(at profiles: [Profile], by rules: [Rule], _ yardstick: Yardstick) -> Look {
        let byKind = Dictionary(grouping: rules.filter { $0.isValid(on: yardstick.today) }, by: \.kind)
        let measure = yardstick.comparing(profiles, by: rules)
        var out = Look()
        out.rules = Set(rules.map(\.id))
        for profile in profiles {
            out.sizes[Look.Size(kind: profile.kind, level: profile.level), default: 0] += 1
            for rule in byKind[profile.kind] ?? [] {
                guard let detail = rule.find(at: profile, measure) else { continue }
                out.found.append(
                    Found(
                        rule: rule.id, kind: profile.kind, subject: profile.id, classGroup: profile.classGroup,
                        level: profile.level, severity: rule.severity, detail: detail))
            }
        }
        return out
    }
}
