import Base
import Storage
import Web
import Work

/// The changes of one record with the names of those who made them.
struct History: Sendable {
    let changes: [FieldChange], names: [ID<Account>: String]

    static let none = History(changes: [], names: [:])

    static func read(_ tx: Tx, _ subject: Subject, _ visit: Visit) throws -> History {
        let changes = try tx.history(of: subject)
        return History(changes: changes, names: try visit.names(of: Set(changes.compactMap(\.account)), tx))
    }

    /// Who made a change, and as what.
    func who(_ change: FieldChange) -> String {
        let known = [change.account.flatMap { names[$0] } ?? "", change.role?.label ?? ""].filter { !$0.isEmpty }
        return known.isEmpty ? t("Hệ thống") : known.joined(separator: " · ")
    }

    /// Who last saved one of the fields that a conflict is about; nothing where there is none.
    static func last(_ fault: Fault, _ subject: Subject, _ visit: Visit) async throws -> String? {
        guard fault.kind == .conflict else { return nil }
        let history = try await visit.db.read { tx in try read(tx, subject, visit) }
        let fields = Set(fault.problems.map(\.field))
        return history.changes.first { fields.contains($0.field) }.map {
            t("Người vừa lưu: {}, {}.", history.who($0), $0.at.shownMoment)
        }
    }
}

/// Every change of every field of one record: when, by whom, from what to what.
enum HistoryTable {
    static func drawn(_ history: History, _ fields: FieldList, showsSensitive: Bool) -> HTML {
        let rows = history.changes.compactMap { change -> UI.Row? in
            let field = fields[change.field]
            let isSensitive =
                field?.isSensitive ?? (change.field.hasPrefix("policy") || change.field.hasPrefix("document"))
            if isSensitive, !showsSensitive { return nil }
            return UI.Row([
                .text(change.at.shownMoment), .text(field.map { translated($0.label) } ?? label(change.field)),
                value(change.old, change.field, field), value(change.new, change.field, field),
                .text(history.who(change)),
            ])
        }
        return UI.table(
            [
                UI.Column(t("Lúc")), UI.Column(t("Mục")), UI.Column(t("Cũ")), UI.Column(t("Mới")),
                UI.Column(t("Người sửa")),
            ], rows,
            caption: t("Lịch sử thay đổi"),
            empty: UI.empty(
                t("Chưa có thay đổi nào"), t("Từ lần sửa đầu tiên, mỗi mục được ghi lại ở đây."), icon: "history"),
            cards: true)
    }

    private static func value(_ stored: String?, _ key: String, _ field: FieldDefinition?) -> HTML {
        guard let stored, !stored.isEmpty else { return "<span class=\"muted\">–</span>" }
        if let field, !["site", "homeroom"].contains(key) {
            return .text(field.type == .personalID ? stored : Words.catalogues.show(stored, as: field))
        }
        let words = stored.split(separator: " ").map(String.init)
        switch key.split(separator: " ").first.map(String.init) ?? key {
        case "org": return "<a href=\"/orgs/\(stored)\">\(t("Xem đơn vị"))</a>"
        case "homeroom", "teaching": return "<a href=\"/staff/\(stored)\">\(t("Xem giáo viên"))</a>"
        case "guardian": return .text(Words.label(words.last ?? "", "relations"))
        case "policy", "closed_on":
            return .text(
                words.map { Day(iso: $0).map { $0 == .forever ? "…" : $0.shown } ?? $0 }.joined(separator: " – "))
        case "site", "photo": return .text(t("đã ghi"))
        default: return .text(stored)
        }
    }

    /// How a 12-digit number stands where it may not be read.
    static let masked = "•••• •••• ••••"

    /// What is no field of the catalogue: the parts kept as rows of their own, their kind after a space.
    private static func label(_ key: String) -> String {
        let words = key.split(separator: " ").map(String.init), kind = words.count > 1 ? words[1] : ""
        switch words.first ?? key {
        case "class": return t("Lớp")
        case "org": return t("Đơn vị")
        case "policy": return t("Chính sách: {}", Words.label(kind, "policy-statuses"))
        case "guardian": return t("Người thân")
        case "document": return t("Giấy tờ")
        case "teaching": return t("Dạy môn {}", Words.subject(kind))
        case "homeroom": return t("Giáo viên chủ nhiệm")
        case "closed_on": return t("Ngày kết thúc")
        case "name": return t("Họ và tên")
        case "photo": return t("Ảnh")
        case "merged-record": return t("Hồ sơ gộp vào")
        case "split-record": return t("Hồ sơ tách ra")
        default: return key
        }
    }
}
