import Base
import Web

/// The home of every role.
enum HomePages {
    static func mount(_ routes: Routes) {
        routes.get("/me", .signedIn, scope: .own) { visit in
            let cards = try await visit.homeCards()
            return .page(t("Xin chào, {}", visit.visitor.name), cards.joined())
        }
    }
}
