import Base
import Registry
import Storage
import Web
import Work

/// One member of staff: all that is held, taken by the person or by those who keep the record.
enum StaffRights {
    static func mount(_ routes: Routes) {
        routes.get("/staff/{id}/rights", .holder(.takeOwn), scope: .staff) { visit in try await show(visit) }
        routes.post("/staff/{id}/rights", .holder(.takeOwn), scope: .staff) { visit in try await export(visit) }
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let id: ID<Staff> = try visit.id("id"), visitor = visit.visitor
        let order = try await visit.db.read { tx in try Whose.staff(id).order(folder: "", by: visitor, tx) }
        let title = t("Quyền với dữ liệu của {}", order.name)
        return .page(
            title, crumbs: [(order.name, "/staff/\(id.code)"), (t("Quyền với dữ liệu"), nil)],
            UI.card(
                t("Mọi dữ liệu đang giữ"),
                """
                <p>\(t("Một tệp nén có bản đọc được, in được, và bản cho phần mềm. Không có dữ liệu của người khác."))</p>\
                \(when(visit.session?.isViewingAs != true, UI.post(
                    t("Lập tệp dữ liệu"), to: "/staff/\(id.code)/rights", csrf: visit.csrf, icon: "export")))
                """))
    }

    private static func export(_ visit: Visit) async throws -> Reply {
        let id: ID<Staff> = try visit.id("id")
        let job = try await Rights.order(
            .staff(id), folder: try Shelf.make(in: visit.uploadFolder), by: visit.visitor, in: visit.db)
        return .redirect("/rights/exports/\(job.code)")
    }
}
