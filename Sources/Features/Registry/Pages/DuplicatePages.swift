import Base
import Storage
import Web
import Work

/// The worklist of records that may be of one learner, and what is decided of a pair.
enum DuplicatePages {
    static func mount(_ routes: Routes) {
        routes.get("/duplicates", .holder(.mergeStudents), scope: .list) { visit in try await list(visit) }
        routes.post("/duplicates/search", .holder(.mergeStudents), scope: .none) { visit in try await search(visit) }
        routes.get("/duplicates/{id}", .holder(.mergeStudents), scope: .student) { visit in try await show(visit, nil) }
        routes.post("/duplicates/{id}/refusal", .holder(.mergeStudents), scope: .student) { visit in
            try await refuse(visit)
        }
        routes.post("/duplicates/{id}/referral", .holder(.mergeStudents), scope: .student) { visit in
            try await send(visit)
        }
        MergePages.mount(routes)
        RecordPages.mount(routes)
        SplitPages.mount(routes)
    }

    // MARK: the worklist

    private static func filter(_ visit: Visit) -> DuplicateFilter {
        var filter = DuplicateFilter()
        if visit.query("state") == "different" { filter.state = .different }
        filter.grade = DuplicateGrade(rawValue: visit.query("grade"))
        filter.org = visit.queryID("org")
        filter.onlySent = visit.query("sent") == "1"
        return filter
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let filter = filter(visit), scope = visit.visitor.scope, key = PageKey(visit.query("from"))
        let (frame, slice, count, isUnderway) = try await visit.db.read { tx in
            (
                try ListFrame.read(tx, visit, org: filter.org), try tx.duplicates(filter, scope: scope, from: key),
                try tx.countDuplicates(filter, scope: scope),
                try tx.jobs(of: nil, kind: Registry.findDuplicates.kind, limit: 1).first.map {
                    ["queued", "running"].contains($0.state)
                } ?? false
            )
        }
        let title = t("Hồ sơ nghi trùng")
        let content: HTML = """
            \(tabs(filter))\
            \(when(isUnderway, UI.notice(.text(t("Đang tìm trong toàn bộ sổ; tải lại trang sau một phút để thấy cặp mới.")))))\
            \(filters(filter, visit))\
            \(UI.list(
                count: .text(t("{} cặp", count.shown)), units: frame.units(visit), chips: chips(filter, frame, visit),
                table: table(slice.items, filter, visit), pager: StudentPages.pager(slice, visit)))
            """
        return .page(title, crumbs: [(t("Học sinh"), "/students"), (title, nil)], primary: primary(visit), content)
    }

    private static func tabs(_ filter: DuplicateFilter) -> HTML {
        UI.tabs(
            [
                UI.Tab(t("Chờ xử lý"), "/duplicates", isCurrent: filter.state == .open),
                UI.Tab(t("Không phải một người"), "/duplicates?state=different", isCurrent: filter.state == .different),
                UI.Tab(t("Đã gộp, đã tách"), "/merges"),
            ], label: t("Hồ sơ nghi trùng"))
    }

    private static func primary(_ visit: Visit) -> HTML? {
        guard visit.visitor.scope.isWide, visit.mayChange(.mergeStudents) else { return nil }
        return UI.post(t("Tìm lại trong toàn sổ"), to: "/duplicates/search", csrf: visit.csrf, icon: "search")
    }

    private static func filters(_ filter: DuplicateFilter, _ visit: Visit) -> HTML {
        UI.filters(
            "/duplicates",
            """
            \(UI.select(
                "grade", t("Mức độ giống"), DuplicateGrade.allCases.map { (value: $0.rawValue, label: DuplicateWords.grade($0)) },
                value: filter.grade?.rawValue ?? "", any: t("Mọi mức giống nhau")))\
            \(when(visit.visitor.scope.isWide, UI.select(
                "sent", t("Do cấp dưới gửi lên"), [(value: "1", label: t("Chỉ cặp được gửi lên"))], value: filter.onlySent ? "1" : "",
                any: t("Tất cả"))))
            """, kept: visit.kept("org", "state"))
    }

    private static func chips(_ filter: DuplicateFilter, _ frame: ListFrame, _ visit: Visit) -> [UI.Chip] {
        var chips: [UI.Chip] = []
        func add(_ label: String, _ value: String?, _ name: String) {
            guard let value else { return }
            chips.append(UI.Chip(label, value, removeHref: visit.link((name, nil), ("from", nil))))
        }
        if visit.visitor.scope.isWide { add(t("Đơn vị"), frame.org?.name, "org") }
        add(t("Mức độ giống"), filter.grade.map(DuplicateWords.grade), "grade")
        if filter.onlySent { add(t("Do cấp dưới gửi lên"), t("Có"), "sent") }
        return chips
    }

    private static func table(_ lines: [DuplicateLine], _ filter: DuplicateFilter, _ visit: Visit) -> HTML {
        let rows = lines.map { line in
            UI.Row(
                [
                    side(line.first), side(line.second),
                    "\(DuplicateWords.badge(line))\(when(line.sentAt != nil, " " + UI.badge(t("đã gửi lên"), .info)))",
                    filter.state == .different ? .text(line.reason) : DuplicateWords.reasons(line.signs),
                    "<a href=\"/duplicates/\(line.id.code)\">\(t("Đối chiếu"))</a>",
                ])
        }
        return UI.table(
            [
                UI.Column(t("Hồ sơ thứ nhất")), UI.Column(t("Hồ sơ thứ hai")), UI.Column(t("Mức giống nhau")),
                UI.Column(filter.state == .different ? t("Lý do không phải một người") : t("Vì sao nghi trùng")),
                UI.Column(t("Việc")),
            ], rows, caption: t("Các cặp hồ sơ nghi trùng"),
            empty: UI.empty(
                t("Không có cặp nào"),
                t("Hệ thống tự tìm khi có hồ sơ mới hoặc vừa sửa; cặp nghi trùng sẽ hiện ở đây."), icon: "good"),
            cards: true)
    }

    static func side(_ side: DuplicateSide?) -> HTML {
        guard let side else { return "<span class=\"muted\">\(t("Một hồ sơ ở đơn vị khác"))</span>" }
        let place = [side.className.map { t("Lớp {}", $0) } ?? Words.studentStatus(side.status), side.orgName ?? ""]
        return UI.person(
            side.name, born: side.birthDate?.shown ?? "",
            place: place.filter { !$0.isEmpty }.joined(separator: " · "), href: "/students/\(side.id.code)")
    }

    // MARK: one pair

    private static func show(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let pair = try await DuplicatePair.read(visit)
        let title = t("Đối chiếu hai hồ sơ")
        let content: HTML = """
            \(Refusal.notice(fault))<p>\(DuplicateWords.badge(pair.line)) \(DuplicateWords.reasons(pair.line.signs))</p>\
            \(DuplicateView(pair, visit).compared)\(verbs(pair, visit, fault))
            """
        let crumbs: [(String, String?)] = [(t("Hồ sơ nghi trùng"), "/duplicates"), (title, nil)]
        return fault == nil
            ? .page(title, crumbs: crumbs, primary: primary(pair, visit), content)
            : .redraw(title, crumbs: crumbs, content)
    }

    private static func primary(_ pair: DuplicatePair, _ visit: Visit) -> HTML? {
        guard pair.line.seesBoth, pair.line.state == .open, visit.mayChange(.mergeStudents) else { return nil }
        return UI.link(t("Là một em: gộp hồ sơ"), "\(pair.base)/merge", icon: "people", isPrimary: true)
    }

    private static func verbs(_ pair: DuplicatePair, _ visit: Visit, _ fault: Fault?) -> HTML {
        guard visit.mayChange(.mergeStudents) else { return HTML() }
        if pair.line.state == .different {
            return UI.notice(
                .text(
                    t(
                        "Đã ghi là hai người khác nhau ({}). Lý do: {}", pair.line.decidedAt?.shownMoment ?? "",
                        pair.line.reason)))
        }
        guard pair.line.seesBoth else { return referral(pair, visit) }
        let fields = UI.text(
            "reason", t("Vì sao biết là hai người"), value: visit.form.text("reason"),
            hint: t("Ví dụ: anh em sinh đôi, đã xem giấy khai sinh của cả hai em."), problems: fault?.problems ?? [],
            required: true, maxLength: 500, isWide: true)
        let form = UI.form(
            "\(pair.base)/refusal", csrf: visit.csrf, fields, submit: t("Ghi là hai người khác nhau"),
            problems: fault?.problems ?? [])
        return "<div class=\"mt\">\(UI.fold(t("Không phải một người"), form, isOpen: fault != nil))</div>"
    }

    private static func referral(_ pair: DuplicatePair, _ visit: Visit) -> HTML {
        if pair.line.sentAt != nil {
            return UI.notice(
                .text(t("Cặp này đã gửi lên cấp quản lý cả hai đơn vị; kết quả sẽ hiện trong hồ sơ.")), .good)
        }
        return UI.notice(
            """
            \(t("Hồ sơ kia thuộc đơn vị mà bạn không quản lý, nên ở đây không hiện. Cấp quản lý cả hai đơn vị sẽ đối chiếu và quyết định."))
            \(UI.post(t("Gửi lên cấp trên"), to: "\(pair.base)/referral", csrf: visit.csrf))
            """, .warn)
    }

    // MARK: verbs

    private static func refuse(_ visit: Visit) async throws -> Reply {
        let id: ID<Duplicate> = try visit.id("id")
        do {
            try await Registry.part(id, reason: visit.form.text("reason"), by: visit.visitor, in: visit.db)
            return .redirect("/duplicates", flash: t("Đã ghi là hai người khác nhau."))
        } catch { return try await show(visit, try Refusal.fault(error)) }
    }

    private static func send(_ visit: Visit) async throws -> Reply {
        try await Registry.sendUp(try visit.id("id"), by: visit.visitor, in: visit.db)
        return .redirect("/duplicates", flash: t("Đã gửi cặp hồ sơ lên cấp trên."))
    }

    private static func search(_ visit: Visit) async throws -> Reply {
        guard visit.visitor.scope.isWide else { throw Fault.forbidden }
        try await Registry.orderSearch(by: visit.visitor, in: visit.db)
        return .redirect("/duplicates", flash: t("Đang tìm trong toàn bộ sổ."))
    }
}
