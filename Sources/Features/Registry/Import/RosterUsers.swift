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
        if let old, try isKnown(row, old) { return .unchanged }
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
        var isFound = false
        for entity in entities {
            let twin = try known(entity, row), id = try twin ?? insert(entity, row, name, school)
            if entity == first {
                (primary, isFound) = (id, twin != nil)
            } else {
                try identify(context.source, "users/\(entity)", row.sourcedId, entity, id)
            }
        }
        try remember(row, first, primary, over: old)
        context.news.add(.users, row.sourcedId)
        guard isFound else { return .created }
        // Somebody already here is not made again: the row is a change of that record, or none.
        let mine = RosterEntry(entity: first, id: primary, source: nil, digest: [], record: Details())
        return try updateUser(row, name, mine)
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
        let found: (id: Int64, isReached: Bool)?
        switch entity {
        case "student" where PersonCode.student.problem(with: code) == nil:
            found = try tx.student(code: code, scope: .everything).map {
                ($0.id.raw, try tx.student($0.id, scope: batch.scope) != nil)
            }
        case "staff" where PersonCode.staff.problem(with: code) == nil:
            found = try tx.staff(code: code, scope: .everything).map {
                ($0.id.raw, try tx.staff($0.id, scope: batch.scope) != nil)
            }
        default: found = nil
        }
        guard let found else { return nil }
        // Whose the code is stays untold.
        guard found.isReached else { throw row.error("identifier", t("Mã này đã có người khác dùng.")) }
        let names = try ["users", "users/\(entity)"].flatMap { type in
            try tx.rosterNames(of: entity, found.id, by: context.source, type: type)
        }
        guard names.allSatisfy({ $0 == row.sourcedId }) else {
            throw row.error("identifier", t("Mã này là của một người khác trong tệp cùng nguồn."))
        }
        return found.id
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
        let isBack = isBack(old), told = roles(of: row)
        if row.header.has("role"), isNew("role", row, over: old), !told.entities.contains(old.entity) {
            throw row.error(
                "role", t("Mã này đang là của người có vai trò khác. Người có vai trò mới cần mã khác."))
        }
        let isChanged: Bool
        switch old.entity {
        case "student": isChanged = try update(student: ID(stored: old.id), row, name, old)
        case "staff": isChanged = try update(staff: ID(stored: old.id), row, name, old)
        default: isChanged = try update(guardian: old.id, row, name, old) || isBack
        }
        guard isChanged else { return .unchanged }
        if row.header.has("agentSourcedIds"), isNew("agentSourcedIds", row, over: old) {
            context.news.add(.users, row.sourcedId)
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

    private mutating func update(student id: ID<Student>, _ row: OneRosterRow, _ name: PersonName, _ old: RosterEntry)
        throws -> Bool
    {
        let isBack = isBack(old)
        guard let record = try tx.student(id, scope: batch.scope) else {
            throw row.error("sourcedId", t("Hồ sơ này ở ngoài phạm vi quản lý của bạn."))
        }
        let columns = news(row, over: old, from: try book.student(record))
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
            if !changes.isEmpty { try tx.update(record, changes, residence: nil, isCounted: false) }
            if let turned { try tx.setStatus(turned, ofStudent: id) }
        }
        if columns.contains("grades") { try regrade(id, row) }
        if let org = try newOrg(row, columns, instead: record.org), let now = try tx.student(id, scope: .everything) {
            try move(now, to: org)
        }
        return true
    }

    /// The unit that a row of edition 1.1 now names in place of the one where the person is.
    private mutating func newOrg(_ row: OneRosterRow, _ columns: Set<String>, instead old: ID<Org>?) throws -> ID<Org>?
    {
        guard columns.contains("orgsourcedids") else { return nil }
        let named = try row.list("orgSourcedIds").compactMap { try org($0) }
        guard let first = named.first, !named.contains(where: { $0 == old }) else { return nil }
        try mustReach(first, row, "orgSourcedIds")
        return first
    }

    /// Another grade for a learner without a class; in a class it is the class that says it.
    private mutating func regrade(_ id: ID<Student>, _ row: OneRosterRow) throws {
        guard let record = try tx.student(id, scope: .everything) else { return }
        let grades = grades(row, levels: [record.level].compactMap { $0 })
        guard let grade = grades.first, !grades.contains(record.grade) else { return }
        guard try tx.openStay(of: id) == nil, let org = record.org else {
            if !context.reader.files.contains(.enrollments) {
                warn(row, "grades", t("học sinh đang học lớp khối khác nên khối lấy theo lớp."))
            }
            return
        }
        let level = context.catalogues["grades"]?.item(grade, level: record.level)?.level ?? record.level
        try tx.changed(.student(id, org: org), "grade", from: record.grade, to: grade)
        try tx.changing(.student, id, in: &batch) { [tx] in
            try tx.settle(
                record, org: org, classGroup: record.classGroup, level: level, grade: grade, status: record.status)
        }
    }

    private mutating func update(staff id: ID<Staff>, _ row: OneRosterRow, _ name: PersonName, _ old: RosterEntry)
        throws -> Bool
    {
        let isBack = isBack(old)
        guard let record = try tx.staff(id, scope: batch.scope) else {
            throw row.error("sourcedId", t("Hồ sơ này ở ngoài phạm vi quản lý của bạn."))
        }
        let columns = news(row, over: old, from: try book.staff(record))
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
        if columns.contains("role"), let now = try tx.staff(id, scope: .everything) {
            try regroup(now, group(row, at: now.org))
        }
        if let org = try newOrg(row, columns, instead: record.org), let now = try tx.staff(id, scope: .everything),
            let period = Period(tx.today)
        {
            try move(now, to: org, position: now.position)
            try tx.made(.post, tx.insertPost(id, at: org, position: now.position, period: period), in: &batch)
        }
        return true
    }

    private mutating func update(guardian id: Int64, _ row: OneRosterRow, _ name: PersonName, _ old: RosterEntry)
        throws -> Bool
    {
        guard let record = try tx.guardian(id) else { throw row.error("sourcedId", t("Không tìm thấy trong sổ.")) }
        let columns = news(row, over: old, from: try book.guardian(record))
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
