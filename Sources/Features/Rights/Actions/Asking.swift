import Base
import Registry
import Storage
import Work

/// The room's verbs.
enum Rights {
    /// Files a request in the name of the person or the family.
    static func ask(_ code: String, _ words: String, about id: ID<Student>, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.useRights)
        guard let kind = RequestKind.all.first(where: { $0.code == code }) else {
            throw Fault.invalid([Problem("kind", "Chọn điều bạn yêu cầu.")])
        }
        guard words.unicodeScalars.count <= 2000 else {
            throw Fault.invalid([Problem("words", "Nội dung dài quá 2.000 ký tự.")])
        }
        try await db.write(as: visitor, "rights.request.create", on: .student(id)) { tx in
            guard let student = try tx.student(id, scope: visitor.scope) else { throw Fault.notFound }
            guard try tx.requests(of: HeldPerson(.student, id.raw)).count(where: { $0.state.isUnderway }) < 20 else {
                throw Fault.conflict("Đã có nhiều yêu cầu đang chờ. Hãy đợi trả lời rồi gửi tiếp.")
            }
            let subject = Subject.student(id, org: student.org)
            tx.audit(subject: subject)
            tx.audit(note: kind.code)
            let today = tx.today
            var holidays: Set<Day> = []
            for offset in 1...30 where try tx.isHoliday(today.adding(offset)) { holidays.insert(today.adding(offset)) }
            let answerBy = Deadlines.working(kind.answerDays, after: today) { holidays.contains($0) }
            _ = try tx.insertRequest(kind, about: student, words: words, by: visitor.account, answerBy: answerBy)
        }
    }

    /// Takes a request on, ends it, or refuses it with a reason; the one who asked may withdraw it.
    static func bring(
        _ id: ID<PersonRequest>, to state: RequestState, answer: String, by visitor: Visitor, in db: any Database
    )
        async throws -> HeldPerson
    {
        try visitor.must(state == .withdrawn ? .useRights : .answerRequests)
        guard state != .refused && state != .done || answer.unicodeScalars.count >= 5 else {
            throw Fault.invalid([Problem("answer", "Ghi câu trả lời cho người yêu cầu.")])
        }
        guard answer.unicodeScalars.count <= 2000 else {
            throw Fault.invalid([Problem("answer", "Nội dung dài quá 2.000 ký tự.")])
        }
        return try await db.write(
            as: visitor, "rights.request.update", on: Subject("request", id.raw, org: visitor.org)
        ) { tx in
            guard let request = try tx.request(id, scope: visitor.scope) else { throw Fault.notFound }
            tx.audit(
                subject: request.person.subject(
                    org: try tx.student(ID(stored: request.person.id), scope: .everything)?.org))
            tx.audit(note: state.rawValue)
            guard try tx.bring(id, to: state, answer: answer, by: visitor.account) else {
                throw Fault.conflict("Yêu cầu này đã được trả lời.")
            }
            return request.person
        }
    }

    /// Puts the export of all that is held on a learner into the queue.
    static func order(_ id: ID<Student>, folder: String, by visitor: Visitor, in db: any Database) async throws -> ID<
        JobRun
    > {
        try visitor.must(.useRights)
        return try await db.write(as: visitor, "rights.person.order", on: .student(id)) { tx in
            guard let student = try tx.student(id, scope: visitor.scope) else { throw Fault.notFound }
            tx.audit(subject: .student(id, org: student.org))
            let order = ParcelOrder(
                person: HeldPerson(.student, id.raw), folder: folder, name: student.name.full, code: student.code,
                org: student.org?.raw)
            return try tx.enqueue(Jobs.kind, input: try order.text, by: visitor, isLocal: true)
        }
    }
}

extension HeldPerson {
    /// The person in the trail, readable by the people of a unit.
    func subject(org: ID<Org>?) -> Subject {
        switch kind {
        case .student: .student(ID(stored: id), org: org)
        case .staff: .staff(ID(stored: id), org: org)
        case .guardian: .guardian(ID(stored: id), org: org)
        }
    }
}
