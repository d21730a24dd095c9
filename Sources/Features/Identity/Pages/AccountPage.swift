import Base
import Storage
import Web
import Work

/// One account: whose, what it may do, where it is signed in, what happened to it, and what its keepers can do.
enum AccountPage {
    static func mount(_ routes: Routes) {
        routes.get("/accounts/{id}", .holder(.readAccounts), scope: .account) { visit in try await page(visit) }
    }

    /// All that the page shows, read in one go.
    struct Shown: Sendable {
        let account: AccountRow, name: String, orgName: String, held: [HeldRole], grants: [GrantLine],
            sessions: [SessionRow]
        let hasFactor: Bool, entries: [AuditLine], isKept: Bool
    }

    static func path(_ id: ID<Account>) -> String { "/accounts/\(id.code)" }

    private static func page(_ visit: Visit) async throws -> Reply {
        let id: ID<Account> = try visit.id("id")
        let shown = try await visit.db.read { tx in try tx.shown(id, for: visit.visitor) }
        return .page(
            shown.name, crumbs: [(t("Tài khoản"), "/accounts"), (shown.name, nil)],
            """
            \(when(!shown.isKept, UI.notice("\(t("Tài khoản này do cấp trên quản lý, bạn chỉ xem được."))")))
            \(UI.columns([who(shown), acts(visit, shown)]))
            \(UI.card(t("Vai trò"), GrantPages.table(visit, shown)))
            \(UI.card(t("Phiên đăng nhập"), sessions(visit, shown)))
            \(UI.card(t("Lịch sử"), AuditWords.table(shown.entries, for: visit.visitor, caption: t("Lịch sử"), hasSubject: false)))
            """)
    }

    private static func who(_ shown: Shown) -> HTML {
        let account = shown.account
        return UI.card(
            t("Tài khoản"),
            UI.facts([
                (t("Tên đăng nhập"), "<b>\(account.username)</b>"), (t("Trạng thái"), Words.badge(account.state)),
                (t("Loại người dùng"), "\(account.person?.kind.label ?? t("Cán bộ quản lý"))"),
                (t("Hồ sơ"), record(account, shown.name)),
                (t("Đơn vị"), "\(shown.orgName)"), (t("Tạo lúc"), "\(account.createdAt.shownMoment)"),
                (t("Vào lần cuối"), "\(account.seenAt?.shownMoment)"),
                (
                    t("Bước xác thực thứ hai"),
                    shown.hasFactor ? UI.badge(t("Đang bật"), .good) : UI.badge(t("Chưa bật"))
                ),
            ]))
    }

    private static func record(_ account: AccountRow, _ name: String) -> HTML {
        guard let person = account.person else { return HTML() }
        let code = ID<Account>(stored: person.id).code
        switch person.kind {
        case .student: return "<a href=\"/students/\(code)\">\(name)</a>"
        case .staff: return "<a href=\"/staff/\(code)\">\(name)</a>"
        case .guardian: return "\(name)"
        }
    }

    /// What this visitor may do with the account now.
    private static func acts(_ visit: Visit, _ shown: Shown) -> HTML {
        guard shown.isKept, shown.account.id != visit.visitor.account else { return HTML() }
        let path = path(shown.account.id), isSuspended = shown.account.state == .suspended
        var buttons = HTML()
        if visit.visitor.may(.printCodes), !isSuspended {
            let label = shown.account.state == .active ? t("In mã đặt lại mật khẩu") : t("In phiếu đăng nhập lần đầu")
            buttons += UI.link(label, "\(path)/code", icon: "print")
        }
        if visit.visitor.may(.manageAccounts) {
            buttons +=
                isSuspended
                ? UI.post(t("Mở khóa"), to: "\(path)/activation", csrf: visit.csrf, icon: "check")
                : UI.link(t("Tạm khóa"), "\(path)/suspension", icon: "lock")
            if shown.hasFactor { buttons += UI.link(t("Gỡ bước xác thực thứ hai"), "\(path)/factor", icon: "key") }
        }
        if visit.visitor.may(.viewAs), !shown.held.isEmpty {
            buttons += UI.post(
                t("Xem bằng vai này"), to: "/view-as", csrf: visit.csrf, fields: [("account", shown.account.id.code)],
                icon: "search")
        }
        return when(!buttons.isEmpty, UI.card(t("Việc có thể làm"), "<div class=\"buttons\">\(buttons)</div>"))
    }

    private static func sessions(_ visit: Visit, _ shown: Shown) -> HTML {
        let rows = shown.sessions.map { session in
            UI.Row([
                "\(Words.device(session.agent))", "\(Agents.shortened(session.address))",
                "\(session.createdAt.shownMoment)",
                "\(session.touchedAt.shownMoment)",
            ])
        }
        let table = UI.table(
            [
                UI.Column(t("Thiết bị")), UI.Column(t("Địa chỉ mạng")), UI.Column(t("Đăng nhập lúc")),
                UI.Column(t("Lần cuối")),
            ], rows,
            caption: t("Phiên đăng nhập"), empty: "<p class=\"muted\">\(t("Không đăng nhập ở đâu."))</p>", cards: true)
        let mayEnd = shown.isKept && !rows.isEmpty && visit.visitor.may(.manageAccounts)
        return table
            + when(
                mayEnd, UI.post(t("Kết thúc mọi phiên"), to: "\(path(shown.account.id))/sessions/end", csrf: visit.csrf)
            )
    }
}

/// A role given, with the names to show.
struct GrantLine: Sendable {
    let grant: GrantRow, orgName: String, giver: String, isNow: Bool
}

extension Tx {
    fileprivate func shown(_ id: ID<Account>, for visitor: Visitor) throws -> AccountPage.Shown {
        let account = try account(id, for: visitor)
        let grants = try grants(of: id).map { grant in
            GrantLine(
                grant: grant, orgName: grant.org == nil ? t("Toàn hệ thống") : try name(of: grant.org),
                giver: try grant.givenBy.map(accountName) ?? "hoaban",
                isNow: grant.endedAt == nil && grant.from <= today && grant.to >= today)
        }
        return AccountPage.Shown(
            account: account, name: try name(of: account), orgName: try name(of: account.org),
            held: try held(by: account, on: today),
            grants: grants, sessions: try sessions(of: id), hasFactor: try hasFactor(id),
            entries: try auditLines(try auditEntries(scope: .everything, subject: .account(id), limit: 50)),
            isKept: try isKept(account, by: visitor))
    }

    /// Whether a visitor may look after an account, without an error when not.
    private func isKept(_ account: AccountRow, by visitor: Visitor) throws -> Bool {
        do { return try self.account(account.id, keptBy: visitor).id == account.id } catch is Fault { return false }
    }

    /// The name behind an account's key.
    func accountName(_ id: ID<Account>) throws -> String { try account(id).map { try name(of: $0) } ?? id.code }
}
