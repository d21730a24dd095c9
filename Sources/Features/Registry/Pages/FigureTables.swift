import Base
import Web

/// The units right below, one line each, a link one level down with the same filter.
struct UnitTable {
    let units: [UnitTally], query: FigureQuery, visit: Visit, showsBefore: Bool

    private enum Order: String, CaseIterable { case name, institutions, classes, students, female, staff, before }

    private var order: Order { Order(rawValue: query.sort) ?? .name }

    private func value(_ unit: UnitTally, _ order: Order) -> Int {
        switch order {
        case .name: 0
        case .institutions: unit.institutions
        case .classes: unit.classes
        case .students: unit.students
        case .female: unit.female
        case .staff: unit.staff
        case .before: unit.before ?? 0
        }
    }

    private var sorted: [UnitTally] {
        guard order != .name else { return units }
        return units.enumerated().sorted { left, right in
            let (a, b) = (value(left.element, order), value(right.element, order))
            return a == b ? left.offset < right.offset : a > b
        }.map(\.element)
    }

    /// Many schools right below an office that also has offices below it wait in a fold.
    var drawn: HTML {
        let schools = sorted.filter(\.line.isInstitution), offices = sorted.filter { !$0.line.isInstitution }
        guard schools.count > 12, !offices.isEmpty else { return table(sorted, t("Các đơn vị trực thuộc")) }
        return table(offices, t("Các đơn vị trực thuộc"))
            + UI.fold(
                t("{} trường, trung tâm trực thuộc", schools.count),
                table(schools, t("Các trường, trung tâm trực thuộc")),
                isOpen: order != .name)
    }

    private func table(_ shown: [UnitTally], _ caption: String) -> HTML {
        guard !shown.isEmpty else { return HTML() }
        let orders = Order.allCases.filter { $0 != .before || showsBefore }
        let suffix = OrgHead.suffix(visit)
        let rows = shown.map { unit in
            UI.Row(
                [.text(unit.line.name)] + orders.dropFirst().map { cell(unit, $0) },
                href: "/orgs/\(unit.line.id.code)\(suffix)")
        }
        let footer =
            [HTML.text(t("Cộng"))]
            + orders.dropFirst().map { order in
                HTML.text(UI.grouped(shown.reduce(0) { $0 + value($1, order) }))
            }
        return UI.table(orders.map(column), rows, caption: caption, footer: footer)
    }

    private func cell(_ unit: UnitTally, _ order: Order) -> HTML {
        if order == .institutions, unit.line.isInstitution { return HTML() }
        if order == .before { return .text(unit.before.map { UI.grouped($0) } ?? "–") }
        return .text(UI.grouped(value(unit, order)))
    }

    private func column(_ order: Order) -> UI.Column {
        UI.Column(
            label(order), sortHref: visit.link(("sort", order == .name ? nil : order.rawValue)),
            sort: order == self.order ? (order == .name ? .ascending : .descending) : nil, isNumeric: order != .name,
            isHiddenOnPhone: [.institutions, .staff, .before].contains(order))
    }

    private func label(_ order: Order) -> String {
        switch order {
        case .name: t("Đơn vị")
        case .institutions: t("Cơ sở")
        case .classes: t("Lớp")
        case .students: t("Học sinh")
        case .female: t("Nữ")
        case .staff: t("Nhân sự")
        case .before: t("Học sinh năm trước")
        }
    }
}

/// A school's campuses and classes with their learners.
struct ClassTable {
    let classes: [ClassLine], sites: [SiteRecord], figures: FigureSet?, query: FigureQuery, visit: Visit

    /// The levels of the classes shown say what those in them are called.
    private var levels: [Level] { Level.allCases.filter { level in classes.contains { $0.level == level } } }
    private var learners: String { Words.learners(of: levels) }

    private func size(_ line: ClassLine) -> (total: Int, female: Int) {
        guard let figures else { return (line.total, line.female) }
        let figure = figures.classes[line.id]
        return (figure?.total ?? 0, figure?.female ?? 0)
    }

    private var isNarrowed: Bool { !(figures?.filter.isEmpty ?? true) }

    /// Under a filter the classes without anybody of it are left out.
    private var shown: [ClassLine] { isNarrowed ? classes.filter { size($0).total > 0 } : classes }

    var drawn: HTML {
        guard !classes.isEmpty else {
            return UI.empty(
                t("Năm học {} chưa có lớp", query.year), t("Mở lớp trong mục Lớp, hoặc chọn năm học khác."),
                icon: "class")
        }
        return siteTable + classTable
    }

    private var classTable: HTML {
        let columns = [
            UI.Column(t("Lớp")), UI.Column(t("Khối")), UI.Column(t("Điểm trường"), isHiddenOnPhone: true),
            UI.Column(t("Giáo viên chủ nhiệm"), isHiddenOnPhone: true),
            UI.Column(learners, isNumeric: true), UI.Column(t("Nữ"), isNumeric: true),
        ]
        let rows = shown.map { line in
            UI.Row(
                [
                    .text(line.name), grades(line), .text(line.siteName ?? ""), homeroom(line),
                    .text(UI.grouped(size(line).total)),
                    .text(UI.grouped(size(line).female)),
                ], href: "/classes/\(line.id.code)\(OrgHead.suffix(visit))")
        }
        let sums = shown.map(size).reduce((0, 0)) { ($0.0 + $1.total, $0.1 + $1.female) }
        let footer: [HTML] = [
            .text(t("Cộng")), HTML(), HTML(), HTML(), .text(UI.grouped(sums.0)), .text(UI.grouped(sums.1)),
        ]
        return UI.table(columns, rows, caption: t("Các lớp"), showsCaption: true, footer: footer)
    }

    private func grades(_ line: ClassLine) -> HTML {
        let words = line.grades.map { Words.grade($0, line.level) }.joined(separator: ", ")
        return line.isCombined ? "\(words) \(UI.badge(t("Lớp ghép"), .info))" : .text(words)
    }

    private func homeroom(_ line: ClassLine) -> HTML {
        guard let id = line.homeroom, let name = line.homeroomName else { return UI.badge(t("Chưa có"), .warn) }
        return visit.visitor.may(.viewStaff) ? "<a href=\"/staff/\(id.code)\">\(name)</a>" : .text(name)
    }

    private var siteTable: HTML {
        guard sites.count > 1 else { return HTML() }
        let byName = Dictionary(grouping: shown) { $0.siteName ?? sites.first { $0.isMain }?.name ?? "" }
        let rows = sites.map { site in
            let group = byName[site.name] ?? [],
                sum = group.map(size).reduce((0, 0)) { ($0.0 + $1.total, $0.1 + $1.female) }
            return UI.Row([
                site.isMain ? "\(site.name) \(UI.badge(t("Điểm chính")))" : .text(site.name),
                .text(site.distance.map { t("{} km", UI.decimal($0)) } ?? ""), .text(UI.grouped(group.count)),
                .text(UI.grouped(sum.0)),
                .text(UI.grouped(sum.1)),
            ])
        }
        let columns = [
            UI.Column(t("Điểm trường")), UI.Column(t("Cách điểm chính"), isNumeric: true, isHiddenOnPhone: true),
            UI.Column(t("Lớp"), isNumeric: true), UI.Column(learners, isNumeric: true),
            UI.Column(t("Nữ"), isNumeric: true),
        ]
        return UI.table(columns, rows, caption: t("Các điểm trường"), showsCaption: true)
    }
}
