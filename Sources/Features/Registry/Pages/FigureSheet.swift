import Base
import Files
import Storage
import Web
import Work

/// Every count of a unit's page as a workbook: the units or classes below, and each dimension.
enum FigureSheet {
    static func excel(_ visit: Visit) async throws -> Reply {
        let query = FigureQuery(visit)
        let sight = try await visit.db.read { tx in try OrgFigures.read(tx, visit, query) }
        guard let set = sight.figures else { throw Fault.forbidden }
        try await visit.db.noteRead(as: visit.visitor, "registry.figures.export", on: .org(sight.head.org.id))
        return try SheetFile(visit).reply(
            name: "so-lieu-\(sight.head.org.code)-\(query.day.iso).xlsx", isDemo: visit.isDemo
        ) { book in
            try summary(book, sight, set, query, visit)
            try below(book, sight, set)
            try dimensions(book, set, sight.before)
        }
    }

    private static func summary(
        _ book: Spreadsheet, _ sight: OrgFigures.Sight, _ set: FigureSet, _ query: FigureQuery, _ visit: Visit
    ) throws {
        let sheet = try book.sheet(
            t("Tổng hợp"),
            titles: [sight.head.name, query.on.map { t("Tại ngày {}", $0.shown) } ?? t("Năm học {}", query.year)],
            columns: [.init(t("Chỉ tiêu"), width: 48), .init(t("Số"), width: 16)])
        for chip in query.chips(visit) { try sheet.write([.text(t("Lọc: {}", chip.label)), .text(chip.value)]) }
        try sheet.write([.text(t("Cơ sở giáo dục")), .whole(set.institutions.institutions)])
        for level in Level.allCases {
            guard let count = set.institutions.byLevel[level] else { continue }
            try sheet.write([.text(t("Cơ sở giáo dục có cấp {}", level.label)), .whole(count)])
        }
        try sheet.write([.text(t("Lớp")), .whole(set.sum(.classes))])
        try sheet.write([.text(t("Học sinh")), .whole(set.all.total)])
        try sheet.write([.text(t("Nữ")), .whole(set.all.female)])
        try sheet.write([.text(t("Nhân sự")), .whole(set.sum(.staff))])
        for dimension in [Dimension.complete, .staffComplete] where set.has(dimension) {
            try sheet.write([.text(dimension.label), .whole(set.sum(dimension) { $0 == "full" })])
        }
    }

    private static func below(_ book: Spreadsheet, _ sight: OrgFigures.Sight, _ set: FigureSet) throws {
        if sight.head.org.isInstitution {
            let sheet = try book.sheet(
                t("Lớp"),
                columns: [
                    .init(t("Lớp"), width: 20), .init(t("Khối"), width: 24), .init(t("Điểm trường"), width: 30),
                    .init(t("Học sinh")), .init(t("Nữ")),
                ])
            for line in sight.classes {
                let figure = set.classes[line.id]
                try sheet.write([
                    .text(line.name), .text(line.grades.map { Words.grade($0, line.level) }.joined(separator: ", ")),
                    .text(line.siteName ?? ""),
                    .whole(figure?.total ?? 0), .whole(figure?.female ?? 0),
                ])
            }
        } else {
            let sheet = try book.sheet(
                t("Đơn vị"),
                columns: [
                    .init(t("Mã"), width: 14), .init(t("Đơn vị"), width: 48), .init(t("Cơ sở")), .init(t("Lớp")),
                    .init(t("Học sinh")), .init(t("Nữ")),
                    .init(t("Nhân sự")), .init(t("Học sinh năm trước")),
                ])
            for unit in set.units {
                try sheet.write([
                    .text(unit.line.code), .text(unit.line.name), .whole(unit.institutions), .whole(unit.classes),
                    .whole(unit.students),
                    .whole(unit.female), .whole(unit.staff), unit.before.map { .whole($0) } ?? .blank,
                ])
            }
        }
    }

    private static func dimensions(_ book: Spreadsheet, _ set: FigureSet, _ before: FigureSet?) throws {
        let sheet = try book.sheet(
            t("Cơ cấu"),
            columns: [
                .init(t("Theo"), width: 26), .init(t("Giá trị"), width: 44), .init(t("Học sinh")), .init(t("Nữ")),
                .init(t("Học sinh năm trước")),
            ])
        for dimension in [Dimension.level, .grade, .age, .ethnicity, .policy, .area, .border, .site] {
            let was = Dictionary(
                (before?.by(dimension) ?? []).map { ($0.value, $0.total) }, uniquingKeysWith: { first, _ in first })
            for figure in set.by(dimension) {
                try sheet.write([
                    .text(dimension.label), .text(dimension.words(figure.value, set.filter.level)),
                    .whole(figure.total), .whole(figure.female),
                    was[figure.value].map { .whole($0) } ?? .blank,
                ])
            }
        }
    }
}
