import Base
import Storage
import Web
import Work

/// Who teaches what to a class: assignments with their days.
enum ClassTeaching {
    static func mount(_ routes: Routes) {
        routes.get("/classes/{id}/teachings", .holder(.editClasses), scope: .classGroup) { visit in
            try await page(visit, nil)
        }
        routes.post("/classes/{id}/teachings", .holder(.editClasses), scope: .classGroup) { visit in
            try await save(visit)
        }
    }

    private static func page(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await ClassFile.read(visit), scope = visit.visitor.scope,
            base = "/classes/\(file.record.id.code)"
        let (teachers, subjects) = try await visit.db.read { tx in
            (
                try tx.teachers(of: file.record.org, scope: scope),
                try tx.subjects(of: file.record.level, on: visit.today)
            )
        }
        let problems = fault?.problems ?? [], form = visit.form, title = t("Phân công giảng dạy")
        if let row = file.teachings.first(where: { $0.id.code == visit.query("end") && $0.duty != "homeroom" }),
            fault == nil
        {
            return .page(title, crumbs: ClassPage.crumbs(file, visit, last: title), ending(row, file, visit))
        }
        let rows = file.teachings.filter { $0.duty != "homeroom" }.map { row in
            UI.Row([
                .text(Words.subject(row.subject, file.record.level)), .text(row.staffName),
                .text(Words.period(row.period)),
                "<a href=\"\(base)/teachings?end=\(row.id.code)\">\(t("Kết thúc"))</a>",
            ])
        }
        let table = UI.table(
            [UI.Column(t("Môn")), UI.Column(t("Giáo viên")), UI.Column(t("Thời gian")), UI.Column("")], rows,
            caption: t("Phân công hiện tại"),
            empty: UI.empty(t("Chưa phân công ai"), t("Chọn môn và giáo viên ở dưới."), icon: "staff"), cards: true)
        let fields = UI.grid(
            """
            \(UI.select(
                "subject", t("Môn"), subjects.map { (value: $0.code, label: translated($0.name)) }, value: form.text("subject"), any: t("Chọn môn"),
                problems: problems, required: true))\
            \(UI.picker(
                "staff", t("Giáo viên"), teachers.map(UI.Pick.init), value: form.text("staff"), any: t("Chọn giáo viên"),
                problems: problems, required: true))\
            \(UI.date("day", t("Từ ngày"), value: form.has("day") ? form.text("day") : visit.today.shown, problems: problems, required: true))
            """)
        let content =
            Refusal.notice(fault) + table + "<div class=\"mt\">"
            + UI.form(
                "\(base)/teachings", csrf: visit.csrf, fields, submit: t("Phân công"), problems: problems, cancel: base)
            + "</div>"
        let crumbs = ClassPage.crumbs(file, visit, last: title)
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func ending(_ row: TeachingRecord, _ file: ClassFile, _ visit: Visit) -> HTML {
        let here = "/classes/\(file.record.id.code)/teachings", subject = Words.subject(row.subject, file.record.level)
        return UI.confirm(
            t("Kết thúc phân công {} dạy môn {} lớp {}?", row.staffName, subject, file.record.name),
            consequence: .text(t("Hôm nay là ngày cuối; lịch sử phân công vẫn được giữ.")), action: here,
            csrf: visit.csrf, verb: t("Kết thúc"), cancel: here, fields: [(name: "end", value: row.id.code)])
    }

    private static func save(_ visit: Visit) async throws -> Reply {
        let id: ID<ClassGroup> = try visit.id("id"), form = visit.form, here = "/classes/\(id.code)/teachings"
        do {
            if form.has("end") {
                guard let teaching: ID<Teaching> = form.id("end") else { throw Fault.notFound }
                try await Registry.endTeaching(teaching, of: id, last: visit.today, by: visit.visitor, in: visit.db)
                return .redirect(here, flash: t("Đã kết thúc phân công."))
            }
            guard let staff: ID<Staff> = form.id("staff") else {
                throw Fault.invalid([Problem("staff", "Chọn giáo viên.")])
            }
            guard !form.text("subject").isEmpty else { throw Fault.invalid([Problem("subject", "Chọn môn.")]) }
            let day = try StudentMoves.typedDay("day", visit)
            try await Registry.assignTeaching(
                staff, to: id, subject: form.text("subject"), from: day, by: visit.visitor, in: visit.db)
            return .redirect(here, flash: t("Đã phân công."))
        } catch { return try await page(visit, try Refusal.fault(error)) }
    }
}
