import Base
import Facts
import Storage
import Work

/// What a row says of a learner's family and of the policies that hold for the learner.
struct Relatives {
    let tx: Tx
    var batch: ImportBatch

    init(_ tx: Tx, _ batch: ImportBatch) { (self.tx, self.batch) = (tx, batch) }

    /// Writes what is new; answers whether there was something.
    mutating func write(_ person: PersonRow, of student: ID<Student>) throws -> Bool {
        var isChanged = false
        for relation in ["father", "mother", "guardian"] {
            let told = Relative(person, relation)
            if try write(told, person.row, of: student) { isChanged = true }
        }
        return try writePolicies(person, of: student) || isChanged
    }

    private mutating func write(_ told: Relative, _ row: TableRow, of student: ID<Student>) throws -> Bool {
        guard !told.isEmpty else { return false }
        let all = try tx.guardians(of: student).compactMap { link in
            try tx.guardian(link.id.raw).map { (record: $0, relation: link.relation) }
        }
        // Grandmother and uncle may both stand under "guardian", and a parent too: the name tells who is meant.
        let named = told.name.map { Fold.key($0) }, related = all.filter { told.relations.contains($0.relation) }
        if let known = all.first(where: { Fold.key($0.record.name) == named })
            ?? (told.isParent || named == nil ? related.first : nil)
        {
            let isRelated = try relate(known.record.id, known.relation, told, student)
            return try change(known.record, told) || isRelated
        }
        guard let name = told.name else {
            batch.tally.warn(
                "family",
                t("{}, dòng {}: có thông tin của {} nhưng không có tên, chưa ghi.", row.file, row.row, told.word))
            return false
        }
        let same = try tx.sameGuardian(name: name, phone: told.phone, personalID: told.personalID)
        let id = try same ?? insert(told, name)
        try tx.changing(.guardianship, id, student, in: &batch) { [tx] in
            try tx.link(id, to: student, relation: told.relation, isContact: true, period: Period(tx.today) ?? .always)
        }
        try tx.tell(GuardianshipChanged(guardian: id, student: student))
        return true
    }

    /// A parent who stood as a guardian of any kind is a parent from now on.
    private mutating func relate(_ id: ID<Guardian>, _ relation: String, _ told: Relative, _ student: ID<Student>)
        throws
        -> Bool
    {
        guard told.isParent, relation != told.relation, ["guardian", "other", ""].contains(relation) else {
            return false
        }
        try tx.changing(.guardianship, id, student, in: &batch) { [tx] in
            try tx.relate(id, to: student, as: told.relation)
        }
        try tx.tell(GuardianshipChanged(guardian: id, student: student))
        return true
    }

    private mutating func insert(_ told: Relative, _ name: String) throws -> ID<Guardian> {
        let id = try tx.insert(told.draft(over: GuardianDraft(name: name), tx))
        try tx.made(.guardian, id, in: &batch)
        return id
    }

    private mutating func change(_ known: GuardianRecord, _ told: Relative) throws -> Bool {
        var draft = GuardianDraft(name: known.name)
        (draft.sex, draft.birthDate, draft.phone, draft.details) = (
            known.sex, known.birthDate, known.phone, known.details
        )
        let new = try told.draft(over: draft, tx, known.id)
        let isSame =
            new.name == draft.name && new.birthDate == draft.birthDate && new.phone == draft.phone
            && new.details == draft.details && new.personalID == nil
        guard !isSame else { return false }
        for (key, value) in new.values where value != (known.values[key] ?? "") {
            try tx.changed(.guardian(known.id, org: nil), key, from: known.values[key], to: value)
        }
        try tx.changing(.guardian, known.id, in: &batch) { [tx] in try tx.update(known.id, new) }
        return true
    }

    // MARK: policies

    private mutating func writePolicies(_ person: PersonRow, of student: ID<Student>) throws -> Bool {
        let told = PolicyWords.kinds(person.dated, on: tx.today)
        guard !told.isEmpty else { return false }
        let known = try tx.openPolicies(of: student)
        let first = max(SchoolYear(of: tx.today).firstDay, .first)
        guard let period = Period(min(first, tx.today)) else { return false }
        let new = told.filter { !known.contains($0) }
        for kind in new {
            let id = try tx.insert(PolicyDraft(student: student, kind: kind, period: period))
            try tx.made(.policy, id, in: &batch)
            try tx.changed(.student(student, org: nil), "policy", from: nil, to: kind)
        }
        return !new.isEmpty
    }
}

/// One relative as a row tells of them.
private struct Relative {
    let relation: String, isParent: Bool
    let name: String?, phone: String, personalID: String
    private let birth: PartialDay?, details: [(key: String, value: String)]

    init(_ person: PersonRow, _ prefix: String) {
        func text(_ key: String) -> String { person.family["\(prefix)_\(key)"] ?? "" }
        isParent = prefix != "guardian"
        relation = isParent ? prefix : person.family["guardian_relation"] ?? "guardian"
        name = text("name").isEmpty ? nil : text("name")
        (phone, personalID) = (text("phone"), text("personal_id"))
        birth = PartialDay(text("birth_year"))
        details = ["job", "ethnicity"].map { ($0, text($0)) }.filter { !$0.1.isEmpty }
    }

    var isEmpty: Bool { name == nil && phone.isEmpty && personalID.isEmpty && birth == nil && details.isEmpty }

    /// The relations under which the record may stand already: a list calls everybody but the parents "guardian".
    var relations: [String] {
        isParent
            ? [relation]
            : [
                "guardian", "sponsor", "grandfather", "grandmother", "brother", "sister", "uncle", "aunt", "stepfather",
                "stepmother", "other",
            ]
    }

    var word: String {
        switch relation {
        case "father": t("cha")
        case "mother": t("mẹ")
        default: t("người giám hộ")
        }
    }

    /// What is told, over what is known; the number only where it is another.
    func draft(over known: GuardianDraft, _ tx: Tx, _ id: ID<Guardian>? = nil) throws -> GuardianDraft {
        var draft = known
        if let name { draft.name = name }
        if !phone.isEmpty { draft.phone = phone }
        // A year alone says nothing against the day that is known.
        if let birth, !(known.birthDate?.iso.hasPrefix(birth.iso) ?? false) { draft.birthDate = birth }
        if relation == "father" || relation == "mother", draft.sex.isEmpty, id == nil {
            draft.sex = relation == "father" ? "male" : "female"
        }
        for (key, value) in details { draft.details[key] = value }
        if !personalID.isEmpty {
            let isKnown = try id.map { try tx.hasPersonalID(personalID, guardian: $0) } ?? false
            if !isKnown { draft.personalID = personalID }
        }
        return draft
    }
}

/// The policy statuses that the columns of lists mean, on a day.
enum PolicyWords {
    /// NĐ 66/2025/NĐ-CP and NĐ 238/2025/NĐ-CP in place of NĐ 116/2016, NĐ 105/2020 and NĐ 81/2021.
    private static let kinds: [(field: String, before: String, since: String, from: Day?)] = [
        ("support_boarding", "boarding-116", "boarding-66", Day(year: 2025, month: 5, day: 1)),
        ("support_meals", "boarding-116", "boarding-66", Day(year: 2025, month: 5, day: 1)),
        ("support_housing", "boarding-116", "boarding-66", Day(year: 2025, month: 5, day: 1)),
        ("support_rice", "rice", "rice", nil),
        ("support_very_small", "very-small-people", "very-small-people", nil),
        ("support_preschool", "preschool-105", "preschool-66", Day(year: 2025, month: 5, day: 1)),
        ("support_costs", "costs-81", "costs-238", Day(year: 2025, month: 9, day: 3)),
    ]
    private static let households: Set<String> = ["poor", "near-poor", "escaped"]

    static func kinds(_ dated: [String: String], on day: Day) -> [String] {
        var found = (dated["policy_kinds"] ?? "").split(separator: ",").map(String.init)
        if let household = dated["household"], households.contains(household) { found.append(household) }
        for kind in kinds where dated[kind.field] == "1" {
            found.append(kind.from.map { day >= $0 } ?? true ? kind.since : kind.before)
        }
        switch dated["tuition_relief"] {
        case "free":
            found.append(day >= (Day(year: 2025, month: 9, day: 3) ?? .first) ? "tuition-free-238" : "tuition-free-81")
        case "cut-70": found.append("tuition-cut-70")
        case "cut-50": found.append("tuition-cut-50")
        default: break
        }
        var seen: Set<String> = []
        return found.filter { seen.insert($0).inserted }
    }
}
