import Base
import Storage
import Web
import Work

/// Closing one class, or several at the end of a year.
enum ClassClosing {
    static func mount(_ routes: Routes) {
        routes.get("/classes/close", .holder(.editClasses), scope: .list) { visit in try await page(visit, nil) }
        routes.post("/classes/close", .holder(.editClasses), scope: .list) { visit in try await close(visit) }
        routes.get("/classes/{id}/close", .holder(.editClasses), scope: .classGroup) { visit in
            try await page(visit, nil)
        }
        routes.post("/classes/{id}/close", .holder(.editClasses), scope: .classGroup) { visit in try await close(visit)
        }
    }

    private static func ids(_ visit: Visit) throws -> [ID<ClassGroup>] {
        if !visit.parameter("id").isEmpty { return [try visit.id("id")] }
        return Array((visit.form.all("id") + visit.queries("id")).compactMap { ID<ClassGroup>($0) }.prefix(200))
    }

    private static func page(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let ids = try ids(visit), scope = visit.visitor.scope, today = visit.today
        let classes = try await visit.db.read { tx in
            try ids.map { id in
                guard let record = try tx.classGroup(id, scope: scope) else { throw Fault.notFound }
                return (
                    record: record,
                    size: try tx.everyStudent(StudentFilter(of: record, today: today), scope: scope).count
                )
            }
        }
        guard let first = classes.first?.record else { throw Fault.notFound }
        let isOne = classes.count == 1, title = t("Kết thúc lớp"), left = classes.reduce(0) { $0 + $1.size }
        let names = classes.map(\.record.name).joined(separator: ", ")
        let note: HTML =
            """
            <p>\(t("Còn {} học sinh trong {} lớp. Chỉ lớp không còn học sinh mới kết thúc được; danh sách và lịch sử vẫn được giữ.", left, classes.count))</p>\
            \(when(!isOne, "<p>\(names)</p>"))
            """
        let content =
            Refusal.notice(fault)
            + UI.confirm(
                isOne ? t("Kết thúc lớp {}?", first.name) : t("Kết thúc {} lớp?", classes.count), consequence: note,
                action: visit.path, csrf: visit.csrf, verb: title,
                cancel: isOne ? "/classes/\(first.id.code)" : "/classes",
                fields: isOne ? [] : classes.map { (name: "id", value: $0.record.id.code) },
                inputs: UI.date(
                    "day", t("Ngày cuối cùng của lớp"),
                    value: visit.form.has("day") ? visit.form.text("day") : visit.today.shown,
                    problems: fault?.problems ?? [], required: true))
        let way: [(String, String?)] =
            isOne ? [(t("Lớp {}", first.name), "/classes/\(first.id.code)")] : [(t("Lớp"), "/classes")]
        let crumbs = way + [(title, nil)]
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func close(_ visit: Visit) async throws -> Reply {
        let ids = try ids(visit)
        do {
            try await Registry.closeClasses(
                ids, last: try StudentMoves.typedDay("day", visit), by: visit.visitor, in: visit.db)
            guard visit.parameter("id").isEmpty else {
                return .redirect("/classes/\(visit.parameter("id"))", flash: t("Lớp đã kết thúc."))
            }
            return .redirect("/classes", flash: t("Đã kết thúc {} lớp.", ids.count))
        } catch { return try await page(visit, try Refusal.fault(error)) }
    }
}
