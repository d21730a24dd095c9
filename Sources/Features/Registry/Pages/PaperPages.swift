import Base
import Files
import Storage
import Web
import Work

/// The papers of a person's file: their names, numbers and days, and their scans.
enum PaperPages {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/documents", .holder(.editStudents), scope: .student) { visit in
            let owner = try await owner(ofStudent: visit)
            try await owner.note(visit)
            return page(owner, visit, nil)
        }
        routes.post("/students/{id}/documents", .holder(.editStudents), scope: .student, body: Attachments.paperBody) {
            visit in try await save(try await owner(ofStudent: visit), visit)
        }
        routes.get("/students/{id}/documents/{document}", .holder(.viewSensitive), scope: .student) { visit in
            try await download(try await owner(ofStudent: visit), visit)
        }
        routes.get("/staff/{id}/documents", .holder(.editStaff), scope: .staff) { visit in
            let owner = try await owner(ofStaff: visit)
            try await owner.note(visit)
            return page(owner, visit, nil)
        }
        routes.post("/staff/{id}/documents", .holder(.editStaff), scope: .staff, body: Attachments.paperBody) { visit in
            try await save(try await owner(ofStaff: visit), visit)
        }
        routes.get("/staff/{id}/documents/{document}", .holder(.viewStaffSensitive), scope: .staff) { visit in
            try await download(try await owner(ofStaff: visit), visit)
        }
    }

    /// Whose papers they are.
    struct Owner: Sendable {
        let key: PaperOwner, org: ID<Org>?, base: String, head: HTML, crumbs: [(String, String?)]
        let papers: [DocumentRecord]

        /// Notes that the papers were read, before they are shown.
        func note(_ visit: Visit) async throws {
            switch key {
            case .student(let id): try await SensitiveReading.note(id, org, visit)
            case .staff(let id): try await SensitiveReading.note(id, org, visit)
            }
        }
    }

    private static func owner(ofStudent visit: Visit) async throws -> Owner {
        let file = try await StudentFile.read(visit)
        return Owner(
            key: .student(file.student.id), org: file.student.org, base: file.base, head: StudentView(file, visit).head,
            crumbs: file.crumbs(visit).dropLast() + [(file.student.name.full, file.base), (t("Giấy tờ"), nil)],
            papers: file.documents)
    }

    private static func owner(ofStaff visit: Visit) async throws -> Owner {
        let file = try await StaffFile.read(visit), scope = visit.visitor.scope, id = file.staff.id
        return Owner(
            key: .staff(id), org: file.staff.org, base: file.base, head: StaffPage.head(file),
            crumbs: file.crumbs(visit, last: t("Giấy tờ")),
            papers: try await visit.db.read { tx in try tx.documents(of: id, scope: scope) })
    }

    // MARK: List and form

    /// The papers, each with its scan and, for those who may, the way to take it out.
    static func list(_ papers: [DocumentRecord], below base: String, mayEdit: Bool) -> HTML {
        let lines = papers.map { paper -> HTML in
            let rest = [
                paper.number.isEmpty ? nil : t("số {}", paper.number),
                paper.issuedOn.map { t("cấp ngày {}", $0.shown) }, paper.expiresOn.map { t("đến {}", $0.shown) },
            ].compactMap { $0 }.joined(separator: " · ")
            let scan: HTML =
                paper.blob == nil
                ? HTML() : " <a href=\"\(base)/documents/\(paper.id.code)\" download>\(t("Tải bản chụp"))</a>"
            let out: HTML =
                mayEdit ? " <a href=\"\(base)/documents?remove=\(paper.id.code)\">\(t("Bỏ"))</a>" : HTML()
            return """
                <li><strong>\(paper.name.isEmpty ? t("Giấy xác nhận học sinh") : paper.name)</strong>\(scan)\(out)<br>\
                <small class="muted">\(rest)</small></li>
                """
        }
        return lines.isEmpty ? "<p class=\"muted\">\(t("Chưa ghi giấy tờ nào."))</p>" : "<ul>\(lines)</ul>"
    }

    private static func page(_ owner: Owner, _ visit: Visit, _ fault: Fault?) -> Reply {
        if let paper = owner.papers.first(where: { $0.id.code == visit.query("remove") }), fault == nil {
            return .page(t("Bỏ giấy tờ"), crumbs: owner.crumbs, owner.head + removal(paper, owner, visit))
        }
        let form = visit.form, problems = fault?.problems ?? []
        let fields: HTML = """
            \(UI.text(
                "name", t("Tên giấy tờ"), value: form.text("name"), hint: t("Giấy khai sinh, học bạ, giấy xác nhận khuyết tật…"),
                problems: problems, required: true, maxLength: 200))\
            \(UI.grid("""
                \(UI.text("number", t("Số"), value: form.text("number"), problems: problems, maxLength: 100))\
                \(UI.date("issued", t("Ngày cấp"), value: form.text("issued"), problems: problems))\
                \(UI.date("expires", t("Có giá trị đến"), value: form.text("expires"), problems: problems))
                """))\
            \(UI.file(
                "file", t("Bản chụp hoặc bản quét"), accept: "application/pdf,image/jpeg,image/png",
                hint: t("PDF, JPEG hoặc PNG, đến 10 MB; có thể bỏ trống."), problems: problems))
            """
        let list = UI.card(t("Giấy tờ"), self.list(owner.papers, below: owner.base, mayEdit: true))
        let content =
            owner.head + Refusal.notice(fault) + when(!owner.papers.isEmpty, list) + "<div class=\"mt\">"
            + UI.form(
                "\(owner.base)/documents", csrf: visit.csrf, fields, submit: t("Ghi giấy tờ"), problems: problems,
                cancel: "\(owner.base)/sensitive", isMultipart: true) + "</div>"
        let title = t("Giấy tờ")
        return fault == nil
            ? .page(title, crumbs: owner.crumbs, content) : .redraw(title, crumbs: owner.crumbs, content)
    }

    private static func removal(_ paper: DocumentRecord, _ owner: Owner, _ visit: Visit) -> HTML {
        let name = [paper.name, paper.number].filter { !$0.isEmpty }.joined(separator: ", ")
        return UI.confirm(
            t("Bỏ giấy tờ “{}”?", name), consequence: .text(t("Giấy tờ rời khỏi hồ sơ; lịch sử vẫn ghi việc này.")),
            action: "\(owner.base)/documents", csrf: visit.csrf, verb: t("Bỏ giấy tờ"),
            cancel: "\(owner.base)/sensitive", fields: [(name: "remove", value: paper.id.code)])
    }

    // MARK: Verbs

    private static func save(_ owner: Owner, _ visit: Visit) async throws -> Reply {
        let form = visit.form, back = "\(owner.base)/sensitive"
        do {
            if form.has("remove") {
                guard let id: ID<Document> = form.id("remove") else { throw Fault.notFound }
                try await Registry.removeDocument(id, of: owner.key, by: visit.visitor, in: visit.db)
                return .redirect(back, flash: t("Đã bỏ giấy tờ."))
            }
            var draft = DocumentDraft(type: "paper", name: String(Fold.compose(form.text("name")).prefix(200)))
            guard !draft.name.isEmpty else { throw Fault.invalid([Problem("name", "Chưa nhập tên giấy tờ.")]) }
            draft.number = String(form.text("number").prefix(100))
            if !form.text("issued").isEmpty { draft.issuedOn = try StudentMoves.typedDay("issued", visit) }
            if !form.text("expires").isEmpty { draft.expiresOn = try StudentMoves.typedDay("expires", visit) }
            let scan = try await Attachments.keepPaper(visit)
            try await Registry.addDocument(draft, scan: scan, to: owner.key, by: visit.visitor, in: visit.db)
            return .redirect(back, flash: t("Đã ghi giấy tờ {}.", draft.name))
        } catch { return page(owner, visit, try Refusal.fault(error)) }
    }

    /// Gives a scan out; the reading is in the trail before the first byte.
    private static func download(_ owner: Owner, _ visit: Visit) async throws -> Reply {
        let paper = owner.papers.first { $0.id.code == visit.parameter("document") }
        let reply = try await Attachments.paper(paper, visit)
        switch owner.key {
        case .student(let id):
            try await visit.db.noteRead(
                as: visit.visitor, "registry.student.read-document", on: .student(id, org: owner.org))
        case .staff(let id):
            try await visit.db.noteRead(
                as: visit.visitor, "registry.staff.read-document", on: .staff(id, org: owner.org))
        }
        return reply
    }
}

/// The note of each opening of what is kept from lists: health, policy statuses, addresses, salary, papers.
enum SensitiveReading {
    static func note(_ id: ID<Student>, _ org: ID<Org>?, _ visit: Visit) async throws {
        try await visit.db.noteRead(as: visit.visitor, "registry.student.read-sensitive", on: .student(id, org: org))
    }

    static func note(_ id: ID<Staff>, _ org: ID<Org>?, _ visit: Visit) async throws {
        try await visit.db.noteRead(as: visit.visitor, "registry.staff.read-sensitive", on: .staff(id, org: org))
    }
}
