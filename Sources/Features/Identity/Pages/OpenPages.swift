import Base
import Web
import Work

/// Pages that anybody may read: the guide, what is done with personal data, the parts that pages are made of.
enum OpenPages {
    static func mount(_ routes: Routes) {
        routes.get("/help", .everyone, scope: .none) { visit in help(visit) }
        routes.get("/privacy", .everyone, scope: .none) { visit in try await privacy(visit) }
        #if DEBUG
        routes.get("/style", .everyone, scope: .none) { _ in .page(t("Các thành phần giao diện"), StylePage.content()) }
        #endif
    }

    // MARK: The guide

    private static func help(_ visit: Visit) -> Reply {
        let own = visit.visitor.role
        let roles = Role.allCases.sorted { ($0 == own ? 0 : 1) < ($1 == own ? 0 : 1) }
        return .page(
            t("Hướng dẫn"),
            """
            \(UI.card(t("Vào hệ thống"), list([
                t("Lần đầu: bấm Kích hoạt tài khoản, nhập mã trên phiếu trường phát, rồi đặt mật khẩu."),
                t("Quên mật khẩu: gặp văn thư của trường. Văn thư nhìn thấy bạn rồi in một mã; mã dùng một lần trong một ngày."),
                t("Có nhiều vai trò: bấm tên đơn vị ở góc trên để đổi vai trò."),
                t("Máy dùng chung: đăng xuất khi xong việc. Mục Tài khoản của tôi cho biết bạn còn đăng nhập ở đâu."),
            ])))
            \(UI.card(t("Làm việc nhanh"), list([
                t("Phím / đưa con trỏ vào ô tìm. Gõ tên không dấu cũng tìm được."),
                t("Ngày có thể gõ 5/9 hoặc 05092026. Số thập phân dùng dấu phẩy hoặc dấu chấm."),
                t("Mọi danh sách đều lọc được, tải ra Excel và in được."),
                t("Nội dung đang nhập dở được giữ lại khi mất mạng hoặc hết phiên."),
            ])))
            <h2>\(t("Theo vai trò"))</h2>
            \(UI.each(roles) { role in UI.fold(role.label, "<p>\(guide(role))</p>", isOpen: role == own) })
            """)
    }

    private static func list(_ lines: [String]) -> HTML { "<ul>\(UI.each(lines) { "<li>\($0)</li>" })</ul>" }

    private static func guide(_ role: Role) -> String {
        switch role {
        case .administrator:
            t(
                "Lập tài khoản cho cán bộ Sở, giao vai trò, theo dõi công việc nền và nhật ký ở mục Quản trị. Bạn thấy cả tỉnh; mỗi lần mở dữ liệu nhạy cảm đều được ghi lại."
            )
        case .department:
            t(
                "Vào Đơn vị và số liệu để đi từ tỉnh xuống xã, trường, lớp. Nhập tệp ở mục Nhập tệp: chạy thử trước, đọc báo cáo, rồi mới ghi."
            )
        case .commune:
            t("Bạn thấy các trường mầm non, tiểu học, THCS của xã mình. Số liệu cư dân theo địa bàn nằm ở mục riêng.")
        case .inspector:
            t(
                "Bạn xem được, không sửa. Nhật ký cho biết ai đã thay đổi gì. Số liệu có thể chốt tại một ngày để đối chiếu."
            )
        case .principal:
            t(
                "Mở trường của mình để xem sĩ số, đội ngũ, điểm trường. Giao vai trò cho giáo viên, nhân viên ở mục Tài khoản."
            )
        case .deputy: t("Xem lớp, học sinh, giáo viên của trường. Bạn giao được vai trò giáo viên và nhân viên.")
        case .homeroom:
            t(
                "Xem lớp chủ nhiệm, in phiếu đăng nhập lần đầu, in phiếu cho cha mẹ và duyệt yêu cầu của cha mẹ ở mục Phiếu cha mẹ."
            )
        case .subjectTeacher: t("Xem danh sách các lớp mình dạy.")
        case .clerk:
            t(
                "Nhập và sửa hồ sơ học sinh, cán bộ; in sổ đăng bộ, giấy xác nhận, thẻ; in mã đặt lại mật khẩu sau khi gặp người đó."
            )
        case .accountant: t("Tra cứu học sinh, lớp, cán bộ của trường.")
        case .librarian: t("Tra cứu học sinh và lớp.")
        case .equipment: t("Tra cứu lớp và giáo viên.")
        case .medic: t("Tra cứu học sinh và lớp.")
        case .student: t("Xem hồ sơ của mình. Thấy chỗ sai, báo giáo viên chủ nhiệm.")
        case .guardian:
            t(
                "Xem hồ sơ của tất cả các con trong một tài khoản, kể cả khi các con học ở nhiều trường. Thêm con bằng mã trên phiếu của trường. Hai cha mẹ dùng chung một điện thoại vẫn có hai tài khoản riêng."
            )
        }
    }

    // MARK: Personal data

    private static func privacy(_ visit: Visit) async throws -> Reply {
        let contact = try await visit.db.read { try $0.setting("identity.privacy-contact") } ?? ""
        return .page(
            t("Bảo vệ dữ liệu cá nhân"),
            """
            <p>\(t("Trang này nói hệ thống lưu gì về bạn, ai xem được, và bạn có quyền gì, theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15."))</p>
            \(UI.card(t("Lưu những gì"), list([
                t("Học sinh: họ tên, ngày sinh, giới tính, dân tộc, nơi ở, quá trình học, chính sách được hưởng, người thân."),
                t("Cán bộ, giáo viên: thông tin công tác, trình độ, phân công."),
                t("Số định danh cá nhân được mã hóa; mỗi lần mở ra xem đều được ghi lại."),
                t("Tài khoản: tên đăng nhập, mật khẩu dưới dạng băm không đọc ngược được, thiết bị và địa chỉ mạng của các phiên."),
            ])))
            \(UI.card(t("Ai xem được"), list([
                t("Chỉ người có vai trò với chính học sinh, lớp, trường hoặc địa bàn đó, trong thời hạn của vai trò."),
                t("Cha mẹ xem hồ sơ của con sau khi trường duyệt. Trường có thể cho bạn biết những ai đang xem được hồ sơ của con bạn."),
                t("Không bán, không dùng cho quảng cáo, không gửi ra ngoài hệ thống nếu pháp luật không yêu cầu."),
            ])))
            \(UI.card(t("Quyền của bạn"), list([
                t("Được biết, được xem, được yêu cầu sửa chỗ sai; được nhận một bản dữ liệu của mình."),
                t("Được yêu cầu xóa khi pháp luật không buộc phải lưu; sổ đăng bộ và học bạ là hồ sơ lưu trữ vĩnh viễn."),
                t("Được khiếu nại với nhà trường, Sở Giáo dục và Đào tạo hoặc cơ quan bảo vệ dữ liệu cá nhân."),
            ])))
            \(UI.card(t("Cookie"), "<p>\(t("Chỉ có cookie cần cho đăng nhập, ngôn ngữ và giao diện. Không có cookie theo dõi."))</p>"))
            \(UI.card(t("Liên hệ"), "<p>\(contact.isEmpty ? t("Gặp văn thư của trường, hoặc Sở Giáo dục và Đào tạo.") : contact)</p>"))
            """)
    }
}
