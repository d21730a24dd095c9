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
        routes.get("/freezes/{id}/figures.xlsx", .holder(.viewFigures), scope: .none, load: .report) { visit in
            try await excel(visit)
        }
    }

    private static func list(_ visit: Visit, fault: Fault?) async throws -> Reply {
        let scope = visit.visitor.scope
        let (head, freezes) = try await visit.db.read { tx in
            let head = try OrgHead.read(tx, visit)
            return (head, try tx.freezes(scope: scope).filter { $0.org == head.org.id })
        }
        let rows = freezes.map { freeze in
            UI.Row(
                [
                    .text(freeze.title), .text(freeze.day.shown), .text(narrowed(freeze)),
                    .text(freeze.at.shownMoment),
                    "<a href=\"/freezes/\(freeze.id.code)/figures.xlsx\">\(t("Excel"))</a>",
                ], href: "/freezes/\(freeze.id.code)")
        }
        let table = UI.table(
            [
                UI.Column(t("Tên")), UI.Column(t("Số liệu tại ngày")), UI.Column(t("Phạm vi")),
                UI.Column(t("Chốt lúc"), isHiddenOnPhone: true), UI.Column(t("Tệp")),
            ], rows,
            caption: t("Số liệu đã chốt"),
            empty: UI.empty(
                t("Chưa chốt số liệu lần nào"), t("Bản đã chốt giữ nguyên mãi, dù sổ có sửa về sau."), icon: "lock"))
        let content = head.tabs(.freezes, visit) + Refusal.notice(fault) + form(head, visit, fault) + table
        let title = t("Số liệu đã chốt: {}", head.name)
        let crumbs = head.crumbs(visit, then: t("Số liệu đã chốt"), keeps: fault == nil)
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    /// What a freeze was narrowed to, in words.
    private static func narrowed(_ freeze: FreezeLine) -> String {
        let words = FigureFilter(text: freeze.filter).words
        return words.isEmpty ? t("Tất cả") : words.map(\.value).joined(separator: ", ")
    }

    private static func form(_ head: OrgHead, _ visit: Visit, _ fault: Fault?) -> HTML {
        guard visit.mayChange(.freezeFigures) else { return HTML() }
        let problems = fault?.problems ?? []
        let asked = Day(typed: visit.query("on"), year: visit.today.parts.year) ?? visit.today
        let title = visit.form.has("title") ? visit.form.text("title") : t("Số liệu ngày {}", asked.shown)
        let day = visit.form.has("day") ? visit.form.text("day") : asked.shown
        let filter = FigureFilter(visit.form.has("title") ? visit.form.fields : visit.queries)
        let fields =
            UI.grid(
                UI.text("title", t("Tên bản chốt"), value: title, problems: problems, required: true, maxLength: 200)
                    + UI.date("day", t("Số liệu tại ngày"), value: day, problems: problems, required: true))
            + UI.hidden(filter.pairs)
        let chips =
            visit.form.has("title")
            ? filter.words.map { UI.Chip($0, $1, removeHref: "/orgs/\(head.org.id.code)/freezes") }
            : FigureQuery(visit).chips(visit)
        return UI.card(
            t("Chốt số liệu"),
            UI.chips(chips)
                + UI.form(
                    "/orgs/\(head.org.id.code)/freezes", csrf: visit.csrf, fields, submit: t("Chốt số liệu"),
                    problems: problems))
    }

    private static func freeze(_ visit: Visit) async throws -> Reply {
        do {
            guard let day = Day(typed: visit.form.text("day"), year: visit.today.parts.year), day <= visit.today else {
                throw Fault.invalid([Problem("day", "Hãy chọn một ngày đã qua hoặc hôm nay.")])
            }
            let org: ID<Org> = try visit.id("id"), scope = visit.visitor.scope, accounts = visit.staffCount("accounts")
            let id = try await Registry.freezeFigures(
                visit.form.text("title"), of: org, on: day, FigureFilter(visit.form.fields), by: visit.visitor,
                in: visit.db
            ) { tx in try OrgUse.read(tx, accounts, org, scope) }
            return .redirect("/freezes/\(id.code)", flash: "Đã chốt số liệu.")
        } catch {
            return try await list(visit, fault: Refusal.fault(error))
        }
    }

    // MARK: the paper

    private static func read(_ visit: Visit) async throws -> (line: FreezeLine, figures: FrozenFigures) {
        let scope = visit.visitor.scope, id: ID<Freeze> = try visit.id("id")
        guard let found = try await visit.db.read({ tx in try tx.freeze(id, scope: scope) }) else {
            throw Fault.notFound
        }
        return found
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let (line, figures) = try await read(visit)
        try await visit.db.noteRead(as: visit.visitor, "registry.figures.export", on: .org(figures.org))
        let head = FigureSheet.Head(
            titles: [figures.orgName, line.title, t("Tại ngày {}", figures.day.shown)],
            filter: FigureFilter(text: line.filter))
        return try FigureSheet.reply("so-lieu-chot-\(figures.day.iso).xlsx", figures, head, visit)
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let (line, figures) = try await read(visit), filter = FigureFilter(text: line.filter)
        let taken = t("Chốt lúc {} trên hệ thống HoaBan. Số liệu không đổi sau khi chốt.", line.at.shownMoment)
        let narrowed = filter.words.map { "\($0.label): \($0.value)" }.joined(separator: " · ")
        return .paper(
            line.title, for: visit, back: line.org.map { "/orgs/\($0.code)/freezes" },
            """
            <p class="no-print">\(UI.link(t("Excel"), "/freezes/\(line.id.code)/figures.xlsx", icon: "excel"))</p>
            \(UI.printHead(above: t("Hệ thống thông tin giáo dục"), org: figures.orgName, date: UI.officialDate(figures.day)))
            <h1>\(line.title)</h1><p class="center">\(t("Số liệu tại ngày {}", figures.day.shown))</p>
            \(when(!narrowed.isEmpty, "<p class=\"center\">\(narrowed)</p>"))
            \(sums(figures, filter))\(units(figures))\(classes(figures))\(dimensions(figures, filter))<p class="muted">\(taken)</p>
            \(UI.signatures([(t("Người lập biểu"), ""), (t("Thủ trưởng đơn vị"), "")]))
            """)
    }

    private static func sums(_ figures: FrozenFigures, _ filter: FigureFilter) -> HTML {
        let rows = FigureSheet.lines(figures, filter).map {
            UI.Row([.text($0.label), .text(UI.grouped($0.count)), .text($0.share)])
        }
        let note: HTML = figures.use == nil ? HTML() : "<p class=\"muted\">\(OrgUse.definition)</p>"
        return UI.table(
            [UI.Column(t("Chỉ tiêu")), UI.Column(t("Số"), isNumeric: true), UI.Column(t("Tỉ lệ"), isNumeric: true)],
            rows, caption: t("Tổng hợp"), showsCaption: true) + note
    }

    private static func units(_ figures: FrozenFigures) -> HTML {
        guard !figures.units.isEmpty else { return HTML() }
        let columns = [
            UI.Column(t("Đơn vị")), UI.Column(t("Cơ sở"), isNumeric: true), UI.Column(t("Lớp"), isNumeric: true),
            UI.Column(t("Học sinh"), isNumeric: true), UI.Column(t("Nữ"), isNumeric: true),
            UI.Column(t("Nhân sự"), isNumeric: true),
        ]
        let rows = figures.units.map { unit in
            UI.Row(
                [.text(unit.name)]
                    + [unit.institutions, unit.classes, unit.students, unit.female, unit.staff].map {
                        .text(UI.grouped($0))
                    })
        }
        return UI.table(columns, rows, caption: t("Các đơn vị trực thuộc"), showsCaption: true)
    }

    private static func classes(_ figures: FrozenFigures) -> HTML {
        guard let classes = figures.classes, !classes.isEmpty else { return HTML() }
        let rows = classes.map { one in
            UI.Row([
                .text(one.name), .text(one.grades.map { Words.grade($0, one.level) }.joined(separator: ", ")),
                .text(UI.grouped(one.figure.total)), .text(UI.grouped(one.figure.female)),
            ])
        }
        return UI.table(
            [
                UI.Column(t("Lớp")), UI.Column(t("Khối")), UI.Column(t("Học sinh"), isNumeric: true),
                UI.Column(t("Nữ"), isNumeric: true),
            ], rows, caption: t("Các lớp"), showsCaption: true)
    }

    private static func dimensions(_ figures: FrozenFigures, _ filter: FigureFilter) -> HTML {
        // Freezes of earlier versions also hold what became of the learners.
        UI.each(Dimension.frozen + [.status]) { dimension in
            let found = dimension.ordered(figures.by(dimension))
            guard dimension != .all, !found.isEmpty else { return HTML() }
            let rows = found.map { figure in
                UI.Row([
                    .text(dimension.words(figure.value, filter.level)), .text(UI.grouped(figure.total)),
                    dimension == .classes ? HTML() : .text(UI.grouped(figure.female)),
                ])
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
