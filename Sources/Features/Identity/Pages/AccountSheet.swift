import Base
import Files
import Registry
import Storage
import Web
import Work

/// The list of accounts as a workbook and on paper: never a code or a secret.
enum AccountSheet {
    static func mount(_ routes: Routes) {
        routes.get("/accounts.xlsx", .holder(.readAccounts), scope: .list, load: .report) { visit in
            try await excel(visit)
        }
        routes.get("/accounts/print", .holder(.readAccounts), scope: .list, load: .report) { visit in
            try await paper(visit)
        }
    }

    /// A paper is a page too, and a page has its size; a workbook holds what one asks in one go.
    private static let mostPrinted = 250, mostWritten = 100_000

    private static func read(_ visit: Visit, _ verb: Verb, _ limit: Int) async throws -> [AccountLine] {
        let filter = AccountPages.filter(visit), scope = visit.visitor.scope
        let lines = try await visit.db.read { tx in
            if let org = filter.org { guard try tx.reaches(scope, org: org) else { throw Fault.notFound } }
            return try tx.accountList(filter, scope: scope, limit: limit)
        }
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("list", nil, org: visit.visitor.org), note: "rows \(lines.count)")
        return lines
    }

    private static func texts(_ line: AccountLine) -> [String] {
        [
            line.name, line.username, line.kind?.label ?? t("Cán bộ quản lý"),
            line.roles.map(\.label).joined(separator: ", "), line.orgName, line.state.label,
            line.seenAt?.shownMoment ?? "",
        ]
    }

    private static var labels: [String] {
        [
            t("Họ và tên"), t("Tên đăng nhập"), t("Loại"), t("Vai trò được giao"), t("Đơn vị"), t("Trạng thái"),
            t("Vào lần cuối"),
        ]
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let lines = try await read(visit, "identity.account.export", mostWritten)
        return try SheetFile(visit).reply(name: "tai-khoan-\(visit.today.iso).xlsx", isDemo: visit.isDemo) { book in
            let widths = [28, 24, 18, 30, 44, 16, 18]
            let sheet = try book.sheet(
                t("Tài khoản"), titles: [t("DANH SÁCH TÀI KHOẢN"), visit.visitor.orgName],
                columns: zip(labels, widths).map { .init($0, width: Double($1)) })
            for line in lines { try sheet.write(texts(line).map { .text($0) }) }
        }
    }

    private static func paper(_ visit: Visit) async throws -> Reply {
        let lines = try await read(visit, "identity.account.print", mostPrinted + 1)
        let shown = Array(lines.prefix(mostPrinted)), title = t("Danh sách tài khoản")
        let more: HTML = UI.some(lines.count > mostPrinted ? shown.last : nil) {
            "<p class=\"no-print\">\(UI.link(t("Tờ sau"), visit.link(("after", $0.username), ("before", nil)), icon: "print"))</p>"
        }
        let rows = shown.map { line in UI.Row(texts(line).map { .text($0) }) }
        return .paper(
            title, for: visit, back: "/accounts",
            """
            \(more)<h1>\(title)</h1><p class="center">\(visit.visitor.orgName) · \(visit.today.shown)</p>
            \(UI.table(labels.map { UI.Column($0) }, rows, caption: title))
            """)
    }
}
