import Base
import Storage
import Work

/// One change of a batch, as it is taken back.
struct LedgerChange: Sendable {
    let number: Int, entity: String, kind: String, before: String, after: Int64
}

extension Tx {
    /// The changes of a batch, the last first, below a number.
    func changes(of batch: ID<Batch>, below number: Int, limit: Int = 500) throws -> [LedgerChange] {
        try all(
            """
            SELECT number, entity, kind, before, after_version FROM registry_batch_change
            WHERE batch_id = \(batch) AND number < \(number) ORDER BY number DESC LIMIT \(limit)
            """
        ) { LedgerChange(number: try $0(), entity: try $0(), kind: try $0(), before: try $0(), after: try $0()) }
    }

    /// How many records a batch touched.
    func recordCount(of batch: ID<Batch>) throws -> Int {
        try count(
            """
            SELECT COUNT(*) FROM (SELECT DISTINCT entity, entity_id FROM registry_batch_change WHERE batch_id = \(batch)
            AND entity NOT IN ('identifier', 'org_name', 'org_managed', 'org_located', 'org_level', 'org_event')) x
            """)
    }

    /// The names of the records of a table that somebody changed after the batch left them.
    func changedSince(_ batch: ID<Batch>, _ table: LedgerTable) throws -> [String] {
        guard table.version != nil, let label = table.label.map({ SQL(stringLiteral: $0) }) else { return [] }
        return try all(
            """
            SELECT x.\(sql: label) FROM (SELECT entity_id, MAX(number) AS last FROM registry_batch_change
            WHERE batch_id = \(batch) AND entity = \(table.entity) GROUP BY entity_id) l
            JOIN registry_batch_change c ON c.batch_id = \(batch) AND c.number = l.last
            JOIN \(sql: table.table) x ON x.id = l.entity_id WHERE x.version <> c.after_version ORDER BY x.id LIMIT 6
            """)
    }

    /// Puts the rows of a change back as they stood before the batch.
    func restore(_ table: LedgerTable, _ kept: Kept) throws {
        let key = try kept.key.enumerated().map { try table.value($1, at: $0) }
        if table.isGroup || kept.rows.isEmpty {
            try exec("DELETE FROM \(sql: table.table) WHERE \(sql: table.matches(key))")
        }
        for row in kept.rows {
            let row = try table.personal.map { try broughtOver(row, at: $0) } ?? row
            let values = try row.enumerated().map { "\(try table.value($1, at: $0))" as SQL }.joined(", ")
            try exec(
                "INSERT INTO \(sql: table.table) (\(sql: table.list)) VALUES (\(sql: values)) \(sql: table.isGroup ? .none : upsert(table))"
            )
        }
    }

    private func upsert(_ table: LedgerTable) -> SQL {
        let key = (0..<table.keyed).map(table.column).joined(", ")
        let sets = (table.keyed..<table.columns.count).map {
            "\(sql: table.column($0)) = excluded.\(sql: table.column($0))" as SQL
        }
        return "ON CONFLICT (\(sql: key)) DO UPDATE SET \(sql: sets.joined(", "))"
    }

    /// What hangs on a record that a batch made, and was not there when the batch ended.
    func dependents(of entity: String, _ id: Int64) throws -> String? {
        switch entity {
        case "org":
            if try exists("SELECT 1 FROM registry_org WHERE parent_id = \(id)") { return t("đơn vị trực thuộc") }
            if try exists("SELECT 1 FROM registry_class WHERE org_id = \(id)") { return t("lớp") }
            if try exists("SELECT 1 FROM registry_enrolment WHERE org_id = \(id)") { return t("ghi danh") }
            if try exists("SELECT 1 FROM registry_student WHERE org_id = \(id)") { return t("học sinh") }
            if try exists("SELECT 1 FROM registry_staff WHERE org_id = \(id)") { return t("cán bộ") }
            if try exists("SELECT 1 FROM registry_post WHERE org_id = \(id)") { return t("vị trí công tác") }
            if try exists("SELECT 1 FROM registry_site WHERE org_id = \(id)") { return t("điểm trường") }
            if try exists("SELECT 1 FROM registry_charge WHERE org_id = \(id)") { return t("người phụ trách") }
        case "class":
            if try exists("SELECT 1 FROM registry_enrolment WHERE class_id = \(id)") { return t("ghi danh") }
            if try exists("SELECT 1 FROM registry_teaching WHERE class_id = \(id)") { return t("phân công giảng dạy") }
            if try exists("SELECT 1 FROM registry_student WHERE class_id = \(id)") { return t("học sinh") }
        case "student":
            if try exists("SELECT 1 FROM registry_enrolment WHERE student_id = \(id)") { return t("ghi danh") }
            if try exists("SELECT 1 FROM registry_policy WHERE student_id = \(id)") { return t("diện chính sách") }
            if try exists("SELECT 1 FROM registry_guardianship WHERE student_id = \(id)") { return t("người giám hộ") }
            if try hasPapers("student", id) { return t("giấy tờ") }
        case "staff":
            if try exists("SELECT 1 FROM registry_post WHERE staff_id = \(id)") { return t("vị trí công tác") }
            if try exists("SELECT 1 FROM registry_teaching WHERE staff_id = \(id)") { return t("phân công giảng dạy") }
            if try exists("SELECT 1 FROM registry_class WHERE homeroom_id = \(id)") { return t("lớp chủ nhiệm") }
            if try hasPapers("staff", id) { return t("giấy tờ") }
        case "guardian":
            if try exists("SELECT 1 FROM registry_guardianship WHERE guardian_id = \(id)") {
                return t("học sinh được giám hộ")
            }
        case "place":
            if try exists("SELECT 1 FROM registry_org_located WHERE place_id = \(id)") {
                return t("đơn vị trên địa bàn")
            }
            if try exists("SELECT 1 FROM registry_student WHERE residence_id = \(id)") { return t("học sinh cư trú") }
            if try exists("SELECT 1 FROM registry_place_alias WHERE place_id = \(id)") { return t("tên gọi khác") }
            if try exists("SELECT 1 FROM registry_place_succession WHERE from_id = \(id) OR to_id = \(id)") {
                return t("sáp nhập")
            }
        case "session":
            if try exists("SELECT 1 FROM registry_session WHERE parent_id = \(id)") { return t("kỳ học") }
        case "course":
            if try exists("SELECT 1 FROM registry_class WHERE course_id = \(id)") { return t("lớp") }
        default: break
        }
        return try namedLater(entity, id) ? t("dữ liệu của lần nhập khác") : nil
    }

    private func hasPapers(_ kind: String, _ id: Int64) throws -> Bool {
        try exists("SELECT 1 FROM registry_document WHERE subject_kind = \(kind) AND subject_id = \(id)")
    }

    private func namedLater(_ entity: String, _ id: Int64) throws -> Bool {
        try exists("SELECT 1 FROM registry_identifier WHERE entity = \(entity) AND entity_id = \(id)")
    }

    /// The name of a record, for the sentence that says why it stays.
    func label(of table: LedgerTable, _ id: Int64) throws -> String {
        guard let label = table.label.map({ SQL(stringLiteral: $0) }) else { return t("một bản ghi") }
        return try value("SELECT \(sql: label) FROM \(sql: table.table) WHERE id = \(id)") ?? t("một bản ghi")
    }

    /// Figures and closure kept for a unit that is gone.
    func forgetTotals(of org: Int64) throws {
        try exec("DELETE FROM registry_total WHERE org_id = \(org)")
        try exec("DELETE FROM registry_org_path WHERE org_id = \(org) OR ancestor_id = \(org)")
    }

    /// Puts the name of a record that a batch changed back into the search index, or takes it out with the record.
    func reindex(_ entity: String, _ id: Int64) throws {
        switch entity {
        case "student":
            let row = try one("SELECT org_id, name, level FROM registry_student WHERE id = \(id)") {
                (org: try $0(ID<Org>?.self), name: try $0(String.self), level: try $0(String.self))
            }
            guard let row else { return try unindex(id) }
            try index(.student, id, org: row.org, name: row.name, level: Level(rawValue: row.level))
        case "staff", "guardian", "org":
            let row: (org: ID<Org>?, name: String)? =
                switch entity {
                case "staff":
                    try one("SELECT org_id, name FROM registry_staff WHERE id = \(id)") {
                        (org: try $0(), name: try $0())
                    }
                case "guardian":
                    try one("SELECT NULL, name FROM registry_guardian WHERE id = \(id)") {
                        (org: try $0(), name: try $0())
                    }
                default:
                    try one("SELECT id, name FROM registry_org WHERE id = \(id)") { (org: try $0(), name: try $0()) }
                }
            guard let row, let kind = SearchKind(rawValue: entity) else { return try unindex(id) }
            try index(kind, id, org: row.org, name: row.name, level: nil)
        default: break
        }
    }
}
