import Base
import Storage

/// A child as it stands beside a guardian found.
struct ChildLine: Sendable {
    let id: ID<Student>
    let name: String
    let className: String
}

extension Tx {
    /// The classes of a year whose name begins as typed; only where the text can be the name of a class.
    func classes(named text: String, year: SchoolYear, scope: Scope, limit: Int) throws -> [SearchHit] {
        var key = Fold.key(text)
        for word in ["lop ", "nhom "] where key.hasPrefix(word) { key = String(key.dropFirst(word.utf8.count)) }
        guard !key.isEmpty, key.utf8.count <= 20,
            key.utf8.contains(where: { (48...57).contains($0) }) || key != Fold.key(text)
        else { return [] }
        return try all(
            """
            SELECT c.id, c.name, c.org_id, o.name, c.grades FROM registry_class c JOIN registry_org o ON o.id = c.org_id
            WHERE c.year = \(year) AND c.closed_on IS NULL AND c.name_key LIKE \(key + "%")
            AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
            ORDER BY o.name_key, c.sort_key, c.id LIMIT \(limit)
            """
        ) { row in
            let (id, name, org, orgName) = (
                try row(Int64.self), try row(String.self), try row(ID<Org>.self), try row(String.self)
            )
            return SearchHit(
                kind: .classGroup, id: id, name: name, org: org, orgName: orgName, detail: try row(), birthDate: nil)
        }
    }

    /// The children, within reach, of guardians that a search has found.
    func children(ofFound guardians: [Int64], scope: Scope) throws -> [Int64: [ChildLine]] {
        guard !guardians.isEmpty else { return [:] }
        var out: [Int64: [ChildLine]] = [:]
        try each(
            """
            SELECT g.guardian_id, s.id, s.name, COALESCE(c.name, '') FROM registry_guardianship g
            JOIN registry_student s ON s.id = g.student_id LEFT JOIN registry_class c ON c.id = s.class_id
            WHERE g.guardian_id IN \(list: guardians) AND g.valid_to >= \(today)
            AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            ORDER BY s.birth_date, s.id
            """
        ) { row in
            out[try row(Int64.self), default: []].append(
                ChildLine(id: try row(), name: try row(), className: try row()))
        }
        return out
    }
}
