import Base
import Registry
import Storage
import Web

/// Guardians' slips as the school sees them: made for a child or a class, claimed, approved or refused.
enum SlipPages {
    static func mount(_ routes: Routes) {
        routes.get("/students/{id}/slips", .holder(.manageSlips), scope: .student) { visit in try await ofStudent(visit)
        }
        routes.post("/students/{id}/slips", .holder(.manageSlips), scope: .student, body: 4096) { visit in
            try await makeOne(visit)
        }
        routes.get("/classes/{id}/slips", .holder(.manageSlips), scope: .classGroup) { visit in try await ofClass(visit)
        }
        routes.post("/classes/{id}/slips", .holder(.manageSlips), scope: .classGroup, body: 4096) { visit in
            try await makeAll(visit)
        }
        SlipList.mount(routes)
        routes.get("/slips/{id}", .holder(.manageSlips), scope: .none) { visit in try await show(visit) }
        routes.post("/slips/{id}/approval", .holder(.manageSlips), scope: .none, body: 4096) { visit in
            try await decided(visit, t("Đã duyệt. Cha mẹ thấy hồ sơ của con ngay bây giờ.")) { id in
                try await decide(slip: id, approve: true, by: visit.visitor, in: visit.db)
            }
        }
        routes.post("/slips/{id}/refusal", .holder(.manageSlips), scope: .none, body: 16_384) { visit in
            guard !visit.form.text("reason").isEmpty else {
                let id: ID<Slip> = try visit.id("id")
                _ = try await visit.db.read { tx in try tx.slip(id, within: visit.visitor.scope) }
                return .redirect("/slips/\(id.code)", flash: t("Hãy ghi lý do từ chối."))
            }
            return try await decided(visit, t("Đã từ chối.")) { id in
                try await decide(
                    slip: id, approve: false, reason: visit.form.text("reason"), by: visit.visitor, in: visit.db)
            }
        }
        routes.get("/slips/{id}/revocation", .holder(.manageSlips), scope: .none) { visit in
            try await askRevocation(visit)
        }
        routes.post("/slips/{id}/revocation", .holder(.manageSlips), scope: .none, body: 4096) { visit in
            try await decided(visit, t("Đã thu hồi phiếu.")) { id in
                try await revoke(slip: id, by: visit.visitor, in: visit.db)
            }
        }
    }

    // MARK: Making

    private static func ofStudent(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id"), path = "/students/\(id.code)"
        let (name, slips) = try await visit.db.read { tx in
            guard try tx.reaches(visit.visitor.scope, student: id) else { throw Fault.notFound }
            return (
                try tx.name(of: .student(id)) ?? "", try tx.slips(of: id).map { SlipLine($0, child: "", place: "") }
            )
        }
        let form = UI.form(
            "\(path)/slips", csrf: visit.csrf,
            UI.radios(
                "count", t("Số phiếu"), [("1", t("Một phiếu")), ("2", t("Hai phiếu, mỗi cha mẹ một phiếu"))],
                value: "1", isInline: true),
            submit: t("Tạo phiếu để in"), cancel: path, keepsDraft: false)
        return .page(
            t("Phiếu cha mẹ"), crumbs: [(name, path), (t("Phiếu cha mẹ"), nil)],
            """
            <p>\(t("Cha hoặc mẹ dùng mã trên phiếu để mở tài khoản và gửi yêu cầu; trường duyệt rồi mới xem được hồ sơ của con."))</p>
            \(form)<h2>\(t("Các phiếu đã phát"))</h2>\(SlipList.table(slips, hasChild: false))
            """)
    }

    private static func makeOne(_ visit: Visit) async throws -> Reply {
        let id: ID<Student> = try visit.id("id")
        let students = visit.form.text("count") == "2" ? [id, id] : [id]
        return try await paper(visit, students, 0, back: "/students/\(id.code)/slips")
    }

    private static func ofClass(_ visit: Visit) async throws -> Reply {
        let id: ID<ClassGroup> = try visit.id("id"), path = "/classes/\(id.code)"
        let (name, count) = try await visit.db.read { tx in
            guard try tx.reaches(visit.visitor.scope, classGroup: id) else { throw Fault.notFound }
            return (try tx.className(id), try tx.pupils(of: id).count)
        }
        let form = UI.form(
            "\(path)/slips", csrf: visit.csrf, HTML(), submit: t("Tạo {} phiếu để in", count), cancel: path,
            keepsDraft: false)
        return .page(
            t("Phiếu cha mẹ"), crumbs: [(name, path), (t("Phiếu cha mẹ"), nil)],
            """
            <p>\(t("Mỗi học sinh của lớp một phiếu. Cha hoặc mẹ dùng mã để mở tài khoản; yêu cầu hiện ở mục Phiếu cha mẹ để duyệt."))</p>\(form)
            """)
    }

    private static func makeAll(_ visit: Visit) async throws -> Reply {
        let id: ID<ClassGroup> = try visit.id("id")
        let students = try await visit.db.read { tx -> [ID<Student>] in
            guard try tx.reaches(visit.visitor.scope, classGroup: id) else { throw Fault.notFound }
            return try tx.pupils(of: id)
        }
        return try await paper(visit, students, Int(visit.form.text("from")) ?? 0, back: "/classes/\(id.code)/slips")
    }

    /// As many slips as a page holds, from one on: only those drawn are issued.
    private static func paper(
        _ visit: Visit, _ all: [ID<Student>], _ from: Int, back: String
    ) async throws -> Reply {
        let rest = all.dropFirst(max(from, 0)), students = Array(rest.prefix(SheetPart.most))
        guard !students.isEmpty else { return .redirect(back, flash: t("Không có phiếu nào cần in.")) }
        let more = Sheets.more(visit, rest.count - students.count, [("from", "\(max(from, 0) + students.count)")])
        let rows = try await issueSlips(for: students, by: visit.visitor, in: visit.db)
        let places = try await visit.db.read { tx in try students.map(tx.placeName) }
        return Sheets.families(visit, zip(rows, places).map { ($0, $1) }, back: back, more: more)
    }

    // MARK: Deciding

    private static func show(_ visit: Visit) async throws -> Reply {
        let id: ID<Slip> = try visit.id("id"), scope = visit.visitor.scope
        let (line, guardians, steps) = try await visit.db.read { tx in
            let slip = try tx.slip(id, within: scope)
            return (
                try tx.slipLine(slip), try tx.guardians(of: slip.student, on: tx.today, scope: scope),
                try tx.steps(of: id)
            )
        }
        let slip = line.slip, path = "/slips/\(id.code)"
        let known = guardians.map { UI.Row(["\($0.name)", "\(Words.relation($0.relation))", "\($0.phone)"]) }
        let compared = UI.card(
            t("Người thân trong hồ sơ"),
            UI.table(
                [UI.Column(t("Họ và tên")), UI.Column(t("Quan hệ")), UI.Column(t("Điện thoại"))], known,
                caption: t("Người thân trong hồ sơ"),
                empty: "<p class=\"muted\">\(t("Hồ sơ chưa ghi người thân nào. Hãy gặp trực tiếp để xác nhận."))</p>"))
        let asked = UI.card(
            t("Người yêu cầu"),
            UI.facts([
                (t("Họ và tên"), "<b>\(slip.claimant)</b>"), (t("Quan hệ"), "\(Words.relation(slip.relation))"),
                (t("Điện thoại"), "\(slip.phone)"),
                (t("Gửi lúc"), "\(slip.claimedAt?.shownMoment)"), (t("Trạng thái"), Words.badge(slip.state)),
                (t("Lý do"), "\(slip.reason)"),
            ]))
        let events = steps.reversed().map { UI.Event($0.at.shownMoment, $0.state.label, detail: .text($0.note)) }
        return .page(
            line.child, crumbs: [(t("Phiếu cha mẹ"), "/slips"), (line.child, nil)],
            """
            <p><a href="/students/\(slip.student.code)">\(line.child)</a> · \(line.place)</p>
            \(UI.columns([asked, compared]))\(acts(visit, slip, path))
            \(UI.card(t("Lịch sử"), UI.timeline(Array(events))))
            """)
    }

    private static func acts(_ visit: Visit, _ slip: SlipRow, _ path: String) -> HTML {
        switch slip.state {
        case .pending:
            """
            \(UI.post(t("Duyệt, cho xem hồ sơ của con"), to: "\(path)/approval", csrf: visit.csrf, icon: "check", style: "primary"))
            \(UI.fold(t("Từ chối"), UI.form(
                "\(path)/refusal", csrf: visit.csrf, UI.text("reason", t("Lý do, người yêu cầu sẽ đọc được"), required: true, maxLength: 300),
                submit: t("Từ chối yêu cầu"), keepsDraft: false)))
            """
        case .issued: UI.link(t("Thu hồi phiếu"), "\(path)/revocation", icon: "close")
        default: HTML()
        }
    }

    private static func askRevocation(_ visit: Visit) async throws -> Reply {
        let id: ID<Slip> = try visit.id("id"), path = "/slips/\(id.code)"
        let line = try await visit.db.read { tx in
            let slip = try tx.slip(id, within: visit.visitor.scope)
            guard slip.state == .issued else { throw Fault.notFound }
            return try tx.slipLine(slip)
        }
        return .page(
            t("Thu hồi phiếu"), crumbs: [(t("Phiếu cha mẹ"), "/slips"), (line.child, path), (t("Thu hồi phiếu"), nil)],
            UI.confirm(
                t("Thu hồi phiếu phát lúc {} cho cha mẹ của {}?", line.slip.issuedAt.shownMoment, line.child),
                consequence: "<p>\(t("Mã trên phiếu không dùng được nữa. Muốn mời lại thì in phiếu mới."))</p>",
                action: "\(path)/revocation", csrf: visit.csrf, verb: t("Thu hồi phiếu"), cancel: path))
    }

    private static func decided(_ visit: Visit, _ flash: String, _ act: (ID<Slip>) async throws -> Void) async throws
        -> Reply
    {
        let id: ID<Slip> = try visit.id("id")
        let account = try await visit.db.read { try $0.slip(id)?.account }
        try await act(id)
        account.map(visit.door.forget)
        return .redirect("/slips", flash: flash)
    }
}
