import Base
import Files
import Registry
import Web
import Work

/// Files in: choose, try, look at what would change, write it, take it back.
enum ImportPages {
    static func mount(_ routes: Routes, _ kinds: Kinds) {
        routes.get("/imports", .holder(.importFiles), scope: .own) { visit in try await list(visit, kinds) }
        routes.get("/imports/templates/{kind}", .holder(.importFiles), scope: .none) { visit in
            try template(visit, kinds)
        }
        routes.get("/imports/new", .holder(.importFiles), scope: .none) { visit in form(visit, kinds) }
        routes.post("/imports", .holder(.importFiles), scope: .own, body: 256 << 20) { visit in
            try await start(visit, kinds)
        }
        routes.get("/imports/{id}", .holder(.importFiles), scope: .job) { visit in try await show(visit) }
        routes.get("/imports/{id}/errors.csv", .holder(.importFiles), scope: .job, load: .report) { visit in
            try await errors(visit)
        }
        routes.get("/imports/{id}/errors.xlsx", .holder(.importFiles), scope: .job, load: .report) { visit in
            try await refusedRows(visit)
        }
        routes.post("/imports/{id}/commit", .holder(.importFiles), scope: .job) { visit in try await commit(visit) }
        routes.post("/imports/{id}/cancel", .holder(.importFiles), scope: .job) { visit in try await cancel(visit) }
        routes.get("/imports/{id}/undo", .holder(.importFiles), scope: .job) { visit in try await confirmUndo(visit) }
        routes.post("/imports/{id}/undo", .holder(.importFiles), scope: .job) { visit in try await undo(visit) }
    }

    static func crumbs(_ last: String? = nil) -> [(String, String?)] {
        [(t("Nhập tệp"), last == nil ? nil : "/imports")] + (last.map { [($0, nil)] } ?? [])
    }

    // MARK: - list and form

    private static func list(_ visit: Visit, _ kinds: Kinds) async throws -> Reply {
        let jobs = try await visit.db.read { tx in try tx.jobs(of: visit.visitor.account, kind: Errand.tryImport.job) }
        let rows = jobs.map { job -> UI.Row in
            let order = try? Order(job.input)
            let names = order?.files.map(\.name).joined(separator: ", ") ?? ""
            return UI.Row([
                "<a href=\"/imports/\(job.id.code)\">\(names)</a>", "\(ExchangeWords.kind(order?.kind, kinds))",
                "\(order?.dryRun == true ? t("Chạy thử") : t("Ghi vào sổ"))", "\(ExchangeWords.state(job))",
                "\(job.createdAt.shownMoment)",
            ])
        }
        let table = UI.table(
            [
                UI.Column(t("Tệp")), UI.Column(t("Loại")), UI.Column(t("Việc")), UI.Column(t("Trạng thái")),
                UI.Column(t("Lúc")),
            ], rows,
            caption: t("Các lần nhập tệp"),
            empty: UI.empty(
                t("Chưa nhập tệp nào"), t("Chọn danh sách học sinh, cán bộ, trường hoặc tệp OneRoster để bắt đầu."),
                icon: "import",
                action: "<a class=\"button primary\" href=\"/imports/new\">\(t("Nhập tệp"))</a>"),
            cards: true)
        return .page(
            t("Nhập tệp"), crumbs: crumbs(),
            primary: "<a class=\"button primary\" href=\"/imports/new\">\(t("Nhập tệp"))</a>", table)
    }

    private static func form(_ visit: Visit, _ kinds: Kinds, problems: [Problem] = []) -> Reply {
        let fields: HTML = """
            \(UI.radios("kind", t("Loại tệp"), kinds.imports.map { (value: $0.name, label: translated($0.label)) },
                value: visit.form.text("kind").isEmpty ? "oneroster" : visit.form.text("kind"), problems: problems))
            \(UI.file("files", t("Tệp"), accept: ".xlsx,.xls,.csv,.txt,.html,.zip,.json", hint: t("Một hay nhiều tệp Excel (.xlsx, .xls) hoặc CSV, hoặc tệp zip OneRoster, đến 256 MB."),
                problems: problems, required: true, isMultiple: true))
            \(UI.text("year", t("Năm học"), value: visit.year.description, hint: t("Dùng khi tệp không nói năm học."), problems: problems, isShort: true))
            """
        let content = """
            <p>\(t("Tệp được chạy thử trước: bạn xem từng dòng sẽ tạo, sửa hay bị từ chối, rồi mới ghi vào sổ."))</p>
            <p>\(t("Tệp mẫu có sẵn tiêu đề cột:")) \(links(kinds))</p>
            \(UI.form("/imports", csrf: visit.csrf, fields, submit: t("Chạy thử"), problems: problems, cancel: "/imports", isMultipart: true))
            """ as HTML
        return problems.isEmpty
            ? .page(t("Nhập tệp"), crumbs: crumbs(t("Tệp mới")), content)
            : .redraw(t("Nhập tệp"), crumbs: crumbs(t("Tệp mới")), content)
    }

    private static func links(_ kinds: Kinds) -> HTML {
        let links = kinds.imports.filter { $0.template != nil }.map { kind -> HTML in
            "<a href=\"/imports/templates/\(kind.name)\">\(translated(kind.label))</a>"
        }
        return UI.each(links.enumerated()) { when($0.offset > 0, " · ") + $0.element }
    }

    /// The empty files of a format: one as it is, several in a zip.
    private static func template(_ visit: Visit, _ kinds: Kinds) throws -> Reply {
        guard let kind = kinds.imports.first(where: { $0.name == visit.parameter("kind") }),
            let files = kind.template?(), let first = files.first
        else { throw Fault.notFound }
        func bytes(_ template: ImportTemplate) throws -> [UInt8] {
            let writer = CSVWriter(style: .exchange)
            try writer.write(template.header)
            return writer.bytes
        }
        if first.name.hasSuffix(".xlsx") { return try workbook(first, visit) }
        guard files.count > 1 else {
            return .file(try bytes(first), name: "mau-\(first.name)", type: "text/csv; charset=utf-8")
        }
        let path = "\(try Shelf.make(in: visit.uploadFolder))/mau-\(kind.name).zip"
        let zip = try ZipWriter(path: path, moment: visit.now)
        for template in files { try zip.add(try bytes(template), as: template.name) }
        try zip.finish()
        return .file(try Shelf.take(path), name: "mau-\(kind.name).zip", type: "application/zip")
    }

    /// An empty list to fill in, and beside it the words that its columns take.
    private static func workbook(_ template: ImportTemplate, _ visit: Visit) throws -> Reply {
        let path = "\(try Shelf.make(in: visit.uploadFolder))/\(template.name)"
        let book = try Spreadsheet(path: path, isDemo: false)
        _ = try book.sheet(t("Danh sách"), columns: template.header.map { Spreadsheet.Column($0, width: 18) })
        let words = try book.sheet(
            t("Từ dùng được"), columns: template.choices.map { Spreadsheet.Column($0.heading, width: 28) })
        for row in 0..<(template.choices.map(\.values.count).max() ?? 0) {
            try words.write(template.choices.map { $0.values.indices.contains(row) ? .text($0.values[row]) : .blank })
        }
        try book.finish()
        return .file(try Shelf.take(path), name: "mau-\(template.name)", type: Spreadsheet.mediaType)
    }

    private static func start(_ visit: Visit, _ kinds: Kinds) async throws -> Reply {
        var problems: [Problem] = []
        let uploads = visit.form.files.filter { $0.field == "files" && !$0.name.isEmpty }
        if uploads.isEmpty || uploads.allSatisfy({ $0.size == 0 }) {
            problems.append(Problem("files", "Chọn ít nhất một tệp có nội dung."))
        }
        if !kinds.imports.contains(where: { $0.name == visit.form.text("kind") }) {
            problems.append(Problem("kind", "Chọn loại tệp."))
        }
        let year = visit.form.text("year")
        if !year.isEmpty, SchoolYear(year) == nil { problems.append(Problem("year", "Năm học viết như 2026-2027.")) }
        guard problems.isEmpty else { return form(visit, kinds, problems: problems) }
        var order = Order(kind: visit.form.text("kind"), asker: Asker(visit.visitor))
        (order.folder, order.files) = try Shelf.keep(uploads.map { ($0.name, $0.path, $0.size) })
        order.year = SchoolYear(year)?.start
        order.org = visit.visitor.org?.raw
        return .redirect("/imports/\(try await place(order, .tryImport, by: visit.visitor, in: visit.db).code)")
    }

    // MARK: - one import

    static func find(_ visit: Visit) async throws -> (job: JobRow, order: Order) {
        let job = try await placedJob(try visit.id("id"), .commitImport, by: visit.visitor, in: visit.db)
        guard let order = try? Order(job.input) else { throw Fault.notFound }
        return (job, order)
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let (job, order) = try await find(visit)
        let title = order.dryRun ? t("Chạy thử") : t("Ghi vào sổ")
        let names = order.files.map(\.name).joined(separator: ", ")
        guard job.state == "done", let text = job.result, let report = try? ImportReport(text) else {
            let page = Reply.page(title, crumbs: crumbs(names), waiting(visit, job))
            return job.isUnderway ? page.refreshing(5) : page
        }
        var undoneAt: Int64?
        if let batch = ID<Batch>(report.batch) { undoneAt = try await Registry.undoneAt(batch, in: visit.db) }
        return .page(
            title, crumbs: crumbs(names),
            try ReportView.content(report, job, order, undoneAt: undoneAt, csrf: visit.csrf))
    }

    private static func refusedRows(_ visit: Visit) async throws -> Reply {
        let (_, order) = try await find(visit)
        guard Shelf.has(order.refusedPath) else { throw Fault(.gone, "Tệp này đã được dọn. Hãy gửi lại tệp.") }
        return .stream(name: "dong-bi-tu-choi.xlsx", type: Spreadsheet.mediaType, path: order.refusedPath)
    }

    private static func waiting(_ visit: Visit, _ job: JobRow) -> HTML {
        if job.isUnderway {
            return UI.progress(
                t("Đang đọc tệp"), done: job.done, total: job.total, poll: "/imports/\(job.id.code)",
                cancel: ("/imports/\(job.id.code)/cancel", visit.csrf))
        }
        let words = job.state == "cancelled" ? t("Đã dừng. Chưa có gì được ghi.") : translated(job.message)
        return """
            \(UI.notice("\(words)", job.state == "cancelled" ? .info : .bad))
            <p><a class="button" href="/imports/new">\(t("Nhập tệp khác"))</a></p>
            """
    }

    private static func errors(_ visit: Visit) async throws -> Reply {
        let (job, _) = try await find(visit)
        guard let report = job.result.flatMap({ try? ImportReport($0) }) else { throw Fault.notFound }
        var lines = [[t("Tệp"), t("Dòng"), t("Cột"), t("Giá trị"), t("Lý do")]]
        lines += report.rejected.map { [$0.file, String($0.row), $0.column, $0.value, translated($0.message)] }
        let writer = CSVWriter(style: .people)
        for line in lines { try writer.write(line) }
        return .file(writer.bytes, name: "loi-\(job.id.code).csv", type: "text/csv; charset=utf-8")
    }

    private static func commit(_ visit: Visit) async throws -> Reply {
        var (job, order) = try await find(visit)
        guard order.dryRun, job.state == "done" else { throw Fault.conflict("Lần chạy thử này chưa xong.") }
        // Whoever writes does so with the reach of this moment, not with that of the trial.
        (order.dryRun, order.asker, order.org) = (false, Asker(visit.visitor), visit.visitor.org?.raw)
        return .redirect("/imports/\(try await place(order, .commitImport, by: visit.visitor, in: visit.db).code)")
    }

    private static func cancel(_ visit: Visit) async throws -> Reply {
        let (job, _) = try await find(visit)
        try await stop(job.id, by: visit.visitor, in: visit.db)
        return .redirect("/imports/\(job.id.code)")
    }

    private static func confirmUndo(_ visit: Visit) async throws -> Reply {
        let (job, order) = try await find(visit)
        let names = order.files.map(\.name).joined(separator: ", ")
        return .page(
            t("Hoàn tác"), crumbs: crumbs(names),
            UI.confirm(
                t("Hoàn tác lần nhập {}?", names),
                consequence:
                    "<p>\(t("Bản ghi mới sẽ bị gỡ, bản ghi đã sửa trở lại như trước. Nếu đã có ai sửa tiếp, hệ thống nói rõ và không đổi gì."))</p>",
                action: "/imports/\(job.id.code)/undo", csrf: visit.csrf, verb: t("Hoàn tác"),
                cancel: "/imports/\(job.id.code)"))
    }

    private static func undo(_ visit: Visit) async throws -> Reply {
        let (job, order) = try await find(visit)
        guard !order.dryRun, let report = job.result.flatMap({ try? ImportReport($0) }),
            let batch = ID<Batch>(report.batch)
        else {
            throw Fault.notFound
        }
        if try await Registry.undoneAt(batch, in: visit.db) != nil { return .redirect("/imports/\(job.id.code)") }
        let taken = try await Registry.undo(batch, by: visit.visitor, in: visit.db)
        return .redirect("/imports/\(job.id.code)", flash: t("Đã hoàn tác {} bản ghi.", taken))
    }
}

extension JobRow {
    /// Whether a job has still something to do.
    var isUnderway: Bool { state == "queued" || state == "running" }
}
