import Base
import Storage

extension Tx {
    /// Writes a unit with its name, managing body, place, levels and first event; `paths: false` leaves the closure to `rebuildPaths`.
    @discardableResult
    public func insert(_ draft: OrgDraft, paths: Bool = true) throws -> ID<Org> {
        let id = newID(Org.self), levels = draft.levels.sorted()
        try exec(
            """
            INSERT INTO registry_org (id, code, moet_code, kind, ownership, name, name_key, is_institution, levels, parent_id, place_id,
            opened_on, closed_on, details, version, created_at, updated_at)
            VALUES (\(id), \(draft.code), \(draft.moetCode), \(draft.kind), \(draft.ownership), \(draft.name), \(Fold.key(draft.name)),
            \(draft.isInstitution), \(levels.map(\.rawValue).joined(separator: ",")), \(draft.parent), \(draft.place),
            \(draft.opened), \(draft.closed), \(draft.details), 1, \(now), \(now))
            """)
        for level in levels { try exec("INSERT INTO registry_org_level (org_id, level) VALUES (\(id), \(level))") }
        try insertName(draft.name, of: id, from: draft.opened, to: draft.closed, basis: draft.basis)
        if let parent = draft.parent {
            try insertManaged(id, under: parent, from: draft.opened, to: draft.closed, basis: draft.basis)
        }
        if let place = draft.place { try insertLocated(id, at: place, from: draft.opened, to: draft.closed) }
        try insertEvent(.created, of: id, on: draft.opened, other: draft.parent, basis: draft.basis)
        try index(.org, id.raw, org: id, name: draft.name, level: nil)
        if paths { try writePaths(of: [id], in: datedTree()) }
        return id
    }

    /// Writes a campus.
    @discardableResult
    public func insert(_ draft: SiteDraft) throws -> ID<Site> {
        let id = newID(Site.self)
        try exec(
            """
            INSERT INTO registry_site (id, org_id, code, name, is_main, distance_km, valid_from, valid_to, details)
            VALUES (\(id), \(draft.org), \(draft.code), \(draft.name), \(draft.isMain), \(draft.distance),
            \(draft.period.first), \(draft.period.last), \(draft.details))
            """)
        return id
    }

    func insertName(_ name: String, of org: ID<Org>, from: Day, to: Day, basis: String) throws {
        try exec(
            """
            INSERT INTO registry_org_name (org_id, name, valid_from, valid_to, basis) VALUES (\(org), \(name), \(from), \(to), \(basis))
            """)
    }

    /// Puts a unit under a managing body for a period that no other row covers; the demo writes its history with this.
    public func insertManaged(_ org: ID<Org>, under parent: ID<Org>, from: Day, to: Day, basis: String) throws {
        try exec(
            """
            INSERT INTO registry_org_managed (org_id, parent_id, valid_from, valid_to, basis)
            VALUES (\(org), \(parent), \(from), \(to), \(basis))
            """)
    }

    /// Says where a unit stands in a period that no other row covers.
    public func insertLocated(_ org: ID<Org>, at place: ID<Place>, from: Day, to: Day) throws {
        try exec(
            """
            INSERT INTO registry_org_located (org_id, place_id, valid_from, valid_to) VALUES (\(org), \(place), \(from), \(to))
            """)
    }

    func insertEvent(_ kind: OrgEvent.Kind, of org: ID<Org>, on day: Day, other: ID<Org>? = nil, basis: String) throws {
        try exec(
            """
            INSERT INTO registry_org_event (id, org_id, kind, on_day, other_id, basis, at)
            VALUES (\(newID(OrgEvent.self)), \(org), \(kind), \(day), \(other), \(basis), \(now))
            """)
    }

    // MARK: changes of a dated relation

    /// Gives a unit another name from a day on, to the end of the period that the day lies in.
    func setName(_ name: String, of org: ID<Org>, on day: Day, basis: String) throws {
        let end = try cut(of: org, on: day) {
            (
                "SELECT valid_from, valid_to FROM registry_org_name WHERE org_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)",
                "DELETE FROM registry_org_name WHERE org_id = \(org) AND valid_from = \(day)",
                "UPDATE registry_org_name SET valid_to = \(day.adding(-1)) WHERE org_id = \(org) AND valid_from = \($0)"
            )
        }
        try insertName(name, of: org, from: day, to: end, basis: basis)
    }

    /// Puts a unit under another managing body from a day on; nil leaves it without one.
    func setManaged(_ org: ID<Org>, under parent: ID<Org>?, on day: Day, basis: String) throws {
        let end = try cut(of: org, on: day) {
            (
                "SELECT valid_from, valid_to FROM registry_org_managed WHERE org_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)",
                "DELETE FROM registry_org_managed WHERE org_id = \(org) AND valid_from = \(day)",
                "UPDATE registry_org_managed SET valid_to = \(day.adding(-1)) WHERE org_id = \(org) AND valid_from = \($0)"
            )
        }
        if let parent { try insertManaged(org, under: parent, from: day, to: end, basis: basis) }
    }

    /// Says that a unit stands in another place from a day on.
    func setLocated(_ org: ID<Org>, at place: ID<Place>, on day: Day) throws {
        let end = try cut(of: org, on: day) {
            (
                "SELECT valid_from, valid_to FROM registry_org_located WHERE org_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)",
                "DELETE FROM registry_org_located WHERE org_id = \(org) AND valid_from = \(day)",
                "UPDATE registry_org_located SET valid_to = \(day.adding(-1)) WHERE org_id = \(org) AND valid_from = \($0)"
            )
        }
        try insertLocated(org, at: place, from: day, to: end)
    }

    /// Ends the row that covers a day on the day before (or removes it when it began that day); answers where its successor ends.
    private func cut(of org: ID<Org>, on day: Day, _ text: (Day) -> (find: SQL, drop: SQL, end: SQL)) throws -> Day {
        guard let row = try one(text(day).find, { (first: try $0() as Day, last: try $0() as Day) }) else {
            return try value("SELECT closed_on FROM registry_org WHERE id = \(org)") ?? .forever
        }
        try exec(row.first == day ? text(day).drop : text(row.first).end)
        return row.last
    }

    /// Ends a unit's life: its last day, and every open relation with it.
    func endLife(of org: ID<Org>, last: Day) throws {
        try exec(
            "UPDATE registry_org SET closed_on = \(last), version = version + 1, updated_at = \(now) WHERE id = \(org)")
        try exec("DELETE FROM registry_org_name WHERE org_id = \(org) AND valid_from > \(last)")
        try exec("UPDATE registry_org_name SET valid_to = \(last) WHERE org_id = \(org) AND valid_to > \(last)")
        try exec("DELETE FROM registry_org_managed WHERE org_id = \(org) AND valid_from > \(last)")
        try exec("UPDATE registry_org_managed SET valid_to = \(last) WHERE org_id = \(org) AND valid_to > \(last)")
        try exec("DELETE FROM registry_org_located WHERE org_id = \(org) AND valid_from > \(last)")
        try exec("UPDATE registry_org_located SET valid_to = \(last) WHERE org_id = \(org) AND valid_to > \(last)")
        try exec("UPDATE registry_site SET valid_to = \(last) WHERE org_id = \(org) AND valid_to > \(last)")
        try exec("UPDATE registry_charge SET valid_to = \(last) WHERE org_id = \(org) AND valid_to > \(last)")
    }

    // MARK: the closure and today's copies

    /// The whole tree with all its days; a few thousand rows even for ten provinces.
    func datedTree() throws -> DatedTree {
        var tree = DatedTree()
        try each("SELECT id, opened_on, closed_on FROM registry_org") { row in
            let id: ID<Org> = try row()
            tree.lives[id] = Period(try row(), try row())
        }
        try each("SELECT org_id, parent_id, valid_from, valid_to FROM registry_org_managed") { row in
            let org: ID<Org> = try row(), parent: ID<Org> = try row()
            if let period = Period(try row(), try row()) {
                tree.managed[org, default: []].append(ManagedSpan(parent, period))
            }
        }
        return tree
    }

    /// Rebuilds the closure of the units given and of all that ever stood below them.
    public func rebuildPaths(below orgs: [ID<Org>]) throws {
        let tree = try datedTree()
        try writePaths(of: orgs.reduce(into: Set()) { $0.formUnion(tree.everBelow($1)) }, in: tree)
    }

    /// Rebuilds the whole closure.
    public func rebuildPaths() throws {
        let tree = try datedTree()
        try writePaths(of: Set(tree.lives.keys), in: tree)
    }

    private func writePaths(of orgs: Set<ID<Org>>, in tree: DatedTree) throws {
        for org in orgs {
            try exec("DELETE FROM registry_org_path WHERE org_id = \(org)")
            for span in tree.paths(of: org) {
                try exec(
                    """
                    INSERT INTO registry_org_path (org_id, ancestor_id, depth, valid_from, valid_to)
                    VALUES (\(org), \(span.ancestor), \(span.depth), \(span.period.first), \(span.period.last))
                    """)
            }
        }
    }

    /// Brings a unit's copies of today's name, managing body and place up to date; a unit that is closed keeps its last.
    public func refreshToday(_ org: ID<Org>) throws {
        let day =
            try value("SELECT closed_on FROM registry_org WHERE id = \(org)", Day.self).map { min($0, today) } ?? today
        let name: String? = try value(
            """
            SELECT name FROM registry_org_name WHERE org_id = \(org) AND valid_from <= \(day) ORDER BY valid_from DESC LIMIT 1
            """)
        let parent: ID<Org>? = try value(
            """
            SELECT parent_id FROM registry_org_managed WHERE org_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)
            """)
        let place: ID<Place>? = try value(
            """
            SELECT place_id FROM registry_org_located WHERE org_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)
            """)
        try exec(
            "UPDATE registry_org SET parent_id = \(parent), place_id = \(place), updated_at = \(now) WHERE id = \(org)")
        guard let name else { return }
        try exec("UPDATE registry_org SET name = \(name), name_key = \(Fold.key(name)) WHERE id = \(org)")
        try index(.org, org.raw, org: org, name: name, level: nil)
    }

    /// Refreshes the units whose dated relations change on the days after `since` up to today: run once a day.
    public func turnDay(since: Day) throws {
        let orgs: [ID<Org>] = try all(
            """
            SELECT org_id FROM registry_org_name WHERE valid_from > \(since) AND valid_from <= \(today)
            UNION SELECT org_id FROM registry_org_managed WHERE valid_from > \(since) AND valid_from <= \(today)
            UNION SELECT org_id FROM registry_org_located WHERE valid_from > \(since) AND valid_from <= \(today)
            """)
        for org in orgs { try refreshToday(org) }
    }
}

extension OrgRecord {
    /// The record's stored values by field key.
    public var values: [String: String] {
        var out = details.values
        (out["moet_code"], out["ownership"]) = (moetCode, ownership)
        return out
    }
}

/// A unit's own particulars, campuses and duties.
extension Tx {
    func update(_ org: OrgRecord, _ changes: [Change]) throws {
        let new = Dictionary(changes.map { ($0.key, $0.new) }, uniquingKeysWith: { $1 })
        let details = changes.filter { !["moet_code", "ownership"].contains($0.key) }.reduce(into: org.details) {
            $0[$1.key] = $1.new
        }
        let code = new["moet_code"].map { $0.isEmpty ? nil : $0 } ?? org.moetCode
        try exec(
            """
            UPDATE registry_org SET moet_code = \(code), ownership = \(new["ownership"] ?? org.ownership), details = \(details),
            version = version + 1, updated_at = \(now) WHERE id = \(org.id)
            """)
    }

    func siteName(_ id: ID<Site>, of org: ID<Org>) throws -> String? {
        try value("SELECT name FROM registry_site WHERE id = \(id) AND org_id = \(org)")
    }

    func hasOpenClasses(at site: ID<Site>, after day: Day) throws -> Bool {
        try exists(
            """
            SELECT id FROM registry_class WHERE site_id = \(site) AND year >= \(SchoolYear(of: day)) AND closed_on IS NULL LIMIT 1
            """)
    }

    func endSite(_ id: ID<Site>, last: Day) throws {
        try exec("UPDATE registry_site SET valid_to = \(last) WHERE id = \(id)")
    }

    /// Gives a duty of a unit to somebody from a day on; who had it before has it to the day before.
    public func setCharge(_ duty: String, of org: ID<Org>, name: String, phone: String, staff: ID<Staff>?, on day: Day)
        throws
    {
        try exec("DELETE FROM registry_charge WHERE org_id = \(org) AND duty = \(duty) AND valid_from >= \(day)")
        try exec(
            """
            UPDATE registry_charge SET valid_to = \(day.adding(-1)) WHERE org_id = \(org) AND duty = \(duty) AND valid_to >= \(day)
            """)
        try exec(
            """
            INSERT INTO registry_charge (id, org_id, staff_id, name, phone, duty, valid_from, valid_to)
            VALUES (\(newID(Charge.self)), \(org), \(staff), \(name), \(phone), \(duty), \(day), \(Day.forever))
            """)
    }
}
