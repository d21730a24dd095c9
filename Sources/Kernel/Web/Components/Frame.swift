import Base

/// All that a page says about itself and its visitor; `UI.page` draws it.
public struct Frame: Sendable {
    /// One room of the visitor's menu.
    public struct MenuItem: Sendable {
        public var label: String, href: String, icon: String
        public var isCurrent: Bool
        /// One of the role's four jobs, on the bottom bar of a phone.
        public var isJob: Bool

        public init(_ label: String, _ href: String, icon: String, isCurrent: Bool = false, isJob: Bool = false) {
            (self.label, self.href, self.icon) = (label, href, icon)
            (self.isCurrent, self.isJob) = (isCurrent, isJob)
        }
    }

    /// How close the lines stand: desk for those who work in it all day, hand for families and pupils.
    public enum Density: String, Sendable { case desk, hand }

    public var title: String
    public var content: HTML
    public var language = Language.current
    /// The path with its query: where switches come back to.
    public var path = "/"
    public var visitorName = ""
    public var roles: [(key: String, label: String, isCurrent: Bool)] = []
    public var orgName = ""
    public var years: [String] = []
    public var currentYear = ""
    public var pageYear = ""
    /// The path without a school year in its query: where a change of school year comes back to.
    public var yearlessPath = "/"
    public var menu: [MenuItem] = []
    public var breadcrumbs: [(label: String, href: String?)] = []
    public var primary: HTML?
    public var flash: (tone: UI.Tone, text: String)?
    public var csrf = ""
    public var isDemo = false
    public var isSignedIn = false
    /// Whether the header of somebody who is not signed in leads to the sign-in.
    public var offersSignIn = true
    public var isNarrow = false
    public var density = Density.desk
    /// `light`, `dark`, or nothing to follow the machine: the cookie `theme`, which the script writes.
    public var theme: String?
    /// Whether the rail shows only its drawings: the cookie `rail` is `narrow`.
    public var isRailNarrow = false
    public var search = ""
    /// Seconds after which a page without JavaScript asks again (a job on its way).
    public var refresh: Int?
    /// Changes when the assets change, so that they may be kept for ever.
    public var assetVersion = "1"

    public init(_ title: String, _ content: HTML = HTML()) { (self.title, self.content) = (title, content) }

    var jobs: [MenuItem] {
        // A role with fewer than four marked jobs has room for the first of the rest.
        Array((menu.filter(\.isJob) + menu.filter { !$0.isJob }).prefix(4))
    }
}
