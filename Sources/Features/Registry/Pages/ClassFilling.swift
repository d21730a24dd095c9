import Base
import Storage
import Web
import Work

/// The same few fields of all learners of a class, filled in at once: what a clerk does at the start of a year.
enum ClassFilling {
    static func mount(_ routes: Routes) {
        routes.get("/classes/{id}/fill", .holder(.editStudents), scope: .classGroup) { visit in
            try await page(visit, nil)
        }
        routes.post("/classes/{id}/fill", .holder(.editStudents), scope: .classGroup) { visit in
            try await save(visit)
        }
    }

    /// How many fields one page takes.
    private static let most = 6
    /// What most files lack when a year begins.
    private static let usual = ["birth_date", "ethnicity", "personal_id", "moet_code", "phone"]

    // MARK: What the page stands on

    private struct Sheet {
        let file: ClassFile, students: [StudentRecord]
        /// The fields that may be filled in here, and those that were asked for.
        let offered: [FieldDefinition], chosen: [FieldDefinition]

        var base: String { "/classes/\(file.record.id.code)" }
        /// The page with the fields that were asked for.
        var address: String { "\(base)/fill?" + chosen.map { "field=\($0.key)" }.joined(separator: "&") }
    }

    private static func read(_ visit: Visit) async throws -> Sheet {
        let file = try await ClassFile.read(visit), scope = visit.visitor.scope
        let students = try await visit.db.read { tx in
            try file.students.compactMap { try tx.student($0.id, scope: scope) }
        }
        let form = FieldForm("student", values: [:], level: file.record.level, allows: StudentForm.allows(visit))
        // A sheet has no room for several codes in a cell, nor for long texts.
        let offered = form.list.fields.filter { form.keys.contains($0.key) && !$0.isMany && $0.type != .long }
        let asked = visit.queries("field").isEmpty ? usual : visit.queries("field")
        let chosen = asked.prefix(most).compactMap { key in offered.first { $0.key == key } }
        return Sheet(file: file, students: students, offered: offered, chosen: chosen)
    }

    // MARK: Drawing

    private static func page(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let sheet = try await read(visit), file = sheet.file, title = t("Điền cho cả lớp")
        // Telephones, addresses and the like stand beside names here.
        try await visit.db.noteRead(
            as: visit.visitor, "registry.class.read-sensitive", on: .classGroup(file.record.id, org: file.record.org),
            note: "rows \(sheet.students.count)")
        let crumbs = ClassPage.crumbs(file, visit, last: title)
        let content = chooser(sheet) + Refusal.notice(fault) + form(sheet, visit, fault)
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func chooser(_ sheet: Sheet) -> HTML {
        let options = sheet.offered.map { (value: $0.key, label: translated($0.label)) }
        return UI.fold(
            t("Chọn cột (nhiều nhất {})", most),
            """
            <form method="get" action="\(sheet.base)/fill">\(UI.checkboxes(
                "field", t("Các cột"), options, values: Set(sheet.chosen.map(\.key)), isInline: true))\
            <button class="button">\(t("Hiện các cột này"))</button></form>
            """)
    }

    private static func form(_ sheet: Sheet, _ visit: Visit, _ fault: Fault?) -> HTML {
        let problems = fault?.problems ?? []
        guard !sheet.students.isEmpty else {
            return UI.empty(t("Lớp chưa có học sinh"), t("Thêm học sinh vào lớp trước."), icon: "student")
        }
        let columns = sheet.chosen.map { UI.SheetColumn($0.key, translated($0.label), kind($0, sheet)) }
        let rows = sheet.students.enumerated().map { row($0 + 1, $1, sheet, visit, fault) }
        return UI.form(
            sheet.address, csrf: visit.csrf,
            UI.sheet(columns, rows, corner: t("Họ và tên"), caption: t("Điền cho cả lớp"), problems: problems),
            submit: t("Lưu cả lớp"), problems: problems, cancel: sheet.base, isWide: true)
    }

    private static func kind(_ field: FieldDefinition, _ sheet: Sheet) -> UI.SheetColumn.Kind {
        switch field.type {
        case .code:
            .choice(
                FieldForm.options(
                    field, sheet.file.record.level, keeping: Set(sheet.students.map { $0.values[field.key] ?? "" })))
        case .bool: .choice([(value: "1", label: t("Có")), (value: "0", label: t("Không"))])
        case .day, .partialDay: .day
        case .phone: .text(.tel, most: 20)
        case .email: .text(.email, most: 254)
        case .personalID: .text(.digits, most: 20)
        case .number, .money: .text(.text, most: 20)
        case .text, .long, .place: .text(.text, most: field.max ?? 300)
        }
    }

    private static func row(
        _ number: Int, _ student: StudentRecord, _ sheet: Sheet, _ visit: Visit, _ fault: Fault?
    ) -> UI.SheetRow {
        let code = student.id.code, form = visit.form, isSent = form.has("version.\(code)")
        // After a conflict the row stands on what is stored now: saving once more is a choice. Sent back for other reasons it keeps
        // what it was filled from.
        let keepsBase = isSent && fault?.kind != .conflict
        let version = keepsBase ? form.text("version.\(code)") : String(student.version)
        var texts: [String: String] = [:], hidden = [(name: "version.\(code)", value: version)]
        for field in sheet.chosen {
            let name = "\(field.key).\(code)", isSecret = field.type == .personalID
            let stored = isSecret ? "" : student.values[field.key] ?? ""
            texts[field.key] = isSent ? form.text(name) : FieldForm.editable(stored, field)
            let base = keepsBase ? form.text("base.\(name)") : stored
            if !base.isEmpty { hidden.append((name: "base.\(name)", value: base)) }
        }
        return UI.SheetRow(
            code, name: student.name.full,
            head: "<a href=\"/students/\(code)\">\(number). \(student.name.full)</a>", texts: texts,
            hints: student.hasPersonalID ? ["personal_id": t("đã có số")] : [:], hidden: hidden)
    }

    // MARK: Saving

    private static func save(_ visit: Visit) async throws -> Reply {
        let sheet = try await read(visit), form = visit.form
        let forms = sheet.students.compactMap { student -> (id: ID<Student>, form: RecordForm)? in
            let code = student.id.code
            guard let version = Int(form.text("version.\(code)")) else { return nil }
            var sent = RecordForm([:], version: version)
            for field in sheet.chosen where form.has("\(field.key).\(code)") {
                let text = form.text("\(field.key).\(code)"), base = form.text("base.\(field.key).\(code)")
                sent.base[field.key] = base
                // A cell left as it was shown is not judged again: old files hold what would not be taken today.
                if text != FieldForm.editable(base, field) { sent.values[field.key] = text }
            }
            return sent.values.isEmpty ? nil : (student.id, sent)
        }
        do {
            let done = try await Registry.editStudents(
                forms, of: sheet.file.record.id, by: visit.visitor, in: visit.db,
                StudentForm.catalogues(visit))
            return .redirect(
                sheet.address, flash: Refusal.flash(t("Đã lưu {} hồ sơ.", UI.grouped(done.changed)), done.doubts))
        } catch {
            return try await page(visit, try Refusal.fault(error))
        }
    }
}
