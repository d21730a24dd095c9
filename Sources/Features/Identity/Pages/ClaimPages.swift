import Base
import Registry
import Web

/// A guardian's way in: the code of the school's slip, then an account of their own or the one they have.
enum ClaimPages {
    static func mount(_ routes: Routes) {
        routes.get("/claim", .everyone, scope: .none) { visit in ask(visit) }
        routes.post("/claim", .everyone, scope: .none, body: 16_384) { visit in try await answer(visit) }
    }

    private static var title: String { t("Mở tài khoản cha mẹ học sinh") }

    /// Whether the claim is added to the account that is signed in: a member of staff may be a parent too, a pupil may not.
    private static func isAdding(_ visit: Visit) -> Bool {
        visit.session?.mustVisit == nil && visit.session != nil && visit.visitor.role != .student
    }

    private static func ask(_ visit: Visit, _ fault: Fault? = nil) -> Reply {
        let typed = visit.form.has("code") ? visit.form.text("code") : visit.query("code")
        let field = UI.text(
            "code", t("Mã trên phiếu"), value: String(typed.prefix(64)),
            hint: t("16 ký tự, ví dụ ABCD-EFGH-JKMN-PQRS."),
            problems: fault?.problems ?? [], required: true, autocomplete: "off", maxLength: 64)
        let advice =
            isAdding(visit)
            ? t("Nhập mã trên phiếu của trường để thêm con vào tài khoản đang dùng.")
            : t("Nhập mã trên phiếu mà giáo viên chủ nhiệm hoặc văn thư đã phát cho gia đình.")
        return .form(
            title, fault,
            """
            \(steps(0))<p>\(advice)</p>
            \(UI.form("/claim", csrf: visit.csrf, field, submit: t("Tiếp tục"), keepsDraft: false))
            \(when(visit.session == nil, "<p><a href=\"/login?next=/claim\">\(t("Đã có tài khoản? Đăng nhập trước, rồi thêm con."))</a></p>"))
            """)
    }

    private static func steps(_ current: Int) -> HTML {
        UI.steps([t("Nhập mã"), t("Cho biết bạn là ai"), t("Chờ trường duyệt")], current: current)
    }

    private static func answer(_ visit: Visit) async throws -> Reply {
        let code = String(visit.form.text("code").prefix(64))
        guard visit.form.has("name") else {
            return try await mending {
                try await visit.door.checkSlip(code, address: visit.address)
                return form(visit, code)
            } redraw: { fault in
                ask(visit, fault)
            }
        }
        return try await mending {
            isAdding(visit) ? try await add(visit, code) : try await open(visit, code)
        } redraw: { fault in
            let isCode = fault.problems.contains { $0.field == "code" }
            return isCode || fault.kind == .tooMany ? ask(visit, fault) : form(visit, code, fault)
        }
    }

    private static func claim(_ visit: Visit, _ code: String) -> ClaimForm {
        ClaimForm(
            code: code, name: visit.form.text("name"), relation: visit.form.text("relation"),
            phone: visit.form.text("phone"))
    }

    private static func add(_ visit: Visit, _ code: String) async throws -> Reply {
        try await visit.door.claim(claim(visit, code), cookie: visit.ownCookie, address: visit.address)
        return .redirect("/me", flash: t("Đã gửi yêu cầu. Trường duyệt xong, con sẽ hiện ở trang chính."))
    }

    private static func open(_ visit: Visit, _ code: String) async throws -> Reply {
        try PasswordPages.mustMatch(visit.form)
        let wanted = visit.form.text("username")
        let opened = try await visit.door.claim(
            claim(visit, code), username: wanted.isEmpty ? nil : wanted, password: visit.form.raw("password"),
            address: visit.address,
            device: visit.device, agent: visit.agent)
        let username = try await visit.db.read { try $0.account(opened.account)?.username } ?? ""
        return Reply.redirect(
            "/me", flash: t("Đã mở tài khoản và gửi yêu cầu. Hãy ghi lại tên đăng nhập của bạn: {}", username)
        )
        .opening(opened, visit)
    }

    private static func form(_ visit: Visit, _ code: String, _ fault: Fault? = nil) -> Reply {
        let problems = fault?.problems ?? [], form = visit.form
        let name = form.has("name") ? form.text("name") : isAdding(visit) ? visit.visitor.name : ""
        let relations = Catalogues.current.items(in: "relations").map { (value: $0.code, label: translated($0.name)) }
        let person: HTML = """
            \(UI.text("name", t("Họ và tên của bạn"), value: name, problems: problems, required: true, autocomplete: "name", maxLength: 100))
            \(UI.select("relation", t("Bạn là gì của học sinh"), relations, value: form.text("relation"), any: t("Chọn quan hệ"), problems: problems, required: true))
            \(UI.text(
                "phone", t("Điện thoại"), value: form.text("phone"), hint: t("Không bắt buộc. Trường dùng để xác nhận với bạn."), problems: problems,
                entry: .tel, autocomplete: "tel", maxLength: 20))
            """
        let account: HTML = """
            \(UI.text(
                "username", t("Tên đăng nhập"), value: form.text("username"), hint: t("Bỏ trống thì hệ thống đặt theo họ tên của bạn."),
                problems: problems, autocomplete: "username", maxLength: 40))
            \(PasswordPages.newFields(problems))
            """
        return .form(
            title, fault,
            """
            \(steps(1))
            \(UI.form(
                "/claim", csrf: visit.csrf, person + when(!isAdding(visit), account),
                submit: isAdding(visit) ? t("Gửi yêu cầu") : t("Mở tài khoản và gửi yêu cầu"), problems: problems, hidden: [("code", code)],
                keepsDraft: false))
            """)
    }
}
