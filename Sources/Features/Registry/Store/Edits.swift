import Base
import Storage

extension StudentRecord {
    /// The record's stored values by field key, as forms show and changes compare them; the personal number never is among them.
    public var values: [String: String] {
        var out = details.values
        (out["family_name"], out["middle_name"], out["given_name"]) = (name.family, name.middle, name.given)
        (out["birth_date"], out["sex"], out["ethnicity"], out["status"]) = (birthDate?.iso, sex, ethnicity, status)
        (out["moet_code"], out["personal_id_state"]) = (moetCode, personalState)
        return out.filter { !$0.value.isEmpty }
    }
}

extension StaffRecord {
    /// The record's stored values by field key.
    public var values: [String: String] {
        var out = details.values
        (out["family_name"], out["middle_name"], out["given_name"]) = (name.family, name.middle, name.given)
        (out["birth_date"], out["sex"], out["ethnicity"], out["status"]) = (birthDate?.iso, sex, ethnicity, status)
        (out["moet_code"], out["personal_id_state"]) = (moetCode, personalState)
        (out["staff_group"], out["position"]) = (group.rawValue, position)
        return out.filter { !$0.value.isEmpty }
    }
}

/// The columns that learners and staff have alike, as assignments of an UPDATE.
private func personColumns(_ new: [String: String], name: PersonName, _ number: SealedPersonalID?, keys: Set<String>)
    -> [SQL]
{
    var sets: [SQL] = []
    if !keys.isDisjoint(with: ["family_name", "middle_name", "given_name"]) {
        sets.append(
            """
            family_name = \(name.family), middle_name = \(name.middle), given_name = \(name.given), name = \(name.full),
            name_key = \(name.key), sort_key = \(name.sortKey)
            """)
    }
    func text(_ key: String) -> String { new[key] ?? "" }
    func some(_ key: String) -> String? { new[key].flatMap { $0.isEmpty ? nil : $0 } }
    if keys.contains("birth_date") { sets.append("birth_date = \(some("birth_date"))") }
    if keys.contains("sex") { sets.append("sex = \(text("sex"))") }
    if keys.contains("ethnicity") { sets.append("ethnicity = \(text("ethnicity"))") }
    if keys.contains("moet_code") { sets.append("moet_code = \(some("moet_code"))") }
    if keys.contains("personal_id_state") { sets.append("personal_state = \(text("personal_id_state"))") }
    if let number { sets.append("personal_blind = \(number.blind), personal_sealed = \(number.sealed)") }
    return sets
}

/// The fields that have columns, or are no part of the record itself.
private let columnKeys: Set<String> = [
    "family_name", "middle_name", "given_name", "birth_date", "sex", "ethnicity", "moet_code", "personal_id",
    "personal_id_state",
    "status", "staff_group", "position",
]

extension Details {
    func changed(_ changes: [Change]) -> Details {
        changes.filter { !columnKeys.contains($0.key) }.reduce(into: self) { $0[$1.key] = $1.new }
    }
}

extension Tx {
    /// Writes the changes of a learner's fields; answers whether figures hang on one of them.
    /// An importer counts its classes once, at the end.
    func update(_ record: StudentRecord, _ changes: [Change], residence: ID<Place>?, isCounted: Bool = true) throws {
        let new = Dictionary(changes.map { ($0.key, $0.new) }, uniquingKeysWith: { $1 }), keys = Set(new.keys)
        let name = try changedName(record.name, new)
        var sets = personColumns(new, name: name, try new["personal_id"].map { try seal(personalID: $0) }, keys: keys)
        if let residence { sets.append("residence_id = \(residence)") }
        sets.append("details = \(record.details.changed(changes)), version = version + 1, updated_at = \(now)")
        try exec("UPDATE registry_student SET \(sql: sets.joined(", ")) WHERE id = \(record.id)")
        if name != record.name {
            try index(.student, record.id.raw, org: record.org, name: name.full, level: record.level)
        }
        if isCounted, let group = record.classGroup,
            !keys.isDisjoint(with: ["sex", "birth_date", "ethnicity", "moet_code", "personal_id"])
        {
            try recount(classes: [group])
        }
    }

    /// Writes the changes of a member of staff's fields.
    func update(_ record: StaffRecord, _ changes: [Change]) throws {
        let new = Dictionary(changes.map { ($0.key, $0.new) }, uniquingKeysWith: { $1 }), keys = Set(new.keys)
        let name = try changedName(record.name, new)
        var sets = personColumns(new, name: name, try new["personal_id"].map { try seal(personalID: $0) }, keys: keys)
        if let status = new["status"] { sets.append("status = \(status)") }
        if let group = new["staff_group"] { sets.append("staff_group = \(group)") }
        if let position = new["position"] { sets.append("position = \(position)") }
        sets.append("details = \(record.details.changed(changes)), version = version + 1, updated_at = \(now)")
        try exec("UPDATE registry_staff SET \(sql: sets.joined(", ")) WHERE id = \(record.id)")
        if name != record.name { try index(.staff, record.id.raw, org: record.org, name: name.full, level: nil) }
        if let org = record.org, !keys.isDisjoint(with: ["sex", "status", "staff_group", "moet_code", "personal_id"]) {
            try recountSchool(org, year: SchoolYear(of: today))
        }
    }

    private func changedName(_ old: PersonName, _ new: [String: String]) throws -> PersonName {
        try PersonName(
            family: new["family_name"] ?? old.family, middle: new["middle_name"] ?? old.middle,
            given: new["given_name"] ?? old.given,
            field: "given_name")
    }

    /// The commune that a form's text names, official or not, today.
    func commune(named text: String) throws -> ID<Place>? {
        text.isEmpty ? nil : try places(named: text, tier: .commune, on: today).first?.id
    }

    /// Writes how a person's number stands against the population database.
    func setPersonalState(_ state: String, of entity: String, _ id: Int64) throws {
        let table: SQL = entity == "staff" ? "registry_staff" : "registry_student"
        try exec(
            "UPDATE \(sql: table) SET personal_state = \(state), version = version + 1, updated_at = \(now) WHERE id = \(id)"
        )
    }

    // MARK: stays

    /// The stay of a learner that goes on.
    func openStay(of student: ID<Student>) throws -> EnrolmentRecord? {
        try one(
            """
            SELECT \(sql: EnrolmentRecord.columns) FROM registry_enrolment e JOIN registry_org o ON o.id = e.org_id
            LEFT JOIN registry_class c ON c.id = e.class_id
            WHERE e.student_id = \(student) AND e.kind = 'main' AND e.valid_to = '2200-12-31' ORDER BY e.valid_from DESC LIMIT 1
            """, EnrolmentRecord.init)
    }

    /// Ends a stay on its last day; one that would last no day at all is taken away.
    func endStay(_ stay: EnrolmentRecord, last: Day, leaving: String, reason: String = "") throws {
        guard stay.period.first <= last else {
            try exec("DELETE FROM registry_enrolment WHERE id = \(stay.id)")
            return
        }
        try exec(
            """
            UPDATE registry_enrolment SET valid_to = \(last), leaving = \(leaving), reason = \(reason) WHERE id = \(stay.id)
            """)
    }

    /// Sets a learner's copies of today's place and state.
    func setPlace(
        of student: ID<Student>, org: ID<Org>, classGroup: ID<ClassGroup>?, level: Level?, grade: String, status: String
    ) throws {
        try exec(
            """
            UPDATE registry_student SET org_id = \(org), class_id = \(classGroup), level = \(level?.rawValue ?? ""), grade = \(grade),
            status = \(status), version = version + 1, updated_at = \(now) WHERE id = \(student)
            """)
        guard let name: String = try value("SELECT name FROM registry_student WHERE id = \(student)") else { return }
        try index(.student, student.raw, org: org, name: name, level: level)
    }

    /// Opens the sealed personal number of a learner or member of staff.
    func personalID(ofStudent id: ID<Student>) throws -> String? {
        try value("SELECT personal_sealed FROM registry_student WHERE id = \(id)", [UInt8]?.self)?.flatMap {
            keys.open($0, Tx.personalPurpose)
        }
    }

    func personalID(ofStaff id: ID<Staff>) throws -> String? {
        try value("SELECT personal_sealed FROM registry_staff WHERE id = \(id)", [UInt8]?.self)?.flatMap {
            keys.open($0, Tx.personalPurpose)
        }
    }
}
