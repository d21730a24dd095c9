import Base
import Registry
import Storage
import Web

/// Connected systems: found, looked at, what they asked; made and changed by `ConsumerForms`.
enum ConsumerPages {
    static func mount(_ routes: Routes) {
        routes.get("/consumers", .holder(.manageTokens), scope: .list) { visit in try await list(visit) }
        ConsumerForms.mount(routes)
        routes.get("/consumers/{id}", .holder(.manageTokens), scope: .consumer) { visit in try await one(visit) }
    }

    private static let size = 50

    private static func list(_ visit: Visit) async throws -> Reply {
        var filter = ConsumerFilter()
        filter.text = String(visit.query("q").prefix(100))
        filter.state = ConsumerState(rawValue: visit.query("state"))
        filter.after = visit.queryID("after")
        let found = try await visit.db.read { [filter] tx in
            try tx.consumers(filter, scope: visit.visitor.scope, limit: size + 1)
        }
        let states = ConsumerState.allCases.map { (value: $0.rawValue, label: $0.label) }
        let more = found.count > size ? found[size - 1].row.id.code : nil
        return .page(
            t("Hệ thống kết nối"), crumbs: [(t("Hệ thống kết nối"), nil)],
            primary: UI.link(t("Thêm hệ thống"), "/consumers/new", icon: "plus", isPrimary: true),
            """
            <p>\(t("Phần mềm khác đọc danh sách trường, lớp, người học theo chuẩn OneRoster 1.2 trong phạm vi của một đơn vị, bằng khóa riêng của nó."))</p>
            \(UI.filters(
                "/consumers",
                """
                \(UI.text("q", t("Tìm theo tên hệ thống"), value: filter.text, entry: .search))
                \(UI.select("state", t("Trạng thái"), states, value: filter.state?.rawValue ?? "", any: t("Tất cả")))
                """))
            \(UI.list(
                count: "\(t("{} hệ thống", more == nil ? UI.grouped(found.count) : "\(size)+"))", chips: chips(visit, filter),
                table: table(visit, Array(found.prefix(size))),
                pager: UI.pager(newer: filter.after == nil ? nil : visit.link(("after", nil)), older: more.map { visit.link(("after", $0)) })))
            """)
    }

    private static func chips(_ visit: Visit, _ filter: ConsumerFilter) -> [UI.Chip] {
        var chips: [UI.Chip] = []
        if !filter.text.isEmpty {
            chips.append(UI.Chip(t("Tìm"), filter.text, removeHref: visit.link(("q", nil), ("after", nil))))
        }
        if let state = filter.state {
            chips.append(UI.Chip(t("Trạng thái"), state.label, removeHref: visit.link(("state", nil), ("after", nil))))
        }
        return chips
    }

    private static func table(_ visit: Visit, _ lines: [ConsumerLine]) -> HTML {
        let rows = lines.map { line in
            let waiting = waiting(line.row.id, visit)
            return UI.Row(
                [
                    "\(line.row.name)", "\(line.orgName)", ConsumerWords.badge(line.row, on: visit.today),
                    "\(UI.grouped(line.calls + waiting.calls))", "\(UI.grouped(line.refused + waiting.refused))",
                    "\(lastUse(line.row, waiting)?.shownMoment ?? "–")", "\(line.row.expiresOn.shown)",
                ], href: "/consumers/\(line.row.id.code)", name: line.row.name, isFaded: line.row.state == .revoked)
        }
        return UI.table(
            [
                UI.Column(t("Hệ thống")), UI.Column(t("Đơn vị")), UI.Column(t("Trạng thái")),
                UI.Column(t("Lượt gọi 30 ngày"), isNumeric: true), UI.Column(t("Bị từ chối"), isNumeric: true),
                UI.Column(t("Dùng lần cuối")), UI.Column(t("Hết hạn")),
            ], rows, caption: t("Hệ thống kết nối"),
            empty: UI.empty(
                t("Chưa có hệ thống kết nối nào"), t("Thêm một hệ thống để nó đọc danh sách theo chuẩn OneRoster."),
                icon: "export"), cards: true)
    }

    /// What was counted and is not put down yet.
    private static func waiting(_ id: ID<Consumer>, _ visit: Visit) -> ConsumerTally.Count {
        visit.door.tally.waiting(of: id).values.reduce(into: ConsumerTally.Count()) { sum, count in
            sum.calls += count.calls
            sum.refused += count.refused
            sum.last = max(sum.last, count.last)
        }
    }

    private static func lastUse(_ row: ConsumerRow, _ waiting: ConsumerTally.Count) -> Int64? {
        waiting.last > 0 ? max(waiting.last, row.usedAt ?? 0) : row.usedAt
    }

    // MARK: One system

    private struct Shown: Sendable {
        let row: ConsumerRow, orgName: String, maker: String, secrets: [ConsumerSecret], days: [ConsumerDay]
    }

    private static func one(_ visit: Visit) async throws -> Reply {
        let id: ID<Consumer> = try visit.id("id")
        let shown = try await visit.db.read { tx in
            let row = try tx.consumer(id, keptBy: visit.visitor)
            return Shown(
                row: row, orgName: try tx.name(of: row.org), maker: try row.createdBy.map(tx.accountName) ?? "hoaban",
                secrets: try tx.secrets(of: id), days: try tx.days(of: id))
        }
        return .page(
            shown.row.name, crumbs: [(t("Hệ thống kết nối"), "/consumers"), (shown.row.name, nil)],
            primary: shown.row.state == .revoked
                ? nil : UI.link(t("Sửa"), "/consumers/\(id.code)/edit", icon: "edit", isPrimary: true),
            """
            \(facts(visit, shown))
            \(acts(visit, shown.row))
            \(secrets(shown))
            \(UI.card(t("Lượt gọi 30 ngày qua"), use(visit, shown)))
            \(when(shown.row.state != .revoked, UI.card(t("Cách dùng"), ConsumerGuide.html(visit.origin, shown.row))))
            """)
    }

    private static func facts(_ visit: Visit, _ shown: Shown) -> HTML {
        let row = shown.row, waiting = waiting(row.id, visit)
        return UI.facts([
            (t("Trạng thái"), ConsumerWords.badge(row, on: visit.today)),
            (t("Mã hệ thống (client_id)"), "<code>\(row.id.code)</code>"),
            (t("Đọc trong phạm vi"), "\(shown.orgName) · \(Words.levels(row.levels))"),
            (
                t("Phạm vi dữ liệu"),
                "<ul>\(row.scopes.map { "<li>\(ConsumerWords.label($0))</li>" as HTML })</ul>"
            ),
            (t("Lượt gọi mỗi phút"), "\(UI.grouped(row.perMinute))"), (t("Hết hạn"), "\(row.expiresOn.shown)"),
            (t("Liên hệ"), "\(row.contact)"),
            (t("Dùng lần cuối"), "\(lastUse(row, waiting)?.shownMoment)"),
            (t("Ai tạo"), "\(shown.maker) · \(row.createdAt.shownMoment)"),
        ])
    }

    private static func acts(_ visit: Visit, _ row: ConsumerRow) -> HTML {
        guard row.state != .revoked else { return HTML() }
        let path = "/consumers/\(row.id.code)"
        let turn =
            row.state == .active
            ? UI.post(t("Tạm dừng"), to: "\(path)/pause", csrf: visit.csrf, icon: "lock")
            : UI.post(t("Cho dùng lại"), to: "\(path)/activation", csrf: visit.csrf, icon: "check")
        return UI.card(
            t("Việc có thể làm"),
            """
            <div class="buttons">\(UI.link(t("Cấp khóa bí mật mới"), "\(path)/secret", icon: "key"))\(turn)\
            \(UI.link(t("Thu hồi"), "\(path)/revocation", icon: "bad"))\
            \(when(visit.visitor.may(.readAudit), UI.link(t("Nhật ký"), "/audit?verb=identity.consumer", icon: "audit")))</div>
            """)
    }

    private static func secrets(_ shown: Shown) -> HTML {
        let rows = shown.secrets.map { secret in
            UI.Row([
                "\(secret.createdAt.shownMoment)", "\(secret.maker)",
                secret.endsAt.map { "\($0.shownMoment)" as HTML }
                    ?? "<span class=\"muted\">\(t("đến khi thay"))</span>",
            ])
        }
        return UI.card(
            t("Khóa bí mật đang dùng được"),
            UI.table(
                [UI.Column(t("Tạo lúc")), UI.Column(t("Ai tạo")), UI.Column(t("Dùng được đến"))], rows,
                caption: t("Khóa bí mật đang dùng được"),
                empty: "<p class=\"muted\">\(t("Không còn khóa nào."))</p>", cards: true))
    }

    private static func use(_ visit: Visit, _ shown: Shown) -> HTML {
        var days = Dictionary(shown.days.map { ($0.day, $0) }, uniquingKeysWith: { $1 })
        for (key, count) in visit.door.tally.waiting(of: shown.row.id) {
            var day = days[key.day] ?? ConsumerDay(day: key.day, calls: 0, refused: 0)
            (day.calls, day.refused) = (day.calls + count.calls, day.refused + count.refused)
            days[key.day] = day
        }
        let rows = days.values.sorted { $0.day > $1.day }.map { day in
            UI.Row(["\(day.day.shown)", "\(UI.grouped(day.calls))", "\(UI.grouped(day.refused))"])
        }
        return UI.table(
            [
                UI.Column(t("Ngày")), UI.Column(t("Lượt gọi"), isNumeric: true),
                UI.Column(t("Bị từ chối"), isNumeric: true),
            ], rows, caption: t("Lượt gọi 30 ngày qua"),
            empty: "<p class=\"muted\">\(t("Hệ thống này chưa gọi lần nào trong 30 ngày qua."))</p>", cards: true)
    }
}
