import Base
import Storage
import Web

/// Giving a role to an account, and ending one: never more than the giver may give.
enum GrantPages {
    static func mount(_ routes: Routes) {
        routes.get("/accounts/{id}/grants/new", .holder(.grantRoles), scope: .account) { visit in try await form(visit)
        }
        routes.post("/accounts/{id}/grants/new", .holder(.grantRoles), scope: .account, body: 16_384) { visit in
            try await grant(visit)
        }
        routes.get("/accounts/{id}/grants/end", .holder(.grantRoles), scope: .account) { visit in
            try await askEnd(visit)
        }
        routes.post("/accounts/{id}/grants/end", .holder(.grantRoles), scope: .account, body: 4096) { visit in
            try await end(visit)
        }
    }

    /// The roles of an account: those given, then those that follow from the register.
    static func table(_ visit: Visit, _ shown: AccountPage.Shown) -> HTML {
        let given = shown.grants.map { row($0, visit, shown) }
        let following = shown.held.filter { $0.grant == nil }.map { role in
            UI.Row([
                "\(role.role.label)", "\(role.orgName)", "\(Words.levels(role.levels))", "\(Words.until(role.until))",
                "<span class=\"muted\">\(t("theo sổ đăng bộ"))</span>", HTML(),
            ])
        }
        let mayGive =
            visit.visitor.may(.grantRoles) && shown.account.id != visit.visitor.account
            && shown.account.person.map { $0.kind == .staff } ?? true
        return """
            \(UI.table(
                [UI.Column(t("Vai trò")), UI.Column(t("Đơn vị")), UI.Column(t("Cấp học")), UI.Column(t("Thời hạn")), UI.Column(t("Ai giao")), UI.Column("")],
                given + following, caption: t("Vai trò"),
                empty: UI.empty(t("Chưa có vai trò nào"), t("Giao một vai trò để người này bắt đầu làm việc."), icon: "people"), cards: true))
            \(when(mayGive, UI.link(t("Giao vai trò"), "\(AccountPage.path(shown.account.id))/grants/new", icon: "plus")))
            """
    }

    private static func row(_ line: GrantLine, _ visit: Visit, _ shown: AccountPage.Shown) -> UI.Row {
        let grant = line.grant
        let mayEnd =
            line.isNow && visit.visitor.may(.grantRoles) && visit.visitor.mayGive(grant.role)
            && shown.account.id != visit.visitor.account
        let act: HTML =
            mayEnd
            ? UI.link(t("Thôi giao"), "\(AccountPage.path(shown.account.id))/grants/end?grant=\(grant.id.code)")
            : line.isNow
                ? HTML() : UI.badge(grant.endedAt != nil || grant.to < visit.today ? t("đã hết") : t("chưa đến hạn"))
        return UI.Row(
            [
                "\(grant.role.label)", "\(line.orgName)", "\(Words.levels(grant.levels))",
                "\(grant.from.shown) – \(Words.until(grant.to))",
                "\(line.giver)", act,
            ], isFaded: !line.isNow)
    }

    private static func form(_ visit: Visit, _ fault: Fault? = nil) async throws -> Reply {
        let id: ID<Account> = try visit.id("id"), path = AccountPage.path(id), problems = fault?.problems ?? []
        let (name, units) = try await visit.db.read { tx in
            (try tx.name(of: try tx.account(id, for: visit.visitor)), try UnitChoice.read(tx, visit))
        }
        let title = t("Giao vai trò")
        return .form(
            title, fault, crumbs: [(t("Tài khoản"), "/accounts"), (name, path), (title, nil)],
            """
            \(units.search(visit))
            \(UI.form(
                "\(path)/grants/new", csrf: visit.csrf, fields(visit, units, problems), submit: title, problems: problems, cancel: path))
            """)
    }

    private static func fields(_ visit: Visit, _ units: UnitChoice, _ problems: [Problem]) -> HTML {
        let roles = Role.allCases.filter(visit.visitor.mayGive).map { (value: $0.rawValue, label: $0.label) }
        let own = visit.visitor.scope.levels ?? Level.allCases
        let levels = own.map { (value: $0.rawValue, label: $0.label) }
        let today = visit.form.text("from").isEmpty ? visit.today.shown : visit.form.text("from")
        return """
            \(UI.select("role", t("Vai trò"), roles, value: visit.form.text("role"), problems: problems, required: true))
            \(units.picker(t("Đơn vị"), problems))
            \(UI.checkboxes(
                "levels", t("Cấp học"), levels, values: Set(visit.form.all("levels")), hint: t("Không chọn cấp nào là mọi cấp."), problems: problems,
                isInline: true))
            \(UI.grid("""
                \(UI.date("from", t("Từ ngày"), value: today, problems: problems, required: true))
                \(UI.date("to", t("Đến hết ngày"), value: visit.form.text("to"), hint: t("Bỏ trống là không thời hạn."), problems: problems))
                """))
            """
    }

    private static func grant(_ visit: Visit) async throws -> Reply {
        try await mending {
            let id: ID<Account> = try visit.id("id")
            let form = try read(visit, id)
            _ = try await give(form, by: visit.visitor, in: visit.db)
            visit.door.forget(id)
            return .redirect(AccountPage.path(id), flash: t("Đã giao vai trò {}.", form.role.label))
        } redraw: { fault in
            try await form(visit, fault)
        }
    }

    private static func read(_ visit: Visit, _ id: ID<Account>) throws -> GrantForm {
        let form = visit.form
        guard let role = Role(rawValue: form.text("role")) else {
            throw Fault.invalid([Problem("role", "Hãy chọn vai trò.")])
        }
        guard let from = Day(typed: form.text("from"), year: visit.today.parts.year) else {
            throw Fault.invalid([Problem("from", "Ngày bắt đầu chưa đúng.")])
        }
        let last = form.text("to").isEmpty ? Day.forever : Day(typed: form.text("to"), year: visit.today.parts.year)
        guard let last else { throw Fault.invalid([Problem("to", "Ngày cuối chưa đúng.")]) }
        let levels = form.all("levels").compactMap(Level.init)
        return GrantForm(
            account: id, role: role, org: form.id("org"), levels: levels.isEmpty ? nil : levels, from: from, to: last)
    }

    private static func askEnd(_ visit: Visit) async throws -> Reply {
        let id: ID<Account> = try visit.id("id"), path = AccountPage.path(id)
        guard let asked: ID<Grant> = visit.queryID("grant") else { throw Fault.notFound }
        let (name, grant, unit) = try await visit.db.read { tx in
            let account = try tx.account(id, for: visit.visitor)
            guard let grant = try tx.grants(of: id).first(where: { $0.id == asked && $0.endedAt == nil }) else {
                throw Fault.notFound
            }
            return (
                try tx.name(of: account), grant,
                grant.org == nil ? t("Toàn hệ thống") : try tx.name(of: grant.org)
            )
        }
        return .page(
            t("Thôi giao vai trò"),
            crumbs: [(t("Tài khoản"), "/accounts"), (name, path), (t("Thôi giao vai trò"), nil)],
            UI.confirm(
                t("Thôi giao vai trò {} của {}?", grant.role.label, name),
                consequence: """
                    <p>\(unit)</p>
                    <p>\(t("Người này mất ngay quyền của vai trò đó. Muốn giao lại thì lập vai trò mới."))</p>
                    """,
                action: "\(path)/grants/end", csrf: visit.csrf, verb: t("Thôi giao"), cancel: path,
                fields: [("grant", asked.code)]))
    }

    private static func end(_ visit: Visit) async throws -> Reply {
        let id: ID<Account> = try visit.id("id")
        guard let grant: ID<Grant> = visit.form.id("grant") else { throw Fault.notFound }
        try await endGrant(grant, by: visit.visitor, in: visit.db)
        visit.door.forget(id)
        return .redirect(AccountPage.path(id), flash: t("Đã thôi giao vai trò."))
    }
}
