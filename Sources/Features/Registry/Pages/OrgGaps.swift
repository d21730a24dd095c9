import Base
import Storage
import Web

/// What is still missing under a unit: files without identifiers (K-06), units without somebody for digital transformation.
enum OrgGaps {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/gaps", .holder(.viewFigures), scope: .org) { visit in try await show(visit) }
        routes.get("/orgs/{id}/gaps.xlsx", .holder(.viewFigures), scope: .org, load: .report) { visit in
            try await excel(visit)
        }
    }

    /// More units than this belong into the file.
    private static let mostUncharged = 200

    private struct Sight: Sendable {
        let head: OrgHead
        var gaps = UnitGaps()
        var people: Slice<GapLine> = Slice([])
        var units: [(line: OrgLine, missing: Int, whole: Int)] = []
        var uncharged: [(ID<Org>, String)] = []
    }

    private static func read(_ visit: Visit, isWhole: Bool) async throws -> Sight {
        let scope = visit.visitor.scope, year = SchoolYear(of: visit.today), key = PageKey(visit.query("from"))
        return try await visit.db.read { tx in
            var sight = Sight(head: try OrgHead.read(tx, visit))
            let id = sight.head.org.id, duty = OrgEdit.digitalDuty
            sight.gaps = try tx.gaps(under: id, year: year, duty: duty, scope: scope)
            if !sight.head.org.isInstitution {
                sight.units = try tx.gapsBelow(id, year: year, scope: scope)
            } else if isWhole {
                sight.people = Slice(try tx.gapLines(of: id, scope: scope, limit: 100_000))
            } else {
                sight.people = try tx.gapSlice(of: id, scope: scope, from: key)
            }
            sight.uncharged = try tx.uncharged(
                under: id, duty: duty, scope: scope, limit: isWhole ? 100_000 : mostUncharged)
            return sight
        }
    }

    private static func show(_ visit: Visit) async throws -> Reply {
        let sight = try await read(visit, isWhole: false), id = sight.head.org.id.code
        let missing =
            sight.head.org.isInstitution
            ? people(sight.people.items, showsClass: true) + StudentPages.pager(sight.people, visit) : units(sight)
        return .page(
            t("Cần hoàn thiện: {}", sight.head.name), crumbs: sight.head.crumbs(visit, then: t("Cần hoàn thiện")),
            """
            <div class="list-top"><p class="count">\(t("{} hồ sơ học sinh thiếu mã", UI.grouped(sight.gaps.studentFiles)))\
            \(staff(sight, visit))</p>\(UI.tools(excel: "/orgs/\(id)/gaps.xlsx"))</div>\(missing)\(uncharged(sight, visit))
            """)
    }

    private static func staff(_ sight: Sight, _ visit: Visit) -> HTML {
        guard sight.gaps.staffFiles > 0, visit.visitor.may(.viewStaff) else { return HTML() }
        let words = t("{} hồ sơ giáo viên thiếu mã", UI.grouped(sight.gaps.staffFiles))
        return " · <a href=\"/staff?org=\(sight.head.org.id.code)&amp;missing=1\">\(words)</a>"
    }

    private static func excel(_ visit: Visit) async throws -> Reply {
        let sight = try await read(visit, isWhole: true), org = sight.head.org
        try await visit.db.noteRead(as: visit.visitor, "registry.figures.export", on: .org(org.id))
        return try SheetFile(visit).reply(
            name: "can-hoan-thien-\(org.code)-\(visit.today.iso).xlsx", isDemo: visit.isDemo
        ) { book in
            if org.isInstitution {
                let sheet = try book.sheet(
                    t("Học sinh"), titles: [sight.head.name, t("Hồ sơ học sinh thiếu mã định danh")],
                    columns: [
                        .init(t("Học sinh"), width: 28), .init(t("Lớp"), width: 16), .init(t("Còn thiếu"), width: 40),
                    ])
                for line in sight.people.items {
                    try sheet.write([.text(line.name), .text(line.className ?? ""), .text(lacks(line))])
                }
            } else {
                let sheet = try book.sheet(
                    t("Đơn vị"), titles: [sight.head.name, t("Hồ sơ học sinh thiếu mã định danh")],
                    columns: [
                        .init(t("Đơn vị"), width: 48), .init(t("Hồ sơ thiếu mã")), .init(t("Học sinh")),
                        .init(t("Đủ mã")),
                    ])
                for unit in sight.units {
                    try sheet.write([
                        .text(unit.line.name), .whole(unit.missing), .whole(unit.whole),
                        .text(UI.percent(unit.whole - unit.missing, of: unit.whole)),
                    ])
                }
            }
            let sheet = try book.sheet(
                t("Chuyển đổi số"), titles: [t("Đơn vị chưa phân công phụ trách chuyển đổi số")],
                columns: [.init(t("Đơn vị"), width: 48)])
            for unit in sight.uncharged { try sheet.write([.text(unit.1)]) }
        }
    }

    private static func lacks(_ line: GapLine) -> String {
        [
            line.lacksPersonalID ? t("số định danh cá nhân") : nil, line.lacksMoetCode ? t("mã định danh Bộ") : nil,
        ].compactMap { $0 }.joined(separator: ", ")
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
            let cells: [HTML] =
                [.text(line.name)] + (showsClass ? [.text(line.className ?? t("chưa xếp lớp"))] : [])
                + [.text(lacks(line))]
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
        let more = sight.gaps.charges - rows.count
        return UI.table(
            [UI.Column(t("Đơn vị"))], rows, caption: t("Đơn vị chưa phân công phụ trách chuyển đổi số"),
            showsCaption: true)
            + when(
                more > 0, "<p class=\"muted\">\(t("Còn {} đơn vị nữa; tải tệp Excel để có đủ.", UI.grouped(more)))</p>")
    }
}
