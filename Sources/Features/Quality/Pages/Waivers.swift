import Base
import Registry
import Storage
import Web

/// Leaving finds as they are, one or many, for a reason; and taking them up again.
enum Waivers {
    static func mount(_ routes: Routes) {
        routes.post("/quality/findings", .holder(.waiveFindings), scope: .list) { visit in try await chosen(visit) }
        routes.get("/quality/waiver", .holder(.waiveFindings), scope: .list) { visit in
            try await page(visit, ids(visit.queries("id")), [])
        }
        routes.post("/quality/waiver", .holder(.waiveFindings), scope: .list) { visit in try await waive(visit) }
    }

    private static func ids(_ codes: [String]) -> [ID<Finding>] {
        Array(codes.compactMap { ID<Finding>($0) }.prefix(WaiverForm.mostAtOnce))
    }

    /// A verb on the ticked rows.
    private static func chosen(_ visit: Visit) async throws -> Reply {
        let chosen = ids(visit.form.all("id"))
        guard !chosen.isEmpty else { throw Fault.invalid("Chưa chọn việc nào.") }
        switch visit.form.text("verb") {
        case "waive":
            return .redirect("/quality/waiver?\(chosen.prefix(100).map { "id=\($0.code)" }.joined(separator: "&"))")
        case "reopen":
            let count = try await Quality.reopen(chosen, by: visit.visitor, in: visit.db)
            return .redirect("/quality/findings", flash: t("Đã đưa {} mục lại vào việc cần sửa.", count))
        default: throw Fault.invalid("Chưa chọn việc cần làm.")
        }
    }

    private static func page(_ visit: Visit, _ ids: [ID<Finding>], _ problems: [Problem]) async throws -> Reply {
        let scope = visit.visitor.scope
        let page = try await visit.db.read { tx in
            try WorklistPage(tx.findings(ids, scope: scope), size: ids.count, scope: scope, tx)
        }
        guard !page.rows.isEmpty, page.rows.count == Set(ids).count else { throw Fault.notFound }
        let rows = page.rows.map { line -> UI.Row in
            let rule = page.rules[line.found.rule]
            return UI.Row([
                .text(page.names[line.found.subject]?.name ?? ""),
                .text(rule.map(FindingWords.name) ?? line.found.rule),
            ])
        }
        let fields: HTML = """
            \(UI.table([UI.Column(t("Hồ sơ")), UI.Column(t("Việc cần sửa"))], rows, caption: t("Sẽ bỏ qua")))\
            \(UI.textarea(
                "reason", t("Lý do"), value: visit.form.text("reason"), hint: t("Người kiểm tra sau sẽ đọc lý do này; ghi số văn bản nếu có."),
                problems: problems, required: true, rows: 3, maxLength: WaiverForm.longest))\
            \(UI.date("until", t("Bỏ qua đến ngày"), value: visit.form.text("until"), hint: t("Để trống là bỏ qua đến khi có người đưa lại."), problems: problems))
            """
        let title = t("Bỏ qua {} việc", page.rows.count)
        let content = UI.form(
            "/quality/waiver", csrf: visit.csrf, fields, submit: t("Bỏ qua có lý do"), problems: problems,
            cancel: "/quality/findings",
            hidden: ids.map { (name: "id", value: $0.code) })
        let crumbs: [(String, String?)] = [(t("Việc cần sửa"), "/quality/findings"), (title, nil)]
        return problems.isEmpty ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func waive(_ visit: Visit) async throws -> Reply {
        let ids = ids(visit.form.all("id"))
        let form = WaiverForm(ids: ids, reason: visit.form.text("reason"), until: visit.form.text("until"))
        do {
            let count = try await Quality.waive(form, by: visit.visitor, in: visit.db)
            return .redirect(
                "/quality/findings", flash: t("Đã bỏ qua {} việc. Xem lại ở trạng thái “Đã bỏ qua”.", count))
        } catch let fault as Fault where !fault.problems.isEmpty {
            return try await page(visit, ids, fault.problems)
        }
    }
}
