import Base
import Web
import Work

extension Feature {
    /// Files in and out: what every room can read and write, as jobs with a trial run, a report, a commit and an undo.
    public static func exchange(of rooms: [Feature]) -> Feature {
        let kinds = Kinds(imports: rooms.flatMap(\.imports), exports: rooms.flatMap(\.exports))
        var feature = Feature("exchange")
        feature.migrations = Schema.migrations
        feature.permissions = Permission.exchange
        feature.menu = [
            MenuEntry("Nhập tệp", icon: "import", href: "/imports", right: .importFiles, order: 70),
            MenuEntry("Xuất tệp", icon: "export", href: "/exports", right: .exportFiles, order: 71),
        ]
        feature.jobs = [Jobs.importFiles(kinds), Jobs.exportFile(kinds)]
        feature.pages = { routes in
            ImportPages.mount(routes, kinds)
            MappingPages.mount(routes, kinds)
            ExportPages.mount(routes, kinds)
        }
        return feature
    }
}
