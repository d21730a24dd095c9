import Base
import Web

/// The second step of one's own account: setting it up, and taking it away where that is allowed.
enum FactorPages {
    static func mount(_ routes: Routes) {
        routes.get("/second-factor", .signedIn, scope: .own) { visit in try await page(visit) }
        routes.post("/second-factor", .signedIn, scope: .own, body: 4096) { visit in try await answer(visit) }
    }

    private static func answer(_ visit: Visit) async throws -> Reply {
        switch visit.form.text("step") {
        case "confirm": try await confirm(visit)
        case "renew": try await renew(visit)
        case "remove": try await remove(visit)
        default: try await show(visit)
        }
    }

    private static func isForced(_ visit: Visit) -> Bool { visit.session?.mustVisit == "/second-factor" }
    private static var title: String { t("Bước xác thực thứ hai") }

    private static func page(_ visit: Visit, _ fault: Fault? = nil) async throws -> Reply {
        guard let account = visit.visitor.account else { throw Fault.unauthenticated }
        let (isOn, left) = try await visit.db.read { tx in
            (try tx.hasFactor(account), try tx.recoveryCodesLeft(account))
        }
        let crumbs = isForced(visit) ? [] : OwnAccountPages.crumbs(title)
        return .form(title, fault, crumbs: crumbs, isOn ? inUse(visit, left, fault) : invitation(visit))
    }

    private static func inUse(_ visit: Visit, _ left: Int, _ fault: Fault?) -> HTML {
        let code = UI.text(
            "code", t("Mã 6 chữ số đang hiện trong ứng dụng"), problems: fault?.problems ?? [], required: true,
            entry: .digits, autocomplete: "one-time-code", maxLength: 10, isShort: true)
        let renewal = UI.form(
            "/second-factor", csrf: visit.csrf, code, submit: t("Tạo 10 mã khôi phục mới"), hidden: [("step", "renew")],
            keepsDraft: false)
        return """
            \(UI.notice("\(t("Đang bật. Còn {} mã khôi phục chưa dùng.", left))", left > 2 ? .good : .warn))
            <p>\(t("Mỗi lần đăng nhập, ngoài mật khẩu còn cần mã 6 chữ số trong ứng dụng xác thực."))</p>
            \(UI.fold(t("Làm mới mã khôi phục"), "<p>\(t("Mã mới thay hết mã cũ, kể cả mã chưa dùng."))</p>\(renewal)", isOpen: fault != nil))
            \(UI.post(t("Tắt bước xác thực thứ hai"), to: "/second-factor", csrf: visit.csrf, fields: [("step", "remove")], style: "bad"))
            """
    }

    private static func invitation(_ visit: Visit) -> HTML {
        """
        \(when(isForced(visit), UI.notice("\(t("Vai trò của bạn bắt buộc có bước xác thực thứ hai. Hãy cài đặt để tiếp tục."))", .warn)))
        <p>\(t("Bước xác thực thứ hai bảo vệ tài khoản cả khi mật khẩu bị lộ: khi đăng nhập, bạn nhập thêm mã 6 chữ số từ một ứng dụng xác thực trên điện thoại (ứng dụng nào theo chuẩn TOTP cũng được)."))</p>
        \(UI.post(t("Bắt đầu cài đặt"), to: "/second-factor", csrf: visit.csrf, fields: [("step", "show")], icon: "lock", style: "primary"))
        """
    }

    private static func show(_ visit: Visit, _ fault: Fault? = nil) async throws -> Reply {
        let seed = try await visit.door.beginFactor(cookie: visit.ownCookie, address: visit.address)
        let field = UI.text(
            "code", t("Mã 6 chữ số đang hiện trong ứng dụng"), problems: fault?.problems ?? [], required: true,
            entry: .digits,
            autocomplete: "one-time-code", maxLength: 10, isShort: true)
        return .form(
            title, fault, crumbs: isForced(visit) ? [] : OwnAccountPages.crumbs(title),
            """
            \(UI.steps([t("Quét mã"), t("Nhập mã"), t("Cất mã khôi phục")], current: 0))
            <p>\(t("Mở ứng dụng xác thực, chọn thêm tài khoản, rồi quét mã này:"))</p>
            <div class="qr-large">\(QRCode.svg(seed.address, label: t("Mã QR cho ứng dụng xác thực")))</div>
            <p>\(t("Không quét được? Gõ khóa này vào ứng dụng:")) <span class="secret">\(grouped(seed.text))</span></p>
            \(UI.form(
                "/second-factor", csrf: visit.csrf, field, submit: t("Xác nhận"), problems: fault?.problems ?? [],
                cancel: isForced(visit) ? nil : "/account", hidden: [("step", "confirm")], keepsDraft: false))
            """)
    }

    /// In fours, as one reads it aloud.
    private static func grouped(_ key: String) -> String {
        var out = ""
        for (index, letter) in key.enumerated() {
            if index > 0, index.isMultiple(of: 4) { out += " " }
            out.append(letter)
        }
        return out
    }

    private static func confirm(_ visit: Visit) async throws -> Reply {
        try await mending {
            let done = try await visit.door.confirmFactor(
                code: visit.form.text("code"), cookie: visit.ownCookie, address: visit.address)
            return codes(done.recovery).turning(done.cookie, visit)
        } redraw: { fault in
            fault.kind == .conflict ? try await page(visit, fault) : try await show(visit, fault)
        }
    }

    private static func renew(_ visit: Visit) async throws -> Reply {
        try await mending {
            codes(
                try await visit.door.renewRecovery(
                    code: visit.form.text("code"), cookie: visit.ownCookie, address: visit.address), isFirst: false)
        } redraw: { fault in
            try await page(visit, fault)
        }
    }

    private static func codes(_ codes: [String], isFirst: Bool = true) -> Reply {
        .page(
            title,
            """
            \(when(isFirst, UI.steps([t("Quét mã"), t("Nhập mã"), t("Cất mã khôi phục")], current: 2)))
            \(UI.notice("\(t("Các mã này chỉ hiện một lần. In hoặc chép lại, cất nơi an toàn: mỗi mã thay cho điện thoại được một lần."))", .warn))
            <ol class="secrets">\(UI.each(codes) { "<li class=\"secret\">\($0)</li>" })</ol>
            <div class="buttons"><button class="button" type="button" data-print hidden>\(UI.icon("print"))\(t("In"))</button>\
            \(UI.link(t("Tôi đã cất các mã"), "/me", isPrimary: true))</div>
            """)
    }

    private static func remove(_ visit: Visit) async throws -> Reply {
        try await mending {
            do {
                try await visit.door.removeOwnFactor(cookie: visit.ownCookie, address: visit.address)
            } catch let fault as Fault where fault.kind == .forbidden {
                throw Fault.conflict("Vai trò của bạn bắt buộc có bước xác thực thứ hai nên không tắt được.")
            }
            return .redirect("/account", flash: t("Đã tắt bước xác thực thứ hai."))
        } redraw: { fault in
            try await page(visit, fault)
        }
    }
}
