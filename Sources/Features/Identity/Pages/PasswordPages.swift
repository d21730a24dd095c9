import Base
import Web

/// Changing one's own password.
enum PasswordPages {
    static func mount(_ routes: Routes) {
        routes.get("/password", .signedIn, scope: .own) { visit in page(visit) }
        routes.post("/password", .signedIn, scope: .own, body: 16_384) { visit in try await change(visit) }
    }

    /// The fields of a new password, typed twice.
    static func newFields(_ problems: [Problem]) -> HTML {
        """
        \(UI.text(
            "password", t("Mật khẩu mới"),
            hint: t("Ít nhất 12 ký tự với cán bộ, giáo viên; 8 ký tự với học sinh, cha mẹ. Một câu dài dễ nhớ là tốt nhất."),
            problems: problems, required: true, entry: .newPassword, maxLength: 512))
        \(UI.text("again", t("Nhập lại mật khẩu mới"), problems: problems, required: true, entry: .newPassword, maxLength: 512))
        """
    }

    static func mustMatch(_ form: Form) throws {
        guard form.raw("password") == form.raw("again") else {
            throw Fault.invalid([Problem("again", "Hai lần nhập mật khẩu chưa giống nhau.")])
        }
    }

    private static func change(_ visit: Visit) async throws -> Reply {
        try await mending {
            try mustMatch(visit.form)
            let secret = try await visit.door.changePassword(
                from: visit.form.raw("old"), to: visit.form.raw("password"), cookie: visit.ownCookie,
                address: visit.address)
            let flash = t("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.")
            return Reply.redirect(isForced(visit) ? "/me" : "/account", flash: flash).turning(secret, visit)
        } redraw: { fault in
            page(visit, fault)
        }
    }

    private static func isForced(_ visit: Visit) -> Bool { visit.session?.mustVisit == "/password" }

    private static func page(_ visit: Visit, _ fault: Fault? = nil) -> Reply {
        let problems = fault?.problems ?? []
        let fields: HTML = """
            \(UI.text("old", t("Mật khẩu hiện tại"), problems: problems, required: true, entry: .password, maxLength: 512))
            \(newFields(problems))
            """
        let form = UI.form(
            "/password", csrf: visit.csrf, fields, submit: t("Đổi mật khẩu"), problems: problems,
            cancel: isForced(visit) ? nil : "/account", keepsDraft: false)
        let why = UI.notice("\(t("Trước khi tiếp tục, hãy đặt mật khẩu của riêng bạn."))", .warn)
        return .form(
            t("Đổi mật khẩu"), fault, crumbs: isForced(visit) ? [] : OwnAccountPages.crumbs(t("Đổi mật khẩu")),
            when(isForced(visit), why) + form)
    }
}
