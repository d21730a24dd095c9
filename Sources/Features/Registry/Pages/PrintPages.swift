import Base
import Storage
import Web
import Work

/// Papers of a class: the list, the register, the learners' cards.
enum PrintPages {
    static func mount(_ routes: Routes) {
        routes.get("/classes/{id}/list", .holder(.exportLists), scope: .classGroup, load: .report) { visit in
            try await classList(visit)
        }
        routes.get("/classes/{id}/register", .holder(.exportLists), scope: .classGroup, load: .report) { visit in
            try await register(visit)
        }
        routes.get("/prints/cards", .holder(.exportLists), scope: .list, load: .report) { visit in
            try await cards(visit)
        }
        routes.get("/prints/register", .holder(.exportLists), scope: .list) { visit in try await registers(visit) }
        Confirmation.mount(routes)
    }

    private static func note(_ visit: Visit, _ verb: Verb, _ subject: Subject, _ count: Int) async throws {
        try await visit.db.noteRead(as: visit.visitor, verb, on: subject, note: "rows \(count)")
    }

    // MARK: Class list

    private static func classList(_ visit: Visit) async throws -> Reply {
        let file = try await ClassFile.read(visit), blanks = min(max(Int(visit.query("blank")) ?? 3, 0), 12)
        try await note(
            visit, "registry.class.print", .classGroup(file.record.id, org: file.record.org), file.students.count)
        let columns =
            [
                UI.Column(t("STT")), UI.Column(t("Họ và tên")), UI.Column(t("Ngày sinh")), UI.Column(t("Nữ")),
                UI.Column(t("Dân tộc")),
            ]
            + (0..<blanks).map { _ in UI.Column("") }
        let rows = file.students.enumerated().map { index, line in
            UI.Row(
                [
                    .text(String(index + 1)), .text(line.name), .text(line.birthDate?.shown ?? ""),
                    line.sex == Sex.female ? "x" : "",
                    .text(Words.ethnicity(line.ethnicity)),
                ] + (0..<blanks).map { _ in HTML() })
        }
        let title = t("Danh sách lớp {}", file.record.name), female = file.students.count { $0.sex == Sex.female }
        let choices = [0, 3, 5, 8, 12].map { UI.link(t("{} cột trống", $0), "\(visit.path)?blank=\($0)") }
        return .paper(
            title, for: visit, back: "/classes/\(file.record.id.code)",
            """
            <p class="buttons no-print">\(choices)</p>\(Papers.head(file))
            <h1>\(title)</h1><p class="center">\(t("Năm học {}", file.record.year)) · \(t("Giáo viên chủ nhiệm: {}", file.homeroomName ?? "…"))</p>
            <div class="dense">\(UI.table(columns, rows, caption: title))</div>
            <p>\(t("Tổng số: {} học sinh, {} nữ.", file.students.count, female))</p>
            """)
    }

    // MARK: Register

    private static func register(_ visit: Visit) async throws -> Reply {
        let file = try await ClassFile.read(visit), scope = visit.visitor.scope,
            sees = visit.visitor.may(.viewSensitive)
        let (rows, head) = try await visit.db.read { tx in
            (try tx.register(of: file.record, scope: scope), try tx.head(of: file.record.org, scope: scope))
        }
        try await note(visit, "registry.register.print", .classGroup(file.record.id, org: file.record.org), rows.count)
        let columns = [
            t("Số đăng bộ"), t("Họ và tên"), t("Ngày sinh"), t("Nữ"), t("Nơi sinh"), t("Dân tộc"), t("Diện chính sách"),
            t("Chỗ ở hiện nay"),
            t("Cha, nghề nghiệp"), t("Mẹ, nghề nghiệp"), t("Ngày vào lớp"), t("Ngày rời, lý do"),
        ]
        let lines = rows.enumerated().map { index, row in UI.Row(registerCells(row, index, sees).map { HTML.text($0) })
        }
        let title = t("Sổ đăng bộ lớp {}", file.record.name)
        return .paper(
            title, for: visit, back: "/classes/\(file.record.id.code)",
            """
            <div class="landscape">\(Papers.head(file))<h1>\(t("Sổ đăng bộ"))</h1>
            <p class="center">\(t("Lớp {} · Năm học {}", file.record.name, file.record.year))</p>
            <div class="dense">\(UI.table(columns.map { UI.Column($0) }, lines, caption: title))</div>
            \(UI.signatures([(post: t("Giáo viên chủ nhiệm"), name: file.homeroomName ?? ""), (post: Papers.post(head, [file.record.level]), name: head?.name ?? "")]))</div>
            """)
    }

    private static func registerCells(_ row: RegisterRow, _ index: Int, _ sees: Bool) -> [String] {
        let line = row.line, details = row.details
        let home =
            details["current_address"]
            ?? [details["permanent_hamlet"], details["permanent_commune"]].compactMap { $0 }.joined(separator: ", ")
        let left =
            row.leaving.isEmpty || Leaving.counted.contains(row.leaving)
            ? ""
            : [
                row.stay?.last.shown ?? "", Words.leaving(row.leaving),
                sees ? Words.label(row.reason, "leaving-reasons") : "",
            ]
            .filter { !$0.isEmpty }.joined(separator: ", ")
        return [
            details["register_number"] ?? String(index + 1), line.name, line.birthDate?.shown ?? "",
            line.sex == Sex.female ? "x" : "",
            details["birth_place"] ?? details["birth_province"] ?? "", Words.ethnicity(line.ethnicity),
            sees ? row.policies.map { Words.label($0, "policy-statuses") }.joined(separator: ", ") : "",
            sees ? home : "", row.father, row.mother,
            row.stay?.first.shown ?? "", left,
        ]
    }

    /// The school's register is one paper a class: the way to each.
    private static func registers(_ visit: Visit) async throws -> Reply {
        let frame = try await visit.db.read { tx in try ListFrame.read(tx, visit, org: visit.queryID("org")) }
        let rows = frame.classes.map { line in
            UI.Row(
                [
                    .text(line.name), .text(UI.grouped(line.total)),
                    UI.link(t("Sổ đăng bộ"), "/classes/\(line.id.code)/register", icon: "print"),
                    UI.link(t("Danh sách"), "/classes/\(line.id.code)/list", icon: "print"),
                    UI.link(t("Thẻ học sinh"), "/prints/cards?class=\(line.id.code)", icon: "qr"),
                ], href: "/classes/\(line.id.code)")
        }
        let table = UI.table(
            [UI.Column(t("Lớp")), UI.Column(t("Sĩ số"), isNumeric: true), UI.Column(""), UI.Column(""), UI.Column("")],
            rows,
            caption: t("In sổ sách theo lớp"),
            empty: UI.empty(t("Chưa có lớp"), t("Chọn một trường có lớp trong năm học này."), icon: "class"),
            cards: true)
        let title = t("Sổ đăng bộ")
        return .page(title, crumbs: [(t("Lớp"), "/classes"), (title, nil)], frame.units(visit) + table)
    }

    // MARK: Cards

    /// Six sheets of ten: more would not come through a slow line in one page.
    static let cardsPerPaper = 60

    /// The learners whose cards are printed: those ticked, or everybody of the classes named.
    private static func cardHolders(_ visit: Visit) async throws -> [(line: StudentLine, year: SchoolYear)] {
        let ids = Array(visit.queries("id").compactMap { ID<Student>($0) }.prefix(200))
        let groups = Array(visit.queries("class").compactMap { ID<ClassGroup>($0) }.prefix(60))
        let scope = visit.visitor.scope, today = visit.today, year = SchoolYear(of: today)
        return try await visit.db.read { tx in
            let ticked = try tx.students(ids, scope: scope).map { (line: $0, year: year) }
            return try groups.reduce(into: ticked) { out, id in
                guard let record = try tx.classGroup(id, scope: scope) else { throw Fault.notFound }
                let lines = try tx.everyStudent(StudentFilter(of: record, today: today), scope: scope)
                out += lines.map { (line: $0, year: record.year) }
            }
        }
    }

    private static func cards(_ visit: Visit) async throws -> Reply {
        let all = try await cardHolders(visit), part = PaperPart(visit, size: cardsPerPaper)
        let shown = all.dropFirst(part.start).prefix(cardsPerPaper)
        guard let first = shown.first?.line else { throw Fault.notFound }
        try await note(visit, "registry.card.print", Subject("list", nil, org: first.org), shown.count)
        let groups = visit.queries("class").compactMap { ID<ClassGroup>($0)?.code }
        let back =
            groups.count == 1
            ? "/classes/\(groups[0])"
            : !groups.isEmpty ? "/classes" : all.count == 1 ? "/students/\(first.id.code)" : "/students"
        return .paper(
            t("Thẻ học sinh"), for: visit, back: back,
            """
            <h1 class="no-print">\(t("Thẻ học sinh"))</h1>\(part.links(of: all.count))\
            <div class="id-cards">\(UI.each(shown) { card($0.line, $0.year, isDemo: visit.isDemo) })</div>
            """)
    }

    /// A card says by itself that its holder is made up: once cut out, nothing else on the paper does.
    private static func card(_ line: StudentLine, _ year: SchoolYear, isDemo: Bool) -> HTML {
        let face: HTML =
            line.hasPhoto
            ? "<img class=\"face\" src=\"/students/\(line.id.code)/photo\" alt=\"\">"
            : "<span class=\"face\" aria-hidden=\"true\"></span>"
        return """
            <article class="id-card"><header><small>\(line.orgName ?? "")</small><strong>\(t("THẺ HỌC SINH"))</strong></header>
            \(face)<div><b>\(line.name)</b><span>\(line.birthDate?.shown ?? "")</span>\
            <span>\(t("Lớp {}", line.className ?? "…"))</span><span>\(year)</span><span>\(line.code)</span></div>
            \(when(isDemo, "<strong class=\"made-up\">\(t("DỮ LIỆU MẪU"))</strong>"))\(QRCode.svg(line.code, label: line.code))</article>
            """
    }
}
