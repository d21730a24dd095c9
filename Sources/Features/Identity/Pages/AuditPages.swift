import Base
import Registry
import Storage
import Web
import Work

/// The audit trail of the units within reach. Reading it, opening an entry and taking it away are themselves noted.
enum AuditPages {
    static func mount(_ routes: Routes) {
        routes.get("/audit", .holder(.readAudit), scope: .list) { visit in try await list(visit) }
        AuditFile.mount(routes)
        routes.get("/audit/{id}", .holder(.readAudit), scope: .none) { visit in try await entry(visit) }
        routes.post("/audit/{id}/values", .holder(.openAudit), scope: .none, body: 4096) { visit in
            try await values(visit)
        }
    }

    private static let size = 50

    /// What was asked for, as far as it was understood; `problem` says what was not.
    struct Asked: Sendable {
        var filter = AuditFilter(), who = "", problem: String?
    }

    static func asked(_ visit: Visit, _ tx: Tx) throws -> Asked {
        var asked = Asked()
        asked.who = String(visit.query("who").prefix(100))
        if !asked.who.isEmpty {
            asked.filter.accounts = try tx.accounts(called: asked.who, scope: visit.visitor.scope)
            if asked.filter.accounts.isEmpty { asked.problem = t("Không có ai tên “{}”.", asked.who) }
        }
        if let noun = AuditWords.nouns.first(where: { $0.key == visit.query("verb") }) { asked.filter.verb = noun.key }
        asked.filter.from = day(visit, "from", &asked)
        asked.filter.to = day(visit, "to", &asked)
        if let id: ID<Account> = visit.queryID("subject"), !visit.query("kind").isEmpty {
            asked.filter.subject = Subject(stored: String(visit.query("kind").prefix(20)), id.raw)
        }
        asked.filter.before = visit.queryID("before")
        return asked
    }

    private static func day(_ visit: Visit, _ name: StaticString, _ asked: inout Asked) -> Day? {
        let typed = String(visit.query(name).prefix(20))
        guard !typed.isEmpty else { return nil }
        let day = Day(typed: typed, year: visit.today.parts.year)
        if day == nil { asked.problem = t("“{}” không phải là ngày. Viết ngày/tháng/năm, ví dụ 05/09/2026.", typed) }
        return day
    }

    // MARK: The list

    private static func list(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope
        let (asked, lines, subject) = try await visit.db.read { tx -> (Asked, [AuditLine], String?) in
            let asked = try Self.asked(visit, tx)
            let rows = asked.problem == nil ? try tx.auditEntries(asked.filter, scope: scope, limit: size + 1) : []
            return (asked, try tx.auditLines(rows), try asked.filter.subject.map(tx.subjectName))
        }
        try await noteList(visit)
        let shown = Array(lines.prefix(size))
        let older = lines.count > size ? shown.last.map { visit.link(("before", $0.row.id.code)) } : nil
        let newer = visit.query("before").isEmpty ? nil : visit.link(("before", nil))
        let problem: HTML = asked.problem.map { UI.notice(.text($0), .warn) } ?? HTML()
        let tools: HTML =
            UI.tools(excel: fileLink(visit, "xlsx")) + UI.link(t("Tải CSV"), fileLink(visit, "csv"), icon: "export")
        let list = UI.list(
            count: """
                \(t("Mới nhất trước. Việc đọc nhật ký cũng được ghi lại.")) \
                \(t("Tệp tải về có nhiều nhất {} dòng mới nhất.", UI.grouped(AuditFile.most)))
                """, chips: chips(visit, asked, subject),
            tools: tools,
            table: AuditWords.table(shown, for: visit.visitor, caption: t("Nhật ký"), isLinked: true),
            pager: UI.pager(newer: newer, older: older))
        return .page(t("Nhật ký"), crumbs: [(t("Nhật ký"), nil)], filters(visit, asked) + problem + list)
    }

    private static func fileLink(_ visit: Visit, _ kind: String) -> String {
        "/audit.\(kind)" + visit.link(("before", nil)).dropFirst(visit.path.count)
    }

    private static func filters(_ visit: Visit, _ asked: Asked) -> HTML {
        let verbs = AuditWords.nouns.map { (value: $0.key, label: $0.label()) }
        return UI.filters(
            "/audit",
            """
            \(UI.text("who", t("Ai (tên hoặc tên đăng nhập)"), value: asked.who, entry: .search))
            \(UI.select("verb", t("Việc"), verbs, value: visit.query("verb"), any: t("Tất cả")))
            \(UI.date("from", t("Từ ngày"), value: asked.filter.from?.shown ?? visit.query("from")))
            \(UI.date("to", t("Đến hết ngày"), value: asked.filter.to?.shown ?? visit.query("to")))
            """,
            kept: asked.filter.subject == nil
                ? [] : [("kind", visit.query("kind")), ("subject", visit.query("subject"))])
    }

    private static func chips(_ visit: Visit, _ asked: Asked, _ subject: String?) -> [UI.Chip] {
        func chip(_ label: String, _ value: String?, _ names: String...) -> UI.Chip? {
            guard let value, !value.isEmpty else { return nil }
            var kept = visit.queries.filter { !names.contains($0.name) && $0.name != "before" && !$0.value.isEmpty }
            kept = kept.map { ($0.name, $0.value) }
            let text = kept.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }.joined(separator: "&")
            return UI.Chip(label, value, removeHref: text.isEmpty ? visit.path : "\(visit.path)?\(text)")
        }
        let verb = AuditWords.nouns.first { $0.key == visit.query("verb") }?.label()
        return [
            chip(t("Ai"), asked.who, "who"), chip(t("Việc"), verb, "verb"),
            chip(t("Từ ngày"), asked.filter.from?.shown, "from"),
            chip(t("Đến hết ngày"), asked.filter.to?.shown, "to"), chip(t("Với"), subject, "subject", "kind"),
        ].compactMap { $0 }
    }

    static func note(_ visit: Visit, _ verb: Verb, _ text: String = "") async throws {
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("audit", nil, org: visit.visitor.org), note: text)
    }

    /// Notes that the list was read; not again for each letter of a search that follows within five minutes.
    private static func noteList(_ visit: Visit) async throws {
        if visit.isPartial {
            var own = AuditFilter()
            (own.account, own.verb) = (visit.visitor.account, "identity.audit.read")
            let filter = own
            let latest = try await visit.db.read { try $0.auditEntries(filter, scope: .everything, limit: 1) }
            if let latest = latest.first, latest.at > visit.now - 5 * Lifetimes.minute { return }
        }
        try await note(visit, "identity.audit.read")
    }

    // MARK: One entry

    private static func find(_ visit: Visit) async throws -> (line: AuditLine, changes: [FieldLine]) {
        let id: ID<AuditEntry> = try visit.id("id"), scope = visit.visitor.scope
        return try await visit.db.read { tx in
            guard let row = try tx.auditEntry(id, scope: scope), let line = try tx.auditLines([row]).first else {
                throw Fault.notFound
            }
            let changes = try tx.changes(of: id).map {
                FieldLine(subject: try tx.subjectName($0.subject), field: $0.field, old: $0.old, new: $0.new)
            }
            return (line, changes)
        }
    }

    private static func entry(_ visit: Visit) async throws -> Reply {
        let (line, changes) = try await find(visit)
        try await note(visit, "identity.audit.read", line.row.id.code)
        return page(visit, line, changes, isOpen: false)
    }

    private static func values(_ visit: Visit) async throws -> Reply {
        let (line, changes) = try await find(visit)
        try await note(visit, "identity.audit.open", line.row.id.code)
        return page(visit, line, changes, isOpen: true)
    }

    private static func page(_ visit: Visit, _ line: AuditLine, _ changes: [FieldLine], isOpen: Bool) -> Reply {
        let row = line.row, path = "/audit/\(row.id.code)"
        let facts = UI.facts([
            (t("Lúc"), "\(row.at.shownMoment)"), (t("Ai"), "\(AuditWords.who(line))"),
            (t("Vai trò"), "\(row.role?.label)"),
            (t("Việc"), "\(AuditWords.act(row.verb))"), (t("Với"), AuditWords.link(line, for: visit.visitor)),
            (t("Địa chỉ mạng"), "\(row.address)"),
            (t("Ghi chú"), "\(AuditWords.note(row.verb, row.note))"),
            (t("Mã dòng"), "<span class=\"secret\">\(row.id.code)</span>"),
        ])
        let rows = changes.map { change in
            UI.Row([
                "\(AuditWords.field(change.field))", "\(change.subject)", change.shown(change.old, visit, isOpen),
                change.shown(change.new, visit, isOpen),
            ])
        }
        let table = UI.table(
            [UI.Column(t("Mục")), UI.Column(t("Của")), UI.Column(t("Cũ")), UI.Column(t("Mới"))], rows,
            caption: t("Các mục đã đổi"), cards: true)
        let open = UI.post(t("Mở giá trị cũ và mới"), to: "\(path)/values", csrf: visit.csrf, icon: "search")
        return .page(
            AuditWords.act(row.verb), crumbs: [(t("Nhật ký"), "/audit"), (row.at.shownMoment, nil)],
            """
            \(facts)
            \(when(!changes.isEmpty, "<h2>\(t("Các mục đã đổi"))</h2>\(table)"))
            \(when(!changes.isEmpty && !isOpen && visit.visitor.may(.openAudit), open))
            """)
    }
}

/// One field that an entry changed.
private struct FieldLine: Sendable {
    let subject: String, field: String, old: String?, new: String?

    /// A value where it may be seen; a personal number only by those who may read such numbers anyway.
    func shown(_ value: String?, _ visit: Visit, _ isOpen: Bool) -> HTML {
        guard isOpen else { return "<span class=\"muted\">•••</span>" }
        if field.contains("personal"), !visit.visitor.may(.viewPersonalID) { return "<span class=\"muted\">•••</span>" }
        return value.map { .text(AuditWords.value($0, of: field)) } ?? HTML()
    }
}
