import Base
import Files
import Registry
import Storage
import Web
import Work

/// The slips within reach: what waits for a decision, what was handed out, what was decided; searched, paged, taken away.
enum SlipList {
    static func mount(_ routes: Routes) {
        routes.get("/slips", .holder(.manageSlips), scope: .list) { visit in try await list(visit) }
        routes.get("/slips.xlsx", .holder(.manageSlips), scope: .list, load: .report) { visit in try await excel(visit)
        }
        routes.get("/slips/print", .holder(.manageSlips), scope: .list, load: .report) { visit in try await paper(visit)
        }
    }

    private static let size = 50, mostPrinted = 200, mostWritten = 20_000

    private static let tabs: [(key: String, states: [SlipState], label: @Sendable () -> String)] = [
        ("", [.pending], { t("Chờ duyệt") }), ("issued", [.issued], { t("Đã phát") }),
        ("approved", [.approved], { t("Đã duyệt") }),
        ("refused", [.refused, .revoked], { t("Từ chối, thu hồi") }), ("expired", [.expired], { t("Hết hạn") }),
    ]

    private static func tab(_ visit: Visit) -> (key: String, states: [SlipState], label: @Sendable () -> String) {
        tabs.first { $0.key == visit.query("state") } ?? tabs[0]
    }

    private static func filter(_ visit: Visit) -> SlipFilter {
        var filter = SlipFilter(states: tab(visit).states)
        filter.text = String(visit.query("q").prefix(100))
        filter.isOldestFirst = visit.query("sort") == "oldest"
        (filter.after, filter.before) = (visit.queryID("after"), visit.queryID("before"))
        return filter
    }

    // MARK: On the screen

    private static func list(_ visit: Visit) async throws -> Reply {
        let filter = filter(visit), chosen = tab(visit), scope = visit.visitor.scope
        let (lines, count, waiting) = try await visit.db.read { tx in
            (
                try tx.slips(filter, scope: scope, limit: size + 1).map(tx.slipLine),
                try tx.slipCount(filter, scope: scope),
                try tx.slipCount(SlipFilter(states: [.pending]), scope: scope)
            )
        }
        let isBack = filter.before != nil, hasMore = lines.count > size
        let shown = isBack ? Array(lines.suffix(size)) : Array(lines.prefix(size))
        let leaves = tabs.map { tab in
            UI.Tab(
                tab.label(), tab.key.isEmpty ? "/slips" : "/slips?state=\(tab.key)", isCurrent: tab.key == chosen.key,
                count: tab.key.isEmpty ? waiting : nil)
        }
        let query = visit.link(("after", nil), ("before", nil)).dropFirst(visit.path.count)
        let chips =
            filter.text.isEmpty
            ? [] : [UI.Chip(t("Tìm"), filter.text, removeHref: visit.link(("q", nil), ("after", nil), ("before", nil)))]
        return .page(
            t("Phiếu cha mẹ"), crumbs: [(t("Phiếu cha mẹ"), nil)],
            """
            \(UI.tabs(leaves, label: t("Trạng thái")))
            \(UI.filters(
                "/slips", UI.text("q", t("Tên học sinh hoặc người yêu cầu"), value: filter.text, entry: .search, isWide: true),
                kept: [("state", chosen.key), ("sort", visit.query("sort"))].filter { !$0.1.isEmpty }))
            \(UI.list(
                count: .text(t("{} phiếu", UI.counted(count))), chips: chips,
                tools: UI.tools(excel: "/slips.xlsx\(query)", print: "/slips/print\(query)"),
                table: table(shown, hasChild: true, sort: sort(visit, filter)),
                pager: pager(visit, shown, hasNewer: isBack ? hasMore : filter.after != nil, hasOlder: isBack || hasMore)))
            """)
    }

    private static func sort(_ visit: Visit, _ filter: SlipFilter) -> (href: String, order: UI.SortOrder) {
        let next = filter.isOldestFirst ? nil : "oldest"
        return (
            visit.link(("sort", next), ("after", nil), ("before", nil)),
            filter.isOldestFirst ? .ascending : .descending
        )
    }

    private static func pager(_ visit: Visit, _ lines: [SlipLine], hasNewer: Bool, hasOlder: Bool) -> HTML {
        UI.pager(
            newer: hasNewer ? lines.first.map { visit.link(("before", $0.slip.id.code), ("after", nil)) } : nil,
            older: hasOlder ? lines.last.map { visit.link(("after", $0.slip.id.code), ("before", nil)) } : nil)
    }

    /// Slips as rows, each leading to its page.
    static func table(
        _ lines: [SlipLine], hasChild: Bool, sort: (href: String, order: UI.SortOrder)? = nil, isLinked: Bool = true
    ) -> HTML {
        var columns = hasChild ? [UI.Column(t("Học sinh")), UI.Column(t("Lớp, trường"))] : []
        columns += [
            UI.Column(t("Trạng thái")), UI.Column(t("Người yêu cầu")), UI.Column(t("Quan hệ")),
            UI.Column(t("Phát lúc"), sortHref: sort?.href, sort: sort?.order, isHiddenOnPhone: true),
            UI.Column(t("Gửi lúc")),
        ]
        let rows = lines.map { line in
            let slip = line.slip, badge = Words.badge(slip.state)
            var cells: [HTML] = hasChild ? ["\(line.child)", "\(line.place)", badge] : [badge]
            cells += [
                "\(slip.claimant)", "\(Words.relation(slip.relation))", "\(slip.issuedAt.shownMoment)",
                "\(slip.claimedAt?.shownMoment)",
            ]
            return UI.Row(cells, href: isLinked ? "/slips/\(slip.id.code)" : nil)
        }
        return UI.table(
            columns, rows, caption: t("Phiếu cha mẹ"),
            empty: UI.empty(
                t("Không có phiếu nào"), t("Phiếu được tạo ở trang của học sinh hoặc của lớp."), icon: "qr"),
            cards: true)
    }

    // MARK: Taken away: no codes, they are on paper alone

    private static func read(_ visit: Visit, _ verb: Verb, _ limit: Int) async throws -> [SlipLine] {
        let filter = filter(visit), scope = visit.visitor.scope
        let lines = try await visit.db.read { tx in
            try tx.slips(filter, scope: scope, limit: limit).map(tx.slipLine)
        }
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("slip", nil, org: visit.visitor.org), note: "rows \(lines.count)")
        return lines
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let lines = try await read(visit, "identity.slip.export", mostWritten), state = tab(visit).label()
        return try SheetFile(visit).reply(name: "phieu-cha-me-\(visit.today.iso).xlsx", isDemo: visit.isDemo) { book in
            let sheet = try book.sheet(
                t("Phiếu cha mẹ"), titles: [t("PHIẾU CHA MẸ HỌC SINH"), state],
                columns: [
                    .init(t("Học sinh"), width: 28), .init(t("Lớp, trường"), width: 40),
                    .init(t("Trạng thái"), width: 14),
                    .init(t("Người yêu cầu"), width: 28), .init(t("Quan hệ"), width: 14),
                    .init(t("Phát lúc"), width: 18), .init(t("Gửi lúc"), width: 18),
                ])
            for line in lines {
                try sheet.write([
                    .text(line.child), .text(line.place), .text(line.slip.state.label), .text(line.slip.claimant),
                    .text(Words.relation(line.slip.relation)), .text(line.slip.issuedAt.shownMoment),
                    .text(line.slip.claimedAt?.shownMoment ?? ""),
                ])
            }
        }
    }

    private static func paper(_ visit: Visit) async throws -> Reply {
        let lines = try await read(visit, "identity.slip.print", mostPrinted + 1)
        let shown = Array(lines.prefix(mostPrinted)), title = t("Phiếu cha mẹ")
        let more: HTML = UI.some(lines.count > mostPrinted ? shown.last : nil) {
            "<p class=\"no-print\">\(UI.link(t("Tờ sau"), visit.link(("after", $0.slip.id.code)), icon: "print"))</p>"
        }
        return .paper(
            title, for: visit, back: "/slips",
            """
            \(more)<h1>\(title)</h1><p class="center">\(visit.visitor.orgName) · \(tab(visit).label()) · \(visit.today.shown)</p>
            \(table(shown, hasChild: true, isLinked: false))
            """)
    }
}

/// A slip with the names to show.
struct SlipLine: Sendable {
    let slip: SlipRow, child: String, place: String

    init(_ slip: SlipRow, child: String, place: String) { (self.slip, self.child, self.place) = (slip, child, place) }
}

extension Tx {
    /// A slip with its child's name and place of today.
    func slipLine(_ slip: SlipRow) throws -> SlipLine {
        SlipLine(slip, child: try name(of: .student(slip.student)) ?? "", place: try placeName(of: slip.student))
    }
}
