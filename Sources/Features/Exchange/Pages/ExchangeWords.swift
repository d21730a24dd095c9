import Base
import Work

/// The words for a job's state.
enum ExchangeWords {
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
