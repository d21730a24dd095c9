import Base
import Registry
import Web

/// How pages about connected systems say things.
enum ConsumerWords {
    /// A scope as the trail notes it: `roster.readonly`.
    static func short(_ scope: String) -> String { scope.split(separator: "/").last.map(String.init) ?? scope }

    /// What a scope lets a system read.
    static func label(_ scope: String) -> String {
        switch scope {
        case RosterScopes.core: t("Danh sách và từng bản ghi (roster-core.readonly)")
        case RosterScopes.whole: t("Mọi danh sách, cả theo trường, lớp, người (roster.readonly)")
        case RosterScopes.demographics: t("Ngày sinh, giới tính, dân tộc (roster-demographics.readonly)")
        default: scope
        }
    }

    /// The state, with its sign; one whose time is over is told so.
    static func badge(_ row: ConsumerRow, on day: Day) -> HTML {
        if row.state == .active, day > row.expiresOn { return UI.badge(t("Hết hạn"), .warn) }
        let tone: UI.Tone =
            switch row.state {
            case .active: .good
            case .paused: .warn
            case .revoked: .plain
            }
        return UI.badge(row.state.label, tone)
    }
}
