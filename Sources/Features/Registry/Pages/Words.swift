import Base
import Synchronization
import Web

/// The words that the room's pages say about codes.
enum Words {
    static var catalogues: Catalogues { Catalogues.current }

    /// The words for a code of a list; nothing for no code.
    static func label(_ code: String, _ list: String, level: Level? = nil) -> String {
        code.isEmpty ? "" : catalogues.label(of: code, in: list, level: level)
    }

    static func sex(_ code: String) -> String { label(code, "sexes") }
    static func ethnicity(_ code: String) -> String { label(code, "ethnic-groups") }
    static func grade(_ code: String, _ level: Level?) -> String { label(code, "grades", level: level) }
    static func studentStatus(_ code: String) -> String { label(code, "enrolment-statuses") }
    static func staffStatus(_ code: String) -> String { label(code, "staff-statuses") }
    static func position(_ code: String) -> String { label(code, "position-codes") }
    static func subject(_ code: String, _ level: Level? = nil) -> String { label(code, "subjects", level: level) }

    /// The entries of a list as choices; entries that stand once a level are asked for with the level.
    static func options(_ list: String, on day: Day? = nil, where holds: (CatalogueItem) -> Bool = { _ in true })
        -> [(value: String, label: String)]
    {
        var seen = Set<String>()
        return catalogues.items(in: list).filter { item in
            holds(item) && (day.map(item.isValid) ?? true) && seen.insert(item.code).inserted
        }.map { (value: $0.code, label: translated($0.name)) }
    }

    /// A whole list as choices, drawn once a language and day.
    static func choices(_ list: String, on day: Day? = nil) -> UI.Options {
        let key = "\(Language.current.rawValue) \(list) \(day?.number ?? 0)"
        if let known = drawn.withLock({ $0[key] }) { return known }
        let options = UI.Options(options(list, on: day))
        drawn.withLock { drawn in
            if drawn.count > 200 { drawn.removeAll() }
            drawn[key] = options
        }
        return options
    }

    private static let drawn = Mutex<[String: UI.Options]>([:])

    /// Grades of the levels given, the youngest first.
    static func grades(of levels: [Level]) -> [(value: String, label: String)] {
        options("grades") { item in item.level.map(levels.contains) ?? true }
    }

    /// How so many learners of a level are called: trẻ, học sinh, học viên, sinh viên.
    static func learners(_ count: String, _ level: Level?) -> String {
        switch level {
        case .preschool: t("{} trẻ", count)
        case .continuing: t("{} học viên", count)
        case .college: t("{} sinh viên", count)
        default: t("{} học sinh", count)
        }
    }

    /// What the learners of some levels are called on their own; those of several levels are học sinh.
    static func learners(of levels: [Level]) -> String {
        switch levels {
        case [.preschool]: t("Trẻ")
        case [.continuing]: t("Học viên")
        case [.college]: t("Sinh viên")
        default: t("Học sinh")
        }
    }

    /// What their classes are called: a preschool has nhóm trẻ and lớp mẫu giáo.
    static func classes(of levels: [Level]) -> String { levels == [.preschool] ? t("Nhóm, lớp") : t("Lớp") }

    /// Who leads an institution of some levels: a centre has a director.
    static func leader(of levels: [Level]) -> String { levels == [.continuing] ? t("Giám đốc") : t("Hiệu trưởng") }

    /// A badge for a learner's status: good for those who learn, plain for those who went on, warning for drop-outs.
    static func badge(studentStatus code: String) -> HTML {
        let item = catalogues["enrolment-statuses"]?.item(code)
        let tone: UI.Tone = item?.open == true ? .good : item?.dropout == true ? .warn : .plain
        return UI.badge(studentStatus(code), tone)
    }

    static func badge(staffStatus code: String) -> HTML {
        UI.badge(staffStatus(code), catalogues["staff-statuses"]?.item(code)?.open == true ? .good : .plain)
    }

    /// How a stay ended; nothing while it goes on.
    static func leaving(_ code: String) -> String {
        switch code {
        case Leaving.none: ""
        case Leaving.yearEnd: t("Hết năm học")
        case Leaving.moved: t("Chuyển sang lớp khác")
        case Leaving.merged: t("Trường sáp nhập")
        case Leaving.double: t("Hồ sơ trùng, đã gộp")
        default: studentStatus(code)
        }
    }

    /// A period as people read it: from … to …, or since ….
    static func period(_ period: Period) -> String {
        switch (period.first == .first, period.isOpen) {
        case (true, true): t("không ghi ngày")
        case (true, false): t("đến {}", period.last.shown)
        case (false, true): t("từ {}", period.first.shown)
        case (false, false): "\(period.first.shown) – \(period.last.shown)"
        }
    }
}

extension Visit {
    /// Whether the school year on the screen is the running one: today's register and not a year's stays.
    var isCurrentYear: Bool { year == SchoolYear(of: today) }

    /// Whether the visitor belongs to a family: plain pages, large letters, nothing to administer.
    var isFamily: Bool { visitor.role == .guardian || visitor.role == .student }

    /// Whether the visitor may change things now: those who look with another's eyes may not.
    public func mayChange(_ permission: Permission) -> Bool { visitor.may(permission) && session?.isViewingAs != true }

    /// The values of the query that a form of filters must not lose.
    public func kept(_ names: String...) -> [UI.Pair] {
        queries.filter { names.contains($0.name) && !$0.value.isEmpty }.map { (name: $0.name, value: $0.value) }
    }
}

extension Scope {
    /// Whether the visitor looks over more than one institution.
    public var isWide: Bool {
        switch reach {
        case .everything, .tree: true
        case .institutions(let orgs): orgs.count > 1
        case .classes, .students, .nothing: false
        }
    }
}

extension UI.Pick {
    /// A teacher, told from others of the name by the day of birth and the post.
    init(_ teacher: TeacherChoice) {
        let rest = [
            teacher.birthDate?.shown ?? "", Catalogues.current.label(of: teacher.position, in: "position-codes"),
        ].filter { !$0.isEmpty }
        let code = teacher.id.code
        self.init(
            code, teacher.name, rest: rest.joined(separator: " · "),
            photo: teacher.hasPhoto ? "/staff/\(code)/photo" : nil)
    }
}
