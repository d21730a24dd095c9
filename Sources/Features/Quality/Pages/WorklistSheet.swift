import Base
import Files
import Registry
import Storage
import Web
import Work

/// A worklist as a workbook and on paper; each is noted in the trail.
enum WorklistSheet {
    private static let perPaper = 400, perFile = 20_000

    static func excel(_ visit: Visit) async throws -> Reply {
        let query = WorklistQuery(visit), scope = visit.visitor.scope
        let page = try await read(query, scope, limit: perFile, visit.db)
        try await note(visit, "quality.findings.export", page.rows.count)
        return try SheetFile(visit).reply(name: "viec-can-sua-\(visit.today.iso).xlsx", isDemo: visit.isDemo) { book in
            let sheet = try book.sheet(
                t("Việc cần sửa"), titles: [visit.visitor.orgName, t("Việc cần sửa trong dữ liệu")],
                columns: [
                    .init(t("Loại hồ sơ"), width: 12), .init(t("Mã"), width: 14), .init(t("Hồ sơ"), width: 28),
                    .init(t("Lớp"), width: 12),
                    .init(t("Trường"), width: 36), .init(t("Việc cần sửa"), width: 48), .init(t("Chi tiết"), width: 28),
                    .init(t("Mức độ"), width: 14), .init(t("Từ ngày"), width: 12), .init(t("Lý do bỏ qua"), width: 36),
                ])
            for line in page.rows { try sheet.write(cells(line, page)) }
        }
    }

    private static func cells(_ line: FindingRecord, _ page: WorklistPage) -> [Spreadsheet.Cell] {
        let found = line.found, rule = page.rules[found.rule], name = page.names[found.subject]
        return [
            .text(FindingWords.kind(found.kind)), .text(name?.code ?? ""), .text(name?.name ?? ""),
            .text(name?.className ?? ""),
            .text(name?.orgName ?? ""), .text(rule.map(FindingWords.name) ?? found.rule),
            .text(FindingWords.detail(found, rule)),
            .text(found.severity.label), .day(line.since), .text(line.reason),
        ]
    }

    static func paper(_ visit: Visit) async throws -> Reply {
        let query = WorklistQuery(visit), scope = visit.visitor.scope
        let page = try await read(query, scope, limit: perPaper, visit.db)
        try await note(visit, "quality.findings.print", page.rows.count)
        let rows = page.rows.enumerated().map { index, line -> UI.Row in
            let found = line.found, rule = page.rules[found.rule], name = page.names[found.subject]
            let detail = FindingWords.detail(found, rule)
            return UI.Row([
                .text(String(index + 1)), .text(name?.name ?? ""), .text(name?.className ?? ""),
                .text(name?.orgName ?? ""),
                .text((rule.map(FindingWords.name) ?? found.rule) + (detail.isEmpty ? "" : " (\(detail))")), HTML(),
            ])
        }
        let columns = [
            UI.Column(t("STT")), UI.Column(t("Hồ sơ")), UI.Column(t("Lớp")), UI.Column(t("Trường")),
            UI.Column(t("Việc cần sửa")),
            UI.Column(t("Đã sửa")),
        ]
        let title = t("Việc cần sửa trong dữ liệu"),
            back = "/quality/findings\(visit.link().dropFirst(visit.path.count))"
        let more: HTML =
            page.next == nil
            ? HTML()
            : "<p>\(t("Bản in có {} việc đầu; lọc hẹp hơn hoặc tải Excel để có đủ.", UI.grouped(perPaper)))</p>"
        return .paper(
            title, for: visit, back: back,
            """
            <p class="upper"><strong>\(visit.visitor.orgName)</strong></p><h1>\(title)</h1>
            <p class="center">\(t("Ngày {}", visit.today.shown))</p>\(more)\(UI.table(columns, rows, caption: title))
            """)
    }

    private static func read(_ query: WorklistQuery, _ scope: Scope, limit: Int, _ db: any Database) async throws
        -> WorklistPage
    {
        try await db.read { tx in
            try WorklistPage(
                tx.findings(query.filter, scope: scope, after: query.key, limit: limit + 1), size: limit, scope: scope,
                tx)
        }
    }

    private static func note(_ visit: Visit, _ verb: Verb, _ count: Int) async throws {
        try await visit.db.noteRead(
            as: visit.visitor, verb, on: Subject("list", nil, org: visit.visitor.org), note: "rows \(count)")
    }
}
