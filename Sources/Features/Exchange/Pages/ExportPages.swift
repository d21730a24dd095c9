import Base
import Files
import FoundationEssentials
import Web
import Work

/// Files out: whole registers in open formats, written by a job, audited.
enum ExportPages {
    static func mount(_ routes: Routes, _ kinds: Kinds) {
        routes.get("/exports", .holder(.exportFiles), scope: .own) { visit in try await list(visit, kinds) }
        routes.post("/exports", .holder(.exportFiles), scope: .own) { visit in try await start(visit, kinds) }
        routes.get("/exports/{id}", .holder(.exportFiles), scope: .job) { visit in try await show(visit) }
        routes.get("/exports/{id}/file", .holder(.exportFiles), scope: .job, load: .report) { visit in
            try await file(visit)
        }
    }

    private static func list(_ visit: Visit, _ kinds: Kinds) async throws -> Reply {
        let jobs = try await visit.db.read { tx in try tx.jobs(of: visit.visitor.account, kind: Errand.export.job) }
        let fields: HTML = """
            \(UI.radios("kind", t("Loại tệp"), kinds.exports.map { (value: $0.name, label: translated($0.label)) }, value: kinds.exports.first?.name ?? ""))
            \(UI.checkbox("all-years", t("Mọi năm học"), isOn: true))
            """
        let rows = jobs.map { job in
            UI.Row([
                "<a href=\"/exports/\(job.id.code)\">\(ExchangeWords.kind((try? Order(job.input))?.kind, kinds))</a>",
                "\(ExchangeWords.state(job))",
                "\(job.createdAt.shownMoment)",
            ])
        }
        let table = UI.table(
            [UI.Column(t("Loại")), UI.Column(t("Trạng thái")), UI.Column(t("Lúc"))], rows,
            caption: t("Các lần xuất tệp"),
            empty: UI.empty(t("Chưa xuất tệp nào"), t("Chọn loại tệp ở trên."), icon: "export"), cards: true)
        return .page(
            t("Xuất tệp"), crumbs: [(t("Xuất tệp"), nil)],
            """
            \(UI.form("/exports", csrf: visit.csrf, fields, submit: t("Xuất tệp")))
            <h2>\(t("Các lần xuất tệp"))</h2>\(table)
            """)
    }

    private static func start(_ visit: Visit, _ kinds: Kinds) async throws -> Reply {
        let kind = visit.form.text("kind")
        guard kinds.exports.contains(where: { $0.name == kind }) else {
            throw Fault.invalid([Problem("kind", "Chọn loại tệp.")])
        }
        var order = Order(kind: kind, asker: Asker(visit.visitor))
        order.folder = try Shelf.make(in: visit.uploadFolder)
        // Who reaches the whole register gets it whole, with the rows that belong to no unit.
        order.org = visit.visitor.scope.reach == .everything ? nil : visit.visitor.org?.raw
        order.year = visit.form.has("all-years") ? nil : visit.year.start
        let job = try await place(order, .export, by: visit.visitor, in: visit.db)
        return .redirect("/exports/\(job.code)")
    }

    private static func find(_ visit: Visit) async throws -> JobRow {
        try await placedJob(try visit.id("id"), .export, by: visit.visitor, in: visit.db)
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let job = try await find(visit)
        let title = t("Xuất tệp"),
            crumbs: [(String, String?)] = [(title, "/exports"), (job.createdAt.shownMoment, nil)]
        if job.isUnderway {
            return Reply.page(
                title, crumbs: crumbs,
                UI.progress(t("Đang ghi tệp"), done: job.done, total: job.total, poll: "/exports/\(job.id.code)")
            ).refreshing(5)
        }
        guard let parcel = parcel(job) else {
            return .page(title, crumbs: crumbs, UI.notice("\(translated(job.message))", .bad))
        }
        let rows = parcel.counts.sorted { $0.key < $1.key }.map {
            UI.Row(["\(ExchangeWords.entity($0.key))", "\(UI.grouped($0.value))"])
        }
        return .page(
            title, crumbs: crumbs,
            """
            <p><a class="button primary" href="/exports/\(job.id.code)/file">\(UI.icon("export"))\(t("Tải {}", parcel.name))</a></p>
            \(UI.table([UI.Column(t("Loại bản ghi")), UI.Column(t("Số dòng"), isNumeric: true)], rows, caption: t("Đã ghi")))
            """)
    }

    private static func file(_ visit: Visit) async throws -> Reply {
        guard let parcel = parcel(try await find(visit)) else { throw Fault.notFound }
        guard Shelf.has(parcel.path) else { throw Fault(.gone, "Tệp này đã được dọn. Hãy xuất lại.") }
        try await visit.db.noteRead(
            as: visit.visitor, "exchange.export.download", on: Subject("export", nil, org: visit.visitor.org),
            note: parcel.name)
        return .stream(
            name: parcel.name, type: type(of: parcel.name), path: parcel.path)
    }

    private static func type(of name: String) -> String {
        name.hasSuffix(".zip")
            ? "application/zip" : name.hasSuffix(".xlsx") ? Spreadsheet.mediaType : "text/csv; charset=utf-8"
    }

    private static func parcel(_ job: JobRow) -> Parcel? {
        job.result.flatMap { try? JSONDecoder().decode(Parcel.self, from: Data($0.utf8)) }
    }
}
