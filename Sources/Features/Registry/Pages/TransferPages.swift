import Base
import Storage
import Web
import Work

/// Transfers between schools: what waits for whose word, one transfer, the words given.
enum TransferPages {
    static func mount(_ routes: Routes) {
        routes.get("/transfers", .holder(.enrol), scope: .list) { visit in try await list(visit) }
        routes.get("/transfers/{id}", .holder(.enrol), scope: .student) { visit in try await show(visit, nil) }
        routes.post("/transfers/{id}/approval", .holder(.approveTransfers), scope: .student) { visit in
            try await approve(visit)
        }
        routes.post("/transfers/{id}/refusal", .holder(.approveTransfers), scope: .student) { visit in
            try await refuse(visit)
        }
        routes.post("/transfers/{id}/withdrawal", .holder(.enrol), scope: .student) { visit in try await withdraw(visit)
        }
        TransferForms.mount(routes)
    }

    // MARK: the inbox

    private static func list(_ visit: Visit) async throws -> Reply {
        let isOpen = visit.query("state") != "ended", scope = visit.visitor.scope, key = PageKey(visit.query("from"))
        let (slice, waiting) = try await visit.db.read { tx in
            (try tx.transfers(isOpen: isOpen, scope: scope, from: key), try tx.transfersWaiting(scope: scope))
        }
        let title = t("Chuyển trường")
        let tabs = UI.tabs(
            [
                UI.Tab(t("Đang làm"), "/transfers", isCurrent: isOpen, count: waiting.count),
                UI.Tab(t("Đã xong"), "/transfers?state=ended", isCurrent: !isOpen),
            ], label: title)
        let rows = slice.items.map { line in
            UI.Row(
                [
                    "\(line.studentName)<br><small class=\"muted\">\(line.birthDate?.shown ?? "")</small>",
                    .text([line.sourceClass, line.sourceName].filter { !$0.isEmpty }.joined(separator: ", ")),
                    .text([line.className ?? "", line.targetName].filter { !$0.isEmpty }.joined(separator: ", ")),
                    .text(line.day.shown), TransferWords.state(line), .text(line.askedAt.shownMoment),
                ], href: "/transfers/\(line.id.code)")
        }
        let table = UI.table(
            [
                UI.Column(t("Học sinh")), UI.Column(t("Từ")), UI.Column(t("Đến")), UI.Column(t("Ngày chuyển")),
                UI.Column(t("Trạng thái")), UI.Column(t("Yêu cầu lúc")),
            ], rows, caption: t("Các yêu cầu chuyển trường"),
            empty: UI.empty(
                t("Không có yêu cầu nào"),
                t("Trường cho đi bắt đầu từ hồ sơ của em; trường nhận bấm “Xin nhận học sinh”."), icon: "exit"),
            cards: true)
        return .page(
            title, crumbs: [(t("Học sinh"), "/students"), (title, nil)],
            primary: visit.mayChange(.enrol)
                ? UI.link(t("Xin nhận học sinh"), "/transfers/new", icon: "plus", isPrimary: true) : nil,
            tabs + table + StudentPages.pager(slice, visit))
    }

    // MARK: one transfer

    /// A transfer with what the visitor may say about it.
    private struct File: Sendable {
        let line: TransferLine, speaksFor: Set<TransferSide>, names: [ID<Account>: String], canOpenRecord: Bool
        var base: String { "/transfers/\(line.id.code)" }
    }

    private static func read(_ visit: Visit) async throws -> File {
        let id: ID<Transfer> = try visit.id("id"), scope = visit.visitor.scope
        let file = try await visit.db.read { tx -> File? in
            guard let line = try tx.transfer(id, scope: scope) else { return nil }
            var sides: Set<TransferSide> = []
            if try tx.isWithin(line.source, scope) { sides.insert(.giving) }
            if try tx.isWithin(line.target, scope) { sides.insert(.receiving) }
            let accounts = [line.askedBy, line.givenBy, line.takenBy, line.endedBy].compactMap { $0 }
            return File(
                line: line, speaksFor: sides, names: try visit.names(of: Set(accounts), tx),
                canOpenRecord: try tx.student(line.student, scope: scope) != nil)
        }
        guard let file else { throw Fault.notFound }
        return file
    }

    private static func show(_ visit: Visit, _ fault: Fault?) async throws -> Reply {
        let file = try await read(visit), line = file.line
        let title = t("Chuyển trường: {}", line.studentName)
        var content: HTML = """
            \(Refusal.notice(fault))<p>\(TransferWords.state(line))</p>\
            \(UI.columns([
                UI.card(t("Yêu cầu"), UI.facts(facts(file))), UI.card(t("Ý kiến của hai trường"), UI.timeline(events(file))),
            ]))
            """
        content += try await verbs(file, visit, fault)
        let crumbs: [(String, String?)] = [(t("Chuyển trường"), "/transfers"), (line.studentName, nil)]
        return fault == nil ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func facts(_ file: File) -> [(term: String, value: HTML)] {
        let line = file.line
        let name: HTML =
            file.canOpenRecord
            ? "<a href=\"/students/\(line.student.code)\">\(line.studentName)</a>" : .text(line.studentName)
        return [
            (t("Học sinh"), name), (t("Ngày sinh"), .text(line.birthDate?.shown ?? "")),
            (
                t("Trường cho đi"),
                .text([line.sourceClass, line.sourceName].filter { !$0.isEmpty }.joined(separator: ", "))
            ),
            (
                t("Trường nhận"),
                .text([line.className ?? "", line.targetName].filter { !$0.isEmpty }.joined(separator: ", "))
            ),
            (t("Ngày đầu tiên ở trường mới"), .text(line.day.shown)), (t("Lý do"), .text(line.reason)),
            (t("Giấy tờ đã có"), .text(line.papers.map(TransferWords.paper).joined(separator: ", "))),
        ]
    }

    private static func events(_ file: File) -> [UI.Event] {
        let line = file.line
        func event(_ at: Int64?, _ by: ID<Account>?, _ title: String, _ detail: String = "") -> UI.Event? {
            at.map {
                UI.Event($0.shownMoment, title, detail: .text(detail), by: by.flatMap { file.names[$0] } ?? "")
            }
        }
        let asked = line.askedSide == .giving ? t("Trường cho đi yêu cầu") : t("Trường nhận yêu cầu")
        let ended: String =
            switch line.state {
            case .done: t("Đã chuyển")
            case .refused: t("Từ chối")
            case .withdrawn: t("Rút yêu cầu")
            default: t("Hết hạn")
            }
        return [
            event(line.endedAt, line.endedBy, ended, translated(line.endedReason)),
            event(line.takenAt, line.takenBy, t("Trường nhận đồng ý")),
            event(line.givenAt, line.givenBy, t("Trường cho đi đồng ý")), event(line.askedAt, line.askedBy, asked),
        ].compactMap { $0 }
    }

    // MARK: what may be said

    private static func verbs(_ file: File, _ visit: Visit, _ fault: Fault?) async throws -> HTML {
        var out = HTML()
        let mine = file.line.waiting.intersection(file.speaksFor)
        if visit.mayChange(.approveTransfers) {
            for side in TransferSide.allCases where mine.contains(side) {
                out += try await word(file, side, visit, fault)
            }
        } else if !mine.isEmpty {
            out += UI.notice(.text(t("Yêu cầu đang chờ hiệu trưởng hoặc phó hiệu trưởng của trường bạn.")), .info)
        }
        if visit.mayChange(.enrol), file.speaksFor.contains(file.line.askedSide), file.line.state.isOpen {
            let form = UI.form(
                "\(file.base)/withdrawal", csrf: visit.csrf, reason("withdrawn", t("Lý do rút"), visit, fault),
                submit: t("Rút yêu cầu"))
            out += "<div class=\"mt\">\(UI.fold(t("Rút yêu cầu"), form))</div>"
        }
        return out
    }

    /// Yes or no of one school's head.
    private static func word(_ file: File, _ side: TransferSide, _ visit: Visit, _ fault: Fault?) async throws -> HTML {
        let problems = fault?.problems ?? []
        var fields = HTML()
        if side == .receiving {
            let frame = try await EnrolFields.frame(visit, org: file.line.target)
            let place = EnrolFields(visit, classGroup: file.line.classGroup, day: file.line.day)
            fields = place.drawn(frame, visit, problems: problems, asksEntry: false)
        }
        let hidden = [(name: "side", value: side.rawValue)]
        let yes = UI.form(
            "\(file.base)/approval", csrf: visit.csrf, fields,
            submit: side == .giving ? t("Đồng ý cho chuyển đi") : t("Đồng ý tiếp nhận"), problems: problems,
            hidden: hidden)
        let no = UI.form(
            "\(file.base)/refusal", csrf: visit.csrf, reason("reason", t("Lý do từ chối"), visit, fault),
            submit: t("Từ chối"), hidden: hidden)
        let title = side == .giving ? t("Ý kiến của trường cho đi") : t("Ý kiến của trường nhận")
        return "<div class=\"mt\">\(UI.card(title, yes + UI.fold(t("Từ chối"), no)))</div>"
    }

    private static func reason(_ name: String, _ label: String, _ visit: Visit, _ fault: Fault?) -> HTML {
        UI.text(
            name, label, value: visit.form.text(name), problems: fault?.problems ?? [], required: true, maxLength: 500,
            isWide: true)
    }

    private static func side(_ visit: Visit) throws -> TransferSide {
        guard let side = TransferSide(rawValue: visit.form.text("side")) else { throw Fault.notFound }
        return side
    }

    private static func approve(_ visit: Visit) async throws -> Reply {
        let file = try await read(visit)
        do {
            let side = try side(visit)
            var form: EnrolForm?
            if side == .receiving {
                let frame = try await EnrolFields.frame(visit, org: file.line.target)
                form = try EnrolFields(visit).enrolForm(frame, visit)
            }
            let state = try await Registry.approveTransfer(
                file.line.id, as: side, into: form, by: visit.visitor, in: visit.db)
            let words = state == .done ? t("{} đã chuyển trường.", file.line.studentName) : t("Đã ghi ý kiến đồng ý.")
            return .redirect(file.base, flash: words)
        } catch { return try await show(visit, try Refusal.fault(error)) }
    }

    private static func refuse(_ visit: Visit) async throws -> Reply {
        let file = try await read(visit)
        do {
            try await Registry.refuseTransfer(
                file.line.id, as: try side(visit), reason: visit.form.text("reason"), by: visit.visitor, in: visit.db)
            return .redirect(file.base, flash: t("Đã từ chối yêu cầu chuyển trường."))
        } catch { return try await show(visit, try Refusal.fault(error)) }
    }

    private static func withdraw(_ visit: Visit) async throws -> Reply {
        let file = try await read(visit)
        do {
            try await Registry.withdrawTransfer(
                file.line.id, reason: visit.form.text("withdrawn"), by: visit.visitor, in: visit.db)
            return .redirect(file.base, flash: t("Đã rút yêu cầu chuyển trường."))
        } catch { return try await show(visit, try Refusal.fault(error)) }
    }
}
