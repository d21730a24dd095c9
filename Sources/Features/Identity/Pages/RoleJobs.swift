import Base
import Web

/// What each role comes for: its jobs as large links, and what it can do while its own rooms are not built.
enum RoleJobs {
    /// The three jobs of a role; families get links to their own children instead (`HomePages`).
    static func links(_ role: Role, org: ID<Org>?) -> [UI.BigLink] {
        let unit = org.map { "/orgs/\($0.code)" } ?? "/orgs"
        let school = UI.BigLink(t("Trường của tôi"), t("Thông tin, số liệu, điểm trường"), unit, icon: "school")
        switch role {
        case .administrator:
            return [
                units("/orgs"), accounts,
                UI.BigLink(t("Quản trị"), t("Công việc nền, cài đặt, mã truy cập"), "/admin", icon: "settings"),
            ]
        case .department: return [units(unit), imports, accounts]
        case .commune: return [units(unit), students, accounts]
        case .inspector:
            return [
                units(unit), students, UI.BigLink(t("Nhật ký"), t("Ai đã làm gì, lúc nào"), "/audit", icon: "audit"),
            ]
        case .principal: return [school, classes, staff]
        case .deputy: return [classes, students, staff]
        case .homeroom:
            return [
                UI.BigLink(t("Lớp của tôi"), t("Danh sách lớp, hồ sơ học sinh"), "/classes", icon: "class"), slips,
                students,
            ]
        case .subjectTeacher:
            return [
                UI.BigLink(t("Lớp tôi dạy"), t("Danh sách các lớp được phân công"), "/classes", icon: "class"),
                students, search,
            ]
        case .clerk: return [students, slips, imports]
        case .accountant: return [students, classes, staff]
        case .librarian, .equipment, .medic: return [students, classes, search]
        case .student, .guardian: return []
        }
    }

    /// What a role whose own room is still to come can do today.
    static func now(_ role: Role) -> String? {
        switch role {
        case .accountant:
            t(
                "Phần thu chi chưa mở. Hiện nay bạn tra cứu được học sinh, lớp và cán bộ của trường để lập danh sách thu."
            )
        case .librarian: t("Phần thư viện chưa mở. Hiện nay bạn tra cứu được học sinh và lớp để làm thẻ bạn đọc.")
        case .equipment: t("Phần thiết bị chưa mở. Hiện nay bạn tra cứu được lớp và giáo viên của trường.")
        case .medic: t("Phần y tế học đường chưa mở. Hiện nay bạn tra cứu được học sinh và lớp để lập danh sách khám.")
        case .student:
            t(
                "Thời khóa biểu, điểm và bài tập chưa mở. Hiện nay bạn xem được hồ sơ của mình và báo trường khi có chỗ sai."
            )
        case .guardian:
            t(
                "Điểm, chuyên cần và thông báo chưa mở. Hiện nay bạn xem được hồ sơ của con và báo trường khi có chỗ sai."
            )
        case .subjectTeacher: t("Sổ điểm và điểm danh chưa mở. Hiện nay bạn xem được danh sách các lớp mình dạy.")
        default: nil
        }
    }

    private static var students: UI.BigLink {
        UI.BigLink(t("Học sinh"), t("Tìm, lọc, xem hồ sơ"), "/students", icon: "student")
    }
    private static var classes: UI.BigLink {
        UI.BigLink(t("Lớp"), t("Danh sách lớp và sĩ số"), "/classes", icon: "class")
    }
    private static var staff: UI.BigLink {
        UI.BigLink(t("Cán bộ, giáo viên"), t("Hồ sơ đội ngũ"), "/staff", icon: "staff")
    }
    private static var search: UI.BigLink {
        UI.BigLink(t("Tìm kiếm"), t("Gõ tên, có dấu hay không đều được"), "/search", icon: "search")
    }
    private static var imports: UI.BigLink {
        UI.BigLink(t("Nhập tệp"), t("Đưa danh sách vào, chạy thử trước"), "/imports", icon: "import")
    }
    private static var accounts: UI.BigLink {
        UI.BigLink(t("Tài khoản"), t("Cấp vai trò, in phiếu đăng nhập"), "/accounts", icon: "people")
    }
    private static var slips: UI.BigLink {
        UI.BigLink(t("Phiếu cha mẹ"), t("In phiếu, duyệt yêu cầu"), "/slips", icon: "guardian")
    }
    private static func units(_ href: String) -> UI.BigLink {
        UI.BigLink(t("Đơn vị và số liệu"), t("Từ tỉnh, xã đến trường, lớp"), href, icon: "org")
    }
}
