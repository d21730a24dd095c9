import Base

extension UI {
    /// One leaf of `tabs`.
    public struct Tab: Sendable {
        public var label: String, href: String, isCurrent: Bool, count: Int?

        public init(_ label: String, _ href: String, isCurrent: Bool = false, count: Int? = nil) {
            (self.label, self.href, self.isCurrent, self.count) = (label, href, isCurrent, count)
        }
    }

    /// The leaves of one thing; each is a page of its own.
    public static func tabs(_ tabs: [Tab], label: String) -> HTML {
        let links = tabs.map { tab -> HTML in
            """
            <a class="tab" href="\(tab.href)"\(when(tab.isCurrent, " aria-current=\"page\""))>\(tab.label)\
            \(some(tab.count) { "<span class=\"n\">\(grouped($0))</span>" })</a>
            """
        }
        return "<nav class=\"tabs\" aria-label=\"\(label)\">\(links)</nav>"
    }

    /// The steps of a longer act; `current` counts from 0, those before it are done.
    public static func steps(_ labels: [String], current: Int) -> HTML {
        let lines = labels.enumerated().map { index, label -> HTML in
            let state: HTML = index < current ? " class=\"done\"" : when(index == current, " aria-current=\"step\"")
            return """
                <li\(state)>\(label)\
                \(when(index < current, "<span class=\"visually-hidden\">, \(t("đã xong"))</span>"))</li>
                """
        }
        return "<ol class=\"steps\">\(lines)</ol>"
    }

    /// One thing that happened.
    public struct Event: Sendable {
        public var when: String, title: String, detail: HTML, by: String, isNow: Bool

        public init(_ when: String, _ title: String, detail: HTML = HTML(), by: String = "", isNow: Bool = false) {
            (self.when, self.title, self.detail, self.by, self.isNow) = (when, title, detail, by, isNow)
        }
    }

    /// What happened, newest first.
    public static func timeline(_ events: [Event]) -> HTML {
        let lines = events.map { event -> HTML in
            let by: HTML = event.by.isEmpty ? HTML() : "<div class=\"by\">\(event.by)</div>"
            return """
                <li\(when(event.isNow, " class=\"now\""))><time>\(event.when)</time><strong>\(event.title)</strong>\
                <div>\(event.detail)</div>\(by)</li>
                """
        }
        return "<ol class=\"timeline\">\(lines)</ol>"
    }

    /// Terms and what they are.
    public static func facts(_ facts: [(term: String, value: HTML)]) -> HTML {
        let lines = facts.map { fact -> HTML in
            let value: HTML = fact.value.isEmpty ? "<span class=\"muted\">–</span>" : fact.value
            return "<div><dt>\(fact.term)</dt><dd>\(value)</dd></div>"
        }
        return "<dl class=\"facts\">\(lines)</dl>"
    }

    /// Who it is: photo or initials, name, date of birth, class. Enough not to take one child for another.
    public static func person(
        _ name: String, born: String = "", place: String = "", photo: String? = nil, href: String? = nil,
        isLarge: Bool = false
    ) -> HTML {
        let shown: HTML =
            href.map { "<a class=\"name\" href=\"\($0)\">\(name)</a>" }
            ?? "<span class=\"name\">\(name)</span>"
        let rest = [born, place].filter { !$0.isEmpty }.joined(separator: " · ")
        return """
            <span class="person\(when(isLarge, " large"))">\(face(name, photo: photo))<span>\(shown)<small>\(rest)</small></span></span>
            """
    }

    /// A face: the photo where there is one, else the initials.
    public static func face(_ name: String, photo: String?) -> HTML {
        photo.map { "<img class=\"face\" src=\"\($0)\" alt=\"\" loading=\"lazy\">" }
            ?? "<span class=\"face\" aria-hidden=\"true\">\(initials(name))</span>"
    }

    /// The first letters of the family name and the given name.
    static func initials(_ name: String) -> String {
        let words = name.split(separator: " ")
        let letters = [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first }
        return String(letters).uppercased()
    }

    /// One figure: what it counts, its value, its target, its trend, how fresh it is.
    public static func stat(
        _ label: String, _ figure: String, unit: String = "", href: String? = nil,
        target: (text: String, tone: Tone)? = nil, trend: [Double] = [], fresh: String = ""
    ) -> HTML {
        let inside: HTML = """
            <span class="label">\(label)</span><span class="figure">\(figure)\
            \(when(!unit.isEmpty, " <small>\(unit)</small>"))</span>\(when(trend.count > 1, spark(trend)))\
            \(some(target, goal))\
            \(when(!fresh.isEmpty, "<span class=\"fresh\">\(fresh)</span>"))
            """
        return href.map { "<a class=\"stat\" href=\"\($0)\">\(inside)</a>" } ?? "<div class=\"stat\">\(inside)</div>"
    }

    private static func goal(_ goal: (text: String, tone: Tone)) -> HTML {
        let sign = when(goal.tone != .plain, icon(goal.tone.icon) + " ")
        return "<span class=\"target \(goal.tone.rawValue)\">\(sign)\(goal.text)</span>"
    }

    /// Figures side by side.
    public static func stats(_ stats: [HTML]) -> HTML { "<div class=\"stats\">\(stats)</div>" }
}
