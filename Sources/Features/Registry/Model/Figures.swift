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
}

/// Institutions counted once each, and once per level of education.
public struct InstitutionCounts: Sendable, Hashable, Codable {
    public let institutions: Int
    public let byLevel: [Level: Int]
}

/// Figures kept as they stood on a day.
public struct FrozenFigures: Sendable, Codable {
    public let day: Day
    public let org: ID<Org>
    public let orgName: String
    public let units: [UnitFigures]
    public let institutions: InstitutionCounts
    /// By the dimension's name.
    public let figures: [String: [Figure]]
}

/// A freeze in the list of freezes.
public struct FreezeLine: Sendable, Hashable {
    public let id: ID<Freeze>
    public let title: String
    public let day: Day
    public let org: ID<Org>?
    public let orgName: String?
    public let at: Int64
}
