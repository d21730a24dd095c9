import Base

extension UI {
    /// Which way a column is sorted.
    public enum SortOrder: String, Sendable { case ascending, descending }

    /// One column of a table.
    public struct Column: Sendable {
        public var label: String
        public var sortHref: String?
        public var sort: SortOrder?
        public var isNumeric: Bool, isHiddenOnPhone: Bool

        public init(
            _ label: String, sortHref: String? = nil, sort: SortOrder? = nil, isNumeric: Bool = false,
            isHiddenOnPhone: Bool = false
        ) {
            (self.label, self.sortHref, self.sort) = (label, sortHref, sort)
            (self.isNumeric, self.isHiddenOnPhone) = (isNumeric, isHiddenOnPhone)
        }
    }

    /// One row: the first cell is its heading (and its link), `key` is what its checkbox sends.
    public struct Row: Sendable {
        public var cells: [HTML], href: String?, key: String?, name: String, isFaded: Bool

        public init(
            _ cells: [HTML], href: String? = nil, key: String? = nil, name: String = "", isFaded: Bool = false
        ) {
            (self.cells, self.href, self.key, self.name, self.isFaded) = (cells, href, key, name, isFaded)
        }
    }

    /// What may be done with the rows that are ticked.
    public struct Bulk: Sendable {
        public var action: String, csrf: String
        public var verbs: [(label: String, value: String)]
        public var fields: [Pair]

        public init(action: String, csrf: String, verbs: [(label: String, value: String)], fields: [Pair] = []) {
            (self.action, self.csrf, self.verbs, self.fields) = (action, csrf, verbs, fields)
        }
    }

    /// A table in its frame. With `bulk` its rows can be ticked; `cards` makes rows cards on a phone; `panel` opens
    /// a row's link beside the list where there is room.
    public static func table(
        _ columns: [Column], _ rows: [Row], caption: String, showsCaption: Bool = false, bulk: Bulk? = nil,
        empty: HTML? = nil, footer: [HTML] = [], cards: Bool = false, panel: Bool = false
    ) -> HTML {
        if rows.isEmpty, let empty { return empty }
        let body: HTML = """
            <div class="table-wrap\(when(columns.count > 9, " is-wide"))" role="region" aria-label="\(caption)" \
            tabindex="0">
            <table class="table\(when(cards, " cards"))"><caption\(when(!showsCaption, " class=\"visually-hidden\""))>\
            \(caption)</caption>
            <thead><tr>\(when(bulk != nil, pickAll()))\(columns.map(heading))</tr></thead>
            <tbody>\(TableRows(columns, hasPick: bulk != nil, cards: cards, panel: panel).drawn(rows))</tbody>
            \(foot(footer, columns, hasPick: bulk != nil))</table></div>
            """
        guard let bulk else { return body }
        return """
            <form class="bulk" method="post" action="\(bulk.action)" data-quiet>\
            \(hidden([("csrf", bulk.csrf)] + bulk.fields))
            \(body)<div class="bulk-bar" role="group" aria-label="\(t("Việc với các dòng đã chọn"))">\
            <strong data-picked-count></strong>\
            \(each(bulk.verbs) { button($0.label, name: "verb", value: $0.value) })</div></form>
            """
    }

    private static func pickAll() -> HTML {
        """
        <th class="pick-cell" scope="col">\
        <input type="checkbox" class="pick-all" aria-label="\(t("Chọn tất cả"))" hidden>\
        <span class="visually-hidden">\(t("Chọn"))</span></th>
        """
    }

    private static func heading(_ column: Column) -> HTML {
        let label: HTML = column.sortHref.map { "<a href=\"\($0)\">\(column.label)</a>" } ?? .text(column.label)
        return """
            <th scope="col"\(classes(column))\(some(column.sort) { " aria-sort=\"\($0.rawValue)\"" })>\(label)</th>
            """
    }

    private static func foot(_ cells: [HTML], _ columns: [Column], hasPick: Bool) -> HTML {
        guard !cells.isEmpty else { return HTML() }
        let drawn = each(zip(columns, cells)) { "<td\(classes($0))>\($1)</td>" }
        return "<tfoot><tr>\(when(hasPick, "<td class=\"pick-cell\"></td>"))\(drawn)</tr></tfoot>"
    }

    static func classes(_ column: Column) -> HTML {
        switch (column.isNumeric, column.isHiddenOnPhone) {
        case (false, false): HTML()
        case (true, false): " class=\"num\""
        case (false, true): " class=\"hp\""
        case (true, true): " class=\"num hp\""
        }
    }
}

/// The rows of one table: what is the same in every row is made once.
struct TableRows {
    private let starts: [HTML], panel: HTML, choose: String?

    init(_ columns: [UI.Column], hasPick: Bool, cards: Bool, panel: Bool) {
        starts = columns.enumerated().map { index, column in
            index == 0
                ? "<th scope=\"row\"\(UI.classes(column))>"
                : "<td\(UI.classes(column))\(when(cards, " data-label=\"\(column.label)\""))>"
        }
        self.panel = when(panel, " data-panel")
        choose = hasPick ? t("Chọn") : nil
    }

    func drawn(_ rows: [UI.Row]) -> HTML {
        var out = HTML(capacity: rows.count * (starts.count + 2) * 60)
        for row in rows { draw(row, into: &out) }
        return out
    }

    private func draw(_ row: UI.Row, into out: inout HTML) {
        out += row.isFaded ? "<tr class=\"faded\">" : "<tr>"
        if let choose { out += pick(row, choose) }
        for (index, (start, cell)) in zip(starts, row.cells).enumerated() {
            out += start
            if index > 0 {
                out += cell
                out += "</td>"
            } else if let href = row.href {
                out += "<a href=\"\(href)\"\(panel)>\(cell)</a></th>"
            } else {
                out += cell
                out += "</th>"
            }
        }
        out += "</tr>\n"
    }

    private func pick(_ row: UI.Row, _ choose: String) -> HTML {
        guard let key = row.key else { return "<td class=\"pick-cell\"></td>" }
        return """
            <td class="pick-cell"><input type="checkbox" class="pick" name="id" value="\(key)" \
            aria-label="\(choose) \(row.name)"></td>
            """
    }
}
