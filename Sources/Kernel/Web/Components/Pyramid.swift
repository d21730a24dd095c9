import Base

extension UI {
    /// Ages one above the other, men and boys to the left, women and girls to the right; every bar bears its figure.
    public static func pyramid(
        _ title: String, ages: [(age: String, male: Int, female: Int)], note: String = "", sentence: String? = nil
    ) -> HTML {
        let ages = Array(ages.prefix(120))
        let top = Double(max(ages.map { max($0.male, $0.female) }.max() ?? 0, 1))
        let rows = ages.enumerated().map { pyramidRow($1, top: top, y: 24 + $0 * 22) }
        let head: HTML = """
            <text class="t-bold t-end" x="44%" y="13">\(t("Nam"))</text>\
            <text class="t-muted t-mid" x="50%" y="13">\(t("Tuổi"))</text>\
            <text class="t-bold" x="56%" y="13">\(t("Nữ"))</text>
            """
        let table = table(
            [Column(t("Tuổi")), Column(t("Nam"), isNumeric: true), Column(t("Nữ"), isNumeric: true)],
            ages.map { Row([.text($0.age), .text(grouped($0.male)), .text(grouped($0.female))]) }, caption: title)
        return plot(
            title, note: note, sentence: sentence, head + rows.joined(), height: 26 + ages.count * 22, table: table)
    }

    /// Bars reach from 44 % outward to 12 %, from 56 % to 88 %: the rest is for their figures.
    private static func pyramidRow(_ row: (age: String, male: Int, female: Int), top: Double, y: Int) -> HTML {
        let left = max(Double(row.male), 0) / top * 32, right = max(Double(row.female), 0) / top * 32
        return """
            <rect class="p-bar" x="\(short(44 - left))%" y="\(y)" width="\(short(left))%" height="17"/>\
            <text class="t-end" x="\(short(44 - left))%" dx="-5" y="\(y + 13)">\(grouped(row.male))</text>\
            <text class="t-muted t-mid" x="50%" y="\(y + 13)">\(row.age)</text>\
            <rect class="p-bar-2" x="56%" y="\(y)" width="\(short(right))%" height="17"/>\
            <text x="\(short(56 + right))%" dx="5" y="\(y + 13)">\(grouped(row.female))</text>
            """
    }
}
