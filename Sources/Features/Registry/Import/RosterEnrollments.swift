import Base
import Facts
import Files
import Storage
import Work

// Enrolments: learners' stays, and who teaches a class.
extension Roster {
    mutating func writeEnrolment(_ row: OneRosterRow) throws -> Fate {
        let old = try find("enrollments", row.sourcedId)
        if let old, row.isGone { return try endEnrolment(old, row.sourcedId, on: row.day("endDate") ?? tx.today) }
        if row.isGone { return .unchanged }
        if let old, try isKnown(row, old), try !hasLapsed(row, old) { return .unchanged }
        guard let name = row.text("classSourcedId"), let found = try find("classes", name),
            let group = try tx.classGroup(ID(stored: found.id), scope: .everything)
        else {
            throw row.error(
                "classSourcedId", t("Không rõ lớp mang mã này: không có trong tệp classes.csv và chưa có trong sổ."))
        }
        guard let user = row.text("userSourcedId"), try find("users", user) != nil else {
            throw row.error(
                "userSourcedId", t("Không rõ người dùng mang mã này: không có trong tệp users.csv và chưa có trong sổ.")
            )
        }
        try mustReach(group.org, row, "classSourcedId")
        if let school = row.text("schoolSourcedId"), try org(school) != group.org {
            warn(row, "schoolSourcedId", t("trường “{}” không phải trường của lớp, được lấy theo lớp.", school))
        }
        return row["role"] == "student"
            ? try writeStay(row, user, group, old) : try writeTeaching(row, user, group, old)
    }

    /// Whether a last day that lay ahead when the row came has passed since.
    private func hasLapsed(_ row: OneRosterRow, _ old: RosterEntry) throws -> Bool {
        guard old.entity == "enrolment", let last = row.day("endDate"), last < tx.today,
            let came = old.batch?.day, came <= last, let stay = try tx.enrolment(old.id)
        else { return false }
        return stay.isOpen
    }

    /// The days of a row in a class: a year that is over ends what nobody ended, and a day still to come ends nothing yet.
    private func period(_ row: OneRosterRow, _ group: ClassRecord, known: Period?, isStay: Bool = true) -> Period {
        let whole = group.year.period, isOver = whole.last < tx.today
        let first = row.day("beginDate") ?? known?.first ?? whole.first
        let last =
            row.day("endDate").map { isStay ? ending($0) : $0 }
            ?? (row.header.has("endDate") || known == nil ? (isOver ? whole.last : .forever) : known?.last ?? .forever)
        return Period(first, last) ?? Period(first, first) ?? .always
    }

    /// A last day that has not passed: whoever is there today is there.
    func ending(_ day: Day) -> Day { day >= tx.today ? .forever : day }

    private func leaving(_ period: Period, _ group: ClassRecord) -> String {
        if period.isOpen { return Leaving.none }
        return period.last.adding(75) >= group.year.lastDay ? Leaving.yearEnd : Leaving.moved
    }

    private mutating func writeStay(_ row: OneRosterRow, _ user: String, _ group: ClassRecord, _ old: RosterEntry?)
        throws -> Fate
    {
        guard let id = try person(user, as: "student"), let student = try tx.student(ID(stored: id), scope: .everything)
        else {
            warn(
                row, "userSourcedId", t("“{}” không phải học sinh nên dòng được giữ nguyên, chưa thành ghi danh.", user)
            )
            return try keep(row)
        }
        if let old, old.entity == "enrolment" { return try updateStay(row, old, student, group) }
        if let old, old.entity == "teaching" { _ = try endEnrolment(old, row.sourcedId, on: tx.today.adding(-1)) }
        let twin = try tx.stay(of: student.id, in: group.id).flatMap { try tx.enrolment($0) }
        if let twin, try !tx.isNamed("enrolment", twin.id.raw, by: context.source, type: "enrollments") {
            try remember(row, "enrolment", twin.id.raw, over: old)
            return old == nil ? .unchanged : .updated
        }
        let stay = try insertStay(row, student, group)
        try remember(row, "enrolment", stay.raw, over: old)
        return old == nil || old?.entity == "kept" ? .created : .updated
    }

    private mutating func insertStay(_ row: OneRosterRow, _ student: StudentRecord, _ group: ClassRecord) throws -> ID<
        Enrolment
    > {
        let period = period(row, group, known: nil), open = try tx.openStay(of: student.id)
        let told = row.text("metadata.hoaban.grade") ?? ""
        let grade =
            group.grades.contains(told)
            ? told : group.grades.contains(student.grade) ? student.grade : group.grades.first ?? student.grade
        var draft = EnrolmentDraft(
            student: student.id, org: group.org, classGroup: group.id, year: group.year, level: group.level,
            grade: grade, period: period)
        draft.leaving = leaving(period, group)
        draft.kind = try kind(row, group, open, period)
        if draft.kind == "main", period.isOpen, let open {
            try tx.makeRoom(open, for: group, from: period.first, in: &batch)
        }
        let id = try tx.insert(draft)
        try tx.made(.enrolment, id, in: &batch)
        batch.tally.classes.insert(group.id)
        if draft.kind == "main", period.isOpen || open == nil && (student.org == nil || student.level == nil) {
            try tx.settle(student, group, draft, in: &batch)
        }
        return id
    }

    /// The stay in the class of one's own is the main one; a group for one subject only where there is no other.
    private func kind(_ row: OneRosterRow, _ group: ClassRecord, _ open: EnrolmentRecord?, _ period: Period) throws
        -> String
    {
        if let told = row.flag("metadata.hoaban.main") { return told ? "main" : "second" }
        if group.kind == .homeroom { return "main" }
        return open == nil && period.isOpen ? "main" : "second"
    }

    private mutating func updateStay(
        _ row: OneRosterRow, _ old: RosterEntry, _ student: StudentRecord, _ group: ClassRecord
    ) throws -> Fate {
        guard let stay = try tx.enrolment(old.id) else { throw row.error("sourcedId", t("Không tìm thấy trong sổ.")) }
        let isBack = isBack(old)
        let columns = news(row, over: old, from: try book.enrolment(stay))
        guard try !columns.isEmpty || isBack || hasLapsed(row, old) else { return .unchanged }
        if stay.student != student.id || stay.classGroup != group.id || isBack && !stay.isOpen {
            if !isBack { _ = try endEnrolment(old, row.sourcedId, on: tx.today) }
            let new = try insertStay(row, student, group)
            try remember(row, "enrolment", new.raw, over: old)
            return .updated
        }
        var period = period(row, group, known: stay.period)
        // What was changed on screen stays, except where the file says something new.
        let isAsked = try !columns.isDisjoint(with: ["begindate", "enddate"]) || hasLapsed(row, old)
        if !isAsked { period = stay.period }
        if period != stay.period {
            let leaving = leaving(period, group), reopens = period.isOpen && !stay.isOpen && stay.kind == "main"
            if reopens, let other = try tx.openStay(of: student.id) {
                try tx.makeRoom(other, for: group, from: tx.today, in: &batch)
            }
            try tx.changing(.enrolment, stay.id, in: &batch) { [tx] in
                try tx.update(stay: stay.id, kind: stay.kind, period, leaving: leaving)
            }
            if !period.isOpen, stay.isOpen, student.classGroup == group.id { try release(student, leaving) }
            if reopens {
                let draft = EnrolmentDraft(
                    student: student.id, org: group.org, classGroup: group.id, year: group.year, level: group.level,
                    grade: stay.grade, period: period)
                try tx.settle(student, group, draft, in: &batch)
            }
            batch.tally.classes.insert(group.id)
        }
        try remember(row, "enrolment", stay.id.raw, over: old)
        return .updated
    }

    /// Takes a learner out of the class of today.
    mutating func release(_ student: StudentRecord, _ leaving: String) throws {
        guard let org = student.org else { return }
        try tx.changing(.student, student.id, in: &batch) { [tx] in
            try tx.settle(
                student, org: org, classGroup: nil, level: student.level, grade: student.grade, status: student.status)
        }
        try tx.changed(.student(student.id, org: org), "class", from: student.classGroup?.code, to: nil)
        try tx.tell(EnrolmentChanged(student: student.id, org: org, classGroup: nil))
    }
}

extension ID where Of == Batch {
    /// The day on which the batch began.
    var day: Day { Day(at: (raw >> 21) + IDSource.epoch) }
}

extension Roster {
    private mutating func writeTeaching(_ row: OneRosterRow, _ user: String, _ group: ClassRecord, _ old: RosterEntry?)
        throws -> Fate
    {
        guard let id = try person(user, as: "staff"), let staff = try tx.staff(ID(stored: id), scope: .everything)
        else {
            warn(row, "userSourcedId", t("“{}” không phải cán bộ, giáo viên nên dòng được giữ nguyên.", user))
            return try keep(row)
        }
        let isLead =
            group.kind == .homeroom && row["role"] == "teacher" && (row.flag("primary") ?? (group.homeroom == nil))
        if let old, old.entity == "teaching" { return try updateTeaching(row, old, staff, group) }
        if let old, old.entity == "enrolment" { _ = try endEnrolment(old, row.sourcedId, on: tx.today) }
        for twin in try tx.teachings(of: staff.id, in: group.id)
        where try !tx.isNamed("teaching", twin, by: context.source, type: "enrollments")
            && tx.teaching(twin)?.duty == (isLead ? "homeroom" : duty(row))
        {
            try remember(row, "teaching", twin, over: old)
            return old == nil ? .unchanged : .updated
        }
        let new = try insertTeaching(row, staff, group, isLead: isLead)
        try remember(row, "teaching", new, over: old)
        return old == nil || old?.entity == "kept" ? .created : .updated
    }

    private func duty(_ row: OneRosterRow) -> String { row["role"] == "teacher" ? "subject" : row["role"] }

    private mutating func insertTeaching(_ row: OneRosterRow, _ staff: StaffRecord, _ group: ClassRecord, isLead: Bool)
        throws -> Int64
    {
        var period = period(row, group, known: nil, isStay: false)
        // Assignments end with their year, as those made by hand do.
        if period.isOpen { period = Period(period.first, max(period.first, group.year.lastDay)) ?? period }
        let subject = row.text("metadata.hoaban.subject") ?? ""
        let id = try tx.insertTeaching(
            staff.id, of: group.id, subject: subject, duty: isLead ? "homeroom" : duty(row), period: period)
        try tx.made(.teaching, id, in: &batch)
        if isLead, group.homeroom != staff.id, period.contains(min(tx.today, group.year.lastDay)) {
            try tx.changing(.classGroup, group.id, in: &batch) { [tx] in try tx.lead(group.id, by: staff.id) }
        }
        if staff.createdAt < batch.startedAt { try tx.tell(StaffPlaceChanged(staff: staff.id)) }
        return id.raw
    }

    private mutating func updateTeaching(
        _ row: OneRosterRow, _ old: RosterEntry, _ staff: StaffRecord, _ group: ClassRecord
    ) throws -> Fate {
        guard let record = try tx.teaching(old.id) else { throw row.error("sourcedId", t("Không tìm thấy trong sổ.")) }
        let isBack = isBack(old)
        let columns = try news(row, over: old, from: book.teaching(record, org: group.org))
        guard isBack || !columns.isEmpty else { return .unchanged }
        let leads = group.kind == .homeroom && row["role"] == "teacher" && row.flag("primary") == true
        let wanted = columns.isDisjoint(with: ["role", "primary"]) ? record.duty : leads ? "homeroom" : duty(row)
        if record.staff != staff.id || record.classGroup != group.id || record.duty != wanted {
            _ = try endEnrolment(old, row.sourcedId, on: tx.today)
            let new = try insertTeaching(row, staff, group, isLead: wanted == "homeroom")
            try remember(row, "teaching", new, over: old)
            return .updated
        }
        var period = period(row, group, known: record.period, isStay: false)
        if period.isOpen { period = Period(period.first, max(period.first, group.year.lastDay)) ?? period }
        let shape = period
        try tx.changing(.teaching, old.id, in: &batch) { [tx] in try tx.update(teaching: old.id, shape) }
        try remember(row, "teaching", old.id, over: old)
        return .updated
    }
}
