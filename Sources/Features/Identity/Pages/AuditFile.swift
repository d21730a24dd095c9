import Base
import Files
import Registry
import Storage
import Web
import Work

/// The trail taken away: the same lines as on the screen, as a table of text or a workbook. Taking it is noted.
enum AuditFile {
    static func mount(_ routes: Routes) {
        routes.get("/audit.csv", .holder(.readAudit), scope: .list, load: .report) { visit in try await csv(visit) }
        routes.get("/audit.xlsx", .holder(.readAudit), scope: .list, load: .report) { visit in try await excel(visit) }
    }

    static let most = 20_000

    private static var labels: [String] {
        [t("Lúc"), t("Ai"), t("Vai trò"), t("Việc"), t("Loại"), t("Với"), t("Địa chỉ mạng"), t("Ghi chú")]
    }

    private static func texts(_ line: AuditLine) -> [String] {
        [
            line.row.at.shownMoment, AuditWords.who(line), line.row.role?.label ?? "", AuditWords.act(line.row.verb),
            AuditWords.kind(line.row.subjectKind), line.what, line.row.address,
            AuditWords.note(line.row.verb, line.row.note),
        ]
    }

    /// The lines asked for; a last one says so when there are more.
    private static func read(_ visit: Visit) async throws -> [[String]] {
        let scope = visit.visitor.scope
        let (lines, problem) = try await visit.db.read { tx -> ([AuditLine], String?) in
            var asked = try AuditPages.asked(visit, tx)
            asked.filter.before = nil
            guard asked.problem == nil else { return ([], asked.problem) }
            return (try tx.auditLines(try tx.auditEntries(asked.filter, scope: scope, limit: most + 1)), nil)
        }
        try await AuditPages.note(visit, "identity.audit.export", "rows \(min(lines.count, most))")
        let texts = lines.prefix(most).map(texts)
        guard lines.count > most else { return texts + (problem.map { [[$0]] } ?? []) }
        return texts + [
            [t("Chỉ có {} dòng mới nhất. Thu hẹp khoảng ngày để lấy các dòng cũ hơn.", UI.grouped(most))]
        ]
    }

    private static func csv(_ visit: Visit) async throws -> Reply {
        let lines = try await read(visit), out = CSVWriter(style: .people)
        try out.write(labels)
        for line in lines { try out.write(line + [String](repeating: "", count: labels.count - line.count)) }
        return .file(out.bytes, name: "nhat-ky-\(visit.today.iso).csv", type: "text/csv; charset=utf-8")
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let lines = try await read(visit)
        return try SheetFile(visit).reply(name: "nhat-ky-\(visit.today.iso).xlsx", isDemo: visit.isDemo) { book in
            let widths = [18, 28, 20, 30, 16, 34, 18, 34]
            let sheet = try book.sheet(
                t("Nhật ký"), titles: [t("NHẬT KÝ"), visit.visitor.orgName],
                columns: zip(labels, widths).map { .init($0, width: Double($1)) })
            for line in lines { try sheet.write(line.map { .text($0) }) }
        }
    }
}
