import Base
import Storage

extension Tx {
    /// A condition for units that stood, on any day, below those of the visitor: closed schools stay readable to their managers.
    func everIn(_ scope: Scope, _ org: StaticString) -> SQL {
        guard case .tree(let orgs) = scope.reach else { return "1 = 0" }
        return
            "\(sql: Tx.column(org)) IN (SELECT p.org_id FROM registry_org_path p WHERE p.ancestor_id IN \(list: orgs))"
    }

    /// The scope as of a day: what is the visitor's today, and what stood below the visitor's units on that day.
    func within(_ scope: Scope, _ org: StaticString, on day: Day) -> SQL {
        guard case .tree(let orgs) = scope.reach else { return "\(scope, on: org)" }
        return """
            (\(scope, on: org) OR \(sql: Tx.column(org)) IN (SELECT p.org_id FROM registry_org_path p
            WHERE p.ancestor_id IN \(list: orgs) AND p.valid_from <= \(day) AND p.valid_to >= \(day)))
            """
    }

    /// The units at or below one on a day, as a condition.
    func below(_ org: ID<Org>, _ column: StaticString, on day: Day) -> SQL {
        """
        \(sql: Tx.column(column)) IN (SELECT p.org_id FROM registry_org_path p
        WHERE p.ancestor_id = \(org) AND p.valid_from <= \(day) AND p.valid_to >= \(day))
        """
    }

    /// The name of a column, written in the source.
    static func column(_ name: StaticString) -> SQL { SQL(stringLiteral: name.description) }
}
