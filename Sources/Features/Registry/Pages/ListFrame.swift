import Base
import Storage
import Web

/// Where a list stands in the tree: what its unit, class and site filters offer.
public struct ListFrame: Sendable {
    /// The unit of the filter, or the visitor's one institution.
    public internal(set) var org: OrgLine?
    public internal(set) var path: [OrgLine] = []
    /// The units right below, to go on to.
    public internal(set) var below: [OrgLine] = []
    public internal(set) var classes: [ClassLine] = []
    var sites: [SiteRecord] = []
    public internal(set) var levels: [Level] = []

    /// Reads the frame of a list; a unit out of reach answers like a missing one.
    public static func read(_ tx: Tx, _ visit: Visit, org chosen: ID<Org>?, year: SchoolYear? = nil) throws
        -> ListFrame
    {
        let scope = visit.visitor.scope
        var frame = ListFrame()
        if let id = chosen ?? frame.home(visit) {
            frame.path = try tx.path(of: id, on: visit.today, scope: scope)
            frame.org = frame.path.last
            guard frame.org != nil || chosen == nil else { throw Fault.notFound }
        }
        if let org = frame.org, org.isInstitution {
            frame.classes = try tx.classes(of: org.id, year: year ?? visit.year, scope: scope)
            frame.sites = try tx.sites(of: org.id, on: visit.today, scope: scope)
            frame.levels = org.levels
        } else {
            frame.below = try frame.org.map { try tx.children(of: $0.id, scope: scope) } ?? tx.roots(scope: scope)
            if chosen == nil, frame.below.count == 1, let root = frame.below.first, !root.isInstitution {
                frame.below = try tx.children(of: root.id, scope: scope)
            }
            frame.levels = Level.allCases
        }
        if let only = scope.levels { frame.levels = frame.levels.filter(only.contains) }
        return frame
    }

    private func home(_ visit: Visit) -> ID<Org>? {
        let scope = visit.visitor.scope
        return scope.isWide ? nil : scope.orgs.count == 1 ? scope.orgs.first : nil
    }

    /// Whether the list is of one institution.
    public var isSchool: Bool { org?.isInstitution == true }

    /// The same inside a form: a unit is chosen by a button, so that what was typed stays, with or without script.
    func choice(_ visit: Visit) -> HTML {
        guard visit.visitor.scope.isWide else { return HTML() }
        let reachable = Set(visit.visitor.scope.orgs)
        let start = path.firstIndex { reachable.contains($0.id) } ?? 0
        let list = UI.each(path[min(start, path.count)...].dropLast() + below) { org in
            """
            <li><button class="button quiet" name="choose" value="\(org.id.code)" formnovalidate>\(org.name)</button></li>
            """
        }
        return UI.fold(
            t("Đơn vị: {}", org?.name ?? t("tất cả")), "<ul class=\"unit-links\">\(list)</ul>", isOpen: !isSchool)
    }

    /// The unit that a form's button chose, else the one it was about.
    static func chosen(_ visit: Visit) -> ID<Org>? {
        visit.form.id("choose") ?? visit.form.id("org") ?? visit.queryID("org")
    }

    /// The way down the tree: the unit shown, the way back up, the units below; filters stay.
    public func units(_ visit: Visit) -> HTML {
        guard visit.visitor.scope.isWide else { return HTML() }
        func link(_ org: OrgLine) -> HTML {
            "<li><a href=\"\(visit.link(("org", org.id.code), ("class", nil), ("site", nil), ("from", nil)))\">\(org.name)</a></li>"
        }
        let reachable = Set(visit.visitor.scope.orgs)
        let start =
            path.firstIndex { reachable.contains($0.id) } ?? (visit.visitor.scope.reach == .everything ? 0 : path.count)
        let up = path[min(start, path.count)...].dropLast()
        let all: HTML =
            org == nil
            ? HTML()
            : "<li><a href=\"\(visit.link(("org", nil), ("class", nil), ("site", nil), ("from", nil)))\">\(t("Tất cả đơn vị"))</a></li>"
        let list: HTML = "<ul class=\"unit-links\">\(all)\(up.map(link))\(below.map(link))</ul>"
        return UI.fold(t("Đơn vị: {}", org?.name ?? t("tất cả")), list)
    }
}

/// The headings that a list can be sorted by: the same one again turns the order round.
struct ListSorting: Sendable {
    let visit: Visit, current: String, isDescending: Bool

    init(_ visit: Visit, current: String) {
        (self.visit, self.current, isDescending) = (visit, current, ListSorting.isDescending(visit))
    }

    static func isDescending(_ visit: Visit) -> Bool { visit.query("order") == "desc" }

    /// A heading; with a key it sorts, `name` being the order that needs no word in the address.
    func column(_ label: String, _ key: String? = nil, isNumeric: Bool = false, isHiddenOnPhone: Bool = false)
        -> UI.Column
    {
        guard let key else { return UI.Column(label, isNumeric: isNumeric, isHiddenOnPhone: isHiddenOnPhone) }
        let isCurrent = key == current
        return UI.Column(
            label,
            sortHref: visit.link(
                ("sort", key == "name" ? nil : key), ("order", isCurrent && !isDescending ? "desc" : nil), ("from", nil)
            ),
            sort: isCurrent ? (isDescending ? .descending : .ascending) : nil, isNumeric: isNumeric,
            isHiddenOnPhone: isHiddenOnPhone)
    }
}
