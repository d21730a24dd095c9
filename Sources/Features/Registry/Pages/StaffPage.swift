import Base
import Storage
import Web
import Work

/// One member of staff: who it is, posts, classes, every change.
enum StaffPage {
    static func mount(_ routes: Routes) {
        routes.get("/staff/{id}", .holder(.viewStaff), scope: .staff) { visit in try await show(visit, number: nil) }
        routes.post("/staff/{id}/personal-id", .holder(.viewPersonalID), scope: .staff) { visit in
            try await reveal(visit)
        }
        routes.get("/staff/{id}/sensitive", .holder(.viewStaffSensitive), scope: .staff) { visit in
            try await sensitive(visit)
        }
        routes.get("/staff/{id}/history", .holder(.viewStaffSensitive), scope: .staff) { visit in
            try await history(visit)
        }
    }

    private static func show(_ visit: Visit, number: String?) async throws -> Reply {
        let file = try await StaffFile.read(visit)
        let content: HTML = """
            \(head(file))\(tabs(file, visit, .record))\(buttons(file, visit))
            \(UI.columns([
                UI.card(t("Thông tin chính"), UI.facts(facts(file, visit, number))), UI.card(t("Quá trình công tác"), posts(file)),
                UI.card(t("Lớp đang dạy"), teaching(file, visit)),
            ]))
            <section class="card mt"><h2>\(t("Các mục khác"))</h2>\(groups(file, isOpened: false))</section>
            """
        let primary =
            visit.mayChange(.editStaff)
            ? UI.link(t("Sửa hồ sơ"), "\(file.base)/edit", icon: "edit", isPrimary: true) : nil
        return .page(file.staff.name.full, crumbs: file.crumbs(visit), primary: primary, content)
    }

    /// Salary, addresses, papers, opened on purpose: each opening is noted before anything is drawn.
    private static func sensitive(_ visit: Visit) async throws -> Reply {
        let file = try await StaffFile.read(visit), scope = visit.visitor.scope, id = file.staff.id
        try await SensitiveReading.note(id, file.staff.org, visit)
        let papers = try await visit.db.read { tx in try tx.documents(of: id, scope: scope) }
        let mayEdit = visit.mayChange(.editStaff), title = t("Thông tin riêng"), groups = groups(file, isOpened: true)
        let content: HTML = """
            \(head(file))\(tabs(file, visit, .sensitive))\
            \(UI.notice(.text(t("Mỗi lần mở trang này đều được ghi vào nhật ký."))))
            \(UI.card(t("Giấy tờ"), """
                \(PaperPages.list(papers, below: file.base, mayEdit: mayEdit))\
                \(when(mayEdit, "<p class=\"buttons mt\">\(UI.link(t("Thêm giấy tờ"), "\(file.base)/documents", icon: "plus"))</p>"))
                """))
            \(when(!groups.isEmpty, "<section class=\"card mt\"><h2>\(t("Các mục khác"))</h2>\(groups)</section>"))
            """
        return .page(title, crumbs: file.crumbs(visit, last: title), content)
    }

    private static func reveal(_ visit: Visit) async throws -> Reply {
        let id: ID<Staff> = try visit.id("id")
        let number = try await Registry.readPersonalID(of: id, by: visit.visitor, in: visit.db)
        return try await show(visit, number: number ?? "")
    }

    private static func history(_ visit: Visit) async throws -> Reply {
        let file = try await StaffFile.read(visit)
        try await SensitiveReading.note(file.staff.id, file.staff.org, visit)
        let changes = try await visit.db.read { tx in try History.read(tx, .staff(file.staff.id), visit) }
        let table = HistoryTable.drawn(
            changes, Words.catalogues.fields(of: "staff"), showsSensitive: visit.visitor.may(.viewStaffSensitive))
        return .page(
            t("Lịch sử thay đổi"), crumbs: file.crumbs(visit), head(file) + tabs(file, visit, .history) + table)
    }

    static func head(_ file: StaffFile) -> HTML {
        let place = [Words.position(file.staff.position), file.path.last?.name ?? ""].filter { !$0.isEmpty }.joined(
            separator: " · ")
        return """
            <p>\(UI.person(file.staff.name.full, born: file.staff.birthDate?.shown ?? "", place: place, photo: file.photo, isLarge: true)) \
            \(Words.badge(staffStatus: file.staff.status))</p>
            """
    }

    private enum Leaf { case record, sensitive, history }

    private static func tabs(_ file: StaffFile, _ visit: Visit, _ leaf: Leaf) -> HTML {
        guard visit.visitor.may(.viewStaffSensitive) else { return HTML() }
        return UI.tabs(
            [
                UI.Tab(t("Hồ sơ"), file.base, isCurrent: leaf == .record),
                UI.Tab(t("Thông tin riêng"), "\(file.base)/sensitive", isCurrent: leaf == .sensitive),
                UI.Tab(t("Lịch sử thay đổi"), "\(file.base)/history", isCurrent: leaf == .history),
            ], label: file.staff.name.full)
    }

    private static func buttons(_ file: StaffFile, _ visit: Visit) -> HTML {
        guard visit.mayChange(.editStaff) else { return HTML() }
        var links = [UI.link(t("Chuyển vị trí, đơn vị"), "\(file.base)/posts", icon: "org")]
        if StaffStatus.open.contains(file.staff.status) {
            links.append(UI.link(t("Thôi làm việc"), "\(file.base)/leave", icon: "exit"))
        }
        let label = file.staff.photo == nil ? t("Thêm ảnh") : t("Thay ảnh")
        links.append(UI.link(label, "\(file.base)/photo/edit", icon: "account"))
        links += visit.links(of: .staff, below: file.base)
        return "<p class=\"buttons\">\(links)</p>"
    }

    private static func facts(_ file: StaffFile, _ visit: Visit, _ number: String?) -> [(term: String, value: HTML)] {
        let staff = file.staff, sees = visit.visitor.may(.viewStaffSensitive)
        var facts: [(term: String, value: HTML)] = [
            (t("Mã"), .text(staff.code)), (t("Mã định danh Bộ GD&ĐT"), .text(staff.moetCode ?? "")),
            (t("Giới tính"), .text(Words.sex(staff.sex))), (t("Dân tộc"), .text(Words.ethnicity(staff.ethnicity))),
            (t("Nhóm"), .text(staff.group.label)), (t("Vị trí"), .text(Words.position(staff.position))),
        ]
        if sees {
            facts.insert((t("Ngày sinh"), .text(staff.birthDate?.shown ?? "")), at: 2)
            facts.append((t("Số định danh cá nhân"), personalID(file, visit, number)))
        }
        if let org = staff.org {
            facts.append((t("Đơn vị"), "<a href=\"/orgs/\(org.code)\">\(file.path.last?.name ?? "")</a>"))
        }
        if let phone = staff.details["phone"] {
            facts.append((t("Điện thoại"), "<a href=\"tel:\(phone)\">\(FieldText.shownPhone(phone))</a>"))
        }
        return facts
    }

    private static func personalID(_ file: StaffFile, _ visit: Visit, _ number: String?) -> HTML {
        if let number { return .text(number) }
        guard file.staff.hasPersonalID else { return HTML() }
        guard visit.mayChange(.viewPersonalID) else { return .text(HistoryTable.masked) }
        return "\(HistoryTable.masked) \(UI.post(t("Xem"), to: "\(file.base)/personal-id", csrf: visit.csrf))"
    }

    private static func posts(_ file: StaffFile) -> HTML {
        guard !file.posts.isEmpty else { return "<p class=\"muted\">\(t("Chưa ghi nơi công tác."))</p>" }
        return UI.timeline(
            file.posts.map { post in
                UI.Event(
                    Words.period(post.period),
                    [Words.position(post.position), post.orgName].filter { !$0.isEmpty }.joined(separator: " · "),
                    detail: .text(
                        [post.isMain ? "" : t("kiêm nhiệm"), post.basis].filter { !$0.isEmpty }.joined(separator: " · ")
                    ),
                    isNow: post.period.isOpen)
            })
    }

    private static func teaching(_ file: StaffFile, _ visit: Visit) -> HTML {
        let rows = file.teachings.filter { $0.period.contains(visit.today) }
        guard !rows.isEmpty else { return "<p class=\"muted\">\(t("Chưa được phân công."))</p>" }
        let lines = rows.map { row -> HTML in
            let duty = row.duty == "homeroom" ? t("Chủ nhiệm") : Words.subject(row.subject)
            return "<li><a href=\"/classes/\(row.classGroup.code)\">\(t("Lớp {}", row.className))</a> · \(duty)</li>"
        }
        return "<ul>\(lines)</ul>"
    }

    /// The groups of the catalogue: the plain fields, or those opened on purpose.
    private static func groups(_ file: StaffFile, isOpened: Bool) -> HTML {
        UI.each(Words.catalogues.fields(of: "staff").groups) { group in
            let facts = group.fields.filter { $0.isDetail && $0.isSensitive == isOpened }.compactMap { field in
                file.staff.details[field.key].map {
                    (term: translated(field.label), value: HTML.text(Words.catalogues.show($0, as: field)))
                }
            }
            return when(!facts.isEmpty, UI.fold(t("{} ({} mục)", translated(group.name), facts.count), UI.facts(facts)))
        }
    }
}

/// All that the page of one member of staff reads, within the visitor's reach.
struct StaffFile: Sendable {
    let staff: StaffRecord
    let path: [OrgLine]
    let posts: [PostRecord]
    let teachings: [TeachingRecord]

    var base: String { "/staff/\(staff.id.code)" }
    var photo: String? { staff.photo == nil ? nil : "\(base)/photo" }

    /// Reads the person of the path; one out of reach answers like a missing one.
    static func read(_ visit: Visit) async throws -> StaffFile {
        let id: ID<Staff> = try visit.id("id"), scope = visit.visitor.scope, today = visit.today
        let found = try await visit.db.read { tx -> StaffFile? in
            guard let staff = try tx.staff(id, scope: scope) else { return nil }
            return StaffFile(
                staff: staff, path: try staff.org.map { try tx.path(of: $0, on: today, scope: scope) } ?? [],
                posts: try tx.posts(of: id, scope: scope), teachings: try tx.teachings(by: id, scope: scope))
        }
        guard let found else { throw Fault.notFound }
        return found
    }

    func crumbs(_ visit: Visit, last: String? = nil) -> [(String, String?)] {
        Crumbs.orgs(path, visit) + [(staff.name.full, last.map { _ in base })] + (last.map { [($0, nil)] } ?? [])
    }
}
