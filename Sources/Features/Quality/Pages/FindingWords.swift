import Base
import Registry
import Web

/// What a find says in words, and where it is mended.
enum FindingWords {
    static func name(_ rule: Rule) -> String { translated(rule.name) }

    /// What was found at the record, beyond the rule's name; empty where the name says it all.
    static func detail(_ found: Found, _ rule: Rule?) -> String {
        let parts = found.detail.split(separator: "|").map(String.init)
        guard let rule, let first = parts.first else { return "" }
        let second = parts.count > 1 ? parts[1] : ""
        switch rule.check {
        case .tooYoung, .tooOld: return t("{} tuổi, lớp này dành cho {} tuổi", first, second)
        case .birthRange: return t("tính ra {} tuổi", first)
        case .pension: return t("{} tuổi", first)
        case .kinAge: return t("hơn con {} tuổi", first)
        case .digits: return t("{} ký tự", first)
        case .idState: return first == "none" ? "" : Catalogues.current.label(of: first, in: "id-states")
        case .gradeInClass: return t("khối {}, lớp có khối {}", first, second)
        case .classSize: return t("{} học sinh, quy định tối đa {}", first, second)
        case .combined: return t("khối {}", first)
        case .subjects: return subjects(first, found.level)
        case .titleLevel: return Catalogues.current.label(of: first, in: "professional-titles")
        case .outlier: return t("{} học sinh, năm trước {}", first, second)
        case .mainAsSite: return first
        case .count: return first == "0" || first == "1" ? "" : t("có {}", first)
        default: return ""
        }
    }

    private static func subjects(_ codes: String, _ level: Level?) -> String {
        codes.split(separator: ",").map { Catalogues.current.label(of: String($0), in: "subjects", level: level) }
            .joined(separator: ", ")
    }

    static func badge(_ severity: Severity) -> HTML {
        UI.badge(severity.label, severity == .high ? .bad : severity == .medium ? .warn : .plain)
    }

    /// The people who mend what a rule finds.
    static func menders(_ rule: Rule) -> String {
        Role.allCases.filter(rule.mends.contains).map(\.label).joined(separator: ", ")
    }

    /// The address of the record.
    static func record(_ found: Found) -> String {
        let code = ID<Org>(stored: found.subject).code
        return switch found.kind {
        case .student: "/students/\(code)"
        case .staff: "/staff/\(code)"
        case .classGroup: "/classes/\(code)"
        case .org: "/orgs/\(code)"
        }
    }

    /// The form where it is mended, for those who may fill it in; the record itself for the others.
    static func place(_ found: Found, _ rule: Rule?, _ visit: Visit) -> String {
        guard let rule, !rule.form.isEmpty, mayFill(rule, visit) else { return record(found) }
        return "\(record(found))/\(rule.form)"
    }

    private static func mayFill(_ rule: Rule, _ visit: Visit) -> Bool {
        switch (rule.kind, rule.form) {
        case (.student, "edit"), (.student, "guardians"): visit.mayChange(.editContacts)
        case (.student, "move"): visit.mayChange(.enrol)
        case (.student, _): visit.mayChange(.editStudents)
        case (.staff, _): visit.mayChange(.editStaff)
        case (.classGroup, _): visit.mayChange(.editClasses)
        case (.org, "change/relocate"): visit.mayChange(.changeTree)
        case (.org, _): visit.mayChange(.editOrgs)
        }
    }

    static func kind(_ kind: Profile.Kind) -> String {
        switch kind {
        case .student: t("Học sinh")
        case .staff: t("Nhân sự")
        case .classGroup: t("Lớp")
        case .org: t("Đơn vị")
        }
    }
}
