import Base
import Storage
import Web
import Work

/// Where a member of staff works: another post, leaving.
enum StaffPosts {
    static func mount(_ routes: Routes) {
        routes.get("/staff/{id}/posts", .holder(.editStaff), scope: .staff) { visit in try await page(visit, nil) }
        routes.post("/staff/{id}/posts", .holder(.editStaff), scope: .staff) { visit in try await move(visit) }
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
        let asked: ID<Org>? = form.id("org") ?? visit.queryID("org") ?? file.staff.org
        let frame = try await visit.db.read { tx in try ListFrame.read(tx, visit, org: asked) }
        let fields = UI.grid(
            """
            \(UI.select(
                "position", t("Vị trí"), Words.options("position-codes", on: visit.today),
                value: form.has("position") ? form.text("position") : file.staff.position, problems: problems, required: true))\
            \(UI.date("day", t("Từ ngày"), value: form.has("day") ? form.text("day") : visit.today.shown, problems: problems, required: true))\
            \(UI.text("basis", t("Số quyết định"), value: form.text("basis"), problems: problems, maxLength: 300))
            """)
        let target = UI.card(t("Nơi công tác mới: {}", frame.org?.name ?? ""), frame.units(visit))
        return drawn(
            file, t("Chuyển vị trí, đơn vị"), fault, visit,
            target + "<div class=\"mt\">"
                + UI.form(
                    "\(file.base)/posts", csrf: visit.csrf, fields, submit: t("Ghi nơi công tác"), problems: problems,
                    cancel: file.base,
                    hidden: [(name: "org", value: frame.org?.id.code ?? "")]) + "</div>")
    }

    private static func move(_ visit: Visit) async throws -> Reply {
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

    private static func leavePage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StaffFile.read(visit), form = visit.form, problems = fault?.problems ?? []
        let fields = UI.grid(
            """
            \(UI.select(
                "status", t("Trạng thái mới"), Words.options("staff-statuses") { $0.open == false }, value: form.text("status"),
                any: t("Chọn trạng thái"), problems: problems, required: true))\
            \(UI.date(
                "day", t("Ngày làm việc cuối cùng"), value: form.has("day") ? form.text("day") : visit.today.shown, problems: problems,
                required: true))
            """)
        let note = UI.notice(.text(t("Mọi phân công giảng dạy và chủ nhiệm kết thúc cùng ngày.")))
        return drawn(
            file, t("Thôi làm việc"), fault, visit,
            note
                + UI.form(
                    "\(file.base)/leave", csrf: visit.csrf, fields, submit: t("Ghi thôi làm việc"), problems: problems,
                    cancel: file.base))
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
