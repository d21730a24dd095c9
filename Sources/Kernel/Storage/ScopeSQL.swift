import Base

/// The columns of a query that say to whom a row belongs; the most telling one present is used.
public struct Belongs: Sendable {
    let org: String?, classGroup: String?, student: String?, level: String?

    /// Column names written by the room itself, such as `"s.org_id"`.
    public init(
        org: StaticString? = nil, classGroup: StaticString? = nil, student: StaticString? = nil,
        level: StaticString? = nil
    ) {
        self.org = org?.description
        self.classGroup = classGroup?.description
        self.student = student?.description
        self.level = level?.description
    }
}

extension SQL.Pieces {
    /// The visitor's scope as a condition: the only way to make a list (law 7 of the house).
    public mutating func appendInterpolation(_ scope: Scope, on columns: Belongs) {
        appendInterpolation(sql: scope.condition(on: columns))
    }

    /// The same for a query whose rows belong to a unit alone.
    public mutating func appendInterpolation(_ scope: Scope, on org: StaticString) {
        appendInterpolation(sql: scope.condition(on: Belongs(org: org)))
    }
}

extension Scope {
    func condition(on columns: Belongs) -> SQL {
        let reach = reachCondition(on: columns)
        guard let levels else { return reach }
        if let level = columns.level { return "(\(sql: reach) AND \(sql: SQL(trusted: level)) IN \(list: levels))" }
        guard let org = columns.org else { return reach }
        return "(\(sql: reach) AND \(sql: Scope.teaches(levels, SQL(trusted: org))))"
    }

    /// Rows that have no level of their own, such as staff: those of units that teach one of the levels, and of offices,
    /// which teach none.
    private static func teaches(_ levels: [Level], _ org: SQL) -> SQL {
        """
        (\(sql: org) IN (SELECT l.org_id FROM registry_org_level l WHERE l.level IN \(list: levels)) \
        OR NOT EXISTS (SELECT 1 FROM registry_org_level l WHERE l.org_id = \(sql: org)))
        """
    }

    private func reachCondition(on columns: Belongs) -> SQL {
        switch reach {
        case .everything: return "1 = 1"
        case .nothing: return "1 = 0"
        case .tree(let orgs):
            guard let org = columns.org else { return "1 = 0" }
            return """
                \(sql: SQL(trusted: org)) IN (SELECT p.org_id FROM registry_org_path p \
                WHERE p.ancestor_id IN \(list: orgs) AND p.valid_to = '2200-12-31')
                """
        case .institutions(let orgs):
            return Scope.isIn(columns.org, orgs)
        case .classes(let classes, let orgs):
            return columns.classGroup != nil
                ? Scope.isIn(columns.classGroup, classes)
                : columns.student != nil ? "1 = 0" : Scope.isIn(columns.org, orgs)
        case .students(let students, let classes, let orgs):
            return columns.student != nil
                ? Scope.isIn(columns.student, students)
                : columns.classGroup != nil ? Scope.isIn(columns.classGroup, classes) : Scope.isIn(columns.org, orgs)
        }
    }

    private static func isIn(_ column: String?, _ ids: [some Bindable]) -> SQL {
        guard let column, !ids.isEmpty else { return "1 = 0" }
        return "\(sql: SQL(trusted: column)) IN \(list: ids)"
    }
}
