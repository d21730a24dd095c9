import Base
import Storage

extension Tx {
    func hasPlaces() throws -> Bool { try exists("SELECT 1 FROM registry_place LIMIT 1") }

    func hasAlias(_ alias: String, of place: ID<Place>) throws -> Bool {
        try exists("SELECT 1 FROM registry_place_alias WHERE place_id = \(place) AND alias = \(alias)")
    }

    func isSucceeded(_ old: ID<Place>, by new: ID<Place>) throws -> Bool {
        try exists("SELECT 1 FROM registry_place_succession WHERE from_id = \(old) AND to_id = \(new)")
    }

    func locate(_ place: ID<Place>, latitude: Double?, longitude: Double?) throws {
        try exec("UPDATE registry_place SET latitude = \(latitude), longitude = \(longitude) WHERE id = \(place)")
    }

    /// Every place of the lowest tier it has, with the names above it as they were in its time, for an export.
    func placeRows(on day: Day?) throws -> [PlaceRecord] {
        let only: SQL = day.map { "WHERE p.valid_from <= \($0) AND p.valid_to >= \($0)" } ?? .none
        return try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p \(sql: only) ORDER BY p.valid_from, p.province_code, p.code
            """, PlaceRecord.init)
    }

    /// The schools of an export, in the order of their codes.
    func schoolRows(_ filter: RosterFilter) throws -> [OrgRecord] {
        try rosterOrgs(filter).filter { ($0.isInstitution || !$0.levels.isEmpty) && $0.isOpen }.sorted {
            $0.code < $1.code
        }
    }
}
