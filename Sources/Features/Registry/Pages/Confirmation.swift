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
        return StudentMoves.page(
            file, t("Giấy xác nhận học sinh"), fault, visit,
            UI.form(
                "\(file.base)/confirmation", csrf: visit.csrf, fields, submit: t("Lấy số và in"), problems: problems,
                cancel: file.base) + list)
    }

    private static func issue(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id")
        do {
            let paper = try await Registry.issueConfirmation(
                for: id, purpose: visit.form.text("purpose"), by: visit.visitor, in: visit.db)
            return .redirect("/students/\(id.code)/confirmation?paper=\(paper.code)")
        } catch { return try await ask(visit, try Refusal.fault(error)) }
    }

    private static func paper(_ visit: Visit) async throws -> Reply {
        let file = try await StudentFile.read(visit), scope = visit.visitor.scope
        guard
            let document = file.documents.first(where: {
                $0.id.code == visit.query("paper") && $0.type == Registry.confirmation
            }),
            let org = file.student.org
        else { throw Fault.notFound }
        let (head, place) = try await visit.db.read { tx in
            (
                try tx.head(of: org, scope: scope),
                try tx.org(org, scope: scope)?.place.flatMap { try tx.place($0) }
            )
        }
        let day = document.issuedOn ?? visit.today
        return .paper(
            t("Giấy xác nhận học sinh"), for: visit, back: "\(file.base)/confirmation",
            """
            \(UI.printHead(
                above: file.path.dropLast().last?.name ?? "", org: file.orgName, number: "\(document.number)-GXN",
                place: Papers.placeName(place), date: UI.officialDate(day)))
            <h1>\(t("Giấy xác nhận học sinh"))</h1>
            <p>\(t("{} {} xác nhận:", Papers.post(head), file.orgName))</p>
            <div class="plain-facts">\(UI.facts(facts(file)))</div>
            <p>\(t("Hiện đang học lớp {}, năm học {} tại {}.", file.className ?? "…", SchoolYear(of: day), file.orgName))</p>
            \(when(!document.name.isEmpty, "<p>\(t("Giấy này được cấp để: {}.", document.name))</p>"))
            \(UI.signatures([(post: "", name: ""), (post: Papers.post(head), name: head?.name ?? "")]))
            """)
    }

    private static func facts(_ file: StudentFile) -> [(term: String, value: HTML)] {
        let student = file.student, details = student.details
        let home =
            details["permanent_address"]
            ?? [details["permanent_hamlet"], details["permanent_commune"], details["permanent_province"]]
            .compactMap { $0 }.joined(separator: ", ")
        return [
            (t("Em"), "<strong>\(student.name.full)</strong>"),
            (t("Ngày sinh"), .text(student.birthDate?.shown ?? "…")),
            (t("Giới tính"), .text(Words.sex(student.sex))), (t("Dân tộc"), .text(Words.ethnicity(student.ethnicity))),
            (t("Mã học sinh"), .text(student.code)), (t("Nơi thường trú"), .text(home.isEmpty ? "…" : home)),
        ]
    }
}
