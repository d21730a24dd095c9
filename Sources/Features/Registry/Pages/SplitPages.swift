import Base
import Storage
import Web
import Work

/// Parting a record that holds two people.
enum SplitPages {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/split", .holder(.mergeStudents), scope: .student) { visit in
            let file = try await StudentFile.read(visit)
            try await SensitiveReading.note(file.student.id, file.student.org, visit)
            return page(file, visit, nil)
        }
        routes.post("/students/{id}/split", .holder(.mergeStudents), scope: .student) { visit in try await split(visit)
        }
    }

    private static func page(_ file: StudentFile, _ visit: Visit, _ fault: Fault?) -> Reply {
        let form = visit.form, problems = fault?.problems ?? []
        let fields: HTML = """
            <p>\(t("Chọn những gì là của em thứ hai. Phần không chọn ở lại hồ sơ {}.", file.student.code))</p>\
            \(UI.group(t("Em thứ hai"), UI.grid("""
                \(UI.text("full_name", t("Họ và tên"), value: form.text("full_name"), problems: problems, required: true, autocomplete: "off", maxLength: 360))\
                \(UI.date("birth_date", t("Ngày sinh"), value: form.text("birth_date"), problems: problems))\
                \(UI.select("sex", t("Giới tính"), Words.options("sexes"), value: form.text("sex"), any: "–", problems: problems))
                """)))\
            \(UI.checkboxes("stays", t("Quá trình học"), stays(file), values: Set(form.all("stays")), problems: problems))\
            \(some("guardians", t("Cha mẹ, người giám hộ"), guardians(file), form))\
            \(some("policies", t("Diện chính sách"), policies(file), form))\
            \(some("documents", t("Giấy tờ"), documents(file), form))\
            \(some("fields", t("Thông tin khác"), details(file), form))\
            \(UI.text(
                "reason", t("Lý do tách"), value: form.text("reason"), hint: t("Ví dụ: hai em trùng tên bị nhập chung một hồ sơ."),
                problems: problems, required: true, maxLength: 500, isWide: true))
            """
        return StudentMoves.page(
            file, t("Tách hồ sơ"), fault, visit,
            UI.form(
                "\(file.base)/split", csrf: visit.csrf, fields, submit: t("Tách ra hồ sơ mới"), problems: problems,
                cancel: "\(file.base)/records"))
    }

    private static func some(
        _ name: String, _ label: String, _ options: [(value: String, label: String)], _ form: Form
    ) -> HTML {
        options.isEmpty ? HTML() : UI.checkboxes(name, label, options, values: Set(form.all(name)))
    }

    private static func stays(_ file: StudentFile) -> [(value: String, label: String)] {
        file.enrolments.map { stay in
            let words = [
                t("Năm học {}", stay.year), stay.className.map { t("Lớp {}", $0) } ?? "", stay.orgName,
                Words.period(stay.period),
            ]
            return (value: stay.id.code, label: words.filter { !$0.isEmpty }.joined(separator: ", "))
        }
    }

    private static func guardians(_ file: StudentFile) -> [(value: String, label: String)] {
        file.guardians.map { (value: $0.id.code, label: "\(Words.label($0.relation, "relations")) \($0.name)") }
    }

    private static func policies(_ file: StudentFile) -> [(value: String, label: String)] {
        file.policies.map {
            (value: $0.id.code, label: "\(Words.label($0.kind, "policy-statuses")), \(Words.period($0.period))")
        }
    }

    private static func documents(_ file: StudentFile) -> [(value: String, label: String)] {
        file.documents.map { paper in
            (
                value: paper.id.code,
                label: [paper.name.isEmpty ? t("Giấy xác nhận học sinh") : paper.name, paper.number]
                    .filter { !$0.isEmpty }.joined(separator: " ")
            )
        }
    }

    /// The fields that are filled in; the parts of the name, the birth and the sex are asked for above.
    private static func details(_ file: StudentFile) -> [(value: String, label: String)] {
        let values = file.student.values
        var out: [(value: String, label: String)] = []
        if let code = file.student.moetCode { out.append(("moet_code", t("Mã định danh Bộ GD&ĐT {}", code))) }
        if file.student.hasPersonalID { out.append(("personal_id", t("Số định danh cá nhân"))) }
        if file.student.photo != nil { out.append(("photo", t("Ảnh"))) }
        for field in Words.catalogues.fields(of: "student").groups.flatMap(\.fields) where field.isDetail {
            guard let value = values[field.key], field.key != "personal_id_state" else { continue }
            out.append((field.key, "\(translated(field.label)): \(Words.catalogues.show(value, as: field))"))
        }
        return out
    }

    private static func split(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit), form = visit.form
        do {
            var plan = SplitPlan(
                student: file.student.id, name: try PersonName(full: form.text("full_name"), field: "full_name"))
            if !form.text("birth_date").isEmpty {
                guard let birth = PartialDay(form.text("birth_date")) else {
                    throw Fault.invalid([
                        Problem("birth_date", FieldText.wrongDay(form.text("birth_date"), mayBePart: true))
                    ])
                }
                plan.birthDate = birth
            }
            plan.sex = Words.catalogues["sexes"]?.item(form.text("sex"))?.code ?? ""
            plan.stays = Set(form.all("stays").compactMap { ID($0) })
            plan.guardians = Set(form.all("guardians").compactMap { ID($0) }).intersection(file.guardians.map(\.id))
            plan.policies = Set(form.all("policies").compactMap { ID($0) })
            plan.documents = Set(form.all("documents").compactMap { ID($0) })
            plan.fields = Set(form.all("fields")).intersection(details(file).map(\.value))
            plan.reason = form.text("reason")
            let done = try await Registry.split(plan, by: visit.visitor, in: visit.db)
            return .redirect("/merges/\(done.merge.code)", flash: t("Đã tách ra hồ sơ mới của {}.", plan.name.full))
        } catch { return page(file, visit, try Refusal.fault(error)) }
    }
}
