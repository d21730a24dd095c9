import Base
import Storage
import Web

/// Figures kept as they stood on a day: taken once, shown unchanged for ever.
enum OrgFreezes {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/freezes", .holder(.viewFigures), scope: .org) { visit in
            try await list(visit, fault: nil)
        }
        routes.post("/orgs/{id}/freezes", .holder(.freezeFigures), scope: .org, load: .report) { visit in
            try await freeze(visit)
        }
        routes.get("/freezes/{id}", .holder(.viewFigures), scope: .none) { visit in try await show(visit) }
    }

    private static func list(_ visit: Visit, fault: Fault?) async throws -> Reply {
        let scope = visit.visitor.scope
        let (head, freezes) = try await visit.db.read { tx in
            let head = try OrgHead.read(tx, visit)
            return (head, try tx.freezes(scope: scope).filter { $0.org == head.org.id })
        }
        let rows = freezes.map { freeze in
            UI.Row(
                [.text(freeze.title), .text(freeze.day.shown), .text(freeze.at.shownMoment)],
                href: "/freezes/\(freeze.id.code)")
        }
        let table = UI.table(
            [UI.Column(t("Tên")), UI.Column(t("Số liệu tại ngày")), UI.Column(t("Chốt lúc"))], rows,
            caption: t("Số liệu đã chốt"),
            empty: UI.empty(
                t("Chưa chốt số liệu lần nào"), t("Bản đã chốt giữ nguyên mãi, dù sổ có sửa về sau."), icon: "lock"))
        let content = head.tabs(.freezes, visit) + Refusal.notice(fault) + form(head, visit, fault) + table
        let title = t("Số liệu đã chốt: {}", head.name), crumbs = head.crumbs(visit, then: t("Số liệu đã chốt"))
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func form(_ head: OrgHead, _ visit: Visit, _ fault: Fault?) -> HTML {
        guard visit.mayChange(.freezeFigures) else { return HTML() }
        let problems = fault?.problems ?? []
        let title = visit.form.has("title") ? visit.form.text("title") : t("Số liệu ngày {}", visit.today.shown)
        let day = visit.form.has("day") ? visit.form.text("day") : visit.today.shown
        let fields = UI.grid(
            UI.text("title", t("Tên bản chốt"), value: title, problems: problems, required: true, maxLength: 200)
                + UI.date("day", t("Số liệu tại ngày"), value: day, problems: problems, required: true))
        return UI.card(
            t("Chốt số liệu"),
            UI.form(
                "/orgs/\(head.org.id.code)/freezes", csrf: visit.csrf, fields, submit: t("Chốt số liệu"),
                problems: problems))
    }

    private static func freeze(_ visit: Visit) async throws -> Reply {
        do {
            guard let day = Day(typed: visit.form.text("day"), year: visit.today.parts.year), day <= visit.today else {
                throw Fault.invalid([Problem("day", "Hãy chọn một ngày đã qua hoặc hôm nay.")])
            }
            let id = try await Registry.freezeFigures(
                visit.form.text("title"), of: visit.id("id"), on: day, by: visit.visitor, in: visit.db)
            return .redirect("/freezes/\(id.code)", flash: "Đã chốt số liệu.")
        } catch {
            return try await list(visit, fault: Refusal.fault(error))
        }
    }

    // MARK: the paper

    private static func show(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope, id: ID<Freeze> = try visit.id("id")
        let found = try await visit.db.read { tx in try tx.freeze(id, scope: scope) }
        guard let found else { throw Fault.notFound }
        let figures = found.figures
        let taken = t("Chốt lúc {} trên hệ thống HoaBan. Số liệu không đổi sau khi chốt.", found.line.at.shownMoment)
        return .paper(
            found.line.title, for: visit, back: found.line.org.map { "/orgs/\($0.code)/freezes" },
            """
            \(UI.printHead(above: t("Hệ thống thông tin giáo dục"), org: figures.orgName, date: UI.officialDate(figures.day)))
            <h1>\(found.line.title)</h1><p class="center">\(t("Số liệu tại ngày {}", figures.day.shown))</p>
            \(institutions(figures))\(units(figures))\(dimensions(figures))<p class="muted">\(taken)</p>
            \(UI.signatures([(t("Người lập biểu"), ""), (t("Thủ trưởng đơn vị"), "")]))
            """)
    }

    private static func institutions(_ figures: FrozenFigures) -> HTML {
        let all = figures.figures[Dimension.all.rawValue]?.first
        var rows = [
            UI.Row([.text(t("Học sinh")), .text(UI.grouped(all?.total ?? 0))]),
            UI.Row([.text(t("Nữ")), .text(UI.grouped(all?.female ?? 0))]),
        ]
        if figures.institutions.institutions > 1 {
            rows.insert(
                UI.Row([.text(t("Cơ sở giáo dục")), .text(UI.grouped(figures.institutions.institutions))]), at: 0)
            for level in Level.allCases {
                guard let count = figures.institutions.byLevel[level] else { continue }
                rows.append(UI.Row([.text(t("Cơ sở giáo dục có cấp {}", level.label)), .text(UI.grouped(count))]))
            }
        }
        return UI.table(
            [UI.Column(t("Chỉ tiêu")), UI.Column(t("Số"), isNumeric: true)], rows, caption: t("Tổng hợp"),
            showsCaption: true)
    }

    private static func units(_ figures: FrozenFigures) -> HTML {
        guard !figures.units.isEmpty else { return HTML() }
        let columns = [
            UI.Column(t("Đơn vị")), UI.Column(t("Cơ sở"), isNumeric: true), UI.Column(t("Lớp"), isNumeric: true),
            UI.Column(t("Học sinh"), isNumeric: true), UI.Column(t("Nữ"), isNumeric: true),
            UI.Column(t("Nhân sự"), isNumeric: true),
        ]
        let rows = figures.units.map { unit in
            UI.Row([
                .text(unit.name), .text(UI.grouped(unit.institutions)), .text(UI.grouped(unit.classes)),
                .text(UI.grouped(unit.students)),
                .text(UI.grouped(unit.female)), .text(UI.grouped(unit.staff)),
            ])
        }
        return UI.table(columns, rows, caption: t("Các đơn vị trực thuộc"), showsCaption: true)
    }

    private static func dimensions(_ figures: FrozenFigures) -> HTML {
        UI.each(Dimension.allCases) { dimension in
            guard dimension != .all, let found = figures.figures[dimension.rawValue], !found.isEmpty else {
                return HTML()
            }
            let sorted = dimension == .age ? found.sorted { (Int($0.value) ?? 999) < (Int($1.value) ?? 999) } : found
            let rows = sorted.map {
                UI.Row([.text(dimension.words($0.value)), .text(UI.grouped($0.total)), .text(UI.grouped($0.female))])
            }
            return UI.table(
                [
                    UI.Column(dimension.label), UI.Column(t("Tổng số"), isNumeric: true),
                    UI.Column(t("Nữ"), isNumeric: true),
                ], rows,
                caption: t("Theo {}", dimension.label.lowercasedFirst), showsCaption: true)
        }
    }
}
