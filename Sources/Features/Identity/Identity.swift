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
            token: { token, address in
                if let visitor = try await entrance.consumer(token, address: address) { return visitor }
                return try await entrance.token(token, address: address)?.visitor
            },
            formTokens: { cookie, isGuest in entrance.formTokens(cookie, isGuest: isGuest) },
            wasOpen: { try await entrance.pastOwner(of: $0) != nil }, late: LatePages.answer, entrance: entrance,
            used: { visitor, status in
                guard visitor.kind == .consumer, let program = visitor.program else { return }
                entrance.tally.add(ID(stored: program.id), status: status, at: db.clock.now)
            },
            settle: { try await entrance.settle() })
    }
}

extension Identity {
    /// A verb of the audit trail as people say it.
    public static func words(ofVerb verb: String) -> String { AuditWords.act(verb) }

    /// A changed field and its value as people read them.
    public static func words(ofField key: String) -> String { AuditWords.field(key) }
}

extension Feature {
    /// Accounts, roles and the entrance.
    public static let identity: Feature = {
        var feature = Feature("identity")
        feature.migrations = Schema.migrations
        feature.permissions = Permission.identity + Permission.screens
        feature.menu = Menu.entries
        feature.listens = [Listener("identity.places", to: EnrolmentChanged.self) { fact, tx in try tx.follow(fact) }]
        feature.upkeep = [
            Upkeep("identity.sweep", every: 3600) { db in try await Entrance(db: db, settings: .init()).sweep() }
        ]
        (feature.sealed, feature.codes) = (Identity.sealed, Identity.codes)
        feature.offers.links = [
            RecordLink("Phiếu cha mẹ", icon: "guardian", of: .student, page: "slips", right: .manageSlips),
            RecordLink("Phiếu cha mẹ", icon: "guardian", of: .classGroup, page: "slips", right: .manageSlips),
            RecordLink(
                "Phiếu đăng nhập lần đầu", icon: "key", of: .classGroup, page: "sign-in-sheets", right: .printCodes),
        ]
        feature.offers.staffCounts = [
            StaffCount("accounts") { tx, org, scope in try tx.staffInUse(below: org, scope: scope) }
        ]
        feature.offers.personTables = PersonTable.identity
        feature.offers.accountName = { tx, id in try tx.accountName(id) }
        feature.offers.holdings = [Identity.holding]
        feature.pages = { routes in for mount in Menu.pages { mount(routes) } }
        return feature
    }()
}

/// The room's words of the left rail, and its pages.
private enum Menu {
    static let entries: [MenuEntry] = [
        MenuEntry("Trang chính", icon: "home", href: "/me", right: .home, order: 0, roles: Set(Role.allCases)),
        MenuEntry(
            "Phiếu cha mẹ", icon: "guardian", href: "/slips", right: .manageSlips, order: 40,
            roles: [.homeroom, .clerk]),
        MenuEntry("Thêm con", icon: "guardian", href: "/claim", right: .claimChildren, order: 41, roles: [.guardian]),
        MenuEntry(
            "Tài khoản", icon: "people", href: "/accounts", right: .readAccounts, order: 80,
            roles: [.administrator, .department]),
        MenuEntry("Nhật ký", icon: "audit", href: "/audit", right: .readAudit, order: 85, roles: [.inspector]),
        MenuEntry("Quản trị", icon: "settings", href: "/admin", right: .administer, order: 90, roles: [.administrator]),
        MenuEntry("Mã truy cập", icon: "key", href: "/tokens", right: .manageTokens, order: 91),
        MenuEntry("Hệ thống kết nối", icon: "export", href: "/consumers", right: .manageTokens, order: 92),
        MenuEntry(
            "Tài khoản của tôi", icon: "account", href: "/account", right: .home, order: 95,
            roles: [.student, .guardian]),
        MenuEntry("Hướng dẫn", icon: "info", href: "/help", right: .home, order: 99, roles: [.student, .guardian]),
    ]

    static let pages: [@Sendable (Routes) -> Void] = [
        SignInPages.mount, CodePages.mount, PasswordPages.mount, FactorPages.mount, HomePages.mount, OpenPages.mount,
        OwnAccountPages.mount, AccountPages.mount, SheetPages.mount, SlipPages.mount,
        ClaimPages.mount, ViewPages.mount, AuditPages.mount, AdminPages.mount, TokenPages.mount,
        ConsumerPages.mount, TokenEndpoint.mount,
    ]
}
