import Base
import Storage
import Web
import Work

/// Opening, changing and closing a class.
enum ClassForm {
    static func mount(_ routes: Routes) {
        routes.get("/classes/new", .holder(.editClasses), scope: .none) { visit in try await newPage(visit, nil) }
        routes.post("/classes/new", .holder(.editClasses), scope: .none) { visit in try await create(visit) }
        routes.get("/classes/{id}/edit", .holder(.editClasses), scope: .classGroup) { visit in
            try await editPage(visit, nil)
        }
        routes.post("/classes/{id}/edit", .holder(.editClasses), scope: .classGroup) { visit in try await save(visit) }
    }

    /// What the form stands on: the school with its campuses and teachers, the class when there is one.
    private struct Sheet: Sendable {
        let frame: ListFrame
        let teachers: [TeacherChoice]
        let record: ClassRecord?
    }

    private static func read(_ visit: Visit) async throws -> Sheet {
        let id = visit.parameter("id").isEmpty ? nil : try visit.id("id") as ID<ClassGroup>, scope = visit.visitor.scope
        let asked: ID<Org>? = visit.form.id("org") ?? visit.queryID("org")
        return try await visit.db.read { tx in
            let record = try id.flatMap { try tx.classGroup($0, scope: scope) }
            if id != nil, record == nil { throw Fault.notFound }
            let frame = try ListFrame.read(tx, visit, org: record?.org ?? asked)
            let teachers = frame.isSchool ? try frame.org.map { try tx.teachers(of: $0.id, scope: scope) } ?? [] : []
            return Sheet(frame: frame, teachers: teachers, record: record)
        }
    }

    private static func fields(_ sheet: Sheet, _ visit: Visit) -> FieldForm {
        FieldForm("class", values: sheet.record?.values ?? [:], level: sheet.record?.level) { $0.isDetail }
    }

    private static func drawn(_ sheet: Sheet, _ details: FieldForm, _ visit: Visit, _ problems: [Problem]) -> HTML {
        let form = visit.form, record = sheet.record
        func text(_ name: String, _ stored: String?) -> String { form.has(name) ? form.text(name) : stored ?? "" }
        let levels = sheet.frame.levels, grades = Set(form.has("name") ? form.all("grades") : record?.grades ?? [])
        let main: HTML = """
            \(UI.text("name", t("Tên lớp"), value: text("name", record?.name), problems: problems, required: true, autocomplete: "off", maxLength: 60))\
            \(when(levels.count > 1 && record == nil, UI.select(
                "level", t("Cấp học"), levels.map { (value: $0.rawValue, label: $0.label) }, value: text("level", nil), any: t("Chọn cấp"),
                problems: problems, required: true)))\
            \(UI.picker(
                "homeroom", t("Giáo viên chủ nhiệm"), sheet.teachers.map(UI.Pick.init),
                value: text("homeroom", record?.homeroom?.code), any: t("Chưa phân công"), problems: problems))\
            \(when(sheet.frame.sites.count > 1, UI.select(
                "site", t("Điểm trường"), sheet.frame.sites.map { (value: $0.id.code, label: $0.name) }, value: text("site", record?.site?.code),
                any: "–", problems: problems)))
            """
        return """
            \(UI.grid(main))\(UI.checkboxes(
                "grades", t("Khối"), Words.grades(of: record.map { [$0.level] } ?? levels), values: grades,
                hint: t("Lớp ghép: chọn mọi khối có trong lớp."), problems: problems, isInline: true))\
            \(UI.fold(t("Các mục khác"), UI.grid(UI.each(details.list.fields.filter { details.keys.contains($0.key) }, details.control))))
            """
    }

    private static func draft(_ sheet: Sheet, _ details: FieldForm, _ visit: Visit) throws -> ClassDraft {
        let form = visit.form
        guard let org = sheet.frame.org?.id else { throw Fault.notFound }
        let only = sheet.frame.levels.count == 1 ? sheet.frame.levels.first : nil
        guard let level = sheet.record?.level ?? Level(rawValue: form.text("level")) ?? only else {
            throw Fault.invalid([Problem("level", "Chọn cấp học.")])
        }
        var draft = ClassDraft(
            org: org, year: sheet.record?.year ?? visit.year, name: form.text("name"), level: level,
            grades: form.all("grades"))
        draft.site = form.id("site", Site.self).flatMap { id in sheet.frame.sites.first { $0.id == id }?.id }
        // A school with one campus has nothing to choose.
        if sheet.frame.sites.count < 2 { draft.site = sheet.record?.site ?? sheet.frame.sites.first?.id }
        draft.homeroom = form.id("homeroom", Staff.self).flatMap { id in sheet.teachers.first { $0.id == id }?.id }
        if let kind = sheet.record?.kind { draft.kind = kind }
        draft.details = try self.details(sheet, details, visit)
        let key = Fold.accentKey(draft.name)
        if sheet.frame.classes.contains(where: { $0.id != sheet.record?.id && Fold.accentKey($0.name) == key }) {
            throw Fault.invalid([Problem("name", "Năm học này trường đã có lớp tên như vậy.")])
        }
        return draft
    }

    private static func details(_ sheet: Sheet, _ form: FieldForm, _ visit: Visit) throws -> Details {
        let parsed = try Editing.parse(form.record(visit.form), form.list, Words.catalogues, allowed: nil)
        return parsed.values.reduce(into: sheet.record?.details ?? Details()) { $0[$1.key] = $1.value }
    }

    // MARK: New

    private static func newPage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let sheet = try await read(visit), title = t("Thêm lớp"), problems = fault?.problems ?? []
        let crumbs: [(String, String?)] = [(t("Lớp"), "/classes"), (title, nil)]
        guard sheet.frame.isSchool else {
            return .page(title, crumbs: crumbs, EnrolFields.chooseSchool(sheet.frame, visit))
        }
        var details = fields(sheet, visit)
        details.take(visit.form)
        details.problems = problems
        let content: HTML = """
            \(Refusal.notice(fault))<p>\(t("{}, năm học {}", sheet.frame.org?.name ?? "", visit.year))</p>
            \(UI.form(
                "/classes/new", csrf: visit.csrf, drawn(sheet, details, visit, problems), submit: t("Thêm lớp"), problems: problems,
                cancel: "/classes", hidden: [(name: "org", value: sheet.frame.org?.id.code ?? "")]))
            """
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func create(_ visit: Visit) async throws -> Reply {
        let sheet = try await read(visit)
        guard sheet.frame.isSchool else { throw Fault.notFound }
        do {
            var details = fields(sheet, visit)
            details.take(visit.form)
            let id = try await Registry.createClass(try draft(sheet, details, visit), by: visit.visitor, in: visit.db)
            return .redirect("/classes/\(id.code)", flash: t("Đã mở lớp {}.", visit.form.text("name")))
        } catch { return try await newPage(visit, try Refusal.fault(error)) }
    }

    // MARK: Edit

    private static func editPage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let sheet = try await read(visit)
        guard let record = sheet.record else { throw Fault.notFound }
        let problems = fault?.problems ?? [], base = "/classes/\(record.id.code)", title = t("Sửa lớp {}", record.name)
        var details = fields(sheet, visit)
        if fault != nil { details.take(visit.form) }
        details.problems = problems
        let version = fault == nil || fault?.kind == .conflict ? String(record.version) : visit.form.text("version")
        let form = UI.form(
            "\(base)/edit", csrf: visit.csrf, drawn(sheet, details, visit, problems), submit: t("Lưu lớp"),
            problems: problems, cancel: base,
            hidden: [(name: "version", value: version)])
        let crumbs =
            Crumbs.orgs(sheet.frame.path, visit) + [(t("Lớp {}", record.name), Optional(base)), (t("Sửa lớp"), nil)]
        let close: HTML =
            record.closedOn == nil
            ? "<p class=\"mt\">\(UI.link(t("Kết thúc lớp"), "\(base)/close", icon: "close"))</p>" : HTML()
        let content = Refusal.notice(fault) + form + close
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func save(_ visit: Visit) async throws -> Reply {
        let sheet = try await read(visit)
        guard let record = sheet.record else { throw Fault.notFound }
        do {
            var details = fields(sheet, visit)
            details.take(visit.form)
            var draft = try draft(sheet, details, visit)
            let homeroom = draft.homeroom
            draft.homeroom = record.homeroom
            try await Registry.editClass(
                record.id, draft, version: Int(visit.form.text("version")) ?? 0, by: visit.visitor, in: visit.db)
            if homeroom != record.homeroom, visit.form.has("homeroom") {
                let day = min(max(visit.today, record.year.firstDay), record.year.lastDay)
                try await Registry.assignHomeroom(homeroom, to: record.id, on: day, by: visit.visitor, in: visit.db)
            }
            return .redirect("/classes/\(record.id.code)", flash: t("Đã lưu lớp {}.", draft.name))
        } catch { return try await editPage(visit, try Refusal.fault(error)) }
    }
}
