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
            SELECT f.id, f.title, f.on_day, f.filter, f.org_id, o.name, f.at FROM registry_freeze f LEFT JOIN registry_org o ON o.id = f.org_id
            WHERE \(scope, on: "f.org_id") ORDER BY f.id DESC LIMIT \(limit)
            """
        ) { row in
            try FreezeLine(&row)
        }
    }

    /// A freeze with its figures.
    public func freeze(_ id: ID<Freeze>, scope: Scope) throws -> (line: FreezeLine, figures: FrozenFigures)? {
        try one(
            """
            SELECT f.id, f.title, f.on_day, f.filter, f.org_id, o.name, f.at, f.body
            FROM registry_freeze f LEFT JOIN registry_org o ON o.id = f.org_id WHERE f.id = \(id) AND \(scope, on: "f.org_id")
            """
        ) { row in
            let line = try FreezeLine(&row)
            return (line, try JSONDecoder().decode(FrozenFigures.self, from: Data(try row(String.self).utf8)))
        }
    }

    /// Everything that a freeze keeps, counted record by record under a filter: the units or classes below, each dimension.
    public func frozenFigures(of org: OrgRecord, on day: Day, scope: Scope) throws -> FrozenFigures {
        try frozenFigures(of: org, on: day, filter: FigureFilter(), inUse: nil, scope: scope)
    }

    func frozenFigures(
        of org: OrgRecord, on day: Day, filter: FigureFilter, inUse: [ID<Org>: InUse]?, scope: Scope
    ) throws -> FrozenFigures {
        var set = try countedFigures(of: org.id, .day(day), filter: filter, scope: scope, on: day)
        if let inUse, day == today { try addUse(inUse, to: &set, of: org.id, year: SchoolYear(of: day), scope: scope) }
        let classes =
            org.isInstitution
            ? try self.classes(of: org.id, year: SchoolYear(of: day), scope: scope, level: filter.level) : []
        let name = try orgName(org.id, on: day) ?? org.name
        return FrozenFigures(set, of: org.id, named: name, on: day, classes: classes)
    }

    func insertFreeze(
        _ title: String, _ figures: FrozenFigures, _ filter: FigureFilter, account: ID<Account>?
    ) throws -> ID<Freeze> {
        let id = newID(Freeze.self)
        let body = String(decoding: try JSONEncoder().encode(figures), as: UTF8.self)
        try exec(
            """
            INSERT INTO registry_freeze (id, title, on_day, org_id, filter, body, at, account_id)
            VALUES (\(id), \(title), \(figures.day), \(figures.org), \(filter.text), \(body), \(now), \(account))
            """)
        return id
    }
}

extension FreezeLine {
    init(_ row: inout Row) throws {
        (id, title, day, filter) = (try row(), try row(), try row(), try row())
        (org, orgName, at) = (try row(), try row(), try row())
    }
}
