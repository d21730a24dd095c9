import Base

extension UI {
    /// A slip that somebody takes home: what it is, whose, what stands on it, and a square code that a phone reads.
    public struct Slip: Sendable {
        public var title: String, name: String, lines: [(label: String, value: String)], code: String, link: String

        public init(_ title: String, name: String, lines: [(label: String, value: String)], code: String, link: String)
        {
            (self.title, self.name, self.lines, self.code, self.link) = (title, name, lines, code, link)
        }
    }

    /// Slips on A4, two beside each other, with lines to cut along.
    public static func slips(_ slips: [Slip]) -> HTML {
        let drawn = slips.map { slip -> HTML in
            """
            <li class="slip"><div class="slip-code">\(QRCode.svg(slip.link, label: t("Mã QR của {}", slip.name)))</div>\
            <div><p class="slip-title">\(slip.title)</p><p class="slip-name">\(slip.name)</p>\
            \(each(slip.lines) { "<p>\($0.label): <b>\($0.value)</b></p>" })\
            <p class="slip-secret">\(slip.code)</p></div></li>
            """
        }
        return "<ul class=\"slips\">\(drawn)</ul>"
    }
}
