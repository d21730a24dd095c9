import Base

extension UI {
    /// A trend in the size of a word; it decorates the figure it stands beside.
    public static func spark(_ values: [Double], label: String? = nil) -> HTML {
        let voice: HTML = label.map { "role=\"img\" aria-label=\"\($0)\"" } ?? "aria-hidden=\"true\""
        let (low, high) = bounds(values, fromZero: false)
        return """
            <svg class="spark" \(voice) viewBox="0 0 100 30" preserveAspectRatio="none"><polyline class="p-line" \
            points="\(points(values, low: low, high: high, height: 30, count: values.count))"/></svg>
            """
    }

    /// A line over time with its first and last figures written on it; last year's dashed in grey, a target as a
    /// labelled line.
    public static func line(
        _ title: String, _ points: [(label: String, value: Double)], previous: [Double] = [], note: String = "",
        unit: String = "", target: (label: String, value: Double)? = nil, fromZero: Bool = true, sentence: String? = nil
    ) -> HTML {
        let chart = LineChart(
            points: Array(points.suffix(300)), previous: Array(previous.suffix(300)), unit: unit, target: target,
            fromZero: fromZero)
        return plot(
            title, note: note, sentence: sentence, chart.drawn, height: LineChart.height,
            table: chart.twin(title))
    }

    /// The same small line for each of several things, all on one scale, so that they can be compared.
    public static func multiples(
        _ title: String, _ series: [(label: String, values: [Double])], note: String = "", unit: String = "",
        headings: [String] = [], fromZero: Bool = false
    ) -> HTML {
        let (low, high) = bounds(series.flatMap(\.values), fromZero: fromZero)
        let parts = series.prefix(24).map { one -> HTML in
            let last = decimal(one.values.last ?? 0) + unit, shown = one.values.suffix(24)
            return """
                <div><h3><span>\(one.label)</span><b>\(last)</b></h3>\
                <svg role="img" aria-label="\(one.label): \(last)" viewBox="0 0 100 44" preserveAspectRatio="none">\
                <line class="p-axis" x1="0" x2="100" y1="43" y2="43"/><polyline class="p-line" \
                points="\(points(shown, low: low, high: high, height: 44, count: shown.count))"/></svg></div>
                """
        }
        return """
            <figure class="plot"><figcaption>\(title)</figcaption>\(when(!note.isEmpty, "<p class=\"sub\">\(note)</p>"))
            <div class="multiples">\(parts)</div>
            \(fold(t("Bảng số liệu"), multiplesTwin(title, series, headings, unit)))</figure>
            """
    }

    private static func multiplesTwin(
        _ title: String, _ series: [(label: String, values: [Double])], _ headings: [String], _ unit: String
    ) -> HTML {
        let width = series.map(\.values.count).max() ?? 0
        let names = (0..<width).map { $0 < headings.count ? headings[$0] : String($0 + 1) }
        return table(
            [Column(t("Mục"))] + names.map { Column($0, isNumeric: true) },
            series.map { one in
                Row([.text(one.label)] + one.values.map { .text(decimal($0) + unit) })
            }, caption: title)
    }

    static func bounds(_ values: [Double], fromZero: Bool) -> (low: Double, high: Double) {
        let values = values.map(sane), low = values.min() ?? 0, high = values.max() ?? 1
        let floor = fromZero ? min(low, 0) : low
        return high > floor ? (floor, high) : (floor - 1, floor + 1)
    }

    /// Points on a field 100 wide; 2 are kept free above and below for the thickness of the line.
    static func points(
        _ values: some Collection<Double>, low: Double, high: Double, height: Double, count: Int
    ) -> String {
        let step = count > 1 ? 100 / Double(count - 1) : 0
        return values.enumerated().map { index, value in
            "\(short(Double(index) * step)),\(short(height - 2 - (sane(value) - low) / (high - low) * (height - 4)))"
        }.joined(separator: " ")
    }
}

/// A line whose letters keep their size: the drawing stretches inside, names and figures stand around it.
struct LineChart {
    let points: [(label: String, value: Double)], previous: [Double], unit: String
    let target: (label: String, value: Double)?
    let fromZero: Bool

    static let height = 196
    private let top = 20.0, field = 140.0

    private var scale: (low: Double, high: Double) {
        UI.bounds(points.map(\.value) + previous + (target.map { [$0.value] } ?? []), fromZero: fromZero)
    }

    private func y(_ value: Double) -> String {
        let (low, high) = scale
        return UI.short(top + field - 2 - (UI.sane(value) - low) / (high - low) * (field - 4))
    }

    var drawn: HTML {
        let (low, high) = scale, count = max(points.count, previous.count)
        func run(_ values: [Double], _ style: String) -> HTML {
            guard values.count > 1 else { return HTML() }
            let path = UI.points(values, low: low, high: high, height: field, count: count)
            return "<polyline class=\"p-line\(style)\" points=\"\(path)\"/>"
        }
        return """
            <line class="p-axis" x1="0" x2="100%" y1="160" y2="160"/>\
            <svg x="0" y="20" width="100%" height="140" viewBox="0 0 100 140" preserveAspectRatio="none">\
            \(run(previous, " before"))\(run(points.map(\.value), ""))</svg>\(targetLine)\(ends)
            """
    }

    private var targetLine: HTML {
        guard let target else { return HTML() }
        let y = y(target.value)
        return """
            <line class="p-target" x1="0" x2="100%" y1="\(y)" y2="\(y)"/>\
            <text class="t-target t-mid" x="\(quietPlace(target.value))%" y="\(y)" dy="-5">\(target.label)</text>
            """
    }

    /// Where along the width the line stays farthest from the target: there its label is in nobody's way.
    private func quietPlace(_ target: Double) -> Int {
        let count = max(points.count, previous.count)
        guard count > 1 else { return 50 }
        return [30, 50, 70].max { left, right in
            distance(at: left * (count - 1) / 100, target) < distance(at: right * (count - 1) / 100, target)
        } ?? 50
    }

    private func distance(at index: Int, _ target: Double) -> Double {
        index < points.count ? (UI.sane(points[index].value) - target).magnitude : .infinity
    }

    private var ends: HTML {
        guard let first = points.first, let last = points.last, points.count > 1 else { return HTML() }
        let end = UI.share(Double(points.count - 1), of: Double(max(points.count, previous.count) - 1))
        let anchor: HTML = points.count >= previous.count ? " t-end" : HTML()
        return """
            <circle class="p-dot" cx="\(end)" cy="\(y(last.value))" r="5"/>\
            <text x="0" y="\(y(first.value))" dy="-8">\(figure(first.value))</text>\
            <text class="t-bold\(anchor)" x="\(end)" y="\(y(last.value))" dy="-10">\(figure(last.value))</text>\
            <text class="t-muted" x="0" y="178">\(first.label)</text>\
            <text class="t-muted\(anchor)" x="\(end)" y="178">\(last.label)</text>
            """
    }

    private func figure(_ value: Double) -> String { UI.decimal(value) + unit }

    func twin(_ title: String) -> HTML {
        var columns = [UI.Column(t("Mốc")), UI.Column(t("Số"), isNumeric: true)]
        if !previous.isEmpty { columns.append(UI.Column(t("Năm trước"), isNumeric: true)) }
        return UI.table(
            columns,
            points.enumerated().map { index, point in
                var cells = [HTML.text(point.label), .text(figure(point.value))]
                if !previous.isEmpty { cells.append(.text(index < previous.count ? figure(previous[index]) : "–")) }
                return UI.Row(cells)
            }, caption: title)
    }
}
