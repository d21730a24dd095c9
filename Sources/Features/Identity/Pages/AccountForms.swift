import Base
import Registry
import Storage
import Web

/// What is done to one account: opening, suspending, restoring, codes on paper, ending sessions.
enum AccountForms {
    static func mount(_ routes: Routes) {
        routes.get("/accounts/new", .holder(.manageAccounts), scope: .none) { visit in try await form(visit) }
        routes.post("/accounts/new", .holder(.manageAccounts), scope: .none, body: 16_384) { visit in
            try await open(visit)
        }
        routes.get("/accounts/{id}/suspension", .holder(.manageAccounts), scope: .account) { visit in
            try await askSuspend(visit)
        }
        routes.post("/accounts/{id}/suspension", .holder(.manageAccounts), scope: .account, body: 16_384) { visit in
            try await done(visit, t("Đã tạm khóa.")) {
                try await suspend($0, reason: visit.form.text("reason"), by: visit.visitor, in: visit.db)
            }
        }
        routes.post("/accounts/{id}/activation", .holder(.manageAccounts), scope: .account, body: 4096) { visit in
            try await done(visit, t("Đã mở khóa.")) { try await restore($0, by: visit.visitor, in: visit.db) }
        }
        routes.post("/accounts/{id}/sessions/end", .holder(.manageAccounts), scope: .account, body: 4096) { visit in
            try await done(visit, t("Đã kết thúc mọi phiên.")) {
                _ = try await endSessions(of: $0, by: visit.visitor, in: visit.db)
            }
        }
        routes.get("/accounts/{id}/factor", .holder(.manageAccounts), scope: .account) { visit in
            try await askFactor(visit)
        }
        routes.post("/accounts/{id}/factor", .holder(.manageAccounts), scope: .account, body: 4096) { visit in
            try await done(visit, t("Đã gỡ bước xác thực thứ hai.")) {
                try await removeFactor(of: $0, by: visit.visitor, in: visit.db)
            }
        }
        routes.get("/accounts/{id}/code", .holder(.printCodes), scope: .account) { visit in try await askCode(visit) }
        routes.post("/accounts/{id}/code", .holder(.printCodes), scope: .account, body: 4096) { visit in
            let id: ID<Account> = try visit.id("id")
            let row = try await printReset(for: id, by: visit.visitor, in: visit.db)
            return Sheets.paper(visit, t("Mã đặt mật khẩu"), [row], back: AccountPage.path(id))
        }
    }

    private static func done(_ visit: Visit, _ flash: String, _ act: (ID<Account>) async throws -> Void) async throws
        -> Reply
    {
        let id: ID<Account> = try visit.id("id")
        try await act(id)
        visit.door.forget(id)
        return .redirect(AccountPage.path(id), flash: flash)
    }

    // MARK: Questions first

    private static func ask(
        _ visit: Visit, _ title: String, _ act: String, consequence: String, inputs: HTML = HTML(),
        isDangerous: Bool = true
    ) async throws -> Reply {
        let id: ID<Account> = try visit.id("id")
        let (name, username) = try await visit.db.read { tx in
            let account = try tx.account(id, keptBy: visit.visitor)
            return (try tx.name(of: account), account.username)
        }
        let path = AccountPage.path(id)
        return .page(
            title, crumbs: [(t("Tài khoản"), "/accounts"), (name, path), (title, nil)],
            UI.confirm(
                t("{}: {} ({})?", title, name, username), consequence: "<p>\(consequence)</p>",
                action: "\(path)/\(act)", csrf: visit.csrf,
                verb: title, cancel: path, inputs: inputs, isDangerous: isDangerous))
    }

    private static func askSuspend(_ visit: Visit) async throws -> Reply {
        try await ask(
            visit, t("Tạm khóa"), "suspension",
            consequence: t("Người dùng bị đưa ra khỏi hệ thống ngay và không đăng nhập lại được cho đến khi mở khóa."),
            inputs: UI.text("reason", t("Lý do"), required: true, maxLength: 200))
    }

    private static func askFactor(_ visit: Visit) async throws -> Reply {
        try await ask(
            visit, t("Gỡ bước xác thực thứ hai"), "factor",
            consequence: t("Chỉ làm khi đã gặp và nhận ra người đó. Lần đăng nhập sau, họ phải cài lại."))
    }

    private static func askCode(_ visit: Visit) async throws -> Reply {
        try await ask(
            visit, t("In mã đặt mật khẩu"), "code",
            consequence: t(
                "Chỉ in khi đã gặp và nhận ra người đó. Mã dùng một lần; đặt mật khẩu mới xong, mọi phiên đăng nhập cũ kết thúc."
            ),
            isDangerous: false)
    }

    // MARK: Opening

    private static func open(_ visit: Visit) async throws -> Reply {
        try await mending {
            let org: ID<Org>? = visit.form.id("org")
            let id = try await openAccount(
                username: visit.form.text("username"), name: visit.form.text("name"), at: org, by: visit.visitor,
                in: visit.db)
            return .redirect(
                AccountPage.path(id), flash: t("Đã mở tài khoản. Giao vai trò, rồi in phiếu đăng nhập lần đầu."))
        } redraw: { fault in
            try await form(visit, fault)
        }
    }

    private static func form(_ visit: Visit, _ fault: Fault? = nil) async throws -> Reply {
        let problems = fault?.problems ?? []
        let units = try await visit.db.read { tx in try UnitChoice.read(tx, visit) }
        let fields: HTML = """
            \(UI.text("name", t("Họ và tên"), value: visit.form.text("name"), problems: problems, required: true, autocomplete: "off", maxLength: 100))
            \(UI.text(
                "username", t("Tên đăng nhập"), value: visit.form.text("username"),
                hint: t("Chữ thường không dấu, chữ số, dấu chấm; ví dụ lo.thi.am"), problems: problems, required: true, autocomplete: "off",
                maxLength: 40))
            \(units.picker(t("Đơn vị quản lý tài khoản"), problems))
            """
        return .form(
            t("Thêm tài khoản"), fault, crumbs: [(t("Tài khoản"), "/accounts"), (t("Thêm tài khoản"), nil)],
            """
            \(UI.notice("\(t("Trang này cho cán bộ quản lý không có trong sổ nhân sự. Giáo viên, học sinh và cha mẹ được mở tài khoản khi in phiếu đăng nhập lần đầu của trường hoặc lớp."))"))
            \(units.search(visit))
            \(UI.form("/accounts/new", csrf: visit.csrf, fields, submit: t("Mở tài khoản"), problems: problems, cancel: "/accounts"))
            """)
    }
}

/// The units a form offers: the visitor's own and those right below, and what a search found; it works without a script.
struct UnitChoice: Sendable {
    private let picks: [UI.Pick], value: String, isWide: Bool
    /// The query by which the page finds units.
    private static let query: StaticString = "unit"

    /// `first` is the unit chosen before, where the form is not sent yet.
    static func read(_ tx: Tx, _ visit: Visit, first kept: ID<Org>? = nil) throws -> UnitChoice {
        let scope = visit.visitor.scope, text = String(visit.query(query).prefix(100))
        let found = try text.isEmpty ? [] : tx.orgs(matching: text, scope: scope, limit: 30)
        let chosen = kept?.code ?? visit.form.text("org"), first: String?
        var picks: [UI.Pick]
        if found.isEmpty {
            let roots = try tx.roots(scope: scope)
            let below = try roots.count == 1 ? tx.children(of: roots[0].id, scope: scope) : []
            picks = roots.map { UI.Pick($0.id.code, $0.name) } + below.map { UI.Pick($0.id.code, $0.name, depth: 1) }
            first = roots.first?.id.code
        } else {
            picks = try found.map { line in
                UI.Pick(line.id.code, line.name, rest: try line.parent.map { try tx.name(of: $0) } ?? "")
            }
            first = found.first?.id.code
        }
        if let id = ID<Org>(chosen), !picks.contains(where: { $0.value == chosen }), try tx.reaches(scope, org: id) {
            picks.insert(UI.Pick(chosen, try tx.name(of: id)), at: 0)
        }
        let isWide =
            switch scope.reach {
            case .everything, .tree: true
            default: false
            }
        return UnitChoice(picks: picks, value: chosen.isEmpty ? first ?? "" : chosen, isWide: isWide)
    }

    /// The search above the form, for those who look after many units.
    func search(_ visit: Visit) -> HTML {
        guard isWide else { return HTML() }
        return UI.pickerSearch(
            visit.path, query: Self.query.description, label: t("Tìm đơn vị trước"), value: visit.query(Self.query),
            submit: t("Tìm đơn vị"))
    }

    func picker(_ label: String, _ problems: [Problem]) -> HTML {
        UI.picker(
            "org", label, picks, value: value, search: isWide ? Self.query.description : nil, problems: problems,
            required: true)
    }
}
