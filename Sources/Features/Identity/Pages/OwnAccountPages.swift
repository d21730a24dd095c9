import Base
import Storage
import Web

/// One's own account: what it is, where it is signed in, how it is kept safe.
enum OwnAccountPages {
    static func mount(_ routes: Routes) {
        routes.get("/account", .signedIn, scope: .own) { visit in try await page(visit) }
        routes.post("/account/sessions/end", .signedIn, scope: .own, body: 4096) { visit in try await end(visit) }
    }

    static func crumbs(_ title: String) -> [(String, String?)] { [(t("Tài khoản của tôi"), "/account"), (title, nil)] }

    private struct Own: Sendable {
        let account: AccountRow, name: String, held: [HeldRole], sessions: [SessionRow], hasFactor: Bool
    }

    private static func page(_ visit: Visit) async throws -> Reply {
        guard let id = visit.visitor.account else { throw Fault.unauthenticated }
        let own = try await visit.db.read { tx -> Own in
            guard let account = try tx.account(id) else { throw Fault.unauthenticated }
            return Own(
                account: account, name: try tx.name(of: account), held: try tx.held(by: account, on: tx.today),
                sessions: try tx.sessions(of: id), hasFactor: try tx.hasFactor(id))
        }
        return .page(
            t("Tài khoản của tôi"), crumbs: [(t("Tài khoản của tôi"), nil)],
            """
            \(UI.columns([who(own), safety(own)]))
            \(UI.card(t("Vai trò của bạn"), roles(own.held)))
            \(UI.card(t("Đang đăng nhập ở"), sessions(own.sessions, visit)))
            \(UI.card(t("Hiển thị"), display(visit)))
            """)
    }

    private static func who(_ own: Own) -> HTML {
        UI.card(
            t("Bạn là"),
            UI.facts([
                (t("Họ và tên"), "\(own.name)"), (t("Tên đăng nhập"), "\(own.account.username)"),
                (t("Loại người dùng"), "\(own.account.person?.kind.label ?? t("Cán bộ quản lý"))"),
                (t("Tạo lúc"), "\(own.account.createdAt.shownMoment)"),
            ]))
    }

    private static func safety(_ own: Own) -> HTML {
        let factor = own.hasFactor ? UI.badge(t("Đang bật"), .good) : UI.badge(t("Chưa bật"))
        return UI.card(
            t("Bảo mật"),
            """
            \(UI.facts([(t("Bước xác thực thứ hai"), factor)]))
            <div class="buttons">\(UI.link(t("Đổi mật khẩu"), "/password", icon: "key"))\
            \(UI.link(t("Bước xác thực thứ hai"), "/second-factor", icon: "lock"))</div>
            """)
    }

    private static func roles(_ held: [HeldRole]) -> HTML {
        let rows = held.map { role in
            UI.Row([
                "\(role.role.label)", "\(role.orgName)", "\(Words.levels(role.levels))", "\(Words.until(role.until))",
            ])
        }
        return UI.table(
            [UI.Column(t("Vai trò")), UI.Column(t("Đơn vị")), UI.Column(t("Cấp học")), UI.Column(t("Đến hết"))], rows,
            caption: t("Vai trò của bạn"),
            empty: UI.empty(t("Chưa có vai trò nào"), t("Vai trò do trường hoặc Sở giao."), icon: "people"), cards: true
        )
    }

    private static func sessions(_ sessions: [SessionRow], _ visit: Visit) -> HTML {
        let rows = sessions.map { session in
            let isThis = session.id == visit.session?.id
            let end = UI.post(
                t("Kết thúc"), to: "/account/sessions/end", csrf: visit.csrf, fields: [("session", session.id.code)],
                style: "quiet")
            return UI.Row([
                "\(Words.device(session.agent))", "\(Agents.shortened(session.address))",
                "\(session.touchedAt.shownMoment)",
                isThis ? UI.badge(t("Phiên này"), .good) : end,
            ])
        }
        let table = UI.table(
            [UI.Column(t("Thiết bị")), UI.Column(t("Địa chỉ mạng")), UI.Column(t("Lần cuối")), UI.Column("")], rows,
            caption: t("Đang đăng nhập ở"), cards: true)
        let all = UI.post(
            t("Kết thúc mọi phiên khác"), to: "/account/sessions/end", csrf: visit.csrf, fields: [("all", "1")])
        return table + when(sessions.count > 1, all)
    }

    private static func display(_ visit: Visit) -> HTML {
        let other = Language.current == .vi ? Language.en : .vi
        return """
            <div class="buttons">\(UI.post(
                other == .en ? "English" : t("Xem bằng tiếng Việt"), to: "/session/language", csrf: visit.csrf,
                fields: [("language", other.rawValue), ("next", "/account")], icon: "language"))\
            <button class="button" type="button" data-theme-switch hidden>\(UI.icon("theme"))\(t("Nền sáng hoặc tối"))</button></div>
            """
    }

    private static func end(_ visit: Visit) async throws -> Reply {
        if visit.form.has("all") {
            let count = try await visit.door.endOtherSessions(cookie: visit.ownCookie, address: visit.address)
            return .redirect("/account", flash: t("Đã kết thúc {} phiên đăng nhập khác.", count))
        }
        guard let session: ID<Session> = visit.form.id("session") else { throw Fault.notFound }
        try await visit.door.endOwnSession(session, cookie: visit.ownCookie, address: visit.address)
        return .redirect("/account", flash: t("Đã kết thúc phiên đăng nhập."))
    }
}
