import Base
import Storage
import Web

/// A unit's own particulars, who answers for digital transformation, its campuses.
enum OrgEdit {
    /// The duty of `registry_charge` that the plan asks of every unit.
    static let digitalDuty = ChargeDraft.digital

    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/edit", .holder(.editOrgs), scope: .org) { visit in try await show(visit, fault: nil) }
        routes.post("/orgs/{id}/edit", .holder(.editOrgs), scope: .org) { visit in
            do {
                try await save(visit)
                return .redirect("/orgs/\(try visit.id("id", Org.self).code)/edit", flash: "Đã lưu thông tin đơn vị.")
            } catch {
                return try await show(visit, fault: Refusal.fault(error))
            }
        }
        OrgSites.mount(routes)
    }

    // MARK: the page

    private static func show(_ visit: Visit, fault: Fault?) async throws -> Reply {
        let scope = visit.visitor.scope
        let (head, sites, charges) = try await visit.db.read { tx in
            let head = try OrgHead.read(tx, visit)
            return (
                head, try tx.allSites(of: head.org.id, scope: scope), try tx.allCharges(of: head.org.id, scope: scope)
            )
        }
        guard head.org.isOpen else { throw Fault.notFound }
        let last: String? = if let fault { try await History.last(fault, .org(head.org.id), visit) } else { nil }
        let content =
            head.tabs(.edit, visit) + Refusal.notice(fault, by: last) + chargeCard(head, charges)
            + when(head.org.isInstitution, siteCard(head, sites, visit)) + particulars(head, visit, fault)
        let title = t("Thông tin: {}", head.name), crumbs = head.crumbs(visit, then: t("Thông tin đơn vị"))
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    /// What changes by decision has its own page; what offices do not have is not asked of them.
    private static func form(_ org: OrgRecord, _ visit: Visit) -> FieldForm {
        let elsewhere: Set<String> = [
            "name", "code", "kind", "levels", "opened_on", "commune", "district", "province", "digital_officer",
            "site_count",
        ]
        let ofOffices: Set<String> = ["Thành lập và pháp lý", "Địa bàn", "Liên hệ"]
        let maySee = visit.visitor.may(.viewSensitive)
        return FieldForm("school", values: org.values, level: org.levels.last) { field in
            !elsewhere.contains(field.key) && (maySee || !field.isSensitive)
                && (org.isInstitution || ofOffices.contains(field.group))
        }
    }

    private static func particulars(_ head: OrgHead, _ visit: Visit, _ fault: Fault?) -> HTML {
        var form = form(head.org, visit), version = head.org.version
        if let fault {
            form.take(visit.form)
            form.problems = fault.problems
            version = Int(visit.form.text("version")) ?? version
        }
        return UI.form(
            "/orgs/\(head.org.id.code)/edit", csrf: visit.csrf, form.drawn(), submit: t("Lưu thông tin"),
            problems: form.problems,
            cancel: "/orgs/\(head.org.id.code)", hidden: form.hidden(version: version))
    }

    private static func save(_ visit: Visit) async throws {
        let id: ID<Org> = try visit.id("id"), scope = visit.visitor.scope
        guard let org = try await visit.db.read({ tx in try tx.org(id, scope: scope) }) else { throw Fault.notFound }
        var form = form(org, visit)
        form.take(visit.form)
        try await Registry.editOrg(
            id, form.record(visit.form, version: Int(visit.form.text("version"))), by: visit.visitor, in: visit.db)
    }

    private static func chargeCard(_ head: OrgHead, _ charges: [ChargeRecord]) -> HTML {
        let rows = charges.filter { $0.duty == digitalDuty }.map { charge in
            UI.Row([.text(charge.name), .text(FieldText.shownPhone(charge.phone)), .text(Words.period(charge.period))])
        }
        let table = UI.table(
            [UI.Column(t("Họ và tên")), UI.Column(t("Điện thoại")), UI.Column(t("Thời gian"))], rows,
            caption: t("Phụ trách chuyển đổi số"),
            empty: UI.notice(.text(t("Chưa phân công người phụ trách chuyển đổi số.")), .warn))
        let link = UI.link(
            rows.isEmpty ? t("Phân công") : t("Phân công người khác"), "/orgs/\(head.org.id.code)/charge", icon: "edit")
        return UI.card(t("Phụ trách chuyển đổi số"), "\(table)<p>\(link)</p>")
    }

    private static func siteCard(_ head: OrgHead, _ sites: [SiteRecord], _ visit: Visit) -> HTML {
        let rows = sites.map { site in
            let isOpen = site.period.contains(visit.today)
            return UI.Row(
                [
                    .text(site.name), .text(site.code),
                    .text(site.isMain ? t("Điểm chính") : site.distance.map { t("{} km", UI.decimal($0)) } ?? ""),
                    .text(Words.period(site.period)),
                ], href: isOpen ? "/orgs/\(head.org.id.code)/sites/\(site.id.code)" : nil, isFaded: !isOpen)
        }
        let columns = [
            UI.Column(t("Điểm trường")), UI.Column(t("Mã")), UI.Column(t("Cách điểm chính")), UI.Column(t("Thời gian")),
        ]
        let table = UI.table(
            columns, rows, caption: t("Điểm trường"), empty: "<p class=\"muted\">\(t("Chưa ghi điểm trường nào."))</p>",
            cards: true)
        let link = UI.link(t("Thêm điểm trường"), "/orgs/\(head.org.id.code)/sites/new", icon: "plus")
        return UI.card(t("Điểm trường"), "\(table)<p>\(link)</p>")
    }
}
