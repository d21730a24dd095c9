import Base
import Storage

extension PlaceRecord {
    static let columns: SQL = """
        p.id, p.code, p.tier, p.kind, p.name, p.parent_code, p.province_code, p.valid_from, p.valid_to, p.latitude, p.longitude,
        p.is_border, p.area
        """

    init(_ row: inout Row) throws {
        (id, code, tier, kind, name) = (try row(), try row(), try row(), try row(), try row())
        (parentCode, provinceCode, period) = (try row(), try row(), try row.period())
        (latitude, longitude, isBorder, area) = (try row(), try row(), try row(), try row())
    }
}

extension Tx {
    /// Writes a place, or mends the one with the same tier, code and first day; answers its key.
    @discardableResult
    public func save(_ draft: PlaceDraft) throws -> ID<Place> {
        let id: ID<Place>? = try value(
            """
            INSERT INTO registry_place (id, code, tier, kind, name, name_key, parent_code, province_code, valid_from, valid_to,
            latitude, longitude, is_border, area)
            VALUES (\(newID(Place.self)), \(draft.code), \(draft.tier), \(draft.kind), \(draft.name), \(Fold.key(PlaceName.bare(draft.name))),
            \(draft.parentCode), \(draft.provinceCode), \(draft.period.first), \(draft.period.last),
            \(draft.latitude), \(draft.longitude), \(draft.isBorder), \(draft.area))
            ON CONFLICT (tier, code, valid_from) DO UPDATE SET kind = excluded.kind, name = excluded.name, name_key = excluded.name_key,
            parent_code = excluded.parent_code, province_code = excluded.province_code, valid_to = excluded.valid_to,
            latitude = COALESCE(excluded.latitude, registry_place.latitude), longitude = COALESCE(excluded.longitude, registry_place.longitude),
            is_border = excluded.is_border, area = excluded.area RETURNING id
            """)
        guard let id else { throw StorageError(.other, "no place came back") }
        for alias in draft.aliases { try addAlias(alias, of: id) }
        return id
    }

    /// Teaches another spelling of a place.
    public func addAlias(_ alias: String, of place: ID<Place>) throws {
        try exec(
            """
            INSERT INTO registry_place_alias (place_id, alias, alias_key) VALUES (\(place), \(alias), \(Fold.key(PlaceName.bare(alias))))
            ON CONFLICT (place_id, alias) DO NOTHING
            """)
    }

    /// Says that a place went over into another on a day.
    public func succeed(_ old: ID<Place>, by new: ID<Place>, on day: Day) throws {
        try exec(
            """
            INSERT INTO registry_place_succession (from_id, to_id, on_day) VALUES (\(old), \(new), \(day))
            ON CONFLICT (from_id, to_id) DO UPDATE SET on_day = excluded.on_day
            """)
    }

    /// A place by its key. Places are public knowledge: no scope.
    public func place(_ id: ID<Place>) throws -> PlaceRecord? {
        try one("SELECT \(sql: PlaceRecord.columns) FROM registry_place p WHERE p.id = \(id)", PlaceRecord.init)
    }

    /// The place that bore a code on a day.
    public func place(code: String, tier: PlaceRecord.Tier, on day: Day) throws -> PlaceRecord? {
        try one(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p
            WHERE p.tier = \(tier) AND p.code = \(code) AND p.valid_from <= \(day) AND p.valid_to >= \(day)
            """, PlaceRecord.init)
    }

    /// The places right below one on a day; nil lists the provinces.
    public func places(in parent: String?, tier: PlaceRecord.Tier, on day: Day) throws -> [PlaceRecord] {
        let above: SQL = parent.map { "AND p.parent_code = \($0)" } ?? .none
        let found = try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p
            WHERE p.tier = \(tier) AND p.valid_from <= \(day) AND p.valid_to >= \(day) \(sql: above)
            """, PlaceRecord.init)
        return found.map { ($0, Fold.sortKey(text: PlaceName.bare($0.name))) }.sorted {
            ($0.1, $0.0.code) < ($1.1, $1.0.code)
        }.map(\.0)
    }

    /// The places of a name on a day, by official spelling or alias, with or without "Xã", "Phường", "Thị trấn"; official ones first.
    public func places(
        named name: String, tier: PlaceRecord.Tier, on day: Day, parent: String? = nil, province: String? = nil
    ) throws -> [PlaceRecord] {
        let key = Fold.key(PlaceName.bare(name)), kind = PlaceName.kind(of: name)
        var limits: [SQL] = ["p.tier = \(tier)", "p.valid_from <= \(day)", "p.valid_to >= \(day)"]
        if let parent { limits.append("p.parent_code = \(parent)") }
        if let province { limits.append("p.province_code = \(province)") }
        let found = try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place p WHERE \(sql: limits.joined(" AND "))
            AND (p.name_key = \(key) OR p.id IN (SELECT a.place_id FROM registry_place_alias a WHERE a.alias_key = \(key)))
            ORDER BY CASE WHEN p.name_key = \(key) THEN 0 ELSE 1 END, p.code
            """, PlaceRecord.init)
        let ofKind = found.filter { kind == nil || $0.kind == kind }
        return ofKind.isEmpty ? found : ofKind
    }

    /// What a place went over into: today's units for an old commune.
    public func successors(of place: ID<Place>) throws -> [PlaceRecord] {
        try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place_succession s JOIN registry_place p ON p.id = s.to_id
            WHERE s.from_id = \(place) ORDER BY p.code
            """, PlaceRecord.init)
    }

    /// What a place was made from.
    public func predecessors(of place: ID<Place>) throws -> [PlaceRecord] {
        try all(
            """
            SELECT \(sql: PlaceRecord.columns) FROM registry_place_succession s JOIN registry_place p ON p.id = s.from_id
            WHERE s.to_id = \(place) ORDER BY p.code
            """, PlaceRecord.init)
    }
}
