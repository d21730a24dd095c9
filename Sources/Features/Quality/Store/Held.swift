import Base
import Registry
import Storage
import Work

extension Quality {
    /// What stands against a person's record, for the person who asks.
    static let holding = PersonHolding(tables: ["quality_finding"]) { tx, person in
        guard person.kind != .guardian else { return [] }
        let rules = Dictionary(Rule.all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = try tx.findings(ofSubject: person.id, kind: person.kind.rawValue).map { line -> [HeldFact] in
            [
                (t("Việc cần sửa"), rules[line.found.rule].map(FindingWords.name) ?? line.found.rule),
                (t("Trạng thái"), line.state.label), (t("Từ ngày"), line.since.shown), (t("Lý do bỏ qua"), line.reason),
            ]
        }
        return [HeldPart(t("Việc cần sửa trong dữ liệu"), table: "quality_finding", rows: rows)]
    }
}

extension Tx {
    fileprivate func findings(ofSubject id: Int64, kind: String) throws -> [FindingRecord] {
        try all(
            """
            SELECT \(sql: FindingRecord.columns) FROM quality_finding f WHERE f.subject_id = \(id) AND f.subject_kind = \(kind)
            ORDER BY f.since, f.id
            """, FindingRecord.init)
    }
}
