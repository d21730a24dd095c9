import Base
import Storage
import Web
import Work

/// Giấy xác nhận học sinh: asked for, numbered, printed, printed again.
enum Confirmation {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/confirmation", .holder(.editStudents), scope: .student) { visit in
            visit.query("paper").isEmpty ? try await ask(visit, nil) : try await paper(visit)
        }
        routes.post("/students/{id}/confirmation", .holder(.editStudents), scope: .student) { visit in
            try await issue(visit)
        }
    }

    private static func ask(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await StudentFile.read(visit), problems = fault?.problems ?? []
        let fields = UI.text(
            "purpose", t("Để làm gì"), value: visit.form.text("purpose"),
            hint: t("Vay vốn, làm thẻ căn cước, hưởng chế độ…"), problems: problems,
            maxLength: 200, isWide: true)
        let earlier = file.documents.filter { $0.type == Registry.confirmation }.map { document -> HTML in
            """
            <li><a href="\(file.base)/confirmation?paper=\(document.id.code)">\(t("Số {}", document.number))</a> \
            <small class="muted">\(document.issuedOn?.shown ?? "") \(document.name)</small></li>
            """
        }
        let list = when(!earlier.isEmpty, "<div class=\"mt\">\(UI.card(t("Giấy đã cấp"), "<ul>\(earlier)</ul>"))</div>")
        let form = UI.form(
            "\(file.base)/confirmation", csrf: visit.csrf, fields, submit: t("Lấy số và in"), problems: problems,
            cancel: file.base)
        return StudentMoves.page(
            file, t("Giấy xác nhận học sinh"), fault, visit, when(file.isLearning || fault != nil, form) + list)
    }

    private static func issue(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id")
        do {
            let paper = try await Registry.issueConfirmation(
                for: id, purpose: visit.form.text("purpose"), by: visit.visitor, in: visit.db)
            return .redirect("/students/\(id.code)/confirmation?paper=\(paper.code)")
        } catch { return try await ask(visit, try Refusal.fault(error)) }
    }

    /// The paper as it was issued, in Vietnamese whatever language the page speaks; printing it again is a reading that is noted.
    private static func paper(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit), scope = visit.visitor.scope, student = file.student
        let found = file.documents.first {
            $0.id.code == visit.query("paper") && $0.type == Registry.confirmation
        }
        guard let paper = found else { throw Fault.notFound }
        let day = paper.issuedOn ?? visit.today
        // A paper from before its words were kept says what the register says.
        let body =
            paper.body.values.isEmpty
            ? try await visit.db.read { tx in try tx.confirmationBody(student, on: day, scope: scope) } : paper.body
        try await visit.db.noteRead(
            as: visit.visitor, "registry.student.read-document", on: .student(student.id, org: student.org))
        return .paper(
            t("Giấy xác nhận học sinh"), for: visit, back: "\(file.base)/confirmation",
            Language.$current.withValue(.vi) { "<div lang=\"vi\">\(drawn(paper, body, day))</div>" })
    }

    private static func drawn(_ paper: DocumentRecord, _ body: Details, _ day: Day) -> HTML {
        func said(_ key: String, or blank: String = "") -> String { body[key] ?? blank }
        let org = said("org"), post = said("post")
        return """
            \(UI.printHead(
                above: said("above"), org: org, number: "\(paper.number)-GXN", place: said("place"), date: UI.officialDate(day)))
            <h1>\(t("Giấy xác nhận học sinh"))</h1>
            <p>\(t("{} {} xác nhận:", post, org))</p>
            <div class="plain-facts">\(UI.facts([
                (t("Em"), "<strong>\(said("name"))</strong>"), (t("Ngày sinh"), .text(said("birth", or: "…"))),
                (t("Giới tính"), .text(said("sex"))), (t("Dân tộc"), .text(said("ethnicity"))),
                (t("Mã học sinh"), .text(said("code"))), (t("Nơi thường trú"), .text(said("home", or: "…"))),
            ]))</div>
            <p>\(t("Hiện đang học lớp {}, năm học {} tại {}.", said("class", or: "…"), said("year"), org))</p>
            \(when(!paper.name.isEmpty, "<p>\(t("Giấy này được cấp để: {}.", paper.name))</p>"))
            \(UI.signatures([(post: "", name: ""), (post: post, name: said("signer"))]))
            """
    }
}
