import Base
import Storage
import Web
import Work

/// Where a member of staff works: another post, leaving.
enum StaffPosts {
    static func mount(_ routes: Routes) {
        routes.get("/staff/{id}/posts", .holder(.editStaff), scope: .staff) { visit in try await page(visit, nil) }
        routes.post("/staff/{id}/posts", .holder(.editStaff), scope: .staff) { visit in try await move(visit) }
        routes.get("/staff/leave", .holder(.editStaff), scope: .list) { visit in try await severalPage(visit, nil) }
        routes.post("/staff/leave", .holder(.editStaff), scope: .list) { visit in try await leaveSeveral(visit) }
        routes.get("/staff/{id}/leave", .holder(.editStaff), scope: .staff) { visit in try await leavePage(visit, nil) }
        routes.post("/staff/{id}/leave", .holder(.editStaff), scope: .staff) { visit in try await leave(visit) }
    }

    private static func drawn(_ file: StaffFile, _ title: String, _ fault: Fault?, _ visit: Visit, _ content: HTML)
        -> Reply
    {
        let whole = StaffPage.head(file) + Refusal.notice(fault) + content, crumbs = file.crumbs(visit, last: title)
        return fault == nil ? .page(title, crumbs: crumbs, whole) : .redraw(title, crumbs: crumbs, whole)
    }

    private static func page(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StaffFile.read(visit), form = visit.form, problems = fault?.problems ?? []
        let asked = ListFrame.chosen(visit) ?? file.staff.org
        let frame = try await visit.db.read { tx in try ListFrame.read(tx, visit, org: asked) }
        let fields = UI.grid(
            """
            \(UI.select(
                "position", t("Vị trí"), Words.options("position-codes", on: visit.today),
                value: form.has("position") ? form.text("position") : file.staff.position, problems: problems, required: true))\
            \(UI.date("day", t("Từ ngày"), value: form.has("day") ? form.text("day") : visit.today.shown, problems: problems, required: true))\
            \(UI.text("basis", t("Số quyết định"), value: form.text("basis"), problems: problems, maxLength: 300))
            """)
        let target = UI.card(t("Nơi công tác mới: {}", frame.org?.name ?? ""), frame.choice(visit))
        return drawn(
            file, t("Chuyển vị trí, đơn vị"), fault, visit,
            UI.form(
                "\(file.base)/posts", csrf: visit.csrf, target + fields, submit: t("Ghi nơi công tác"),
                problems: problems, cancel: file.base, hidden: [(name: "org", value: frame.org?.id.code ?? "")]))
    }

    private static func move(_ visit: Visit) async throws -> Reply {
        if visit.form.has("choose") { return try await page(visit, nil) }
        let file = try await StaffFile.read(visit), position = visit.form.text("position")
        do {
            guard let org: ID<Org> = visit.form.id("org") else { throw Fault.invalid("Chưa chọn đơn vị.") }
            guard Words.catalogues["position-codes"]?.item(position) != nil else {
                throw Fault.invalid([Problem("position", "Chọn vị trí.")])
            }
            let day = try StudentMoves.typedDay("day", visit)
            try await Registry.movePost(
                of: file.staff.id, to: org, position: position, on: day,
                basis: String(visit.form.text("basis").prefix(300)), by: visit.visitor,
                in: visit.db)
            return .redirect(file.base, flash: t("Đã ghi nơi công tác mới của {}.", file.staff.name.full))
        } catch { return try await page(visit, try Refusal.fault(error)) }
    }

    /// What leaving asks: how, and from which day.
    private static func leaveFields(_ visit: Visit, _ problems: [Problem]) -> HTML {
        let form = visit.form
        return UI.grid(
            """
            \(UI.select(
                "status", t("Trạng thái mới"), Words.options("staff-statuses") { $0.open == false }, value: form.text("status"),
                any: t("Chọn trạng thái"), problems: problems, required: true))\
            \(UI.date(
                "day", t("Ngày làm việc cuối cùng"), value: form.has("day") ? form.text("day") : visit.today.shown, problems: problems,
                required: true))
            """)
    }

    private static var leaveNote: HTML {
        UI.notice(.text(t("Mọi phân công giảng dạy và chủ nhiệm kết thúc cùng ngày.")))
    }

    private static func leavePage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StaffFile.read(visit), problems = fault?.problems ?? []
        return drawn(
            file, t("Thôi làm việc"), fault, visit,
            leaveNote
                + UI.form(
                    "\(file.base)/leave", csrf: visit.csrf, leaveFields(visit, problems),
                    submit: t("Ghi thôi làm việc"),
                    problems: problems, cancel: file.base))
    }

    // MARK: Several at once

    private static func ticked(_ visit: Visit) -> [ID<Staff>] {
        Array((visit.form.all("id") + visit.queries("id")).compactMap { ID<Staff>($0) }.prefix(200))
    }

    private static func severalPage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        var filter = StaffFilter()
        (filter.ids, filter.status) = (ticked(visit), StudentFilter.anyStatus)
        let scope = visit.visitor.scope, problems = fault?.problems ?? []
        guard !filter.ids.isEmpty else { throw Fault.notFound }
        let lines = try await visit.db.read { [filter] tx in try tx.staff(filter, scope: scope, size: 200).items }
        guard !lines.isEmpty else { throw Fault.notFound }
        let title = t("Thôi làm việc: {} người", lines.count)
        let list = UI.each(lines) { line in
            "<li>\(line.name) <small class=\"muted\">\(Words.position(line.position)) · \(line.orgName ?? "–")</small></li>"
        }
        let content: HTML = """
            \(Refusal.notice(fault))\(UI.card(t("Những người thôi làm việc"), "<ul class=\"unit-links\">\(list)</ul>"))
            <div class="mt">\(leaveNote)\(UI.form(
                "/staff/leave", csrf: visit.csrf, leaveFields(visit, problems), submit: t("Ghi thôi làm việc"), problems: problems,
                cancel: "/staff", hidden: lines.map { (name: "id", value: $0.id.code) }))</div>
            """
        let crumbs: [(String, String?)] = [(t("Cán bộ, giáo viên"), "/staff"), (t("Thôi làm việc"), nil)]
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func leaveSeveral(_ visit: Visit) async throws -> Reply {
        let ids = ticked(visit), status = visit.form.text("status")
        do {
            let day = try StudentMoves.typedDay("day", visit)
            try await Registry.endPosts(of: ids, last: day, status: status, by: visit.visitor, in: visit.db)
            return .redirect("/staff", flash: t("Đã ghi {} người: {}.", ids.count, Words.staffStatus(status)))
        } catch { return try await severalPage(visit, try Refusal.fault(error)) }
    }

    private static func leave(_ visit: Visit) async throws -> Reply {
        let file = try await StaffFile.read(visit), status = visit.form.text("status")
        do {
            let day = try StudentMoves.typedDay("day", visit)
            try await Registry.endPosts(of: file.staff.id, last: day, status: status, by: visit.visitor, in: visit.db)
            return .redirect(file.base, flash: t("Đã ghi {}: {}.", file.staff.name.full, Words.staffStatus(status)))
        } catch { return try await leavePage(visit, try Refusal.fault(error)) }
    }
}
