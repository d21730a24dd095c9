import Base
import Files
import Storage
import Synchronization
import Work

/// Brings a list in: finds it in the files, then writes its rows in pieces.
struct TableImport: Sendable {
    let kind: String
    let layout: TableLayout
    let request: ImportRequest
    let db: any Database

    /// Runs the import; `plan` makes the pieces of the list that was found, whose files stay until the end.
    func run(
        _ progress: @escaping ImportKind.Progress,
        _ plan: @escaping @Sendable (TableList) throws -> ImportPlan
    ) async throws -> ImportReport {
        let folder = try WorkFolder()
        defer { folder.remove() }
        let found = Mutex<TableList?>(nil)
        let report = try await ImportRun(kind: kind, request: request, db: db, progress: progress).run {
            let list = try await TableList.open(request, layout, in: folder.path)
            found.withLock { $0 = list }
            var ready = try plan(list)
            ready.columns = list.columns
            ready.warnings = list.warnings + ready.warnings
            if ready.total == 0 { ready.total = list.total }
            return ready
        }
        if let path = request.refusedPath, !report.rejected.isEmpty, let list = found.withLock({ $0 }) {
            try RefusedRows.write(list, report.rejected, layout, to: path)
        }
        return report
    }

    /// The pieces of a list that is read as it is written.
    static func chunks<Writer: ListWriter>(of list: TableList, by _: Writer.Type) -> ImportPlan {
        ImportPlan(
            total: list.total,
            chunks: {
                let reader = list.rows()
                return ChunkSource {
                    var some: [TableRow] = []
                    while some.count < ImportPlan.chunkSize, let row = try reader.next() { some.append(row) }
                    guard !some.isEmpty else { return nil }
                    let rows = some
                    return Chunk(rows: rows.count) { tx, batch in
                        var writer = try Writer(tx, batch)
                        for row in rows { try writer.take(row) }
                        batch = writer.batch
                    }
                }
            })
    }
}

/// The rows that were refused, as a workbook with the sender's own columns: corrected, it can be sent again as it is.
enum RefusedRows {
    static func write(_ list: TableList, _ refused: [Rejected], _ layout: TableLayout, to path: String) throws {
        let book = try Spreadsheet(path: path, isDemo: false)
        for part in list.parts {
            let mine = Dictionary(
                refused.filter { $0.file == part.label }.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
            guard !mine.isEmpty else { continue }
            // Headings of two rows are written as one that is understood alone.
            let titles = part.columns.map { $0.meaning.map(layout.label) ?? $0.heading.text }
            let sheet = try book.sheet(
                part.sheet.name.isEmpty ? t("Dòng bị từ chối") : part.sheet.name,
                columns: titles.map { Spreadsheet.Column($0, width: 18) } + [
                    Spreadsheet.Column(t("Cột sai"), width: 18), Spreadsheet.Column(t("Vì sao bị từ chối"), width: 60),
                ])
            let lines = try part.book.rows(of: part.sheet)
            while let line = try lines.next() {
                guard line.number > part.header, let why = mine[part.book.shownNumber(line.number)] else { continue }
                try sheet.write(
                    part.columns.map { column in
                        .text(column.coding?.decode(line[column.place]) ?? line[column.place])
                    } + [.text(why.column), .text(translated(why.message))])
            }
        }
        try book.finish()
    }
}
