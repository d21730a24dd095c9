import Base
import Web

/// What the address of a unit's figures asks for: filter, day, order.
struct FigureQuery: Sendable {
    var filter = FigureFilter()
    /// The day asked about; nothing for the school year.
    var on: Day?
    let year: SchoolYear
    /// The day whose tree is shown.
    let day: Day
    /// Whether records are to be counted one by one.
    let wantsDetail: Bool
    let sort: String

    init(_ visit: Visit) {
        filter = FigureFilter(visit.queries)
        on = Day(typed: visit.query("on"), year: visit.today.parts.year)
        isDayWrong = on == nil && !visit.query("on").isEmpty
        year = on.map { SchoolYear(of: $0) } ?? visit.year
        day = on ?? min(year.lastDay, visit.today)
        wantsDetail = visit.query("detail") == "1"
        sort = visit.query("sort")
    }

    /// Whether a day was asked about that no calendar has.
    let isDayWrong: Bool

    /// Whether the kept totals answer.
    var isKept: Bool { on == nil && filter.isKept && !wantsDetail }
    var basis: CountBasis { on.map { .day($0) } ?? .year(year) }

    /// The filters in force, each removable.
    func chips(_ visit: Visit) -> [UI.Chip] {
        var chips: [UI.Chip] = []
        if let on { chips.append(UI.Chip(t("Tại ngày"), on.shown, removeHref: visit.link(("on", nil)))) }
        if let level = filter.level {
            chips.append(
                UI.Chip(t("Cấp học"), level.label, removeHref: visit.link(("level", nil))))
        }
        if !filter.sex.isEmpty {
            chips.append(UI.Chip(t("Giới tính"), Words.sex(filter.sex), removeHref: visit.link(("sex", nil))))
        }
        for dimension in FigureFilter.dimensions {
            guard let value = filter.values[dimension] else { continue }
            chips.append(
                UI.Chip(
                    dimension.label, dimension.words(value, filter.level),
                    removeHref: visit.link((dimension.rawValue, nil), ("detail", nil))))
        }
        return chips
    }

    /// The list of the very learners counted, or of those of one sex among them.
    func studentList(_ org: ID<Org>, sex: String? = nil) -> String {
        var filter = filter
        if let sex { filter.sex = sex }
        return "/students?"
            + FigureQuery.text([(name: "org", value: org.code)] + filter.pairs + [time])
    }

    /// A list that knows the unit, the level and the year alone: classes, units.
    func list(_ path: String, _ org: ID<Org>) -> String {
        let level = filter.level.map { [(name: "level", value: $0.rawValue)] } ?? []
        return
            "\(path)?\(FigureQuery.text([(name: "org", value: org.code)] + level + [(name: "year", value: year.description)]))"
    }

    private var time: (name: String, value: String) {
        on.map { (name: "on", value: $0.iso) } ?? (name: "year", value: year.description)
    }

    static func text(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\($0.name)=\(Percent.encode($0.value))" }.joined(separator: "&")
    }

    /// The fields that narrow the figures, folded away until wanted.
    func form(_ visit: Visit, action: String) -> HTML {
        let choices = UI.each([Dimension.ethnicity, .policy, .area, .border, .site]) { dimension in
            UI.select(
                dimension.rawValue, dimension.label, dimension.choices(on: day), value: filter.values[dimension] ?? "",
                any: t("Tất cả"))
        }
        let fields: HTML = """
            \(UI.select("level", t("Cấp học"), Level.allCases.map { ($0.rawValue, $0.label) }, value: filter.level?.rawValue ?? "", any: t("Tất cả")))\
            \(UI.select("sex", t("Giới tính"), Words.options("sexes"), value: filter.sex, any: t("Tất cả")))\(choices)\
            \(UI.date("on", t("Tại ngày"), value: on?.shown ?? "", hint: t("Để trống: cả năm học {}", year)))
            """
        let kept = visit.queries.filter { ["year", "grade", "age", "sort"].contains($0.name) }.map {
            (name: $0.name, value: $0.value)
        }
        return UI.fold(
            t("Lọc số liệu"),
            """
            <form class="form" method="get" action="\(action)">\(UI.hidden(kept))\(UI.grid(fields))\
            <div class="form-foot">\(UI.button(t("Xem số liệu"), style: "primary"))</div></form>
            """)
    }
}

extension Dimension {
    /// A value as people read it.
    func words(_ value: String, _ level: Level? = nil) -> String {
        switch self {
        case .age: value.isEmpty ? t("Không rõ") : t("{} tuổi", value)
        case .border: value == "1" ? t("Xã biên giới") : t("Không giáp biên giới")
        case .site: value == "satellite" ? t("Điểm trường lẻ") : t("Điểm chính")
        case .classes: value == "combined" ? t("Lớp ghép") : t("Lớp đơn")
        case .complete, .staffComplete: Dimension.completeness(value)
        case .area where value == "III": t("Khu vực III (đặc biệt khó khăn)")
        case .area where value.isEmpty: t("Chưa phân định")
        case .level: Level(rawValue: value)?.label ?? t("Không rõ")
        default: value.isEmpty ? t("Không rõ") : catalogue.map { Words.label(value, $0, level: level) } ?? value
        }
    }

    /// Figures in the order of the catalogue where it tells a way up: levels and grades.
    func ordered(_ figures: [Figure]) -> [Figure] {
        let codes: [String] =
            switch self {
            case .level: Level.allCases.map(\.rawValue)
            case .grade: Words.catalogues.items(in: "grades").map(\.code)
            default: []
            }
        guard !codes.isEmpty else { return figures }
        let order = Dictionary(codes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return figures.sorted { (order[$0.value] ?? codes.count) < (order[$1.value] ?? codes.count) }
    }

    /// Which identifier a digital file still lacks (K-06).
    private static func completeness(_ value: String) -> String {
        switch value {
        case "full": t("Đủ mã định danh Bộ và số định danh cá nhân")
        case "moet": t("Thiếu mã định danh Bộ")
        case "personal": t("Thiếu số định danh cá nhân")
        default: t("Thiếu cả hai mã")
        }
    }

    /// The values to choose from.
    fileprivate func choices(on day: Day) -> [(value: String, label: String)] {
        switch self {
        case .border: ["1", "0"].map { ($0, words($0)) }
        case .site: ["main", "satellite"].map { ($0, words($0)) }
        case .area: ["I", "II", "III"].map { ($0, words($0)) }
        default: catalogue.map { Words.options($0, on: self == .policy ? day : nil) } ?? []
        }
    }
}
