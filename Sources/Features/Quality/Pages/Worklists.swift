import Base
import Registry
import Storage
import Web
import Work

/// What is to be mended: one's own work, filtered, on the screen, on paper, in a file.
enum Worklists {
    static func mount(_ routes: Routes) {
        routes.get("/quality/findings", .holder(.viewQuality), scope: .list) { visit in try await list(visit) }
        routes.get("/quality/findings.xlsx", .holder(.viewQuality), scope: .list, load: .report) { visit in
            try await WorklistSheet.excel(visit)
        }
        routes.get("/quality/findings/print", .holder(.viewQuality), scope: .list, load: .report) { visit in
            try await WorklistSheet.paper(visit)
        }
        routes.get("/students/{id}/quality", .holder(.viewQuality), scope: .student) { visit in try await record(visit)
        }
    }

    static let size = 50

    // MARK: the list

    private static func list(_ visit: Visit) async throws -> Reply {
        let query = WorklistQuery(visit), scope = visit.visitor.scope
        let (frame, page, count) = try await visit.db.read { tx in
            let frame = try ListFrame.read(tx, visit, org: query.filter.org)
            let rows = try tx.findings(query.filter, scope: scope, after: query.key, limit: size + 1)
            return (
                frame, try WorklistPage(rows, size: size, scope: scope, tx),
                try tx.countFindings(query.filter, scope: scope)
            )
        }
        let content =
            form(query, frame, visit)
            + UI.list(
                count: .text(t("{} việc", UI.counted(count))), units: frame.units(visit),
                chips: chips(query, frame, visit),
                tools: tools(visit),
                table: table(page, query, isSchool: frame.isSchool || !visit.visitor.scope.isWide, visit),
                pager: pager(page, visit))
        return .page(
            t("Việc cần sửa"), crumbs: [(t("Chất lượng dữ liệu"), home(visit)), (t("Việc cần sửa"), nil)], content)
    }

    private static func home(_ visit: Visit) -> String? {
        if case .classes = visit.visitor.scope.reach { return nil }
        return "/quality"
    }

    private static func form(_ query: WorklistQuery, _ frame: ListFrame, _ visit: Visit) -> HTML {
        let filter = query.filter
        let rules = Rule.all.filter { filter.kind == nil || $0.kind == filter.kind }
        let fields: HTML = """
            \(when(visit.visitor.role != nil, UI.select(
                "mine", t("Ai sửa"), [(value: "1", label: t("Việc của tôi"))], value: query.isMine ? "1" : "", any: t("Tất cả"))))\
            \(UI.select(
                "kind", t("Loại hồ sơ"), Profile.Kind.allCases.map { (value: $0.rawValue, label: FindingWords.kind($0)) },
                value: filter.kind?.rawValue ?? "", any: t("Mọi loại")))\
            \(UI.select(
                "severity", t("Mức độ"), Severity.allCases.map { (value: $0.rawValue, label: $0.label) },
                value: filter.severity?.rawValue ?? "", any: t("Mọi mức")))\
            \(when(!frame.classes.isEmpty, UI.select(
                "class", t("Lớp"), frame.classes.map { (value: $0.id.code, label: $0.name) }, value: filter.classGroup?.code ?? "",
                any: t("Mọi lớp"))))\
            \(UI.select(
                "rule", t("Quy tắc"), rules.map { (value: $0.id, label: FindingWords.name($0)) }, value: query.rule, any: t("Mọi quy tắc")))\
            \(UI.select(
                "state", t("Trạng thái"), FindingState.allCases.map { (value: $0.rawValue, label: $0.label) }, value: filter.state.rawValue))
            """
        return UI.filters("/quality/findings", fields, kept: visit.kept("org"))
    }

    private static func chips(_ query: WorklistQuery, _ frame: ListFrame, _ visit: Visit) -> [UI.Chip] {
        let filter = query.filter
        var chips: [UI.Chip] = []
        func add(_ label: String, _ value: String?, _ name: String) {
            guard let value, !value.isEmpty else { return }
            chips.append(UI.Chip(label, value, removeHref: visit.link((name, nil), ("from", nil))))
        }
        if visit.visitor.scope.isWide { add(t("Đơn vị"), frame.org?.name, "org") }
        add(t("Ai sửa"), query.isMine ? t("Việc của tôi") : nil, "mine")
        add(t("Loại hồ sơ"), filter.kind.map(FindingWords.kind), "kind")
        add(t("Mức độ"), filter.severity?.label, "severity")
        add(t("Lớp"), filter.classGroup.map { id in frame.classes.first { $0.id == id }?.name ?? "–" }, "class")
        add(t("Quy tắc"), query.known.map(FindingWords.name), "rule")
        add(t("Trạng thái"), filter.state == .open ? nil : filter.state.label, "state")
        return chips
    }

    private static func tools(_ visit: Visit) -> HTML {
        let rest = visit.link(("from", nil)).dropFirst(visit.path.count)
        return UI.tools(excel: "/quality/findings.xlsx\(rest)", print: "/quality/findings/print\(rest)")
    }

    private static func pager(_ page: WorklistPage, _ visit: Visit) -> HTML {
        UI.pager(
            newer: visit.query("from").isEmpty ? nil : visit.link(("from", nil)),
            older: page.next.map { visit.link(("from", $0.text)) })
    }

    // MARK: rows

    static func table(_ page: WorklistPage, _ query: WorklistQuery, isSchool: Bool, _ visit: Visit) -> HTML {
        var columns = [UI.Column(t("Hồ sơ")), UI.Column(t("Việc cần sửa")), UI.Column(t("Mức độ"))]
        if !isSchool { columns.append(UI.Column(t("Trường"))) }
        columns.append(UI.Column(query.filter.state == .waived ? t("Lý do bỏ qua") : t("Từ ngày")))
        let rows = page.rows.map { row($0, page, isSchool: isSchool, query.filter.state, visit) }
        return UI.table(
            columns, rows, caption: t("Việc cần sửa"), bulk: bulk(query.filter.state, visit),
            empty: empty(query, visit),
            cards: true)
    }

    private static func row(
        _ line: FindingRecord, _ page: WorklistPage, isSchool: Bool, _ state: FindingState, _ visit: Visit
    ) -> UI.Row {
        let found = line.found, rule = page.rules[found.rule], name = page.names[found.subject]
        let place = found.kind == .student ? name?.className : nil
        let who: HTML = """
            <span>\(name?.name ?? t("(không còn trong sổ)"))\(UI.some(place) { " <small class=\"muted\">\($0)</small>" })</span>
            """
        let detail = FindingWords.detail(found, rule)
        let what: HTML = """
            <span>\(rule.map(FindingWords.name) ?? found.rule)\(when(!detail.isEmpty, " <small>(\(detail))</small>"))\
            \(UI.some(rule.map { translated($0.advice) }) { "<br><small class=\"muted\">\($0)</small>" })</span>
            """
        var cells = [who, what, FindingWords.badge(found.severity)]
        if !isSchool { cells.append(.text(name?.orgName ?? "")) }
        cells.append(state == .waived ? waived(line, page) : .text(line.since.shown))
        return UI.Row(
            cells, href: state == .mended ? FindingWords.record(found) : FindingWords.place(found, rule, visit),
            key: line.id.code, name: name?.name ?? "")
    }

    private static func waived(_ line: FindingRecord, _ page: WorklistPage) -> HTML {
        let until = line.until.map { t("đến {}", $0.shown) } ?? ""
        return "<span>\(line.reason) <small class=\"muted\">\(until)</small></span>"
    }

    private static func bulk(_ state: FindingState, _ visit: Visit) -> UI.Bulk? {
        guard visit.mayChange(.waiveFindings) else { return nil }
        switch state {
        case .open:
            return UI.Bulk(
                action: "/quality/findings", csrf: visit.csrf, verbs: [(label: t("Bỏ qua có lý do"), value: "waive")])
        case .waived:
            return UI.Bulk(
                action: "/quality/findings", csrf: visit.csrf,
                verbs: [(label: t("Đưa lại vào việc cần sửa"), value: "reopen")])
        case .mended: return nil
        }
    }

    private static func empty(_ query: WorklistQuery, _ visit: Visit) -> HTML {
        query.filter.state == .open
            ? UI.empty(
                t("Không có việc cần sửa"), t("Dữ liệu trong phạm vi này đạt mọi quy tắc đang lọc."), icon: "check")
            : UI.empty(t("Không có mục nào"), t("Thử bỏ bớt điều kiện lọc."), icon: "search")
    }

    // MARK: one record

    private static func record(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id"), scope = visit.visitor.scope
        var filter = FindingFilter()
        filter.subject = id.raw
        let asked = filter
        let (student, page) = try await visit.db.read { tx in
            guard let student = try tx.student(id, scope: scope) else { throw Fault.notFound }
            return (
                student, try WorklistPage(try tx.findings(asked, scope: scope, limit: 200), size: 200, scope: scope, tx)
            )
        }
        let query = WorklistQuery(filter: asked)
        return .page(
            t("Lỗi dữ liệu: {}", student.name.full),
            crumbs: [
                (t("Học sinh"), "/students"), (student.name.full, "/students/\(id.code)"), (t("Lỗi dữ liệu"), nil),
            ],
            table(page, query, isSchool: true, visit))
    }

    // MARK: home

    /// How many finds wait for whoever is asked to mend them.
    @Sendable static func card(_ visit: Visit) async throws -> HTML? {
        guard let role = visit.visitor.role else { return nil }
        let scope = visit.visitor.scope, own = Rule.all.filter { $0.mends.contains(role) }
        guard !own.isEmpty else { return nil }
        let counts = try await visit.db.read { tx -> [String: Int] in
            if case .classes = scope.reach { return try tx.openFindings(rules: own.map(\.id), scope: scope) }
            guard let org = try visit.visitor.org ?? scope.orgs.first ?? tx.roots(scope: scope).first?.id else {
                return [:]
            }
            return try tx.sight(of: org, scope: scope, weeks: 0).byRule.mapValues(\.open)
        }
        let open = own.filter { counts[$0.id, default: 0] > 0 }
        let total = open.reduce(0) { $0 + counts[$1.id, default: 0] }
        guard total > 0 else { return nil }
        let rows = open.sorted { counts[$0.id, default: 0] > counts[$1.id, default: 0] }.prefix(5).map { rule in
            UI.Row(
                [.text(FindingWords.name(rule)), .text(UI.grouped(counts[rule.id, default: 0]))],
                href: "/quality/findings?mine=1&rule=\(rule.id)")
        }
        let columns = [UI.Column(t("Việc")), UI.Column(t("Còn"), isNumeric: true)]
        return UI.card(
            t("{} việc cần sửa trong dữ liệu", UI.grouped(total)),
            UI.table(columns, rows, caption: t("Việc cần sửa"))
                + "<p><a href=\"/quality/findings?mine=1\">\(t("Xem tất cả việc của tôi"))</a></p>")
    }
}

/// What the address of a worklist asks for.
struct WorklistQuery: Sendable {
    var filter: FindingFilter
    /// Only what the visitor's role mends.
    var isMine = false
    var rule = ""
    var key: FindingKey?

    init(filter: FindingFilter) { self.filter = filter }

    init(_ visit: Visit) {
        filter = FindingFilter()
        filter.org = visit.queryID("org")
        filter.classGroup = visit.queryID("class")
        filter.kind = Profile.Kind(rawValue: visit.query("kind"))
        filter.severity = Severity(rawValue: visit.query("severity"))
        filter.state = FindingState(rawValue: visit.query("state")) ?? .open
        isMine = visit.query("mine") == "1"
        rule = String(visit.query("rule").prefix(60))
        key = FindingKey(visit.query("from"))
        let role = visit.visitor.role
        let wanted = Rule.all.filter { one in
            (rule.isEmpty || one.id == rule) && (!isMine || role.map(one.mends.contains) == true)
        }
        filter.rules = rule.isEmpty && !isMine ? nil : wanted.map(\.id)
    }

    var known: Rule? { Rule.all.first { $0.id == rule } }
}

/// One page of a worklist with the names of what stands in it.
struct WorklistPage: Sendable {
    let rows: [FindingRecord]
    let next: FindingKey?
    let names: [Int64: ExaminedName]
    let rules: [String: Rule]

    init(_ found: [FindingRecord], size: Int, scope: Scope, _ tx: Tx) throws {
        rows = Array(found.prefix(size))
        next = found.count > size ? rows.last?.key : nil
        names = try Dictionary(grouping: rows.map(\.found), by: \.kind).reduce(into: [:]) { out, part in
            let named = try tx.examinedNames(of: part.key, Array(Set(part.value.map(\.subject))), scope: scope)
            out.merge(named) { first, _ in first }
        }
        rules = Dictionary(Rule.all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
