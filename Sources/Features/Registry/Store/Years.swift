import Base
import Storage

/// A school year or a part of it.
public struct SessionRecord: Sendable, Hashable {
    public let id: ID<Session>
    public let kind: String
    public let title: String
    public let year: SchoolYear
    public let period: Period
    public let parent: ID<Session>?
    public let org: ID<Org>?
}

/// Days on which no school is held, for all or for one unit.
public struct HolidayRecord: Sendable, Hashable {
    public let id: Int64
    public let org: ID<Org>?
    public let period: Period
    public let name: String
}

/// A subject or activity of a level.
public struct SubjectRecord: Sendable, Hashable {
    public let code: String
    public let level: Level
    public let name: String
    /// `marked` or `comment`.
    public let assessed: String
    public let grades: [String]
    public let periods: Int?
}

extension Tx {
    /// Writes the places, years, terms, holidays and subjects of the catalogues; doing it again changes nothing.
    public func loadCatalogues(_ catalogues: Catalogues) throws {
        try loadPlaces(catalogues)
        for year in catalogues.calendars { try load(year) }
        for subject in catalogues.subjects {
            try exec(
                """
                INSERT INTO registry_subject (code, level, name, assessed, grades, periods, valid_from, valid_to)
                VALUES (\(subject.code), \(subject.level), \(subject.name), \(subject.assessed ?? "marked"),
                \((subject.grades ?? []).joined(separator: ",")), \(subject.periods), \(subject.validFrom ?? .first),
                \(subject.validTo ?? .forever))
                ON CONFLICT (code, level, valid_from) DO UPDATE SET name = excluded.name, assessed = excluded.assessed,
                grades = excluded.grades, periods = excluded.periods, valid_to = excluded.valid_to
                """)
        }
    }

    /// Writes the provinces, and Lai Châu's districts and communes before and after 01/07/2025 with who went over into whom.
    public func loadPlaces(_ catalogues: Catalogues) throws {
        var lives: [String: [(from: Day, to: Day, id: ID<Place>)]] = [:]
        for entry in catalogues.places {
            var draft = PlaceDraft(
                code: entry.code, tier: entry.tier, kind: entry.kind, name: entry.name, parentCode: entry.parent,
                provinceCode: entry.province ?? entry.code)
            draft.period = Period(entry.validFrom ?? .first, entry.validTo ?? .forever) ?? .always
            (draft.isBorder, draft.area, draft.aliases) = (entry.border ?? false, entry.area ?? "", entry.aliases ?? [])
            let id = try save(draft)
            lives["\(entry.tier.rawValue) \(entry.code)", default: []].append(
                (draft.period.first, draft.period.last, id))
        }
        for entry in catalogues.places {
            guard let day = entry.validFrom,
                let new = lives["\(entry.tier.rawValue) \(entry.code)"]?.first(where: { $0.from == day })
            else { continue }
            for code in entry.formedFrom ?? [] {
                for old in lives["\(entry.tier.rawValue) \(code)"] ?? [] where old.to == day.adding(-1) {
                    try succeed(old.id, by: new.id, on: day)
                }
            }
        }
    }

    private func load(_ entry: CalendarYear) throws {
        guard let year = SchoolYear(start: entry.year) else { return }
        let top = try saveSession(
            "year", entry.name, year, year.firstDay, max(entry.lastDay, year.lastDay), parent: nil)
        for term in entry.terms {
            _ = try saveSession("term", term.name, year, term.firstDay, term.lastDay, parent: top)
        }
        for holiday in entry.holidays {
            let known = try exists(
                "SELECT id FROM registry_holiday WHERE org_id IS NULL AND first_day = \(holiday.firstDay)")
            if !known { try insertHoliday(holiday.name, holiday.firstDay, holiday.lastDay, org: nil) }
        }
    }

    private func saveSession(
        _ kind: String, _ title: String, _ year: SchoolYear, _ first: Day, _ last: Day, parent: ID<Session>?
    ) throws -> ID<Session> {
        let known: ID<Session>? = try value(
            """
            SELECT id FROM registry_session WHERE year = \(year) AND kind = \(kind) AND title = \(title) AND org_id IS NULL
            """)
        if let known {
            try exec(
                "UPDATE registry_session SET first_day = \(first), last_day = \(last), parent_id = \(parent) WHERE id = \(known)"
            )
            return known
        }
        return try insertSession(kind, title, year, first, last, parent: parent)
    }

    /// Writes a year or a part of one; with a unit, that unit's own.
    @discardableResult
    public func insertSession(
        _ kind: String, _ title: String, _ year: SchoolYear, _ first: Day, _ last: Day, parent: ID<Session>?,
        org: ID<Org>? = nil
    ) throws -> ID<Session> {
        let id = newID(Session.self)
        try exec(
            """
            INSERT INTO registry_session (id, kind, title, year, first_day, last_day, parent_id, org_id)
            VALUES (\(id), \(kind), \(title), \(year), \(first), \(last), \(parent), \(org))
            """)
        return id
    }

    /// Writes days without school, for all or for one unit (an ethnic New Year, a flood).
    public func insertHoliday(_ name: String, _ first: Day, _ last: Day, org: ID<Org>?) throws {
        try exec(
            """
            INSERT INTO registry_holiday (id, org_id, first_day, last_day, name)
            VALUES (\(newID(HolidayRecord.self)), \(org), \(first), \(last), \(name))
            """)
    }

    /// The years and terms, newest year first. A calendar is public: no scope.
    public func sessions(year: SchoolYear? = nil) throws -> [SessionRecord] {
        let only: SQL = year.map { "WHERE s.year = \($0)" } ?? .none
        return try all(
            """
            SELECT s.id, s.kind, s.title, s.year, s.first_day, s.last_day, s.parent_id, s.org_id FROM registry_session s \(sql: only)
            ORDER BY s.year DESC, s.first_day, s.kind DESC
            """
        ) { row in
            SessionRecord(
                id: try row(), kind: try row(), title: try row(), year: try row(), period: try row.period(),
                parent: try row(),
                org: try row())
        }
    }

    /// The school years that have a calendar, newest first.
    public func years() throws -> [SchoolYear] {
        try all("SELECT DISTINCT year FROM registry_session WHERE kind = 'year' ORDER BY year DESC")
    }

    /// The days without school in a period, those of the units above included.
    public func holidays(in period: Period, of org: ID<Org>? = nil) throws -> [HolidayRecord] {
        let above: SQL =
            org.map {
                "OR h.org_id IN (SELECT p.ancestor_id FROM registry_org_path p WHERE p.org_id = \($0) AND p.valid_to = '2200-12-31')"
            } ?? .none
        return try all(
            """
            SELECT h.id, h.org_id, h.first_day, h.last_day, h.name FROM registry_holiday h
            WHERE h.first_day <= \(period.last) AND h.last_day >= \(period.first) AND (h.org_id IS NULL \(sql: above)) ORDER BY h.first_day
            """
        ) { HolidayRecord(id: try $0(), org: try $0(), period: try $0.period(), name: try $0()) }
    }

    /// The subjects of a level on a day, in the order of the curriculum.
    public func subjects(of level: Level, on day: Day) throws -> [SubjectRecord] {
        try all(
            """
            SELECT code, level, name, assessed, grades, periods FROM registry_subject
            WHERE level = \(level) AND valid_from <= \(day) AND valid_to >= \(day) ORDER BY assessed DESC, name
            """
        ) { row in
            SubjectRecord(
                code: try row(), level: try row(), name: try row(), assessed: try row(),
                grades: try ClassRecord.grades(row()),
                periods: try row())
        }
    }
}
