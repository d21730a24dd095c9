import Base

extension UI {
    /// A column of a sheet to fill in.
    public struct SheetColumn: Sendable {
        /// How its cells are filled.
        public enum Kind: Sendable {
            case text(Entry, most: Int), day
            case choice([(value: String, label: String)])
        }

        let key: String, label: String, kind: Kind

        public init(_ key: String, _ label: String, _ kind: Kind) {
            (self.key, self.label, self.kind) = (key, label, kind)
        }
    }

    /// A row of a sheet: its cells are sent as `COLUMN.ROW`.
    public struct SheetRow: Sendable {
        let key: String, name: String, head: HTML, texts: [String: String], hints: [String: String], hidden: [Pair]

        /// `name` is what the row is called where it cannot be seen; `hints` stand in empty cells; `hidden` goes along unseen.
        public init(
            _ key: String, name: String, head: HTML, texts: [String: String], hints: [String: String] = [:],
            hidden: [Pair] = []
        ) {
            (self.key, self.name, self.head, self.texts) = (key, name, head, texts)
            (self.hints, self.hidden) = (hints, hidden)
        }
    }

    /// A table whose cells are filled in, within a form. With a script Enter and the arrows go up and down a column, and cells copied
    /// from a spreadsheet are spread from the cell in which they are pasted.
    public static func sheet(
        _ columns: [SheetColumn], _ rows: [SheetRow], corner: String, caption: String, problems: [Problem] = []
    ) -> HTML {
        let wrong = Dictionary(problems.map { ($0.field, $0) }, uniquingKeysWith: { first, _ in first })
        let lines = rows.map { row in
            Row(
                ["\(row.head)\(hidden(row.hidden))"]
                    + columns.map { column in
                        cell(column, row, wrong["\(column.key).\(row.key)"])
                    })
        }
        let table = table([Column(corner)] + columns.map { Column($0.label) }, lines, caption: caption)
        return "<div class=\"sheet\" data-sheet=\"\(t("{} ô đã đổi, chưa lưu", "#"))\">\(table)</div>"
    }

    private static func cell(_ column: SheetColumn, _ row: SheetRow, _ error: Problem?) -> HTML {
        let name = "\(column.key).\(row.key)", value = row.texts[column.key] ?? ""
        let common: HTML = """
            \(attributes(name, hint: nil, error: error, required: false)) aria-label="\(column.label), \(row.name)" data-cell
            """
        let control: HTML
        switch column.kind {
        case .choice(let options):
            control = "<select\(common)><option value=\"\"></option>\(drawn(options, value))</select>"
        case .day:
            control = """
                <input\(common) type="text" inputmode="numeric" maxlength="10" autocomplete="off" value="\(value)" data-date>
                """
        case .text(let entry, let most):
            control = """
                <input\(common)\(entry.attributes) maxlength="\(most)" autocomplete="off" value="\(value)"\
                \(some(row.hints[column.key]) { " placeholder=\"\($0)\"" })>
                """
        }
        return control + remarks(name, nil, error)
    }
}
