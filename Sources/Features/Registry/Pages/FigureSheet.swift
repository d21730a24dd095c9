import Base
import Files
import Storage
import Web
import Work

/// Every count of a unit as a workbook: the sums, the units or classes below, each dimension; of a page or of a freeze.
enum FigureSheet {
    /// What stands above the figures: whose they are, of when, narrowed to what.
    struct Head: Sendable {
        let titles: [String]
        var filter = FigureFilter()
        /// The same figures a year before, where they are known.
        var before: FigureSet?
    }

    static func excel(_ visit: Visit) async throws -> Reply {
        let query = FigureQuery(visit)
        let sight = try await visit.db.read { tx in try OrgFigures.read(tx, visit, query) }
        guard let set = sight.figures else { throw Fault.forbidden }
        let org = sight.head.org
        let figures = FrozenFigures(
            set, of: org.id, named: sight.head.name, on: query.day, classes: sight.classes)
        let when = query.on.map { t("Tại ngày {}", $0.shown) } ?? t("Năm học {}", query.year)
        let head = Head(titles: [sight.head.name, when], filter: query.filter, before: sight.before)
        try await visit.db.noteRead(as: visit.visitor, "registry.figures.export", on: .org(org.id))
        return try reply("so-lieu-\(org.code)-\(query.day.iso).xlsx", figures, head, visit)
    }

    static func reply(_ name: String, _ figures: FrozenFigures, _ head: Head, _ visit: Visit) throws -> Reply {
        try SheetFile(visit).reply(name: name, isDemo: visit.isDemo) { book in
            try sums(book, figures, head)
            if let classes = figures.classes { try write(classes, book) } else { try write(figures.units, book) }
            try dimensions(book, figures, head)
        }
    }

    // MARK: the sums

    /// One indicator: its number, and of how many where it is a share.
    struct Line: Sendable {
        let label: String, count: Int
        var whole: Int?

        var share: String { whole.map { UI.percent(count, of: $0) } ?? "" }
    }

    static func lines(_ figures: FrozenFigures, _ filter: FigureFilter) -> [Line] {
        let all = figures.by(.all).first, learners = all?.total ?? 0
        var lines: [Line] = []
        if figures.institutions.institutions > 1 {
            if filter.level == nil {
                lines.append(Line(label: t("Cơ sở giáo dục"), count: figures.institutions.institutions))
            }
            lines += (filter.level.map { [$0] } ?? Level.allCases).compactMap { level in
                figures.institutions.byLevel[level].map {
                    Line(label: t("Cơ sở giáo dục có cấp {}", level.label), count: $0)
                }
            }
        }
        if figures.figures[Dimension.classes.rawValue] != nil {
            lines.append(Line(label: t("Lớp"), count: figures.sum(.classes)))
        }
        lines.append(Line(label: t("Học sinh"), count: learners))
        lines.append(Line(label: t("Nữ"), count: all?.female ?? 0, whole: learners))
        if figures.figures[Dimension.staff.rawValue] != nil {
            lines.append(Line(label: t("Nhân sự"), count: figures.sum(.staff)))
        }
        for dimension in [Dimension.complete, .staffComplete] where figures.sum(dimension) > 0 {
            lines.append(
                Line(label: dimension.label, count: figures.sum(dimension, "full"), whole: figures.sum(dimension)))
        }
        return lines + use(figures.use, isOffice: figures.institutions.institutions > 1 || !figures.units.isEmpty)
    }

    private static func use(_ use: UseTally?, isOffice: Bool) -> [Line] {
        guard let use else { return [] }
        let running = Line(label: t("Cơ sở vận hành trên hệ thống"), count: use.running, whole: use.institutions)
        return (isOffice ? [running] : [])
            + [Line(label: t("Giáo viên có tài khoản đang dùng"), count: use.active, whole: use.teachers)]
    }

    private static func sums(_ book: Spreadsheet, _ figures: FrozenFigures, _ head: Head) throws {
        let sheet = try book.sheet(
            t("Tổng hợp"), titles: head.titles,
            columns: [.init(t("Chỉ tiêu"), width: 48), .init(t("Số"), width: 16), .init(t("Tỉ lệ"), width: 12)])
        for (label, value) in head.filter.words { try sheet.write([.text(t("Lọc: {}", label)), .text(value), .blank]) }
        for line in lines(figures, head.filter) {
            try sheet.write([.text(line.label), .whole(line.count), line.whole == nil ? .blank : .text(line.share)])
        }
        if figures.use != nil { try sheet.write([.text(OrgUse.definition), .blank, .blank]) }
    }

    // MARK: what stands below

    private static func write(_ classes: [FrozenClass], _ book: Spreadsheet) throws {
        let sheet = try book.sheet(
            t("Lớp"),
            columns: [
                .init(t("Lớp"), width: 20), .init(t("Khối"), width: 24), .init(t("Điểm trường"), width: 30),
                .init(t("Học sinh")), .init(t("Nữ")),
            ])
        for one in classes {
            let grades = one.grades.map { Words.grade($0, one.level) }.joined(separator: ", ")
            try sheet.write([
                .text(one.name), .text(grades), .text(one.siteName ?? ""), .whole(one.figure.total),
                .whole(one.figure.female),
            ])
        }
    }

    private static func write(_ units: [UnitFigures], _ book: Spreadsheet) throws {
        guard !units.isEmpty else { return }
        let sheet = try book.sheet(
            t("Đơn vị"),
            columns: [
                .init(t("Mã"), width: 14), .init(t("Đơn vị"), width: 48), .init(t("Cơ sở")), .init(t("Lớp")),
                .init(t("Học sinh")), .init(t("Nữ")), .init(t("Nhân sự")), .init(t("Học sinh năm trước")),
                .init(t("Cơ sở vận hành trên hệ thống")), .init(t("Giáo viên")),
                .init(t("Giáo viên có tài khoản đang dùng")),
            ])
        func whole(_ number: Int?) -> Spreadsheet.Cell { number.map { .whole($0) } ?? .blank }
        for unit in units {
            try sheet.write([
                .text(unit.code ?? ""), .text(unit.name), .whole(unit.institutions), .whole(unit.classes),
                .whole(unit.students), .whole(unit.female), .whole(unit.staff), whole(unit.before),
                whole(unit.use?.running), whole(unit.use?.teachers), whole(unit.use?.active),
            ])
        }
    }

    private static func dimensions(_ book: Spreadsheet, _ figures: FrozenFigures, _ head: Head) throws {
        let sheet = try book.sheet(
            t("Cơ cấu"),
            columns: [
                .init(t("Theo"), width: 26), .init(t("Giá trị"), width: 44), .init(t("Tổng số")), .init(t("Nữ")),
                .init(t("Năm trước")),
            ])
        for dimension in Dimension.frozen where dimension != .all {
            let was = Dictionary(
                (head.before?.by(dimension) ?? []).map { ($0.value, $0.total) }, uniquingKeysWith: { first, _ in first }
            )
            for figure in dimension.ordered(figures.by(dimension)) {
                try sheet.write([
                    .text(dimension.label), .text(dimension.words(figure.value, head.filter.level)),
                    .whole(figure.total), dimension == .classes ? .blank : .whole(figure.female),
                    was[figure.value].map { .whole($0) } ?? .blank,
                ])
            }
        }
    }
}

extension FigureFilter {
    /// The conditions as people read them.
    var words: [(label: String, value: String)] {
        var out: [(label: String, value: String)] = level.map { [(t("Cấp học"), $0.label)] } ?? []
        if !sex.isEmpty { out.append((t("Giới tính"), Words.sex(sex))) }
        return out
            + FigureFilter.dimensions.compactMap { dimension in
                values[dimension].map { (dimension.label, dimension.words($0, level)) }
            }
    }
}
