import Base
import Storage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Counts as of a day, read from the stays and the tree of that day: slower than the kept totals, and true for any day.
extension Tx {
    /// Learners under a unit on a day by one dimension, the most first.
    public func countsAsOf(_ day: Day, of org: ID<Org>, by dimension: Dimension, scope: Scope) throws -> [Figure] {
        let counted = Counted(dimension, on: day)
        return try all(
            """
            SELECT \(sql: counted.value), \(sql: counted.total), \(sql: counted.female)
            FROM registry_enrolment e JOIN registry_student s ON s.id = e.student_id \(sql: counted.joins)
            WHERE \(sql: stays(on: day, scope)) AND \(sql: below(org, "e.org_id", on: day)) GROUP BY 1 ORDER BY 2 DESC, 1
            """
        ) { Figure(value: try $0(), total: try $0(), female: try $0()) }
    }

    /// The units right below one on a day, with what they counted on it.
    public func unitsAsOf(_ day: Day, of org: ID<Org>, scope: Scope) throws -> [UnitFigures] {
        let lines = try children(of: org, on: day, scope: scope)
        guard !lines.isEmpty else { return [] }
        var learners: [ID<Org>: (total: Int, female: Int, classes: Int)] = [:]
        try each(
            """
            SELECT p.ancestor_id, COUNT(*), SUM(CASE WHEN s.sex = 'female' THEN 1 ELSE 0 END), COUNT(DISTINCT e.class_id)
            FROM registry_enrolment e JOIN registry_student s ON s.id = e.student_id JOIN registry_org_path p ON p.org_id = e.org_id
            WHERE p.ancestor_id IN \(list: lines.map(\.id)) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            AND \(sql: stays(on: day, scope)) GROUP BY p.ancestor_id
            """
        ) { row in learners[try row()] = (try row(), try row(), try row()) }
        var staff: [ID<Org>: Int] = [:]
        try each(
            """
            SELECT p.ancestor_id, COUNT(DISTINCT w.staff_id) FROM registry_post w JOIN registry_org_path p ON p.org_id = w.org_id
            WHERE p.ancestor_id IN \(list: lines.map(\.id)) AND p.valid_from <= \(day) AND p.valid_to >= \(day) AND w.is_main = 1
            AND w.valid_from <= \(day) AND w.valid_to >= \(day) AND \(sql: within(scope, "w.org_id", on: day)) GROUP BY p.ancestor_id
            """
        ) { row in staff[try row()] = try row() }
        return try lines.map { line in
            let sum = learners[line.id] ?? (0, 0, 0)
            return UnitFigures(
                id: line.id, name: line.name, kind: line.kind, isInstitution: line.isInstitution, levels: line.levels,
                students: sum.total, female: sum.female, classes: sum.classes,
                institutions: try institutionCounts(of: line.id, on: day, scope: scope).institutions,
                staff: staff[line.id] ?? 0)
        }
    }

    private func stays(on day: Day, _ scope: Scope) -> SQL {
        """
        e.kind = 'main' AND e.year = \(SchoolYear(of: day)) AND e.valid_from <= \(day) AND e.valid_to >= \(day)
        AND \(sql: dated(scope, on: day))
        """
    }

    /// The freezes of a unit and of those below it, newest first.
    public func freezes(scope: Scope, limit: Int = 100) throws -> [FreezeLine] {
        try all(
            """
            SELECT f.id, f.title, f.on_day, f.org_id, o.name, f.at FROM registry_freeze f LEFT JOIN registry_org o ON o.id = f.org_id
            WHERE \(scope, on: "f.org_id") ORDER BY f.id DESC LIMIT \(limit)
            """
        ) { row in
            FreezeLine(
                id: try row(), title: try row(), day: try row(), org: try row(), orgName: try row(), at: try row())
        }
    }

    /// A freeze with its figures.
    public func freeze(_ id: ID<Freeze>, scope: Scope) throws -> (line: FreezeLine, figures: FrozenFigures)? {
        try one(
            """
            SELECT f.id, f.title, f.on_day, f.org_id, o.name, f.at, f.body
            FROM registry_freeze f LEFT JOIN registry_org o ON o.id = f.org_id WHERE f.id = \(id) AND \(scope, on: "f.org_id")
            """
        ) { row in
            let line = FreezeLine(
                id: try row(), title: try row(), day: try row(), org: try row(), orgName: try row(), at: try row())
            return (line, try JSONDecoder().decode(FrozenFigures.self, from: Data(try row(String.self).utf8)))
        }
    }

    /// Everything that a freeze keeps: the units, the institutions, learners by every dimension.
    public func frozenFigures(of org: ID<Org>, on day: Day, scope: Scope) throws -> FrozenFigures {
        var figures: [String: [Figure]] = [:]
        for dimension in Dimension.kept {
            figures[dimension.rawValue] = try countsAsOf(day, of: org, by: dimension, scope: scope)
        }
        return FrozenFigures(
            day: day, org: org, orgName: try orgName(org, on: day) ?? orgName(org) ?? "",
            units: try unitsAsOf(day, of: org, scope: scope),
            institutions: try institutionCounts(of: org, on: day, scope: scope), figures: figures)
    }

    func insertFreeze(_ title: String, _ figures: FrozenFigures, account: ID<Account>?) throws -> ID<Freeze> {
        let id = newID(Freeze.self)
        let body = String(decoding: try JSONEncoder().encode(figures), as: UTF8.self)
        try exec(
            """
            INSERT INTO registry_freeze (id, title, on_day, org_id, filter, body, at, account_id)
            VALUES (\(id), \(title), \(figures.day), \(figures.org), '', \(body), \(now), \(account))
            """)
        return id
    }
}
