import Base
import Storage
import Web

/// Who can see a pupil (D21), and looking with another account's eyes.
enum ViewPages {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/viewers", .holder(.whoCanSee), scope: .student) { visit in try await viewers(visit) }
        routes.get("/view-as", .holder(.viewAs), scope: .list) { visit in try await choose(visit) }
        routes.post("/view-as", .holder(.viewAs), scope: .account, body: 4096) { visit in
            guard let id: ID<Account> = visit.form.id("account") else { throw Fault.notFound }
            let secret = try await visit.door.viewAs(id, cookie: visit.ownCookie, address: visit.address)
            return Reply.redirect("/me").turning(secret, visit)
        }
        routes.post("/view-as/end", .signedIn, scope: .own, body: 4096) { visit in
            let secret = try await visit.door.endViewAs(cookie: visit.ownCookie, address: visit.address)
            return Reply.redirect("/me", flash: t("Bạn đang dùng lại vai của mình.")).turning(secret, visit)
        }
    }

    // MARK: Who can see

    private struct SeerLine: Sendable { let seer: Seer, through: String }

    private static func viewers(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id"), path = "/students/\(id.code)"
        let (name, lines) = try await visit.db.read { tx in
            guard try tx.reaches(visit.visitor.scope, student: id) else { throw Fault.notFound }
            let lines = try tx.whoCanSee(student: id).map { SeerLine(seer: $0, through: try tx.words(of: $0.through)) }
            return (try tx.name(of: .student(id)) ?? "", lines)
        }
        let isKeeper = visit.visitor.may(.readAccounts)
        let rows = lines.map { line in
            UI.Row([
                isKeeper
                    ? "<a href=\"/accounts/\(line.seer.account.code)\">\(line.seer.name)</a>" : "\(line.seer.name)",
                "\(line.seer.role.label)",
                "\(line.through)", "\(Words.until(line.seer.until))", Words.badge(line.seer.state),
            ])
        }
        let title = t("Ai xem được hồ sơ này")
        return .page(
            title, crumbs: [(name, path), (title, nil)],
            """
            <p>\(t("{} người xem được hồ sơ của {} hôm nay, do vai trò, lớp hoặc quan hệ gia đình. Mỗi lần mở dữ liệu nhạy cảm đều có trong nhật ký.", rows.count, name))</p>
            \(UI.table(
                [UI.Column(t("Họ và tên")), UI.Column(t("Vai trò")), UI.Column(t("Nhờ")), UI.Column(t("Đến hết")), UI.Column(t("Tài khoản"))], rows,
                caption: title, cards: true))
            \(when(visit.visitor.may(.readAudit), UI.link(t("Nhật ký của học sinh này"), "/audit?kind=student&subject=\(id.code)", icon: "audit")))
            """)
    }

    // MARK: Another's eyes

    private static func choose(_ visit: Visit) async throws -> Reply {
        var filter = AccountFilter()
        filter.text = String(visit.query("q").prefix(100))
        filter.state = .active
        let asked = filter
        let lines = try await visit.db.read { tx in try tx.accountList(asked, scope: visit.visitor.scope, limit: 30) }
        let rows = lines.filter { $0.id != visit.visitor.account }.map { line in
            UI.Row([
                "\(line.name)", "\(line.username)", "\(line.kind?.label ?? t("Cán bộ quản lý"))", "\(line.orgName)",
                UI.post(t("Xem bằng vai này"), to: "/view-as", csrf: visit.csrf, fields: [("account", line.id.code)]),
            ])
        }
        return .page(
            t("Xem bằng vai của người khác"), crumbs: [(t("Xem bằng vai của người khác"), nil)],
            """
            <p>\(t("Để giúp người khác, bạn nhìn thấy đúng những gì họ thấy, trong 30 phút, chỉ xem. Việc này được ghi vào nhật ký của cả hai."))</p>
            \(UI.filters("/view-as", UI.text("q", t("Tìm theo tên hoặc tên đăng nhập"), value: filter.text, entry: .search)))
            \(UI.list(
                count: "\(t("{} tài khoản đầu tiên khớp", rows.count))",
                table: UI.table(
                    [UI.Column(t("Họ và tên")), UI.Column(t("Tên đăng nhập")), UI.Column(t("Loại")), UI.Column(t("Đơn vị")), UI.Column("")], rows,
                    caption: t("Tài khoản"),
                    empty: UI.empty(t("Không có tài khoản nào khớp"), t("Gõ tên hoặc tên đăng nhập của người cần giúp."), icon: "people"), cards: true)))
            """)
    }
}

extension Tx {
    fileprivate func words(of through: Seer.Through) throws -> String {
        switch through {
        case .org(let org): try name(of: org)
        case .classGroup(let group): t("Lớp {}", try className(group))
        case .own: t("hồ sơ của chính mình")
        case .child: t("là con")
        }
    }
}
