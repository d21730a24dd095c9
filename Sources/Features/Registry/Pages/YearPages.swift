import Base
import Storage
import Web

/// School years with their terms and holidays; subjects and grades by level. The department keeps the calendar.
enum YearPages {
    static func mount(_ routes: Routes) {
        routes.get("/years", .holder(.viewOrgs), scope: .none) { visit in try await show(visit) }
        routes.get("/years/subjects", .holder(.viewOrgs), scope: .none) { visit in try await subjects(visit) }
        routes.get("/years/terms/{id}", .holder(.editCatalogues), scope: .none) { visit in
            try await termPage(visit, nil)
        }
        routes.post("/years/terms/{id}", .holder(.editCatalogues), scope: .none) { visit in try await saveTerm(visit) }
        routes.get("/years/holidays/new", .holder(.editCatalogues), scope: .none) { visit in holidayPage(visit, nil) }
        routes.post("/years/holidays/new", .holder(.editCatalogues), scope: .none) { visit in
            try await addHoliday(visit)
        }
        routes.get("/years/holidays/removal", .holder(.editCatalogues), scope: .none) { visit in
            try await removalPage(visit)
        }
        routes.post("/years/holidays/removal", .holder(.editCatalogues), scope: .none) { visit in
            try await removeHoliday(visit)
        }
    }

    private static func tabs(_ leaf: String) -> HTML {
        UI.tabs(
            [
                UI.Tab(t("Năm học, ngày nghỉ"), "/years", isCurrent: leaf == "years"),
                UI.Tab(t("Môn học và khối lớp"), "/years/subjects", isCurrent: leaf == "subjects"),
            ], label: t("Các trang của năm học"))
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let year = visit.year, org = visit.visitor.org
        let (years, sessions, holidays) = try await visit.db.read { tx in
            (try tx.years(), try tx.sessions(year: year), try tx.holidays(in: year.period, of: org))
        }
        let chips = years.map { UI.Tab($0.description, "/years?year=\($0)", isCurrent: $0 == year) }
        let content =
            tabs("years") + UI.tabs(chips, label: t("Năm học"))
            + UI.columns([
                UI.card(t("Năm học {}", year), terms(sessions, visit)),
                UI.card(t("Ngày nghỉ"), holidayList(holidays, visit)),
            ])
        let primary =
            visit.mayChange(.editCatalogues)
            ? UI.link(t("Thêm ngày nghỉ"), "/years/holidays/new?year=\(year)", icon: "plus", isPrimary: true) : nil
        return .page(t("Năm học {}", year), crumbs: [(t("Năm học"), nil)], primary: primary, content)
    }

    private static func terms(_ sessions: [SessionRecord], _ visit: Visit) -> HTML {
        let mayEdit = visit.mayChange(.editCatalogues)
        let rows = sessions.filter { $0.org == nil }.map { session in
            UI.Row(
                [
                    .text(translated(session.title)), .text(session.period.first.shown),
                    .text(session.period.last.shown),
                    session.period.contains(visit.today) && session.kind != "year"
                        ? UI.badge(t("Hiện tại"), .good) : HTML(),
                ], href: mayEdit && session.kind == "term" ? "/years/terms/\(session.id.code)" : nil)
        }
        return UI.table(
            [UI.Column(t("Tên")), UI.Column(t("Từ ngày")), UI.Column(t("Đến ngày")), UI.Column("")], rows,
            caption: t("Học kì"),
            empty: UI.empty(
                t("Năm học này chưa có lịch"), t("Lịch được nạp từ danh mục kế hoạch thời gian năm học."),
                icon: "calendar"))
    }

    private static func holidayList(_ holidays: [HolidayRecord], _ visit: Visit) -> HTML {
        let mayEdit = visit.mayChange(.editCatalogues)
        let rows = holidays.map { holiday in
            let remove =
                mayEdit
                ? "<a href=\"/years/holidays/removal?holiday=\(ID<HolidayRecord>(stored: holiday.id).code)&year=\(visit.year)\">\(t("Bỏ"))</a>"
                    as HTML : HTML()
            return UI.Row([.text(translated(holiday.name)), .text(days(holiday.period)), remove])
        }
        return UI.table(
            [UI.Column(t("Tên")), UI.Column(t("Ngày")), UI.Column("")], rows, caption: t("Ngày nghỉ"),
            empty: "<p class=\"muted\">\(t("Chưa ghi ngày nghỉ nào."))</p>")
    }

    private static func removalPage(_ visit: Visit) async throws -> Reply {
        let year = visit.year, org = visit.visitor.org
        let holidays = try await visit.db.read { tx in try tx.holidays(in: year.period, of: org) }
        guard let asked: ID<HolidayRecord> = visit.queryID("holiday"),
            let holiday = holidays.first(where: { $0.id == asked.raw })
        else { throw Fault.notFound }
        let back = "/years?year=\(year)", name = translated(holiday.name)
        return .page(
            t("Bỏ ngày nghỉ"), crumbs: [(t("Năm học"), back), (t("Bỏ ngày nghỉ"), nil)],
            UI.confirm(
                t("Bỏ ngày nghỉ “{}”?", name),
                consequence: .text(t("{} trở lại là ngày học.", days(holiday.period))),
                action: "/years/holidays/removal", csrf: visit.csrf, verb: t("Bỏ ngày nghỉ"), cancel: back,
                fields: [("holiday", asked.code), ("year", year.description)]))
    }

    private static func days(_ period: Period) -> String {
        period.first == period.last ? period.first.shown : "\(period.first.shown) – \(period.last.shown)"
    }

    // MARK: subjects and grades

    private static func subjects(_ visit: Visit) async throws -> Reply {
        let day = min(visit.year.lastDay, visit.today), chosen = Level(rawValue: visit.query("level")) ?? .primary
        let subjects = try await visit.db.read { tx in try tx.subjects(of: chosen, on: day) }
        let levels = Level.allCases.map {
            UI.Tab($0.label, "/years/subjects?level=\($0.rawValue)", isCurrent: $0 == chosen)
        }
        let rows = subjects.map { subject in
            UI.Row([
                .text(translated(subject.name)), .text(subject.code),
                .text(subject.assessed == "comment" ? t("Nhận xét") : t("Điểm số và nhận xét")),
                .text(subject.grades.joined(separator: ", ")),
                .text(subject.periods.map { String($0) } ?? ""),
            ])
        }
        let table = UI.table(
            [
                UI.Column(t("Môn học, hoạt động giáo dục")), UI.Column(t("Mã")), UI.Column(t("Đánh giá")),
                UI.Column(t("Khối")),
                UI.Column(t("Tiết mỗi năm"), isNumeric: true),
            ], rows, caption: t("Môn học cấp {}", chosen.label), showsCaption: true,
            empty: UI.empty(
                t("Cấp này không có danh mục môn học chung"), t("Chương trình do cơ sở giáo dục xây dựng."),
                icon: "file"), cards: true)
        return .page(
            t("Môn học và khối lớp"), crumbs: [(t("Năm học"), "/years"), (t("Môn học và khối lớp"), nil)],
            tabs("subjects") + UI.tabs(levels, label: t("Cấp học")) + table + grades(chosen))
    }

    private static func grades(_ level: Level) -> HTML {
        let rows = Words.catalogues.items(in: "grades").filter { $0.level == level }.map { grade in
            UI.Row([
                .text(translated(grade.name)), .text(grade.code), .text(grade.age.map { t("{} tuổi", $0) } ?? ""),
                .text(grade.maxSize.map { String($0) } ?? ""),
            ])
        }
        return UI.table(
            [
                UI.Column(t("Khối")), UI.Column(t("Mã")), UI.Column(t("Tuổi vào đầu khối")),
                UI.Column(t("Sĩ số tối đa"), isNumeric: true),
            ], rows, caption: t("Khối lớp, nhóm tuổi cấp {}", level.label), showsCaption: true)
    }

    // MARK: changes

    private static func page(_ title: String, _ visit: Visit, _ fault: Fault?, _ content: HTML) -> Reply {
        let crumbs: [(String, String?)] = [(t("Năm học"), "/years"), (title, nil)]
        let whole = Refusal.notice(fault) + content
        return fault == nil ? .page(title, crumbs: crumbs, whole) : .redraw(title, crumbs: crumbs, whole)
    }

    private static func span(_ visit: Visit) throws -> Period {
        let year = visit.today.parts.year
        let first = Day(typed: visit.form.text("first"), year: year),
            last = Day(typed: visit.form.text("last"), year: year)
        var problems: [Problem] = []
        if first == nil {
            problems.append(Problem("first", FieldText.wrongDay(visit.form.text("first"))))
        }
        if last == nil {
            problems.append(Problem("last", FieldText.wrongDay(visit.form.text("last"))))
        }
        guard let first, let last else { throw Fault.invalid(problems) }
        guard let period = Period(first, last) else {
            throw Fault.invalid([Problem("last", "Ngày cuối phải sau ngày đầu.")])
        }
        return period
    }

    private static func spanFields(_ visit: Visit, _ problems: [Problem], _ period: Period?) -> HTML {
        let form = visit.form
        func text(_ field: String, _ day: Day?) -> String { form.has(field) ? form.text(field) : day?.shown ?? "" }
        return UI.date("first", t("Từ ngày"), value: text("first", period?.first), problems: problems, required: true)
            + UI.date("last", t("Đến ngày"), value: text("last", period?.last), problems: problems, required: true)
    }

    private static func termPage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let id: ID<Session> = try visit.id("id")
        let term = try await visit.db.read { tx in try tx.session(id) }
        guard let term, term.kind == "term" else { throw Fault.notFound }
        let problems = fault?.problems ?? []
        return page(
            t("{} năm học {}", translated(term.title), term.year), visit, fault,
            UI.form(
                visit.path, csrf: visit.csrf, UI.grid(spanFields(visit, problems, term.period)),
                submit: t("Lưu học kì"), problems: problems,
                cancel: "/years?year=\(term.year)"))
    }

    private static func saveTerm(_ visit: Visit) async throws -> Reply {
        do {
            try await Registry.editTerm(visit.id("id"), span(visit), by: visit.visitor, in: visit.db)
            return .redirect("/years", flash: "Đã lưu học kì.")
        } catch {
            return try await termPage(visit, Refusal.fault(error))
        }
    }

    private static func holidayPage(_ visit: Visit, _ fault: Fault?) -> Reply {
        let problems = fault?.problems ?? []
        let name = UI.text(
            "name", t("Tên ngày nghỉ"), value: visit.form.text("name"), problems: problems, required: true,
            autocomplete: "off", maxLength: 100)
        return page(
            t("Thêm ngày nghỉ"), visit, fault,
            UI.form(
                "/years/holidays/new", csrf: visit.csrf, UI.grid(name + spanFields(visit, problems, nil)),
                submit: t("Thêm ngày nghỉ"),
                problems: problems, cancel: "/years"))
    }

    private static func addHoliday(_ visit: Visit) async throws -> Reply {
        do {
            try await Registry.addHoliday(
                visit.form.text("name"), span(visit), org: nil, by: visit.visitor, in: visit.db)
            return .redirect("/years", flash: "Đã thêm ngày nghỉ.")
        } catch {
            return holidayPage(visit, try Refusal.fault(error))
        }
    }

    private static func removeHoliday(_ visit: Visit) async throws -> Reply {
        guard let id: ID<HolidayRecord> = visit.form.id("holiday") else { throw Fault.notFound }
        try await Registry.removeHoliday(id.raw, by: visit.visitor, in: visit.db)
        return .redirect("/years?year=\(SchoolYear(visit.form.text("year")) ?? visit.year)", flash: "Đã bỏ ngày nghỉ.")
    }
}
