import Base
import Storage
import Web

/// Tokens of the programming interface: made, shown once, revoked.
enum TokenPages {
    static func mount(_ routes: Routes) {
        routes.get("/tokens", .holder(.manageTokens), scope: .list) { visit in try await page(visit) }
        routes.post("/tokens", .holder(.manageTokens), scope: .list, body: 16_384) { visit in try await make(visit) }
        routes.get("/tokens/{id}/revocation", .holder(.manageTokens), scope: .none) { visit in
            try await askRevocation(visit)
        }
        routes.post("/tokens/{id}/revocation", .holder(.manageTokens), scope: .none, body: 4096) { visit in
            try await revoke(token: try visit.id("id"), by: visit.visitor, in: visit.db)
            return .redirect("/tokens", flash: t("Đã thu hồi mã truy cập."))
        }
    }

    private static func page(_ visit: Visit, _ fault: Fault? = nil) async throws -> Reply {
        let lines = try await visit.db.read { tx in try tx.tokenList(scope: visit.visitor.scope) }
        return .form(
            t("Mã truy cập"), fault, crumbs: [(t("Mã truy cập"), nil)],
            """
            <p>\(t("Chương trình khác dùng mã truy cập để gọi giao diện lập trình thay cho một tài khoản, trong phạm vi của tài khoản đó."))</p>
            <p>\(UI.link(t("Giao diện lập trình"), "/api", icon: "info"))</p>
            \(table(visit, lines))
            \(UI.card(t("Tạo mã mới"), form(visit, fault?.problems ?? [])))
            """)
    }

    private static func table(_ visit: Visit, _ lines: [TokenLine]) -> HTML {
        let rows = lines.map { line in
            let isOpen = line.revokedAt == nil && line.expiresAt > visit.now
            let act: HTML =
                isOpen
                ? UI.link(t("Thu hồi"), "/tokens/\(line.id.code)/revocation")
                : UI.badge(line.revokedAt == nil ? t("đã hết") : t("đã thu hồi"))
            return UI.Row(
                [
                    "\(line.name)", "\(line.username)", "\(line.scopes)", "\(line.createdAt.shownMoment)",
                    "\(line.expiresAt.shownMoment)",
                    "\(line.usedAt?.shownMoment)", act,
                ], isFaded: !isOpen)
        }
        return UI.table(
            [
                UI.Column(t("Tên mã")), UI.Column(t("Tài khoản")), UI.Column(t("Phạm vi")), UI.Column(t("Tạo lúc")),
                UI.Column(t("Hết hạn")),
                UI.Column(t("Dùng lần cuối")), UI.Column(""),
            ], rows, caption: t("Mã truy cập"),
            empty: UI.empty(t("Chưa có mã truy cập nào"), t("Tạo mã cho chương trình cần đọc dữ liệu."), icon: "key"),
            cards: true)
    }

    private static func askRevocation(_ visit: Visit) async throws -> Reply {
        let id: ID<Token> = try visit.id("id"), scope = visit.visitor.scope
        let lines = try await visit.db.read { tx in try tx.tokenList(scope: scope) }
        guard let line = lines.first(where: { $0.id == id && $0.revokedAt == nil }) else { throw Fault.notFound }
        return .page(
            t("Thu hồi mã truy cập"), crumbs: [(t("Mã truy cập"), "/tokens"), (line.name, nil)],
            UI.confirm(
                t("Thu hồi mã truy cập {} của {}?", line.name, line.username),
                consequence:
                    "<p>\(t("Chương trình đang dùng mã này không gọi được nữa, và mã không khôi phục được."))</p>",
                action: "/tokens/\(id.code)/revocation", csrf: visit.csrf, verb: t("Thu hồi"), cancel: "/tokens"))
    }

    private static func form(_ visit: Visit, _ problems: [Problem]) -> HTML {
        let form = visit.form
        let fields: HTML = """
            \(UI.text("name", t("Tên mã"), value: form.text("name"), hint: t("Chương trình nào dùng, ví dụ: đồng bộ phần mềm kế toán."), problems: problems, required: true, maxLength: 100))
            \(UI.text("username", t("Thay cho tài khoản (tên đăng nhập)"), value: form.text("username"), problems: problems, required: true, autocomplete: "off", maxLength: 40))
            \(UI.text("scopes", t("Phạm vi"), value: form.text("scopes"), hint: t("Cách nhau bằng dấu cách, ví dụ: register.read register.write"), problems: problems, required: true, maxLength: 2000))
            \(UI.number("days", t("Số ngày hiệu lực"), value: form.has("days") ? form.text("days") : "365", problems: problems, required: true))
            """
        return UI.form("/tokens", csrf: visit.csrf, fields, submit: t("Tạo mã"), problems: problems)
    }

    private static func make(_ visit: Visit) async throws -> Reply {
        try await mending {
            let form = visit.form
            guard !form.text("name").isEmpty else { throw Fault.invalid([Problem("name", "Hãy đặt tên cho mã.")]) }
            guard let account = try await accountID(named: form.text("username"), in: visit.db) else {
                throw Fault.invalid([Problem("username", "Không có tài khoản nào tên như vậy trong phạm vi của bạn.")])
            }
            guard let days = Int(form.text("days")), (1...1100).contains(days) else {
                throw Fault.invalid([Problem("days", "Số ngày từ 1 đến 1.100.")])
            }
            let scopes = form.text("scopes").split(separator: " ").map(String.init)
            guard !scopes.isEmpty else { throw Fault.invalid([Problem("scopes", "Hãy ghi ít nhất một phạm vi.")]) }
            let token = try await token(for: account, form.text("name"), scopes, days, visit)
            return .page(
                t("Mã truy cập mới"), crumbs: [(t("Mã truy cập"), "/tokens"), (t("Mã truy cập mới"), nil)],
                """
                \(UI.notice("\(t("Mã chỉ hiện một lần. Chép ngay vào chương trình cần dùng."))", .warn))
                <p class="secret">\(token)</p>\(UI.link(t("Xong"), "/tokens", isPrimary: true))
                """)
        } redraw: { fault in
            try await page(visit, fault)
        }
    }

    /// An account out of reach answers like a missing one.
    private static func token(for id: ID<Account>, _ name: String, _ scopes: [String], _ days: Int, _ visit: Visit)
        async throws -> String
    {
        do {
            return try await createToken(
                for: id, name: name, scopes: scopes, days: days, by: visit.visitor, in: visit.db)
        } catch let fault as Fault where fault.kind == .notFound || fault.kind == .forbidden {
            throw Fault.invalid([Problem("username", "Không có tài khoản nào tên như vậy trong phạm vi của bạn.")])
        }
    }
}
