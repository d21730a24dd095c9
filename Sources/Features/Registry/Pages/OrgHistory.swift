import Base
import Storage
import Web
import Work

/// What became of a unit over the years, and the tree below it as it stood on any day.
enum OrgHistory {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/history", .holder(.viewOrgs), scope: .org) { visit in try await show(visit) }
    }

    private struct Past: Sendable {
        let head: OrgHead
        let events: [OrgEvent]
        let names: [(name: String, period: Period, basis: String)]
        let managers: [(id: ID<Org>, name: String, period: Period, basis: String)]
        let locations: [(id: ID<Place>, name: String, period: Period)]
        let charges: [ChargeRecord]
        let below: [OrgLine], institutions: [ID<Org>: Int]
        let changes: History
        /// Which of the units that are named the visitor may open.
        let reached: Set<ID<Org>>
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let asked = Day(typed: visit.query("on"), year: visit.today.parts.year), day = asked ?? visit.today
        let isWrong = asked == nil && !visit.query("on").isEmpty
        let past = try await visit.db.read { tx in try read(tx, visit, day) }
        let content =
            past.head.tabs(.history, visit) + when(isWrong, OrgHead.wrongDay(visit.query("on")))
            + UI.card(t("Những thay đổi"), timeline(past, visit))
            + UI.columns([
                UI.card(t("Tên gọi"), names(past)), UI.card(t("Đơn vị quản lý"), managers(past)),
                UI.card(t("Địa bàn"), locations(past)),
                UI.card(t("Phụ trách chuyển đổi số"), charges(past)),
            ])
        return .page(
            t("Lịch sử: {}", past.head.name), crumbs: past.head.crumbs(visit, then: t("Lịch sử"), keeps: true),
            content + tree(past, day, visit) + trail(past, visit))
    }

    private static func read(_ tx: Tx, _ visit: Visit, _ day: Day) throws -> Past {
        let head = try OrgHead.read(tx, visit), id = head.org.id, scope = visit.visitor.scope
        let below = try tx.children(of: id, on: day, scope: scope), events = try tx.events(of: id, scope: scope)
        return Past(
            head: head, events: events, names: try tx.names(of: id, scope: scope),
            managers: try tx.managers(of: id, scope: scope), locations: try tx.locations(of: id, scope: scope),
            charges: try tx.allCharges(of: id, scope: scope), below: below,
            institutions: try tx.institutions(below: below.map(\.id), level: nil, scope: scope, on: day),
            changes: visit.visitor.may(.editOrgs) ? try History.read(tx, .org(id), visit) : .none,
            reached: try tx.reached(events.compactMap(\.other), scope: scope))
    }

    private static func timeline(_ past: Past, _ visit: Visit) -> HTML {
        guard !past.events.isEmpty else { return "<p class=\"muted\">\(t("Chưa ghi thay đổi nào."))</p>" }
        return UI.timeline(
            past.events.map { event in
                UI.Event(
                    event.day == .first ? t("Từ trước") : event.day.shown, event.kind.label,
                    detail: other(event, past.reached), by: event.basis, isNow: event.day == visit.today)
            })
    }

    private static func other(_ event: OrgEvent, _ reached: Set<ID<Org>>) -> HTML {
        guard let id = event.other, let name = event.otherName else { return HTML() }
        return reached.contains(id) ? "<a href=\"/orgs/\(id.code)\">\(name)</a>" : .text(name)
    }

    private static func dated(_ rows: [(HTML, Period, String)], _ heading: String) -> HTML {
        let lines = rows.map { row in
            UI.Row([
                row.0,
                row.2.isEmpty
                    ? .text(Words.period(row.1)) : "\(Words.period(row.1))<br><small class=\"muted\">\(row.2)</small>",
            ])
        }
        return UI.table(
            [UI.Column(heading), UI.Column(t("Thời gian, căn cứ"))], lines, caption: heading,
            empty: "<p class=\"muted\">\(t("Chưa ghi."))</p>")
    }

    private static func names(_ past: Past) -> HTML {
        dated(past.names.map { (.text($0.name), $0.period, $0.basis) }, t("Tên"))
    }

    private static func managers(_ past: Past) -> HTML {
        dated(past.managers.map { (.text($0.name), $0.period, $0.basis) }, t("Đơn vị"))
    }

    private static func locations(_ past: Past) -> HTML {
        dated(past.locations.map { ("<a href=\"/places/\($0.id.code)\">\($0.name)</a>", $0.period, "") }, t("Địa bàn"))
    }

    private static func charges(_ past: Past) -> HTML {
        dated(
            past.charges.filter { $0.duty == OrgEdit.digitalDuty }.map { (.text($0.name), $0.period, "") },
            t("Họ và tên"))
    }

    // MARK: the tree as of a day

    private static func tree(_ past: Past, _ day: Day, _ visit: Visit) -> HTML {
        let action = "/orgs/\(past.head.org.id.code)/history"
        let form: HTML = """
            <form class="form" method="get" action="\(action)">\
            \(UI.grid(UI.date("on", t("Cây đơn vị tại ngày"), value: day.shown, hint: t("Ví dụ 30/06/2025 là ngày cuối của cấp huyện."))))\
            <div class="form-foot">\(UI.button(t("Xem cây đơn vị")))</div></form>
            """
        let rows = past.below.map { line in
            UI.Row(
                [
                    .text(line.name), .text(Words.label(line.kind, "school-kinds")),
                    .text(line.levels.map(\.label).joined(separator: ", ")),
                    .text(line.isInstitution ? "" : UI.grouped(past.institutions[line.id] ?? 0)),
                ], href: "/orgs/\(line.id.code)/history?on=\(day.iso)")
        }
        let columns = [
            UI.Column(t("Đơn vị")), UI.Column(t("Loại hình")), UI.Column(t("Cấp học"), isHiddenOnPhone: true),
            UI.Column(t("Cơ sở"), isNumeric: true),
        ]
        let table = UI.table(
            columns, rows, caption: t("Đơn vị trực thuộc ngày {}", day.shown), showsCaption: true,
            empty: "<p class=\"muted\">\(t("Ngày {} không có đơn vị trực thuộc.", day.shown))</p>")
        guard !past.head.org.isInstitution || !past.below.isEmpty else { return HTML() }
        return UI.card(t("Cây đơn vị theo ngày"), form + table)
    }

    private static func trail(_ past: Past, _ visit: Visit) -> HTML {
        guard !past.changes.changes.isEmpty else { return HTML() }
        let fields = Words.catalogues.fields(of: "school")
        return UI.fold(
            t("Lịch sử sửa thông tin"),
            HistoryTable.drawn(past.changes, fields, showsSensitive: visit.visitor.may(.viewSensitive)))
    }
}
