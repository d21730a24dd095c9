import Base
import Registry
import Storage
import Web
import Work

/// The state of a unit's data: shares, rules, units below, weeks.
enum Overview {
    static func mount(_ routes: Routes) {
        routes.get("/quality", .holder(.viewQuality), scope: .list) { visit in try await show(visit) }
        routes.get("/quality/rules", .holder(.viewQuality), scope: .none) { visit in rules(visit) }
        routes.post("/quality/run", .holder(.runQuality), scope: .list) { visit in try await run(visit) }
        routes.get("/quality/units.xlsx", .holder(.viewQuality), scope: .list, load: .report) { visit in
            try await excel(visit)
        }
    }

    private struct Sight: Sendable {
        let frame: ListFrame, quality: QualitySight, job: JobRow?
        /// Digital files by whether they bear both identifiers (K-06).
        let complete: [Figure]
        var org: OrgLine? { frame.org }
    }

    private static func read(_ visit: Visit) async throws -> Sight? {
        let scope = visit.visitor.scope
        return try await visit.db.read { tx in
            let frame = try ListFrame.read(tx, visit, org: unit(visit, tx))
            guard let org = frame.org else { return nil }
            let jobs = try tx.jobs(of: visit.visitor.account, kind: Jobs.kind, limit: 1)
            return Sight(
                frame: frame, quality: try tx.sight(of: org.id, scope: scope),
                job: jobs.first { ["queued", "running"].contains($0.state) },
                complete: try tx.figures(
                    of: org.id, year: SchoolYear(of: visit.today), by: .complete, scope: scope))
        }
    }

    /// The unit of the address, else the visitor's own.
    private static func unit(_ visit: Visit, _ tx: Tx) throws -> ID<Org>? {
        if let org: ID<Org> = visit.queryID("org") { return org }
        return try visit.visitor.org ?? visit.visitor.scope.orgs.first ?? tx.roots(scope: visit.visitor.scope).first?.id
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        // Kept figures are those of whole schools: a homeroom teacher goes straight to the own class.
        if case .classes = visit.visitor.scope.reach { return .redirect("/quality/findings") }
        guard let sight = try await read(visit), let org = sight.org else { throw Fault.notFound }
        let content: HTML = """
            \(progress(sight, visit))\(sight.frame.units(visit))\(tiles(sight, org))
            \(units(sight, visit))\(ruleTable(sight, org))\(weeks(sight))
            """
        let page = Reply.page(
            t("Chất lượng dữ liệu: {}", org.name), crumbs: [(t("Chất lượng dữ liệu"), nil)],
            primary: UI.link(t("Việc cần sửa"), "/quality/findings?org=\(org.id.code)", icon: "edit", isPrimary: true),
            content)
        return sight.job == nil ? page : page.refreshing(5)
    }

    private static func progress(_ sight: Sight, _ visit: Visit) -> HTML {
        if let job = sight.job {
            return UI.progress(t("Đang kiểm tra dữ liệu"), done: job.done, total: job.total, poll: visit.link())
        }
        let checked =
            sight.quality.checkedAt.map { t("Kiểm tra gần nhất: {}.", $0.shownMoment) } ?? t("Chưa kiểm tra lần nào.")
        let again: HTML =
            visit.mayChange(.runQuality)
            ? UI.post(
                t("Kiểm tra lại"), to: "/quality/run", csrf: visit.csrf,
                fields: [(name: "org", value: sight.org?.id.code ?? "")], icon: "check") : HTML()
        return """
            <div class="list-top"><p class="count">\(checked) <a href="/quality/rules">\(t("Xem các quy tắc"))</a></p>\
            <div class="buttons">\(again)\(UI.link(t("Excel"), "/quality/units.xlsx?org=\(sight.org?.id.code ?? "")", icon: "excel"))</div></div>
            """
    }

    private static func tiles(_ sight: Sight, _ org: OrgLine) -> HTML {
        let list = "/quality/findings?org=\(org.id.code)", quality = sight.quality
        let trend = quality.weeks.map { Double($0.open) }
        var tiles = [
            UI.stat(t("Việc cần sửa"), UI.grouped(quality.open), href: list, trend: trend),
            UI.stat(t("Đã bỏ qua có lý do"), UI.grouped(quality.waived), href: "\(list)&state=waived"),
        ]
        for kind in [Profile.Kind.student, .staff, .classGroup] {
            guard let share = quality.shares[kind], share.records > 0 else { continue }
            tiles.append(
                UI.stat(
                    shareName(of: kind), UI.percent(share.sound, of: share.records),
                    href: "\(list)&kind=\(kind.rawValue)",
                    fresh: t("{} trên {}", UI.grouped(share.sound), UI.grouped(share.records))))
        }
        let whole = sight.complete.reduce(0) { $0 + $1.total }
        if whole > 0 {
            let full = sight.complete.first { $0.value == "full" }?.total ?? 0
            tiles.append(
                UI.stat(
                    t("Hồ sơ số đủ mã định danh"), UI.percent(full, of: whole), href: "/orgs/\(org.id.code)/gaps",
                    fresh: t("{} trên {}", UI.grouped(full), UI.grouped(whole))))
        }
        return UI.stats(tiles)
    }

    private static func shareName(of kind: Profile.Kind) -> String {
        switch kind {
        case .student: t("Hồ sơ học sinh không lỗi")
        case .staff: t("Hồ sơ nhân sự không lỗi")
        case .classGroup, .org: t("Lớp không lỗi")
        }
    }

    // MARK: units

    /// Shares of the units below as tiles in the order of names: a picture of where help is needed, not a ranking.
    private static func units(_ sight: Sight, _ visit: Visit) -> HTML {
        let units = sight.quality.units.filter { $0.learners.records > 0 || $0.open > 0 }
        guard units.count > 1 else { return HTML() }
        let tiles = units.map { unit -> UI.MapTile in
            UI.MapTile(
                unit.line.name, part: unit.learners.sound, whole: unit.learners.records,
                href: visit.link(("org", unit.line.id.code)))
        }
        return UI.tileMap(
            t("Tỷ lệ hồ sơ học sinh không lỗi theo đơn vị"), tiles,
            note: t("Xếp theo tên; màu đậm là tỷ lệ cao. Bấm vào một đơn vị để xem tiếp."),
            headings: (t("Đơn vị"), t("Không lỗi")))
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        guard let sight = try await read(visit), let org = sight.org else { throw Fault.notFound }
        try await visit.db.noteRead(as: visit.visitor, "quality.units.export", on: .org(org.id))
        let known = Rule.all
        return try SheetFile(visit).reply(
            name: "chat-luong-du-lieu-\(org.code)-\(visit.today.iso).xlsx", isDemo: visit.isDemo
        ) { book in
            let rules = try book.sheet(
                t("Quy tắc"), titles: [org.name, t("Chất lượng dữ liệu")],
                columns: [
                    .init(t("Quy tắc"), width: 56), .init(t("Mức độ"), width: 14), .init(t("Cần sửa")),
                    .init(t("Đã bỏ qua")),
                ])
            for rule in known {
                guard let figure = sight.quality.byRule[rule.id] else { continue }
                try rules.write([
                    .text(FindingWords.name(rule)), .text(rule.severity.label), .whole(figure.open),
                    .whole(figure.waived),
                ])
            }
            let units = try book.sheet(
                t("Đơn vị"), titles: [org.name, t("Chất lượng dữ liệu")],
                columns: [
                    .init(t("Đơn vị"), width: 48), .init(t("Cần sửa")), .init(t("Hồ sơ học sinh")),
                    .init(t("Không lỗi")),
                ])
            for unit in sight.quality.units {
                try units.write([
                    .text(unit.line.name), .whole(unit.open), .whole(unit.learners.records),
                    .whole(unit.learners.sound),
                ])
            }
        }
    }

    // MARK: rules

    private static func ruleTable(_ sight: Sight, _ org: OrgLine) -> HTML {
        let rows = Rule.all.compactMap { rule -> UI.Row? in
            guard let figure = sight.quality.byRule[rule.id], figure.open + figure.waived > 0 else { return nil }
            return UI.Row(
                [
                    .text(FindingWords.name(rule)), FindingWords.badge(rule.severity), .text(UI.grouped(figure.open)),
                    .text(UI.grouped(figure.waived)),
                ],
                href: "/quality/findings?org=\(org.id.code)&rule=\(rule.id)\(figure.open == 0 ? "&state=waived" : "")")
        }
        let columns = [
            UI.Column(t("Quy tắc")), UI.Column(t("Mức độ")), UI.Column(t("Cần sửa"), isNumeric: true),
            UI.Column(t("Đã bỏ qua"), isNumeric: true, isHiddenOnPhone: true),
        ]
        return UI.table(
            columns, rows, caption: t("Lỗi theo quy tắc"), showsCaption: true,
            empty: UI.notice(.text(t("Không có gì cần sửa.")), .good))
    }

    private static func rules(_ visit: Visit) -> Reply {
        let rows = Rule.all.filter { $0.isValid(on: visit.today) }.map { rule in
            UI.Row([
                .text(FindingWords.name(rule)), FindingWords.badge(rule.severity), .text(translated(rule.advice)),
                .text(FindingWords.menders(rule)), .text(rule.basis),
            ])
        }
        let columns = [
            UI.Column(t("Quy tắc")), UI.Column(t("Mức độ")), UI.Column(t("Cách sửa")), UI.Column(t("Người sửa")),
            UI.Column(t("Căn cứ"), isHiddenOnPhone: true),
        ]
        return .page(
            t("Quy tắc kiểm tra dữ liệu"), crumbs: [(t("Chất lượng dữ liệu"), "/quality"), (t("Quy tắc"), nil)],
            UI.table(columns, rows, caption: t("Quy tắc kiểm tra dữ liệu"), cards: true))
    }

    private static func weeks(_ sight: Sight) -> HTML {
        let weeks = sight.quality.weeks
        guard weeks.count > 1, let first = weeks.first, let last = weeks.last else { return HTML() }
        let points = weeks.map { (label: $0.day.shown, value: Double($0.open)) }
        let title =
            last.open <= first.open
            ? t("Việc cần sửa giảm từ {} xuống {}", UI.grouped(first.open), UI.grouped(last.open))
            : t("Việc cần sửa tăng từ {} lên {}", UI.grouped(first.open), UI.grouped(last.open))
        return UI.line(title, points, note: t("Số việc cần sửa mỗi tuần"))
    }

    private static func run(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope, visitor = visit.visitor
        guard let org: ID<Org> = visit.form.id("org") else { throw Fault.invalid("Chưa chọn đơn vị để kiểm tra.") }
        try await visit.db.write(as: visitor, "quality.run", on: .org(org)) { tx in
            guard try tx.org(org, scope: scope) != nil else { throw Fault.notFound }
            _ = try Jobs.order(org, by: visitor, tx)
        }
        return .redirect("/quality?org=\(org.code)", flash: t("Đã xếp hàng kiểm tra. Trang này tự cập nhật khi xong."))
    }
}
