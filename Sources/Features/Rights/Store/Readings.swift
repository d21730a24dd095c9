import Base
import Storage
import Work

/// One thing that was done with a person's record: by whom in which post and unit, never by name.
struct Reading: Sendable {
    let at: Int64, kind: String, role: Role?, org: ID<Org>?, verb: String
}

extension Tx {
    /// What was done with a person's record, or with the class around it, newest first. The caller has reached the person.
    func readings(of person: HeldPerson, classGroup: ID<ClassGroup>?, before: Int64? = nil, limit: Int) throws
        -> [Reading]
    {
        let around: SQL =
            classGroup.map {
                "OR e.subject_kind = 'class' AND e.subject_id = \($0) AND (e.verb LIKE '%.read-%' OR e.verb LIKE '%.print' OR e.verb LIKE '%.export')"
            }
            ?? .none
        let older: SQL = before.map { "AND e.at < \($0)" } ?? .none
        return try all(
            """
            SELECT e.at, e.kind, e.role, e.org_id, e.verb FROM work_audit_entry e
            WHERE (e.subject_kind = \(person.kind.rawValue) AND e.subject_id = \(person.id) \(sql: around)) \(sql: older)
            ORDER BY e.at DESC, e.id DESC LIMIT \(limit)
            """
        ) { Reading(at: try $0(), kind: try $0(), role: try $0(), org: try $0(), verb: try $0()) }
    }
}
