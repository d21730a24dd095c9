import Base
import Storage
import Web

/// The forms of a unit's duties and campuses, each a page of its own.
enum OrgSites {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/charge", .holder(.editOrgs), scope: .org) { visit in try await chargePage(visit, nil) }
        routes.post("/orgs/{id}/charge", .holder(.editOrgs), scope: .org) { visit in
            try await attempt(visit, "Đã ghi người phụ trách.", charge, else: chargePage)
        }
        routes.get("/orgs/{id}/sites/new", .holder(.editOrgs), scope: .org) { visit in try await newPage(visit, nil) }
        routes.post("/orgs/{id}/sites/new", .holder(.editOrgs), scope: .org) { visit in
            try await attempt(visit, "Đã thêm điểm trường.", add, else: newPage)
        }
        routes.get("/orgs/{id}/sites/{site}", .holder(.editOrgs), scope: .org) { visit in try await sitePage(visit, nil)
        }
        routes.post("/orgs/{id}/sites/{site}", .holder(.editOrgs), scope: .org) { visit in
            try await attempt(visit, "Đã lưu điểm trường.", save, else: sitePage)
        }
        routes.post("/orgs/{id}/sites/{site}/closure", .holder(.editOrgs), scope: .org) { visit in
            try await attempt(visit, "Đã đóng điểm trường.", close, else: sitePage)
        }
    }

    private static func attempt(
        _ visit: Visit, _ done: String, _ act: (Visit) async throws -> Void,
        else page: (Visit, Fault?) async throws -> Reply
    ) async throws -> Reply {
        do {
            try await act(visit)
            return .redirect("/orgs/\(try visit.id("id", Org.self).code)/edit", flash: done)
        } catch {
            return try await page(visit, Refusal.fault(error))
        }
    }

    private static func reply(_ title: String, _ head: OrgHead, _ visit: Visit, _ fault: Fault?, _ content: HTML)
        -> Reply
    {
        var crumbs = head.crumbs(visit, then: title)
        crumbs.insert((t("Thông tin đơn vị"), "/orgs/\(head.org.id.code)/edit"), at: max(crumbs.count - 1, 0))
        let whole = Refusal.notice(fault) + content
        return fault == nil ? .page(title, crumbs: crumbs, whole) : .redraw(title, crumbs: crumbs, whole)
    }

    private static func day(_ visit: Visit, _ field: String) throws -> Day {
        guard let day = Day(typed: visit.form.text(field), year: visit.today.parts.year) else {
            throw Fault.invalid([
                Problem(field, FieldText.wrongDay(visit.form.text(field)))
            ])
        }
        return day
    }

    // MARK: who answers for digital transformation

    private static func chargePage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let head = try await visit.db.read { tx in try OrgHead.read(tx, visit) }
        let problems = fault?.problems ?? [], form = visit.form
        let fields = UI.grid(
            UI.text(
                "name", t("Họ và tên"), value: form.text("name"), problems: problems, required: true,
                autocomplete: "off", maxLength: 100)
                + UI.text(
                    "phone", t("Điện thoại"), value: form.text("phone"), problems: problems, entry: .tel,
                    autocomplete: "off", maxLength: 20)
                + UI.date(
                    "day", t("Từ ngày"), value: form.has("day") ? form.text("day") : visit.today.shown,
                    problems: problems, required: true))
        return reply(
            t("Phân công phụ trách chuyển đổi số"), head, visit, fault,
            UI.form(
                visit.path, csrf: visit.csrf, fields, submit: t("Ghi người phụ trách"), problems: problems,
                cancel: "/orgs/\(head.org.id.code)/edit"))
    }

    private static func charge(_ visit: Visit) async throws {
        try await Registry.setCharge(
            OrgEdit.digitalDuty, of: visit.id("id"), to: visit.form.text("name"), phone: visit.form.text("phone"),
            on: day(visit, "day"),
            by: visit.visitor, in: visit.db)
    }

    // MARK: campuses

    private static func newPage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let head = try await visit.db.read { tx in try OrgHead.read(tx, visit) }
        let problems = fault?.problems ?? []
        return reply(
            t("Thêm điểm trường"), head, visit, fault,
            UI.form(
                visit.path, csrf: visit.csrf, fields(nil, visit, problems), submit: t("Thêm điểm trường"),
                problems: problems,
                cancel: "/orgs/\(head.org.id.code)/edit"))
    }

    private static func sitePage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let scope = visit.visitor.scope, id: ID<Site> = try visit.id("site")
        let (head, site) = try await visit.db.read { tx in
            let head = try OrgHead.read(tx, visit)
            return (head, try tx.allSites(of: head.org.id, scope: scope).first { $0.id == id })
        }
        guard let site else { throw Fault.notFound }
        let problems = fault?.problems ?? [], path = "/orgs/\(head.org.id.code)/sites/\(id.code)"
        let form = UI.form(
            path, csrf: visit.csrf, fields(site, visit, problems), submit: t("Lưu điểm trường"), problems: problems,
            cancel: "/orgs/\(head.org.id.code)/edit")
        return reply(
            site.name, head, visit, fault,
            form + when(!site.isMain && site.period.isOpen, closing(site, path, visit, problems)))
    }

    private static func closing(_ site: SiteRecord, _ path: String, _ visit: Visit, _ problems: [Problem]) -> HTML {
        let last = visit.form.has("last") ? visit.form.text("last") : visit.today.shown
        return UI.confirm(
            t("Đóng điểm trường {}?", site.name),
            consequence: "<p>\(t("Lớp nào còn học ở đây phải chuyển trước."))</p>",
            action: "\(path)/closure", csrf: visit.csrf, verb: t("Đóng điểm trường"), cancel: path,
            inputs: UI.date("last", t("Ngày học cuối cùng"), value: last, problems: problems, required: true))
    }

    private static func fields(_ site: SiteRecord?, _ visit: Visit, _ problems: [Problem]) -> HTML {
        let form = visit.form
        func text(_ field: String, _ stored: String) -> String { form.has(field) ? form.text(field) : stored }
        let first =
            site == nil
            ? UI.date("day", t("Mở từ ngày"), value: text("day", visit.today.shown), problems: problems, required: true)
            : HTML()
        return UI.grid(
            UI.text(
                "name", t("Tên điểm trường"), value: text("name", site?.name ?? ""), problems: problems, required: true,
                autocomplete: "off",
                maxLength: 100)
                + UI.text(
                    "code", t("Mã"), value: text("code", site?.code ?? ""), problems: problems, autocomplete: "off",
                    maxLength: 20)
                + UI.number(
                    "distance", t("Cách điểm chính (km)"),
                    value: text("distance", site?.distance.map { UI.decimal($0) } ?? ""),
                    problems: problems, hasDecimals: true) + first)
    }

    private static func distance(_ visit: Visit) throws -> Double? {
        let typed = visit.form.text("distance"), distance = FieldText.number(typed).flatMap(Double.init)
        guard typed.isEmpty || distance != nil else {
            throw Fault.invalid([Problem("distance", "Hãy viết một số, ví dụ 1,5.")])
        }
        return distance
    }

    private static func add(_ visit: Visit) async throws {
        var draft = SiteDraft(org: try visit.id("id"), name: visit.form.text("name"))
        (draft.code, draft.distance, draft.period) = (
            visit.form.text("code"), try distance(visit), Period(try day(visit, "day")) ?? .always
        )
        _ = try await Registry.addSite(draft, by: visit.visitor, in: visit.db)
    }

    private static func save(_ visit: Visit) async throws {
        try await Registry.editSite(
            visit.id("site"), of: visit.id("id"), name: visit.form.text("name"), code: visit.form.text("code"),
            distance: distance(visit),
            by: visit.visitor, in: visit.db)
    }

    private static func close(_ visit: Visit) async throws {
        try await Registry.closeSite(
            visit.id("site"), of: visit.id("id"), last: day(visit, "last"), by: visit.visitor, in: visit.db)
    }
}
