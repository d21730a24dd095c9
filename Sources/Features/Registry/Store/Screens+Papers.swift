import Base
import Storage

/// A line of the school's register (sổ đăng bộ): the learner, the family, the stay.
public struct RegisterRow: Sendable {
    public let line: StudentLine
    public var details = Details()
    public var father = "", mother = ""
    public var policies: [String] = []
    public var stay: Period?
    public var leaving = "", reason = ""
}

extension Tx {
    /// The register of a class: everybody who learned in it in its year, those who left among them, in the order of names.
    public func register(of group: ClassRecord, scope: Scope) throws -> [RegisterRow] {
        var filter = StudentFilter(), rows: [RegisterRow] = []
        (filter.classGroup, filter.year, filter.status) = (group.id, group.year, StudentFilter.anyStatus)
        try eachStudent(filter, scope: scope) { rows.append(RegisterRow(line: $0)) }
        let ids = rows.map(\.line.id)
        guard !ids.isEmpty else { return [] }
        let places = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func at(_ id: ID<Student>, _ change: (inout RegisterRow) -> Void) {
            if let place = places[id] { change(&rows[place]) }
        }
        try each("SELECT s.id, s.details FROM registry_student s WHERE s.id IN \(list: ids)") { row in
            let id: ID<Student> = try row(), details: Details = try row()
            at(id) { $0.details = details }
        }
        try each(
            """
            SELECT l.student_id, l.relation, g.name, g.details FROM registry_guardianship l JOIN registry_guardian g ON g.id = l.guardian_id
            WHERE l.student_id IN \(list: ids) AND l.valid_to >= \(today) AND l.relation IN ('father', 'mother')
            """
        ) { row in
            let id: ID<Student> = try row(), relation: String = try row(), name: String = try row(),
                details: Details = try row()
            let words = [name, details["job"] ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
            at(id) { if relation == "father" { $0.father = words } else { $0.mother = words } }
        }
        let day = min(group.year.lastDay, today)
        try each(
            """
            SELECT p.student_id, p.kind FROM registry_policy p WHERE p.student_id IN \(list: ids)
            AND p.valid_from <= \(day) AND p.valid_to >= \(day) ORDER BY p.kind
            """
        ) { row in
            let id: ID<Student> = try row(), kind: String = try row()
            at(id) { $0.policies.append(kind) }
        }
        try each(
            """
            SELECT e.student_id, e.valid_from, e.valid_to, e.leaving, e.reason FROM registry_enrolment e
            WHERE e.class_id = \(group.id) AND e.student_id IN \(list: ids) ORDER BY e.valid_from
            """
        ) { row in
            let id: ID<Student> = try row(), period = try row.period(), leaving: String = try row(),
                reason: String = try row()
            at(id) {
                ($0.stay, $0.leaving, $0.reason) = (
                    Period($0.stay?.first ?? period.first, period.last), leaving, reason
                )
            }
        }
        return rows
    }

    /// Who heads a unit today: the position and the name that stand under its papers.
    public func head(of org: ID<Org>, scope: Scope) throws -> (position: String, name: String)? {
        try one(
            """
            SELECT s.position, s.name FROM registry_staff s WHERE s.org_id = \(org) AND s.status = \(StaffStatus.working)
            AND s.position IN ('head', 'director', 'acting-head') AND \(scope, on: "s.org_id") ORDER BY s.position DESC, s.id LIMIT 1
            """
        ) { (position: try $0(), name: try $0()) }
    }
}
