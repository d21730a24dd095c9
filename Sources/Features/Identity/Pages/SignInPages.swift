import Base
import Web

/// The door itself: name and password, the second step, leaving, changing role and language.
enum SignInPages {
    static func mount(_ routes: Routes) {
        routes.get("/login", .everyone, scope: .none, load: .vital) { visit in
            visit.session == nil ? page(visit) : .redirect(visit.next)
        }
        // A late form comes along (`LatePages`).
        routes.post("/login", .everyone, scope: .none, body: 320_000) { visit in try await signIn(visit) }
        routes.get("/login/code", .signedIn, scope: .own, load: .vital) { visit in
            visit.session?.mustVisit == "/login/code" ? codePage(visit) : .redirect("/me")
        }
        routes.post("/login/code", .signedIn, scope: .own, body: 320_000) { visit in try await passCode(visit) }
        routes.post("/logout", .signedIn, scope: .own, body: 4096) { visit in
            try await visit.door.signOut(visit.ownCookie, address: visit.address)
            return Reply.redirect("/login", flash: t("Bạn đã đăng xuất.")).setting(cookie: visit.noSessionLine)
        }
        routes.post("/session/role", .signedIn, scope: .own, body: 4096) { visit in
            let secret = try await visit.door.switchRole(
                to: visit.form.text("role"), cookie: visit.ownCookie, address: visit.address)
            return Reply.redirect("/me").turning(secret, visit)
        }
        routes.post("/session/year", .signedIn, scope: .own, body: 16_384) { visit in try await chooseYear(visit) }
        routes.post("/session/language", .everyone, scope: .none, body: 8192) { visit in try await choose(visit) }
    }

    // MARK: Name and password

    private static func signIn(_ visit: Visit) async throws -> Reply {
        try await mending {
            let opened = try await visit.door.signIn(
                username: String(visit.form.text("username").prefix(200)), password: visit.form.raw("password"),
                address: visit.address, device: visit.device, agent: visit.agent)
            let target = opened.duty == .enterFactor ? "/login/code?next=\(Percent.encode(visit.next))" : visit.next
            guard let held = HeldForm(carried: visit.form) else { return Reply.redirect(target).opening(opened, visit) }
            if opened.duty == .enterFactor {
                return codePage(visit, held: held, csrf: visit.door.csrf(opened.cookie)).opening(opened, visit)
            }
            let offer = try await LatePages.offer(visit, held, cookie: opened.cookie)
            return (offer ?? unsent(target)).opening(opened, visit)
        } redraw: { fault in
            page(visit, fault, held: HeldForm(carried: visit.form))
        }
    }

    /// Where something else must be done first, the late form goes no further.
    private static func unsent(_ target: String) -> Reply {
        .redirect(target, flash: t("Nội dung nhập dở lúc trước chưa được ghi. Hãy mở lại biểu mẫu."))
    }

    /// Whatever was wrong, the page says the same (bar E3); only waiting has words of its own.
    static func page(
        _ visit: Visit, _ fault: Fault? = nil, note: HTML = HTML(), held: HeldForm? = nil, next: String? = nil
    ) -> Reply {
        let fields: HTML = """
            \(UI.text("username", t("Tên đăng nhập"), value: visit.path == "/login" ? visit.form.text("username") : "", required: true, autocomplete: "username", maxLength: 200))
            \(UI.text("password", t("Mật khẩu"), required: true, entry: .password, maxLength: 512))
            """
        let form = UI.form(
            "/login", csrf: visit.csrf, fields, submit: t("Đăng nhập"),
            hidden: [("next", next ?? visit.next)] + (held?.hidden ?? []), keepsDraft: false)
        return .form(
            t("Đăng nhập"), fault,
            """
            \(note)\(form)
            <p><a href="/activate">\(t("Kích hoạt tài khoản"))</a> · <a href="/claim">\(t("Có phiếu của cha mẹ học sinh"))</a></p>
            <p class="muted">\(t("Quên mật khẩu: gặp văn thư của trường để nhận mã đặt lại."))
            <a href="/reset">\(t("Đã có mã đặt lại mật khẩu"))</a></p>
            """
        ).withoutDoor
    }

    // MARK: The second step

    private static func passCode(_ visit: Visit) async throws -> Reply {
        try await mending {
            let secret = try await visit.door.passFactor(
                code: String(visit.form.text("code").prefix(64)), cookie: visit.ownCookie, address: visit.address)
            guard let held = HeldForm(carried: visit.form) else {
                return Reply.redirect(visit.next).turning(secret, visit)
            }
            let offer = try await LatePages.offer(visit, held, cookie: secret)
            return (offer ?? unsent(visit.next)).turning(secret, visit)
        } redraw: { fault in
            codePage(visit, fault, held: HeldForm(carried: visit.form))
        }
    }

    private static func codePage(
        _ visit: Visit, _ fault: Fault? = nil, held: HeldForm? = nil, csrf: String? = nil
    ) -> Reply {
        let csrf = csrf ?? visit.csrf
        let fields = UI.text(
            "code", t("Mã xác thực"), hint: t("6 chữ số trong ứng dụng xác thực, hoặc một mã khôi phục."),
            problems: fault?.problems ?? [], required: true, autocomplete: "one-time-code", maxLength: 40)
        return .form(
            t("Bước xác thực thứ hai"), fault,
            """
            \(UI.form(
                "/login/code", csrf: csrf, fields, submit: t("Tiếp tục"), hidden: [("next", visit.next)] + (held?.hidden ?? []),
                keepsDraft: false))
            \(UI.post(t("Đăng xuất"), to: "/logout", csrf: csrf, style: "quiet"))
            """
        ).withoutDoor
    }

    // MARK: School year and language

    /// Keeps the school year that the header's menu chose for the rest of the session; the current one follows the calendar.
    private static func chooseYear(_ visit: Visit) async throws -> Reply {
        guard let year = SchoolYear(visit.form.text("year")) else { throw Fault.notFound }
        try await visit.door.choose(
            year == SchoolYear(of: visit.today) ? nil : year, cookie: visit.ownCookie, address: visit.address)
        return .redirect(visit.next)
    }

    private static func choose(_ visit: Visit) async throws -> Reply {
        guard let language = Language(rawValue: visit.form.text("language")) else { throw Fault.notFound }
        if let session = visit.session, session.mustVisit == nil, !session.isViewingAs {
            try await visit.door.choose(language, cookie: visit.ownCookie, address: visit.address)
        }
        let next = visit.form.text("next")
        return Reply.redirect(next.isEmpty ? "/" : next).setting(cookie: visit.languageLine(language))
    }
}
