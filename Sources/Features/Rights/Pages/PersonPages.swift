import Base
import Identity
import Registry
import Storage
import Web
import Work

/// One learner's rights: what is held, who has read it, what was asked.
enum PersonPages {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/rights", .holder(.useRights), scope: .student) { visit in try await show(visit, []) }
        routes.post("/students/{id}/rights", .holder(.useRights), scope: .student) { visit in try await ask(visit) }
        routes.get("/students/{id}/rights/readers", .holder(.useRights), scope: .student) { visit in
            try await readers(visit)
        }
        routes.post("/students/{id}/rights/export", .holder(.useRights), scope: .student) { visit in
            try await export(visit)
        }
    }

    private static func crumbs(_ student: StudentRecord, _ last: String? = nil) -> [(String, String?)] {
        let base = "/students/\(student.id.code)"
        let own = t("Quyền với dữ liệu")
        return [(student.name.full, Optional(base))]
            + (last.map { [(own, Optional("\(base)/rights")), ($0, nil)] } ?? [(own, nil)])
    }

    private static func show(_ visit: Visit, _ problems: [Problem]) async throws -> Reply {
        let id: ID<Student> = try visit.id("id"), scope = visit.visitor.scope
        let (student, requests, guardians) = try await visit.db.read { tx in
            guard let student = try tx.student(id, scope: scope) else { throw Fault.notFound }
            return (
                student, try tx.requests(of: HeldPerson(.student, id.raw)),
                try tx.guardians(of: id, on: tx.today, scope: scope)
            )
        }
        let base = "/students/\(id.code)/rights"
        let held = UI.card(
            t("Mọi dữ liệu đang giữ"),
            """
            <p>\(t("Một tệp nén có bản đọc được, in được, và bản cho phần mềm. Không có dữ liệu của người khác."))</p>\
            \(when(visit.session?.isViewingAs != true, UI.post(t("Lập tệp dữ liệu"), to: "\(base)/export", csrf: visit.csrf, icon: "export")))
            """)
        let kin = family(guardians, base, visit)
        let seen = UI.card(
            t("Ai đã xem"),
            "<p>\(t("Mỗi lần mở thông tin riêng, sửa, in hoặc xuất đều được ghi lại."))</p><p>\(UI.link(t("Xem danh sách"), "\(base)/readers", icon: "history"))</p>"
        )
        let content: HTML = """
            \(UI.columns([held, seen] + kin))\
            \(RequestTable.drawn(requests, names: [:], isOne: true, visit))\
            \(when(visit.session?.isViewingAs != true, "<h2>\(t("Gửi yêu cầu"))</h2>" + form(base, visit, problems)))
            """
        let title = t("Quyền với dữ liệu của {}", student.name.full)
        return problems.isEmpty
            ? .page(title, crumbs: crumbs(student), content) : .redraw(title, crumbs: crumbs(student), content)
    }

    /// The archives of those who answer for the learner: each their own, the office all of them.
    private static func family(_ guardians: [GuardianLine], _ base: String, _ visit: Visit) -> [HTML] {
        let own = guardians.filter { guardian in
            visit.mayChange(.answerRequests)
                || visit.visitor.role == .guardian && visit.visitor.person == guardian.id.raw
        }
        guard !own.isEmpty, visit.session?.isViewingAs != true else { return [] }
        let buttons = own.map { guardian in
            UI.post(
                t("Lập tệp dữ liệu về {}", guardian.name), to: "\(base)/export", csrf: visit.csrf,
                fields: [(name: "guardian", value: guardian.id.code)], icon: "export")
        }
        return [UI.card(t("Cha mẹ, người giám hộ"), "<div class=\"stack\">\(buttons)</div>")]
    }

    private static func form(_ base: String, _ visit: Visit, _ problems: [Problem]) -> HTML {
        let kinds = RequestKind.all.map { (value: $0.code, label: translated($0.name)) }
        let fields: HTML = """
            \(UI.radios("kind", t("Bạn yêu cầu"), kinds, value: visit.form.text("kind"), problems: problems, required: true))\
            \(UI.textarea("words", t("Nội dung"), value: visit.form.text("words"), hint: t("Nói rõ mục nào, vì sao."), problems: problems, maxLength: 2000))
            """
        return UI.form(base, csrf: visit.csrf, fields, submit: t("Gửi yêu cầu"), problems: problems)
    }

    private static func ask(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id")
        do {
            try await Rights.ask(
                visit.form.text("kind"), visit.form.text("words"), about: id, by: visit.visitor, in: visit.db)
            return .redirect(
                "/students/\(id.code)/rights", flash: t("Đã gửi yêu cầu. Nhà trường phải trả lời trong hạn ghi ở dưới.")
            )
        } catch let fault as Fault where !fault.problems.isEmpty {
            return try await show(visit, fault.problems)
        }
    }

    // MARK: who has read it

    private static let size = 100

    private static func readers(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id"), scope = visit.visitor.scope, before = Int64(visit.query("before"))
        let (student, readings, orgs) = try await visit.db.read { tx in
            guard let student = try tx.student(id, scope: scope) else { throw Fault.notFound }
            let readings = try tx.readings(
                of: HeldPerson(.student, id.raw), classGroup: student.classGroup, before: before, limit: size + 1)
            let orgs = try Set(readings.compactMap(\.org)).reduce(into: [ID<Org>: String]()) {
                $0[$1] = try tx.orgName($1)
            }
            return (student, readings, orgs)
        }
        let rows = readings.prefix(size).map { reading in
            UI.Row([
                .text(reading.at.shownMoment), .text(who(reading)), .text(reading.org.flatMap { orgs[$0] } ?? ""),
                .text(Identity.words(ofVerb: reading.verb)),
            ])
        }
        let columns = [UI.Column(t("Lúc")), UI.Column(t("Vai trò")), UI.Column(t("Đơn vị")), UI.Column(t("Việc"))]
        let older =
            readings.count > size ? readings.prefix(size).last.map { visit.link(("before", String($0.at))) } : nil
        let title = t("Ai đã xem dữ liệu của {}", student.name.full)
        return .page(
            title, crumbs: crumbs(student, t("Ai đã xem")),
            """
            <p>\(t("Ghi theo vai trò và đơn vị. Cần biết rõ hơn, hãy gửi yêu cầu cho nhà trường."))</p>\
            \(UI.table(columns, Array(rows), caption: title, empty: UI.empty(t("Chưa ai mở thông tin riêng"), t("Khi có người mở, sửa hoặc in, dòng mới hiện ở đây."), icon: "history"), cards: true))\
            \(UI.pager(newer: before == nil ? nil : visit.link(("before", nil)), older: older))
            """)
    }

    private static func who(_ reading: Reading) -> String {
        if let role = reading.role { return role.label }
        return reading.kind == Visitor.Kind.job.rawValue || reading.kind == Visitor.Kind.commandLine.rawValue
            ? t("Hệ thống") : t("Người dùng")
    }

    private static func export(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id")
        let guardian: ID<Guardian>? = visit.form.id("guardian")
        let whose = guardian.map { Whose.guardian($0, of: id) } ?? .student(id)
        let job = try await Rights.order(
            whose, folder: try Shelf.make(in: visit.uploadFolder), by: visit.visitor, in: visit.db)
        return .redirect("/rights/exports/\(job.code)")
    }
}
