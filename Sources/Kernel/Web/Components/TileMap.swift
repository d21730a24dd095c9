import Base

extension UI {
    /// One unit of `tileMap`: so much of a whole, with the way to its own page.
    public struct MapTile: Sendable {
        public var name: String, part: Int, whole: Int, href: String?

        public init(_ name: String, part: Int, whole: Int, href: String? = nil) {
            (self.name, self.part, self.whole, self.href) = (name, part, whole, href)
        }

        /// Which of five steps of colour it has; 0 where there is nothing to count.
        var step: Int { whole > 0 ? min(5, Int(Double(part) * 5 / Double(whole)) + 1) : 0 }
    }

    /// Shares of many units side by side, in an order of their own and never by rank: a scale of five steps, the figure written in,
    /// the same figures as a table below.
    public static func tileMap(
        _ title: String, _ tiles: [MapTile], note: String = "", headings: (name: String, value: String) = ("", "")
    ) -> HTML {
        let drawn = each(tiles) { tile in
            let figure = percent(tile.part, of: tile.whole)
            let inside: HTML = "<span class=\"tile-name\">\(tile.name)</span><b>\(figure)</b>"
            return tile.href.map { "<li class=\"tile s\(tile.step)\"><a href=\"\($0)\">\(inside)</a></li>" }
                ?? "<li class=\"tile s\(tile.step)\">\(inside)</li>"
        }
        let columns = [
            Column(headings.name.isEmpty ? t("Mục") : headings.name),
            Column(headings.value.isEmpty ? t("Số") : headings.value, isNumeric: true),
            Column(t("Tổng số"), isNumeric: true),
        ]
        let rows = tiles.map { tile in
            Row([.text(tile.name), .text(grouped(tile.part)), .text(grouped(tile.whole))], href: tile.href)
        }
        return """
            <figure class="plot"><figcaption>\(title)</figcaption>\(when(!note.isEmpty, "<p class=\"sub\">\(note)</p>"))\
            <ul class="tile-map">\(drawn)</ul>\(fold(t("Bảng số liệu"), table(columns, rows, caption: title)))</figure>
            """
    }
}
