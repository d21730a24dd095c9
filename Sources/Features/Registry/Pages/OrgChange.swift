import Base
import Storage
import Web

/// The dated changes of the tree: choose what, fill in the day and its basis, see what would change, then do it.
enum OrgChange {
    static func mount(_ routes: Routes) {
        routes.get("/orgs/{id}/change", .holder(.changeTree), scope: .org) { visit in try await choose(visit) }
        routes.get("/orgs/{id}/change/{kind}", .holder(.changeTree), scope: .org) { visit in
            try await fill(visit, nil, [])
        }
        routes.get("/orgs/{id}/change/{kind}/preview", .holder(.changeTree), scope: .org) { visit in
            try await preview(visit)
        }
        routes.post("/orgs/{id}/change/{kind}", .holder(.changeTree), scope: .org) { visit in try await act(visit) }
    }

    enum Kind: String, CaseIterable {
        case rename, move, relocate, merge, split, close, found, insert, remove

        var label: String {
            switch self {
            case .rename: t("Đổi tên")
            case .move: t("Đổi đơn vị quản lý")
            case .relocate: t("Đổi địa bàn")
            case .merge: t("Sáp nhập")
            case .split: t("Chia tách")
            case .close: t("Giải thể")
            case .found: t("Thành lập đơn vị trực thuộc")
            case .insert: t("Thêm cấp quản lý ở giữa")
            case .remove: t("Bỏ cấp quản lý này")
            }
        }

        var advice: String {
            switch self {
            case .rename: t("Tên cũ vẫn hiện trong các báo cáo trước ngày đổi.")
            case .move: t("Quyền xem và sửa theo đơn vị quản lý mới từ ngày đó. Địa bàn giữ nguyên.")
            case .relocate: t("Trường sang xã, phường khác. Đơn vị quản lý giữ nguyên.")
            case .merge: t("Học sinh, lớp, nhân sự sang đơn vị nhận; đơn vị cũ kết thúc vào hôm trước.")
            case .split: t("Lập đơn vị mới từ một phần của đơn vị này.")
            case .close: t("Chỉ khi không còn học sinh, nhân sự và đơn vị trực thuộc.")
            case .found: t("Lập một trường hoặc đơn vị mới ở dưới đơn vị này.")
            case .insert: t("Đặt một đơn vị mới giữa đơn vị này và một số đơn vị trực thuộc.")
            case .remove: t("Các đơn vị trực thuộc lên thẳng cấp trên; đơn vị này kết thúc.")
            }
        }

        /// Whether the change makes sense for a unit.
        func fits(_ org: OrgRecord, hasBelow: Bool) -> Bool {
            switch self {
            case .rename: true
            case .move, .merge: org.parent != nil
            case .relocate, .close: org.parent != nil
            case .split: org.isInstitution || hasBelow
            case .found: !org.isInstitution
            case .insert: !org.isInstitution && hasBelow
            case .remove: !org.isInstitution && org.parent != nil
            }
        }
    }

    private static func choose(_ visit: Visit) async throws -> Reply {
        let ground = try await ground(visit)
        let rows = Kind.allCases.filter { $0.fits(ground.head.org, hasBelow: !ground.below.isEmpty) }.map { kind in
            UI.Row(
                [.text(kind.label), .text(kind.advice)],
                href: "/orgs/\(ground.head.org.id.code)/change/\(kind.rawValue)")
        }
        let table = UI.table(
            [UI.Column(t("Việc")), UI.Column(t("Kết quả"))], rows, caption: t("Chọn việc"), cards: true)
        return .page(
            t("Thay đổi tổ chức: {}", ground.head.name), crumbs: ground.head.crumbs(visit, then: t("Thay đổi tổ chức")),
            ground.head.tabs(.change, visit) + table)
    }

    /// What the forms choose from, read in one go.
    struct Ground: Sendable {
        let head: OrgHead
        let below: [OrgLine], beside: [OrgLine], bodies: [(ID<Org>, String)], places: [PlaceRecord],
            classes: [ClassLine]
        let figures: UnitFigures?
    }

    static func ground(_ visit: Visit) async throws -> Ground {
        let scope = visit.visitor.scope, year = SchoolYear(of: visit.today)
        return try await visit.db.read { tx in
            let head = try OrgHead.read(tx, visit), id = head.org.id
            guard head.org.isOpen else { throw Fault.notFound }
            let beside = try head.org.parent.map { try tx.children(of: $0, scope: scope) } ?? []
            let province = try head.org.place.flatMap(tx.place)?.provinceCode
            return Ground(
                head: head, below: try tx.children(of: id, scope: scope), beside: beside.filter { $0.id != id },
                bodies: try tx.bodies(scope: scope).filter { $0.0 != id },
                places: try province.map { try tx.places(inProvince: $0, on: visit.today) } ?? [],
                classes: head.org.isInstitution ? try tx.classes(of: id, year: year, scope: scope) : [],
                figures: try tx.unitFigures(of: id, year: year, scope: scope))
        }
    }

    private static func kind(_ visit: Visit, _ ground: Ground) throws -> Kind {
        guard let kind = Kind(rawValue: visit.parameter("kind")),
            kind.fits(ground.head.org, hasBelow: !ground.below.isEmpty)
        else { throw Fault.notFound }
        return kind
    }

    private static func page(
        _ visit: Visit, _ ground: Ground, _ kind: Kind, step: Int, isBad: Bool = false, _ content: HTML
    ) -> Reply {
        let title = "\(kind.label): \(ground.head.name)", path = "/orgs/\(ground.head.org.id.code)/change"
        var crumbs = ground.head.crumbs(visit, then: kind.label)
        crumbs.insert((t("Thay đổi tổ chức"), path), at: max(crumbs.count - 1, 0))
        let steps = UI.steps([t("Chọn việc"), t("Ngày và căn cứ"), t("Xem trước rồi ghi")], current: step)
        return isBad ? .redraw(title, crumbs: crumbs, steps + content) : .page(title, crumbs: crumbs, steps + content)
    }

    private static func fill(_ visit: Visit, _ fault: Fault?, _ typed: [UI.Pair]) async throws -> Reply {
        let ground = try await ground(visit), kind = try kind(visit, ground)
        let answers = ChangeAnswers(typed.isEmpty ? visit.queries.map { (name: $0.name, value: $0.value) } : typed)
        let problems = fault?.problems ?? [], path = "/orgs/\(ground.head.org.id.code)/change/\(kind.rawValue)"
        let content: HTML = """
            \(Refusal.notice(fault))\(UI.errorSummary(problems))<p>\(kind.advice)</p>
            <form class="form" method="get" action="\(path)/preview">\(ChangeFields(ground, kind, answers, problems, visit).drawn)
            <div class="form-foot">\(UI.button(t("Xem trước"), style: "primary"))\
            \(UI.link(t("Thôi"), "/orgs/\(ground.head.org.id.code)/change"))</div></form>
            """
        return page(visit, ground, kind, step: 1, isBad: fault != nil, content)
    }

    private static func preview(_ visit: Visit) async throws -> Reply {
        let ground = try await ground(visit), kind = try kind(visit, ground)
        let pairs = visit.queries.map { (name: $0.name, value: $0.value) }, answers = ChangeAnswers(pairs)
        do {
            let change = try ChangeOrder(answers, kind, ground, visit)
            let path = "/orgs/\(ground.head.org.id.code)/change/\(kind.rawValue)"
            let query = visit.link().dropFirst(visit.path.count)
            let content = UI.confirm(
                change.question, consequence: "<ul>\(change.effects.map { "<li>\($0)</li>" as HTML })</ul>",
                action: path, csrf: visit.csrf,
                verb: kind.label, cancel: "\(path)\(query)", fields: pairs,
                isDangerous: [.close, .merge, .remove].contains(kind))
            return page(visit, ground, kind, step: 2, content)
        } catch {
            return try await fill(visit, Refusal.fault(error), pairs)
        }
    }

    private static func act(_ visit: Visit) async throws -> Reply {
        let ground = try await ground(visit), kind = try kind(visit, ground)
        let pairs = visit.form.fields.filter { $0.name != "csrf" }.map { (name: $0.name, value: $0.value) }
        do {
            let change = try ChangeOrder(ChangeAnswers(pairs), kind, ground, visit)
            let shown = try await change.carryOut(by: visit.visitor, in: visit.db)
            return .redirect("/orgs/\(shown.code)/history", flash: "Đã ghi thay đổi tổ chức.")
        } catch {
            return try await fill(visit, Refusal.fault(error), pairs)
        }
    }
}

/// What was typed into a form of a change, from the address or from what was posted.
struct ChangeAnswers: Sendable {
    private let pairs: [UI.Pair]

    init(_ pairs: [UI.Pair]) { self.pairs = pairs }

    func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }
    func text(_ name: String) -> String { pairs.first { $0.name == name }?.value.trimmed ?? "" }
    func all(_ name: String) -> [String] { pairs.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }
    func ids<Of>(_ name: String, _: Of.Type = Of.self) -> [ID<Of>] { all(name).compactMap { ID<Of>($0) } }
}
