import Base
import Web

/// Into which class, from which day: the part that entering, moving and taking back have in common.
struct EnrolFields: Sendable {
    let classCode: String, day: String, grade: String, entry: String, reason: String

    /// What was typed, else what the address says, else today.
    init(_ visit: Visit, classGroup: ID<ClassGroup>? = nil, day known: Day? = nil) {
        let form = visit.form
        classCode = form.has("class") ? form.text("class") : classGroup?.code ?? visit.query("class")
        day = form.has("day") ? form.text("day") : (known ?? visit.today).shown
        (grade, entry, reason) = (form.text("grade"), form.text("entry"), form.text("reason"))
    }

    /// The school in question: named by the form or the address, else the visitor's own.
    static func frame(_ visit: Visit, org: ID<Org>? = nil) async throws -> ListFrame {
        let chosen = ListFrame.chosen(visit),

            named: ID<ClassGroup>? = visit.form.id("class") ?? visit.queryID("class")
        let scope = visit.visitor.scope
        return try await visit.db.read { tx in
            let group = try named.flatMap { try tx.classGroup($0, scope: scope) }
            // Nobody enters a class of a year that is over.
            let year = max(group?.year ?? visit.year, SchoolYear(of: visit.today))
            return try ListFrame.read(tx, visit, org: chosen ?? group?.org ?? org, year: year)
        }
    }

    func drawn(
        _ frame: ListFrame, _ visit: Visit, problems: [Problem], without: ID<ClassGroup>? = nil, asksEntry: Bool = true
    ) -> HTML {
        let classes = frame.classes.filter { $0.id != without }
        let hasCombined = classes.contains(where: \.isCombined)
        return UI.grid(
            """
            \(UI.select(
                "class", t("Lớp"), classes.map { (value: $0.id.code, label: t("{} ({} học sinh)", $0.name, $0.total)) }, value: classCode,
                any: t("Chọn lớp"), problems: problems, required: true))\
            \(UI.date("day", t("Từ ngày"), value: day, problems: problems, required: true, year: visit.today.parts.year))\
            \(when(hasCombined, UI.select(
                "grade", t("Khối"), Words.grades(of: frame.levels), value: grade, any: t("Theo lớp"),
                hint: t("Chỉ chọn khi vào lớp ghép."), problems: problems)))\
            \(when(asksEntry, UI.select(
                "entry", t("Hình thức vào trường"), Words.options("entry-forms"), value: entry, any: "–", problems: problems)))
            """)
    }

    /// What the action takes; the class must be one that the page offered.
    func enrolForm(_ frame: ListFrame, _ visit: Visit) throws -> EnrolForm {
        var problems: [Problem] = []
        let group = ID<ClassGroup>(classCode).flatMap { id in frame.classes.first { $0.id == id } }
        let from = Day(typed: day, year: visit.today.parts.year)
        if group == nil { problems.append(Problem("class", "Chọn lớp.")) }
        if from == nil {
            problems.append(Problem("day", FieldText.wrongDay(day)))
        }
        guard let group, let from else { throw Fault.invalid(problems) }
        var form = EnrolForm(classGroup: group.id, day: from)
        (form.grade, form.entry, form.reason) = (grade, entry, String(reason.prefix(500)))
        return form
    }

    /// Those above schools first say which one.
    static func chooseSchool(_ frame: ListFrame, _ visit: Visit) -> HTML {
        let links = UI.each(frame.below) { org in
            "<li><a href=\"\(visit.link(("org", org.id.code)))\">\(org.name)</a></li>"
        }
        return UI.card(t("Chọn trường"), "<ul class=\"unit-links\">\(links)</ul>")
    }
}
