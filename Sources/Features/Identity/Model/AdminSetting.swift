import Base
import Web

/// One setting of the installation that its administrator changes: where it is kept, what it is without, how it is asked for.
struct AdminSetting: Sendable {
    enum Kind: Sendable { case onOff, number(ClosedRange<Int>), text }

    let name: StaticString, field: String, preset: String, kind: Kind
    let label: @Sendable () -> String, hint: @Sendable () -> String

    static let all: [AdminSetting] = [
        AdminSetting(
            name: "identity.second-factor", field: "second-factor", preset: "on", kind: .onOff,
            label: { t("Bắt buộc bước xác thực thứ hai với quản trị, Sở, hiệu trưởng, kế toán") }, hint: { "" }),
        AdminSetting(
            name: "identity.staff-idle-minutes", field: "staff-idle-minutes", preset: "30", kind: .number(5...240),
            label: { t("Cán bộ không thao tác bao nhiêu phút thì hết phiên") },
            hint: { t("Từ 5 đến 240. Phiên của học sinh, cha mẹ: 8 giờ.") }),
        AdminSetting(
            name: "identity.code-hours", field: "code-hours", preset: "24", kind: .number(1...336),
            label: { t("Mã in trên giấy dùng được bao nhiêu giờ") }, hint: { t("Từ 1 đến 336 (14 ngày).") }),
        AdminSetting(
            name: "identity.privacy-contact", field: "privacy-contact", preset: "", kind: .text,
            label: { t("Liên hệ về dữ liệu cá nhân") }, hint: { t("Hiện ở trang Bảo vệ dữ liệu cá nhân.") }),
    ]

    func field(_ value: String, _ problems: [Problem]) -> HTML {
        let hint = hint().isEmpty ? nil : hint()
        switch kind {
        case .onOff:
            return UI.radios(
                field, label(), [("on", t("Bắt buộc")), ("off", t("Không bắt buộc"))], value: value, hint: hint,
                problems: problems, isInline: true)
        case .number: return UI.number(field, label(), value: value, hint: hint, problems: problems, required: true)
        case .text:
            return UI.text(field, label(), value: value, hint: hint, problems: problems, maxLength: 300, isWide: true)
        }
    }

    func problem(_ value: String) -> Problem? {
        switch kind {
        case .onOff: ["on", "off"].contains(value) ? nil : Problem(field, "Hãy chọn một trong hai.")
        case .number(let range):
            Int(value).map(range.contains) == true ? nil : Problem(field, "Số này ngoài khoảng cho phép.")
        case .text: value.count <= 300 ? nil : Problem(field, "Dài quá 300 ký tự.")
        }
    }
}
