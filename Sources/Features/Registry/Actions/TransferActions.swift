import Base
import Facts
import Storage
import Work

/// A learner goes from one school to another: one asks, both heads agree, the record goes over on its day.
extension Registry {
    /// Asks for a transfer out of the learner's school: to a school of the system, or to one outside it.
    public static func askTransfer(
        _ draft: TransferDraft, by visitor: Visitor, in db: any Database
    ) async throws -> ID<Transfer> {
        try visitor.must(.enrol)
        let draft = try checked(draft)
        return try await db.write(as: visitor, "registry.transfer.ask", on: .student(draft.student)) { tx in
            guard let record = try tx.student(draft.student, scope: visitor.scope) else { throw Fault.notFound }
            return try tx.ask(draft, record, .giving, visitor)
        }
    }

    /// Asks for a learner of another school, known by a code and the date of birth, to come to a class within the visitor's reach.
    public static func askTransfer(
        code: String, birth: PartialDay, into draft: TransferDraft, by visitor: Visitor, in db: any Database
    ) async throws -> ID<Transfer> {
        try visitor.must(.enrol)
        let checkedDraft = try checked(draft)
        return try await db.write(as: visitor, "registry.transfer.ask", on: Subject("student")) { tx in
            // Whoever cannot name the day of birth learns nothing, not even whether the code is one.
            guard let record = try tx.student(code: code, scope: .everything), record.birthDate == birth else {
                throw Fault.invalid([
                    Problem("code", "Không có học sinh nào mang mã và ngày sinh này. Hỏi lại gia đình hoặc trường cũ.")
                ])
            }
            var draft = checkedDraft
            draft.student = record.id
            guard let group = draft.classGroup else { throw Fault.invalid([Problem("class", "Chọn lớp.")]) }
            let place = try tx.reachable(group, visitor)
            try Enrolling.check(place, on: draft.day)
            draft.grade = try Enrolling.grade(draft.grade, in: place)
            draft.target = place.org
            return try tx.ask(draft, record, .receiving, visitor)
        }
    }

    /// The word of a school's head: yes. The receiving school says into which class.
    public static func approveTransfer(
        _ id: ID<Transfer>, as side: TransferSide, into form: EnrolForm? = nil, by visitor: Visitor, in db: any Database
    ) async throws -> TransferState {
        try visitor.must(.approveTransfers)
        return try await db.write(as: visitor, "registry.transfer.approve", on: Subject("student")) { tx in
            let line = try tx.transfer(id, as: side, visitor)
            guard let next = Transferring.next(line.state, .approval(side), isOutside: line.isOutside) else {
                throw Fault.conflict("Yêu cầu chuyển trường này đã được xử lý.")
            }
            if side == .receiving { try tx.choose(form, line, visitor) }
            try tx.approve(id, side, state: next, by: visitor.account)
            guard next == .approved, let settled = try tx.transfer(id, scope: .everything), settled.day <= tx.today
            else {
                return next
            }
            try tx.complete(settled, by: visitor.account)
            return .done
        }
    }

    /// The word of a school's head: no, and why.
    public static func refuseTransfer(
        _ id: ID<Transfer>, as side: TransferSide, reason: String, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.approveTransfers)
        let reason = try checked(reason: reason)
        try await db.write(as: visitor, "registry.transfer.refuse", on: Subject("student")) { tx in
            let line = try tx.transfer(id, as: side, visitor)
            try tx.finish(line, .refusal(side), reason, visitor)
        }
    }

    /// The school that asked takes the request back.
    public static func withdrawTransfer(_ id: ID<Transfer>, reason: String, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.enrol)
        let reason = try checked(reason: reason)
        try await db.write(as: visitor, "registry.transfer.withdraw", on: Subject("student")) { tx in
            guard let line = try tx.transfer(id, scope: visitor.scope) else { throw Fault.notFound }
            _ = try tx.transfer(id, as: line.askedSide, visitor)
            try tx.finish(line, .withdrawal, reason, visitor)
        }
    }

    /// Lets approved transfers happen whose day has come, and requests lapse that nobody answered.
    static func followTransfers(in db: any Database) async throws {
        let moment = db.clock.now - Int64(Transferring.days) * 86_400_000
        let (due, stale) = try await db.read { tx in try tx.dueTransfers(askedBefore: moment) }
        for id in due {
            do {
                try await db.write(as: .job("registry"), "registry.transfer.complete", on: Subject("student")) { tx in
                    guard let line = try tx.transfer(id, scope: .everything), line.state == .approved else { return }
                    try tx.complete(line, by: nil)
                }
            } catch let fault as Fault {
                try await lapse(id, fault.message, in: db)
            }
        }
        for id in stale { try await lapse(id, "", in: db) }
    }

    /// A transfer that nobody answered, or that cannot happen any more because the learner left or the class closed.
    private static func lapse(_ id: ID<Transfer>, _ reason: String, in db: any Database) async throws {
        try await db.write(as: .job("registry"), "registry.transfer.lapse", on: Subject("student")) { tx in
            guard let line = try tx.transfer(id, scope: .everything), line.state.isOpen else { return }
            tx.audit(subject: .student(line.student, org: line.source))
            try tx.end(id, .lapsed, reason: reason, by: nil)
        }
    }

    private static func checked(_ draft: TransferDraft) throws -> TransferDraft {
        var draft = draft, problems: [Problem] = []
        draft.reason = Fold.compose(draft.reason)
        draft.outside = Fold.compose(draft.outside)
        draft.papers = Transferring.papers.filter(draft.papers.contains)
        if !(3...500).contains(draft.reason.unicodeScalars.count) {
            problems.append(Problem("reason", "Ghi lý do: 3 đến 500 chữ."))
        }
        if draft.outside.unicodeScalars.count > 200 {
            problems.append(Problem("outside", "Tên trường dài quá 200 chữ."))
        }
        guard problems.isEmpty else { throw Fault.invalid(problems) }
        return draft
    }

    private static func checked(reason text: String) throws -> String {
        let reason = Fold.compose(text)
        guard (3...500).contains(reason.unicodeScalars.count) else {
            throw Fault.invalid([Problem("reason", "Ghi lý do: 3 đến 500 chữ.")])
        }
        return reason
    }
}

extension Tx {
    fileprivate func ask(_ draft: TransferDraft, _ record: StudentRecord, _ side: TransferSide, _ visitor: Visitor)
        throws
        -> ID<Transfer>
    {
        guard let stay = try openStay(of: record.id) else {
            throw Fault.conflict(
                t("{} không đang học nên không chuyển trường được. Hãy dùng Nhận lại.", record.name.full))
        }
        guard draft.target != stay.org else {
            throw Fault.invalid([Problem("school", "Học sinh đang học ở chính trường này: hãy dùng Chuyển lớp.")])
        }
        guard draft.target != nil || !draft.outside.isEmpty else {
            throw Fault.invalid([Problem("school", "Chọn trường nhận.")])
        }
        guard draft.day > stay.period.first else {
            throw Fault.invalid([
                Problem("day", t("Ngày chuyển phải sau {}, ngày vào lớp hiện tại.", stay.period.first.shown))
            ])
        }
        guard draft.day <= today.adding(120) else {
            throw Fault.invalid([Problem("day", "Ngày chuyển không quá 120 ngày kể từ hôm nay.")])
        }
        guard try openTransfer(of: record.id) == nil else {
            throw Fault.conflict(t("{} đã có một yêu cầu chuyển trường đang chờ.", record.name.full))
        }
        audit(subject: .student(record.id, org: stay.org))
        return try insert(draft, from: stay.org, stay.className ?? "", side: side, by: visitor.account)
    }

    /// A transfer, for whoever may speak for one of its schools.
    fileprivate func transfer(_ id: ID<Transfer>, as side: TransferSide, _ visitor: Visitor) throws -> TransferLine {
        guard let line = try transfer(id, scope: visitor.scope) else { throw Fault.notFound }
        let org = side == .giving ? line.source : line.target
        guard try isWithin(org, visitor.scope) else { throw Fault.forbidden }
        audit(subject: .student(line.student, org: org))
        return line
    }

    /// The receiving school's class, chosen with its head's word; one chosen before holds unless another is named.
    fileprivate func choose(_ form: EnrolForm?, _ line: TransferLine, _ visitor: Visitor) throws {
        guard let form else {
            guard line.classGroup != nil else { throw Fault.invalid([Problem("class", "Chọn lớp.")]) }
            return
        }
        let group = try reachable(form.classGroup, visitor)
        guard group.org == line.target else { throw Fault.notFound }
        try Enrolling.check(group, on: form.day)
        try place(line.id, into: group.id, grade: try Enrolling.grade(form.grade, in: group), day: form.day)
    }

    fileprivate func finish(_ line: TransferLine, _ event: TransferEvent, _ reason: String, _ visitor: Visitor) throws {
        guard let next = Transferring.next(line.state, event, isOutside: line.isOutside) else {
            throw Fault.conflict("Yêu cầu chuyển trường này đã được xử lý.")
        }
        try end(line.id, next, reason: reason, by: visitor.account)
    }

    /// The stay at the giving school ends on the day before, the one at the receiving school begins; papers and history are the record's.
    func complete(_ line: TransferLine, by account: ID<Account>?) throws {
        guard let record = try student(line.student, scope: .everything), let stay = try openStay(of: line.student),
            stay.org == line.source
        else { throw Fault.conflict(t("{} không còn học ở {}.", line.studentName, line.sourceName)) }
        guard line.day > stay.period.first else {
            throw Fault.conflict(t("Ngày chuyển phải sau {}, ngày vào lớp hiện tại.", stay.period.first.shown))
        }
        let leaving = Transferring.leaving(on: line.day), subject = Subject.student(line.student, org: line.source)
        audit(subject: subject)
        try changed(subject, "org", from: line.source.code, to: line.target?.code)
        try endStay(stay, last: line.day.adding(-1), leaving: leaving, reason: line.reason)
        if let id = line.classGroup, let group = try classGroup(id, scope: .everything), line.target != nil {
            var form = EnrolForm(classGroup: id, day: line.day)
            (form.grade, form.entry, form.reason) = (line.grade, "transfer", line.reason)
            try enrol(line.student, form, group, from: stay.className)
        } else {
            try changed(subject, "status", from: record.status, to: leaving)
            try setPlace(
                of: line.student, org: stay.org, classGroup: nil, level: stay.level, grade: stay.grade, status: leaving)
            try tell(EnrolmentChanged(student: line.student, org: stay.org, classGroup: nil))
        }
        try recountAfter(stay)
        try end(line.id, .done, by: account)
    }
}
