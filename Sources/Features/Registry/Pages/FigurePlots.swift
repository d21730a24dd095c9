import Base
import Web

/// The figures on top: institutions counted once and once a level, classes, learners, staff, complete files (K-06).
enum FigureTiles {
    static func drawn(_ sight: OrgFigures.Sight, _ set: FigureSet, _ query: FigureQuery, _ visit: Visit) -> [HTML] {
        let all = set.all, before = sight.before?.all.total ?? 0, org = sight.head.org
        let levels = OrgFigures.levels(sight, query), classes = set.sum(.classes)
        let combined = set.sum(.classes) { $0 == "combined" }, seesLists = visit.visitor.may(.viewStudents)
        var tiles: [HTML] = org.isInstitution ? [] : [institutions(set, query, org.id)]
        tiles.append(
            UI.stat(
                Words.classes(of: levels), UI.grouped(classes),
                href: seesLists && query.on == nil ? query.list("/classes", org.id) : nil,
                fresh: combined > 0 ? t("{} lớp ghép", UI.grouped(combined)) : ""))
        tiles.append(
            UI.stat(
                Words.learners(of: levels), UI.grouped(all.total), href: seesLists ? query.studentList(org.id) : nil,
                fresh: change(all.total, before)))
        if query.filter.sex.isEmpty {
            tiles.append(
                UI.stat(
                    t("Nữ"), UI.grouped(all.female), unit: UI.percent(all.female, of: all.total),
                    href: seesLists ? query.studentList(org.id, sex: "female") : nil))
        }
        tiles.append(staff(set, query, org.id, visit))
        return tiles + complete(set, query, org, levels, visit) + OrgUse.tiles(set.use, org)
    }

    private static func institutions(_ set: FigureSet, _ query: FigureQuery, _ org: ID<Org>) -> HTML {
        let counts = set.institutions
        let shown = query.filter.level.map { counts.byLevel[$0] ?? 0 } ?? counts.institutions
        let levels = Level.allCases.compactMap { level in
            counts.byLevel[level].map { "\(level.label) \(UI.grouped($0))" }
        }
        return UI.stat(
            t("Cơ sở giáo dục"), UI.grouped(shown),
            href: query.on == nil ? query.list("/orgs", org) + "&institutions=1" : nil,
            fresh: query.filter.level == nil && levels.count > 1
                ? t("Theo cấp: {}", levels.joined(separator: ", ")) : "")
    }

    static func change(_ now: Int, _ before: Int) -> String {
        guard before > 0 else { return "" }
        let difference = now - before, share = UI.percent(abs(difference), of: before)
        if difference == 0 { return t("bằng năm trước") }
        return difference > 0 ? t("tăng {} so với năm trước", share) : t("giảm {} so với năm trước", share)
    }

    private static func staff(_ set: FigureSet, _ query: FigureQuery, _ org: ID<Org>, _ visit: Visit) -> HTML {
        let groups = StaffGroup.allCases.compactMap { group -> String? in
            let count = set.sum(.staff) { $0 == group.rawValue }
            return count > 0 ? "\(group.label) \(UI.grouped(count))" : nil
        }
        let isToday = query.day == visit.today && visit.visitor.may(.viewStaff)
        return UI.stat(
            t("Nhân sự"), UI.grouped(set.sum(.staff)), href: isToday ? "/staff?org=\(org.code)" : nil,
            fresh: groups.joined(separator: ", "))
    }

    /// K-06: learners and teachers whose digital file bears the ministry's code and the 12-digit number.
    private static func complete(
        _ set: FigureSet, _ query: FigureQuery, _ org: OrgRecord, _ levels: [Level], _ visit: Visit
    ) -> [HTML] {
        let isToday = query.day == visit.today, mayList = visit.visitor.may(.viewStaff)
        let tiles = [
            (
                Dimension.complete, t("{} có hồ sơ số đủ mã", Words.learners(of: levels)),
                isToday ? "/orgs/\(org.id.code)/gaps" : nil
            ),
            (
                Dimension.staffComplete, t("Giáo viên có hồ sơ số đủ mã"),
                isToday && mayList ? "/staff?org=\(org.id.code)&missing=1" : nil
            ),
        ]
        return tiles.compactMap { dimension, label, href in
            let whole = set.sum(dimension), full = set.sum(dimension) { $0 == "full" }
            guard whole > 0 else { return nil }
            return UI.stat(
                label, UI.percent(full, of: whole), href: href,
                target: (t("Mục tiêu 100%"), full == whole ? .good : .warn),
                fresh: full == whole ? "" : t("còn {} hồ sơ", UI.grouped(whole - full)))
        }
    }
}

/// The plots of a unit: each states its finding, each bar leads to the same page narrowed to it.
struct FigurePlots {
    let figures: FigureSet, before: FigureSet?, query: FigureQuery, visit: Visit
    private let total: Int

    init(figures: FigureSet, before: FigureSet?, query: FigureQuery, visit: Visit) {
        (self.figures, self.before, self.query, self.visit) = (figures, before, query, visit)
        total = figures.all.total
    }

    var drawn: HTML {
        guard total > 0 else {
            return UI.empty(
                t("Chưa có học sinh trong phạm vi này"), t("Bỏ bớt điều kiện lọc, hoặc chọn năm học khác."),
                icon: "student")
        }
        let parts = [pyramid, sexes, bars(.level), bars(.grade), bars(.ethnicity), bars(.policy), areas, bars(.site)]
            .compactMap { $0 }
        return "<h2 id=\"plots\">\(t("Cơ cấu học sinh"))</h2>\(UI.columns(parts))"
    }

    private func isOpen(_ dimension: Dimension) -> Bool {
        query.filter.values[dimension] == nil && figures.has(dimension)
    }

    private var pyramid: HTML? {
        guard isOpen(.age) else { return nil }
        let ages = figures.by(.age).compactMap { figure in Int(figure.value).map { ($0, figure) } }.filter {
            (0...99).contains($0.0)
        }
        .sorted { $0.0 < $1.0 }
        guard let most = ages.max(by: { $0.1.total < $1.1.total }), ages.count > 1 else { return nil }
        let grown = ages.filter { $0.0 > 20 }.reduce((male: 0, female: 0)) {
            ($0.male + $1.1.total - $1.1.female, $0.female + $1.1.female)
        }
        var rows = ages.filter { $0.0 <= 20 }.map {
            (age: String($0.0), male: $0.1.total - $0.1.female, female: $0.1.female)
        }
        if grown.male + grown.female > 0 { rows.append((age: "> 20", male: grown.male, female: grown.female)) }
        return UI.pyramid(
            t("Đông nhất ở tuổi {}: {}", most.0, UI.grouped(most.1.total)), ages: rows,
            note: t("Học sinh theo tuổi tính theo năm và giới tính"))
    }

    private var sexes: HTML? {
        guard query.filter.sex.isEmpty, total > 0 else { return nil }
        let all = figures.all, was = before?.all
        let girls = UI.Bar(
            Words.sex("female"), Double(all.female), href: visit.link(("sex", "female")),
            previous: was.map { Double($0.female) })
        let boys = UI.Bar(
            Words.sex("male"), Double(all.total - all.female), href: visit.link(("sex", "male")),
            previous: was.map { Double($0.total - $0.female) })
        return UI.bars(
            t("Nữ chiếm {}", UI.percent(all.female, of: all.total)), [girls, boys],
            note: note(t("Học sinh theo giới tính")),
            headings: (t("Giới tính"), t("Học sinh")))
    }

    /// Khu vực I to III and the border, side by side: what allowances go by.
    private var areas: HTML? {
        guard isOpen(.area), isOpen(.border) else { return nil }
        let hard = figure(.area, "III"), border = figure(.border, "1")
        let rows =
            figures.by(.area).filter { !$0.value.isEmpty }.map { bar(.area, $0) }.sorted { $0.label < $1.label }
            + [bar(.border, border)]
        guard hard.total + border.total > 0 else { return nil }
        return UI.bars(
            t("{} học ở xã khu vực III, {} ở xã biên giới", share(hard), share(border)), rows,
            note: note(t("Học sinh theo địa bàn của trường")), isSorted: false, headings: (t("Địa bàn"), t("Học sinh")))
    }

    private func figure(_ dimension: Dimension, _ value: String) -> Figure {
        figures.by(dimension).first { $0.value == value } ?? Figure(value: value, total: 0, female: 0)
    }

    private func share(_ figure: Figure) -> String { UI.percent(figure.total, of: total) }

    private func bar(_ dimension: Dimension, _ figure: Figure) -> UI.Bar {
        let was = before.map { old in Double(old.by(dimension).first { $0.value == figure.value }?.total ?? 0) }
        return UI.Bar(
            dimension.words(figure.value, query.filter.level), Double(figure.total),
            href: figure.value.isEmpty ? nil : visit.link((dimension.rawValue, figure.value)),
            previous: hasBefore ? was : nil)
    }

    private var hasBefore: Bool { (before?.all.total ?? 0) > 0 }
    private func note(_ text: String) -> String { hasBefore ? t("{}; xám là năm trước", text) : text }

    private func bars(_ dimension: Dimension) -> HTML? {
        guard dimension == .level ? query.filter.level == nil : isOpen(dimension) else { return nil }
        let found = figures.by(dimension).filter { $0.total > 0 }
        guard let most = found.first, found.count > 1 || dimension == .policy else { return nil }
        let most12 = dimension == .grade ? found[...] : found.prefix(12),
            rest = found.dropFirst(most12.count).reduce(0) { $0 + $1.total }
        var rows = dimension == .grade ? ordered(most12) : most12.map { bar(dimension, $0) }
        if rest > 0 { rows.append(UI.Bar(t("Còn lại ({})", found.count - 12), Double(rest))) }
        return UI.bars(
            finding(dimension, most, found), rows, note: note(t("Học sinh theo {}", dimension.label.lowercasedFirst)),
            isSorted: dimension != .grade && rest == 0, headings: (dimension.label, t("Học sinh")))
    }

    /// Grades stand in their own order, not by size.
    private func ordered(_ figures: ArraySlice<Figure>) -> [UI.Bar] {
        Dimension.grade.ordered(Array(figures)).map { bar(.grade, $0) }
    }

    private func finding(_ dimension: Dimension, _ most: Figure, _ found: [Figure]) -> String {
        let word = dimension.words(most.value, query.filter.level)
        switch dimension {
        case .ethnicity where found.count > 1:
            let two = Figure(value: "", total: most.total + found[1].total, female: 0)
            return t("{} và {} chiếm {}", word, dimension.words(found[1].value), share(two))
        case .policy: return t("{}: {}", word, share(most))
        case .site: return t("{} học ở điểm trường lẻ", share(figure(.site, "satellite")))
        case .grade where (found.last?.total ?? 0) == most.total: return t("Mỗi khối {}", UI.grouped(most.total))
        case .grade: return t("Mỗi khối từ {} đến {}", UI.grouped(found.last?.total ?? 0), UI.grouped(most.total))
        default: return t("{} chiếm {}", word, share(most))
        }
    }
}
