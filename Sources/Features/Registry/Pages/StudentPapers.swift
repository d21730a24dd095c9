import Base
import Storage
import Web
import Work

/// The policy statuses of a learner: added and ended.
enum StudentPapers {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/policies", .holder(.editStudents), scope: .student) { visit in
            try await policyPage(visit, nil)
        }
        routes.post("/students/{id}/policies", .holder(.editStudents), scope: .student) { visit in
            try await savePolicy(visit)
        }
    }

    // MARK: Policy statuses

    private static func policyPage(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StudentFile.read(visit),
            ending = visit.form.has("end") ? visit.form.text("end") : visit.query("end")
        if let policy = file.policies.first(where: { $0.id.code == ending }) {
            return endPage(file, policy, visit, fault)
        }
        let form = visit.form, problems = fault?.problems ?? []
        let fields: HTML = """
            \(UI.select(
                "kind", t("Đối tượng chính sách"), Words.options("policy-statuses", on: visit.today), value: form.text("kind"),
                any: t("Chọn đối tượng"), problems: problems, required: true))\
            \(UI.grid("""
                \(UI.date("from", t("Từ ngày"), value: form.has("from") ? form.text("from") : visit.today.shown, problems: problems, required: true))\
                \(UI.date("to", t("Đến ngày"), value: form.text("to"), hint: t("Để trống nếu chưa biết."), problems: problems))
                """))\
            \(UI.text("basis", t("Căn cứ"), value: form.text("basis"), hint: t("Quyết định, danh sách hộ nghèo…"), problems: problems, maxLength: 300))\
            \(UI.text("document", t("Số giấy chứng nhận"), value: form.text("document"), problems: problems, maxLength: 100))
            """
        return StudentMoves.page(
            file, t("Thêm diện chính sách"), fault, visit,
            UI.form(
                "\(file.base)/policies", csrf: visit.csrf, fields, submit: t("Lưu diện chính sách"), problems: problems,
                cancel: file.sensitive))
    }

    private static func endPage(_ file: StudentFile, _ policy: PolicyRecord, _ visit: Visit, _ fault: Fault?) -> Reply {
        let name = Words.label(policy.kind, "policy-statuses"), problems = fault?.problems ?? []
        let field = UI.date(
            "day", t("Ngày cuối cùng được hưởng"),
            value: visit.form.has("day") ? visit.form.text("day") : visit.today.shown, problems: problems,
            required: true)
        return StudentMoves.page(
            file, t("Kết thúc diện chính sách"), fault, visit,
            UI.confirm(
                t("Kết thúc “{}” của {}?", name, file.student.name.full),
                consequence: .text(t("Diện này có {}. Lịch sử vẫn được giữ.", Words.period(policy.period))),
                action: "\(file.base)/policies", csrf: visit.csrf, verb: t("Kết thúc"), cancel: file.sensitive,
                fields: [(name: "end", value: policy.id.code)], inputs: field))
    }

    private static func savePolicy(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit), form = visit.form
        do {
            if form.has("end") {
                guard let id: ID<Policy> = form.id("end") else { throw Fault.notFound }
                let last = try StudentMoves.typedDay("day", visit)
                try await Registry.endPolicy(id, of: file.student.id, last: last, by: visit.visitor, in: visit.db)
                return .redirect(file.sensitive, flash: t("Đã kết thúc diện chính sách."))
            }
            let from = try StudentMoves.typedDay("from", visit)
            let to = form.text("to").isEmpty ? Day.forever : try StudentMoves.typedDay("to", visit)
            guard let period = Period(from, to) else {
                throw Fault.invalid([Problem("to", "Ngày kết thúc trước ngày bắt đầu.")])
            }
            var draft = PolicyDraft(student: file.student.id, kind: form.text("kind"), period: period)
            (draft.basis, draft.document) = (
                String(form.text("basis").prefix(300)), String(form.text("document").prefix(100))
            )
            try await Registry.addPolicy(draft, by: visit.visitor, in: visit.db)
            return .redirect(file.sensitive, flash: t("Đã thêm diện chính sách."))
        } catch { return try await policyPage(visit, try Refusal.fault(error)) }
    }
}
