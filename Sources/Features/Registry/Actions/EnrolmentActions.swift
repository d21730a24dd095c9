import Base
import Facts
import Storage
import Work

extension Registry {
    /// Enrols a learner who has no open stay: a first entry, or a return.
    public static func enrol(_ student: ID<Student>, _ form: EnrolForm, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.enrol)
        try await db.write(as: visitor, "registry.student.enrol", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope) else { throw Fault.notFound }
            let group = try tx.reachable(form.classGroup, visitor)
            tx.audit(subject: .student(student, org: group.org))
            if let stay = try tx.openStay(of: student) {
                throw Fault.conflict(
                    t(
                        "{} đang học lớp {}, {}. Hãy chuyển lớp thay cho nhập học.", record.name.full,
                        stay.className ?? "", stay.orgName))
            }
            try tx.enrol(student, form, group)
        }
    }

    /// Moves a learner to another class from a day on, within what the visitor reaches.
    public static func move(_ student: ID<Student>, _ form: EnrolForm, by visitor: Visitor, in db: any Database)
        async throws
    {
        try await move([student], form, by: visitor, in: db)
    }

    /// Moves several learners at once: one entry in the trail for the verb, the history of each kept.
    public static func move(_ students: [ID<Student>], _ form: EnrolForm, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.enrol)
        try await db.write(as: visitor, "registry.student.move", on: .classGroup(form.classGroup)) { tx in
            let group = try tx.reachable(form.classGroup, visitor)
            if let only = students.first, students.count == 1 { tx.audit(subject: .student(only, org: group.org)) }
            tx.audit(note: "\(students.count)")
            for student in students {
                guard try tx.student(student, scope: visitor.scope) != nil else { throw Fault.notFound }
                guard let stay = try tx.openStay(of: student) else {
                    throw Fault.invalid("Học sinh không có lớp đang học để chuyển.")
                }
                guard stay.classGroup != group.id else { continue }
                guard form.day >= stay.period.first else {
                    throw Fault.invalid([
                        Problem("day", t("Ngày chuyển phải từ {}, ngày vào lớp hiện tại.", stay.period.first.shown))
                    ])
                }
                try tx.endStay(stay, last: form.day.adding(-1), leaving: Leaving.moved, reason: form.reason)
                try tx.enrol(student, form, group, from: stay.className)
                if let old = stay.classGroup { try tx.recount(classes: [old]) }
            }
        }
    }

    /// Lets a learner go: `day` is the last day of learning, `status` how the stay ended (`moved-1`, `left-1`, `on-hold`, `graduated` …).
    public static func leave(
        _ student: ID<Student>, on day: Day, status: String, reason: String = "", by visitor: Visitor,
        in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws {
        try visitor.must(.enrol)
        guard let item = catalogues["enrolment-statuses"]?.item(status), item.open == false else {
            throw Fault.invalid([Problem("status", "Hãy chọn một trạng thái rời trường.")])
        }
        try await db.write(as: visitor, "registry.student.leave", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope) else { throw Fault.notFound }
            guard let stay = try tx.openStay(of: student) else {
                throw Fault.conflict(t("{} đã rời trường.", record.name.full))
            }
            guard day >= stay.period.first, day <= tx.today else {
                throw Fault.invalid([
                    Problem("day", t("Ngày rời trường phải từ {} đến hôm nay.", stay.period.first.shown))
                ])
            }
            let subject = Subject.student(student, org: stay.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "status", from: record.status, to: status)
            try tx.changed(subject, "class", from: stay.className, to: nil)
            try tx.endStay(stay, last: day, leaving: status, reason: reason)
            try tx.setPlace(
                of: student, org: stay.org, classGroup: nil, level: stay.level, grade: stay.grade, status: status)
            try tx.recountAfter(stay)
            try tx.tell(EnrolmentChanged(student: student, org: stay.org, classGroup: nil))
        }
    }

    /// Takes a learner back who had left; the permanent code and all history stay.
    public static func takeBack(_ student: ID<Student>, _ form: EnrolForm, by visitor: Visitor, in db: any Database)
        async throws
    {
        var form = form
        if form.entry.isEmpty { form.entry = "return" }
        try await enrol(student, form, by: visitor, in: db)
    }
}

extension Tx {
    /// Opens a stay and brings the copies, the search index and the totals along.
    func enrol(_ student: ID<Student>, _ form: EnrolForm, _ group: ClassRecord, from old: String? = nil) throws {
        try Enrolling.check(group, on: form.day)
        let grade = try Enrolling.grade(form.grade, in: group)
        guard let period = Period(form.day) else { throw Fault.invalid([Problem("day", "Ngày chưa đúng.")]) }
        var draft = EnrolmentDraft(
            student: student, org: group.org, classGroup: group.id, year: group.year, level: group.level, grade: grade,
            period: period)
        (draft.entry, draft.reason) = (form.entry, form.reason)
        try insert(draft)
        try changed(.student(student, org: group.org), "class", from: old, to: group.name)
        try setPlace(
            of: student, org: group.org, classGroup: group.id, level: group.level, grade: grade,
            status: StudentStatus.studying)
        try recount(classes: [group.id])
        try tell(EnrolmentChanged(student: student, org: group.org, classGroup: group.id))
    }

    func recountAfter(_ stay: EnrolmentRecord) throws {
        if let group = stay.classGroup {
            try recount(classes: [group])
        } else {
            try recountSchool(stay.org, year: stay.year)
        }
    }
}
