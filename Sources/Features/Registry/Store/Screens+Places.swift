import Base
import Storage

/// A place in the catalogue's list, with what it came from or went over into.
struct PlaceRow: Sendable {
    let place: PlaceRecord
    /// The names on the other side of the change: predecessors of a living place, successors of one that is gone.
    var others: [String] = []
}

extension Tx {
    /// The provinces that have places below them on a day.
    func provinces(on day: Day) throws -> [PlaceRecord] {
        try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p WHERE p.tier = 'province' AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            AND EXISTS (SELECT 1 FROM registry_place c WHERE c.parent_code = p.code AND c.tier <> 'province') ORDER BY p.name_key, p.code
            """, PlaceRecord.init)
    }

    /// The places right below one on a day, districts before communes.
    func places(below code: String, on day: Day) throws -> [PlaceRecord] {
        try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p WHERE p.parent_code = \(code) AND p.tier <> 'province'
            AND p.valid_from <= \(day) AND p.valid_to >= \(day) ORDER BY p.tier DESC, p.name_key, p.code
            """, PlaceRecord.init)
    }

    /// The places of any time whose name, or another spelling, begins with the words typed, the living ones first; or one of a code.
    func places(matching text: String, limit: Int = 60) throws -> [PlaceRecord] {
        let key = Fold.key(PlaceName.bare(text))
        guard !key.isEmpty else { return [] }
        return try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p WHERE ' ' || p.name_key LIKE \("% \(key)%") OR p.code = \(text)
            OR p.id IN (SELECT a.place_id FROM registry_place_alias a WHERE ' ' || a.alias_key LIKE \("% \(key)%"))
            ORDER BY p.valid_to DESC, p.name_key, p.code LIMIT \(limit)
            """, PlaceRecord.init)
    }

    /// For each place the names it was made from; for one that is gone the names it went over into.
    func others(of places: [PlaceRecord]) throws -> [PlaceRow] {
        var names: [ID<Place>: [String]] = [:]
        let ids = places.map(\.id)
        try each(
            """
            SELECT s.to_id, p.name FROM registry_place_succession s JOIN registry_place p ON p.id = s.from_id
            JOIN registry_place q ON q.id = s.to_id WHERE s.to_id IN \(list: ids) AND q.valid_to = '2200-12-31'
            UNION ALL SELECT s.from_id, p.name FROM registry_place_succession s JOIN registry_place p ON p.id = s.to_id
            WHERE s.from_id IN \(list: ids) ORDER BY 2
            """
        ) { row in names[try row(), default: []].append(try row()) }
        return places.map { PlaceRow(place: $0, others: names[$0.id] ?? []) }
    }

    func aliases(of place: ID<Place>) throws -> [String] {
        try all("SELECT alias FROM registry_place_alias WHERE place_id = \(place) ORDER BY alias_key, alias")
    }

    /// The place above one, as it was on a day.
    func placeAbove(_ place: PlaceRecord, on day: Day) throws -> PlaceRecord? {
        guard let code = place.parentCode else { return nil }
        return try one(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p WHERE p.code = \(code) AND p.tier <> \(place.tier)
            AND p.valid_from <= \(day) AND p.valid_to >= \(day) ORDER BY p.tier DESC LIMIT 1
            """, PlaceRecord.init)
    }

    /// The institutions and offices within reach that stand in a place, or in one below it, on a day.
    func orgs(inPlace place: PlaceRecord, on day: Day, scope: Scope, limit: Int = 300) throws -> [OrgLine] {
        OrgLine.ordered(
            try all(
                """
                SELECT o.id, o.code, COALESCE(n.name, o.name), o.kind, o.is_institution, o.levels, o.parent_id, 0
                FROM registry_org_located l JOIN registry_org o ON o.id = l.org_id JOIN registry_place p ON p.id = l.place_id
                LEFT JOIN registry_org_name n ON n.org_id = o.id AND n.valid_from <= \(day) AND n.valid_to >= \(day)
                WHERE (l.place_id = \(place.id) OR (p.parent_code = \(place.code) AND \(place.tier) = 'district'))
                AND l.valid_from <= \(day) AND l.valid_to >= \(day) AND o.opened_on <= \(day) AND o.closed_on >= \(day)
                AND \(sql: within(scope, "o.id", on: day)) LIMIT \(limit)
                """, OrgLine.init))
    }

    /// Learners who live in one place, whoever manages their school: a right of its own.
    func residents(of place: ID<Place>) throws -> Figure {
        try one(
            """
            SELECT COUNT(*), COALESCE(SUM(CASE WHEN s.sex = 'female' THEN 1 ELSE 0 END), 0) FROM registry_student s
            WHERE s.residence_id = \(place) AND s.status IN \(list: StudentStatus.open)
            """
        ) { Figure(value: "", total: try $0(), female: try $0()) } ?? Figure(value: "", total: 0, female: 0)
    }
}
