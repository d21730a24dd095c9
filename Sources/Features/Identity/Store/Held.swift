import Base
import Storage
import Work

extension Identity {
    /// What the entrance keeps of one person: the account, its roles, sessions, slips and tokens; secrets are kept as hashes and go nowhere.
    static let holding = PersonHolding(
        tables: [
            "identity_account", "identity_grant", "identity_child", "identity_session", "identity_slip",
            "identity_token",
            "identity_factor", "identity_password", "identity_device",
        ]
    ) { tx, person in
        let accounts: [(id: Int64, facts: [HeldFact])] = try tx.all(
            """
            SELECT a.id, a.username, a.name, a.state, a.language, a.created_at, a.seen_at,
            (SELECT p.set_at FROM identity_password p WHERE p.account_id = a.id),
            (SELECT f.confirmed_at FROM identity_factor f WHERE f.account_id = a.id),
            (SELECT COUNT(*) FROM identity_device d WHERE d.account_id = a.id)
            FROM identity_account a WHERE a.person_kind = \(person.kind.rawValue) AND a.person_id = \(person.id) ORDER BY a.id
            """
        ) { row in
            let id: Int64 = try row()
            let facts: [HeldFact] = [
                (t("Tên đăng nhập"), try row(String.self)), (t("Tên"), try row(String.self)),
                (t("Trạng thái"), try row(AccountState.self).label), (t("Ngôn ngữ"), try row(String.self)),
                (t("Tạo lúc"), try row(Int64.self).shownMoment),
                (t("Lần cuối"), try row(Int64?.self)?.shownMoment ?? ""),
                (t("Đặt mật khẩu lúc"), try row(Int64?.self)?.shownMoment ?? ""),
                (t("Bật xác thực thứ hai lúc"), try row(Int64?.self)?.shownMoment ?? ""),
                (t("Số thiết bị đã dùng"), String(try row(Int.self))),
            ]
            return (id, facts)
        }
        let held = HeldAccounts(tx, accounts.map(\.id))
        let slips = person.kind == .student ? try held.slips(of: person.id) : []
        return [
            HeldPart(t("Tài khoản"), table: "identity_account", rows: accounts.map(\.facts)),
            HeldPart(t("Vai trò"), table: "identity_grant", rows: try held.grants()),
            HeldPart(t("Phiên đăng nhập"), table: "identity_session", rows: try held.sessions()),
            HeldPart(t("Mã truy cập"), table: "identity_token", rows: try held.tokens()),
            HeldPart(t("Liên kết con"), table: "identity_child", rows: try held.children()),
            HeldPart(t("Phiếu cha mẹ"), table: "identity_slip", rows: slips),
        ]
    }
}

/// What hangs on a person's accounts.
private struct HeldAccounts {
    let tx: Tx, ids: [Int64]

    init(_ tx: Tx, _ ids: [Int64]) { (self.tx, self.ids) = (tx, ids) }

    func grants() throws -> [[HeldFact]] {
        try tx.all(
            """
            SELECT role, valid_from, valid_to, ended_at FROM identity_grant WHERE account_id IN \(list: ids) ORDER BY valid_from, id
            """
        ) { row in
            [
                (t("Vai trò"), try row(Role.self).label), (t("Từ ngày"), try row(Day.self).shown),
                (t("Đến ngày"), shown(try row(Day.self))), (t("Kết thúc"), try row(Int64?.self)?.shownMoment ?? ""),
            ]
        }
    }

    private func shown(_ day: Day) -> String { day == .forever ? "" : day.shown }

    func sessions() throws -> [[HeldFact]] {
        try tx.all(
            """
            SELECT created_at, touched_at, address, agent, ended_at FROM identity_session WHERE account_id IN \(list: ids) ORDER BY id
            """
        ) { row in
            [
                (t("Bắt đầu"), try row(Int64.self).shownMoment), (t("Lần cuối"), try row(Int64.self).shownMoment),
                (t("Địa chỉ mạng"), try row(String.self)), (t("Trình duyệt"), try row(String.self)),
                (t("Kết thúc"), try row(Int64?.self)?.shownMoment ?? ""),
            ]
        }
    }

    func tokens() throws -> [[HeldFact]] {
        try tx.all(
            """
            SELECT name, created_at, expires_at, used_at, revoked_at FROM identity_token WHERE account_id IN \(list: ids) ORDER BY id
            """
        ) { row in
            [
                (t("Tên"), try row(String.self)), (t("Tạo lúc"), try row(Int64.self).shownMoment),
                (t("Hết hạn"), try row(Int64.self).shownMoment),
                (t("Lần cuối"), try row(Int64?.self)?.shownMoment ?? ""),
                (t("Thu hồi"), try row(Int64?.self)?.shownMoment ?? ""),
            ]
        }
    }

    func children() throws -> [[HeldFact]] {
        try tx.all(
            "SELECT relation, valid_from FROM identity_child WHERE account_id IN \(list: ids) ORDER BY valid_from, student_id"
        ) { row in
            [(t("Quan hệ"), try row(String.self)), (t("Từ ngày"), try row(Day.self).shown)]
        }
    }

    /// Slips of a learner; who claimed them is another person's matter.
    func slips(of student: Int64) throws -> [[HeldFact]] {
        try tx.all(
            "SELECT state, issued_at, expires_at, claimed_at, decided_at FROM identity_slip WHERE student_id = \(student) ORDER BY id"
        ) { row in
            [
                (t("Trạng thái"), try row(SlipState.self).label), (t("Tạo lúc"), try row(Int64.self).shownMoment),
                (t("Hết hạn"), try row(Int64.self).shownMoment),
                (t("Gửi yêu cầu lúc"), try row(Int64?.self)?.shownMoment ?? ""),
                (t("Duyệt lúc"), try row(Int64?.self)?.shownMoment ?? ""),
            ]
        }
    }
}
