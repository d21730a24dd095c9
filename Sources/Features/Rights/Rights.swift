import Base
import Web
import Work

extension Feature {
    /// Rights of the person: all that is held on one, who has read it, requests with their deadlines (law 91/2025/QH15).
    public static func rights(of rooms: [Feature]) -> Feature {
        let holdings = rooms.flatMap(\.offers.holdings)
        var feature = Feature("rights")
        feature.migrations = Schema.migrations
        feature.permissions = Permission.rights
        feature.menu = [
            MenuEntry("Yêu cầu về dữ liệu", icon: "lock", href: "/rights", right: .answerRequests, order: 82)
        ]
        feature.jobs = [Jobs.exportPerson(holdings)]
        feature.offers.holdings = [RequestHolding.holding]
        feature.offers.personTables = [
            .pointer(
                "rights_request", learner: "subject_id", kind: ("subject_kind", "student"),
                label: { t("{} yêu cầu về dữ liệu", $0) })
        ]
        feature.offers.cards = [HomeCard(order: 25, right: .answerRequests, RequestList.card)]
        feature.offers.links = [
            RecordLink("Quyền với dữ liệu", icon: "lock", of: .student, page: "rights", right: .useRights),
            RecordLink("Quyền với dữ liệu", icon: "lock", of: .staff, page: "rights", right: .answerRequests),
        ]
        feature.pages = { routes in
            PersonPages.mount(routes)
            StaffRights.mount(routes)
            RequestList.mount(routes)
            ParcelPages.mount(routes)
        }
        return feature
    }
}
