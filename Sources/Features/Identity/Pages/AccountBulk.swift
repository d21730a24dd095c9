import Base
import Storage
import Web

/// What is done with several ticked accounts at once.
enum AccountBulk {
    static func bar(_ visit: Visit) -> UI.Bulk? {
        var verbs: [(label: String, value: String)] = []
        if visit.visitor.may(.printCodes) { verbs.append((t("In phiếu đăng nhập lần đầu"), "sheets")) }
        if visit.visitor.may(.manageAccounts) { verbs.append((t("Tạm khóa"), "suspend")) }
        return verbs.isEmpty ? nil : UI.Bulk(action: "/accounts/bulk", csrf: visit.csrf, verbs: verbs)
    }

    static func answer(_ visit: Visit) async throws -> Reply {
        let ids = visit.form.all("id").prefix(100).compactMap { ID<Account>($0) }
        guard !ids.isEmpty else { return .redirect("/accounts", flash: t("Chưa chọn tài khoản nào.")) }
        switch visit.form.text("verb") {
        case "sheets": return try await sheets(ids, visit)
        case "suspend": return try await ask(ids, visit)
        case "suspend-now": return try await suspendAll(ids, visit)
        default: throw Fault.notFound
        }
    }

    /// Slips for those who were never here; the others are passed over.
    private static func sheets(_ ids: [ID<Account>], _ visit: Visit) async throws -> Reply {
        try visit.visitor.must(.printCodes)
        let waiting = try await accounts(ids, visit).filter { $0.state == .notActivated }
        var rows: [SheetRow] = []
        for account in waiting.prefix(SheetPart.most) {
            rows.append(try await printReset(for: account.id, by: visit.visitor, in: visit.db))
        }
        guard !rows.isEmpty else { return .redirect("/accounts", flash: t("Các tài khoản đã chọn đều đã kích hoạt.")) }
        let rest = waiting.dropFirst(SheetPart.most).map { (name: "id", value: $0.id.code) }
        return Sheets.paper(
            visit, t("Phiếu đăng nhập lần đầu"), rows, back: "/accounts",
            more: Sheets.more(visit, rest.count, [("verb", "sheets")] + rest))
    }

    private static func ask(_ ids: [ID<Account>], _ visit: Visit) async throws -> Reply {
        try visit.visitor.must(.manageAccounts)
        let accounts = try await accounts(ids, visit)
        let question = t("Tạm khóa {} tài khoản?", accounts.count)
        return .page(
            t("Tạm khóa"), crumbs: [(t("Tài khoản"), "/accounts"), (t("Tạm khóa"), nil)],
            UI.confirm(
                question,
                consequence: """
                    <p>\(t("Người dùng bị đưa ra khỏi hệ thống ngay và không đăng nhập lại được cho đến khi mở khóa."))</p>
                    <ul>\(UI.each(accounts) { "<li>\($0.name) · \($0.username)</li>" })</ul>
                    """,
                action: "/accounts/bulk", csrf: visit.csrf, verb: t("Tạm khóa"), cancel: "/accounts",
                fields: [("verb", "suspend-now")] + accounts.map { ("id", $0.id.code) },
                inputs: UI.text("reason", t("Lý do"), required: true, maxLength: 200)))
    }

    private static func suspendAll(_ ids: [ID<Account>], _ visit: Visit) async throws -> Reply {
        let reason = visit.form.text("reason")
        guard !reason.isEmpty else { return try await ask(ids, visit) }
        for id in ids {
            try await suspend(id, reason: reason, by: visit.visitor, in: visit.db)
            visit.door.forget(id)
        }
        return .redirect("/accounts", flash: t("Đã tạm khóa {} tài khoản.", ids.count))
    }

    private static func accounts(_ ids: [ID<Account>], _ visit: Visit) async throws -> [AccountRow] {
        try await visit.db.read { tx in try ids.map { try tx.account($0, for: visit.visitor) } }
    }
}
