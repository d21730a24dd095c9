import Base

/// The parts that every page is made of: each function takes values and gives a piece of a page.
/// Their look is in Resources/style, one block of rules a part; all of them stand on the living page `/style`.
public enum UI {
    /// What a message or a chip means; a sign and a word always go with its colour.
    public enum Tone: String, Sendable, CaseIterable {
        case good, warn, bad, info, plain

        var icon: String {
            switch self {
            case .good: "check"
            case .warn: "warning"
            case .bad: "bad"
            case .info, .plain: "info"
            }
        }
    }

    /// A hidden pair of a form: its name and its value.
    public typealias Pair = (name: String, value: String)

    /// A drawing of the icon sheet; with a label it speaks, without one it only decorates.
    public static func icon(_ name: String, label: String? = nil) -> HTML {
        let use: HTML = "<use href=\"/assets/icons.svg#\(name)\"/></svg>"
        guard let label else { return "<svg class=\"icon\" aria-hidden=\"true\">\(use)" }
        return "<svg class=\"icon\" role=\"img\" aria-label=\"\(label)\">\(use)"
    }

    /// A piece for each of several things, one after the other.
    public static func each<Things: Sequence>(_ things: Things, _ piece: (Things.Element) -> HTML) -> HTML {
        var out = HTML(capacity: things.underestimatedCount * 96)
        for thing in things { out += piece(thing) }
        return out
    }

    /// A piece for a thing that may be absent.
    public static func some<Thing>(_ thing: Thing?, _ piece: (Thing) -> HTML) -> HTML {
        thing.map(piece) ?? HTML()
    }

    /// A link that looks like a button.
    public static func link(_ label: String, _ href: String, icon: String? = nil, isPrimary: Bool = false) -> HTML {
        """
        <a class="button\(when(isPrimary, " primary"))" href="\(href)">\(icon.map { UI.icon($0) })\(label)</a>
        """
    }

    /// A button that sends its form; with a name and value it says which one was pressed.
    public static func button(
        _ label: String, name: String? = nil, value: String = "", icon: String? = nil, style: String = ""
    ) -> HTML {
        let pair = some(name) { " name=\"\($0)\" value=\"\(value)\"" }
        let look = when(!style.isEmpty, " \(style)")
        return "<button class=\"button\(look)\"\(pair)>\(icon.map { UI.icon($0) })\(label)</button>"
    }

    /// A form of one button, for an act that needs no fields (approve, lock, end a session).
    public static func post(
        _ label: String, to action: String, csrf: String, fields: [Pair] = [], icon: String? = nil, style: String = ""
    ) -> HTML {
        """
        <form method="post" action="\(action)">\(hidden([("csrf", csrf)] + fields))\
        \(button(label, icon: icon, style: style))</form>
        """
    }

    /// Hidden fields.
    public static func hidden(_ pairs: [Pair]) -> HTML {
        each(pairs) { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
    }

    /// A chip with a sign and a word for a state.
    public static func badge(_ text: String, _ tone: Tone = .plain) -> HTML {
        let sign = tone == .plain ? HTML() : icon(tone.icon)
        return "<span class=\"badge \(tone.rawValue)\">\(sign)\(text)</span>"
    }

    /// A framed part of a page with its heading.
    public static func card(_ title: String, _ content: HTML) -> HTML {
        "<section class=\"card\"><h2>\(title)</h2>\(content)</section>"
    }

    /// Parts side by side where there is room, one below the other where there is not.
    public static func columns(_ parts: [HTML]) -> HTML { "<div class=\"columns\">\(parts)</div>" }

    /// A part that opens on a click, without any script.
    public static func fold(_ summary: String, _ content: HTML, isOpen: Bool = false) -> HTML {
        """
        <details class="fold-out"\(when(isOpen, " open"))><summary>\(summary)</summary>\(content)</details>
        """
    }
}
