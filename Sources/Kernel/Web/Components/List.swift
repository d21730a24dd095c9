import Base

extension UI {
    /// One filter in force; its link is the same list without it.
    public struct Chip: Sendable {
        public var label: String, value: String, removeHref: String

        public init(_ label: String, _ value: String, removeHref: String) {
            (self.label, self.value, self.removeHref) = (label, value, removeHref)
        }
    }

    /// The line of filters above a list, of fields made with `UI.text`, `UI.select`; it searches as one types.
    public static func filters(_ action: String, _ fields: HTML, kept: [Pair] = []) -> HTML {
        """
        <form class="filters" method="get" action="\(action)" role="search" aria-label="\(t("Lọc danh sách"))" \
        data-live>\(hidden(kept))\(fields)<button class="button no-js-only">\(icon("filter"))\(t("Lọc"))</button></form>
        """
    }

    /// The part of a list that changes with its filters: other units, filters in force, count, toolbar, table, pager.
    public static func list(
        count: HTML, units: HTML = HTML(), chips: [Chip] = [], tools: HTML = HTML(), table: HTML, pager: HTML = HTML()
    ) -> HTML {
        """
        <div id="list">\(units)\(UI.chips(chips))
        <div class="list-top"><p class="count">\(count)</p>\(tools)</div>
        \(table)\(pager)</div>
        """
    }

    /// The filters in force, each removable.
    public static func chips(_ chips: [Chip]) -> HTML {
        guard !chips.isEmpty else { return HTML() }
        let links = chips.map { chip -> HTML in
            """
            <li><a class="chip" href="\(chip.removeHref)"><span>\
            <span class="visually-hidden">\(t("Bỏ lọc")) </span>\(chip.label): <b>\(chip.value)</b></span>\
            \(icon("close"))</a></li>
            """
        }
        return "<ul class=\"chips\" aria-label=\"\(t("Đang lọc theo"))\">\(links)</ul>"
    }

    /// Excel and In, and the choice of columns.
    public static func tools(excel: String?, print: String? = nil, columns: HTML = HTML()) -> HTML {
        let printButton: HTML =
            print.map { link(t("In"), $0, icon: "print") }
            ?? "<button class=\"button\" type=\"button\" data-print hidden>\(icon("print"))\(t("In"))</button>"
        return """
            \(columns)<div class="buttons">\(some(excel) { link(t("Excel"), $0, icon: "excel") })\(printButton)</div>
            """
    }

    /// The choice of columns: ticked ones come back as `col=` values.
    public static func columnChooser(
        _ columns: [(key: String, label: String, isShown: Bool)], action: String, kept: [Pair] = []
    ) -> HTML {
        let choices = columns.map { column -> HTML in
            """
            <label><input type="checkbox" name="col" value="\(column.key)"\(when(column.isShown, " checked"))>\
            \(column.label)</label>
            """
        }
        return """
            <details class="menu columns-menu right"><summary>\(t("Cột"))</summary>
            <form class="menu-body" method="get" action="\(action)">\(hidden(kept))\(choices)\
            <button class="button primary">\(t("Xem các cột này"))</button></form></details>
            """
    }

    /// The way through a long list, by keys and not by page numbers.
    public static func pager(newer: String?, older: String?, note: String = "") -> HTML {
        guard newer != nil || older != nil else { return HTML() }
        let back = some(newer) { "<a class=\"button\" rel=\"prev\" href=\"\($0)\">‹ \(t("Trang trước"))</a>" }
        let on = some(older) { "<a class=\"button\" rel=\"next\" href=\"\($0)\">\(t("Trang sau")) ›</a>" }
        return """
            <nav class="pager" aria-label="\(t("Chuyển trang"))"><span>\(back)</span><span>\(note)</span>\
            <span>\(on)</span></nav>
            """
    }
}
