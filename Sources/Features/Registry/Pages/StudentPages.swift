import Base
import Storage
import Web
import Work

/// The register of learners: the list, its files, one learner, what is done to a record.
enum StudentPages {
    static func mount(_ routes: Routes) {
        routes.get("/students", .holder(.viewStudents), scope: .list) { visit in try await list(visit) }
        routes.post("/students/bulk", .holder(.viewStudents), scope: .list) { visit in try bulk(visit) }
        routes.get("/students.xlsx", .holder(.exportLists), scope: .list, load: .report) { visit in
            try await StudentSheet.excel(visit)
        }
        routes.get("/students/print", .holder(.exportLists), scope: .list, load: .report) { visit in
            try await StudentSheet.paper(visit)
        }
        StudentForm.mount(routes)
        StudentMoves.mount(routes)
        StudentPapers.mount(routes)
        StudentGuardians.mount(routes)
        DuplicatePages.mount(routes)
        TransferPages.mount(routes)
        StudentPage.mount(routes)
        PhotoPages.mount(routes)
        PaperPages.mount(routes)
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let query = StudentQuery(visit), scope = visit.visitor.scope
        let (frame, slice, count) = try await visit.db.read { tx in
            let frame = try ListFrame.read(tx, visit, org: query.filter.org)
            return (
                frame, try tx.students(query.filter, scope: scope, from: query.key),
                try tx.countUpTo1000(query.filter, scope: scope)
            )
        }
        // Who holds a policy status is no matter of a plain list: this reading is noted.
        if !query.filter.policy.isEmpty {
            try await StudentSheet.note(visit, "registry.student.list-policy", slice.items.count)
        }
        let table = UI.table(
            StudentTable.columns(query.columns, sort: query.filter.sort, visit),
            StudentTable.rows(slice.items, query.columns, hasPick: true), caption: t("Danh sách học sinh"),
            bulk: StudentTable.bulk(visit, isCurrent: visit.isCurrentYear && query.filter.on == nil),
            empty: empty(query, visit), cards: true, panel: true)
        let content =
            StudentFilters.form(query, frame, visit)
            + UI.list(
                count: .text(Words.learners(count.shown, only(query, frame))), units: frame.units(visit),
                chips: StudentFilters.chips(query, frame, visit),
                tools: tools(query, visit), table: table, pager: pager(slice, visit))
        return .page(t("Học sinh"), crumbs: [(t("Học sinh"), nil)], primary: primary(visit), content)
    }

    private static func only(_ query: StudentQuery, _ frame: ListFrame) -> Level? {
        query.filter.level ?? (frame.levels.count == 1 ? frame.levels.first : nil)
    }

    private static func primary(_ visit: Visit) -> HTML? {
        guard visit.mayChange(.enrol), visit.isCurrentYear else { return nil }
        return UI.link(t("Thêm học sinh"), "/students/new", icon: "plus", isPrimary: true)
    }

    private static func empty(_ query: StudentQuery, _ visit: Visit) -> HTML {
        if query.isNarrowed {
            return UI.empty(
                t("Không tìm thấy ai"), t("Thử bỏ bớt điều kiện lọc, hoặc gõ tên không dấu."), icon: "search",
                action: UI.link(t("Bỏ mọi điều kiện lọc"), "/students"))
        }
        return UI.empty(
            t("Chưa có học sinh"), t("Thêm từng em, hoặc nhập từ tệp của trường."), icon: "student",
            action: primary(visit))
    }

    static func pager(_ slice: Slice<some Sendable>, _ visit: Visit) -> HTML {
        UI.pager(
            newer: slice.previous.map { visit.link(("from", $0)) }, older: slice.next.map { visit.link(("from", $0)) })
    }

    private static func tools(_ query: StudentQuery, _ visit: Visit) -> HTML {
        let mayExport = visit.visitor.may(.exportLists)
        let rest = visit.link(("from", nil)).dropFirst(visit.path.count)
        return UI.tools(
            excel: mayExport ? "/students.xlsx\(rest)" : nil, print: mayExport ? "/students/print\(rest)" : nil,
            columns: UI.columnChooser(
                StudentColumn.allCases.map { (key: $0.rawValue, label: $0.label, isShown: query.columns.contains($0)) },
                action: "/students",
                kept: visit.queries.filter { $0.name != "col" && $0.name != "from" }.map {
                    (name: $0.name, value: $0.value)
                }))
    }

    /// A verb on the ticked rows leads to its own page, which asks what is missing.
    private static func bulk(_ visit: Visit) throws -> Reply {
        let ids = visit.form.all("id").compactMap { ID<Student>($0) }.prefix(200)
        guard !ids.isEmpty else { throw Fault.invalid("Chưa chọn học sinh nào.") }
        let year = visit.form.text("year")
        let list =
            ids.map { "id=\($0.code)" }.joined(separator: "&") + (year.isEmpty ? "" : "&year=\(Percent.encode(year))")
        switch visit.form.text("verb") {
        case "move": return .redirect("/students/move?\(list)")
        case "cards": return .redirect("/prints/cards?\(list)")
        default: throw Fault.invalid("Chưa chọn việc cần làm.")
        }
    }
}
