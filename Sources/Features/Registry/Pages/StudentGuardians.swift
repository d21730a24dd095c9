import Base
import Storage
import Web
import Work

/// Those who answer for a learner: writing one, linking one who is known already, mending the contact, ending the tie.
enum StudentGuardians {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/guardians", .holder(.editContacts), scope: .student) { visit in
            let file = try await StudentFile.read(visit)
            if visit.queryID("guardian", Guardian.self) != nil {
                try await SensitiveReading.note(file.student.id, file.student.org, visit)
            }
            return try await page(visit, nil)
        }
        routes.post("/students/{id}/guardians", .holder(.editContacts), scope: .student) { visit in
            try await save(visit)
        }
    }

    /// What the page reads: the learner, the guardian being changed, those found who may be the same person.
    private struct Sheet: Sendable {
        let file: StudentFile
        var guardian: (record: GuardianRecord, line: GuardianLine)?
        var known: [GuardianLine] = []
    }

    private static func read(_ visit: Visit) async throws -> Sheet {
        let file = try await StudentFile.read(visit), scope = visit.visitor.scope
        let asked: ID<Guardian>? = visit.form.id("guardian") ?? visit.queryID("guardian")
        var sheet = Sheet(file: file)
        if let asked, let line = file.guardians.first(where: { $0.id == asked }) {
            if let record = try await visit.db.read({ tx in try tx.guardian(asked, scope: scope) }) {
                sheet.guardian = (record, line)
            }
        }
        let name = visit.form.has("name") ? visit.form.text("name") : visit.query("q")
        if sheet.guardian == nil, name.utf8.count > 3 {
            let phone = FieldText.phone(visit.form.text("phone")) ?? ""
            let found = try await visit.db.read { tx in
                try tx.guardians(matching: String(name.prefix(120)), phone: phone, scope: scope)
            }
            sheet.known = found.filter { one in !file.guardians.contains { $0.id == one.id } }
        }
        return sheet
    }

    private static func page(_ visit: Visit, _ fault: Fault?, asksKnown: Bool = false) async throws -> Reply {
        let sheet = try await read(visit), file = sheet.file, problems = fault?.problems ?? []
        let title = sheet.guardian == nil ? t("Thêm người thân") : t("Sửa người thân")
        let hidden =
            sheet.guardian.map {
                [(name: "guardian", value: $0.record.id.code), (name: "version", value: String($0.record.version))]
            } ?? []
        let form = UI.form(
            "\(file.base)/guardians", csrf: visit.csrf, fields(sheet, visit, problems), submit: t("Lưu người thân"),
            problems: problems,
            cancel: file.base, hidden: hidden + (asksKnown ? [(name: "confirmed", value: "1")] : []))
        return StudentMoves.page(
            file, title, fault, visit,
            """
            \(when(asksKnown || visit.query("q") != "", known(sheet, visit)))\(form)\
            \(when(sheet.guardian != nil, ending(sheet, visit)))
            """)
    }

    private static func fields(_ sheet: Sheet, _ visit: Visit, _ problems: [Problem]) -> HTML {
        let form = visit.form, old = sheet.guardian
        func text(_ name: String, _ stored: String?) -> String { form.has(name) ? form.text(name) : stored ?? "" }
        let isContact = form.has("name") ? form.has("contact") : old?.line.isContact ?? sheet.file.guardians.isEmpty
        return """
            \(UI.grid("""
                \(UI.select(
                    "relation", t("Quan hệ"), Words.options("relations"), value: text("relation", old?.line.relation), any: t("Chọn quan hệ"),
                    problems: problems, required: true))\
                \(UI.text("name", t("Họ và tên"), value: text("name", old?.record.name), problems: problems, required: true, autocomplete: "off", maxLength: 360))\
                \(UI.text("phone", t("Số điện thoại"), value: text("phone", old?.record.phone), problems: problems, entry: .tel, autocomplete: "off", maxLength: 20))\
                \(UI.date("birth", t("Ngày hoặc năm sinh"), value: text("birth", old?.record.birthDate?.shown), problems: problems))\
                \(UI.text("job", t("Nghề nghiệp"), value: text("job", old?.record.details["job"]), problems: problems, maxLength: 100))
                """))\
            \(UI.checkbox("contact", t("Là người nhà trường liên hệ đầu tiên"), isOn: isContact))
            """
    }

    /// People of this name who answer for other children: one record for all children.
    private static func known(_ sheet: Sheet, _ visit: Visit) -> HTML {
        guard !sheet.known.isEmpty else { return HTML() }
        let list = UI.each(sheet.known) { one in
            let fields = [
                (name: "link", value: one.id.code), (name: "relation", value: visit.form.text("relation")),
                (name: "contact", value: visit.form.text("contact")),
            ]
            let rest = [one.birthDate?.shown ?? "", FieldText.shownPhone(one.phone), t("phụ huynh của {}", one.job)]
                .filter { !$0.isEmpty }
            return """
                <li><strong>\(one.name)</strong> <small class="muted">\(rest.joined(separator: " · "))</small> \
                \(UI.post(t("Chính là người này"), to: "\(sheet.file.base)/guardians", csrf: visit.csrf, fields: fields))</li>
                """
        }
        return UI.notice(
            "<strong>\(t("Trong trường đã có người cùng tên:"))</strong><ul>\(list)</ul>\(t("Nếu là người khác, bấm Lưu lần nữa."))",
            .warn)
    }

    private static func ending(_ sheet: Sheet, _ visit: Visit) -> HTML {
        guard let guardian = sheet.guardian else { return HTML() }
        let content: HTML = """
            <p>\(t("Hồ sơ của {} vẫn còn; chỉ quan hệ với {} kết thúc từ hôm nay.", guardian.record.name, sheet.file.student.name.full))</p>\
            \(UI.post(
                t("Bỏ người thân này"), to: "\(sheet.file.base)/guardians", csrf: visit.csrf,
                fields: [(name: "unlink", value: guardian.record.id.code)], icon: "trash", style: "bad"))
            """
        return "<div class=\"mt\">\(UI.fold(t("Không còn là người thân"), content))</div>"
    }

    private static func save(_ visit: Visit) async throws -> Reply {
        do {
            return try await act(visit)
        } catch { return try await page(visit, try Refusal.fault(error)) }
    }

    private static func act(_ visit: Visit) async throws -> Reply {
        let sheet = try await read(visit), file = sheet.file, form = visit.form, student = file.student.id
        let relation = form.text("relation"), isContact = !form.text("contact").isEmpty
        if let gone: ID<Guardian> = form.id("unlink") {
            try await Registry.unlinkGuardian(gone, from: student, last: visit.today, by: visit.visitor, in: visit.db)
            return .redirect(file.base, flash: t("Đã bỏ người thân."))
        }
        if let known: ID<Guardian> = form.id("link") {
            // Only somebody whose child the visitor reaches can be linked.
            let scope = visit.visitor.scope
            guard try await visit.db.read({ tx in try tx.guardian(known, scope: scope) }) != nil else {
                throw Fault.notFound
            }
            try await Registry.linkGuardian(
                known, to: student, relation: relation, isContact: isContact, by: visit.visitor, in: visit.db)
            return .redirect(file.base, flash: t("Đã ghi người thân."))
        }
        let draft = try draft(visit, keeping: sheet.guardian?.record)
        if let guardian = sheet.guardian {
            try await Registry.editGuardian(
                guardian.record.id, draft, version: Int(form.text("version")) ?? 0, by: visit.visitor, in: visit.db)
            if guardian.line.relation != relation || guardian.line.isContact != isContact {
                try await Registry.linkGuardian(
                    guardian.record.id, to: student, relation: relation, isContact: isContact, by: visit.visitor,
                    in: visit.db)
            }
            return .redirect(file.base, flash: t("Đã lưu {}.", draft.name))
        }
        if !sheet.known.isEmpty, !form.has("confirmed") {
            return try await page(visit, .conflict("Đã có người cùng tên."), asksKnown: true)
        }
        try await Registry.addGuardian(
            draft, relation: relation, isContact: isContact, to: student, by: visit.visitor, in: visit.db)
        return .redirect(file.base, flash: t("Đã ghi người thân."))
    }

    private static func draft(_ visit: Visit, keeping old: GuardianRecord?) throws(Fault) -> GuardianDraft {
        let form = visit.form, birth = form.text("birth")
        var draft = GuardianDraft(name: form.text("name"))
        (draft.phone, draft.sex, draft.details) = (form.text("phone"), old?.sex ?? "", old?.details ?? Details())
        if let sex = Words.catalogues["relations"]?.item(form.text("relation"))?.sex { draft.sex = sex }
        if !birth.isEmpty {
            guard let day = PartialDay(birth) else {
                throw .invalid([Problem("birth", FieldText.wrongDay(birth, mayBePart: true))])
            }
            draft.birthDate = day
        }
        draft.details["job"] = String(form.text("job").prefix(100))
        return draft
    }
}
