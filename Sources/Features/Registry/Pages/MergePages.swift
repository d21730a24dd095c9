import Base
import Storage
import Web
import Work

/// Making one record of two: what holds, what goes over, what is lost; the log, and the way back.
enum MergePages {
    static func mount(_ routes: Routes) {
        routes.get("/duplicates/{id}/merge", .holder(.mergeStudents), scope: .student) { visit in
            try await preview(visit, nil)
        }
        routes.post("/duplicates/{id}/merge", .holder(.mergeStudents), scope: .student) { visit in
            try await merge(visit)
        }
        routes.get("/merges", .holder(.mergeStudents), scope: .list) { visit in try await list(visit) }
        routes.get("/merges/{id}", .holder(.mergeStudents), scope: .student) { visit in try await show(visit, nil) }
        routes.post("/merges/{id}/undo", .holder(.mergeStudents), scope: .student) { visit in try await undo(visit) }
    }

    // MARK: the preview

    /// The pair with both its records; a pair of which one lies elsewhere is not merged here.
    private static func read(_ visit: Visit) async throws -> MergeForm {
        let pair = try await DuplicatePair.read(visit)
        guard pair.line.state == .open else { throw Fault.notFound }
        guard let first = pair.first, let second = pair.second else {
            throw Fault(.forbidden, "Một hồ sơ thuộc đơn vị khác. Hãy gửi cặp này lên cấp quản lý cả hai đơn vị.")
        }
        return MergeForm(pair, first, second, visit)
    }

    private static func preview(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let form = try await read(visit), title = t("Gộp hai hồ sơ của {}", form.kept.record.name.full)
        let crumbs: [(String, String?)] = [
            (t("Hồ sơ nghi trùng"), "/duplicates"), (t("Đối chiếu hai hồ sơ"), form.pair.base), (t("Gộp"), nil),
        ]
        let content = Refusal.notice(fault) + form.drawn(fault?.problems ?? [])
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func merge(_ visit: Visit) async throws -> Reply {
        do {
            let form = try await read(visit), plan = try form.plan()
            let id = try await Registry.merge(
                plan, pair: form.pair.line.id, tables: visit.personTables, by: visit.visitor, in: visit.db)
            return .redirect(
                "/merges/\(id.code)", flash: t("Đã gộp. Hồ sơ {} nay là hồ sơ duy nhất của em.", form.kept.record.code))
        } catch { return try await preview(visit, try Refusal.fault(error)) }
    }

    // MARK: the log

    private static func list(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope, key = PageKey(visit.query("from"))
        let slice = try await visit.db.read { tx in try tx.merges(scope: scope, from: key) }
        let title = t("Đã gộp, đã tách")
        return .page(
            title, crumbs: [(t("Hồ sơ nghi trùng"), "/duplicates"), (title, nil)],
            table(slice.items, visit) + StudentPages.pager(slice, visit))
    }

    static func table(_ lines: [MergeLine], _ visit: Visit) -> HTML {
        let rows = lines.map { line in
            UI.Row(
                [
                    .text(line.at.shownMoment), .text(line.kind == .merge ? t("Gộp") : t("Tách")),
                    "<a href=\"/students/\(line.kept.code)\">\(line.keptName)</a><br><small class=\"muted\">\(line.keptCode)</small>",
                    "\(line.otherName)<br><small class=\"muted\">\(line.otherCode)</small>", .text(line.reason),
                    line.undoneAt == nil ? HTML() : UI.badge(t("đã hoàn tác"), .plain),
                ], href: "/merges/\(line.id.code)")
        }
        return UI.table(
            [
                UI.Column(t("Lúc")), UI.Column(t("Việc")), UI.Column(t("Hồ sơ giữ lại")),
                UI.Column(t("Hồ sơ kia")), UI.Column(t("Lý do")), UI.Column(t("Trạng thái")),
            ], rows, caption: t("Các lần gộp và tách hồ sơ"),
            empty: UI.empty(
                t("Chưa gộp hay tách hồ sơ nào"), t("Mỗi lần gộp được ghi ở đây và có thể hoàn tác."), icon: "history"),
            cards: true)
    }

    private static func show(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let id: ID<Merge> = try visit.id("id"), scope = visit.visitor.scope
        let found = try await visit.db.read { tx -> (MergeLine, [ID<Account>: String])? in
            guard let line = try tx.merge(id, scope: scope) else { return nil }
            return (line, try visit.names(of: Set([line.account, line.undoneBy].compactMap { $0 }), tx))
        }
        guard let (line, names) = found else { throw Fault.notFound }
        let title = line.kind == .merge ? t("Gộp hồ sơ {}", line.keptName) : t("Tách hồ sơ {}", line.keptName)
        let content: HTML = """
            \(Refusal.notice(fault))\(UI.card(t("Đã làm"), UI.facts(facts(line, names, visit))))\
            \(when(line.undoneAt == nil && visit.mayChange(.mergeStudents), way(back: line, visit)))
            """
        let crumbs: [(String, String?)] = [
            (t("Hồ sơ nghi trùng"), "/duplicates"), (t("Đã gộp, đã tách"), "/merges"), (title, nil),
        ]
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func facts(_ line: MergeLine, _ names: [ID<Account>: String], _ visit: Visit) -> [(
        term: String, value: HTML
    )] {
        func who(_ account: ID<Account>?) -> String { account.flatMap { names[$0] } ?? t("Hệ thống") }
        let other: HTML =
            line.kind == .split && line.undoneAt == nil || line.kind == .merge && line.undoneAt != nil
            ? "<a href=\"/students/\(line.other.code)\">\(line.otherName)</a>, \(line.otherCode)"
            : "\(line.otherName), \(line.otherCode)"
        return [
            (t("Hồ sơ giữ lại"), "<a href=\"/students/\(line.kept.code)\">\(line.keptName)</a>, \(line.keptCode)"),
            (line.kind == .merge ? t("Hồ sơ đã gộp vào") : t("Hồ sơ mới"), other),
            (t("Đã chuyển"), .text(DuplicateWords.moved(line.moved, visit))), (t("Lý do"), .text(line.reason)),
            (t("Lúc"), .text(line.at.shownMoment)), (t("Người làm"), .text(who(line.account))),
            (
                t("Hoàn tác"),
                .text(line.undoneAt.map { t("{}, {}", $0.shownMoment, who(line.undoneBy)) } ?? t("chưa"))
            ),
        ]
    }

    private static func way(back line: MergeLine, _ visit: Visit) -> HTML {
        let consequence =
            line.kind == .merge
            ? t(
                "Cả hai hồ sơ trở lại đúng như trước khi gộp. Nếu sau đó đã có ai sửa, hệ thống nói rõ và không đổi gì."
            )
            : t(
                "Hồ sơ mới được nhập lại vào hồ sơ cũ, đúng như trước khi tách. Nếu sau đó đã có ai sửa, hệ thống nói rõ và không đổi gì."
            )
        return "<div class=\"mt\">"
            + UI.fold(
                t("Hoàn tác"),
                "<p>\(consequence)</p>"
                    + UI.post(
                        t("Hoàn tác"), to: "/merges/\(line.id.code)/undo", csrf: visit.csrf, icon: "history",
                        style: "bad"))
            + "</div>"
    }

    private static func undo(_ visit: Visit) async throws -> Reply {
        let id: ID<Merge> = try visit.id("id")
        do {
            try await Registry.undoMerge(id, tables: visit.personTables, by: visit.visitor, in: visit.db)
            return .redirect("/merges/\(id.code)", flash: t("Đã hoàn tác: hai hồ sơ trở lại như trước."))
        } catch { return try await show(visit, try Refusal.fault(error)) }
    }
}
