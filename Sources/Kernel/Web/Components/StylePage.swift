import Base

/// The living page `/style`: every part as it is drawn today, with made-up values.
public enum StylePage {
    /// The content of the page.
    public static func content() -> HTML {
        [
            part("Nút và nhãn", buttons), part("Danh sách", list), part("Trống", empty),
            part("Biểu mẫu", form), part("Bảng điền", sheet), part("Con số", stats), part("Biểu đồ", plots),
            part("Hồ sơ", profile),
            part("Tiến độ", progress), part("Hỏi lại", confirm), part("Thông báo", messages),
            part("Lối vào lớn", bigLinks), part("Phiếu", slips), part("Biểu tượng", icons), part("Bản in", paper),
        ].joined()
    }

    private static func part(_ title: String, _ content: HTML) -> HTML {
        "<section class=\"stack sample\"><h2>\(title)</h2>\(content)</section>"
    }

    private static var buttons: HTML {
        """
        <div class="buttons">\(UI.link("Thêm học sinh", "#", icon: "plus", isPrimary: true))\
        \(UI.button("Lưu", style: "primary"))\(UI.button("Gửi phụ huynh", icon: "guardian"))\
        \(UI.button("Xoá", icon: "trash", style: "bad"))\(UI.button("Thôi", style: "quiet"))</div>
        <div class="buttons">\(UI.badge("Đang học", .good))\(UI.badge("Chờ duyệt", .warn))\(UI.badge("Quá hạn", .bad))\
        \(UI.badge("Mới", .info))\(UI.badge("Đã chuyển trường"))</div>
        \(UI.tabs([
            UI.Tab("Hồ sơ", "#", isCurrent: true), UI.Tab("Quá trình học", "#", count: 5),
            UI.Tab("Người thân", "#", count: 2), UI.Tab("Giấy tờ", "#"), UI.Tab("Nhật ký", "#", count: 1284),
        ], label: "Các phần của hồ sơ"))
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
        let fields =
            UI.text("q", "Họ tên hoặc mã", value: "thị", entry: .search, isWide: true)
            + UI.select("grade", "Khối", [("6", "Khối 6"), ("7", "Khối 7")], value: "6", any: "Tất cả")
            + UI.select("people", "Dân tộc", [("h", "Mông"), ("t", "Thái")], any: "Tất cả")
        let chooser = UI.columnChooser(
            [("born", "Ngày sinh", true), ("people", "Dân tộc", true), ("phone", "Điện thoại", false)],
            action: "#")
        return UI.filters("#", fields)
            + UI.list(
                count: "<b>\(UI.grouped(149_763))</b> học sinh",
                chips: [UI.Chip("Khối", "6", removeHref: "#"), UI.Chip("Tìm", "thị", removeHref: "#")],
                tools: UI.tools(excel: "#", columns: chooser), table: table,
                pager: UI.pager(newer: "#", older: "#", note: "50 dòng một trang"))
    }

    private static var table: HTML {
        let columns = [
            UI.Column("Họ và tên", sortHref: "#", sort: .ascending),
            UI.Column("Ngày sinh", sortHref: "#", isNumeric: true), UI.Column("Lớp", sortHref: "#"),
            UI.Column("Dân tộc", isHiddenOnPhone: true), UI.Column("Trạng thái"),
        ]
        let rows = people.enumerated().map { index, one in
            UI.Row(
                [
                    .text(one.name), .text(one.born), .text(one.group), .text(one.people),
                    UI.badge(word(one.state), one.state),
                ],
                href: "#\(index)", key: "k\(index)", name: one.name)
        }
        let bulk = UI.Bulk(action: "#", csrf: "x", verbs: [("Chuyển lớp", "move"), ("In thẻ học sinh", "cards")])
        return UI.table(columns, rows, caption: "Học sinh", bulk: bulk, cards: true, panel: true)
    }

    private static func word(_ tone: UI.Tone) -> String {
        switch tone {
        case .good: "Đang học"
        case .warn: "Thiếu giấy tờ"
        case .bad: "Thôi học"
        case .info: "Mới đến"
        case .plain: "Chờ xếp lớp"
        }
    }

    private static var empty: HTML {
        UI.empty(
            "Chưa có học sinh nào trong lớp này", "Nhập từ tệp danh sách của trường, hoặc thêm từng em.",
            icon: "student", action: UI.link("Nhập từ tệp", "#", icon: "import", isPrimary: true))
    }

    private static var form: HTML {
        let problems = [
            Problem("born", "31/02/2014 không có trong lịch. Viết ngày/tháng/năm, ví dụ 28/02/2014."),
            Problem("sex", "Chọn giới tính."),
        ]
        let names =
            UI.text(
                "name", "Họ và tên", value: "Lò Thị Ẫm", hint: "Như trong giấy khai sinh", required: true)
            + UI.date("born", "Ngày sinh", value: "31/02/2014", problems: problems, required: true, year: 2014)
        let sexes = [(value: "m", label: "Nam"), (value: "f", label: "Nữ")]
        let who =
            UI.grid(names)
            + UI.radios("sex", "Giới tính", sexes, problems: problems, required: true, isInline: true)
            + UI.select("people", "Dân tộc", [("h", "Mông"), ("t", "Thái")], any: "Chọn…")
        let rest =
            UI.checkbox("board", "Học sinh bán trú", hint: "Ở lại trường trong tuần")
            + UI.number("distance", "Cách trường (km)", value: "7,5", hasDecimals: true)
            + UI.textarea("note", "Ghi chú")
            + UI.file("paper", "Giấy khai sinh", accept: ".pdf,.jpg,.png", hint: "PDF hoặc ảnh, đến 5 MB")
        let fields =
            UI.group("Nhân thân", who) + UI.group("Nơi học", pickers) + UI.group("Chính sách và ghi chú", rest)
        return UI.form("#", csrf: "x", fields, submit: "Lưu hồ sơ", problems: problems, key: "k", cancel: "#")
    }

    private static var sheet: HTML {
        let columns = [
            UI.SheetColumn("born", "Ngày sinh", .day),
            UI.SheetColumn("people", "Dân tộc", .choice([("h", "Mông"), ("t", "Thái")])),
            UI.SheetColumn("phone", "Điện thoại", .text(.tel, most: 20)),
        ]
        let rows = people.enumerated().map { index, one in
            UI.SheetRow(
                "s\(index)", name: one.name, head: .text("\(index + 1). \(one.name)"),
                texts: ["born": one.born, "people": one.people == "Mông" ? "h" : "t"], hints: ["phone": "chưa có"])
        }
        return UI.sheet(
            columns, rows, corner: "Họ và tên", caption: "Bảng điền của lớp 6A2",
            problems: [Problem("born.s5", "31/02/2014 không có trong lịch. Viết ngày/tháng/năm, ví dụ 28/02/2014.")])
    }

    private static var pickers: HTML {
        let units = [
            UI.Pick("so", "Sở Giáo dục và Đào tạo"), UI.Pick("sin-ho", "UBND xã Sìn Hồ", depth: 1),
            UI.Pick("th", "Trường Tiểu học Sìn Hồ", depth: 2), UI.Pick("nam-tam", "UBND xã Nậm Tăm", depth: 1),
        ]
        let teachers = [
            UI.Pick("1", "Lò Thị Inh", rest: "12/05/1985 · Giáo viên Toán"),
            UI.Pick("2", "Lò Thị Inh", rest: "03/11/1991 · Giáo viên Ngữ văn"),
            UI.Pick("3", "Giàng A Páo", rest: "1979 · Hiệu trưởng"),
        ]
        return UI.grid(
            UI.picker("unit", "Đơn vị", units, value: "th", required: true)
                + UI.picker("homeroom", "Giáo viên chủ nhiệm", teachers, any: "Chưa phân công"))
    }

    private static var stats: HTML {
        UI.stats([
            UI.stat(
                "Học sinh", UI.grouped(149_763), href: "#", target: ("Hơn năm trước 1,2%", .plain),
                trend: [140, 142, 145, 144, 147, 149.7], fresh: "Lúc 07:12 hôm nay"),
            UI.stat(
                "Có định danh", UI.decimal(98.4), unit: "%", href: "#", target: ("Mục tiêu 100%", .warn),
                trend: [80, 86, 91, 95, 97, 98.4]),
            UI.stat("Trường", UI.grouped(336), href: "#", target: ("Đủ cả", .good)),
            UI.stat(
                "Hồ sơ thiếu", UI.grouped(2431), href: "#", target: ("Quá hạn 15/09", .bad),
                trend: [9, 7, 6, 3, 2.4]),
        ])
    }
}
