import Base

extension StylePage {
    static var plots: HTML {
        let places = [
            UI.Bar("Xã Sìn Hồ", 5210, href: "#", previous: 5100),
            UI.Bar("Phường Tân Phong", 9120, href: "#", previous: 8700),
            UI.Bar("Xã Mường Tè", 4120, href: "#", previous: 4300),
            UI.Bar("Trường PTDTBT Tiểu học và THCS Nậm Hàng số 2", 1034, href: "#", previous: 990),
        ]
        return UI.columns([
            UI.bars(
                "Tân Phong đông học sinh nhất", places, note: "Học sinh theo xã, xám là năm trước",
                headings: ("Xã", "Học sinh")),
            UI.bars(
                "Ba dân tộc chiếm bốn phần năm",
                [
                    UI.Bar("Thái", 33.1), UI.Bar("Mông", 29.8), UI.Bar("Kinh", 15.2), UI.Bar("Hà Nhì", 6.4),
                ], unit: "%", target: ("Cả nước: 12%", 12)),
            UI.pyramid(
                "Lớp 1 năm nay đông hơn lớp 5",
                ages: (6...12).map { ("\($0)", 7210 - $0 * 210, 6903 - $0 * 190) }),
            UI.line(
                "Chuyên cần giảm trong mùa ngô",
                [("Tháng 9", 97.4), ("Tháng 10", 94.1), ("Tháng 11", 92.0), ("Tháng 12", 95.8)],
                previous: [96, 95, 94.5, 95, 96], unit: "%", target: ("Mục tiêu 96%", 96), fromZero: false),
            UI.multiples(
                "Chỉ Sìn Hồ còn giảm",
                [
                    ("Sìn Hồ", [96, 95, 93, 91]), ("Mường Tè", [90, 92, 93, 95]), ("Tam Đường", [94, 94, 95, 96]),
                    ("Than Uyên", [95, 96, 96, 97]),
                ], unit: "%", headings: ["T9", "T10", "T11", "T12"]),
        ])
    }

    static var profile: HTML {
        UI.columns([
            UI.card(
                "Người",
                UI.person("Lò Thị Ẫm", born: "05/09/2014", place: "6A2 · THCS Nậm Hàng", href: "#", isLarge: true)
                    + UI.facts([
                        ("Mã học sinh", "LC-2026-004571-8"), ("Nơi sinh", "Xã Nậm Hàng"),
                        ("Điện thoại", HTML()),
                    ])),
            UI.card(
                "Quá trình",
                UI.timeline([
                    UI.Event(
                        "05/09/2026", "Vào lớp 6A2", detail: "THCS Nậm Hàng", by: "Văn thư Lê Thị Hà", isNow: true),
                    UI.Event("31/05/2026", "Hoàn thành chương trình tiểu học"),
                    UI.Event("02/11/2024", "Chuyển đến từ Trường Tiểu học Pú Đao", by: "Quyết định 14/QĐ-TH"),
                ])),
        ])
    }

    static var progress: HTML {
        UI.progress(
            "danh-sach-2026.xlsx", done: 61_200, total: 149_763,
            counts: [("Mới", 58_012), ("Sửa", 3_100), ("Không đổi", 71), ("Lỗi", 17)], cancel: ("#", "x"))
    }

    static var confirm: HTML {
        UI.confirm(
            "Xoá lớp 6A2?",
            consequence: "Lớp có 38 học sinh. Các em sẽ thành chưa xếp lớp, hồ sơ không mất.",
            action: "#", csrf: "x", verb: "Xoá lớp 6A2", cancel: "#")
    }

    static var messages: HTML {
        UI.flash("Đã lưu hồ sơ của Lò Thị Ẫm.") + UI.flash("Còn 17 dòng lỗi trong tệp.", .warn)
            + UI.flash("Không ghi được: học sinh này vừa được người khác sửa. Xem bản mới rồi sửa lại.", .bad)
            + UI.notice("Năm học trước chỉ để xem.", .info)
    }

    static var icons: HTML {
        let names = [
            "home", "org", "school", "class", "student", "staff", "guardian", "people", "import", "export", "excel",
            "print", "search", "filter", "account", "audit", "settings", "history", "map", "chart", "plus", "edit",
            "check", "warning", "info", "bad", "close", "menu", "fold", "calendar", "lock", "key", "qr", "theme",
            "exit", "language", "file", "trash", "phone", "mark",
        ]
        let shown = UI.each(names) { "<span class=\"badge plain\">\(UI.icon($0))\($0)</span>" }
        return "<div class=\"buttons\">\(shown)</div>"
    }

    static var paper: HTML {
        """
        <div class="paper">\(UI.printHead(
            above: "UBND xã Nậm Hàng", org: "Trường THCS Nậm Hàng", number: "14/GXN-THCS", place: "Nậm Hàng",
            date: UI.officialDate(Day(year: 2026, month: 9, day: 5) ?? .first)))
        <h1>Giấy xác nhận</h1><p>Trường THCS Nậm Hàng xác nhận em Lò Thị Ẫm, sinh ngày 05/09/2014, đang học lớp 6A2 \
        năm học 2026-2027.</p>
        \(UI.signatures([("Người lập", "Lê Thị Hà"), ("Hiệu trưởng", "Trần Văn Dũng")]))</div>
        """
    }
}

extension StylePage {
    static var bigLinks: HTML {
        UI.bigLinks(
            [
                UI.BigLink("Lớp của tôi", "Danh sách lớp, hồ sơ học sinh", "#", icon: "class"),
                UI.BigLink("Phiếu cha mẹ", "In phiếu, duyệt yêu cầu", "#", icon: "guardian"),
                UI.BigLink("Nhập tệp", "Đưa danh sách vào, chạy thử trước", "#", icon: "import"),
            ], label: "Việc của bạn")
    }

    static var slips: HTML {
        UI.slips(
            people.prefix(2).map { one in
                UI.Slip(
                    "Phiếu đăng nhập lần đầu", name: one.name,
                    lines: [("Tên đăng nhập", "lo.thi.am"), ("Dùng trước", "07:12 06/09/2026")],
                    code: "ABCD-EFGH-JKMN-PQRS", link: "https://truong.example/activate?code=ABCD-EFGH-JKMN-PQRS")
            })
    }
}
