import Base
import Storage
import Web
import Work

/// The way through the schools: another class, leaving, coming back.
enum StudentMoves {
    static func mount(_ routes: Routes) {
        routes.get("/students/move", .holder(.enrol), scope: .list) { visit in try await several(visit, nil) }
        routes.post("/students/move", .holder(.enrol), scope: .list) { visit in try await moveSeveral(visit) }
        routes.get("/students/{id}/move", .holder(.enrol), scope: .student) { visit in try await movePage(visit, nil) }
        routes.post("/students/{id}/move", .holder(.enrol), scope: .student) { visit in try await move(visit) }
        routes.get("/students/{id}/leave", .holder(.enrol), scope: .student) { visit in try await leavePage(visit, nil)
        }
        routes.post("/students/{id}/leave", .holder(.enrol), scope: .student) { visit in try await leave(visit) }
        routes.get("/students/{id}/return", .holder(.enrol), scope: .student) { visit in
            try await returnPage(visit, nil)
        }
        routes.post("/students/{id}/return", .holder(.enrol), scope: .student) { visit in try await takeBack(visit) }
    }

    /// A page of one step: who it is about, the form, what was wrong.
    static func page(_ file: StudentFile, _ title: String, _ fault: Fault?, _ visit: Visit, _ content: HTML) -> Reply {
        let crumbs = file.crumbs(visit).dropLast() + [(file.student.name.full, Optional(file.base)), (title, nil)]
        let whole = StudentView(file, visit).head + Refusal.notice(fault) + content
        return fault == nil ? .page(title, crumbs: Array(crumbs), whole) : .redraw(title, crumbs: Array(crumbs), whole)
    }

    // MARK: To another class

    private static func movePage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StudentFile.read(visit), frame = try await EnrolFields.frame(visit, org: file.student.org)
        guard file.isLearning else {
            return page(
                file, t("Chuyển lớp"), nil, visit,
                UI.notice(.text(t("{} không đang học nên không chuyển lớp được.", file.student.name.full)), .warn))
        }
        let problems = fault?.problems ?? []
        let fields: HTML = """
            \(frame.choice(visit))\
            \(EnrolFields(visit).drawn(frame, visit, problems: problems, without: file.student.classGroup, asksEntry: false))\
            \(reason(visit, problems))
            """
        return page(
            file, t("Chuyển lớp"), fault, visit,
            UI.form(
                "\(file.base)/move", csrf: visit.csrf, fields, submit: t("Chuyển lớp"), problems: problems,
                cancel: file.base,
                hidden: [(name: "org", value: frame.org?.id.code ?? "")]))
    }

    private static func move(_ visit: Visit) async throws -> Reply {
        if visit.form.has("choose") { return try await movePage(visit, nil) }
        let file = try await StudentFile.read(visit)
        do {
            let frame = try await EnrolFields.frame(visit, org: file.student.org)
            let form = try EnrolFields(visit).enrolForm(frame, visit)
            try await Registry.move(file.student.id, form, by: visit.visitor, in: visit.db)
            return .redirect(
                file.base, flash: t("Đã chuyển {} sang lớp {}.", file.student.name.full, name(of: form, frame)))
        } catch { return try await movePage(visit, try Refusal.fault(error)) }
    }

    private static func name(of form: EnrolForm, _ frame: ListFrame) -> String {
        frame.classes.first { $0.id == form.classGroup }?.name ?? ""
    }

    private static func reason(_ visit: Visit, _ problems: [Problem]) -> HTML {
        UI.text(
            "reason", t("Lý do, số quyết định"), value: visit.form.text("reason"), problems: problems, maxLength: 500)
    }

    // MARK: Several at once

    private static func several(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let ids = (visit.form.all("id") + visit.queries("id")).compactMap { ID<Student>($0) },
            scope = visit.visitor.scope
        let students = try await visit.db.read { tx in try tx.students(Array(ids.prefix(200)), scope: scope) }
        guard let first = students.first else { throw Fault.notFound }
        let frame = try await EnrolFields.frame(visit, org: first.org)
        let problems = fault?.problems ?? [], title = t("Chuyển lớp cho {} học sinh", students.count)
        let list = UI.each(students) { line in
            "<li>\(line.name) <small class=\"muted\">\(line.birthDate?.shown ?? "") · \(line.className ?? "–")</small></li>"
        }
        let fields =
            frame.choice(visit) + EnrolFields(visit).drawn(frame, visit, problems: problems, asksEntry: false)
            + reason(visit, problems)
        let content: HTML = """
            \(Refusal.notice(fault))\(UI.card(t("Các em được chuyển"), "<ul class=\"unit-links\">\(list)</ul>"))
            <div class="mt">\(UI.form(
                "/students/move", csrf: visit.csrf, fields, submit: t("Chuyển lớp"), problems: problems, cancel: "/students",
                hidden: students.map { (name: "id", value: $0.id.code) } + [(name: "org", value: frame.org?.id.code ?? "")]))</div>
            """
        let crumbs: [(String, String?)] = [(t("Học sinh"), "/students"), (t("Chuyển lớp"), nil)]
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func moveSeveral(_ visit: Visit) async throws -> Reply {
        if visit.form.has("choose") { return try await several(visit, nil) }
        let ids = Array(visit.form.all("id").compactMap { ID<Student>($0) }.prefix(200)), scope = visit.visitor.scope
        do {
            let students = try await visit.db.read { tx in try tx.students(ids, scope: scope) }
            guard let first = students.first else { throw Fault.notFound }
            let frame = try await EnrolFields.frame(visit, org: first.org)
            let form = try EnrolFields(visit).enrolForm(frame, visit)
            try await Registry.move(ids, form, by: visit.visitor, in: visit.db)
            return .redirect(
                "/classes/\(form.classGroup.code)",
                flash: t("Đã chuyển {} học sinh sang lớp {}.", ids.count, name(of: form, frame)))
        } catch { return try await several(visit, try Refusal.fault(error)) }
    }

    // MARK: Leaving

    private static func leavePage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StudentFile.read(visit), form = visit.form, problems = fault?.problems ?? []
        let fields: HTML = """
            \(UI.select(
                "status", t("Trạng thái mới"), Words.options("enrolment-statuses") { $0.open == false }, value: form.text("status"),
                any: t("Chọn trạng thái"), problems: problems, required: true))\
            \(UI.date(
                "day", t("Ngày học cuối cùng"), value: form.has("day") ? form.text("day") : visit.today.shown, problems: problems,
                required: true, year: visit.today.parts.year))\
            \(UI.select(
                "reason", t("Lý do"), Words.options("leaving-reasons"), value: form.text("reason"), any: "–",
                hint: t("Bắt buộc khi thôi học: báo cáo học sinh bỏ học lấy từ đây."), problems: problems))
            """
        return page(
            file, t("Thôi học, chuyển đi"), fault, visit,
            UI.form(
                "\(file.base)/leave", csrf: visit.csrf, fields, submit: t("Ghi rời trường"), problems: problems,
                cancel: file.base))
    }

    private static func leave(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit), form = visit.form
        do {
            let status = form.text("status"), reason = form.text("reason")
            let isDropout = Words.catalogues["enrolment-statuses"]?.item(status)?.dropout == true
            if isDropout, Words.catalogues["leaving-reasons"]?.item(reason) == nil {
                throw Fault.invalid([Problem("reason", "Chọn lý do thôi học.")])
            }
            let day = try typedDay("day", visit)
            try await Registry.leave(
                file.student.id, on: day, status: status, reason: reason, by: visit.visitor, in: visit.db)
            return .redirect(file.base, flash: t("Đã ghi {}: {}.", file.student.name.full, Words.studentStatus(status)))
        } catch { return try await leavePage(visit, try Refusal.fault(error)) }
    }

    /// A day of the form; the fault says what to mend.
    static func typedDay(_ field: String, _ visit: Visit) throws(Fault) -> Day {
        guard let day = Day(typed: visit.form.text(field), year: visit.today.parts.year) else {
            throw .invalid([Problem(field, FieldText.wrongDay(visit.form.text(field)))])
        }
        return day
    }

    // MARK: Coming back

    private static func returnPage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StudentFile.read(visit), frame = try await EnrolFields.frame(visit, org: file.student.org)
        guard !file.isLearning else {
            return page(
                file, t("Nhận lại"), fault, visit,
                UI.notice(.text(t("{} đang học nên không cần nhận lại.", file.student.name.full)), .warn))
        }
        let problems = fault?.problems ?? []
        let fields =
            frame.choice(visit) + EnrolFields(visit).drawn(frame, visit, problems: problems) + reason(visit, problems)
        return page(
            file, t("Nhận lại"), fault, visit,
            UI.form(
                "\(file.base)/return", csrf: visit.csrf, fields, submit: t("Nhận vào lớp"), problems: problems,
                cancel: file.base,
                hidden: [(name: "org", value: frame.org?.id.code ?? "")]))
    }

    private static func takeBack(_ visit: Visit) async throws -> Reply {
        if visit.form.has("choose") { return try await returnPage(visit, nil) }
        let file = try await StudentFile.read(visit)
        do {
            let frame = try await EnrolFields.frame(visit, org: file.student.org)
            let form = try EnrolFields(visit).enrolForm(frame, visit)
            try await Registry.takeBack(file.student.id, form, by: visit.visitor, in: visit.db)
            return .redirect(
                file.base, flash: t("Đã nhận {} vào lớp {}.", file.student.name.full, name(of: form, frame)))
        } catch { return try await returnPage(visit, try Refusal.fault(error)) }
    }
}
