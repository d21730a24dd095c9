import Base
import Registry
import Storage
import Work

extension RequestRecord {
    static let columns: SQL = """
        r.id, r.kind, r.subject_kind, r.subject_id, r.words, r.asked_by, r.asked_at, r.answer_by, r.done_by, r.state, r.answer, r.answered_at
        """

    init(_ row: inout Row) throws {
        (id, kind) = (try row(), try row())
        person = HeldPerson(HeldPerson.Kind(rawValue: try row()) ?? .student, try row())
        (words, askedBy, askedAt, answerBy, doneBy) = (try row(), try row(), try row(), try row(), try row())
        (state, answer, answeredAt) = (try row(), try row(), try row())
    }
}

extension Tx {
    /// The requests about one person, the newest first. The caller has reached the person.
    func requests(of person: HeldPerson) throws -> [RequestRecord] {
        try all(
            """
            SELECT \(sql: RequestRecord.columns) FROM rights_request r WHERE r.subject_id = \(person.id) AND r.subject_kind = \(person.kind.rawValue)
            ORDER BY r.id DESC LIMIT 200
            """, RequestRecord.init)
    }

    /// Requests within reach that wait, the most urgent first; or those that are over, the newest first.
    func requests(areUnderway: Bool, scope: Scope, limit: Int = 200) throws -> [RequestRecord] {
        let states = RequestState.allCases.filter { $0.isUnderway == areUnderway }.map(\.rawValue)
        return try all(
            """
            SELECT \(sql: RequestRecord.columns) FROM rights_request r WHERE r.state IN \(list: states)
            AND \(scope, on: Belongs(org: "r.org_id", classGroup: "r.class_id", student: "r.subject_id", level: "r.level"))
            ORDER BY \(sql: areUnderway ? "r.done_by, r.id" : "r.id DESC") LIMIT \(limit)
            """, RequestRecord.init)
    }

    /// One request within reach.
    func request(_ id: ID<PersonRequest>, scope: Scope) throws -> RequestRecord? {
        try one(
            """
            SELECT \(sql: RequestRecord.columns) FROM rights_request r WHERE r.id = \(id)
            AND \(scope, on: Belongs(org: "r.org_id", classGroup: "r.class_id", student: "r.subject_id", level: "r.level"))
            """, RequestRecord.init)
    }

    /// Writes a request with its deadlines.
    func insertRequest(
        _ kind: RequestKind, about student: StudentRecord, words: String, by account: ID<Account>?, answerBy: Day
    ) throws -> ID<PersonRequest> {
        let id = newID(PersonRequest.self)
        try exec(
            """
            INSERT INTO rights_request (id, kind, subject_kind, subject_id, org_id, class_id, level, words, asked_by, asked_at, answer_by, done_by,
            state, answer) VALUES (\(id), \(kind.code), 'student', \(student.id), \(student.org), \(student.classGroup),
            \(student.level?.rawValue ?? ""), \(words), \(account), \(now), \(answerBy), \(today.adding(kind.doneDays)), 'open', '')
            """)
        return id
    }

    /// Brings a request on; false when it has ended meanwhile.
    func bring(_ id: ID<PersonRequest>, to state: RequestState, answer: String, by account: ID<Account>?) throws -> Bool
    {
        try exec(
            """
            UPDATE rights_request SET state = \(state), answer = \(answer), answered_by = \(account),
            answered_at = COALESCE(answered_at, \(now)), ended_at = \(state.isUnderway ? nil : now)
            WHERE id = \(id) AND state IN ('open', 'taken')
            """) == 1
    }

    /// Whether nobody works on a day: national holidays of the calendar.
    func isHoliday(_ day: Day) throws -> Bool {
        guard let period = Period(day, day) else { return false }
        return try !holidays(in: period).isEmpty
    }
}

/// What the room keeps of people itself.
enum RequestHolding {
    static let holding = PersonHolding(tables: ["rights_request"]) { tx, person in
        let rows = try tx.requests(of: person).map { request -> [HeldFact] in
            [
                (
                    t("Yêu cầu"),
                    RequestKind.all.first { $0.code == request.kind }.map { translated($0.name) } ?? request.kind
                ),
                (t("Nội dung"), request.words), (t("Gửi lúc"), request.askedAt.shownMoment),
                (t("Trạng thái"), request.state.label),
                (t("Trả lời"), request.answer),
            ]
        }
        return [HeldPart(t("Yêu cầu về dữ liệu"), table: "rights_request", rows: rows)]
    }
}
