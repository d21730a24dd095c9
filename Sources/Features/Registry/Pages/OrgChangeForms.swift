import Base
import Storage
import Web

/// The fields of each change.
struct ChangeFields {
    let ground: OrgChange.Ground, kind: OrgChange.Kind, answers: ChangeAnswers, problems: [Problem], visit: Visit

    init(
        _ ground: OrgChange.Ground, _ kind: OrgChange.Kind, _ answers: ChangeAnswers, _ problems: [Problem],
        _ visit: Visit
    ) {
        (self.ground, self.kind, self.answers, self.problems, self.visit) = (ground, kind, answers, problems, visit)
    }

    var drawn: HTML { UI.grid(own) + lists + UI.grid(decision) }

    private var decision: HTML {
        UI.date(
            "day", t("Ngày có hiệu lực"), value: answers.has("day") ? answers.text("day") : visit.today.shown,
            hint: t("Ngày đầu tiên của trạng thái mới."), problems: problems, required: true)
            + UI.text(
                "basis", t("Căn cứ"), value: answers.text("basis"), hint: t("Số, ngày, người ký quyết định"),
                problems: problems, required: true,
                autocomplete: "off", maxLength: 300, isWide: true)
    }

    private var own: HTML {
        switch kind {
        case .rename: text("name", t("Tên mới"), ground.head.org.name)
        case .move: select("parent", t("Đơn vị quản lý mới"), ground.bodies.map { ($0.0.code, $0.1) })
        case .relocate: select("place", t("Xã, phường mới"), ground.places.map { ($0.id.code, $0.name) })
        case .merge:
            select(
                "target", t("Đơn vị nhận"), ground.beside.map { ($0.id.code, $0.name) },
                any: t("Một đơn vị mới, tên và mã ở bên"), required: false)
                + text("name", t("Tên đơn vị mới"), "", required: false)
                + text("code", t("Mã đơn vị mới"), "", required: false)
        case .split: text("name", t("Tên đơn vị mới"), "") + text("code", t("Mã đơn vị mới"), "")
        case .found, .insert:
            text("name", t("Tên đơn vị mới"), "") + text("code", t("Mã đơn vị mới"), "")
                + select("kind", t("Loại hình"), kinds)
                + select("place", t("Địa bàn"), ground.places.map { ($0.id.code, $0.name) }, any: "–", required: false)
        case .close, .remove: HTML()
        }
    }

    private var kinds: [(value: String, label: String)] {
        Words.options("school-kinds", on: visit.today) { kind == .found || $0.office == true }
    }

    private var lists: HTML {
        switch kind {
        case .merge: checks("with", t("Cùng sáp nhập"), ground.beside.map { ($0.id.code, $0.name) })
        case .split where ground.head.org.isInstitution:
            checks(
                "class", t("Các lớp sang đơn vị mới"),
                ground.classes.map { ($0.id.code, "\($0.name) (\(UI.grouped($0.total)))") })
        case .split, .insert:
            checks("child", t("Các đơn vị sang dưới đơn vị mới"), ground.below.map { ($0.id.code, $0.name) })
        case .rename, .move, .relocate, .close, .found, .remove: HTML()
        }
    }

    private func text(_ name: String, _ label: String, _ stored: String, required: Bool = true) -> HTML {
        UI.text(
            name, label, value: answers.has(name) ? answers.text(name) : stored, problems: problems, required: required,
            autocomplete: "off",
            maxLength: name == "code" ? 20 : 200, isWide: name == "name")
    }

    private func select(
        _ name: String, _ label: String, _ options: [(value: String, label: String)], any: String? = nil,
        required: Bool = true
    ) -> HTML {
        UI.select(
            name, label, options, value: answers.text(name), any: any ?? t("Hãy chọn"), problems: problems,
            required: required)
    }

    private func checks(_ name: String, _ label: String, _ options: [(value: String, label: String)]) -> HTML {
        guard !options.isEmpty else { return HTML() }
        return UI.checkboxes(name, label, options, values: Set(answers.all(name)), problems: problems, isInline: true)
    }
}

/// One change, read from its form and checked as far as the form can be.
struct ChangeOrder: Sendable {
    let kind: OrgChange.Kind, day: Day, basis: String
    private let ground: OrgChange.Ground, name: String, code: String, orgKind: String
    private let parent: ID<Org>?, place: ID<Place>?, others: [ID<Org>], children: [ID<Org>], classes: [ID<ClassGroup>]

    init(_ answers: ChangeAnswers, _ kind: OrgChange.Kind, _ ground: OrgChange.Ground, _ visit: Visit) throws {
        (self.kind, self.ground) = (kind, ground)
        (name, code, orgKind, basis) = (
            Fold.compose(answers.text("name")), answers.text("code"), answers.text("kind"),
            Fold.compose(answers.text("basis"))
        )
        parent = (answers.ids("parent", Org.self) + answers.ids("target", Org.self)).first
        place = answers.ids("place", Place.self).first
        (others, children, classes) = (
            answers.ids("with", Org.self), answers.ids("child", Org.self), answers.ids("class", ClassGroup.self)
        )
        let day = Day(typed: answers.text("day"), year: visit.today.parts.year)
        self.day = day ?? visit.today
        var problems: [Problem] = []
        if day == nil {
            problems.append(Problem("day", FieldText.wrongDay(answers.text("day"))))
        }
        if basis.isEmpty { problems.append(Problem("basis", "Hãy ghi quyết định: số, ngày, người ký.")) }
        problems += missing
        guard problems.isEmpty else { throw Fault.invalid(problems) }
    }

    /// What the kind of change still needs.
    private var missing: [Problem] {
        var out: [Problem] = []
        let makesNew = [.split, .found, .insert].contains(kind) || (kind == .merge && parent == nil)
        if name.isEmpty, makesNew || kind == .rename { out.append(Problem("name", "Chưa nhập tên đơn vị.")) }
        if code.isEmpty, makesNew { out.append(Problem("code", "Mã đơn vị phải có 1 đến 20 ký tự.")) }
        if parent == nil, kind == .move { out.append(Problem("parent", "Hãy chọn đơn vị quản lý.")) }
        if place == nil, kind == .relocate { out.append(Problem("place", "Hãy chọn xã, phường.")) }
        if orgKind.isEmpty, kind == .found || kind == .insert { out.append(Problem("kind", "Hãy chọn loại hình.")) }
        if kind == .merge, parent == nil, others.isEmpty {
            out.append(Problem("with", "Lập đơn vị mới thì phải sáp nhập từ hai đơn vị trở lên."))
        }
        if kind == .split, classes.isEmpty, children.isEmpty { out.append(Problem("class", "Hãy chọn phần tách ra.")) }
        if kind == .insert, children.isEmpty { out.append(Problem("child", "Hãy chọn các đơn vị ở dưới đơn vị mới.")) }
        return out
    }

    // MARK: what it would do

    var question: String {
        t("{}: {} từ ngày {}?", kind.label, ground.head.org.name, day.shown)
    }

    private func named(_ id: ID<Org>?) -> String {
        guard let id else { return name }
        return (ground.beside + ground.below).first { $0.id == id }?.name ?? ground.bodies.first { $0.0 == id }?.1
            ?? name
    }

    private var mass: String {
        let figures = ground.figures
        return t(
            "{} đơn vị trực thuộc, {} lớp, {} học sinh, {} nhân sự", UI.grouped(ground.below.count),
            UI.grouped(figures?.classes ?? 0),
            UI.grouped(figures?.students ?? 0), UI.grouped(figures?.staff ?? 0))
    }

    /// Sentences of what would change, with counts.
    var effects: [String] {
        let org = ground.head.org.name
        let own: [String] =
            switch kind {
            case .rename:
                [t("Tên “{}” đến hết ngày {}.", org, day.adding(-1).shown), t("Tên “{}” từ ngày {}.", name, day.shown)]
            case .move: [t("{} thuộc {} từ ngày {}.", org, named(parent), day.shown), t("Chuyển theo: {}.", mass)]
            case .relocate:
                [t("{} ở {} từ ngày {}.", org, ground.places.first { $0.id == place }?.name ?? "", day.shown)]
            case .merge: merging
            case .split:
                [
                    t("Lập “{}”, tách từ {}.", name, org),
                    t(
                        "Sang đơn vị mới: {} lớp với {} học sinh, {} đơn vị.", classes.count, UI.grouped(moved),
                        children.count),
                ]
            case .close: [t("{} kết thúc sau ngày {}.", org, day.adding(-1).shown), t("Hiện có: {}.", mass)]
            case .found: [t("Lập “{}” ở dưới {}.", name, org)]
            case .insert:
                [t("Lập “{}” ở dưới {}.", name, org), t("{} đơn vị chuyển sang dưới đơn vị mới.", children.count)]
            case .remove:
                [
                    t("{} kết thúc sau ngày {}.", org, day.adding(-1).shown),
                    t("{} đơn vị trực thuộc lên thẳng cấp trên.", ground.below.count),
                ]
            }
        return own + [t("Căn cứ: {}", basis)]
    }

    private var moved: Int { ground.classes.filter { classes.contains($0.id) }.reduce(0) { $0 + $1.total } }

    private var merging: [String] {
        let sources = ([ground.head.org.name] + others.map { named($0) }).joined(separator: ", ")
        return [
            t("{} sáp nhập vào {}.", sources, named(parent)), t("{} chuyển sang: {}.", ground.head.org.name, mass),
            t("Các đơn vị cũ kết thúc sau ngày {}.", day.adding(-1).shown),
        ]
    }

    // MARK: doing it

    private func draft(under parent: ID<Org>?, like org: OrgRecord? = nil) -> OrgDraft {
        let item = Words.catalogues["school-kinds"]?.item(org?.kind ?? orgKind)
        var draft = OrgDraft(code: code, kind: org?.kind ?? orgKind, name: name, parent: parent)
        (draft.isInstitution, draft.levels) = (item?.institution ?? false, org?.levels ?? item?.levels ?? [])
        (draft.place, draft.opened, draft.basis) = (place ?? org?.place, day, basis)
        if let org { draft.ownership = org.ownership }
        return draft
    }

    /// Carries the change out; answers the unit to show.
    func carryOut(by visitor: Visitor, in db: any Database) async throws -> ID<Org> {
        let org = ground.head.org, id = org.id
        switch kind {
        case .rename: try await Registry.renameOrg(id, to: name, on: day, basis: basis, by: visitor, in: db)
        case .move:
            guard let parent else { throw Fault.notFound }
            try await Registry.moveOrg(id, under: parent, on: day, basis: basis, by: visitor, in: db)
        case .relocate:
            guard let place else { throw Fault.notFound }
            try await Registry.relocateOrg(id, to: place, on: day, basis: basis, by: visitor, in: db)
        case .merge:
            let target = parent.map { MergeTarget.existing($0) } ?? .new(draft(under: org.parent, like: org))
            return try await Registry.mergeOrgs(
                [id] + others.filter { $0 != parent }, into: target, on: day, basis: basis, by: visitor, in: db)
        case .split:
            let unit = NewUnit(draft(under: org.parent, like: org), children: children, classes: classes)
            return try await Registry.splitOrg(id, into: [unit], on: day, basis: basis, by: visitor, in: db).first ?? id
        case .close: try await Registry.closeOrg(id, on: day, basis: basis, by: visitor, in: db)
        case .found: return try await Registry.createOrg(draft(under: id), by: visitor, in: db)
        case .insert:
            let unit = NewUnit(draft(under: id), children: children)
            return try await Registry.insertTier([unit], under: id, on: day, basis: basis, by: visitor, in: db).first
                ?? id
        case .remove: try await Registry.removeTier([id], on: day, basis: basis, by: visitor, in: db)
        }
        return id
    }
}
