import Base
import Registry
import Storage
import Web
import Work

/// Looking after the installation: what is in it, what waits, how people sign in.
enum AdminPages {
    static func mount(_ routes: Routes) {
        routes.get("/admin", .holder(.administer), scope: .none) { visit in try await page(visit) }
        routes.post("/admin/settings", .holder(.administer), scope: .none, body: 16_384) { visit in
            try await save(visit)
        }
        routes.post("/admin/jobs/{id}/retry", .holder(.administer), scope: .job, body: 4096) { visit in
            let id: ID<JobRun> = try visit.id("id")
            try await visit.db.write(as: visit.visitor, "identity.job.retry", on: Subject("job", id.raw)) { tx in
                guard try tx.job(id) != nil else { throw Fault.notFound }
                guard try tx.retry(id) else { throw Fault.conflict("Công việc này không còn ở trạng thái lỗi.") }
            }
            return .redirect("/admin", flash: t("Đã xếp lại công việc vào hàng chờ."))
        }
    }

    private struct State: Sendable {
        var students = 0, staff = 0, institutions = 0
        var accounts: [(kind: PersonKind?, state: AccountState, total: Int)] = []
        var jobs: [(state: String, total: Int)] = [], failed: [JobRow] = [], seal: SealState?
        var values: [String: String] = [:]

        func accounts(_ state: AccountState) -> Int { accounts.filter { $0.state == state }.map(\.total).reduce(0, +) }
        func jobs(_ state: String) -> Int { jobs.first { $0.state == state }?.total ?? 0 }
    }

    private static func read(_ visit: Visit) async throws -> State {
        let year = visit.year, scope = visit.visitor.scope
        return try await visit.db.read { tx in
            var state = State()
            for root in try tx.roots(scope: scope) {
                guard let unit = try tx.unitFigures(of: root.id, year: year, scope: scope) else { continue }
                state.students += unit.students
                state.staff += unit.staff
                state.institutions += unit.institutions
            }
            state.accounts = try tx.accountTotals(scope: scope)
            (state.jobs, state.failed, state.seal) = (
                try tx.jobTotals(), try tx.jobs(inState: "failed"), try tx.sealState()
            )
            for setting in AdminSetting.all {
                state.values[setting.field] = try tx.setting(setting.name) ?? setting.preset
            }
            return state
        }
    }

    private static func page(_ visit: Visit, _ fault: Fault? = nil) async throws -> Reply {
        let state = try await read(visit)
        return .form(
            t("Quản trị"), fault, crumbs: [(t("Quản trị"), nil)],
            """
            \(figures(state))
            \(UI.columns([UI.card(t("Hệ thống"), system(visit, state)), UI.card(t("Cài đặt"), settings(visit, state, fault?.problems ?? []))]))
            \(UI.card(t("Công việc nền bị lỗi"), jobs(visit, state)))
            <div class="buttons">\(UI.link(t("Mã truy cập"), "/tokens", icon: "key"))\
            \(UI.link(t("Xem bằng vai của người khác"), "/view-as", icon: "search"))\(UI.link(t("Nhật ký"), "/audit", icon: "audit"))</div>
            """)
    }

    private static func figures(_ state: State) -> HTML {
        let failed = state.jobs("failed")
        return UI.stats([
            UI.stat(t("Trường và cơ sở"), UI.grouped(state.institutions), href: "/orgs"),
            UI.stat(t("Học sinh"), UI.grouped(state.students), href: "/students"),
            UI.stat(t("Cán bộ, giáo viên"), UI.grouped(state.staff), href: "/staff"),
            UI.stat(t("Tài khoản đang dùng"), UI.grouped(state.accounts(.active)), href: "/accounts?state=active"),
            UI.stat(
                t("Chưa kích hoạt"), UI.grouped(state.accounts(.notActivated)), href: "/accounts?state=not-activated"),
            UI.stat(t("Tạm khóa"), UI.grouped(state.accounts(.suspended)), href: "/accounts?state=suspended"),
            UI.stat(t("Công việc nền đang chờ"), UI.grouped(state.jobs("queued") + state.jobs("running"))),
            UI.stat(
                t("Công việc nền lỗi"), UI.grouped(failed),
                target: (failed == 0 ? t("Không có lỗi") : t("Cần xem lại"), failed == 0 ? .good : .bad)),
        ])
    }

    private static func system(_ visit: Visit, _ state: State) -> HTML {
        let waiting = state.seal?.waiting ?? 0
        let seal =
            waiting == 0
            ? UI.badge(t("Đã niêm phong hết"), .good) : UI.badge(t("{} dòng đang chờ", UI.counted(waiting)), .warn)
        return UI.facts([
            (t("Phiên bản"), "HoaBan \(Release.version)"),
            (t("Cơ sở dữ liệu"), visit.db.engine == .sqlite ? "SQLite" : "PostgreSQL"),
            (t("Nhật ký"), seal), (t("Niêm phong lần cuối"), "\(state.seal?.lastAt?.shownMoment)"),
            (t("Số lần niêm phong"), "\(UI.grouped(state.seal?.seals ?? 0))"),
            (t("Dữ liệu"), visit.isDemo ? UI.badge(t("DỮ LIỆU MẪU"), .warn) : "\(t("Dữ liệu thật"))"),
            (t("SMS và thư điện tử"), "\(t("Tắt: chưa cấu hình. Đặt lại mật khẩu bằng mã in."))"),
        ])
    }

    private static func settings(_ visit: Visit, _ state: State, _ problems: [Problem]) -> HTML {
        let fields = UI.each(AdminSetting.all) { setting in
            setting.field(
                visit.form.has(setting.field) ? visit.form.text(setting.field) : state.values[setting.field] ?? "",
                problems)
        }
        return UI.form("/admin/settings", csrf: visit.csrf, fields, submit: t("Lưu cài đặt"), problems: problems)
    }

    private static func jobs(_ visit: Visit, _ state: State) -> HTML {
        let rows = state.failed.map { job in
            UI.Row([
                "\(Words.job(job.kind))", "\(job.createdAt.shownMoment)", "\(translated(job.message))",
                UI.post(t("Chạy lại"), to: "/admin/jobs/\(job.id.code)/retry", csrf: visit.csrf),
            ])
        }
        return UI.table(
            [UI.Column(t("Loại")), UI.Column(t("Lúc")), UI.Column(t("Lỗi")), UI.Column("")], rows,
            caption: t("Công việc nền bị lỗi"),
            empty: "<p class=\"muted\">\(t("Không có công việc nào bị lỗi."))</p>", cards: true)
    }

    private static func save(_ visit: Visit) async throws -> Reply {
        try await mending {
            let problems = AdminSetting.all.compactMap { $0.problem(visit.form.text($0.field)) }
            guard problems.isEmpty else { throw Fault.invalid(problems) }
            try await visit.db.write(as: visit.visitor, "identity.setting.update", on: .system) { tx in
                var changed: [String] = []
                for setting in AdminSetting.all {
                    let value = visit.form.text(setting.field)
                    guard try tx.setting(setting.name) ?? setting.preset != value else { continue }
                    try tx.set(setting.name, to: value)
                    changed.append(setting.field)
                }
                tx.audit(note: changed.joined(separator: " "))
            }
            return .redirect("/admin", flash: t("Đã lưu cài đặt."))
        } redraw: { fault in
            try await page(visit, fault)
        }
    }
}
