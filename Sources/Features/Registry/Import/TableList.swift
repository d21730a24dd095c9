import Base
import Files
import Work

/// One row of a list, by the meanings of its columns.
struct TableRow: Sendable {
    let file: String
    let row: Int
    let values: [String: String]
    /// What the columns are called in the sender's file.
    let headings: [String: String]

    subscript(meaning: String) -> String { values[meaning] ?? "" }

    func refuse(_ meaning: String, _ message: String) -> Fate {
        .rejected(
            Rejected(
                file: file, row: row, column: headings[meaning] ?? meaning, value: String(self[meaning].prefix(200)),
                message: message))
    }

    /// The first cell that is an error of a spreadsheet and no value.
    var flaw: Fate? {
        for (meaning, value) in values.sorted(by: { $0.key < $1.key }) {
            if let flaw = TableBook.flaw(of: value) { return refuse(meaning, flaw) }
        }
        return nil
    }
}

/// The lists that lie in the files of an import: on which sheets, below which headings, in which coding.
struct TableList: Sendable {
    /// One sheet that holds a list.
    struct Part: Sendable {
        let book: TableBook, sheet: TableBook.Sheet
        /// The file, and the sheet where there are several.
        let label: String
        /// The number of the row below which the data begin.
        let header: Int
        let columns: [Column]
    }

    struct Column: Sendable {
        let place: Int, heading: TableHeading, meaning: String?, coding: LegacyCoding?
    }

    static let titleRows = 40
    private static let sampleRows = 200

    private(set) var parts: [Part] = []
    /// What every column was taken for, for whoever checks it.
    private(set) var columns: [ImportColumn] = []
    private(set) var warnings: [String] = []
    private(set) var total = 0

    /// Opens the files and finds the lists in them; a file without one is a fault that names what it lacks.
    static func open(_ request: ImportRequest, _ layout: TableLayout, in folder: String) async throws -> TableList {
        var list = TableList()
        for path in request.files {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let book = try await TableBook.open(
                path, name: name, workFolder: folder, executable: RosterImport.executable)
            try list.add(book, request, layout)
        }
        return list
    }

    private mutating func add(_ book: TableBook, _ request: ImportRequest, _ layout: TableLayout) throws {
        warnings += book.notes.map { "\(book.name): \($0)" }
        let shown = book.sheets.filter { !$0.isHidden && $0.rows > 0 }
        var found = 0
        for sheet in shown.isEmpty ? book.sheets : shown {
            let label = shown.count > 1 ? "\(book.name) [\(sheet.name)]" : book.name
            guard let head = try TableHead.find(in: book.rows(of: sheet), layout, request.map) else {
                if shown.count > 1 { warnings.append(t("{}: không có bảng nào đọc được, bỏ qua.", label)) }
                continue
            }
            if layout.isStrict, let twice = head.twice {
                throw Fault.invalid(t("Tệp {}, dòng {}: cột “{}” có hai lần.", label, head.last, twice))
            }
            found += 1
            try add(head, Part(book: book, sheet: sheet, label: label, header: head.last, columns: []), layout)
        }
        guard found > 0 else { throw lack(of: book, layout, request) }
    }

    private mutating func add(_ head: TableHead, _ bare: Part, _ layout: TableLayout) throws {
        let samples = try TableList.samples(below: head, in: bare.book.rows(of: bare.sheet))
        let columns = head.columns.map { column in
            Column(
                place: column.place, heading: column.heading, meaning: column.meaning,
                coding: LegacyCoding.detect(samples[column.place] ?? []))
        }
        parts.append(
            Part(book: bare.book, sheet: bare.sheet, label: bare.label, header: bare.header, columns: columns))
        total += max(0, bare.sheet.rows - head.rows)
        for column in columns {
            if let coding = column.coding, let first = samples[column.place]?.first(where: { coding.decode($0) != $0 })
            {
                warnings.append(
                    t(
                        "{}, cột “{}”: chữ ở bảng mã {} đã chuyển sang Unicode: “{}” thành “{}”.", bare.label,
                        column.heading.text, coding.name, first, coding.decode(first)))
            }
            self.columns.append(
                ImportColumn(
                    bare.label, column, layout,
                    samples: TableList.shown(samples[column.place] ?? [], column.coding)))
        }
    }

    /// The first values of every column.
    private static func samples(below head: TableHead, in lines: TableRows) throws -> [Int: [String]] {
        var samples: [Int: [String]] = [:], rows = 0
        while rows < sampleRows, let line = try lines.next() {
            guard line.number > head.last else { continue }
            rows += 1
            for column in head.columns where !line[column.place].isEmpty {
                samples[column.place, default: []].append(line[column.place])
            }
        }
        return samples
    }

    private static func shown(_ values: [String], _ coding: LegacyCoding? = nil) -> [String] {
        values.prefix(3).map { String((coding?.decode($0) ?? $0).prefix(60)) }
    }

    /// What is said of a file in which no list was found: what it lacks, with the headings that it has, so that they can be mapped.
    private func lack(of book: TableBook, _ layout: TableLayout, _ request: ImportRequest) -> UnreadTable {
        let wanted = layout.needs.map { group in layout.label(of: group.first ?? "") }.joined(separator: ", ")
        var seen: [ImportColumn] = []
        if let sheet = book.sheets.first(where: { !$0.isHidden && $0.rows > 0 }) ?? book.sheets.first,
            let head = try? TableHead.widest(in: book.rows(of: sheet), layout, request.map),
            let samples = try? TableList.samples(below: head, in: book.rows(of: sheet))
        {
            seen = head.columns.map {
                ImportColumn(book.name, $0, layout, samples: TableList.shown(samples[$0.place] ?? []))
            }
        }
        return UnreadTable(fault: .invalid(t("Tệp {} thiếu cột: {}.", book.name, wanted)), columns: columns + seen)
    }

    /// The rows of all lists, from the first.
    func rows() -> TableRowReader { TableRowReader(parts) }

    /// All rows at once, for lists that are short.
    func all(most: Int) throws -> [TableRow] {
        let reader = rows()
        var rows: [TableRow] = []
        while let row = try reader.next() {
            guard rows.count < most else { throw Fault(.tooLarge, t("Tệp {} có hơn {} dòng.", row.file, most)) }
            rows.append(row)
        }
        return rows
    }
}

/// A file in which no list was found, with the headings that it has.
struct UnreadTable: Error {
    let fault: Fault, columns: [ImportColumn]
}

extension ImportColumn {
    init(_ file: String, _ column: TableList.Column, _ layout: TableLayout, samples: [String] = []) {
        self.init(
            file: file, heading: column.heading.text, meaning: column.meaning,
            label: column.meaning.map(layout.label) ?? "", samples: samples, coding: column.coding?.name)
    }
}
