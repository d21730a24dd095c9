import Base
import Storage
import Web

/// Who runs on the system: institutions (K-05) and teachers with an account in use (K-13), unit by unit.
enum OrgUse {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/use", .holder(.viewFigures), scope: .org) { visit in try await show(visit) }
    }

    /// What the two targets count, in words.
    static var definition: String {
        t(
            "Cơ sở vận hành trên hệ thống: có lớp trong năm học và có ít nhất một tài khoản nhân sự đang dùng. Tài khoản đang dùng: đã kích hoạt, không bị khóa."
        )
    }

    /// Who of the staff of each unit has an account in use; nothing where no room keeps accounts.
    static func read(_ tx: Tx, _ accounts: StaffCount?, _ org: ID<Org>, _ scope: Scope) throws -> [ID<Org>: InUse]? {
        guard let accounts else { return nil }
        return try accounts.lines(tx, org, scope).reduce(into: [ID<Org>: InUse]()) { units, line in
            units[line.org, default: InUse()].staff += line.count
            if line.group == StaffGroup.teacher.rawValue { units[line.org, default: InUse()].teachers += line.count }
        }
    }

    /// The two figures above a unit's figures; each leads to the units below.
    static func tiles(_ use: UseTally?, _ org: OrgRecord) -> [HTML] {
        guard let use else { return [] }
        let href = "/orgs/\(org.id.code)/use"
        let running = tile(
            t("Cơ sở vận hành trên hệ thống"), use.running, use.institutions, href,
            t("{} / {} cơ sở", UI.grouped(use.running), UI.grouped(use.institutions)))
        let active = tile(
            t("Giáo viên có tài khoản đang dùng"), use.active, use.teachers, href,
            t("{} / {} giáo viên", UI.grouped(use.active), UI.grouped(use.teachers)))
        return org.isInstitution ? [active] : [running, active]
    }

    private static func tile(_ label: String, _ part: Int, _ whole: Int, _ href: String, _ fresh: String) -> HTML {
        UI.stat(
            label, UI.percent(part, of: whole), href: href,
            target: (t("Mục tiêu 100%"), whole > 0 && part == whole ? .good : .warn), fresh: fresh)
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope, year = SchoolYear(of: visit.today), accounts = visit.staffCount("accounts")
        let (head, set) = try await visit.db.read { tx in
            let head = try OrgHead.read(tx, visit), id = head.org.id
            guard let inUse = try read(tx, accounts, id, scope) else { throw Fault.notFound }
            var set = FigureSet(filter: FigureFilter())
            set.units = try tx.children(of: id, on: visit.today, scope: scope).map { UnitTally(line: $0) }
            try tx.addUse(inUse, to: &set, of: id, year: year, scope: scope)
            return (head, set)
        }
        let id = head.org.id.code
        // Those who keep accounts (Identity serves the list) see who is still without one.
        let list: HTML =
            visit.mayChange(.editStaff)
            ? UI.link(t("Giáo viên chưa có tài khoản đang dùng"), "/accounts/teachers?org=\(id)", icon: "people")
            : HTML()
        return .page(
            t("Mức độ sử dụng hệ thống: {}", head.name),
            crumbs: head.crumbs(visit, then: t("Mức độ sử dụng hệ thống")),
            """
            \(UI.notice(.text(definition)))\(UI.stats(tiles(set.use, head.org)))\
            <div class="list-top"><p class="count">\(list)</p>\(UI.tools(excel: "/orgs/\(id)/figures.xlsx"))</div>\
            \(table(set.units, visit))
            """)
    }

    private static func table(_ units: [UnitTally], _ visit: Visit) -> HTML {
        guard !units.isEmpty else { return HTML() }
        let rows = units.map { unit in
            let use = unit.use ?? UseTally()
            let running: [HTML] =
                unit.line.isInstitution
                ? [HTML(), use.running > 0 ? UI.badge(t("Có"), .good) : UI.badge(t("Chưa"), .warn)]
                : [
                    .text("\(UI.grouped(use.running)) / \(UI.grouped(use.institutions))"),
                    .text(UI.percent(use.running, of: use.institutions)),
                ]
            return UI.Row(
                [.text(unit.line.name)] + running + [
                    .text("\(UI.grouped(use.active)) / \(UI.grouped(use.teachers))"),
                    .text(UI.percent(use.active, of: use.teachers)),
                ], href: "/orgs/\(unit.line.id.code)/use")
        }
        return UI.table(
            [
                UI.Column(t("Đơn vị")), UI.Column(t("Cơ sở vận hành"), isNumeric: true, isHiddenOnPhone: true),
                UI.Column(t("Vận hành"), isNumeric: true),
                UI.Column(t("Giáo viên có tài khoản"), isNumeric: true, isHiddenOnPhone: true),
                UI.Column(t("Tài khoản"), isNumeric: true),
            ], rows, caption: t("Mức độ sử dụng hệ thống theo đơn vị"))
    }
}
