import Base
import Web
import Work

/// Every change of every field of one record: when, by whom, from what to what.
enum HistoryTable {
    static func drawn(_ changes: [FieldChange], _ fields: FieldList, showsSensitive: Bool) -> HTML {
        let rows = changes.compactMap { change -> UI.Row? in
            let field = fields[change.field]
            if field?.isSensitive == true, !showsSensitive { return nil }
            return UI.Row([
                .text(change.at.shownMoment), .text(field.map { translated($0.label) } ?? label(change.field)),
                value(change.old, field), value(change.new, field), .text(change.role?.label ?? t("Hệ thống")),
            ])
        }
        return UI.table(
            [UI.Column(t("Lúc")), UI.Column(t("Mục")), UI.Column(t("Cũ")), UI.Column(t("Mới")), UI.Column(t("Người sửa"))], rows,
            caption: t("Lịch sử thay đổi"),
            empty: UI.empty(t("Chưa có thay đổi nào"), t("Từ lần sửa đầu tiên, mỗi mục được ghi lại ở đây."), icon: "history"), cards: true)
    }

    private static func value(_ stored: String?, _ field: FieldDefinition?) -> HTML {
        guard let stored, !stored.isEmpty else { return "<span class=\"muted\">–</span>" }
        guard let field else { return .text(stored) }
        if field.type == .personalID { return .text(masked) }
        return .text(Words.catalogues.show(stored, as: field))
    }

    /// How a 12-digit number stands where it may not be read.
    static let masked = "•••• •••• ••••"

    /// What is no field of the catalogue: the parts kept as rows of their own.
    private static func label(_ key: String) -> String {
        switch key.split(separator: ":").first.map(String.init) ?? key {
        case "name": t("Họ và tên")
        case "class", "class_id": t("Lớp")
        case "org", "org_id": t("Đơn vị")
        case "grade": t("Khối")
        case "level": t("Cấp học")
        case "policy": t("Diện chính sách")
        case "guardian": t("Người thân")
        case "document": t("Giấy tờ")
        case "post": t("Nơi công tác")
        case "homeroom", "homeroom_id": t("Giáo viên chủ nhiệm")
        case "site", "site_id": t("Điểm trường")
        case "grades": t("Khối")
        case "photo": t("Ảnh")
        default: key
        }
    }
}
