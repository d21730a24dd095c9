import Base
import Web

/// What a printed code opens: a first password, or a new one.
enum CodePages {
    /// The two doors: they differ in their words alone.
    private struct Door: Sendable {
        let path: String, title: @Sendable () -> String, advice: @Sendable () -> String, verb: @Sendable () -> String
    }

    private static let activation = Door(
        path: "/activate", title: { t("Kích hoạt tài khoản") },
        advice: { t("Nhập mã trên phiếu đăng nhập lần đầu do trường phát. Mỗi mã dùng một lần.") },
        verb: { t("Đặt mật khẩu và đăng nhập") })
    private static let reset = Door(
        path: "/reset", title: { t("Đặt lại mật khẩu") },
        advice: { t("Nhập mã đặt lại mật khẩu mà văn thư đã in cho bạn. Mỗi mã dùng một lần.") },
        verb: { t("Đặt mật khẩu mới") })

    static func mount(_ routes: Routes) {
        routes.get("/activate", .everyone, scope: .none, load: .vital) { visit in ask(visit, activation) }
        routes.post("/activate", .everyone, scope: .none, body: 16_384) { visit in try await answer(visit, activation) }
        routes.get("/reset", .everyone, scope: .none, load: .vital) { visit in ask(visit, reset) }
        routes.post("/reset", .everyone, scope: .none, body: 16_384) { visit in try await answer(visit, reset) }
    }

    private static func ask(_ visit: Visit, _ door: Door, _ fault: Fault? = nil) -> Reply {
        let typed = visit.form.has("code") ? visit.form.text("code") : visit.query("code")
        let field = UI.text(
            "code", t("Mã trên phiếu"), value: String(typed.prefix(64)),
            hint: t("16 ký tự, ví dụ ABCD-EFGH-JKMN-PQRS."),
            problems: fault?.problems ?? [], required: true, autocomplete: "off", maxLength: 64)
        return .form(
            door.title(), fault,
            """
            <p>\(door.advice())</p>
            \(UI.form(door.path, csrf: visit.csrf, field, submit: t("Tiếp tục"), keepsDraft: false))
            <p class="muted"><a href="/login">\(t("Về trang đăng nhập"))</a></p>
            """)
    }

    private static func answer(_ visit: Visit, _ door: Door) async throws -> Reply {
        let code = String(visit.form.text("code").prefix(64))
        guard visit.form.has("password") else {
            return try await mending {
                choose(visit, door, code, try await visit.door.codeHolder(code, address: visit.address))
            } redraw: { fault in
                ask(visit, door, fault)
            }
        }
        return try await mending {
            try PasswordPages.mustMatch(visit.form)
            let opened = try await visit.door.redeem(
                code: code, password: visit.form.raw("password"), address: visit.address, device: visit.device,
                agent: visit.agent)
            return Reply.redirect("/me", flash: t("Đã đặt mật khẩu.")).opening(opened, visit)
        } redraw: { fault in
            if fault.kind != .invalid || fault.problems.contains(where: { $0.field == "code" }) {
                return ask(visit, door, fault)
            }
            return choose(visit, door, code, try await visit.door.codeHolder(code, address: visit.address), fault)
        }
    }

    private static func choose(
        _ visit: Visit, _ door: Door, _ code: String, _ holder: (name: String, username: String), _ fault: Fault? = nil
    ) -> Reply {
        .form(
            door.title(), fault,
            """
            \(UI.facts([(t("Họ và tên"), "\(holder.name)"), (t("Tên đăng nhập"), "<b class=\"secret\">\(holder.username)</b>")]))
            <p>\(t("Hãy ghi nhớ tên đăng nhập này. Nếu đây không phải là bạn, dừng lại và báo cho trường."))</p>
            \(UI.form(
                door.path, csrf: visit.csrf, PasswordPages.newFields(fault?.problems ?? []), submit: door.verb(),
                problems: fault?.problems ?? [], hidden: [("code", code)], keepsDraft: false))
            """)
    }
}
