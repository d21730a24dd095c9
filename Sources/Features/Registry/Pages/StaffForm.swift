import Base
import Storage
import Web
import Work

/// Entering a member of staff, and changing what is known of one.
enum StaffForm {
    static func mount(_ routes: Routes) {
        routes.get("/staff/new", .holder(.editStaff), scope: .none) { visit in try await newPage(visit, nil, nil) }
        routes.post("/staff/new", .holder(.editStaff), scope: .none) { visit in try await create(visit) }
        routes.get("/staff/{id}/edit", .holder(.editStaff), scope: .staff) { visit in
            let file = try await StaffFile.read(visit)
            try await SensitiveReading.note(file.staff.id, file.staff.org, visit)
            return editPage(file, fields(file.staff, visit), visit, nil)
        }
        routes.post("/staff/{id}/edit", .holder(.editStaff), scope: .staff) { visit in try await save(visit) }
    }

    private static func catalogues(_ visit: Visit) -> Catalogues {
        var catalogues = Words.catalogues
        catalogues.allowsDemo = visit.isDemo
        return catalogues
    }

    /// Posts and leaving have pages of their own, so that their days are asked for.
    private static func fields(_ staff: StaffRecord?, _ visit: Visit) -> FieldForm {
        var values = staff?.values ?? ["staff_group": StaffGroup.teacher.rawValue, "position": "teacher"]
        if staff?.hasPersonalID == true { values["has_personal_id"] = "1" }
        let sees = visit.visitor.may(.viewStaffSensitive), isNew = staff == nil
        return FieldForm("staff", values: values, level: nil) { field in
            (sees || !field.isSensitive) && !["status_day"].contains(field.key) && (isNew || field.key != "position")
        }
    }

    // MARK: Edit

    private static func save(_ visit: Visit) async throws -> Reply {
        let file = try await StaffFile.read(visit)
        var form = fields(file.staff, visit)
        form.take(visit.form)
        do {
            let doubts = try await Registry.editStaff(
                file.staff.id, form.record(visit.form, version: Int(visit.form.text("version"))), by: visit.visitor,
                in: visit.db, catalogues(visit))
            return .redirect(file.base, flash: Refusal.flash(t("Đã lưu hồ sơ {}.", file.staff.name.full), doubts))
        } catch {
            let fault = try Refusal.fault(error)
            let now = try await StaffFile.read(visit)
            if fault.kind == .conflict { form.base = fields(now.staff, visit).base }
            form.problems = fault.problems
            return editPage(now, form, visit, fault, by: try await History.last(fault, .staff(now.staff.id), visit))
        }
    }

    private static func editPage(
        _ file: StaffFile, _ form: FieldForm, _ visit: Visit, _ fault: Fault?, by last: String? = nil
    ) -> Reply {
        let title = t("Sửa hồ sơ {}", file.staff.name.full), crumbs = file.crumbs(visit, last: t("Sửa hồ sơ"))
        let version = fault == nil || fault?.kind == .conflict ? file.staff.version : Int(visit.form.text("version"))
        let content =
            Refusal.notice(fault, by: last)
            + UI.form(
                "\(file.base)/edit", csrf: visit.csrf, form.drawn(), submit: t("Lưu hồ sơ"), problems: form.problems,
                cancel: file.base,
                hidden: form.hidden(version: version))
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    // MARK: New

    /// What is asked of a new member of staff before all else.
    private static let asked = ["staff_group", "position", "birth_date", "sex", "ethnicity", "personal_id", "phone"]

    private static func newPage(_ visit: Visit, _ typed: FieldForm?, _ fault: Fault?) async throws -> Reply {
        let frame = try await frame(visit), title = t("Thêm người"), problems = fault?.problems ?? []
        let crumbs: [(String, String?)] = [(t("Cán bộ, giáo viên"), "/staff"), (title, nil)]
        guard let org = frame.org else { return .page(title, crumbs: crumbs, EnrolFields.chooseSchool(frame, visit)) }
        let form = typed ?? fields(nil, visit)
        let below = when(
            !frame.below.isEmpty, UI.fold(t("Vào một đơn vị cấp dưới"), EnrolFields.chooseSchool(frame, visit)))
        let head: HTML = """
            \(UI.text(
                "full_name", t("Họ và tên"), value: visit.form.text("full_name"), problems: problems, required: true, autocomplete: "off",
                maxLength: 360))\
            \(UI.date(
                "since", t("Làm việc ở {} từ ngày", org.name), value: visit.form.has("since") ? visit.form.text("since") : visit.today.shown,
                problems: problems, required: true))
            """
        let content =
            Refusal.notice(fault) + below
            + UI.form(
                "/staff/new", csrf: visit.csrf,
                UI.grid(head) + form.drawn(only: asked)
                    + form.drawn(
                        leavingOut: Set(["family_name", "middle_name", "given_name"] + asked), opensFirst: false),
                submit: t("Thêm người"), problems: problems, cancel: "/staff",
                hidden: [(name: "org", value: org.id.code)])
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func frame(_ visit: Visit) async throws -> ListFrame {
        let asked: ID<Org>? = visit.form.id("org") ?? visit.queryID("org")
        return try await visit.db.read { tx in try ListFrame.read(tx, visit, org: asked) }
    }

    private static func create(_ visit: Visit) async throws -> Reply {
        let frame = try await frame(visit)
        guard let org = frame.org else { throw Fault.notFound }
        var form = fields(nil, visit)
        form.take(visit.form)
        do {
            var record = form.record(visit.form)
            let name = try PersonName(full: visit.form.text("full_name"), field: "full_name")
            (record.values["family_name"], record.values["middle_name"], record.values["given_name"]) = (
                name.family, name.middle, name.given
            )
            let since = try StudentMoves.typedDay("since", visit)
            let done = try await Registry.createStaff(
                record, at: org.id, since: since, by: visit.visitor, in: visit.db, catalogues(visit))
            return .redirect("/staff/\(done.id.code)", flash: Refusal.flash(t("Đã thêm {}.", name.full), done.warnings))
        } catch {
            let fault = try Refusal.fault(error)
            form.problems = fault.problems
            return try await newPage(visit, form, fault)
        }
    }
}
