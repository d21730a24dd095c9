import Base
import Storage
import Web

/// What is still missing under a unit: files without identifiers (K-06), units without somebody for digital transformation.
enum OrgGaps {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/gaps", .holder(.viewFigures), scope: .org) { visit in try await show(visit) }
    }

    private struct Sight: Sendable {
        let head: OrgHead
        var people: [GapLine] = []
        var units: [(line: OrgLine, missing: Int, whole: Int)] = []
        var uncharged: [(ID<Org>, String)] = []
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope, year = SchoolYear(of: visit.today)
        let sight = try await visit.db.read { tx in
            var sight = Sight(head: try OrgHead.read(tx, visit))
            let id = sight.head.org.id
            if sight.head.org.isInstitution {
                sight.people = try tx.gapLines(of: id, scope: scope)
            } else {
                sight.units = try tx.gapsBelow(id, year: year, scope: scope)
            }
            sight.uncharged = try tx.uncharged(under: id, duty: OrgEdit.digitalDuty, scope: scope)
            return sight
        }
        let content =
            (sight.head.org.isInstitution ? people(sight.people, showsClass: true) : units(sight))
            + uncharged(sight, visit)
        return .page(
            t("Cần hoàn thiện: {}", sight.head.name), crumbs: sight.head.crumbs(visit, then: t("Cần hoàn thiện")),
            content)
    }

    private static func units(_ sight: Sight) -> HTML {
        let rows = sight.units.filter { $0.whole > 0 }.sorted { $0.missing > $1.missing }.map { unit in
            UI.Row(
                [
                    .text(unit.line.name), .text(UI.grouped(unit.missing)), .text(UI.grouped(unit.whole)),
                    .text(UI.percent(unit.whole - unit.missing, of: unit.whole)),
                ], href: "/orgs/\(unit.line.id.code)/gaps")
        }
        let columns = [
            UI.Column(t("Đơn vị")), UI.Column(t("Hồ sơ thiếu mã"), isNumeric: true),
            UI.Column(t("Học sinh"), isNumeric: true),
            UI.Column(t("Đủ mã"), isNumeric: true),
        ]
        return UI.table(
            columns, rows, caption: t("Hồ sơ học sinh thiếu mã định danh"), showsCaption: true,
            empty: UI.empty(t("Chưa có số liệu"), t("Đơn vị chưa có học sinh trong năm học này."), icon: "student"))
    }

    /// The learners of a school or class, each with what is missing and the way to its form.
    static func people(_ lines: [GapLine], showsClass: Bool) -> HTML {
        let rows = lines.map { line in
            let missing = [
                line.lacksPersonalID ? t("số định danh cá nhân") : nil, line.lacksMoetCode ? t("mã định danh Bộ") : nil,
            ]
            let cells: [HTML] =
                [.text(line.name)] + (showsClass ? [.text(line.className ?? t("chưa xếp lớp"))] : [])
                + [.text(missing.compactMap { $0 }.joined(separator: ", "))]
            return UI.Row(cells, href: "/students/\(line.id.code)")
        }
        let columns =
            [UI.Column(t("Học sinh"))] + (showsClass ? [UI.Column(t("Lớp"))] : []) + [UI.Column(t("Còn thiếu"))]
        return UI.table(
            columns, rows, caption: t("Hồ sơ học sinh thiếu mã định danh"),
            empty: UI.notice(.text(t("Mọi hồ sơ học sinh đã đủ mã định danh.")), .good))
    }

    private static func uncharged(_ sight: Sight, _ visit: Visit) -> HTML {
        guard !sight.uncharged.isEmpty else { return HTML() }
        let mayEdit = visit.mayChange(.editOrgs)
        let rows = sight.uncharged.map { UI.Row([.text($0.1)], href: "/orgs/\($0.0.code)\(mayEdit ? "/charge" : "")") }
        return UI.table(
            [UI.Column(t("Đơn vị"))], rows, caption: t("Đơn vị chưa phân công phụ trách chuyển đổi số"),
            showsCaption: true)
    }
}
