import Base
import Web

/// Learners as a table: the list of the register, the list of a class.
enum StudentTable {
    /// The columns with their sorting, the name first.
    static func columns(_ columns: [StudentColumn], sort: StudentFilter.Sort, _ visit: Visit) -> [UI.Column] {
        let sorting = ListSorting(visit, current: sort.rawValue)
        return [sorting.column(t("Họ và tên"), "name")]
            + columns.map { sorting.column($0.label, $0.sort?.rawValue) }
    }

    static func rows(_ lines: [StudentLine], _ columns: [StudentColumn], hasPick: Bool) -> [UI.Row] {
        lines.map { line in
            let code = line.id.code
            return UI.Row(
                [named(line)] + columns.map { $0.cell(line) }, href: "/students/" + code, key: hasPick ? code : nil,
                name: line.name,
                isFaded: !StudentStatus.open.contains(line.status))
        }
    }

    /// The name, with the face where there is a photo.
    static func named(_ line: StudentLine) -> HTML {
        line.hasPhoto
            ? "\(UI.face(line.name, photo: "/students/\(line.id.code)/photo")) \(line.name)" : .text(line.name)
    }

    /// What may be done with the ticked rows; nothing for those who may do nothing.
    static func bulk(_ visit: Visit, isCurrent: Bool, fields: [UI.Pair] = []) -> UI.Bulk? {
        var verbs: [(label: String, value: String)] = []
        if isCurrent, visit.mayChange(.enrol) { verbs.append((label: t("Chuyển lớp"), value: "move")) }
        if visit.visitor.may(.exportLists) { verbs.append((label: t("In thẻ học sinh"), value: "cards")) }
        guard !verbs.isEmpty else { return nil }
        return UI.Bulk(action: "/students/bulk", csrf: visit.csrf, verbs: verbs, fields: fields)
    }
}
