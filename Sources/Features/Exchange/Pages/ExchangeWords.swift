import Base
import Work

/// The words for a job's state, for formats and for what they hold.
enum ExchangeWords {
    /// A format by its label; one that is no longer offered by its name.
    static func kind(_ name: String?, _ kinds: Kinds) -> String {
        guard let name else { return "" }
        let label = kinds.imports.first { $0.name == name }?.label ?? kinds.exports.first { $0.name == name }?.label
        return label.map { translated($0) } ?? name
    }

    /// What the records of a file are called.
    static func entity(_ name: String) -> String {
        switch name {
        case "orgs": t("Đơn vị")
        case "academicSessions": t("Năm học và học kì")
        case "courses": t("Môn học, khóa học")
        case "classes": t("Lớp")
        case "users": t("Người")
        case "roles": t("Vai trò của người")
        case "enrollments": t("Xếp lớp và phân công")
        case "demographics": t("Nhân thân học sinh")
        case "userProfiles": t("Tài khoản ở hệ thống khác")
        case "schools": t("Trường")
        case "students": t("Học sinh")
        case "staff": t("Cán bộ, giáo viên")
        case "places": t("Đơn vị hành chính")
        case "provinces": t("Tỉnh, thành phố")
        case "districts": t("Huyện (trước 7/2025)")
        case "communes": t("Xã, phường")
        case "provinceSuccessions": t("Tỉnh cũ nhập vào tỉnh mới")
        case "communeSuccessions": t("Xã cũ nhập vào xã mới")
        case "categories", "lineItems", "results", "scoreScales", "resources", "classResources", "courseResources",
            "userResources", "lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds",
            "resultScoreScales":
            t("Sổ điểm và học liệu, giữ nguyên ({})", name)
        default: name
        }
    }

    static func state(_ job: JobRow) -> String {
        switch job.state {
        case "queued": t("Đang chờ")
        case "running": t("Đang chạy")
        case "done": t("Xong")
        case "cancelled": t("Đã dừng")
        default: t("Không thành công")
        }
    }
}
