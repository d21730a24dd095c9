import Base
import Registry
import Storage

/// What one look at a unit, or at some of its records, has brought.
struct Look: Sendable {
    var found: [Found] = []
    /// The rules that were asked: the finds of others are left alone.
    var rules: Set<String> = []
    /// The records that were looked at; nothing is all of the unit.
    var subjects: Set<Int64>?
    /// How many records of each kind and level the unit has, when all were looked at.
    var sizes: [Size: Int] = [:]

    struct Size: Hashable, Sendable { let kind: Profile.Kind, level: Level? }
}

/// The row of a find that is there already.
private struct Standing {
    let id: ID<Finding>, org: ID<Org>, classGroup: Int64, level: String, severity: String, detail: String
    let state: FindingState, until: Day?
}

private struct FoundKey: Hashable { let rule: String, subject: Int64 }

extension Tx {
    /// Keeps what a look has brought: new finds, finds that are gone, finds that moved with their record. Answers how many rows changed.
    @discardableResult
    func keep(_ look: Look, of org: ID<Org>) throws -> Int {
        let standing = try standing(look, org)
        var fresh: [Found] = [], seen: Set<FoundKey> = [], changed = 0
        for found in look.found {
            let key = FoundKey(rule: found.rule, subject: found.subject)
            seen.insert(key)
            guard let old = standing[key] else {
                fresh.append(found)
                continue
            }
            if try renew(old, found, org) { changed += 1 }
        }
        let gone = standing.filter {
            !seen.contains($0.key) && $0.value.state != .mended && look.rules.contains($0.key.rule)
        }
        for part in gone.values.map(\.id).parts(of: 200) {
            try exec(
                """
                UPDATE quality_finding SET state = 'mended', ended_at = \(now), until = NULL WHERE id IN \(list: part)
                """)
        }
        for part in fresh.parts(of: 50) { try insert(part, org) }
        return changed + gone.count + fresh.count
    }

    private func standing(_ look: Look, _ org: ID<Org>) throws -> [FoundKey: Standing] {
        var out: [FoundKey: Standing] = [:]
        func take(_ condition: SQL) throws {
            try each(
                """
                SELECT f.rule, f.subject_id, f.id, f.org_id, f.class_id, f.level, f.severity, f.detail, f.state, f.until
                FROM quality_finding f WHERE \(sql: condition)
                """
            ) { row in
                let key = FoundKey(rule: try row(), subject: try row())
                out[key] = Standing(
                    id: try row(), org: try row(), classGroup: try row(), level: try row(), severity: try row(),
                    detail: try row(), state: try row(), until: try row())
            }
        }
        if let subjects = look.subjects {
            for part in Array(subjects).parts(of: 200) { try take("f.subject_id IN \(list: part)") }
            return out
        }
        try take("f.org_id = \(org) AND f.state IN ('open', 'waived', 'mended')")
        // A record that came from another unit brings its finds along.
        let strangers = Set(look.found.map(\.subject)).subtracting(out.keys.map(\.subject))
        for part in Array(strangers).parts(of: 200) { try take("f.subject_id IN \(list: part)") }
        return out
    }

    /// Brings a row that stands up to date; answers whether anything was to be done.
    private func renew(_ old: Standing, _ found: Found, _ org: ID<Org>) throws -> Bool {
        let isOver = old.state == .waived && old.until.map { $0 < today } == true
        let reopens = old.state == .mended || isOver
        let isSame =
            old.org == org && old.classGroup == found.classGroup?.raw ?? 0 && old.level == found.level?.rawValue ?? ""
            && old.severity == found.severity.rawValue && old.detail == found.detail
        if isSame, !reopens { return false }
        let again: SQL =
            reopens
            ? ", state = 'open', since = \(today), ended_at = NULL, reason = '', until = NULL, account_id = NULL"
            : .none
        try exec(
            """
            UPDATE quality_finding SET org_id = \(org), class_id = \(found.classGroup?.raw ?? 0), level = \(found.level?.rawValue ?? ""),
            severity = \(found.severity), detail = \(found.detail) \(sql: again) WHERE id = \(old.id)
            """)
        return true
    }

    private func insert(_ some: [Found], _ org: ID<Org>) throws {
        let rows = some.map { found -> SQL in
            """
            (\(newID(Finding.self)), \(found.rule), \(found.kind), \(found.subject), \(org), \(found.classGroup?.raw ?? 0),
            \(found.level?.rawValue ?? ""), \(found.severity), \(found.detail), \(today), 'open', '')
            """
        }
        try exec(
            """
            INSERT INTO quality_finding (id, rule, subject_kind, subject_id, org_id, class_id, level, severity, detail, since, state, reason)
            VALUES \(sql: rows.joined(", ")) ON CONFLICT (rule, subject_kind, subject_id) DO UPDATE SET
            org_id = excluded.org_id, class_id = excluded.class_id, level = excluded.level, detail = excluded.detail
            """)
    }

    /// Finds of units that are no more, or of records that nobody looks at any more, are over.
    func endStrayFindings() throws {
        try exec(
            """
            UPDATE quality_finding SET state = 'mended', ended_at = \(now) WHERE state <> 'mended'
            AND org_id NOT IN (SELECT p.org_id FROM registry_org_path p WHERE p.valid_to = '2200-12-31')
            """)
    }

    /// Finds that have been mended for a year and a day are forgotten: the trend has them.
    func forgetMended() throws {
        try exec("DELETE FROM quality_finding WHERE state = 'mended' AND ended_at < \(now - 366 * 86_400_000)")
    }
}

extension Array {
    /// The array in pieces of at most so many.
    func parts(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
