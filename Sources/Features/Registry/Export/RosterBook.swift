import Base
import Files
import Storage

/// The register in the words of OneRoster: each record as the row that an export writes and an import compares with.
///
/// Rows are dictionaries by column name in small letters. What a file said in columns that have no field here comes back
/// from its kept row; what has a field comes from the record.
final class RosterBook {
    typealias Row = [String: String]

    let tx: Tx
    let catalogues: Catalogues
    let sources: [String]
    private var names: [String: [Int64: String]] = [:]
    private var yearNames: [SchoolYear: String] = [:]
    var offices: [ID<Org>: Bool] = [:]
    /// What a page of records will be asked about, read at once.
    var ahead = RosterAhead()

    init(_ tx: Tx, _ catalogues: Catalogues) throws {
        (self.tx, self.catalogues) = (tx, catalogues)
        sources = try tx.rosterSources()
    }

    static let types: [String: [String]] = [
        "org": ["orgs"], "session": ["academicSessions"], "course": ["courses"], "class": ["classes"],
        "enrolment": ["enrollments"],
        "teaching": ["enrollments"], "post": ["roles"], "student": users, "staff": users, "guardian": users,
    ]
    static let users = ["users", "users/student", "users/staff", "users/guardian"]
    private static let cached: Set<String> = ["org", "session", "course", "class"]

    /// The sourcedId of a record: the first other system's where no earlier one gave it to something else, or our own code.
    func name(_ entity: String, _ id: Int64) throws -> String {
        if let known = names[entity]?[id] { return known }
        let name = try entry(entity, id).name
        if RosterBook.cached.contains(entity) { names[entity, default: [:]][id] = name }
        return name
    }

    /// The sourcedId, the kind of row that gave it, and that row.
    func entry(_ entity: String, _ id: Int64) throws -> (name: String, type: String, record: Row) {
        let types = RosterBook.types[entity] ?? []
        guard let found = try naming(entity, id, types),
            try !isTaken(found.value, types[0], entity, id, before: found.source)
        else { return (ID<Org>(stored: id).code, types.first ?? "", [:]) }
        return (found.value, found.type, RosterBook.row(found.record))
    }

    private func naming(_ entity: String, _ id: Int64, _ types: [String]) throws -> RosterNaming? {
        if sources.isEmpty { return nil }
        return try ahead.namings[entity]?[id] ?? tx.rosterName(of: entity, id, types: types)
    }

    /// The sourcedId of a row kept verbatim: its own, or ours where an earlier system has one like it.
    func name(of kept: RosterEntry, type: String) throws -> String {
        for other in sources where other < kept.source ?? "" {
            if let known = try tx.rosterEntry(source: other, type: type, value: kept.name), !known.digest.isEmpty {
                return ID<Details>(stored: kept.id).code
            }
        }
        return kept.name
    }

    private func isTaken(_ value: String, _ type: String, _ entity: String, _ id: Int64, before source: String) throws
        -> Bool
    {
        for other in sources where other < source {
            if let known = try tx.rosterEntry(source: other, type: type, value: value),
                (known.entity, known.id) != (entity, id)
            {
                return true
            }
        }
        return false
    }

    static func row(_ record: Details) -> Row {
        var row = Row(record.values.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        (row["sourcedid"], row["status"], row["datelastmodified"]) = (nil, nil, nil)
        return row
    }

    func name(year: SchoolYear) throws -> String {
        if let known = yearNames[year] { return known }
        let name = try tx.yearSession(year).map { try self.name("session", $0) } ?? ""
        yearNames[year] = name
        return name
    }

    func grades(_ codes: [String], level: Level?) -> String {
        codes.compactMap { catalogues["grades"]?.item($0, level: level)?.ceds }.joined(separator: ",")
    }
}

extension RosterBook {
    func org(_ org: OrgRecord) throws -> Row {
        var row = try entry("org", org.id.raw).record
        let item = catalogues["school-kinds"]?.item(org.kind)
        row["name"] = org.name
        if !says(row["type"], { ($0 == "school") == org.isInstitution || kind(type: $0, org.name) == org.kind }) {
            row["type"] = org.isInstitution ? "school" : item?.oneroster ?? "local"
        }
        row["identifier"] = row["identifier"] ?? org.code
        if let parent = org.parent { row["parentsourcedid"] = try name("org", parent.raw) }
        row["metadata.hoaban.kind"] = org.kind
        row["metadata.hoaban.ownership"] = org.ownership
        row["metadata.hoaban.levels"] = org.levels.map(\.rawValue).joined(separator: ",")
        return row
    }

    static let sessionTypes = [
        "year": "schoolYear", "term": "term", "semester": "semester", "grading-period": "gradingPeriod",
    ]

    func session(_ session: SessionRecord) throws -> Row {
        var row = try entry("session", session.id.raw).record
        row["title"] = session.title
        if !says(row["type"], { Roster.sessionKinds[$0] ?? "term" == session.kind }) {
            row["type"] = RosterBook.sessionTypes[session.kind]
        }
        (row["startdate"], row["enddate"]) = (session.period.first.iso, session.period.last.iso)
        if let parent = session.parent { row["parentsourcedid"] = try name("session", parent.raw) }
        row["schoolyear"] = OneRosterValue.written(session.year)
        return row
    }

    func course(_ id: Int64, _ course: CourseRow) throws -> Row {
        var row = try entry("course", id).record
        (row["title"], row["coursecode"]) = (course.title, course.code)
        if let org = course.org { row["orgsourcedid"] = try name("org", org.raw) }
        if let year = course.year, try !says(row["schoolyearsourcedid"], { try self.year(ofSession: $0) == year }) {
            row["schoolyearsourcedid"] = try name(year: year)
        }
        let codes = course.grades.split(separator: ",").map(String.init)
        if !says(row["grades"], { parsed($0, level: nil) == codes }) { row["grades"] = grades(codes, level: nil) }
        row["subjects"] = course.subjects
        return row
    }

    func classGroup(_ group: ClassRecord) throws -> Row {
        var row = try entry("class", group.id.raw).record
        row["title"] = group.name
        let written = grades(group.grades, level: group.level)
        if !says(row["grades"], { written.isEmpty || Set(parsed($0, level: group.level)) == Set(group.grades) }) {
            row["grades"] = written
        }
        row["classtype"] = row["classtype"].flatMap { Roster.kind($0) == group.kind ? $0 : nil } ?? group.kind.rawValue
        row["schoolsourcedid"] = try name("org", group.org.raw)
        if let course = try ahead.courses[group.id.raw] ?? tx.courseOf(class: group.id) {
            row["coursesourcedid"] = try name("course", course)
        }
        let isOfYear = try says(row["termsourcedids"]) { sent in
            let years = try OneRosterValue.list(sent).compactMap { try self.year(ofSession: $0) }
            return years.isEmpty || years.contains(group.year)
        }
        if !isOfYear { row["termsourcedids"] = try name(year: group.year) }
        row["metadata.hoaban.level"] = group.level.rawValue
        row["metadata.hoaban.grades"] = group.grades.joined(separator: ",")
        return row
    }
}

extension RosterBook {
    func student(_ student: StudentRecord) throws -> Row {
        var row = try entry("student", student.id.raw).record
        put(student.name, into: &row)
        put(student.details["email"], student.details["phone"], into: &row)
        if !says(row["identifier"], { $0 == student.code || PersonCode.student.problem(with: $0) != nil }) {
            row["identifier"] = student.code
        }
        let written = grades([student.grade], level: student.level)
        if !says(row["grades"], { written.isEmpty || parsed($0, level: student.level).contains(student.grade) }) {
            row["grades"] = written
        }
        let bound = try ahead.guardians[student.id.raw] ?? tx.linked(student: student.id.raw)
        try put(agents: bound, "guardian", into: &row) { try self.tx.isLinked(ID(stored: $0), student.id) }
        try put(role: "student", org: student.org, isOpen: StudentStatus.open.contains(student.status), into: &row)
        return row
    }

    func staff(_ staff: StaffRecord) throws -> Row {
        var row = try entry("staff", staff.id.raw).record
        put(staff.name, into: &row)
        put(staff.details["email"], staff.details["phone"], into: &row)
        if !says(row["identifier"], { $0 == staff.code || PersonCode.staff.problem(with: $0) != nil }) {
            row["identifier"] = staff.code
        }
        if try !says(row["role"], { try group(ofRole: $0, at: staff.org) == staff.group }) { row["role"] = nil }
        try put(
            role: RosterBook.role(staff.group), org: staff.org, isOpen: StaffStatus.open.contains(staff.status),
            into: &row)
        return row
    }

    func guardian(_ guardian: GuardianRecord) throws -> Row {
        var row = try entry("guardian", guardian.id.raw).record
        put(RosterBook.parts(of: guardian.name, as: row), into: &row)
        put(guardian.details["email"], guardian.phone, into: &row)
        let children = try ahead.children[guardian.id.raw] ?? tx.linked(guardian: guardian.id.raw)
        try put(agents: children, "student", into: &row) { try self.tx.isLinked(guardian.id, ID(stored: $0)) }
        let org = try place(of: children)
        try put(role: "guardian", org: org, isOpen: true, into: &row)
        return row
    }

    /// The unit of the first of some learners that has one.
    func place(of students: [Int64]) throws -> ID<Org>? {
        try students.lazy.compactMap { [tx, ahead] id in
            try ahead.places[id] ?? tx.placeOf(student: ID(stored: id))?.org
        }.first
    }

    /// A name kept whole in its parts: as a file gave them where they still make the name.
    static func parts(of name: String, as row: Row) -> PersonName {
        let sent = PersonName(
            storedFamily: row["familyname"] ?? "", middle: row["middlename"] ?? "", given: row["givenname"] ?? "")
        if sent.full == name { return sent }
        return (try? PersonName(full: name)) ?? PersonName(storedFamily: "", middle: "", given: name)
    }

    static func role(_ group: StaffGroup) -> String {
        switch group {
        case .manager: "administrator"
        case .teacher: "teacher"
        case .other: "aide"
        case .official: "administrator"
        }
    }

    private func put(_ name: PersonName, into row: inout Row) {
        (row["givenname"], row["middlename"], row["familyname"]) = (name.given, name.middle, name.family)
    }

    private func put(_ email: String?, _ phone: String?, into row: inout Row) {
        row["email"] = email ?? ""
        if row["phone"].map({ FieldText.phone($0) ?? $0 }) != phone { row["phone"] = phone ?? "" }
    }

    /// Whoever is bound today, and those whom a file named and the register never bound: other agents than guardians.
    private func put(
        agents ids: [Int64], _ entity: String, into row: inout Row, wasBound: (Int64) throws -> Bool
    ) throws {
        let bound = try ids.map { try name(entity, $0) }, named = OneRosterValue.list(row["agentsourcedids"] ?? "")
        guard Set(bound) != Set(named) else { return }
        let others = try named.filter { name in
            if bound.contains(name) { return false }
            return try person(name, as: entity).map { try !wasBound($0) } ?? true
        }
        row["agentsourcedids"] = OneRosterValue.joined(bound + others)
    }

    private func person(_ user: String, as entity: String) throws -> Int64? {
        for source in sources {
            for type in ["users", "users/\(entity)"] {
                if let found = try tx.rosterEntry(source: source, type: type, value: user), found.entity == entity {
                    return found.id
                }
            }
        }
        return nil
    }

    private func put(role: String, org: ID<Org>?, isOpen: Bool, into row: inout Row) throws {
        // Guardians have no state that could end.
        if role != "guardian", !says(row["enableduser"], { OneRosterValue.flag($0) == isOpen }) {
            row["enableduser"] = isOpen ? "true" : "false"
        }
        row["enableduser"] = row["enableduser"] ?? "true"
        row["role"] = row["role"] ?? role
        let name = try org.map { try self.name("org", $0.raw) }
        if let name, !OneRosterValue.list(row["orgsourcedids"] ?? "").contains(name) { row["orgsourcedids"] = name }
        if let name, try !says(row["primaryorgsourcedid"], { try $0 == name || self.org($0) == nil }) {
            row["primaryorgsourcedid"] = name
        }
    }
}

extension RosterBook {
    func demographics(_ birth: PartialDay?, sex: String, ethnicity: String, record: Row) -> Row {
        var row = record
        if let day = birth?.day {
            row["birthdate"] = day.iso
        } else if let birth {
            (row["birthdate"], row["metadata.hoaban.birthdate"]) = ("", birth.iso)
        }
        if !sex.isEmpty { row["sex"] = sex }
        row["metadata.hoaban.ethnicity"] = ethnicity
        return row
    }

    func enrolment(_ stay: EnrolmentRecord) throws -> Row {
        var row = try entry("enrolment", stay.id.raw).record
        if let group = stay.classGroup { row["classsourcedid"] = try name("class", group.raw) }
        row["schoolsourcedid"] = try name("org", stay.org.raw)
        row["usersourcedid"] = try name("student", stay.student.raw)
        row["role"] = "student"
        row["metadata.hoaban.main"] = stay.kind == "main" ? "true" : "false"
        put(stay.period, into: &row)
        row["metadata.hoaban.grade"] = stay.grade
        return row
    }

    func teaching(_ teaching: TeachingRecord, org: ID<Org>) throws -> Row {
        var row = try entry("teaching", teaching.id.raw).record
        row["classsourcedid"] = try name("class", teaching.classGroup.raw)
        row["schoolsourcedid"] = try name("org", org.raw)
        row["usersourcedid"] = try name("staff", teaching.staff.raw)
        let leads = teaching.duty == "homeroom"
        let role = leads || teaching.duty == "subject" ? "teacher" : teaching.duty
        if !says(row["role"], { $0 == role }) { row["role"] = role }
        let sent = row["primary"].flatMap(OneRosterValue.flag)
        // In a group for one subject the first teacher is the file's affair.
        let isLate =
            try !leads && sent == true && tx.classGroup(teaching.classGroup, scope: .everything)?.kind == .homeroom
        if sent == nil || leads && sent == false || isLate { row["primary"] = leads ? "true" : "false" }
        put(teaching.period, into: &row)
        row["metadata.hoaban.subject"] = teaching.subject
        return row
    }

    func post(
        _ id: Int64, _ post: (staff: ID<Staff>, org: ID<Org>, position: String, isMain: Bool, period: Period),
        group: StaffGroup
    ) throws -> Row {
        var row = try entry("post", id).record
        row["usersourcedid"] = try name("staff", post.staff.raw)
        if !says(row["roletype"], { ($0 != "secondary") == post.isMain }) {
            row["roletype"] = post.isMain ? "primary" : "secondary"
        }
        if try !says(row["role"], { try !post.isMain || self.group(ofRole: $0, at: post.org) == group }) {
            row["role"] = RosterBook.role12(group, post.position, catalogues)
        }
        row["orgsourcedid"] = try name("org", post.org.raw)
        put(post.period, into: &row)
        row["metadata.hoaban.position"] = post.position
        return row
    }

    /// The role of a person whom no row of roles names.
    func role(_ entity: String, _ id: Int64, _ role: String, org: ID<Org>) throws -> Row {
        let user = try name(entity, id), school = try name("org", org.raw)
        return ["usersourcedid": user, "roletype": "primary", "role": role, "orgsourcedid": school]
    }

    static func role12(_ group: StaffGroup, _ position: String, _ catalogues: Catalogues) -> String {
        switch group {
        case .manager:
            catalogues["position-codes"]?.item(position)?.role == "principal" ? "principal" : "siteAdministrator"
        case .teacher: "teacher"
        case .other: "aide"
        case .official: "districtAdministrator"
        }
    }

    private func put(_ period: Period, into row: inout Row) {
        row["begindate"] = period.first == .first ? "" : period.first.iso
        // A last day that was sent and has not passed comes back while the stay or post goes on.
        let isAhead = says(row["enddate"]) {
            OneRosterValue.isEndless($0) || OneRosterValue.day($0).map { $0.day >= tx.today } ?? false
        }
        if period.isOpen, isAhead { return }
        row["enddate"] = period.isOpen ? "" : period.last.iso
    }

    /// The columns in which a row of a file says something else than the register.
    static func differences(_ row: OneRosterRow, from current: Row) -> Set<String> {
        var found: Set<String> = []
        for (name, value) in row.fields {
            let key = name.lowercased()
            guard !skipped.contains(key), !key.contains("password"),
                !isSame(value.unpadded, (current[key] ?? "").unpadded)
            else { continue }
            found.insert(key)
        }
        return found
    }

    private static let skipped: Set<String> = ["sourcedid", "status", "datelastmodified", ""]

    private static func isSame(_ left: String, _ right: String) -> Bool {
        if left.utf8.elementsEqual(right.utf8) { return true }
        if let one = OneRosterValue.flag(left), let other = OneRosterValue.flag(right) { return one == other }
        if let one = OneRosterValue.day(left), let other = OneRosterValue.day(right) { return one.day == other.day }
        return false
    }
}

extension String {
    /// Without blanks at the ends.
    var unpadded: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
