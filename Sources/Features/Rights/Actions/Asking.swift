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
        // Whoever is out of reach learns nothing, not even what a form lacks.
        guard try await db.read({ tx in try tx.student(id, scope: visitor.scope) }) != nil else { throw Fault.notFound }
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
        guard try await db.read({ tx in try tx.request(id, scope: visitor.scope) }) != nil else { throw Fault.notFound }
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

    /// Puts the export of all that is held on one person into the queue.
    static func order(_ whose: Whose, folder: String, by visitor: Visitor, in db: any Database) async throws -> ID<
        JobRun
    > {
        try visitor.must(.takeOwn)
        return try await db.write(as: visitor, "rights.person.order", on: Subject("person")) { tx in
            let order = try whose.order(folder: folder, by: visitor, tx)
            tx.audit(subject: order.person.subject(org: order.org.map(ID.init(stored:))))
            return try tx.enqueue(Jobs.kind, input: try order.text, by: visitor, isLocal: true)
        }
    }
}

/// Whose data are asked for, and by which way they were reached.
enum Whose: Sendable {
    case student(ID<Student>), guardian(ID<Guardian>, of: ID<Student>), staff(ID<Staff>)

    /// The order, when the visitor may have it: keepers within their reach, everybody else their own and their children's.
    func order(folder: String, by visitor: Visitor, _ tx: Tx) throws -> ParcelOrder {
        let isKeeper = visitor.may(.answerRequests)
        switch self {
        case .student(let id):
            guard visitor.may(.useRights), let student = try tx.student(id, scope: visitor.scope) else {
                throw Fault.notFound
            }
            return ParcelOrder(
                person: HeldPerson(.student, id.raw), folder: folder, name: student.name.full, code: student.code,
                org: student.org?.raw)
        case .guardian(let id, let child):
            let isOwn = visitor.role == .guardian && visitor.person == id.raw
            guard isKeeper || isOwn, let student = try tx.student(child, scope: visitor.scope),
                let guardian = try tx.guardians(of: child, on: tx.today, scope: visitor.scope).first(where: {
                    $0.id == id
                })
            else { throw Fault.notFound }
            return ParcelOrder(
                person: HeldPerson(.guardian, id.raw), folder: folder, name: guardian.name, code: id.code,
                org: student.org?.raw)
        case .staff(let id):
            let isOwn = Role.workers.contains(visitor.role ?? .student) && visitor.person == id.raw
            let reached = try tx.staff(id, scope: isOwn ? .everything : visitor.scope)
            guard isKeeper || isOwn, let staff = reached else { throw Fault.notFound }
            return ParcelOrder(
                person: HeldPerson(.staff, id.raw), folder: folder, name: staff.name.full, code: staff.code,
                org: staff.org?.raw)
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
