import Base
import Registry
import Web

/// Words that several pages of the room say alike.
enum Words {
    /// The levels of education a role is limited to.
    static func levels(_ levels: [Level]?) -> String {
        levels.map { $0.map(\.label).joined(separator: ", ") } ?? t("Mọi cấp")
    }

    /// The last day of a period.
    static func until(_ day: Day) -> String { day == .forever ? t("không thời hạn") : day.shown }

    /// What a job of the background does.
    static func job(_ kind: String) -> String {
        switch kind {
        case "exchange.import-files": t("Nhập tệp")
        case "exchange.export-file": t("Xuất tệp")
        case "registry.find-duplicates": t("Tìm hồ sơ trùng")
        default: kind
        }
    }

    /// What somebody is to a child.
    static func relation(_ code: String) -> String {
        code.isEmpty ? "" : Catalogues.current["relations"]?.item(code).map { translated($0.name) } ?? code
    }

    /// The browser and the machine of a session.
    static func device(_ agent: String) -> String {
        let label = Agents.label(agent)
        switch (label.browser, label.machine) {
        case ("", ""): return t("Thiết bị không rõ")
        case (let browser, ""): return browser
        case ("", let machine): return machine
        case (let browser, let machine): return t("{} trên {}", browser, machine)
        }
    }

    /// The state of an account, with its sign.
    static func badge(_ state: AccountState) -> HTML {
        switch state {
        case .active: UI.badge(state.label, .good)
        case .notActivated: UI.badge(state.label, .plain)
        case .suspended: UI.badge(state.label, .bad)
        }
    }

    /// The state of a guardian's slip, with its sign.
    static func badge(_ state: SlipState) -> HTML {
        switch state {
        case .approved: UI.badge(state.label, .good)
        case .pending: UI.badge(state.label, .warn)
        case .refused: UI.badge(state.label, .bad)
        case .issued, .revoked, .expired: UI.badge(state.label)
        }
    }
}
