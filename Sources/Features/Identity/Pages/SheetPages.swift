import Base
import Registry
import Storage
import Web

/// First sign-in sheets of a class, and of a unit's staff.
enum SheetPages {
    static func mount(_ routes: Routes) {
        routes.get("/classes/{id}/sign-in-sheets", .holder(.printCodes), scope: .classGroup) { visit in
            try await askClass(visit)
        }
        routes.post("/classes/{id}/sign-in-sheets", .holder(.printCodes), scope: .classGroup, body: 4096) { visit in
            try await printClass(visit)
        }
        routes.get("/orgs/{id}/sign-in-sheets", .holder(.manageAccounts), scope: .org) { visit in
            try await askUnit(visit)
        }
        routes.post("/orgs/{id}/sign-in-sheets", .holder(.manageAccounts), scope: .org, body: 4096) { visit in
            try await printUnit(visit)
        }
    }

    private static var title: String { t("Phiếu đăng nhập lần đầu") }

    private static var advice: HTML {
        """
        <p>\(t("Mỗi người chưa từng vào hệ thống có một phiếu với tên đăng nhập và mã dùng một lần. Ai chưa có tài khoản sẽ được mở. In lại thì mã cũ hết hiệu lực."))</p>
        """
    }

    // MARK: A class

    private static func askClass(_ visit: Visit) async throws -> Reply {
        let id: ID<ClassGroup> = try visit.id("id")
        let (name, count) = try await visit.db.read { tx in
            guard try tx.reaches(visit.visitor.scope, classGroup: id) else { throw Fault.notFound }
            return (try tx.className(id), try tx.pupils(of: id).count)
        }
        let back = "/classes/\(id.code)"
        let form = UI.form(
            "\(back)/sign-in-sheets", csrf: visit.csrf,
            UI.radios(
                "kind", t("In cho"),
                [
                    (PersonKind.student.rawValue, t("Học sinh của lớp ({} em)", count)),
                    (PersonKind.guardian.rawValue, t("Cha mẹ đã có trong hồ sơ")),
                ], value: PersonKind.student.rawValue),
            submit: t("Tạo phiếu để in"), cancel: back, keepsDraft: false)
        return .page(title, crumbs: [(name, back), (title, nil)], advice + form)
    }

    private static func printClass(_ visit: Visit) async throws -> Reply {
        let id: ID<ClassGroup> = try visit.id("id")
        let kind: PersonKind = visit.form.text("kind") == PersonKind.guardian.rawValue ? .guardian : .student
        let part = try await printSheet(of: id, for: kind, from: from(visit), by: visit.visitor, in: visit.db)
        return reply(visit, part, kind: kind.rawValue, back: "/classes/\(id.code)")
    }

    // MARK: A unit's staff

    private static func askUnit(_ visit: Visit) async throws -> Reply {
        let id: ID<Org> = try visit.id("id")
        let (name, classes) = try await visit.db.read { tx in
            guard try tx.reaches(visit.visitor.scope, org: id) else { throw Fault.notFound }
            return (try tx.name(of: id), try tx.classes(of: id, year: visit.year, scope: visit.visitor.scope))
        }
        let back = "/orgs/\(id.code)"
        let links = classes.map { line -> HTML in
            "<li><a href=\"/classes/\(line.id.code)/sign-in-sheets\">\(line.name)</a> <small>\(UI.grouped(line.total))</small></li>"
        }
        let form = UI.form(
            "\(back)/sign-in-sheets", csrf: visit.csrf, HTML(), submit: t("Tạo phiếu cho cán bộ, giáo viên"),
            cancel: back, keepsDraft: false)
        return .page(
            title, crumbs: [(name, back), (title, nil)],
            """
            \(advice)\(form)
            \(when(!links.isEmpty, "<h2>\(t("Phiếu theo lớp"))</h2><ul class=\"unit-links\">\(links)</ul>"))
            """)
    }

    private static func printUnit(_ visit: Visit) async throws -> Reply {
        let id: ID<Org> = try visit.id("id")
        let part = try await printSheet(ofStaffAt: id, from: from(visit), by: visit.visitor, in: visit.db)
        return reply(visit, part, kind: "", back: "/orgs/\(id.code)")
    }

    private static func from(_ visit: Visit) -> Int { Int(visit.form.text("from")) ?? 0 }

    private static func reply(_ visit: Visit, _ part: SheetPart, kind: String, back: String) -> Reply {
        guard !part.rows.isEmpty else {
            return .redirect(
                "\(visit.path)", flash: t("Mọi người đều đã kích hoạt tài khoản, không có phiếu nào cần in."))
        }
        let more = Sheets.more(visit, part.left, [("kind", kind), ("from", "\(part.next ?? 0)")])
        return Sheets.paper(visit, title, part.rows, back: back, more: more)
    }
}
