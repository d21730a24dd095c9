import Base
import Files
import Registry
import Storage
import Web
import Work

/// The audit trail of the units within reach. Reading it, opening an entry and taking it away are themselves noted.
enum AuditPages {
    static func mount(_ routes: Routes) {
        routes.get("/audit", .holder(.readAudit), scope: .list) { visit in try await list(visit) }
        routes.get("/audit.csv", .holder(.readAudit), scope: .list, load: .report) { visit in try await file(visit) }
        routes.get("/audit/{id}", .holder(.readAudit), scope: .none) { visit in try await entry(visit) }
        routes.post("/audit/{id}/values", .holder(.openAudit), scope: .none, body: 4096) { visit in
            try await values(visit)
        }
    }

    private static let size = 50, most = 20_000

    private struct Asked: Sendable {
        var filter = AuditFilter(), who = "", problem: String?
    }

    private static func asked(_ visit: Visit, _ tx: Tx) throws -> Asked {
        var asked = Asked()
        asked.who = String(visit.query("who").prefix(100))
        if !asked.who.isEmpty {
            asked.filter.account = try tx.account(named: asked.who)?.id
            if asked.filter.account == nil { asked.problem = t("Không có tên đăng nhập “{}”.", asked.who) }
        }
        let verb = visit.query("verb")
        if AuditWords.nouns.contains(where: { $0.key == verb }) { asked.filter.verb = verb + "." }
        asked.filter.from = Day(typed: visit.query("from"), year: visit.today.parts.year)
        asked.filter.to = Day(typed: visit.query("to"), year: visit.today.parts.year)
        if let id: ID<Account> = visit.queryID("subject"), !visit.query("kind").isEmpty {
            asked.filter.subject = Subject(stored: String(visit.query("kind").prefix(20)), id.raw)
        }
        asked.filter.before = visit.queryID("before")
        return asked
    }

    // MARK: The list

    private static func list(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope
        let (asked, lines, subject) = try await visit.db.read { tx -> (Asked, [AuditLine], String?) in
            let asked = try Self.asked(visit, tx)
            let rows = asked.problem == nil ? try tx.auditEntries(asked.filter, scope: scope, limit: size + 1) : []
            return (asked, try tx.auditLines(rows), try asked.filter.subject.map(tx.subjectName))
        }
        try await note(visit, "identity.audit.read")
        let shown = Array(lines.prefix(size))
        let older = lines.count > size ? shown.last.map { visit.link(("before", $0.row.id.code)) } : nil
        let newer = visit.query("before").isEmpty ? nil : visit.link(("before", nil))
        let problem: HTML = asked.problem.map { UI.notice(.text($0), .warn) } ?? HTML()
        let tools: HTML = UI.tools(excel: nil) + UI.link(t("Tải CSV"), csvLink(visit), icon: "export")
        let list = UI.list(
            count: .text(t("Mới nhất trước. Việc đọc nhật ký cũng được ghi lại.")), chips: chips(visit, asked, subject),
            tools: tools,
            table: AuditWords.table(shown, for: visit.visitor, caption: t("Nhật ký"), isLinked: true),
            pager: UI.pager(newer: newer, older: older))
        return .page(t("Nhật ký"), crumbs: [(t("Nhật ký"), nil)], filters(visit, asked) + problem + list)
    }

    private static func csvLink(_ visit: Visit) -> String {
        "/audit.csv" + visit.link(("before", nil)).dropFirst(visit.path.count)
    }

    private static func filters(_ visit: Visit, _ asked: Asked) -> HTML {
        let verbs = AuditWords.nouns.map { (value: $0.key, label: $0.label()) }
        return UI.filters(
            "/audit",
            """
            \(UI.text("who", t("Ai (tên đăng nhập)"), value: asked.who, entry: .search))
            \(UI.select("verb", t("Việc"), verbs, value: visit.query("verb"), any: t("Tất cả")))
            \(UI.date("from", t("Từ ngày"), value: asked.filter.from?.shown ?? ""))
            \(UI.date("to", t("Đến hết ngày"), value: asked.filter.to?.shown ?? ""))
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

    private static func note(_ visit: Visit, _ verb: Verb, _ text: String = "") async throws {
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("audit", nil, org: visit.visitor.org), note: text)
    }

    // MARK: Taking it away

    private static func file(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope
        let lines = try await visit.db.read { tx -> [AuditLine] in
            let asked = try Self.asked(visit, tx)
            return asked.problem == nil
                ? try tx.auditLines(try tx.auditEntries(asked.filter, scope: scope, limit: most)) : []
        }
        let out = CSVWriter(style: .people)
        try out.write([
            t("Lúc"), t("Ai"), t("Vai trò"), t("Việc"), t("Loại"), t("Với"), t("Địa chỉ mạng"), t("Ghi chú"),
        ])
        for line in lines {
            try out.write([
                line.row.at.shownMoment, AuditWords.who(line), line.row.role?.label ?? "",
                AuditWords.act(line.row.verb),
                line.row.subjectKind, line.what, line.row.address, line.row.note,
            ])
        }
        try await note(visit, "identity.audit.export", "\(lines.count)")
        return .file(out.bytes, name: "nhat-ky-\(visit.today.iso).csv", type: "text/csv; charset=utf-8")
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
            (t("Ghi chú"), "\(row.note)"), (t("Mã dòng"), "<span class=\"secret\">\(row.id.code)</span>"),
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
