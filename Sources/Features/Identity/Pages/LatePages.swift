import Base
import Storage
import Web

/// A form that came after its session was over: signing in carries it along, then its sender decides whether to send it again.
/// Nothing is ever sent by itself, and never under another account without asking.
enum LatePages {
    /// What needs no carrying: acts on the session itself, and secrets.
    private static let unkept: Set<String> = ["/logout", "/password", "/second-factor", "/login/code", "/session/role"]

    /// The sign-in page for such a form, with what was typed; with a session of its own, the offer at once.
    static func answer(_ visit: Visit) async throws -> Reply {
        guard !unkept.contains(visit.path) else { return .redirect("/login") }
        var held = HeldForm(late: visit)
        guard visit.session == nil else {
            guard let held, let account = visit.visitor.account else { throw tooMuch }
            return offer(visit, held, account, visit.visitor.name, csrf: visit.csrf).status(.forbidden)
        }
        if let kept = held, let owner = try await visit.door.pastOwner(of: visit.sessionCookie ?? "") {
            held?.mark = visit.door.marks(kept, owner)[0]
        }
        return SignInPages.page(visit, note: note(held), held: held, next: back(visit)).status(.unauthorized)
    }

    private static var tooMuch: Fault {
        Fault(.forbidden, "Biểu mẫu đã cũ và quá dài để giữ lại. Mở lại trang rồi nhập lại.")
    }

    private static func note(_ held: HeldForm?) -> HTML {
        guard let held else {
            return UI.notice(
                "\(t("Phiên làm việc đã hết nên nội dung vừa gửi chưa được ghi, và dài quá nên trang này không giữ được. Đăng nhập rồi mở lại biểu mẫu."))",
                .warn)
        }
        let files: HTML = when(!held.files.isEmpty, " \(t("Riêng tệp đính kèm phải chọn lại."))")
        return UI.notice(
            "\(t("Phiên làm việc đã hết nên nội dung vừa gửi chưa được ghi. Nội dung vẫn còn: đăng nhập lại để gửi tiếp."))\(files)",
            .warn)
    }

    /// The page with the form, when the browser says which.
    private static func back(_ visit: Visit) -> String {
        let from = visit.headers[.referer] ?? ""
        return from.hasPrefix(visit.origin + "/") ? String(from.dropFirst(visit.origin.utf8.count)) : "/me"
    }

    /// After signing in: what was not sent, where it would go, and the button that sends it under the new session.
    static func offer(_ visit: Visit, _ held: HeldForm, cookie: String) async throws -> Reply? {
        guard let state = try await visit.door.session(cookie, address: visit.address), state.duty == nil else {
            return nil
        }
        return offer(visit, held, state.account, state.visitor.name, csrf: state.csrf)
    }

    private static func offer(
        _ visit: Visit, _ held: HeldForm, _ account: ID<Account>, _ name: String, csrf: String
    ) -> Reply {
        let isOwn = visit.door.marks(held, account).contains { Secret.equal(Array(held.mark.utf8), Array($0.utf8)) }
        let notice =
            isOwn
            ? UI.notice("\(t("Đã đăng nhập lại. Nội dung dưới đây chưa được ghi: xem lại rồi bấm Gửi tiếp."))", .info)
            : UI.notice(
                "\(t("Không rõ có phải chính bạn đã nhập nội dung dưới đây không. Chỉ gửi nếu đúng là của bạn."))",
                .warn)
        let files = UI.each(held.files) {
            UI.file($0, t("Chọn lại tệp"), accept: "", isMultiple: true)
        }
        let sure: HTML = """
            <label class="choice"><input type="checkbox" required><span>\
            \(t("Đúng là việc của tôi. Gửi bằng tài khoản {}.", name))</span></label>
            """
        let form = UI.form(
            held.target, csrf: csrf, files + when(!isOwn, sure), submit: t("Gửi tiếp"), cancel: "/me",
            hidden: held.fields, isMultipart: !held.files.isEmpty, keepsDraft: false)
        return Reply.page(
            t("Gửi tiếp"),
            """
            \(notice)\(UI.facts([(t("Gửi bằng tài khoản"), "\(name)"), (t("Gửi tới"), "<span class=\"secret\">\(held.target)</span>")]))
            \(UI.card(t("Nội dung chưa gửi"), content(held)))<div data-unsent>\(form)</div>
            """
        ).narrow.withoutDoor
    }

    private static let mostShown = 40, longest = 200

    private static func content(_ held: HeldForm) -> HTML {
        let filled = held.fields.filter { !$0.value.trimmed.isEmpty && $0.name != "idempotency-key" }
        let lines = filled.prefix(mostShown).map { field in
            (term: label(field.name), value: HTML.text(cut(shown(field.value, of: field.name))))
        }
        guard !lines.isEmpty else {
            return "<p class=\"muted\">\(t("Chỉ một nút bấm, không có mục nào phải nhập."))</p>"
        }
        let rest = filled.count - lines.count
        return UI.facts(lines) + when(rest > 0, "<p class=\"muted\">\(t("Và {} mục nữa.", rest))</p>")
    }

    /// What a field is called, as far as one can tell without its form.
    private static func label(_ name: String) -> String {
        switch name {
        case "name": t("Họ tên hoặc tên gọi")
        case "relation": t("Quan hệ")
        case "phone": t("Điện thoại")
        case "note": t("Ghi chú")
        case "username": t("Tên đăng nhập")
        case "from": t("Từ ngày")
        case "to": t("Đến hết ngày")
        case "org": t("Đơn vị")
        default: AuditWords.field(name)
        }
    }

    private static func shown(_ value: String, of name: String) -> String {
        name == "relation" ? Words.relation(value) : AuditWords.value(value, of: name)
    }

    private static func cut(_ text: String) -> String {
        text.count > longest ? "\(text.prefix(longest))…" : text
    }
}

extension Entrance {
    /// Whose session a cookie was, however long ago it ended, as far as rows are kept.
    func pastOwner(of cookie: String) async throws -> ID<Account>? {
        guard let hash = SessionSecret.hash(cookie) else { return nil }
        return try await db.read { tx in try tx.owner(of: hash) }
    }

    /// The house's hand under a late form, made only for a browser that held a session of this account: by the key in use first.
    func marks(_ held: HeldForm, _ account: ID<Account>) -> [String] {
        db.keys.signatures(Array("\(account.raw)\n\(held.text)".utf8), Purpose.late).map(token)
    }
}
