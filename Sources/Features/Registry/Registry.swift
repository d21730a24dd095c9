import Base
import Web
import Work

/// The ground floor: units, places, years, learners, guardians, staff, classes. Every other room stands on it.
public enum Registry {}

extension Feature {
    /// The register of a province.
    public static let registry: Feature = {
        var feature = Feature("registry")
        feature.migrations = Schema.migrations
        feature.permissions = Permission.registry
        feature.menu = [
            MenuEntry("Đơn vị", icon: "org", href: "/orgs", right: .viewOrgs, order: 10),
            MenuEntry("Học sinh", icon: "student", href: "/students", right: .viewStudents, order: 20),
            MenuEntry("Hồ sơ nghi trùng", icon: "people", href: "/duplicates", right: .mergeStudents, order: 22),
            MenuEntry("Chuyển trường", icon: "exit", href: "/transfers", right: .enrol, order: 23),
            MenuEntry("Lớp", icon: "class", href: "/classes", right: .viewStudents, order: 21),
            MenuEntry("Cán bộ, giáo viên", icon: "staff", href: "/staff", right: .viewStaff, order: 30),
            MenuEntry("Địa bàn", icon: "map", href: "/places", right: .viewFigures, order: 80),
            MenuEntry("Năm học", icon: "calendar", href: "/years", right: .viewStudents, order: 81),
        ]
        feature.upkeep = [
            Upkeep("registry.turn-day", every: 600) { db in try await db.commit { try $0.turnDay() } },
            Upkeep("registry.undo-abandoned", every: 300) { db in try await Registry.undoAbandoned(in: db) },
            Upkeep("registry.follow-transfers", every: 600) { db in try await Registry.followTransfers(in: db) },
            Upkeep("registry.find-duplicates", every: 60) { db in try await Registry.followChanges(in: db) },
        ]
        feature.jobs = [Registry.findDuplicates]
        feature.sealed = Registry.sealed
        feature.imports = ImportKind.withTemplates
        feature.exports = [.oneRoster, .students, .staff, .adminUnits, .schools]
        feature.offers.cards = HomeCards.cards
        (feature.api, feature.shapes) = (RecordAPI.endpoints, RecordAPI.components)
        feature.offers.holdings = [Registry.holding]
        feature.pages = { routes in
            OrgPages.mount(routes)
            SearchPages.mount(routes)
            PlacePages.mount(routes)
            YearPages.mount(routes)
            StudentPages.mount(routes)
            ClassPages.mount(routes)
            StaffPages.mount(routes)
            PrintPages.mount(routes)
            RosterEndpoint.mount(routes)
        }
        return feature
    }()
}
