import Base
import Storage
import Web
import Work

/// Entering a new learner, and changing what is known of one.
enum StudentForm {
    static func mount(_ routes: Routes) {
        routes.get("/students/new", .holder(.enrol), scope: .none) { visit in try await new(visit) }
        routes.post("/students/new", .holder(.enrol), scope: .none) { visit in try await create(visit) }
        routes.get("/students/{id}/edit", .holder(.editContacts), scope: .student) { visit in try await edit(visit) }
        routes.post("/students/{id}/edit", .holder(.editContacts), scope: .student) { visit in try await save(visit) }
    }

    /// What this visitor may change: everything, or as a homeroom teacher the contact fields.
    static func allows(_ visit: Visit) -> (FieldDefinition) -> Bool {
        let isFull = visit.visitor.may(.editStudents), sees = visit.visitor.may(.viewSensitive)
        return { field in
            guard isFull else { return Editing.contactFields.contains(field.key) }
            return (sees || !field.isSensitive) && !["status", "status_day", "leaving_reason"].contains(field.key)
        }
    }

    /// The code lists by which a form is judged here.
    static func catalogues(_ visit: Visit) -> Catalogues {
        var catalogues = Words.catalogues
        catalogues.allowsDemo = visit.isDemo
        return catalogues
    }

    // MARK: Edit

    private static func fields(_ student: StudentRecord, _ visit: Visit) -> FieldForm {
        var values = student.values
        if student.hasPersonalID { values["has_personal_id"] = "1" }
        return FieldForm("student", values: values, level: student.level, allows: allows(visit))
    }

    private static func edit(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit)
        // The form shows addresses and telephones, to the office health and policies too.
        try await SensitiveReading.note(file.student.id, file.student.org, visit)
        return page(file, fields(file.student, visit), visit, fault: nil)
    }

    private static func save(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id"), file = try await StudentFile.read(visit)
        var form = fields(file.student, visit)
        form.take(visit.form)
        do {
            let doubts = try await Registry.editStudent(
                id, form.record(visit.form, version: Int(visit.form.text("version"))), by: visit.visitor, in: visit.db,
                catalogues(visit))
            return .redirect(file.base, flash: Refusal.flash(t("Đã lưu hồ sơ {}.", file.student.name.full), doubts))
        } catch {
            let fault = try Refusal.fault(error)
            let now = try await StudentFile.read(visit)
            // After a conflict the form stands on what is stored now: saving once more is a choice, not an accident.
            if fault.kind == .conflict { form.base = fields(now.student, visit).base }
            form.problems = fault.problems
            return page(
                now, form, visit, fault: fault, by: try await History.last(fault, .student(id), visit))
        }
    }

    private static func page(
        _ file: StudentFile, _ form: FieldForm, _ visit: Visit, fault: Fault?, by last: String? = nil
    ) -> Reply {
        let title = t("Sửa hồ sơ {}", file.student.name.full),
            crumbs =
                file.crumbs(visit).dropLast() + [
                    (file.student.name.full, Optional(file.base)), (t("Sửa hồ sơ"), nil),
                ]
        // A form sent back for other reasons keeps the version it was filled from.
        let version = fault == nil || fault?.kind == .conflict ? file.student.version : Int(visit.form.text("version"))
        let content =
            Refusal.notice(fault, by: last)
            + UI.form(
                "\(file.base)/edit", csrf: visit.csrf, form.drawn(), submit: t("Lưu hồ sơ"), problems: form.problems,
                cancel: file.base,
                hidden: form.hidden(version: version))
        return fault == nil
            ? .page(title, crumbs: Array(crumbs), content) : .redraw(title, crumbs: Array(crumbs), content)
    }

    // MARK: New

    /// What is asked of a new learner before all else.
    private static let asked = [
        "birth_date", "sex", "ethnicity", "personal_id", "phone", "permanent_hamlet", "permanent_commune",
    ]

    private static func blank(_ frame: ListFrame, _ visit: Visit) -> FieldForm {
        let allows = allows(visit)
        return FieldForm(
            "student", values: [:], level: frame.levels.count == 1 ? frame.levels.first : nil, allows: allows)
    }

    private static func new(_ visit: Visit) async throws -> Reply {
        let frame = try await EnrolFields.frame(visit)
        return newPage(frame, blank(frame, visit), EnrolFields(visit), visit, fault: nil)
    }

    private static func create(_ visit: Visit) async throws -> Reply {
        let frame = try await EnrolFields.frame(visit), scope = visit.visitor.scope
        var form = blank(frame, visit)
        let place = EnrolFields(visit)
        form.take(visit.form)
        do {
            var record = form.record(visit.form)
            let name = try PersonName(full: visit.form.text("full_name"), field: "full_name")
            (record.values["family_name"], record.values["middle_name"], record.values["given_name"]) = (
                name.family, name.middle, name.given
            )
            let asked = SoughtLearner(name: name, visit.form)
            let alike = try await visit.db.read { tx in try tx.students(alike: asked, scope: scope) }
            if !alike.isEmpty, !visit.form.has("confirmed") {
                return newPage(
                    frame, form, place, visit, fault: .conflict("Có thể đã có hồ sơ của em này."), alike: alike)
            }
            let entry = try place.enrolForm(frame, visit)
            let done = try await Registry.createStudent(
                record, into: entry, by: visit.visitor, in: visit.db, catalogues(visit))
            return .redirect(
                "/students/\(done.id.code)", flash: Refusal.flash(t("Đã thêm {}.", name.full), done.warnings))
        } catch {
            let fault = try Refusal.fault(error)
            form.problems = fault.problems
            return newPage(frame, form, place, visit, fault: fault)
        }
    }

    private static func newPage(
        _ frame: ListFrame, _ form: FieldForm, _ place: EnrolFields, _ visit: Visit, fault: Fault?,
        alike: LearnersAlike = LearnersAlike()
    ) -> Reply {
        let title = t("Thêm học sinh"), crumbs: [(String, String?)] = [(t("Học sinh"), "/students"), (title, nil)]
        guard frame.isSchool else {
            return .page(title, crumbs: crumbs, EnrolFields.chooseSchool(frame, visit))
        }
        let fields: HTML = """
            \(UI.text(
                "full_name", t("Họ và tên"), value: visit.form.text("full_name"), problems: form.problems, required: true,
                autocomplete: "off", maxLength: 360))\
            \(place.drawn(frame, visit, problems: form.problems))\(form.drawn(only: StudentForm.asked))\
            \(form.drawn(leavingOut: Set(["family_name", "middle_name", "given_name"] + StudentForm.asked), opensFirst: false))\
            \(confirm(alike))
            """
        let content =
            when(alike.isEmpty, Refusal.notice(fault))
            + UI.form(
                "/students/new", csrf: visit.csrf, fields, submit: t("Thêm học sinh"), problems: form.problems,
                cancel: "/students",
                hidden: form.hidden(version: nil) + [(name: "org", value: frame.org?.id.code ?? "")])
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    /// Those who may be the same child, and the tick that says it is another one.
    private static func confirm(_ alike: LearnersAlike) -> HTML {
        guard !alike.isEmpty else { return HTML() }
        let list = UI.each(alike.near) { one in
            let place = [one.line.className, one.line.orgName].compactMap { $0 }.joined(separator: " · ")
            return """
                <li>\(UI.person(one.line.name, born: one.line.birthDate?.shown ?? "", place: place, href: "/students/\(one.line.id.code)"))\
                <br><small class="muted">\(one.signs.map(DuplicateWords.sign).joined(separator: ", "))</small></li>
                """
        }
        let elsewhere: HTML =
            alike.elsewhere == 0
            ? HTML()
            : "<p>\(t("{} hồ sơ rất giống ở đơn vị khác trong tỉnh. Nếu em chuyển đến, hãy làm thủ tục chuyển trường thay vì thêm mới.", alike.elsewhere))</p>"
        return UI.notice(
            """
            <strong>\(t("Có thể đã có hồ sơ của em này:"))</strong><ul>\(list)</ul>\(elsewhere)\
            \(UI.checkbox("confirmed", t("Đây là một em khác, vẫn thêm mới")))
            """, .warn)
    }
}

extension SoughtLearner {
    fileprivate init(name: PersonName, _ form: Form) {
        self.init(
            name: name, birth: form.text("birth_date"), sex: form.text("sex"), phone: form.text("phone"),
            commune: form.text("current_commune").isEmpty
                ? form.text("permanent_commune") : form.text("current_commune"),
            hamlet: form.text("permanent_hamlet"))
    }
}
