import Base
import Web

/// What the address of a list of learners asks for: filter, columns, place in the list.
struct StudentQuery: Sendable {
    var filter = StudentFilter()
    var columns: [StudentColumn]
    var key: PageKey?

    init(_ visit: Visit) {
        filter.q = String(visit.query("q").prefix(200))
        filter.org = visit.queryID("org")
        filter.classGroup = visit.queryID("class")
        filter.site = visit.queryID("site")
        filter.isSatellite = ["main": false, "satellite": true][visit.query("site")]
        filter.area = String(visit.query("area").prefix(10))
        filter.isBorder = ["0": false, "1": true][visit.query("border")]
        filter.grade = visit.query("grade")
        filter.level = Level(rawValue: visit.query("level"))
        filter.sex = visit.query("sex")
        filter.ethnicity = visit.query("ethnicity")
        filter.policy = visit.visitor.may(.viewSensitive) ? visit.query("policy") : ""
        filter.status = visit.query("status")
        filter.isUnassigned = visit.query("unassigned") == "1"
        filter.age = Int(visit.query("age")).flatMap { (0...120).contains($0) ? $0 : nil }
        filter.on = Day(typed: visit.query("on"))
        if filter.on == nil, !visit.isCurrentYear { filter.year = visit.year }
        filter.sort = StudentFilter.Sort(rawValue: visit.query("sort")) ?? .name
        filter.isDescending = ListSorting.isDescending(visit)
        let chosen = visit.queries("col").compactMap(StudentColumn.init(rawValue:))
        columns =
            chosen.isEmpty
            ? StudentColumn.usual(isWide: visit.visitor.scope.isWide) : StudentColumn.allCases.filter(chosen.contains)
        key = PageKey(visit.query("from"))
    }

    /// Whether anything narrows the list beyond its unit.
    var isNarrowed: Bool {
        !filter.q.isEmpty || filter.classGroup != nil || filter.site != nil || !filter.grade.isEmpty
            || filter.level != nil
            || !filter.sex.isEmpty || !filter.ethnicity.isEmpty || !filter.policy.isEmpty || !filter.status.isEmpty
            || filter.isUnassigned || filter.age != nil || filter.isSatellite != nil || !filter.area.isEmpty
            || filter.isBorder != nil
    }
}

/// The columns a list of learners can show after the name.
enum StudentColumn: String, Sendable, CaseIterable {
    case code, birth, sex, ethnicity, `class`, grade, school, status

    static func usual(isWide: Bool) -> [StudentColumn] {
        isWide ? [.birth, .sex, .ethnicity, .class, .school] : [.code, .birth, .sex, .ethnicity, .class, .status]
    }

    var label: String {
        switch self {
        case .code: t("Mã học sinh")
        case .birth: t("Ngày sinh")
        case .sex: t("Giới tính")
        case .ethnicity: t("Dân tộc")
        case .class: t("Lớp")
        case .grade: t("Khối")
        case .school: t("Trường")
        case .status: t("Trạng thái")
        }
    }

    var sort: StudentFilter.Sort? {
        switch self {
        case .code: .code
        case .birth: .birth
        case .class: .class
        default: nil
        }
    }

    /// The value as text: files and prints.
    func text(_ line: StudentLine) -> String {
        switch self {
        case .code: line.code
        case .birth: line.birthDate?.shown ?? ""
        case .sex: Words.sex(line.sex)
        case .ethnicity: Words.ethnicity(line.ethnicity)
        case .class: line.className ?? ""
        case .grade: Words.grade(line.grade, line.level)
        case .school: line.orgName ?? ""
        case .status: Words.studentStatus(line.status)
        }
    }

    func cell(_ line: StudentLine) -> HTML {
        if self == .status, line.status == StudentStatus.studying { return .text(text(line)) }
        if self == .status { return Words.badge(studentStatus: line.status) }
        return .text(text(line))
    }
}
