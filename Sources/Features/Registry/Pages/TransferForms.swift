import Base
import Storage
import Web
import Work

/// Asking for a transfer: by the school that lets a learner go, or by the one that would take it.
enum TransferForms {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/transfer", .holder(.enrol), scope: .student) { visit in try await out(visit, nil) }
        routes.post("/students/{id}/transfer", .holder(.enrol), scope: .student) { visit in try await askOut(visit) }
        routes.get("/transfers/new", .holder(.enrol), scope: .none) { visit in try await take(visit, nil) }
        routes.post("/transfers/new", .holder(.enrol), scope: .none) { visit in try await askIn(visit) }
    }

    private static func common(_ visit: Visit, _ problems: [Problem]) -> HTML {
        """
        \(UI.checkboxes(
            "papers", t("Giấy tờ đã có"), Transferring.papers.map { (value: $0, label: TransferWords.paper($0)) },
            values: Set(visit.form.all("papers")),
            hint: t("Bản quét gắn ở mục Giấy tờ của hồ sơ đi theo em sang trường mới.")))\
        \(UI.text(
            "reason", t("Lý do chuyển"), value: visit.form.text("reason"), hint: t("Ví dụ: theo gia đình chuyển chỗ ở."),
            problems: problems, required: true, maxLength: 500, isWide: true))
        """
    }

    private static func day(_ visit: Visit, _ problems: [Problem]) -> HTML {
        UI.date(
            "day", t("Ngày đầu tiên ở trường mới"),
            value: visit.form.has("day") ? visit.form.text("day") : visit.today.shown, problems: problems,
            required: true,
            year: visit.today.parts.year)
    }

    // MARK: out of one's own school

    private typealias Found = (id: ID<Org>, name: String, parent: String)

    private static func out(_ visit: Visit, _ fault: Fault?, found: [Found] = []) async throws -> Reply {
        let file = try await StudentFile.read(visit), form = visit.form, problems = fault?.problems ?? []
        guard file.isLearning else {
            return StudentMoves.page(
                file, t("Chuyển trường"), nil, visit,
                UI.notice(.text(t("{} không đang học nên không chuyển trường được.", file.student.name.full)), .warn))
        }
        let choice: HTML =
            found.isEmpty
            ? HTML()
            : UI.radios(
                "target", t("Có nhiều trường cùng tên: chọn một"),
                found.map { (value: $0.id.code, label: "\($0.name) (\($0.parent))") }, problems: problems)
        let fields: HTML = """
            \(UI.text(
                "school", t("Trường nhận"), value: form.text("school"), hint: t("Gõ tên hoặc mã của trường trong tỉnh."),
                problems: problems, maxLength: 200, isWide: true))\(choice)\
            \(UI.checkbox(
                "isOutside", t("Trường ngoài hệ thống (tỉnh khác, nước ngoài)"), isOn: form.has("isOutside"),
                hint: t("Chỉ cần hiệu trưởng trường mình đồng ý; tên trường ghi như đã gõ.")))\
            \(day(visit, problems))\(common(visit, problems))
            """
        return StudentMoves.page(
            file, t("Chuyển trường"), fault, visit,
            UI.form(
                "\(file.base)/transfer", csrf: visit.csrf, fields, submit: t("Gửi yêu cầu chuyển trường"),
                problems: problems, cancel: file.base))
    }

    private static func askOut(_ visit: Visit) async throws -> Reply {
        let form = visit.form, name = Fold.compose(String(form.text("school").prefix(200)))
        do {
            var draft = TransferDraft(student: try visit.id("id"), day: try StudentMoves.typedDay("day", visit))
            (draft.reason, draft.papers) = (form.text("reason"), form.all("papers"))
            if form.has("isOutside") {
                draft.outside = name
            } else {
                let found = try await visit.db.read { tx in try tx.schools(named: name) }
                let chosen = form.id("target", Org.self)
                guard let school = found.first(where: { $0.id == chosen }) ?? (found.count == 1 ? found.first : nil)
                else {
                    let sentence =
                        found.isEmpty
                        ? "Không có trường nào tên hoặc mã như vậy. Gõ lại, hoặc đánh dấu trường ngoài hệ thống."
                        : "Có nhiều trường khớp: chọn một trường bên dưới."
                    return try await out(visit, .invalid([Problem("school", sentence)]), found: found)
                }
                draft.target = school.id
            }
            let id = try await Registry.askTransfer(draft, by: visit.visitor, in: visit.db)
            return .redirect("/transfers/\(id.code)", flash: t("Đã gửi yêu cầu chuyển trường."))
        } catch { return try await out(visit, try Refusal.fault(error)) }
    }

    // MARK: into one's own school

    private static func take(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let frame = try await EnrolFields.frame(visit), form = visit.form, problems = fault?.problems ?? []
        let title = t("Xin nhận học sinh"),
            crumbs: [(String, String?)] = [(t("Chuyển trường"), "/transfers"), (title, nil)]
        guard frame.isSchool else { return .page(title, crumbs: crumbs, EnrolFields.chooseSchool(frame, visit)) }
        let fields: HTML = """
            \(UI.grid("""
                \(UI.text(
                    "code", t("Mã học sinh"), value: form.text("code"), hint: t("Mã học sinh, mã của Bộ hoặc số định danh: gia đình hoặc trường cũ cho biết."),
                    problems: problems, required: true, autocomplete: "off", maxLength: 40))\
                \(UI.date("birth", t("Ngày sinh"), value: form.text("birth"), problems: problems, required: true))
                """))\
            \(EnrolFields(visit).drawn(frame, visit, problems: problems, asksEntry: false))\(common(visit, problems))
            """
        let content =
            Refusal.notice(fault)
            + UI.form(
                "/transfers/new", csrf: visit.csrf, fields, submit: t("Gửi yêu cầu tiếp nhận"), problems: problems,
                cancel: "/transfers", hidden: [(name: "org", value: frame.org?.id.code ?? "")])
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func askIn(_ visit: Visit) async throws -> Reply {
        let form = visit.form
        do {
            let frame = try await EnrolFields.frame(visit), place = try EnrolFields(visit).enrolForm(frame, visit)
            guard let birth = PartialDay(form.text("birth")) else {
                throw Fault.invalid([Problem("birth", FieldText.wrongDay(form.text("birth"), mayBePart: true))])
            }
            var draft = TransferDraft(student: ID(stored: 0), day: place.day)
            (draft.classGroup, draft.grade) = (place.classGroup, place.grade)
            (draft.reason, draft.papers) = (form.text("reason"), form.all("papers"))
            let code = form.text("code").split(separator: " ").joined()
            let id = try await Registry.askTransfer(
                code: code, birth: birth, into: draft, by: visit.visitor, in: visit.db)
            return .redirect("/transfers/\(id.code)", flash: t("Đã gửi yêu cầu tiếp nhận."))
        } catch { return try await take(visit, try Refusal.fault(error)) }
    }
}
