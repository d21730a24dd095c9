import Base
import Files
import Registry
import Storage
import Web
import Work

/// The teachers who have no account in use yet: what is left to do for target K-13.
enum IdleTeachers {
    static func mount(_ routes: Routes) {
        routes.get("/accounts/teachers", .holder(.manageAccounts), scope: .list) { visit in try await list(visit) }
        routes.get("/accounts/teachers.xlsx", .holder(.manageAccounts), scope: .list, load: .report) { visit in
            try await excel(visit)
        }
    }

    private static let size = 50

    private static func list(_ visit: Visit) async throws -> Reply {
        let org: ID<Org>? = visit.queryID("org"), scope = visit.visitor.scope, from = mark(visit.query("from"))
        let (lines, count, path) = try await visit.db.read { tx in
            let path = try org.map { try tx.path(of: $0, on: tx.today, scope: scope) } ?? []
            if org != nil, path.isEmpty { throw Fault.notFound }
            return (
                try tx.idleTeachers(under: org, scope: scope, after: from, limit: size + 1),
                try tx.countIdleTeachers(under: org, scope: scope), path
            )
        }
        let chips = org.map { _ in
            [UI.Chip(t("Đơn vị"), path.last?.name ?? "", removeHref: visit.link(("org", nil), ("from", nil)))]
        }
        let query = visit.link(("from", nil)).dropFirst(visit.path.count)
        return .page(
            t("Giáo viên chưa có tài khoản đang dùng"),
            crumbs: [(t("Tài khoản"), "/accounts"), (t("Giáo viên chưa có tài khoản đang dùng"), nil)],
            UI.list(
                count: .text(t("{} giáo viên", UI.grouped(count))), chips: chips ?? [],
                tools: UI.tools(excel: "/accounts/teachers.xlsx\(query)"), table: table(Array(lines.prefix(size))),
                pager: UI.pager(newer: nil, older: lines.count > size ? next(lines[size - 1], visit) : nil)))
    }

    private static func next(_ line: IdleTeacher, _ visit: Visit) -> String {
        visit.link(("from", "\(line.id.code)~\(line.sortKey)"))
    }

    private static func mark(_ text: String) -> (sort: String, id: Int64)? {
        let parts = text.split(separator: "~", maxSplits: 1)
        guard parts.count == 2, text.utf8.count <= 1000, let id = ID<Staff>(parts[0]) else { return nil }
        return (String(parts[1]), id.raw)
    }

    private static func table(_ lines: [IdleTeacher]) -> HTML {
        let rows = lines.map { line in
            let state: HTML = line.state.map { Words.badge($0) } ?? UI.badge(t("Chưa có tài khoản"), .warn)
            return UI.Row(
                [
                    .text(line.name), .text(line.code), .text(line.orgName),
                    UI.some(line.account) { "<a href=\"/accounts/\($0.code)\">\(state)</a>" }
                        + when(line.account == nil, state),
                ], href: "/staff/\(line.id.code)", name: line.name)
        }
        return UI.table(
            [
                UI.Column(t("Họ và tên")), UI.Column(t("Mã")), UI.Column(t("Đơn vị")), UI.Column(t("Tài khoản")),
            ], rows, caption: t("Giáo viên chưa có tài khoản đang dùng"),
            empty: UI.notice(.text(t("Mọi giáo viên có hồ sơ đều có tài khoản đang dùng.")), .good), cards: true)
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let org: ID<Org>? = visit.queryID("org"), scope = visit.visitor.scope
        let lines = try await visit.db.read { tx in
            if let org { guard try tx.reaches(scope, org: org) else { throw Fault.notFound } }
            return try tx.idleTeachers(under: org, scope: scope, limit: 200_000)
        }
        try await visit.db.noteRead(
            as: visit.visitor, "identity.account.export", on: Subject("list", nil, org: visit.visitor.org),
            note: "rows \(lines.count)")
        return try SheetFile(visit).reply(
            name: "giao-vien-chua-co-tai-khoan-\(visit.today.iso).xlsx", isDemo: visit.isDemo
        ) { book in
            let sheet = try book.sheet(
                t("Giáo viên"), titles: [t("GIÁO VIÊN CHƯA CÓ TÀI KHOẢN ĐANG DÙNG")],
                columns: [
                    .init(t("Họ và tên"), width: 28), .init(t("Mã"), width: 16), .init(t("Đơn vị"), width: 48),
                    .init(t("Tài khoản"), width: 22),
                ])
            for line in lines {
                try sheet.write([
                    .text(line.name), .text(line.code), .text(line.orgName),
                    .text(line.state?.label ?? t("Chưa có tài khoản")),
                ])
            }
        }
    }
}
