import Base
import Web

/// The words of the pages of transfers.
enum TransferWords {
    static func paper(_ code: String) -> String {
        switch code {
        case "request": t("Đơn xin chuyển trường")
        case "report-book": t("Học bạ")
        case "birth": t("Bản sao giấy khai sinh")
        case "introduction": t("Giấy giới thiệu chuyển trường")
        case "diploma": t("Bằng tốt nghiệp cấp dưới")
        case "admission": t("Giấy chứng nhận trúng tuyển lớp 10")
        case "residence": t("Giấy tờ về nơi ở mới")
        default: code
        }
    }

    static func state(_ line: TransferLine) -> HTML {
        switch line.state {
        case .asked: UI.badge(line.isOutside ? t("chờ hiệu trưởng") : t("chờ hai trường duyệt"), .warn)
        case .agreed: UI.badge(t("trường nhận đã đồng ý"), .info)
        case .given: UI.badge(t("trường cho đi đã đồng ý"), .info)
        case .approved: UI.badge(t("đã duyệt, chuyển ngày {}", line.day.shown), .good)
        case .done: UI.badge(t("đã chuyển"), .good)
        case .refused: UI.badge(t("bị từ chối"), .bad)
        case .withdrawn: UI.badge(t("đã rút"), .plain)
        case .lapsed: UI.badge(t("hết hạn"), .plain)
        }
    }
}
