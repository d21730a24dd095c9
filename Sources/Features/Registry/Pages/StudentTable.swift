import Base
import Web

/// Learners as a table: the list of the register, the list of a class.
enum StudentTable {
    /// The columns with their sorting, the name first.
    static func columns(_ columns: [StudentColumn], sort: StudentFilter.Sort, _ visit: Visit) -> [UI.Column] {
        func column(_ label: String, _ key: StudentFilter.Sort?) -> UI.Column {
            UI.Column(
                label, sortHref: key.map { visit.link(("sort", $0 == .name ? nil : $0.rawValue), ("from", nil)) },
                sort: key == sort ? .ascending : nil)
        }
        return [column(t("Họ và tên"), .name)] + columns.map { column($0.label, $0.sort) }
    }

    static func rows(_ lines: [StudentLine], _ columns: [StudentColumn], hasPick: Bool) -> [UI.Row] {
        lines.map { line in
            UI.Row(
                [.text(line.name)] + columns.map { $0.cell(line) }, href: "/students/\(line.id.code)",
                key: hasPick ? line.id.code : nil, name: line.name, isFaded: !StudentStatus.open.contains(line.status))
        }
    }

    /// What may be done with the ticked rows; nothing for those who may do nothing.
    static func bulk(_ visit: Visit, fields: [UI.Pair] = []) -> UI.Bulk? {
        var verbs: [(label: String, value: String)] = []
        if visit.isCurrentYear, visit.mayChange(.enrol) { verbs.append((label: t("Chuyển lớp"), value: "move")) }
        if visit.visitor.may(.exportLists) { verbs.append((label: t("In thẻ học sinh"), value: "cards")) }
        guard !verbs.isEmpty else { return nil }
        return UI.Bulk(action: "/students/bulk", csrf: visit.csrf, verbs: verbs, fields: fields)
    }
}
