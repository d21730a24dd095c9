import Base

extension UI {
    /// A whole document meant for paper: shown as a sheet, with a button that prints it.
    public static func paper(
        _ title: String, _ content: HTML, isDemo: Bool, back: String? = nil, assetVersion: String = "1"
    ) -> HTML {
        var frame = Frame(title)
        frame.assetVersion = assetVersion
        return """
            \(documentHead(frame))
            <body class="paper-page">\(demoBand(isDemo))
            <nav class="paper-bar" aria-label="\(t("Đường dẫn"))">\(some(back) { link(t("Quay lại"), $0) })\
            <button class="button primary" type="button" data-print hidden>\(icon("print"))\(t("In"))</button></nav>
            <main class="paper" id="content">\(content)</main></body></html>
            """
    }

    /// The head of an official paper (NĐ 30/2020/NĐ-CP, annex I): who issues it and under whom, the national heading
    /// and motto, number, place and date.
    public static func printHead(
        above: String, org: String, number: String? = nil, place: String = "", date: String = ""
    ) -> HTML {
        """
        <header class="print-head"><div><p class="upper">\(above)</p><p class="upper org"><span>\(org)</span></p>\
        \(some(number) { "<p class=\"number\">\(t("Số: {}", $0))</p>" })</div>
        <div lang="vi"><p><strong>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</strong></p>\
        <p class="motto"><span>Độc lập - Tự do - Hạnh phúc</span></p>\
        \(when(!date.isEmpty, "<p class=\"when\">\(place.isEmpty ? date : "\(place), \(date)")</p>"))</div></header>
        """
    }

    /// Where an official paper is signed: each post with room for a hand and the name below it.
    public static func signatures(_ signers: [(post: String, name: String)]) -> HTML {
        let blocks = signers.map { signer -> HTML in
            """
            <div><p class="post">\(signer.post)</p><div class="space"></div>\
            <p class="name">\(signer.name)</p></div>
            """
        }
        return "<div class=\"signatures\">\(blocks)</div>"
    }

    /// A day in the words of an official paper: ngày 05 tháng 9 năm 2026 (days under 10 and months 1, 2 take a zero).
    public static func officialDate(_ day: Day) -> String {
        let (year, month, date) = day.parts
        return "ngày \(date < 10 ? "0" : "")\(date) tháng \(month < 3 ? "0" : "")\(month) năm \(year)"
    }
}
