import Base
import Facts
import Files
import Storage
import Work

// Roles of edition 1.2, and what demographics say of a person.
extension Roster {
    mutating func writeRole(_ row: OneRosterRow) throws -> Fate {
        let old = try find("roles", row.sourcedId)
        if let old, row.isGone { return try endRole(old, row.sourcedId) }
        if row.isGone { return .unchanged }
        if let old, try isKnown(row, old) { return .unchanged }
        let entity = RosterRoles(word: row["role"]).entities.first ?? "staff"
        guard let user = row.text("userSourcedId"), let person = try person(user, as: entity) else {
            throw row.error(
                "userSourcedId", t("Không rõ người dùng mang mã này: không có trong tệp users.csv và chưa có trong sổ.")
            )
        }
        guard let name = row.text("orgSourcedId"), let school = try org(name) else {
            throw row.error(
                "orgSourcedId", t("Không rõ đơn vị mang mã này: không có trong tệp orgs.csv và chưa có trong sổ."))
        }
        let columns = try old.map { try news(row, over: $0, from: current($0, row)) } ?? []
        if old != nil, columns.isEmpty { return .unchanged }
        try mustReach(school, row, "orgSourcedId")
        let bearer = try place(entity, person, at: school, row, old, columns)
        try remember(row, bearer.entity, bearer.id, over: old)
        return old == nil ? .created : .updated
    }

    /// The row that an export would write for a role.
    private func current(_ old: RosterEntry, _ row: OneRosterRow) throws -> RosterBook.Row {
        if old.entity == "post", let post = try tx.post(old.id),
            let staff = try tx.staff(post.staff, scope: .everything)
        {
            return try book.post(old.id, post, group: staff.group)
        }
        guard old.source == nil else { return RosterBook.row(old.record) }
        switch old.entity {
        case "student":
            return try tx.student(ID(stored: old.id), scope: .everything)?.org.map {
                try book.role("student", old.id, "student", org: $0)
            } ?? [:]
        case "guardian":
            return try book.role("guardian", old.id, "guardian", org: org(row["orgSourcedId"]) ?? ID(stored: 0))
        default:
            guard let staff = try tx.staff(ID(stored: old.id), scope: .everything), let org = staff.org else {
                return [:]
            }
            return try book.role(
                "staff", old.id, RosterBook.role12(staff.group, staff.position, context.catalogues), org: org)
        }
    }

    /// Puts a person where the role says; answers the record that bears the role.
    private mutating func place(
        _ entity: String, _ person: Int64, at school: ID<Org>, _ row: OneRosterRow, _ old: RosterEntry?,
        _ columns: Set<String>
    ) throws -> (entity: String, id: Int64) {
        switch entity {
        case "student":
            guard let record = try tx.student(ID(stored: person), scope: .everything) else { throw Fault.notFound }
            let isMoved = columns.contains("orgsourcedid") && row["roleType"] != "secondary"
            if record.org == nil || isMoved { try move(record, to: school) }
            return (entity, person)
        case "staff": return ("post", try post(of: ID(stored: person), at: school, row, old, columns))
        default: return (entity, person)
        }
    }

    /// Puts a learner at another school; a stay elsewhere ends, and the class comes with the enrolments.
    mutating func move(_ record: StudentRecord, to org: ID<Org>) throws {
        guard record.org != org else { return }
        let stay = try tx.openStay(of: record.id)
        if stay?.org == org { return }
        if let stay { try end(stay, on: tx.today, leaving: Leaving.moved) }
        if record.createdAt < batch.startedAt {
            try tx.changed(.student(record.id, org: org), "org", from: record.org?.code, to: org.code)
        }
        try tx.changing(.student, record.id, in: &batch) { [tx] in
            try tx.settle(
                record, org: org, classGroup: nil, level: record.level, grade: record.grade, status: record.status)
        }
        if record.org != nil { try tx.tell(EnrolmentChanged(student: record.id, org: org, classGroup: nil)) }
    }

    /// Puts a member of staff at another unit: the posts at the old one end, whoever calls this makes the new one.
    mutating func move(_ record: StaffRecord, to org: ID<Org>, position: String) throws {
        guard record.org != org else { return }
        for post in try tx.openPosts(of: record.id) where try tx.post(post.id)?.org == record.org {
            guard let period = Period(min(post.first, tx.today), tx.today) else { continue }
            try tx.changing(.post, post.id, in: &batch) { [tx] in try tx.update(post: post.id, period) }
        }
        try tx.changed(.staff(record.id, org: org), "org", from: record.org?.code, to: org.code)
        try tx.changing(.staff, record.id, in: &batch) { [tx] in
            try tx.setPost(of: record, org: org, position: position)
        }
        for one in [record.org, org].compactMap({ $0 }) {
            batch.tally.schools.insert(Tally.SchoolOfYear(org: one, year: SchoolYear(of: tx.today)))
        }
        try tx.tell(StaffPlaceChanged(staff: record.id))
    }

    private mutating func post(
        of staff: ID<Staff>, at school: ID<Org>, _ row: OneRosterRow, _ old: RosterEntry?, _ columns: Set<String>
    ) throws -> Int64 {
        guard let record = try tx.staff(staff, scope: .everything) else { throw Fault.notFound }
        let first = row.day("beginDate") ?? context.since,
            period = Period(first, row.day("endDate").map(ending) ?? .forever) ?? .always
        var moves = false
        if let old, old.entity == "post", let known = try tx.post(old.id) {
            if known.org == school, known.staff == staff {
                if !columns.isDisjoint(with: ["begindate", "enddate"]) || isBack(old) {
                    try tx.changing(.post, old.id, in: &batch) { [tx] in try tx.update(post: old.id, period) }
                }
                if columns.contains("role") { try regroup(record, group(row, known.position, at: school)) }
                return old.id
            }
            moves = known.staff == staff && known.org == record.org && known.isMain
            if let last = Period(min(known.period.first, tx.today), min(known.period.last, tx.today)) {
                try tx.changing(.post, old.id, in: &batch) { [tx] in try tx.update(post: old.id, last) }
            }
        }
        let told = row.text("metadata.hoaban.position") ?? "", isMain = row["roleType"] != "secondary"
        let position = context.catalogues["position-codes"]?.item(told) == nil ? "" : told
        let id = try tx.insertPost(staff, at: school, position: position, isMain: isMain, period: period)
        try tx.made(.post, id, in: &batch)
        guard isMain, period.isOpen else { return id.raw }
        if moves { try move(record, to: school, position: position.isEmpty ? record.position : position) }
        let group = try group(row, position, at: school), isFresh = record.createdAt >= batch.startedAt
        try tx.changing(.staff, staff, in: &batch) { [tx] in
            if record.group != group, isFresh {
                try tx.update(record, [Change(key: "staff_group", old: record.group.rawValue, new: group.rawValue)])
            }
            if !moves { try tx.setOrg(school, position: position, of: record) }
        }
        batch.tally.schools.insert(Tally.SchoolOfYear(org: school, year: SchoolYear(of: tx.today)))
        return id.raw
    }

    /// Puts a member of staff into another group, because the file now calls the role otherwise.
    mutating func regroup(_ record: StaffRecord, _ group: StaffGroup) throws {
        guard record.group != group else { return }
        let change = Change(key: "staff_group", old: record.group.rawValue, new: group.rawValue)
        try tx.changed(.staff(record.id, org: record.org), change)
        try tx.changing(.staff, record.id, in: &batch) { [tx] in try tx.update(record, [change]) }
        if let org = record.org {
            batch.tally.schools.insert(Tally.SchoolOfYear(org: org, year: SchoolYear(of: tx.today)))
        }
    }

    private func group(_ row: OneRosterRow, _ position: String, at school: ID<Org>) throws -> StaffGroup {
        if let told = context.catalogues["position-codes"]?.item(position)?.group.flatMap(StaffGroup.init) {
            return told
        }
        return StaffGroup(roster: row["role"], isOffice: try tx.org(school, scope: .everything)?.isInstitution == false)
    }

    mutating func writeDemographics(_ row: OneRosterRow) throws -> Fate {
        let old = try find("demographics", row.sourcedId)
        if row.isGone { return try forget(old?.source == nil ? nil : old, "demographics", row.sourcedId) }
        if let old, try isKnown(row, old) { return .unchanged }
        if try find("users", row.sourcedId)?.entity == "kept" { return try keep(row) }
        let found = try ["student", "staff", "guardian"].lazy.compactMap { entity in
            try self.person(row.sourcedId, as: entity).map { (entity: entity, id: $0) }
        }.first
        guard let person = found else {
            throw row.error(
                "sourcedId", t("Không rõ người dùng mang mã này: không có trong tệp users.csv và chưa có trong sổ."))
        }
        guard try describe(person, row, old) else { return .unchanged }
        try remember(row, person.entity, person.id, over: old)
        return old == nil || old?.source == nil && old?.digest.isEmpty == false ? .created : .updated
    }

    /// Writes birth date, sex and people into a record; answers whether the row says anything new.
    private mutating func describe(_ person: (entity: String, id: Int64), _ row: OneRosterRow, _ old: RosterEntry?)
        throws -> Bool
    {
        let birth =
            row.text("metadata.hoaban.birthDate").flatMap { PartialDay($0) }
            ?? row.day("birthDate").map(PartialDay.init)
        let kept = RosterBook.row(old?.record ?? Details())
        let told = Demographics(
            birth: birth, sex: ["male", "female"].first { $0 == row["sex"] },
            ethnicity: row.text("metadata.hoaban.ethnicity").flatMap {
                context.catalogues["ethnic-groups"]?.item($0)?.code
            })
        func says(_ birth: PartialDay?, _ sex: String, _ ethnicity: String) -> Bool {
            old == nil
                || !news(
                    row, over: old, from: book.demographics(birth, sex: sex, ethnicity: ethnicity, record: kept)
                ).isEmpty
        }
        switch person.entity {
        case "student":
            guard let record = try tx.student(ID(stored: person.id), scope: batch.scope) else {
                throw row.error("sourcedId", t("Hồ sơ này ở ngoài phạm vi quản lý của bạn."))
            }
            guard says(record.birthDate, record.sex, record.ethnicity) else { return false }
            let changes = told.changes(of: record.values)
            try history(.student(record.id, org: record.org), changes, of: record.createdAt)
            try tx.changing(.student, person.id, in: &batch) { [tx] in
                if !changes.isEmpty { try tx.update(record, changes, residence: nil, isCounted: false) }
            }
            if let group = record.classGroup, !changes.isEmpty { batch.tally.classes.insert(group) }
        case "staff":
            guard let record = try tx.staff(ID(stored: person.id), scope: batch.scope) else {
                throw row.error("sourcedId", t("Hồ sơ này ở ngoài phạm vi quản lý của bạn."))
            }
            guard says(record.birthDate, record.sex, record.ethnicity) else { return false }
            let changes = told.changes(of: record.values)
            try history(.staff(record.id, org: record.org), changes, of: record.createdAt)
            try tx.changing(.staff, person.id, in: &batch) { [tx] in
                if !changes.isEmpty { try tx.update(record, changes) }
            }
        default:
            guard let record = try tx.guardian(person.id), says(record.birthDate, record.sex, "") else { return false }
            var draft = GuardianDraft(name: record.name)
            (draft.phone, draft.details) = (record.phone, record.details)
            (draft.sex, draft.birthDate) = (told.sex ?? record.sex, told.birth ?? record.birthDate)
            let new = draft
            try tx.changing(.guardian, person.id, in: &batch) { [tx] in
                if new.sex != record.sex || new.birthDate != record.birthDate { try tx.update(record.id, new) }
            }
        }
        return true
    }

    /// The history of a record that was there before; one that the same file brings in begins with these values.
    private func history(_ subject: Subject, _ changes: [Change], of createdAt: Int64) throws {
        guard createdAt < batch.startedAt else { return }
        for change in changes { try tx.changed(subject, change) }
    }
}

/// What a row of demographics says in the register's words.
private struct Demographics {
    let birth: PartialDay?, sex: String?, ethnicity: String?

    func changes(of values: [String: String]) -> [Change] {
        [("birth_date", birth?.iso), ("ethnicity", ethnicity), ("sex", sex)].compactMap { key, new in
            guard let new, new != values[key] ?? "" else { return nil }
            return Change(key: key, old: values[key] ?? "", new: new)
        }
    }
}
