import Base
import Facts
import Storage
import Web
import Work

/// Who may come in, as whom, and how far they see: accounts, roles, sessions, second factors, codes on paper, guardians' slips, tokens.
public enum Identity {
    /// How the front gate learns who asks.
    public static func sessionGate(_ db: any Database, rateLimits: Bool) -> SessionGate {
        var settings = Entrance.Settings()
        settings.limitsAttempts = rateLimits
        let entrance = Entrance(db: db, settings: settings)
        return SessionGate(
            find: { cookie, address in
                try await entrance.session(cookie, address: address).map { ($0.visitor, SessionView($0)) }
            },
            token: { token, address in try await entrance.token(token, address: address)?.visitor },
            guestToken: { entrance.guestToken($0) }, entrance: entrance)
    }
}

extension Feature {
    /// Accounts, roles and the entrance.
    public static let identity: Feature = {
        var feature = Feature("identity")
        feature.migrations = Schema.migrations
        feature.permissions = Permission.identity
        feature.menu = Menu.entries
        feature.listens = [Listener("identity.places", to: EnrolmentChanged.self) { fact, tx in try tx.follow(fact) }]
        feature.pages = { routes in
            SignInPages.mount(routes)
            CodePages.mount(routes)
            PasswordPages.mount(routes)
            FactorPages.mount(routes)
            HomePages.mount(routes)
            OwnAccountPages.mount(routes)
        }
        return feature
    }()
}

/// The room's words of the left rail.
private enum Menu {
    static let entries: [MenuEntry] = [
        MenuEntry("Tài khoản", icon: "account", href: "/accounts", right: .readAccounts, order: 80)
    ]
}
