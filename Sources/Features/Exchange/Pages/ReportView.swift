import Base
import Web
import Work

/// A report as people read it: counts first, then the rows that were refused with their place and reason.
enum ReportView {
    static func content(_ report: ImportReport, _ job: JobRow, _ order: Order, csrf: String) throws -> HTML {
        if let refused = report.refused { return UI.notice("\(translated(refused))", .bad) }
        return """
            \(summary(report, order))
            \(actions(report, job, order, csrf: csrf))
            \(counts(report))
            \(warnings(report))
            \(rejected(report, job))
            """
    }

    private static func summary(_ report: ImportReport, _ order: Order) -> HTML {
        let words =
            order.dryRun
            ? t("Đã đọc {} dòng, chưa ghi gì vào sổ.", UI.grouped(report.read))
            : t("Đã ghi vào sổ {} dòng.", UI.grouped(report.read - report.rejected.count))
        return UI.notice("\(words)", report.rejected.isEmpty ? .good : .warn)
    }

    private static func actions(_ report: ImportReport, _ job: JobRow, _ order: Order, csrf: String) -> HTML {
        if order.dryRun {
            guard report.hasChanges else { return "<p>\(t("Không có gì thay đổi so với sổ."))</p>" }
            return UI.form(
                "/imports/\(job.id.code)/commit", csrf: csrf, HTML(), submit: t("Ghi vào sổ"), cancel: "/imports")
        }
        guard report.hasChanges else { return HTML() }
        return
            "<p><a class=\"button\" href=\"/imports/\(job.id.code)/undo\">\(UI.icon("history"))\(t("Hoàn tác"))</a></p>"
    }

    private static func counts(_ report: ImportReport) -> HTML {
        let entities = Set(report.created.keys).union(report.updated.keys).union(report.unchanged.keys).sorted()
        let rows = entities.map { entity in
            UI.Row(
                ["\(entity)"]
                    + [report.created, report.updated, report.unchanged].map { "\(UI.grouped($0[entity] ?? 0))" })
        }
        return UI.table(
            [
                UI.Column(t("Loại bản ghi")), UI.Column(t("Tạo mới"), isNumeric: true),
                UI.Column(t("Cập nhật"), isNumeric: true),
                UI.Column(t("Không đổi"), isNumeric: true),
            ], rows, caption: t("Kết quả theo loại"))
    }

    private static func warnings(_ report: ImportReport) -> HTML {
        guard !report.warnings.isEmpty else { return HTML() }
        return
            "<details><summary>\(t("{} lưu ý", report.warnings.count))</summary><ul>\(report.warnings.prefix(200).map { "<li>\($0)</li>" as HTML })</ul></details>"
    }

    private static func rejected(_ report: ImportReport, _ job: JobRow) -> HTML {
        guard !report.rejected.isEmpty else { return HTML() }
        let rows = report.rejected.prefix(100).map { row in
            UI.Row(["\(row.file)", "\(row.row)", "\(row.column)", "\(row.value)", "\(translated(row.message))"])
        }
        return """
            <h2>\(t("{} dòng bị từ chối", UI.grouped(report.rejected.count)))</h2>
            <p><a class="button" href="/imports/\(job.id.code)/errors.csv">\(UI.icon("export"))\(t("Tải tệp lỗi"))</a></p>
            \(UI.table(
                [UI.Column(t("Tệp")), UI.Column(t("Dòng"), isNumeric: true), UI.Column(t("Cột")), UI.Column(t("Giá trị")), UI.Column(t("Lý do"))],
                Array(rows), caption: t("Dòng bị từ chối"), cards: true))
            \(when(report.rejected.count > 100, "<p>\(t("Còn nữa trong tệp lỗi."))</p>"))
            """
    }
}
