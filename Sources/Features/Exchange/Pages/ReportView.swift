import Base
import Web
import Work

/// A report as people read it: counts first, then the rows that were refused with their place and reason.
enum ReportView {
    static func content(
        _ report: ImportReport, _ job: JobRow, _ order: Order, undoneAt: Int64?, csrf: String
    ) throws -> HTML {
        if let refused = report.refused {
            return UI.notice("\(translated(refused))", .bad) + columns(report, job, order)
        }
        return """
            \(undoneAt.map(undone) ?? summary(report, order) + actions(report, job, order, csrf: csrf))
            \(counts(report))
            \(columns(report, job, order))
            \(samples(report, order))
            \(warnings(report))
            \(rejected(report, job, order))
            """
    }

    private static func undone(_ at: Int64) -> HTML {
        UI.notice("\(t("Đã hoàn tác lúc {}. Các số dưới đây là của lần nhập đã hoàn tác.", at.shownMoment))", .info)
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
                ["\(ExchangeWords.entity(entity))"]
                    + [report.created, report.updated, report.unchanged].map { "\(UI.grouped($0[entity] ?? 0))" })
        }
        return UI.table(
            [
                UI.Column(t("Loại bản ghi")), UI.Column(t("Tạo mới"), isNumeric: true),
                UI.Column(t("Cập nhật"), isNumeric: true),
                UI.Column(t("Không đổi"), isNumeric: true),
            ], rows, caption: t("Kết quả theo loại"))
    }

    /// The rows themselves, the first of each kind: what would be made and what would be changed.
    private static func samples(_ report: ImportReport, _ order: Order) -> HTML {
        let all = report.samples ?? []
        guard !all.isEmpty else { return HTML() }
        let names = Dictionary(order.files.map { ($0.path, $0.name) }, uniquingKeysWith: { first, _ in first })
        let entities = Set(all.map(\.entity)).sorted()
        return UI.each(entities) { entity in
            UI.each([true, false]) { isNew in
                let some = all.filter { $0.entity == entity && $0.isNew == isNew }
                let total = (isNew ? report.created : report.updated)[entity] ?? some.count
                let label =
                    isNew
                    ? t("{}: {} dòng tạo mới", ExchangeWords.entity(entity), UI.grouped(total))
                    : t("{}: {} dòng cập nhật", ExchangeWords.entity(entity), UI.grouped(total))
                let rows = some.map { UI.Row(["\($0.row)", "\($0.text)", "\(names[$0.file] ?? $0.file)"]) }
                let rest = total - some.count
                return when(
                    !some.isEmpty,
                    UI.fold(
                        label,
                        UI.table(
                            [UI.Column(t("Dòng"), isNumeric: true), UI.Column(t("Nội dung")), UI.Column(t("Tệp"))],
                            rows,
                            caption: label)
                            + when(rest > 0, "<p class=\"muted\">\(t("Và {} dòng nữa.", UI.grouped(rest)))</p>")))
            }
        }
    }

    private static func corrected(_ job: JobRow) -> HTML {
        """
        <a class="button primary" href="/imports/\(job.id.code)/errors.xlsx">\(UI.icon("export"))\(t("Tải các dòng bị từ chối (Excel)"))</a>
        <span class="muted">\(t("Sửa ngay trong tệp này rồi gửi lại: chỉ có các dòng bị từ chối, giữ nguyên các cột."))</span>
        """
    }

    /// What every column was taken for; those that are not read come first, because they are what somebody looks for.
    private static func columns(_ report: ImportReport, _ job: JobRow, _ order: Order) -> HTML {
        guard let columns = report.columns, !columns.isEmpty else { return HTML() }
        let unread = columns.filter { $0.meaning == nil }
        let rows = (unread + columns.filter { $0.meaning != nil }).map { column in
            UI.Row([
                "\(column.heading)", column.meaning == nil ? UI.badge(t("Không đọc"), .warn) : "\(column.label)",
                "\(column.samples.joined(separator: " · "))", "\(column.coding ?? "")",
            ])
        }
        let label =
            unread.isEmpty
            ? t("Cách hiểu {} cột", columns.count)
            : t("Cách hiểu {} cột, {} cột không đọc", columns.count, unread.count)
        let table = UI.table(
            [
                UI.Column(t("Cột trong tệp")), UI.Column(t("Được hiểu là")), UI.Column(t("Ví dụ")),
                UI.Column(t("Bảng mã cũ")),
            ],
            rows, caption: label, cards: true)
        let link: HTML = """
            <p><a class="button" href="/imports/\(job.id.code)/columns">\(UI.icon("edit"))\(t("Sửa cách ghép cột"))</a></p>
            """
        return UI.fold(label, table) + when(order.dryRun, link)
    }

    private static func warnings(_ report: ImportReport) -> HTML {
        guard !report.warnings.isEmpty else { return HTML() }
        let lines = report.warnings.prefix(200).map { "<li>\($0)</li>" as HTML }
        return UI.fold(t("{} lưu ý", report.warnings.count), "<ul>\(lines)</ul>")
    }

    private static func rejected(_ report: ImportReport, _ job: JobRow, _ order: Order) -> HTML {
        guard !report.rejected.isEmpty else { return HTML() }
        let rows = report.rejected.prefix(100).map { row in
            UI.Row(["\(row.file)", "\(row.row)", "\(row.column)", "\(row.value)", "\(translated(row.message))"])
        }
        return """
            <h2>\(t("{} dòng bị từ chối", UI.grouped(report.rejected.count)))</h2>
            <p>\(when(Shelf.has(order.refusedPath), corrected(job)))
            <a class="button" href="/imports/\(job.id.code)/errors.csv">\(UI.icon("export"))\(t("Tải bảng kê lỗi (CSV)"))</a></p>
            \(UI.table(
                [UI.Column(t("Tệp")), UI.Column(t("Dòng"), isNumeric: true), UI.Column(t("Cột")), UI.Column(t("Giá trị")), UI.Column(t("Lý do"))],
                Array(rows), caption: t("Dòng bị từ chối"), cards: true))
            \(when(report.rejected.count > 100, "<p>\(t("Còn nữa trong tệp lỗi."))</p>"))
            """
    }
}
