import Base

extension UI {
    /// One of the few things that a role comes for.
    public struct BigLink: Sendable {
        public var label: String, note: String, href: String, icon: String

        public init(_ label: String, _ note: String, _ href: String, icon: String) {
            (self.label, self.note, self.href, self.icon) = (label, note, href, icon)
        }
    }

    /// What a role comes for, large enough for a thumb.
    public static func bigLinks(_ links: [BigLink], label: String) -> HTML {
        let drawn = links.map { link -> HTML in
            """
            <a class="big-link" href="\(link.href)">\(icon(link.icon))<span><b>\(link.label)</b>\
            <small>\(link.note)</small></span></a>
            """
        }
        return "<nav class=\"big-links\" aria-label=\"\(label)\">\(drawn)</nav>"
    }
}
