import Base
import Storage
import Web

/// What stands above every page of one unit: its way from the root, its leaves.
struct OrgHead: Sendable {
    enum Leaf: CaseIterable { case figures, history, freezes, edit, change }

    let org: OrgRecord
    /// The name it bore on the day shown.
    let name: String
    let path: [OrgLine]
    let reached: Set<ID<Org>>

    /// Reads a unit within reach; one out of reach answers like a missing one.
    static func read(_ tx: Tx, _ visit: Visit, on day: Day? = nil) throws -> OrgHead {
        let scope = visit.visitor.scope, day = day ?? visit.today
        guard let org = try tx.org(visit.id("id"), scope: scope) else { throw Fault.notFound }
        let shown = org.period.contains(day) ? day : min(max(day, org.openedOn), org.closedOn)
        let path = try tx.path(of: org.id, on: shown, scope: scope)
        return OrgHead(
            org: org, name: path.last?.name ?? org.name, path: path,
            reached: try tx.reached(path.map(\.id), scope: scope))
    }

    /// The way down to the unit; what the visitor does not reach has no link. Filters stay in the links.
    func crumbs(_ visit: Visit, then last: String? = nil, keeps: Bool = false) -> [(String, String?)] {
        let suffix = keeps ? OrgHead.suffix(visit) : ""
        var out: [(String, String?)] = path.map { line in
            let isSelf = line.id == org.id
            return (
                line.name,
                reached.contains(line.id) && !(isSelf && last == nil)
                    ? "/orgs/\(line.id.code)\(suffix)" : nil
            )
        }
        if out.isEmpty { out = [(name, last == nil ? nil : "/orgs/\(org.id.code)\(suffix)")] }
        if let last { out.append((last, nil)) }
        return out
    }

    /// The query of the page as the end of another unit's address.
    static func suffix(_ visit: Visit) -> String {
        String(visit.link(("sort", nil), ("detail", nil)).dropFirst(visit.path.count))
    }

    /// What is said of a day in the address that no calendar has.
    static func wrongDay(_ typed: String) -> HTML {
        UI.notice(.text(FieldText.wrongDay(typed)), .warn)
    }

    func tabs(_ leaf: Leaf, _ visit: Visit) -> HTML {
        let shown = Leaf.allCases.filter { $0.isOpen(visit, org) }
        guard shown.count > 1 else { return HTML() }
        return UI.tabs(
            shown.map { UI.Tab($0.label(org), "/orgs/\(org.id.code)\($0.path)", isCurrent: $0 == leaf) },
            label: t("Các trang của đơn vị"))
    }
}

extension OrgHead.Leaf {
    var path: String {
        switch self {
        case .figures: ""
        case .history: "/history"
        case .freezes: "/freezes"
        case .edit: "/edit"
        case .change: "/change"
        }
    }

    func label(_ org: OrgRecord) -> String {
        switch self {
        case .figures: t("Tổng quan")
        case .history: t("Lịch sử")
        case .freezes: t("Số liệu đã chốt")
        case .edit: t("Thông tin đơn vị")
        case .change: t("Thay đổi tổ chức")
        }
    }

    func isOpen(_ visit: Visit, _ org: OrgRecord) -> Bool {
        switch self {
        case .figures, .history: true
        case .freezes: visit.visitor.may(.viewFigures)
        case .edit: visit.mayChange(.editOrgs) && org.isOpen
        case .change: visit.mayChange(.changeTree) && org.isOpen
        }
    }
}
