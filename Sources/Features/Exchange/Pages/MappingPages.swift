import Base
import Web
import Work

/// Says what the columns of a list mean; the list is then tried again with that, and the unit's next file is read so from the start.
enum MappingPages {
    /// What leaves a column out.
    private static let none = "-"

    static func mount(_ routes: Routes, _ kinds: Kinds) {
        routes.get("/imports/{id}/columns", .holder(.importFiles), scope: .job) { visit in try await form(visit, kinds)
        }
        routes.post("/imports/{id}/columns", .holder(.importFiles), scope: .job) { visit in
            try await tryAgain(visit, kinds)
        }
    }

    private static func find(_ visit: Visit, _ kinds: Kinds) async throws -> (
        Order, ID<JobRun>, [ImportMeaning], [ImportColumn]
    ) {
        let (job, order) = try await ImportPages.find(visit)
        guard order.dryRun, let report = job.result.flatMap({ try? ImportReport($0) }), let columns = report.columns,
            let meanings = kinds.imports.first(where: { $0.name == order.kind })?.meanings
        else { throw Fault.notFound }
        var seen: Set<String> = []
        return (order, job.id, meanings(), columns.filter { seen.insert($0.heading).inserted })
    }

    private static func form(_ visit: Visit, _ kinds: Kinds) async throws -> Reply {
        let (order, job, meanings, columns) = try await find(visit, kinds)
        let choices =
            [(value: none, label: t("Không đọc cột này"))]
            + meanings.map { (value: $0.key, label: translated($0.label)) }
        let fields = UI.each(columns.enumerated()) { place, column in
            UI.select(
                "column-\(place)", column.heading, choices, value: column.meaning ?? none,
                hint: column.samples.isEmpty ? nil : t("Ví dụ: {}", column.samples.joined(separator: " · ")))
        }
        let content: HTML = """
            <p>\(t("Chọn ý nghĩa của từng cột. Tệp sẽ được chạy thử lại; lần sau đơn vị gửi tệp có cột như vậy, hệ thống hiểu ngay."))</p>
            \(UI.form("/imports/\(job.code)/columns", csrf: visit.csrf, UI.grid(fields), submit: t("Chạy thử lại"), cancel: "/imports/\(job.code)"))
            """
        let names = order.files.map(\.name).joined(separator: ", ")
        return .page(
            t("Ghép cột"),
            crumbs: [(t("Nhập tệp"), "/imports"), (names, "/imports/\(job.code)"), (t("Ghép cột"), nil)], content)
    }

    private static func tryAgain(_ visit: Visit, _ kinds: Kinds) async throws -> Reply {
        var (order, _, meanings, columns) = try await find(visit, kinds)
        var map = order.map ?? [:]
        for (place, column) in columns.enumerated() {
            let told = visit.form.text("column-\(place)")
            guard told == none || meanings.contains(where: { $0.key == told }) else { continue }
            // What the program found by itself needs no memory.
            if told != column.meaning ?? none || map[column.heading] != nil {
                map[column.heading] = told == none ? "" : told
            }
        }
        order.map = map
        (order.asker, order.org) = (Asker(visit.visitor), visit.visitor.org?.raw)
        return .redirect("/imports/\(try await place(order, .tryImport, by: visit.visitor, in: visit.db).code)")
    }
}
