import Base
import Facts
import Files
import Storage
import Work

// Users: learners, staff, guardians.
extension Roster {
    mutating func writeUser(_ row: OneRosterRow) throws -> Fate {
        if row.text("password") != nil {
            batch.tally.warn(
                "users.password", t("users.csv, dòng {}: mật khẩu trong tệp không được đọc và không được lưu.", row.row)
            )
        }
        let old = try find("users", row.sourcedId)
        if let old, row.isGone { return try endUser(old, row.sourcedId) }
        if row.isGone { return .unchanged }
        if let old, isKnown(row, old) { return .unchanged }
        let name = try PersonName(
            family: row["familyName"], middle: row["middleName"], given: row["givenName"], field: "givenName")
        guard let old, old.entity != "kept" else { return try createUser(row, name, old) }
        return try updateUser(row, name, old)
    }

    private func roles(of row: OneRosterRow) -> RosterRoles {
        let told = context.roles[RosterContext.hash(row.sourcedId)] ?? []
        return row.header.has("role") ? told.union(RosterRoles(word: row["role"])) : told
    }

    private mutating func createUser(_ row: OneRosterRow, _ name: PersonName, _ old: RosterEntry?) throws -> Fate {
        let entities = roles(of: row).entities
        guard let first = entities.first else {
            warn(
                row, "sourcedId",
                t("“{}” không có vai trò nào trong roles.csv nên được giữ nguyên, chưa thành hồ sơ.", name.full))
            return try keep(row)
        }
        let school = try school(of: row)
        var primary: Int64 = 0
        for entity in entities {
            let id = try known(entity, row) ?? insert(entity, row, name, school)
            if entity == first {
                primary = id
            } else {
                try identify(context.source, "users/\(entity)", row.sourcedId, entity, id)
            }
        }
        try remember(row, first, primary, over: old)
        return .created
    }

    /// The unit of a person: the first of the row that is known here.
    private mutating func school(of row: OneRosterRow) throws -> ID<Org>? {
        let names = row.list("orgSourcedIds") + row.list("primaryOrgSourcedId")
        var found: ID<Org>?
        for name in names {
            if let org = try org(name) {
                found = found ?? org
            } else {
                warn(row, "orgSourcedIds", t("không rõ đơn vị “{}”.", name))
            }
        }
        if batch.scope.reach != .everything {
            try mustReach(found ?? context.request.org ?? batch.visitor.org, row, "orgSourcedIds")
        }
        return found ?? (names.isEmpty ? context.request.org : nil)
    }

    /// A person of the register whose permanent code or ministry's code the row bears.
    private func known(_ entity: String, _ row: OneRosterRow) throws -> Int64? {
        let code = row.text("identifier") ?? ""
        switch entity {
        case "student" where PersonCode.student.problem(with: code) == nil:
            return try tx.student(code: code, scope: batch.scope)?.id.raw
        case "staff" where PersonCode.staff.problem(with: code) == nil:
            return try tx.staff(code: code, scope: batch.scope)?.id.raw
        default: return nil
        }
    }

    private mutating func insert(_ entity: String, _ row: OneRosterRow, _ name: PersonName, _ school: ID<Org>?) throws
        -> Int64
    {
        let contact = contact(row)
        switch entity {
        case "student":
            var draft = StudentDraft(name: name)
            (draft.org, draft.details) = (school, contact)
            if let code = freeCode(row, .student) { draft.code = code }
            if row.flag("enabledUser") == false { draft.status = leaving(on: tx.today) }
            let unit = try school.flatMap { try tx.org($0, scope: .everything) },
                grades = grades(row, levels: unit?.levels ?? [])
            draft.grade = grades.first ?? ""
            draft.level = grades.first.flatMap {
                context.catalogues["grades"]?.item($0, level: unit?.levels.first)?.level
            }
            let id = try tx.insert(draft)
            try tx.made(.student, id, in: &batch)
            return id.raw
        case "staff":
            var draft = StaffDraft(name: name)
            (draft.org, draft.details) = (school, contact)
            draft.group = try group(row, at: school)
            if let code = freeCode(row, .staff) { draft.code = code }
            if row.flag("enabledUser") == false { draft.status = StaffStatus.movedAway }
            let id = try tx.insert(draft)
            try tx.made(.staff, id, in: &batch)
            if let school, row.header.has("orgSourcedIds"), let period = Period(context.since) {
                try tx.made(.post, tx.insertPost(id, at: school, position: "", period: period), in: &batch)
            }
            if let school {
                batch.tally.schools.insert(Tally.SchoolOfYear(org: school, year: SchoolYear(of: tx.today)))
            }
            return id.raw
        default:
            var draft = GuardianDraft(name: name.full)
            (draft.phone, draft.details) = (contact["phone"] ?? "", contact)
            draft.details["phone"] = nil
            let id = try tx.insert(draft)
            try tx.made(.guardian, id, in: &batch)
            return id.raw
        }
    }

    /// A permanent code that another installation gave; its serial is passed over here.
    private func freeCode(_ row: OneRosterRow, _ kind: PersonCode) -> String? {
        guard let code = row.text("identifier"), kind.problem(with: code) == nil, code.hasPrefix(kind.prefix) else {
            return nil
        }
        return code
    }

    private func group(_ row: OneRosterRow, at school: ID<Org>?) throws -> StaffGroup {
        guard row.header.has("role") else { return .teacher }
        return try StaffGroup(
            roster: row["role"], isOffice: school.flatMap { try tx.org($0, scope: .everything) }?.isInstitution == false
        )
    }

    private func contact(_ row: OneRosterRow) -> Details {
        var details = Details()
        if let email = row.text("email").flatMap(FieldText.email) { details["email"] = email }
        if let phone = (row.text("phone") ?? row.text("sms")).flatMap(FieldText.phone) { details["phone"] = phone }
        return details
    }
}

extension StaffGroup {
    /// The group that a role of OneRoster stands for.
    init(roster role: String, isOffice: Bool) {
        switch role {
        case "teacher": self = .teacher
        case "principal", "siteAdministrator", "administrator": self = isOffice ? .official : .manager
        case "districtAdministrator", "systemAdministrator": self = .official
        default: self = .other
        }
    }
}

// Changes of users that are known.
extension Roster {
    private mutating func updateUser(_ row: OneRosterRow, _ name: PersonName, _ old: RosterEntry) throws -> Fate {
        let isBack = old.digest.isEmpty && old.source != nil
        switch old.entity {
        case "student":
            guard try update(student: ID(stored: old.id), row, name, isBack: isBack) else { return .unchanged }
        case "staff": guard try update(staff: ID(stored: old.id), row, name, isBack: isBack) else { return .unchanged }
        default: guard try update(guardian: old.id, row, name) || isBack else { return .unchanged }
        }
        for entity in roles(of: row).entities where try entity != old.entity && person(row.sourcedId, as: entity) == nil
        {
            let school = try school(of: row)
            try identify(
                context.source, "users/\(entity)", row.sourcedId, entity,
                known(entity, row) ?? insert(entity, row, name, school))
        }
        try endAgents(row, old)
        try remember(row, old.entity, old.id, over: old)
        return .updated
    }

    private mutating func update(student id: ID<Student>, _ row: OneRosterRow, _ name: PersonName, isBack: Bool) throws
        -> Bool
    {
        guard let record = try tx.student(id, scope: batch.scope) else {
            throw row.error("sourcedId", t("Hồ sơ này ở ngoài phạm vi quản lý của bạn."))
        }
        let columns = RosterBook.differences(row, from: try book.student(record))
        guard !columns.isEmpty || isBack else { return false }
        let changes = changes(row, name, of: record.values, in: columns), subject = Subject.student(id, org: record.org)
        let turned =
            row.flag("enabledUser") == false && columns.contains("enableduser")
            ? leaving(on: tx.today)
            : !StudentStatus.open.contains(record.status) && (isBack || columns.contains("enableduser"))
                ? StudentStatus.studying : nil
        for change in changes { try tx.changed(subject, change) }
        if let turned { try tx.changed(subject, "status", from: record.status, to: turned) }
        try tx.changing(.student, id, in: &batch) { [tx] in
            if !changes.isEmpty { try tx.update(record, changes, residence: nil) }
            if let turned { try tx.setStatus(turned, ofStudent: id) }
        }
        return true
    }

    private mutating func update(staff id: ID<Staff>, _ row: OneRosterRow, _ name: PersonName, isBack: Bool) throws
        -> Bool
    {
        guard let record = try tx.staff(id, scope: batch.scope) else {
            throw row.error("sourcedId", t("Hồ sơ này ở ngoài phạm vi quản lý của bạn."))
        }
        let columns = RosterBook.differences(row, from: try book.staff(record))
        guard !columns.isEmpty || isBack else { return false }
        let changes = changes(row, name, of: record.values, in: columns), subject = Subject.staff(id, org: record.org)
        let turned =
            row.flag("enabledUser") == false && columns.contains("enableduser")
            ? StaffStatus.movedAway
            : !StaffStatus.open.contains(record.status) && (isBack || columns.contains("enableduser"))
                ? StaffStatus.working : nil
        for change in changes { try tx.changed(subject, change) }
        if let turned { try tx.changed(subject, "status", from: record.status, to: turned) }
        try tx.changing(.staff, id, in: &batch) { [tx] in
            if !changes.isEmpty { try tx.update(record, changes) }
            if let turned { try tx.setStatus(turned, ofStaff: id) }
        }
        if let org = record.org {
            batch.tally.schools.insert(Tally.SchoolOfYear(org: org, year: SchoolYear(of: tx.today)))
        }
        return true
    }

    private mutating func update(guardian id: Int64, _ row: OneRosterRow, _ name: PersonName) throws -> Bool {
        guard let record = try tx.guardian(id) else { throw row.error("sourcedId", t("Không tìm thấy trong sổ.")) }
        let columns = RosterBook.differences(row, from: try book.guardian(record))
        guard !columns.isEmpty else { return false }
        var draft = GuardianDraft(name: columns.isDisjoint(with: Roster.nameColumns) ? record.name : name.full)
        (draft.sex, draft.birthDate, draft.phone, draft.details) = (
            record.sex, record.birthDate, record.phone, record.details
        )
        let contact = contact(row), subject = Subject.guardian(ID(stored: id))
        if columns.contains("phone"), let phone = contact["phone"] { draft.phone = phone }
        if columns.contains("email") { draft.details["email"] = contact["email"] }
        try tx.changed(subject, "name", from: record.name, to: draft.name)
        try tx.changed(subject, "phone", from: record.phone, to: draft.phone)
        let new = draft
        guard new.name != record.name || new.phone != record.phone || new.details != record.details else { return true }
        try tx.changing(.guardian, id, in: &batch) { [tx] in try tx.update(ID<Guardian>(stored: id), new) }
        return true
    }

    private static let nameColumns: Set<String> = ["givenname", "middlename", "familyname"]

    private func changes(_ row: OneRosterRow, _ name: PersonName, of values: [String: String], in columns: Set<String>)
        -> [Change]
    {
        let contact = contact(row)
        var new: [String: String] = [:]
        if !columns.isDisjoint(with: Roster.nameColumns) {
            (new["given_name"], new["middle_name"], new["family_name"]) = (name.given, name.middle, name.family)
        }
        if columns.contains("email"), row.text("email") == nil || contact["email"] != nil {
            new["email"] = contact["email"] ?? ""
        }
        if columns.contains("phone"), let phone = contact["phone"] { new["phone"] = phone }
        return new.sorted { $0.key < $1.key }.filter { values[$0.key] ?? "" != $0.value }.map { key, value in
            Change(key: key, old: values[key] ?? "", new: value)
        }
    }

    /// The state of a learner whom a file no longer has, by the time of the year.
    func leaving(on day: Day) -> String {
        switch day.parts.month {
        case 9...12: "moved-1"
        case 1...5: "moved-2"
        default: "moved-summer"
        }
    }
}

// Who answers for whom: a second passage over the users, when all are there.
extension Roster {
    mutating func linkAgents(_ row: OneRosterRow) throws {
        guard !row.isGone else { return }
        for name in row.list("agentSourcedIds") {
            let pairs = [(row.sourcedId, name), (name, row.sourcedId)]
            let found = try pairs.lazy.compactMap { child, adult -> (Int64, Int64)? in
                guard let student = try self.person(child, as: "student"),
                    let guardian = try self.person(adult, as: "guardian")
                else { return nil }
                return (student, guardian)
            }.first
            if let (student, guardian) = found {
                try link(ID(stored: guardian), to: ID(stored: student))
            } else {
                warn(
                    row, "agentSourcedIds",
                    t("không rõ người liên quan “{}” hoặc hai người không phải học sinh và người giám hộ.", name))
            }
        }
    }

    private mutating func link(_ guardian: ID<Guardian>, to student: ID<Student>) throws {
        guard try !tx.isLinked(guardian, student), try tx.student(student, scope: batch.scope) != nil else { return }
        let sex = try tx.guardian(guardian.raw)?.sex ?? ""
        let relation = sex == "male" ? "father" : sex == "female" ? "mother" : "other"
        guard let period = Period(context.since) else { return }
        try tx.link(guardian, to: student, relation: relation, period: period)
        try tx.made(.guardianship, guardian, student, in: &batch)
        try tx.tell(GuardianshipChanged(guardian: guardian, student: student))
    }

    /// Ends the links that the earlier row named and this one does not.
    private mutating func endAgents(_ row: OneRosterRow, _ old: RosterEntry) throws {
        guard row.header.has("agentSourcedIds"), let before = old.record["agentSourcedIds"] else { return }
        let now = Set(row.list("agentSourcedIds"))
        for name in OneRosterValue.list(before) where !now.contains(name) {
            for (child, adult) in [(row.sourcedId, name), (name, row.sourcedId)] {
                guard let student = try person(child, as: "student"), let guardian = try person(adult, as: "guardian")
                else { continue }
                try tx.changing(.guardianship, guardian, student, in: &batch) { [tx] in
                    try tx.endGuardianship(ID(stored: guardian), ID(stored: student), last: tx.today.adding(-1))
                }
                try tx.tell(GuardianshipChanged(guardian: ID(stored: guardian), student: ID(stored: student)))
            }
        }
    }
}
