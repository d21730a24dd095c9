import Base

/// What learners are counted by.
public enum Dimension: String, Sendable, CaseIterable, Codable {
    case all, sex, age, ethnicity, policy, level, grade, area, border, site, status
    /// Counts of classes (`single`, `combined`) and of staff by group, kept beside the learners.
    case classes, staff
    /// Whether a digital file bears both identifiers (K-06): `full`, or which of `moet`, `personal`, `both` is missing.
    case complete
    case staffComplete = "staff-complete"

    /// The dimensions of learners that are kept; `level` is read off `all`.
    static let kept: [Dimension] = [
        .all, .sex, .age, .ethnicity, .policy, .grade, .area, .border, .site, .status, .complete,
    ]

    /// The dimensions that a freeze and a workbook hold.
    static let frozen: [Dimension] = [
        .all, .level, .grade, .age, .sex, .ethnicity, .policy, .area, .border, .site, .complete, .classes, .staff,
        .staffComplete,
    ]

    /// What the dimension is called on a screen.
    public var label: String {
        switch self {
        case .all: t("Tổng số")
        case .sex: t("Giới tính")
        case .age: t("Độ tuổi")
        case .ethnicity: t("Dân tộc")
        case .policy: t("Đối tượng chính sách")
        case .level: t("Cấp học")
        case .grade: t("Khối")
        case .area: t("Khu vực")
        case .border: t("Xã biên giới")
        case .site: t("Điểm trường")
        case .status: t("Trạng thái")
        case .classes: t("Lớp")
        case .staff: t("Cán bộ, giáo viên, nhân viên")
        case .complete: t("Hồ sơ số đủ mã định danh")
        case .staffComplete: t("Hồ sơ số nhân sự đủ mã định danh")
        }
    }

    /// The catalogue whose codes its values are, where there is one.
    public var catalogue: String? {
        switch self {
        case .sex: "sexes"
        case .ethnicity: "ethnic-groups"
        case .policy: "policy-statuses"
        case .level: "levels"
        case .grade: "grades"
        case .area: "commune-zones"
        case .status: "enrolment-statuses"
        case .staff: "position-groups"
        case .all, .age, .border, .site, .classes, .complete, .staffComplete: nil
        }
    }
}

/// How many, and how many of them girls or women.
public struct Figure: Sendable, Hashable, Codable {
    public let value: String
    public let total: Int
    public let female: Int

    public init(value: String, total: Int, female: Int) {
        (self.value, self.total, self.female) = (value, total, female)
    }
}

/// A unit of a drill-down with its figures.
public struct UnitFigures: Sendable, Hashable, Codable {
    public let id: ID<Org>
    public let name: String
    public let kind: String
    public let isInstitution: Bool
    public let levels: [Level]
    public let students: Int
    public let female: Int
    public let classes: Int
    public let institutions: Int
    public let staff: Int
    public internal(set) var code: String?
    /// The learners of the year before, where they are known.
    public internal(set) var before: Int?
    public internal(set) var use: UseTally?
}

/// A class of a frozen school.
public struct FrozenClass: Sendable, Hashable, Codable {
    public let name: String, level: Level, grades: [String], siteName: String?, isCombined: Bool, figure: Figure
}

/// Institutions counted once each, and once per level of education.
public struct InstitutionCounts: Sendable, Hashable, Codable {
    public let institutions: Int
    public let byLevel: [Level: Int]
}

/// All figures of a unit under a filter, as a workbook or a freeze keeps them. What later versions added may be missing.
public struct FrozenFigures: Sendable, Codable {
    public let day: Day
    public let org: ID<Org>
    public let orgName: String
    public let units: [UnitFigures]
    public let institutions: InstitutionCounts
    /// By the dimension's name.
    public let figures: [String: [Figure]]
    public internal(set) var classes: [FrozenClass]?
    public internal(set) var use: UseTally?

    /// The figures of one dimension, the most first; ages in their own order.
    func by(_ dimension: Dimension) -> [Figure] {
        let found = figures[dimension.rawValue] ?? []
        return dimension == .age ? found.sorted { (Int($0.value) ?? 999) < (Int($1.value) ?? 999) } : found
    }

    func sum(_ dimension: Dimension, _ value: String? = nil) -> Int {
        by(dimension).filter { value == nil || $0.value == value }.reduce(0) { $0 + $1.total }
    }
}

extension FrozenFigures {
    /// What a page of figures shows, taken as it stands.
    init(_ set: FigureSet, of org: ID<Org>, named name: String, on day: Day, classes lines: [ClassLine]) {
        var figures: [String: [Figure]] = [:]
        for dimension in Dimension.frozen {
            let found = set.by(dimension).filter { $0.total > 0 }
            if !found.isEmpty { figures[dimension.rawValue] = found }
        }
        self.init(
            day: day, org: org, orgName: name, units: set.units.map(UnitFigures.init), institutions: set.institutions,
            figures: figures)
        use = set.use
        classes =
            lines.isEmpty
            ? nil
            : lines.compactMap { line in
                let figure = set.classes[line.id]
                guard figure != nil || set.filter.isEmpty else { return nil }
                return FrozenClass(
                    name: line.name, level: line.level, grades: line.grades, siteName: line.siteName,
                    isCombined: line.isCombined, figure: figure ?? Figure(value: "", total: 0, female: 0))
            }
    }
}

extension UnitFigures {
    init(_ tally: UnitTally) {
        let line = tally.line
        self.init(
            id: line.id, name: line.name, kind: line.kind, isInstitution: line.isInstitution, levels: line.levels,
            students: tally.students, female: tally.female, classes: tally.classes, institutions: tally.institutions,
            staff: tally.staff)
        (code, before, use) = (line.code, tally.before, tally.use)
    }
}

/// A freeze in the list of freezes.
public struct FreezeLine: Sendable, Hashable {
    public let id: ID<Freeze>
    public let title: String
    public let day: Day
    /// What it was narrowed to, a name and a value a line; empty is everything.
    public let filter: String
    public let org: ID<Org>?
    public let orgName: String?
    public let at: Int64
}
