import Base
import Web
import Work

extension Feature {
    /// Data quality: rules that are data, what they find, who mends it, and what is left as it is for a reason (EMI-09).
    public static let quality: Feature = {
        var feature = Feature("quality")
        feature.migrations = Schema.migrations
        feature.permissions = Permission.quality
        feature.menu = [
            MenuEntry("Chất lượng dữ liệu", icon: "check", href: "/quality", right: .viewQuality, order: 40)
        ]
        feature.jobs = [Jobs.inspect]
        feature.upkeep = [
            Upkeep("quality.nightly", every: 300) { db in try await Jobs.nightly(db) },
            Upkeep("quality.follow", every: 2) { db in try await Jobs.follow(db) },
        ]
        feature.offers.holdings = [Quality.holding]
        feature.offers.cards = [HomeCard(order: 15, right: .viewQuality, Worklists.card)]
        feature.offers.links = [
            RecordLink("Lỗi dữ liệu", icon: "check", of: .student, page: "quality", right: .viewQuality)
        ]
        feature.pages = { routes in
            Overview.mount(routes)
            Worklists.mount(routes)
            Waivers.mount(routes)
        }
        return feature
    }()
}
