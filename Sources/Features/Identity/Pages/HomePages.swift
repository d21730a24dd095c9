import Base
import Storage
import Web

/// The home of every role: who one is here, the role's jobs, what the rooms offer.
enum HomePages {
    static func mount(_ routes: Routes) {
        routes.get("/me", .signedIn, scope: .own) { visit in try await home(visit) }
    }

    private static func home(_ visit: Visit) async throws -> Reply {
        let cards = try await visit.homeCards()
        let (children, slips) = try await visit.db.read { tx in
            (try tx.children(of: visit.visitor), try tx.slips(claimedBy: visit))
        }
        var links = visit.visitor.role.map { RoleJobs.links($0, org: visit.visitor.org) } ?? []
        links += children.map { UI.BigLink($0.name, $0.place, "/students/\($0.id.code)", icon: "student") }
        if visit.visitor.role == .guardian || visit.visitor.role == .student { links += family(visit) }
        return .page(
            t("Xin chào, {}", visit.visitor.name),
            """
            \(greeting(visit))\(waiting(slips))\(when(links.isEmpty && slips.isEmpty, nothing(visit)))\
            \(when(!links.isEmpty, UI.bigLinks(links, label: t("Việc của bạn"))))
            \(UI.some(visit.visitor.role.flatMap(RoleJobs.now)) { UI.notice("\($0)") })
            \(cards.joined())
            """)
    }

    private static func greeting(_ visit: Visit) -> HTML {
        let parts = [
            visit.visitor.role?.label ?? "", visit.visitor.orgName, t("Năm học {}", visit.year.description),
            visit.today.shown,
        ]
        return "<p class=\"muted\">\(parts.filter { !$0.isEmpty }.joined(separator: " · "))</p>"
    }

    private static func family(_ visit: Visit) -> [UI.BigLink] {
        var links = [
            UI.BigLink(t("Tài khoản của tôi"), t("Mật khẩu, thiết bị đang đăng nhập"), "/account", icon: "account")
        ]
        if visit.visitor.role == .guardian {
            links.append(UI.BigLink(t("Thêm con"), t("Nhập mã trên phiếu của trường"), "/claim", icon: "qr"))
        }
        return links
    }

    private static func waiting(_ slips: [SlipRow]) -> HTML {
        UI.each(slips) { slip in
            switch slip.state {
            case .pending:
                UI.notice(
                    "\(t("Yêu cầu gửi lúc {} đang chờ trường duyệt. Duyệt xong, hồ sơ của con sẽ hiện ở đây.", (slip.claimedAt ?? 0).shownMoment))",
                    .warn)
            case .refused:
                UI.notice(
                    "\(t("Yêu cầu gửi lúc {} đã bị từ chối: {}", (slip.claimedAt ?? 0).shownMoment, slip.reason))", .bad
                )
            default: HTML()
            }
        }
    }

    /// Somebody without a role yet: what to do about it.
    private static func nothing(_ visit: Visit) -> HTML {
        UI.empty(
            t("Tài khoản này chưa có vai trò"),
            t("Cha mẹ học sinh: chờ trường duyệt phiếu. Cán bộ, giáo viên: nhờ trường hoặc Sở giao vai trò."),
            icon: "people", action: UI.link(t("Tài khoản của tôi"), "/account") + UI.link(t("Hướng dẫn"), "/help"))
    }
}

/// A child, or oneself, as the home shows it.
struct OwnChild: Sendable {
    let id: ID<Student>, name: String, place: String
}

extension Tx {
    /// The pupils that a family's visitor reaches.
    fileprivate func children(of visitor: Visitor) throws -> [OwnChild] {
        guard case .students(let students, _, _) = visitor.scope.reach else { return [] }
        return try students.prefix(20).map { id in
            OwnChild(id: id, name: try name(of: .student(id)) ?? "", place: try placeName(of: id))
        }
    }

    /// What the account asked of schools; somebody with another's eyes sees none of their own.
    fileprivate func slips(claimedBy visit: Visit) throws -> [SlipRow] {
        guard let account = visit.visitor.account, visit.session?.isViewingAs == false else { return [] }
        return try slips(claimedBy: account).filter {
            $0.state == .pending || ($0.state == .refused && ($0.decidedAt ?? 0) > now - 30 * Lifetimes.day)
        }
    }
}
