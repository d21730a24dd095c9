import Base

/// The living page `/style`: every part as it is drawn today, with made-up values.
public enum StylePage {
    /// The content of the page.
    public static func content() -> HTML {
        [
            part(t("Nút và nhãn"), buttons), part(t("Danh sách"), list), part(t("Trống"), empty),
            part(t("Biểu mẫu"), form), part(t("Con số"), stats), part(t("Biểu đồ"), plots), part(t("Hồ sơ"), profile),
            part(t("Tiến độ"), progress), part(t("Hỏi lại"), confirm), part(t("Thông báo"), messages),
            part(t("Biểu tượng"), icons), part(t("Bản in"), paper),
        ].joined()
    }

    private static func part(_ title: String, _ content: HTML) -> HTML {
        "<section class=\"stack sample\"><h2>\(title)</h2>\(content)</section>"
    }

    private static var buttons: HTML {
        """
        <div class="buttons">\(UI.link(t("Thêm học sinh"), "#", icon: "plus", isPrimary: true))\
        \(UI.button(t("Lưu"), style: "primary"))\(UI.button(t("Gửi phụ huynh"), icon: "guardian"))\
        \(UI.button(t("Xoá"), icon: "trash", style: "bad"))\(UI.button(t("Thôi"), style: "quiet"))</div>
        <div class="buttons">\(UI.badge("Đang học", .good))\(UI.badge("Chờ duyệt", .warn))\(UI.badge("Quá hạn", .bad))\
        \(UI.badge("Mới", .info))\(UI.badge("Đã chuyển trường"))</div>
        \(UI.tabs([
            UI.Tab("Hồ sơ", "#", isCurrent: true), UI.Tab("Quá trình học", "#", count: 5),
            UI.Tab("Người thân", "#", count: 2), UI.Tab("Giấy tờ", "#"), UI.Tab("Nhật ký", "#", count: 1284),
        ], label: t("Các phần của hồ sơ")))
        \(UI.steps(["Chọn tệp", "Đối chiếu cột", "Chạy thử", "Ghi vào sổ"], current: 2))
        """
    }

    static let people: [(name: String, born: String, group: String, people: String, state: UI.Tone)] = [
        ("Lò Thị Ẫm", "05/09/2014", "6A2", "Thái", .good), ("Giàng A Ổn", "12/01/2014", "6A2", "Mông", .good),
        ("Vàng Thị Mỷ", "28/11/2013", "6A1", "Mông", .warn),
        ("Nguyễn Ngọc Bảo Trữ", "19/03/2014", "6A1", "Kinh", .good),
        ("Lý Phù Chòi", "2014", "6A3", "Hà Nhì", .plain), ("Tao Văn Kỵ", "07/07/2014", "6A3", "Lự", .bad),
    ]

    private static var list: HTML {
        let fields = UI.text("q", t("Họ tên hoặc mã"), value: "thị", entry: .search, isWide: true)
            + UI.select("grade", t("Khối"), [("6", "Khối 6"), ("7", "Khối 7")], value: "6", any: t("Tất cả"))
            + UI.select("people", t("Dân tộc"), [("h", "Mông"), ("t", "Thái")], any: t("Tất cả"))
        let chooser = UI.columnChooser(
            [("born", t("Ngày sinh"), true), ("people", t("Dân tộc"), true), ("phone", t("Điện thoại"), false)],
            action: "#")
        return UI.filters("#", fields) + UI.list(
            count: "<b>\(UI.grouped(149_763))</b> \(t("học sinh"))",
            chips: [UI.Chip(t("Khối"), "6", removeHref: "#"), UI.Chip(t("Tìm"), "thị", removeHref: "#")],
            tools: UI.tools(excel: "#", columns: chooser), table: table,
            pager: UI.pager(newer: "#", older: "#", note: t("50 dòng một trang")))
    }

    private static var table: HTML {
        let columns = [
            UI.Column(t("Họ và tên"), sortHref: "#", sort: .ascending),
            UI.Column(t("Ngày sinh"), sortHref: "#", isNumeric: true), UI.Column(t("Lớp"), sortHref: "#"),
            UI.Column(t("Dân tộc"), isHiddenOnPhone: true), UI.Column(t("Trạng thái")),
        ]
        let rows = people.enumerated().map { index, one in
            UI.Row(
                [.text(one.name), .text(one.born), .text(one.group), .text(one.people),
                    UI.badge(word(one.state), one.state)],
                href: "#\(index)", key: "k\(index)", name: one.name)
        }
        let bulk = UI.Bulk(action: "#", csrf: "x", verbs: [(t("Chuyển lớp"), "move"), (t("In thẻ học sinh"), "cards")])
        return UI.table(columns, rows, caption: t("Học sinh"), bulk: bulk, cards: true, panel: true)
    }

    private static func word(_ tone: UI.Tone) -> String {
        switch tone {
        case .good: t("Đang học")
        case .warn: t("Thiếu giấy tờ")
        case .bad: t("Thôi học")
        case .info: t("Mới đến")
        case .plain: t("Chờ xếp lớp")
        }
    }

    private static var empty: HTML {
        UI.empty(
            t("Chưa có học sinh nào trong lớp này"), t("Nhập từ tệp danh sách của trường, hoặc thêm từng em."),
            icon: "student", action: UI.link(t("Nhập từ tệp"), "#", icon: "import", isPrimary: true))
    }

    private static var form: HTML {
        let problems = [
            Problem("born", "31/02/2014 không có trong lịch. Viết ngày/tháng/năm, ví dụ 28/02/2014."),
            Problem("sex", "Chọn giới tính."),
        ]
        let names = UI.text(
            "name", t("Họ và tên"), value: "Lò Thị Ẫm", hint: t("Như trong giấy khai sinh"), required: true)
            + UI.date("born", t("Ngày sinh"), value: "31/02/2014", problems: problems, required: true, year: 2014)
        let sexes = [(value: "m", label: "Nam"), (value: "f", label: "Nữ")]
        let who = UI.grid(names)
            + UI.radios("sex", t("Giới tính"), sexes, problems: problems, required: true, isInline: true)
            + UI.select("people", t("Dân tộc"), [("h", "Mông"), ("t", "Thái")], any: t("Chọn…"))
        let rest = UI.checkbox("board", t("Học sinh bán trú"), hint: t("Ở lại trường trong tuần"))
            + UI.number("distance", t("Cách trường (km)"), value: "7,5", hasDecimals: true)
            + UI.textarea("note", t("Ghi chú"))
            + UI.file("paper", t("Giấy khai sinh"), accept: ".pdf,.jpg,.png", hint: t("PDF hoặc ảnh, đến 5 MB"))
        let fields = UI.group(t("Nhân thân"), who) + UI.group(t("Chính sách và ghi chú"), rest)
        return UI.form("#", csrf: "x", fields, submit: t("Lưu hồ sơ"), problems: problems, key: "k", cancel: "#")
    }

    private static var stats: HTML {
        UI.stats([
            UI.stat(t("Học sinh"), UI.grouped(149_763), href: "#", target: (t("Hơn năm trước 1,2%"), .plain),
                trend: [140, 142, 145, 144, 147, 149.7], fresh: t("Lúc 07:12 hôm nay")),
            UI.stat(t("Có định danh"), UI.decimal(98.4), unit: "%", href: "#", target: (t("Mục tiêu 100%"), .warn),
                trend: [80, 86, 91, 95, 97, 98.4]),
            UI.stat(t("Trường"), UI.grouped(336), href: "#", target: (t("Đủ cả"), .good)),
            UI.stat(t("Hồ sơ thiếu"), UI.grouped(2431), href: "#", target: (t("Quá hạn 15/09"), .bad),
                trend: [9, 7, 6, 3, 2.4]),
        ])
    }
}
