import Base
import Web

/// Slips on paper: who, where to go, the code. The codes are on this page and nowhere else.
enum Sheets {
    /// First sign-ins and resets; `more` is the way to those that the page does not hold.
    static func paper(
        _ visit: Visit, _ title: String, _ rows: [SheetRow], back: String, note: String = "", more: HTML = HTML()
    ) -> Reply {
        let slips = rows.map { row in
            UI.Slip(
                title, name: row.name,
                lines: [
                    (t("Tên đăng nhập"), row.username), (t("Trang"), visit.place("/activate")),
                    (t("Dùng trước"), row.expiresAt.shownMoment),
                ],
                code: row.code, link: "\(visit.origin)/activate?code=\(row.code)")
        }
        return whole(visit, title, slips, back: back, note: note, more: more)
    }

    /// Guardians' slips: one child each.
    static func families(_ visit: Visit, _ rows: [(row: SheetRow, place: String)], back: String, more: HTML) -> Reply {
        let title = t("Phiếu mở tài khoản cha mẹ học sinh")
        let slips = rows.map { one in
            UI.Slip(
                title, name: one.row.name,
                lines: [
                    (t("Lớp, trường"), one.place), (t("Trang"), visit.place("/claim")),
                    (t("Dùng trước"), one.row.expiresAt.shownMoment),
                ],
                code: one.row.code, link: "\(visit.origin)/claim?code=\(one.row.code)")
        }
        return whole(visit, title, slips, back: back, note: "", more: more)
    }

    /// The way on to the slips that this page does not hold; their codes are made when they are drawn.
    static func more(_ visit: Visit, _ left: Int, _ fields: [UI.Pair]) -> HTML {
        when(
            left > 0,
            UI.notice(
                """
                \(t("Còn {} phiếu. In trang này xong, bấm để làm tiếp.", left)) \
                \(UI.post(t("In tiếp"), to: visit.path, csrf: visit.csrf, fields: fields, icon: "print"))
                """))
    }

    private static func whole(
        _ visit: Visit, _ title: String, _ slips: [UI.Slip], back: String, note: String, more: HTML
    ) -> Reply {
        let head: HTML = """
            <div class="no-print"><h1>\(title)</h1>
            \(UI.notice("\(t("{} phiếu. Mã chỉ hiện trên trang này: in ngay, cắt theo đường kẻ và trao tận tay từng người.", slips.count))", .warn))
            \(when(!note.isEmpty, UI.notice("\(note)")))\(more)</div>
            """
        return .paper(title, for: visit, back: back, head + UI.slips(slips))
    }
}

extension Visit {
    /// An address as one types it.
    fileprivate func place(_ path: String) -> String {
        (origin.split(separator: "/").last.map(String.init) ?? origin) + path
    }
}
