import Base

extension UI {
    /// One bar of `bars`.
    public struct Bar: Sendable {
        public var label: String, value: Double, href: String?, previous: Double?

        public init(_ label: String, _ value: Double, href: String? = nil, previous: Double? = nil) {
            (self.label, self.value, self.href, self.previous) = (label, value, href, previous)
        }
    }

    /// Horizontal bars from zero, sorted by value unless they have an order of their own; last year's in grey.
    /// The title states the finding; `sentence` says it to those who listen (the title does when absent).
    public static func bars(
        _ title: String, _ rows: [Bar], note: String = "", unit: String = "",
        target: (label: String, value: Double)? = nil, isSorted: Bool = true, sentence: String? = nil,
        headings: (name: String, value: String) = ("", "")
    ) -> HTML {
        let rows = Array((isSorted ? rows.sorted { sane($0.value) > sane($1.value) } : rows).prefix(200))
        let top = max(rows.map { max(sane($0.value), sane($0.previous ?? 0)) }.max() ?? 0, sane(target?.value ?? 0))
        let chart = BarChart(rows: rows, top: top > 0 ? top : 1, unit: unit, target: target)
        return plot(
            title, note: note, sentence: sentence, chart.drawn, height: chart.height,
            hasLinks: rows.contains { $0.href != nil }, table: chart.twin(title, headings))
    }

    /// The frame of a plot: its finding as the caption, the drawing, the same figures as a table.
    static func plot(
        _ title: String, note: String, sentence: String?, _ drawing: HTML, height: Int, hasLinks: Bool = false,
        table: HTML
    ) -> HTML {
        """
        <figure class="plot"><figcaption>\(title)</figcaption>\(when(!note.isEmpty, "<p class=\"sub\">\(note)</p>"))
        <svg role="\(hasLinks ? "group" : "img")" aria-label="\(sentence ?? title)" width="100%" height="\(height)">\
        \(drawing)</svg>
        \(fold(t("Bảng số liệu"), table))</figure>
        """
    }

    /// A share of the width, in per cent with one decimal: a drawing without a fixed scale keeps its letters' size.
    static func share(_ part: Double, of whole: Double, within width: Double = 100, from start: Double = 0) -> String {
        let value = whole > 0 ? min(max(sane(part) / whole, 0), 1) * width + start : start
        return "\(short(value))%"
    }

    /// A number with at most one decimal and always a point, as SVG reads it.
    static func short(_ value: Double) -> String {
        let tenths = Int((min(max(sane(value), -1e6), 1e6) * 10).rounded())
        let sign = tenths < 0 ? "-" : "", size = tenths.magnitude
        return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
    }

    /// A value that can be drawn: what is no number stands at zero (its figure still says that there is none).
    static func sane(_ value: Double) -> Double { value.isFinite ? min(max(value, -1e12), 1e12) : 0 }

    static func clipped(_ label: String, to length: Int = 44) -> String {
        label.utf8.count > length && label.count > length ? label.prefix(length - 1) + "…" : label
    }
}

/// Bars with their names above them, so that long names and narrow screens get along.
struct BarChart {
    let rows: [UI.Bar], top: Double, unit: String, target: (label: String, value: Double)?

    private var hasPrevious: Bool { rows.contains { $0.previous != nil } }
    private var pitch: Int { hasPrevious ? 44 : 38 }
    private var head: Int { target == nil ? 0 : 20 }
    /// The longest bar leaves room for its figure.
    private let room = 82.0

    var height: Int { head + rows.count * pitch + 2 }

    var drawn: HTML {
        var out = HTML(capacity: rows.count * 480)
        for (index, row) in rows.enumerated() { out += bar(row, at: head + index * pitch) }
        if let target {
            let x = UI.share(target.value, of: top, within: room)
            out += """
                <line class="p-target" x1="\(x)" x2="\(x)" y1="16" y2="\(height)"/>\
                <text class="t-target t-mid" x="\(x)" y="11">\(target.label)</text>
                """
        }
        return out
    }

    private func bar(_ row: UI.Bar, at y: Int) -> HTML {
        let width = UI.share(row.value, of: top, within: room), figure = figure(row.value)
        let before = UI.some(row.previous) { value in
            let width = UI.share(value, of: top, within: room)
            return "<rect class=\"p-before\" x=\"0\" y=\"\(y + 32)\" width=\"\(width)\" height=\"5\"/>"
        }
        let inside: HTML = """
            <text class="t-name" x="0" y="\(y + 13)">\(UI.clipped(row.label))</text>\
            <rect class="p-bar" x="0" y="\(y + 18)" width="\(width)" height="13"/>\(before)\
            <text class="t-bold" x="\(width)" dx="6" y="\(y + 29)">\(figure)</text>
            """
        guard let href = row.href else { return inside }
        return "<a href=\"\(href)\" aria-label=\"\(row.label): \(figure)\">\(inside)</a>"
    }

    private func figure(_ value: Double) -> String { UI.decimal(value) + unit }

    func twin(_ title: String, _ headings: (name: String, value: String)) -> HTML {
        var columns = [
            UI.Column(headings.name.isEmpty ? t("Mục") : headings.name),
            UI.Column(headings.value.isEmpty ? t("Số") : headings.value, isNumeric: true),
        ]
        if hasPrevious { columns.append(UI.Column(t("Năm trước"), isNumeric: true)) }
        return UI.table(
            columns,
            rows.map { row in
                var cells = [HTML.text(row.label), .text(figure(row.value))]
                if hasPrevious { cells.append(.text(row.previous.map(figure) ?? "–")) }
                return UI.Row(cells, href: row.href)
            }, caption: title)
    }
}
