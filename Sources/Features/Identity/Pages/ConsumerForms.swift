import Base
import Registry
import Storage
import Web

/// Connected systems: made, changed, given a new secret, paused, ended. A secret is shown once.
enum ConsumerForms {
    static func mount(_ routes: Routes) {
        routes.get("/consumers/new", .holder(.manageTokens), scope: .none) { visit in try await form(visit) }
        routes.post("/consumers/new", .holder(.manageTokens), scope: .none, body: 16_384) { visit in
            try await make(visit)
        }
        routes.get("/consumers/{id}/edit", .holder(.manageTokens), scope: .consumer) { visit in
            try await editing(visit)
        }
        routes.post("/consumers/{id}/edit", .holder(.manageTokens), scope: .consumer, body: 16_384) { visit in
            try await save(visit)
        }
        routes.get("/consumers/{id}/secret", .holder(.manageTokens), scope: .consumer) { visit in
            try await askSecret(visit)
        }
        routes.post("/consumers/{id}/secret", .holder(.manageTokens), scope: .consumer, body: 4096) { visit in
            try await renew(visit)
        }
        routes.post("/consumers/{id}/pause", .holder(.manageTokens), scope: .consumer, body: 4096) { visit in
            try await done(visit, t("Đã tạm dừng.")) { try await pause($0, by: visit.visitor, in: visit.db) }
        }
        routes.post("/consumers/{id}/activation", .holder(.manageTokens), scope: .consumer, body: 4096) { visit in
            try await done(visit, t("Đã cho dùng lại.")) { try await resume($0, by: visit.visitor, in: visit.db) }
        }
        routes.get("/consumers/{id}/revocation", .holder(.manageTokens), scope: .consumer) { visit in
            try await askRevocation(visit)
        }
        routes.post("/consumers/{id}/revocation", .holder(.manageTokens), scope: .consumer, body: 4096) { visit in
            try await done(visit, t("Đã thu hồi hệ thống kết nối.")) {
                try await revoke(consumer: $0, by: visit.visitor, in: visit.db)
            }
        }
    }

    private static func path(_ id: ID<Consumer>) -> String { "/consumers/\(id.code)" }

    private static func done(_ visit: Visit, _ flash: String, _ act: (ID<Consumer>) async throws -> Void) async throws
        -> Reply
    {
        let id: ID<Consumer> = try visit.id("id")
        try await act(id)
        return .redirect(path(id), flash: flash)
    }

    private static func kept(_ visit: Visit) async throws -> ConsumerRow {
        let id: ID<Consumer> = try visit.id("id")
        return try await visit.db.read { tx in try tx.consumer(id, keptBy: visit.visitor) }
    }

    // MARK: The form

    private static func form(_ visit: Visit, _ fault: Fault? = nil, of row: ConsumerRow? = nil) async throws -> Reply {
        let problems = fault?.problems ?? []
        let units = try await visit.db.read { tx in
            try UnitChoice.read(tx, visit, first: visit.form.fields.isEmpty ? row?.org : nil)
        }
        let title = row == nil ? t("Thêm hệ thống kết nối") : t("Sửa hệ thống kết nối")
        let action = row.map { "\(path($0.id))/edit" } ?? "/consumers/new"
        let crumbs = [(t("Hệ thống kết nối"), "/consumers" as String?)] + (row.map { [($0.name, path($0.id))] } ?? [])
        return .form(
            title, fault, crumbs: crumbs + [(title, nil)],
            """
            \(units.search(visit))
            \(UI.form(
                action, csrf: visit.csrf, fields(visit, row, units, problems), submit: row == nil ? t("Tạo và lấy khóa") : t("Lưu"),
                problems: problems, cancel: row.map { path($0.id) } ?? "/consumers",
                hidden: row.map { [("version", visit.form.has("version") ? visit.form.text("version") : "\($0.version)")] } ?? []))
            """)
    }

    private static func fields(_ visit: Visit, _ row: ConsumerRow?, _ units: UnitChoice, _ problems: [Problem]) -> HTML
    {
        let form = visit.form, isNew = form.fields.isEmpty
        func value(_ name: String, _ stored: String?, else preset: String = "") -> String {
            isNew ? stored ?? preset : form.text(name)
        }
        let scopes = Set(isNew ? row?.scopes ?? [RosterScopes.whole] : form.all("scopes"))
        return """
            \(UI.text("name", t("Tên hệ thống"), value: value("name", row?.name), hint: t("Phần mềm nào, của ai. Ví dụ: Học trực tuyến, công ty A."), problems: problems, required: true, maxLength: 100))
            \(UI.text("contact", t("Liên hệ"), value: value("contact", row?.contact), hint: t("Ai trả lời khi có chuyện: tên, điện thoại hoặc thư điện tử."), problems: problems, required: true, maxLength: 200))
            \(units.picker(t("Đọc trong phạm vi đơn vị"), problems))
            \(UI.checkboxes("scopes", t("Phạm vi dữ liệu"), RosterScopes.all.map { (value: $0, label: ConsumerWords.label($0)) }, values: scopes, hint: t("Chỉ chọn điều hệ thống đó cần."), problems: problems))
            \(UI.grid("""
                \(UI.number("per_minute", t("Lượt gọi mỗi phút"), value: value("per_minute", row.map { String($0.perMinute) }, else: "120"), problems: problems, required: true))
                \(UI.date("expires", t("Ngày hết hạn"), value: value("expires", row?.expiresOn.shown, else: visit.today.adding(365).shown), problems: problems, required: true))
                """))
            """
    }

    private static func read(_ visit: Visit) -> ConsumerForm {
        var form = ConsumerForm()
        (form.name, form.contact, form.org) = (
            visit.form.text("name"), visit.form.text("contact"), visit.form.id("org")
        )
        form.scopes = visit.form.all("scopes")
        form.perMinute = Int(visit.form.text("per_minute")) ?? 0
        form.expiresOn = Day(typed: visit.form.text("expires"), year: visit.today.parts.year)
        return form
    }

    private static func make(_ visit: Visit) async throws -> Reply {
        try await mending {
            let (id, secret) = try await makeConsumer(read(visit), by: visit.visitor, in: visit.db)
            return try await told(id, secret, visit)
        } redraw: { fault in
            try await form(visit, fault)
        }
    }

    private static func editing(_ visit: Visit) async throws -> Reply {
        let row = try await kept(visit)
        guard row.state != .revoked else { return .redirect(path(row.id)) }
        return try await form(visit, of: row)
    }

    private static func save(_ visit: Visit) async throws -> Reply {
        let row = try await kept(visit)
        return try await mending {
            let version = Int(visit.form.text("version")) ?? 0
            try await change(row.id, read(visit), version: version, by: visit.visitor, in: visit.db)
            return .redirect(path(row.id), flash: t("Đã lưu."))
        } redraw: { fault in
            try await form(visit, fault, of: row)
        }
    }

    // MARK: Secrets

    /// The page that shows a secret, this once.
    private static func told(_ id: ID<Consumer>, _ secret: String, _ visit: Visit) async throws -> Reply {
        let row = try await visit.db.read { tx in try tx.consumer(id, keptBy: visit.visitor) }
        return .page(
            t("Khóa bí mật"),
            crumbs: [(t("Hệ thống kết nối"), "/consumers"), (row.name, path(id)), (t("Khóa bí mật"), nil)],
            """
            \(UI.notice("\(t("Khóa bí mật chỉ hiện một lần. Chép ngay vào hệ thống cần dùng, không gửi qua thư hay tin nhắn."))", .warn))
            \(UI.facts([
                (t("Mã hệ thống (client_id)"), copied("client-id", id.code)),
                (t("Khóa bí mật (client_secret)"), copied("client-secret", secret)),
            ]))
            \(UI.card(t("Cách dùng"), ConsumerGuide.html(visit.origin, row, secret: secret)))
            \(UI.link(t("Đã chép xong"), path(id), isPrimary: true))
            """)
    }

    /// A text to copy, with a button where a script can press it.
    private static func copied(_ id: String, _ text: String) -> HTML {
        """
        <span class="secret" id="\(id)">\(text)</span> \
        <button class="button" type="button" data-copy="\(id)" hidden>\(UI.icon("file"))\(t("Chép"))</button>
        """
    }

    private static func askSecret(_ visit: Visit, _ fault: Fault? = nil) async throws -> Reply {
        let row = try await kept(visit), title = t("Cấp khóa bí mật mới")
        guard row.state != .revoked else { return .redirect(path(row.id)) }
        let choices = ConsumerTerms.overlapHours.map { hours in
            (value: String(hours), label: hours == 0 ? t("Dừng ngay (khóa cũ đã lộ)") : t("{} giờ nữa", hours))
        }
        return .form(
            title, fault, crumbs: [(t("Hệ thống kết nối"), "/consumers"), (row.name, path(row.id)), (title, nil)],
            """
            <p>\(t("Khóa mới chỉ hiện một lần. Trong thời gian chọn dưới đây, khóa cũ vẫn dùng được để hệ thống kia kịp đổi."))</p>
            \(UI.form(
                "\(path(row.id))/secret", csrf: visit.csrf,
                UI.radios(
                    "overlap", t("Khóa cũ còn dùng được"), choices, value: visit.form.has("overlap") ? visit.form.text("overlap") : "72",
                    problems: fault?.problems ?? [], required: true),
                submit: title, problems: fault?.problems ?? [], cancel: path(row.id)))
            """)
    }

    private static func renew(_ visit: Visit) async throws -> Reply {
        try await mending {
            let id: ID<Consumer> = try visit.id("id")
            let secret = try await rotateSecret(
                of: id, overlapHours: Int(visit.form.text("overlap")) ?? -1, by: visit.visitor, in: visit.db)
            return try await told(id, secret, visit)
        } redraw: { fault in
            try await askSecret(visit, fault)
        }
    }

    private static func askRevocation(_ visit: Visit) async throws -> Reply {
        let row = try await kept(visit), title = t("Thu hồi hệ thống kết nối")
        guard row.state != .revoked else { return .redirect(path(row.id)) }
        return .page(
            title, crumbs: [(t("Hệ thống kết nối"), "/consumers"), (row.name, path(row.id)), (title, nil)],
            UI.confirm(
                t("Thu hồi hệ thống {}?", row.name),
                consequence:
                    "<p>\(t("Hệ thống này không đọc được nữa ngay từ lúc thu hồi, và không khôi phục được. Chỉ muốn dừng một thời gian thì chọn Tạm dừng."))</p>",
                action: "\(path(row.id))/revocation", csrf: visit.csrf, verb: t("Thu hồi"), cancel: path(row.id)))
    }
}
