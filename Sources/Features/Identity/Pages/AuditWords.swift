import Base
import Registry
import Web
import Work

/// The trail in the words of people: what a verb, a thing and a field are called.
enum AuditWords {
    /// The things that verbs are about, in the order the filter offers them.
    static let nouns: [(key: String, label: @Sendable () -> String)] = [
        ("registry.student", { t("Học sinh") }), ("registry.guardian", { t("Người thân") }),
        ("registry.transfer", { t("Chuyển trường") }),
        ("registry.duplicate", { t("Cặp hồ sơ") }),
        ("registry.staff", { t("Cán bộ, giáo viên") }),
        ("registry.class", { t("Lớp") }), ("registry.org", { t("Đơn vị") }), ("registry.figures", { t("Số liệu") }),
        ("registry.calendar", { t("Lịch năm học") }), ("registry.card", { t("Thẻ học sinh") }),
        ("registry.register", { t("Sổ đăng bộ") }),
        ("identity.account", { t("Tài khoản") }), ("identity.session", { t("Phiên đăng nhập") }),
        ("identity.password", { t("Mật khẩu") }),
        ("identity.factor", { t("Bước xác thực thứ hai") }), ("identity.grant", { t("Vai trò") }),
        ("identity.code", { t("Mã trên giấy") }),
        ("identity.slip", { t("Phiếu cha mẹ") }), ("identity.child", { t("Liên kết con") }),
        ("identity.token", { t("Mã truy cập") }), ("identity.consumer", { t("Hệ thống kết nối") }),
        ("registry.roster", { t("Danh sách qua OneRoster") }),
        ("identity.view-as", { t("Xem bằng vai") }), ("identity.audit", { t("Nhật ký") }),
        ("identity.setting", { t("Cài đặt") }),
        ("keys", { t("Khóa của hệ thống") }),
        ("identity.job", { t("Công việc nền") }), ("exchange.import", { t("Nhập tệp") }),
        ("registry.import", { t("Ghi tệp vào sổ") }), ("exchange.export", { t("Xuất tệp") }),
        ("registry.export", { t("Lấy dữ liệu của sổ ra tệp") }),
        ("rights.request", { t("Yêu cầu về dữ liệu") }), ("rights.person", { t("Mọi dữ liệu đang giữ") }),
        ("quality.finding", { t("Việc cần sửa") }), ("quality.findings", { t("Việc cần sửa trong dữ liệu") }),
        ("quality.units", { t("Chất lượng dữ liệu") }), ("quality", { t("Chất lượng dữ liệu") }),
    ]

    private static func deed(_ verb: String) -> String? {
        switch verb {
        case "create": t("tạo")
        case "update": t("sửa")
        case "delete", "remove-document", "remove-holiday", "remove-tier", "unlink": t("bỏ")
        case "end", "end-policy", "end-teaching", "leave", "close", "close-site": t("kết thúc")
        case "suspend": t("tạm khóa")
        case "restore": t("mở khóa")
        case "print", "confirm": t("in")
        case "redeem": t("dùng mã")
        case "refuse": t("từ chối")
        case "change": t("đổi")
        case "approve": t("duyệt")
        case "claim": t("gửi yêu cầu")
        case "revoke": t("thu hồi")
        case "read": t("đọc")
        case "read-sensitive": t("đọc mục nhạy cảm")
        case "read-policies": t("đọc diện chính sách")
        case "read-document": t("mở giấy tờ")
        case "renew": t("làm mới mã khôi phục")
        case "sign-in": t("lấy mã truy cập")
        case "start": t("bắt đầu")
        case "part": t("ghi một phần")
        case "open": t("mở giá trị cũ và mới")
        case "export", "download": t("tải về")
        case "order": t("đặt")
        case "try": t("chạy thử")
        case "commit": t("ghi")
        case "undo": t("lấy lại")
        case "cancel": t("dừng")
        case "retry": t("chạy lại")
        case "enrol": t("nhập học")
        case "move", "relocate": t("chuyển")
        case "photo": t("đổi ảnh")
        case "add-document", "add-policy", "add-site", "add-holiday", "insert-tier", "link": t("thêm")
        case "edit-site", "edit-term", "rename": t("sửa tên hoặc thời gian")
        case "homeroom", "assign-teaching", "charge": t("phân công")
        case "merge": t("sáp nhập")
        case "split": t("chia tách")
        case "convert": t("chuyển theo địa giới mới")
        case "waive": t("bỏ qua có lý do")
        case "reopen": t("đưa lại")
        case "freeze": t("chốt")
        default: nil
        }
    }

    /// What people have a word of its own for.
    private static func whole(_ verb: String) -> String? {
        switch verb {
        case "registry.transfer.ask": t("Yêu cầu chuyển trường")
        case "registry.transfer.approve": t("Đồng ý chuyển trường")
        case "registry.transfer.refuse": t("Từ chối chuyển trường")
        case "registry.transfer.withdraw": t("Rút yêu cầu chuyển trường")
        case "registry.transfer.complete": t("Chuyển trường đến ngày")
        case "registry.transfer.lapse": t("Yêu cầu chuyển trường hết hạn")
        case "registry.student.merge": t("Gộp hai hồ sơ học sinh")
        case "registry.student.undo-merge": t("Hoàn tác gộp, tách hồ sơ")
        case "registry.student.split": t("Tách hồ sơ học sinh")
        case "registry.duplicate.find", "registry.duplicate.search": t("Tìm hồ sơ trùng")
        case "registry.duplicate.part": t("Ghi hai hồ sơ là hai người")
        case "registry.duplicate.send": t("Gửi cặp hồ sơ nghi trùng lên cấp trên")
        case "registry.duplicate.propose": t("Chọn hai hồ sơ để đối chiếu")
        case "identity.session.create": t("Đăng nhập")
        case "identity.session.refuse": t("Đăng nhập bị từ chối")
        case "identity.session.end": t("Kết thúc phiên đăng nhập")
        case "identity.session.switch": t("Đổi vai trò")
        case "identity.grant.create": t("Giao vai trò")
        case "identity.grant.delete": t("Thôi giao vai trò")
        case "identity.factor.pass": t("Qua bước xác thực thứ hai")
        case "identity.factor.refuse": t("Sai mã xác thực thứ hai")
        case "identity.consumer.renew": t("Hệ thống kết nối: cấp khóa bí mật mới")
        case "identity.consumer.refuse": t("Hệ thống kết nối: bị từ chối")
        case "identity.view-as.begin": t("Bắt đầu xem bằng vai của người khác")
        case "identity.view-as.end": t("Thôi xem bằng vai của người khác")
        case "keys.add": t("Thêm khóa của hệ thống")
        case "keys.use": t("Đưa khóa mới của hệ thống vào dùng")
        case "keys.reseal": t("Niêm phong lại bằng khóa mới của hệ thống")
        case "keys.forget": t("Bỏ khóa cũ của hệ thống")
        case "quality.run": t("Kiểm tra dữ liệu")
        case "registry.import": t("Ghi tệp vào sổ")
        case "registry.export": t("Lấy dữ liệu của sổ ra tệp")
        case "exchange.export": t("Xuất tệp: ghi xong")
        case "registry.student.read-personal-id": t("Đọc số định danh của học sinh")
        case "registry.staff.read-personal-id": t("Đọc số định danh của cán bộ")
        case "registry.student.list-policy": t("Lọc học sinh theo diện chính sách")
        default: nil
        }
    }

    /// `registry.student.update` as people say it; a verb without words of its own stands as it is.
    static func act(_ verb: String) -> String {
        if let whole = whole(verb) { return whole }
        let parts = verb.split(separator: ".").map(String.init)
        guard parts.count == 3, let noun = nouns.first(where: { $0.key == "\(parts[0]).\(parts[1])" }),
            let deed = deed(parts[2])
        else { return verb }
        return t("{}: {}", noun.label(), deed)
    }

    /// What the kinds of things are called that entries are about.
    static func kind(_ kind: String) -> String {
        switch kind {
        case "student": t("Học sinh")
        case "guardian": t("Người thân")
        case "staff": t("Cán bộ, giáo viên")
        case "class": t("Lớp")
        case "org": t("Đơn vị")
        case "account": t("Tài khoản")
        case "grant": t("Vai trò")
        case "slip": t("Phiếu cha mẹ")
        case "token": t("Mã truy cập")
        case "consumer": t("Hệ thống kết nối")
        case "audit": t("Nhật ký")
        case "list": t("Danh sách")
        case "import": t("Nhập tệp")
        case "export": t("Xuất tệp")
        case "finding": t("Việc cần sửa")
        case "job": t("Công việc nền")
        case "system", "": t("Hệ thống")
        default: kind
        }
    }

    /// What is remarked on an entry, in words: counts, roles, settings, kinds of files.
    static func note(_ verb: String, _ note: String) -> String {
        let parts = note.split(separator: " ").map(String.init)
        let count = parts.last.flatMap { Int($0) }.map { UI.grouped($0) }
        switch (verb, parts.count) {
        case ("identity.session.switch", 1): return Role(rawValue: parts[0])?.label ?? note
        case ("identity.session.refuse", 1): return t("đúng mật khẩu nhưng tài khoản không được dùng")
        case ("identity.setting.update", 1...):
            return parts.map { name in AdminSetting.all.first { $0.field == name }?.label() ?? name }
                .joined(separator: "; ")
        case (_, 1): return format(parts[0]) ?? count.map { t("{} mục", $0) } ?? note
        case (_, 2) where parts[0] == "rows": return count.map { t("{} dòng", $0) } ?? note
        case (_, 2), (_, 3):
            guard let format = format(parts[0]), let count else { return note }
            return t("{}: {}", format, t("{} dòng", count))
        default: return note
        }
    }

    /// The formats of files as people name them.
    private static func format(_ kind: String) -> String? {
        switch kind {
        case "oneroster": "OneRoster"
        case "admin-units": t("danh mục địa bàn")
        case "schools": t("danh sách trường")
        case "id-matching": t("kết quả xác thực định danh")
        default: nil
        }
    }

    /// What a changed field is called.
    static func field(_ key: String) -> String {
        switch key {
        case "role": return t("Vai trò")
        case "state": return t("Trạng thái")
        case "reason", "guardian-account-reason": return t("Lý do")
        case "guardian-account": return t("Tài khoản cha mẹ")
        default:
            let catalogues = Catalogues.current
            let found = ["student", "staff", "school", "class"].lazy.compactMap {
                catalogues.fields(of: $0)[key]?.label
            }.first
            return found.map { translated($0) } ?? key
        }
    }

    /// A stored value as people read it.
    static func value(_ value: String, of key: String) -> String {
        switch key {
        case "state": return AccountState(rawValue: value)?.label ?? value
        case "role": return value.split(separator: " ").first.flatMap { Role(rawValue: String($0)) }?.label ?? value
        default: return value
        }
    }

    static func who(_ line: AuditLine) -> String {
        switch Visitor.Kind(rawValue: line.row.kind) {
        case .commandLine: t("Dòng lệnh")
        case .job: t("Công việc nền")
        case .anonymous: t("Chưa đăng nhập")
        case .consumer: t("Hệ thống kết nối")
        case .session, .token, nil: line.who
        }
    }

    /// The subject's own page, where there is one that the visitor may open.
    static func link(_ line: AuditLine, for visitor: Visitor) -> HTML {
        guard let id = line.row.subjectID else { return HTML() }
        let code = ID<Account>(stored: id).code
        let folder: String? =
            switch line.row.subjectKind {
            case "student": "students"
            case "staff": "staff"
            case "org": "orgs"
            case "class": "classes"
            case "account" where visitor.may(.readAccounts): "accounts"
            case "consumer" where visitor.may(.manageTokens): "consumers"
            default: nil
            }
        return folder.map { "<a href=\"/\($0)/\(code)\">\(line.what)</a>" } ?? "\(line.what)"
    }

    static func table(
        _ lines: [AuditLine], for visitor: Visitor, caption: String, hasSubject: Bool = true, isLinked: Bool = false
    ) -> HTML {
        var columns = [
            UI.Column(t("Lúc")), UI.Column(t("Ai")), UI.Column(t("Vai trò"), isHiddenOnPhone: true),
            UI.Column(t("Việc")),
        ]
        if hasSubject { columns.append(UI.Column(t("Với"))) }
        columns.append(UI.Column(t("Ghi chú"), isHiddenOnPhone: true))
        let rows = lines.map { line in
            var cells: [HTML] = [
                "\(line.row.at.shownMoment)", "\(who(line))", "\(line.row.role?.label)", "\(act(line.row.verb))",
            ]
            if hasSubject { cells.append(link(line, for: visitor)) }
            cells.append("\(note(line.row.verb, line.row.note))")
            return UI.Row(cells, href: isLinked ? "/audit/\(line.row.id.code)" : nil)
        }
        return UI.table(
            columns, rows, caption: caption,
            empty: UI.empty(t("Không có dòng nào"), t("Bỏ bớt điều kiện lọc."), icon: "audit"), cards: true,
            panel: isLinked)
    }
}
