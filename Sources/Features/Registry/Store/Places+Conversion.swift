import Base
import Storage

/// What a change of the country's division asks of the tree.
extension Tx {
    /// The institutions within reach that live on a day.
    func institutions(livingOn day: Day, scope: Scope) throws -> [OrgRecord] {
        try all(
            """
            SELECT \(sql: OrgRecord.columns) FROM registry_org o WHERE o.is_institution = 1 AND o.opened_on < \(day) AND o.closed_on >= \(day)
            AND \(scope, on: "o.id") ORDER BY o.id
            """, OrgRecord.init)
    }

    /// Where a unit stood on a day.
    func place(of org: ID<Org>, on day: Day) throws -> PlaceRecord? {
        try one(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_org_located l JOIN registry_place p ON p.id = l.place_id
            WHERE l.org_id = \(org) AND l.valid_from <= \(day) AND l.valid_to >= \(day)
            """, PlaceRecord.init)
    }

    /// Who managed a unit on a day.
    func manager(of org: ID<Org>, on day: Day) throws -> ID<Org>? {
        try value(
            "SELECT parent_id FROM registry_org_managed WHERE org_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)"
        )
    }

    /// The office that stands in a place on a day.
    func office(at place: ID<Place>, on day: Day) throws -> ID<Org>? {
        try value(
            """
            SELECT o.id FROM registry_org_located l JOIN registry_org o ON o.id = l.org_id WHERE l.place_id = \(place)
            AND l.valid_from <= \(day) AND l.valid_to >= \(day) AND o.is_institution = 0 AND o.opened_on <= \(day) AND o.closed_on >= \(day)
            ORDER BY o.id LIMIT 1
            """)
    }

    func isManagingNobody(_ org: ID<Org>, on day: Day) throws -> Bool {
        try !exists(
            "SELECT 1 FROM registry_org_managed WHERE parent_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)"
        )
    }
}
