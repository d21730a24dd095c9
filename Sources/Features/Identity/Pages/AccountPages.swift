import Base
import Registry
import Storage
import Web

/// The accounts within reach: found, filtered, looked after several at once.
enum AccountPages {
    static func mount(_ routes: Routes) {
        routes.get("/accounts", .holder(.readAccounts), scope: .list) { visit in try await list(visit) }
        routes.post("/accounts/bulk", .anyOf([.manageAccounts, .printCodes]), scope: .list) { visit in
            try await AccountBulk.answer(visit)
        }
        AccountSheet.mount(routes)
        AccountForms.mount(routes)
        IdleTeachers.mount(routes)
        AccountPage.mount(routes)
        GrantPages.mount(routes)
    }

    private static let size = 50

    private struct Found: Sendable {
        var lines: [AccountLine], count: Int, units: [OrgLine], orgName: String, share: (active: Int, teachers: Int)?
        var hasMore: Bool
    }

    static func filter(_ visit: Visit) -> AccountFilter {
        var filter = AccountFilter()
        filter.text = String(visit.query("q").prefix(100))
        filter.kind = PersonKind(rawValue: visit.query("kind"))
        filter.state = AccountState(rawValue: visit.query("state"))
        filter.role = Role(rawValue: visit.query("role"))
        filter.org = visit.queryID("org")
        (filter.after, filter.before) = (visit.query("after"), visit.query("before"))
        filter.isReversed = visit.query("sort") == "last"
        return filter
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let filter = filter(visit), scope = visit.visitor.scope,
            isOffice = visit.visitor.role.map(Role.offices.contains) ?? false
        let found = try await visit.db.read { tx -> Found in
            if let org = filter.org { guard try tx.reaches(scope, org: org) else { throw Fault.notFound } }
            let lines = try tx.accountList(filter, scope: scope, limit: size + 1)
            let units = isOffice ? try tx.units(below: filter.org, scope: scope) : []
            return Found(
                lines: filter.before.isEmpty ? Array(lines.prefix(size)) : Array(lines.suffix(size)),
                count: try tx.accountCount(filter, scope: scope), units: units, orgName: try tx.name(of: filter.org),
                share: isOffice && visit.queries.isEmpty ? try tx.accountShare(scope) : nil, hasMore: lines.count > size
            )
        }
        let query = visit.link(("after", nil), ("before", nil)).dropFirst(visit.path.count)
        return .page(
            t("Tài khoản"), crumbs: [(t("Tài khoản"), nil)], primary: primary(visit),
            """
            \(UI.some(found.share, stat))
            \(filters(visit, filter, found))
            \(UI.list(
                count: "\(t("{} tài khoản", UI.counted(found.count)))", chips: chips(visit, filter, found),
                tools: UI.tools(excel: "/accounts.xlsx\(query)", print: "/accounts/print\(query)"),
                table: table(visit, filter, found.lines), pager: pager(visit, filter, found)))
            """)
    }

    private static func primary(_ visit: Visit) -> HTML? {
        guard visit.visitor.may(.manageAccounts) else { return nil }
        let sheets = visit.visitor.org.map {
            UI.link(t("Phiếu đăng nhập"), "/orgs/\($0.code)/sign-in-sheets", icon: "print")
        }
        return UI.some(sheets) { $0 } + UI.link(t("Thêm tài khoản"), "/accounts/new", icon: "plus", isPrimary: true)
    }

    /// Target K-13: teachers with a profile who have an account in use.
    private static func stat(_ share: (active: Int, teachers: Int)) -> HTML {
        let isMet = share.teachers > 0 && share.active == share.teachers
        return UI.stats([
            UI.stat(
                t("Giáo viên có tài khoản đang dùng"), UI.percent(share.active, of: share.teachers),
                unit: t("{} / {} giáo viên có hồ sơ", UI.grouped(share.active), UI.grouped(share.teachers)),
                href: "/accounts/teachers",
                target: (isMet ? t("Đạt chỉ tiêu 100%") : t("Chỉ tiêu 100%"), isMet ? .good : .warn))
        ])
    }

    private static func filters(_ visit: Visit, _ filter: AccountFilter, _ found: Found) -> HTML {
        let kinds = PersonKind.allCases.map { (value: $0.rawValue, label: $0.label) }
        let states = AccountState.allCases.map { (value: $0.rawValue, label: $0.label) }
        let roles = Role.allCases.filter { $0 != .student && $0 != .guardian }.map {
            (value: $0.rawValue, label: $0.label)
        }
        let units = found.units.map { (value: $0.id.code, label: $0.name) }
        return UI.filters(
            "/accounts",
            """
            \(UI.text("q", t("Tìm theo tên hoặc tên đăng nhập"), value: filter.text, entry: .search))
            \(UI.select("kind", t("Loại"), kinds, value: filter.kind?.rawValue ?? "", any: t("Tất cả")))
            \(UI.select("state", t("Trạng thái"), states, value: filter.state?.rawValue ?? "", any: t("Tất cả")))
            \(when(
                visit.visitor.role != .homeroom,
                UI.select("role", t("Vai trò được giao"), roles, value: filter.role?.rawValue ?? "", any: t("Tất cả"))))
            \(when(!units.isEmpty, UI.select("org", t("Đơn vị"), units, value: filter.org?.code ?? "", any: t("Tất cả"))))
            """,
            kept: (units.isEmpty && filter.org != nil ? [("org", filter.org?.code ?? "")] : [])
                + (filter.isReversed ? [("sort", "last")] : []))
    }

    private static func chips(_ visit: Visit, _ filter: AccountFilter, _ found: Found) -> [UI.Chip] {
        func chip(_ name: String, _ label: String, _ value: String?) -> UI.Chip? {
            value.map { UI.Chip(label, $0, removeHref: visit.link((name, nil), ("after", nil), ("before", nil))) }
        }
        return [
            chip("q", t("Tìm"), filter.text.isEmpty ? nil : filter.text), chip("kind", t("Loại"), filter.kind?.label),
            chip("state", t("Trạng thái"), filter.state?.label),
            chip("role", t("Vai trò được giao"), filter.role?.label),
            chip("org", t("Đơn vị"), filter.org.map { _ in found.orgName }),
        ].compactMap { $0 }
    }

    private static func table(_ visit: Visit, _ filter: AccountFilter, _ lines: [AccountLine]) -> HTML {
        let columns = [
            UI.Column(t("Họ và tên")),
            UI.Column(
                t("Tên đăng nhập"),
                sortHref: visit.link(("sort", filter.isReversed ? nil : "last"), ("after", nil), ("before", nil)),
                sort: filter.isReversed ? .descending : .ascending), UI.Column(t("Loại")),
            UI.Column(t("Vai trò được giao")),
            UI.Column(t("Đơn vị")), UI.Column(t("Trạng thái")), UI.Column(t("Vào lần cuối"), isHiddenOnPhone: true),
        ]
        let rows = lines.map { line in
            UI.Row(
                [
                    "\(line.name)", "\(line.username)", "\(line.kind?.label ?? t("Cán bộ quản lý"))",
                    "\(line.roles.map(\.label).joined(separator: ", "))", "\(line.orgName)", Words.badge(line.state),
                    "\(line.seenAt?.shownMoment ?? "–")",
                ], href: "/accounts/\(line.id.code)", key: line.id.code, name: line.name,
                isFaded: line.state == .suspended)
        }
        return UI.table(
            columns, rows, caption: t("Tài khoản"), bulk: AccountBulk.bar(visit),
            empty: UI.empty(
                t("Không có tài khoản nào khớp"),
                t("Bỏ bớt điều kiện lọc, hoặc in phiếu đăng nhập của lớp để mở tài khoản."), icon: "people"),
            cards: true, panel: true)
    }

    private static func pager(_ visit: Visit, _ filter: AccountFilter, _ found: Found) -> HTML {
        let isBack = !filter.before.isEmpty
        let hasNewer = isBack ? found.hasMore : !filter.after.isEmpty
        let hasOlder = isBack || found.hasMore
        return UI.pager(
            newer: hasNewer ? found.lines.first.map { visit.link(("before", $0.username), ("after", nil)) } : nil,
            older: hasOlder ? found.lines.last.map { visit.link(("after", $0.username), ("before", nil)) } : nil)
    }
}

extension Tx {
    /// The units to narrow a list to: those right below the one chosen, or below the visitor's own.
    fileprivate func units(below org: ID<Org>?, scope: Scope) throws -> [OrgLine] {
        if let org { return try children(of: org, scope: scope) }
        let tops = try roots(scope: scope)
        return tops.count == 1 ? try children(of: tops[0].id, scope: scope) : tops
    }
}
