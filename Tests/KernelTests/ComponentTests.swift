import Base
import Testing
import Web

@Suite("Components")
struct ComponentTests {
    private let evil = "<script>alert('Ẫ')</script>\" onload=\"x"

    @Test("whatever a person typed is escaped in every part")
    func escaped() {
        var frame = Frame(evil, UI.person(evil, born: evil, place: evil, photo: evil, href: evil))
        (frame.isSignedIn, frame.visitorName, frame.orgName, frame.search, frame.csrf) = (true, evil, evil, evil, evil)
        frame.roles = [(evil, evil, true)]
        frame.years = [evil]
        frame.pageYear = evil
        frame.yearlessPath = evil
        frame.menu = [.init(evil, evil, icon: evil)]
        frame.breadcrumbs = [(evil, evil), (evil, nil)]
        frame.flash = (.bad, evil)
        frame.content += parts
        let page = UI.page(frame).string
        #expect(!page.contains("<script>alert") && !page.contains("\" onload"))
    }

    private var parts: HTML {
        let problems = [Problem(evil, evil)]
        return [
            UI.text(evil, evil, value: evil, hint: evil, problems: problems), UI.textarea(evil, evil, value: evil),
            UI.select(evil, evil, [(evil, evil)], value: evil, any: evil),
            UI.checkbox(evil, evil, value: evil, hint: evil),
            UI.radios(evil, evil, [(evil, evil)], value: evil), UI.file(evil, evil, accept: evil),
            UI.form(evil, csrf: evil, HTML(), submit: evil, problems: problems, key: evil, cancel: evil),
            UI.table(
                [UI.Column(evil, sortHref: evil)], [UI.Row([.text(evil)], href: evil, key: evil, name: evil)],
                caption: evil, bulk: UI.Bulk(action: evil, csrf: evil, verbs: [(evil, evil)])),
            UI.chips([UI.Chip(evil, evil, removeHref: evil)]), UI.bars(evil, [UI.Bar(evil, 1, href: evil)], note: evil),
            UI.line(evil, [(evil, 1), (evil, 2)], unit: evil, target: (evil, 1)),
            UI.pyramid(evil, ages: [(evil, 1, 2)]),
            UI.multiples(evil, [(evil, [1, 2])]), UI.stat(evil, evil, unit: evil, target: (evil, .bad), fresh: evil),
            UI.timeline([UI.Event(evil, evil, by: evil)]), UI.facts([(evil, .text(evil))]),
            UI.steps([evil], current: 0),
            UI.tabs([UI.Tab(evil, evil)], label: evil), UI.empty(evil, evil), UI.badge(evil, .good),
            UI.confirm(evil, consequence: .text(evil), action: evil, csrf: evil, verb: evil, cancel: evil),
            UI.progress(evil, done: 1, total: 2, counts: [(evil, 1)], poll: evil, cancel: (evil, evil)),
            UI.printHead(above: evil, org: evil, number: evil, place: evil, date: evil), UI.signatures([(evil, evil)]),
        ].joined()
    }

    @Test("nothing on the living page is inline script or style, and no piece has lost its type")
    func clean() {
        let page = StylePage.content().string
        #expect(!page.contains(" style=") && !page.contains("<script") && !page.contains(" on"))
        #expect(!page.contains("HTML(") && !page.contains("Optional("))
    }

    @Test("every element that is opened is closed, in order")
    func balanced() {
        var frame = Frame("Kiểu dáng", StylePage.content())
        frame.isSignedIn = true
        frame.roles = [("clerk", "Văn thư", true)]
        frame.years = ["2026-2027", "2025-2026"]
        frame.menu = [.init("Trang chính", "/me", icon: "home")]
        let unclosed = imbalance(of: UI.page(frame).string)
        #expect(unclosed == nil, "\(unclosed ?? "")")
        let sheet = imbalance(of: UI.paper("Giấy", UI.printHead(above: "A", org: "B"), isDemo: true).string)
        #expect(sheet == nil, "\(sheet ?? "")")
    }

    /// The first element that closes what is not open, or stays open.
    private func imbalance(of page: String) -> String? {
        let void: Set = ["input", "meta", "link", "br", "hr", "img", "!doctype"]
        var open: [String] = []
        for piece in page.split(separator: "<").dropFirst(page.hasPrefix("<") ? 0 : 1) {
            let tag = piece.prefix { $0 != ">" }
            let name = String(tag.prefix { $0 != " " && $0 != "/" || $0 == tag.first }).lowercased()
            if name.hasPrefix("/") {
                guard open.popLast() == String(name.dropFirst()) else { return "<\(tag)> closes another" }
            } else if !void.contains(name), !tag.hasSuffix("/") {
                open.append(name)
            }
        }
        return open.first
    }

    @Test("a problem marks its field, and the summary leads to it")
    func problems() {
        let problems = [Problem("born", "31/02/2014 không có trong lịch.")]
        let form = UI.form(
            "/x", csrf: "t",
            UI.date("born", "Ngày sinh", value: "31/02/2014", hint: "Như giấy khai sinh", problems: problems),
            submit: "Lưu", problems: problems
        ).string
        #expect(form.contains("href=\"#f-born\"") && form.contains("id=\"f-born\"") && form.contains("role=\"alert\""))
        #expect(
            form.contains("aria-describedby=\"f-born-hint f-born-error\"") && form.contains("aria-invalid=\"true\""))
        #expect(form.contains("value=\"31/02/2014\""))
    }

    @Test("sorted columns say so, numbers and labels are marked for cards")
    func tables() {
        let table = UI.table(
            [
                UI.Column("Tên", sortHref: "?s", sort: .descending),
                UI.Column("Điểm", isNumeric: true, isHiddenOnPhone: true),
            ],
            [UI.Row(["An", "8,5"], href: "/a")], caption: "Lớp", cards: true
        ).string
        #expect(
            table.contains("aria-sort=\"descending\"") && table.contains("<th scope=\"row\"><a href=\"/a\">An</a></th>")
        )
        #expect(table.contains("<td class=\"num hp\" data-label=\"Điểm\">8,5</td>"))
        #expect(UI.table([UI.Column("Tên")], [], caption: "Lớp", empty: "trống").string == "trống")
    }

    @Test("plots speak, have their table, and stand on whatever numbers come")
    func plots() {
        let odd: [Double] = [.nan, .infinity, -.infinity, -5, 0, 1e300]
        let all =
            UI.bars("Thấy", odd.map { UI.Bar("Mục", $0, previous: $0) }) + UI.bars("Thấy", [])
            + UI.line("Thấy", odd.map { ("Mốc", $0) }, previous: odd) + UI.line("Thấy", [])
            + UI.multiples("Thấy", [("Một", odd), ("Hai", [])])
            + UI.pyramid("Thấy", ages: [("6", 0, 0), ("7", -3, Int.max)])
            + UI.spark(odd) + UI.spark([])
        #expect(!all.string.contains("nan") && !all.string.contains("inf"))
        let one = UI.bars("Sìn Hồ đông nhất", [UI.Bar("A", 1), UI.Bar("B", 2)]).string
        #expect(one.contains("role=\"img\" aria-label=\"Sìn Hồ đông nhất\"") && one.contains("<table"))
        #expect(
            one.firstRange(of: ">B<")?.lowerBound ?? one.endIndex < one.firstRange(of: ">A<")?.lowerBound
                ?? one.startIndex)
    }

    @Test(
        "numbers are written as in Việt Nam",
        arguments: [
            (0, 1, "0"), (1234.5, 1, "1.234,5"), (-0.04, 1, "0"), (98.40, 2, "98,4"), (7.05, 2, "7,05"), (.nan, 1, "–"),
            (1e18, 1, "–"),
        ])
    func decimals(_ number: Double, _ places: Int, _ shown: String) {
        #expect(UI.decimal(number, places: places) == shown)
    }

    @Test("counts are exact to a thousand")
    func counts() {
        #expect(
            UI.grouped(149_763) == "149.763" && UI.grouped(-1234) == "-1.234" && UI.grouped(Int.min).hasPrefix("-9."))
        #expect(UI.counted(1000) == "1.000" && UI.counted(1001) == "trên 1.000")
        #expect(Language.$current.withValue(.en) { UI.decimal(1234.5) } == "1,234.5")
        #expect(UI.percent(1, of: 0) == "–" && UI.percent(1, of: 3) == "33,3%")
    }

    @Test("an official day is written as the law wants it")
    func official() {
        #expect(Day(year: 2026, month: 2, day: 5).map(UI.officialDate) == "ngày 05 tháng 02 năm 2026")
        #expect(Day(year: 2026, month: 9, day: 15).map(UI.officialDate) == "ngày 15 tháng 9 năm 2026")
    }

    @Test("a text stays a text however late it is written, and markup markup")
    func textsAreEscapedOnce() {
        let evil = "<b>\"&'", once = "&lt;b&gt;&quot;&amp;&#39;"
        let text = HTML.text(evil), markup: HTML = "<i>"
        #expect(text.string == once)
        #expect((markup + text).string == "<i>" + once)
        #expect(("\(text)\([text, markup])\(evil)" as HTML).string == once + once + "<i>" + once)
        var grown = HTML()
        #expect(grown.isEmpty && HTML.text("").isEmpty && !text.isEmpty)
        for _ in 0..<3 { grown += text }
        #expect(grown.string == once + once + once)
        #expect([text, text].joined("<hr>").string == once + "<hr>" + once)
    }

    @Test("values fill the holes of a sentence in order, whatever they hold")
    func sentencesAreFilled() {
        #expect(translated("{} và {}", ["a{}", "b"]) == "a{} và b")
        #expect(translated("{}{}", ["", "é"]) == "é")
        #expect(translated("một {} hai {}", ["1"]) == "một 1 hai {}")
        #expect(translated("không có {", ["1", "2"]) == "không có {")
    }
}
