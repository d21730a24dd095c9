import Base
import Storage
import Work

/// What every page needs of the house: its menu, its assets, whether its data are a sample.
public struct HouseFrame: Sendable {
    let menu: [MenuEntry]
    let cards: [HomeCard]
    let links: [RecordLink]
    let staffCounts: [StaffCount]
    let personTables: [PersonTable]
    let accountName: (@Sendable (Tx, ID<Account>) throws -> String)?
    let assets: Assets
    let isDemo: Bool
    /// The one unit whose name stands in the header of a visitor without one.
    let houseName: String

    public init(
        menu: [MenuEntry], cards: [HomeCard], links: [RecordLink] = [], staffCounts: [StaffCount] = [],
        personTables: [PersonTable] = [], accountName: (@Sendable (Tx, ID<Account>) throws -> String)? = nil,
        assets: Assets, isDemo: Bool,
        houseName: String
    ) {
        (self.links, self.staffCounts, self.accountName) = (links, staffCounts, accountName)
        self.personTables = personTables
        self.menu = menu.sorted { $0.order < $1.order }
        self.cards = cards.sorted { $0.order < $1.order }
        (self.assets, self.isDemo, self.houseName) = (assets, isDemo, houseName)
    }

    /// Puts the frame around a page.
    func draw(_ page: PageContent, for visit: Visit, flash: String?) -> HTML {
        var frame = Frame(page.title, page.content)
        frame.breadcrumbs = page.crumbs.map { (label: $0.0, href: $0.1) }
        frame.primary = page.primary
        (frame.isNarrow, frame.refresh, frame.offersSignIn) = (page.isNarrow, page.refresh, page.offersSignIn)
        frame.path = visit.link()
        frame.csrf = visit.csrf
        frame.theme = visit.cookie("theme").flatMap { ["light", "dark"].contains($0) ? $0 : nil }
        frame.isRailNarrow = visit.cookie("rail") == "narrow"
        frame.search = visit.path == "/search" ? visit.query("q") : ""
        frame.isDemo = isDemo
        frame.assetVersion = assets.version
        frame.flash = flash.map { (tone: .good, text: $0) }
        if let session = visit.session {
            frame.isSignedIn = true
            frame.roles = session.roles.map { (key: $0.key, label: $0.label, isCurrent: $0.isCurrent) }
            frame.visitorName = visit.visitor.name
            frame.orgName = visit.visitor.orgName
            addYears(to: &frame, visit)
            frame.menu = session.mustVisit == nil ? items(for: visit) : []
            if session.isViewingAs { frame.content = eyes(visit) + frame.content }
            frame.density = visit.visitor.role == .student || visit.visitor.role == .guardian ? .hand : .desk
        } else {
            frame.orgName = houseName
        }
        return UI.page(frame)
    }

    /// The cards of a visitor's home page, in order.
    func cards(for visit: Visit) async throws -> [HTML] {
        var out: [HTML] = []
        for card in cards where visit.visitor.may(card.right) {
            guard card.roles.isEmpty || visit.visitor.role.map(card.roles.contains) == true else { continue }
            if let content = try await card.content(visit) { out.append(content) }
        }
        return out
    }

    /// Says above every page that somebody looks with another's eyes, and how to stop.
    private func eyes(_ visit: Visit) -> HTML {
        UI.notice(
            """
            \(t("Đang xem bằng vai của {}: chỉ được xem, không được sửa.", visit.visitor.name))
            \(UI.post(t("Thôi xem"), to: "/view-as/end", csrf: visit.csrf))
            """, .warn)
    }

    private func addYears(to frame: inout Frame, _ visit: Visit) {
        let current = SchoolYear(of: visit.today)
        frame.years = [current.next, current, current.previous, current.previous.previous].map(\.description)
        frame.currentYear = current.description
        frame.pageYear = visit.year.description
        frame.yearlessPath = visit.link(("year", nil))
    }

    private func items(for visit: Visit) -> [Frame.MenuItem] {
        menu.filter { visit.visitor.may($0.right) }.map { entry in
            let isCurrent = visit.path == entry.href || visit.path.hasPrefix(entry.href + "/")
            let isJob = visit.visitor.role.map { entry.roles.contains($0) } ?? false
            return Frame.MenuItem(
                translated(entry.label.description), entry.href, icon: entry.icon, isCurrent: isCurrent, isJob: isJob)
        }
    }
}
