import Base
import Files

/// Where a list begins: the row, or the two rows, that say what the columns are.
struct TableHead {
    /// The number of the last row of the heading, and how many rows stand down to there.
    let last: Int, rows: Int
    /// A heading that stands twice with one meaning.
    private(set) var twice: String?
    let columns: [TableList.Column]

    /// The heading that names most; nothing where no row names what the list needs.
    static func find(in rows: TableRows, _ layout: TableLayout, _ map: [String: String]) throws -> TableHead? {
        try candidates(rows, layout, map).filter { head in
            let known = Set(head.columns.compactMap(\.meaning))
            return layout.needs.allSatisfy { !known.isDisjoint(with: $0) }
        }.max { $0.score < $1.score }
    }

    /// The row with most texts, for a person who is to say what its columns are.
    static func widest(in rows: TableRows, _ layout: TableLayout, _ map: [String: String]) throws -> TableHead? {
        try candidates(rows, layout, map).max { $0.columns.count < $1.columns.count }
    }

    /// Columns that are known; of equals the first, and one row before two.
    private var score: Int { Set(columns.compactMap(\.meaning)).count * 1_000 - rows * 2 - (isDouble ? 1 : 0) }
    private var isDouble: Bool { columns.contains { !$0.heading.above.isEmpty } }

    private static func candidates(_ rows: TableRows, _ layout: TableLayout, _ map: [String: String]) throws
        -> [TableHead]
    {
        var heads: [TableHead] = [], above: TableLine?, count = 0
        while count < TableList.titleRows, let line = try rows.next() {
            count += 1
            heads.append(TableHead(line, below: nil, count, layout, map))
            if let above, line.number - above.number <= 1 {
                heads.append(TableHead(line, below: above, count, layout, map))
            }
            above = line
        }
        return heads
    }

    private init(
        _ line: TableLine, below above: TableLine?, _ rows: Int, _ layout: TableLayout, _ map: [String: String]
    ) {
        (last, self.rows) = (line.number, rows)
        let codings = TableHead.codings([line, above].compactMap { $0 })
        func text(_ line: TableLine?, _ place: Int) -> String {
            let cell = line?[place] ?? ""
            return codings?.decode(cell) ?? cell
        }
        var found: [TableList.Column] = [], upper = ""
        for place in 0..<max(line.cells.count, above?.cells.count ?? 0) {
            // A heading over several columns stands in the first of them.
            let over = text(above, place), own = text(line, place)
            upper = over.isEmpty && !own.isEmpty ? upper : over
            let heading = TableHeading(above: above == nil ? "" : upper, own: own)
            guard !heading.text.isEmpty else { continue }
            let told = map[heading.text]
            let meaning = told.map { layout.has($0) ? $0 : nil } ?? layout.meaning(of: heading)
            found.append(TableList.Column(place: place, heading: heading, meaning: meaning, coding: nil))
        }
        columns = TableHead.once(found, map)
        let known = found.filter { $0.meaning != nil && $0.meaning != "full_name" }
        twice =
            known.first { one in known.contains { $0.place > one.place && $0.heading == one.heading } }?.heading.text
    }

    /// Headings of before Unicode are read as well.
    private static func codings(_ lines: [TableLine]) -> LegacyCoding? { LegacyCoding.detect(lines.flatMap(\.cells)) }

    /// A meaning is taken by its first column; a name may stand in several.
    private static func once(_ columns: [TableList.Column], _ map: [String: String]) -> [TableList.Column] {
        var taken: Set<String> = Set(columns.compactMap { map[$0.heading.text] })
        return columns.map { column in
            guard let meaning = column.meaning, map[column.heading.text] == nil, meaning != "full_name",
                !taken.insert(meaning).inserted
            else { return column }
            return TableList.Column(place: column.place, heading: column.heading, meaning: nil, coding: nil)
        }
    }
}

/// The rows of lists, one after another, each with the meanings of its columns.
final class TableRowReader {
    private let parts: [TableList.Part]
    private var part = -1
    private var lines: TableRows?
    private var isFirst = true

    init(_ parts: [TableList.Part]) { self.parts = parts }

    func next() throws -> TableRow? {
        while true {
            if let lines, let line = try lines.next() {
                let part = parts[self.part]
                guard line.number > part.header else { continue }
                let row = row(of: line, part)
                defer { isFirst = false }
                if row.values.isEmpty || isFirst && TableRowReader.numbersColumns(line) { continue }
                return row
            }
            guard part + 1 < parts.count else { return nil }
            part += 1
            (lines, isFirst) = (try parts[part].book.rows(of: parts[part].sheet), true)
        }
    }

    private func row(of line: TableLine, _ part: TableList.Part) -> TableRow {
        var values: [String: String] = [:], headings: [String: String] = [:]
        for column in part.columns {
            guard let meaning = column.meaning else { continue }
            headings[meaning] = column.heading.text
            var cell = line[column.place]
            if let coding = column.coding { cell = coding.decode(cell) }
            cell = Fold.compose(cell)
            guard !cell.isEmpty else { continue }
            // A name over two columns, family name and given name, is one name.
            if let before = values[meaning] {
                if before != cell { values[meaning] = "\(before) \(cell)" }
            } else {
                values[meaning] = cell
            }
        }
        if values["class"] == nil, !values.isEmpty, part.sheet.name.contains(where: \.isNumber) {
            values["sheet"] = part.sheet.name
        }
        return TableRow(
            file: part.label, row: part.book.shownNumber(line.number), values: values, headings: headings)
    }

    /// The row below a heading that only numbers the columns: "(1) (2) (3)", "A B 1 2".
    private static func numbersColumns(_ line: TableLine) -> Bool {
        let cells = line.cells.map { $0.filter { $0.isLetter || $0.isNumber } }.filter { !$0.isEmpty }
        guard cells.count >= 3, cells.allSatisfy({ $0.utf8.count <= 2 }) else { return false }
        let numbers = cells.compactMap { Int($0) }
        return numbers.count >= cells.count - 3 && numbers.count >= 2
            && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
    }
}
