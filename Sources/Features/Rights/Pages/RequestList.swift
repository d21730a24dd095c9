import Base
import Registry
import Storage
import Web
import Work

/// The requests that wait for an answer, with their deadlines.
enum RequestList {
    static func mount(_ routes: Routes) {
        routes.get("/rights", .holder(.answerRequests), scope: .list) { visit in try await list(visit) }
        routes.get("/rights/requests/{id}", .holder(.answerRequests), scope: .list) { visit in try await show(visit, [])
        }
        routes.post("/rights/requests/{id}", .holder(.useRights), scope: .list) { visit in try await answer(visit) }
    }

    private static func list(_ visit: Visit) async throws -> Reply {
        let scope = visit.visitor.scope, isOver = visit.query("over") == "1"
        let (requests, names) = try await visit.db.read { tx in
            let requests = try tx.requests(areUnderway: !isOver, scope: scope)
            return (requests, try tx.examinedNames(of: .student, requests.map(\.person.id), scope: scope))
        }
        let title = t("Yêu cầu về dữ liệu")
        let tabs = UI.tabs(
            [
                UI.Tab(t("Đang chờ"), "/rights", isCurrent: !isOver),
                UI.Tab(t("Đã xong"), "/rights?over=1", isCurrent: isOver),
            ],
            label: title)
        return .page(
            title, crumbs: [(title, nil)],
            tabs + RequestTable.drawn(requests, names: names.mapValues(\.name), isOne: false, visit))
    }

    private static func show(_ visit: Visit, _ problems: [Problem]) async throws -> Reply {
        let id: ID<PersonRequest> = try visit.id("id"), scope = visit.visitor.scope
        let (request, name) = try await visit.db.read { tx in
            guard let request = try tx.request(id, scope: scope) else { throw Fault.notFound }
            return (request, try tx.personName(kind: request.person.kind.rawValue, id: request.person.id) ?? "")
        }
        let kind = RequestKind.all.first { $0.code == request.kind }
        let facts: [(term: String, value: HTML)] = [
            (t("Người học"), "<a href=\"/students/\(ID<Student>(stored: request.person.id).code)/rights\">\(name)</a>"),
            (t("Yêu cầu"), .text(kind.map { translated($0.name) } ?? request.kind)),
            (t("Nội dung"), .text(request.words)),
            (t("Gửi lúc"), .text(request.askedAt.shownMoment)), (t("Phản hồi trước"), .text(request.answerBy.shown)),
            (t("Làm xong trước"), .text(request.doneBy.shown)), (t("Trạng thái"), .text(request.state.label)),
            (t("Trả lời"), .text(request.answer)), (t("Cách làm"), .text(kind.map { translated($0.advice) } ?? "")),
            (t("Căn cứ"), .text(kind?.basis ?? "")),
        ]
        let title = t("Yêu cầu của {}", name)
        let crumbs: [(String, String?)] = [(t("Yêu cầu về dữ liệu"), "/rights"), (title, nil)]
        let content = UI.card(title, UI.facts(facts)) + form(request, visit, problems)
        return problems.isEmpty ? .page(title, crumbs: crumbs, content) : .redraw(title, crumbs: crumbs, content)
    }

    private static func form(_ request: RequestRecord, _ visit: Visit, _ problems: [Problem]) -> HTML {
        guard request.state.isUnderway, visit.mayChange(.answerRequests) else { return HTML() }
        let states: [RequestState] = [.taken, .done, .refused]
        let fields: HTML = """
            \(UI.radios("state", t("Kết quả"), states.map { (value: $0.rawValue, label: $0.label) }, value: visit.form.text("state"),
                problems: problems, required: true))\
            \(UI.textarea("answer", t("Trả lời"), value: visit.form.text("answer"), hint: t("Người yêu cầu đọc đúng câu này."), problems: problems, maxLength: 2000))
            """
        return UI.form(
            "/rights/requests/\(request.id.code)", csrf: visit.csrf, fields, submit: t("Ghi trả lời"),
            problems: problems)
    }

    private static func answer(_ visit: Visit) async throws -> Reply {
        let id: ID<PersonRequest> = try visit.id("id")
        // Who may not answer may take back what they asked, and nothing else.
        let asked = RequestState(rawValue: visit.form.text("state")), scope = visit.visitor.scope
        guard try await visit.db.read({ tx in try tx.request(id, scope: scope) }) != nil else { throw Fault.notFound }
        do {
            guard let state = asked, state != .open else { throw Fault.invalid([Problem("state", "Chọn kết quả.")]) }
            let person = try await Rights.bring(
                id, to: state, answer: visit.form.text("answer"), by: visit.visitor, in: visit.db)
            let back =
                visit.visitor.may(.answerRequests)
                ? "/rights" : "/students/\(ID<Student>(stored: person.id).code)/rights"
            return .redirect(back, flash: t("Đã ghi: {}.", state.label))
        } catch let fault as Fault where !fault.problems.isEmpty && visit.visitor.may(.answerRequests) {
            return try await show(visit, fault.problems)
        }
    }

    /// What waits for an answer, with what is late.
    @Sendable static func card(_ visit: Visit) async throws -> HTML? {
        let scope = visit.visitor.scope, today = visit.today
        let waiting = try await visit.db.read { tx in try tx.requests(areUnderway: true, scope: scope) }
        guard !waiting.isEmpty else { return nil }
        let late = waiting.count { $0.isLate(on: today) }
        let words =
            late > 0
            ? t("{} yêu cầu, {} đã quá hạn", waiting.count, late) : t("{} yêu cầu đang chờ trả lời", waiting.count)
        return UI.card(
            t("Yêu cầu về dữ liệu"), UI.notice("<a href=\"/rights\">\(words)</a>", late > 0 ? .bad : .info))
    }
}

/// Requests as a table.
enum RequestTable {
    static func drawn(_ requests: [RequestRecord], names: [Int64: String], isOne: Bool, _ visit: Visit) -> HTML {
        if isOne, requests.isEmpty { return HTML() }
        let kinds = Dictionary(
            RequestKind.all.map { ($0.code, translated($0.name)) }, uniquingKeysWith: { first, _ in first })
        let mayAnswer = visit.visitor.may(.answerRequests)
        let rows = requests.map { request -> UI.Row in
            let kind = kinds[request.kind] ?? request.kind
            let state: HTML =
                request.isLate(on: visit.today)
                ? UI.badge(t("Quá hạn"), .bad) : UI.badge(request.state.label, request.state == .done ? .good : .plain)
            let take: HTML =
                request.state == .open && !mayAnswer && request.askedBy == visit.visitor.account
                    && visit.session?.isViewingAs != true
                ? UI.post(
                    t("Rút lại"), to: "/rights/requests/\(request.id.code)", csrf: visit.csrf,
                    fields: [(name: "state", value: RequestState.withdrawn.rawValue)]) : HTML()
            let cells: [HTML] =
                (isOne ? [.text(kind)] : [.text(names[request.person.id] ?? ""), .text(kind)])
                + [
                    .text(request.askedAt.shownMoment), .text(request.doneBy.shown), "\(state)\(take)",
                    .text(request.answer),
                ]
            return UI.Row(cells, href: mayAnswer ? "/rights/requests/\(request.id.code)" : nil)
        }
        let columns =
            (isOne ? [UI.Column(t("Yêu cầu"))] : [UI.Column(t("Người học")), UI.Column(t("Yêu cầu"))])
            + [
                UI.Column(t("Gửi lúc")), UI.Column(t("Làm xong trước")), UI.Column(t("Trạng thái")),
                UI.Column(t("Trả lời")),
            ]
        return UI.table(
            columns, rows, caption: t("Yêu cầu đã gửi"), showsCaption: isOne,
            empty: UI.empty(
                t("Không có yêu cầu nào"), t("Khi người học hoặc gia đình gửi, yêu cầu hiện ở đây với hạn trả lời."),
                icon: "lock"),
            cards: true)
    }
}
