import Base
import Storage

/// The dated changes of the tree. `day` is always the first day of the new state; `basis` the decision. Each keeps the
/// history rows, the events, the closure and today's copies in step; the demo and importers call them like the actions do.
extension Tx {
    /// Gives a unit another name.
    public func rename(_ org: ID<Org>, to name: String, on day: Day, basis: String) throws {
        try setName(name, of: org, on: day, basis: basis)
        try insertEvent(.renamed, of: org, on: day, basis: basis)
        try bump(org)
        try refreshToday(org)
    }

    /// Puts a unit under another managing body.
    public func move(_ org: ID<Org>, under parent: ID<Org>, on day: Day, basis: String, rebuild: Bool = true) throws {
        try setManaged(org, under: parent, on: day, basis: basis)
        try insertEvent(.moved, of: org, on: day, other: parent, basis: basis)
        try bump(org)
        try refreshToday(org)
        if rebuild { try rebuildPaths(below: [org]) }
    }

    /// Says that a unit stands in another place: the managing body stays.
    public func relocate(_ org: ID<Org>, to place: ID<Place>, on day: Day, basis: String) throws {
        try setLocated(org, at: place, on: day)
        try insertEvent(.relocated, of: org, on: day, basis: basis)
        try bump(org)
        try refreshToday(org)
    }

    /// Ends a unit's life on the day before.
    public func close(_ org: ID<Org>, on day: Day, basis: String, rebuild: Bool = true) throws {
        try endLife(of: org, last: day.adding(-1))
        try insertEvent(.closed, of: org, on: day, basis: basis)
        if rebuild { try rebuildPaths(below: [org]) }
    }

    /// Puts new units between a unit and some of its children.
    public func insertTier(_ units: [NewUnit], under parent: ID<Org>, on day: Day, basis: String) throws -> [ID<Org>] {
        let made = try units.map { unit in
            let id = try found(unit.draft, under: parent, on: day, basis: basis, event: .inserted)
            for child in unit.children { try move(child, under: id, on: day, basis: basis, rebuild: false) }
            return id
        }
        try rebuildPaths(below: made)
        return made
    }

    /// Takes units out of the tree: their children come under the unit above.
    public func removeTier(_ units: [ID<Org>], on day: Day, basis: String) throws {
        var touched = units
        for unit in units {
            let above: ID<Org>? = try value(
                """
                SELECT parent_id FROM registry_org_managed WHERE org_id = \(unit) AND valid_from <= \(day) AND valid_to >= \(day)
                """)
            guard let above else { throw Fault.invalid("Đơn vị ở gốc của cây không bỏ được.") }
            for child in try childrenIDs(of: unit, on: day) {
                try move(child, under: above, on: day, basis: basis, rebuild: false)
                touched.append(child)
            }
            try endLife(of: unit, last: day.adding(-1))
            try insertEvent(.removed, of: unit, on: day, other: above, basis: basis)
        }
        try rebuildPaths(below: touched)
    }

    /// Merges units into one, which takes over classes, learners, staff, campuses, levels and the units below.
    public func merge(_ sources: [ID<Org>], into target: MergeTarget, on day: Day, basis: String) throws -> ID<Org> {
        let id: ID<Org> =
            switch target {
            case .existing(let org): org
            case .new(let draft): try found(draft, under: draft.parent, on: day, basis: basis, event: .created)
            }
        var touched = [id]
        for source in sources where source != id {
            try takeOver(from: source, to: id, classes: nil, staff: nil, on: day)
            for child in try childrenIDs(of: source, on: day) {
                try move(child, under: id, on: day, basis: basis, rebuild: false)
                touched.append(child)
            }
            try endLife(of: source, last: day.adding(-1))
            try insertEvent(.mergedInto, of: source, on: day, other: id, basis: basis)
            try insertEvent(.mergedFrom, of: id, on: day, other: source, basis: basis)
            touched.append(source)
        }
        try bump(id)
        try rebuildPaths(below: touched)
        return id
    }

    /// Splits new units off one, which lives on with what they do not take.
    public func split(_ org: ID<Org>, into parts: [NewUnit], on day: Day, basis: String) throws -> [ID<Org>] {
        let above: ID<Org>? = try value(
            """
            SELECT parent_id FROM registry_org_managed WHERE org_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day)
            """)
        let made = try parts.map { part in
            let id = try found(
                part.draft, under: part.draft.parent ?? above, on: day, basis: basis, event: .splitFrom, other: org)
            try takeOver(from: org, to: id, classes: part.classes, staff: part.staff, on: day)
            for child in part.children { try move(child, under: id, on: day, basis: basis, rebuild: false) }
            try insertEvent(.split, of: org, on: day, other: id, basis: basis)
            return id
        }
        try bump(org)
        try rebuildPaths(below: made)
        return made
    }

    /// The units right below one on a day.
    func childrenIDs(of org: ID<Org>, on day: Day) throws -> [ID<Org>] {
        try all(
            """
            SELECT org_id FROM registry_org_managed WHERE parent_id = \(org) AND valid_from <= \(day) AND valid_to >= \(day) ORDER BY org_id
            """)
    }

    private func found(
        _ draft: OrgDraft, under parent: ID<Org>?, on day: Day, basis: String, event: OrgEvent.Kind,
        other: ID<Org>? = nil
    ) throws -> ID<Org> {
        var draft = draft
        (draft.parent, draft.opened, draft.basis) = (parent, day, basis)
        let id = try insert(draft, paths: false)
        if event != .created { try insertEvent(event, of: id, on: day, other: other ?? parent, basis: basis) }
        return id
    }

    private func bump(_ org: ID<Org>) throws {
        try exec("UPDATE registry_org SET version = version + 1, updated_at = \(now) WHERE id = \(org)")
    }

    /// Whether a unit still has learners, staff or units on a day, so that it cannot just be closed.
    func isEmptied(_ org: ID<Org>, on day: Day) throws -> Bool {
        try !exists(
            "SELECT id FROM registry_enrolment WHERE org_id = \(org) AND valid_to >= \(day) AND leaving = '' LIMIT 1")
            && !exists(
                "SELECT id FROM registry_staff WHERE org_id = \(org) AND status IN \(list: StaffStatus.open) LIMIT 1")
            && childrenIDs(of: org, on: day).isEmpty
    }
}
