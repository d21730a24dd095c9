import Base
import Facts
import Files
import Storage
import Work

extension Registry {
    /// Enters a new learner into the register and a class; answers the key and what the entry leaves in doubt.
    public static func createStudent(
        _ form: RecordForm, into place: EnrolForm, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws -> (id: ID<Student>, warnings: [String]) {
        try visitor.must(.editStudents)
        guard let fields = catalogues.fields["student"] else { throw CatalogueError(description: "no student fields") }
        let parsed = try Editing.parse(form, fields, catalogues, allowed: nil)
        return try await db.write(as: visitor, "registry.student.create", on: Subject("student")) { tx in
            let doubts = try Editing.checkPerson(parsed.values, today: tx.today)
            let group = try tx.reachable(place.classGroup, visitor)
            let draft = try studentDraft(parsed.values, in: tx)
            let id = try tx.insert(draft)
            tx.audit(subject: .student(id, org: group.org))
            for (key, value) in parsed.values where !value.isEmpty {
                try tx.changed(
                    .student(id, org: group.org), key, from: nil, to: key == "personal_id" ? masked(value) : value)
            }
            try tx.enrol(id, place, group)
            return (id, parsed.warnings + doubts)
        }
    }

    /// Changes the fields of a learner's record that the form shows; answers doubts. Another's change of the same field is a conflict.
    @discardableResult
    public static func editStudent(
        _ id: ID<Student>, _ form: RecordForm, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws -> [String] {
        let edit = try StudentEdit(id, form, visitor, catalogues)
        return try await db.write(as: visitor, "registry.student.update", on: .student(id)) { tx in
            guard let record = try tx.student(id, scope: visitor.scope) else { throw Fault.notFound }
            tx.audit(subject: .student(id, org: record.org))
            return try edit.write(record, in: tx).doubts
        }
    }

    /// Changes the fields of several learners of one class, all of them or none; answers how many records changed, and doubts.
    /// A problem names its field and its learner: `phone.CODE`.
    public static func editStudents(
        _ forms: [(id: ID<Student>, form: RecordForm)], of classGroup: ID<ClassGroup>, by visitor: Visitor,
        in db: any Database, _ catalogues: Catalogues = .current
    ) async throws -> (changed: Int, doubts: [String]) {
        var wrong = RowProblems()
        let edits = try forms.compactMap { row in
            try wrong.gathering(row.id) { try StudentEdit(row.id, row.form, visitor, catalogues) }
        }
        try wrong.check()
        return try await db.write(as: visitor, "registry.student.update", on: .classGroup(classGroup)) { tx in
            let group = try tx.reachable(classGroup, visitor)
            var wrong = RowProblems(), changed = 0, doubts: [String] = []
            for edit in edits {
                guard let record = try tx.student(edit.id, scope: visitor.scope), record.classGroup == classGroup else {
                    throw Fault.notFound
                }
                let done = try wrong.gathering(edit.id) { try edit.write(record, in: tx, isCounted: false) }
                guard let done else { continue }
                if done.isChanged { changed += 1 }
                doubts += done.doubts.map { "\(record.name.full): \(translated($0))" }
            }
            try wrong.check()
            if changed > 0 { try tx.recount(classes: [classGroup]) }
            tx.audit(subject: .classGroup(classGroup, org: group.org))
            tx.audit(note: "rows \(changed)")
            return (changed, doubts)
        }
    }

    /// Opens a learner's 12-digit number for reading; the reading is in the audit trail before the number is shown.
    public static func readPersonalID(of id: ID<Student>, by visitor: Visitor, in db: any Database) async throws
        -> String?
    {
        try visitor.must(.viewPersonalID)
        return try await db.write(as: visitor, "registry.student.read-personal-id", on: .student(id)) { tx in
            guard let record = try tx.student(id, scope: visitor.scope) else { throw Fault.notFound }
            tx.audit(subject: .student(id, org: record.org))
            return try tx.personalID(ofStudent: id)
        }
    }

    /// Sets or takes away a learner's photo, kept beside the database already.
    public static func setPhoto(_ photo: Blobs.Kept?, of id: ID<Student>, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.editContacts)
        try await db.write(as: visitor, "registry.student.photo", on: .student(id)) { tx in
            guard let record = try tx.student(id, scope: visitor.scope) else { throw Fault.notFound }
            let subject = Subject.student(id, org: record.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "photo", from: record.photo?.hex, to: photo?.hash.hex)
            if let photo { try tx.keep(photo) }
            try tx.setPhoto(photo?.hash, ofStudent: id)
        }
    }

    static func masked(_ number: String) -> String { number.isEmpty ? "" : "********\(number.suffix(4))" }

    private static func studentDraft(_ values: [String: String], in tx: Tx) throws -> StudentDraft {
        let name = try PersonName(
            family: values["family_name"] ?? "", middle: values["middle_name"] ?? "", given: values["given_name"] ?? "",
            field: "given_name")
        var draft = StudentDraft(name: name)
        draft.birthDate = values["birth_date"].flatMap { PartialDay($0) }
        (draft.sex, draft.ethnicity) = (values["sex"] ?? "", values["ethnicity"] ?? "")
        draft.moetCode = values["moet_code"].flatMap { $0.isEmpty ? nil : $0 }
        (draft.personalID, draft.personalState) = (values["personal_id"], values["personal_id_state"] ?? "")
        draft.residence = try tx.commune(named: values["current_commune"] ?? values["permanent_commune"] ?? "")
        draft.details = Details().changed(values.map { Change(key: $0.key, old: "", new: $0.value) })
        return draft
    }
}

/// What a form would change of one learner, read and checked as far as it can be before the record is seen.
private struct StudentEdit: Sendable {
    let id: ID<Student>
    private let sent: RecordForm, values: [String: String], warnings: [String]
    private let fields: FieldList, catalogues: Catalogues

    init(_ id: ID<Student>, _ form: RecordForm, _ visitor: Visitor, _ catalogues: Catalogues) throws {
        guard let fields = catalogues.fields["student"] else { throw CatalogueError(description: "no student fields") }
        var form = form
        // The state of a learner changes by moving, leaving and returning alone.
        form.values["status"] = nil
        (self.id, sent, self.fields, self.catalogues) = (id, form, fields, catalogues)
        (values, warnings) = try Editing.parse(form, fields, catalogues, allowed: try Editing.allowed(visitor))
    }

    /// Writes what differs from the record, with its history.
    func write(_ record: StudentRecord, in tx: Tx, isCounted: Bool = true) throws -> (isChanged: Bool, doubts: [String])
    {
        let changes = Editing.changes(values, of: record.values, base: sent.base)
            .filter { $0.key != "personal_id" || !$0.new.isEmpty || record.hasPersonalID }
        try Editing.checkConflict(sent, version: record.version, changes, fields, catalogues)
        let doubts = try Editing.checkPerson(record.values.merging(values) { $1 }, today: tx.today)
        guard !changes.isEmpty else { return (false, warnings) }
        for change in changes { try tx.changed(.student(id, org: record.org), change) }
        let home = changes.first { $0.key == "current_commune" } ?? changes.first { $0.key == "permanent_commune" }
        try tx.update(
            record, changes, residence: try home.flatMap { try tx.commune(named: $0.new) }, isCounted: isCounted)
        return (true, warnings + doubts)
    }
}

/// The problems of several rows, each under its row's key.
private struct RowProblems {
    private var problems: [Problem] = [], isConflict = false

    /// Runs a piece of work for a row; what a form can show is kept, anything else goes on.
    mutating func gathering<T>(_ id: ID<Student>, _ work: () throws -> T) throws -> T? {
        do {
            return try work()
        } catch let fault as Fault where !fault.problems.isEmpty {
            problems += fault.problems.map { Problem("\($0.field).\(id.code)", $0.message) }
            isConflict = isConflict || fault.kind == .conflict
            return nil
        }
    }

    /// Throws when there was a problem.
    func check() throws {
        guard !problems.isEmpty else { return }
        guard isConflict else { throw Fault.invalid(problems) }
        throw Fault(
            .conflict, "Có hồ sơ vừa được người khác sửa. Những mục bị trùng được đánh dấu, chưa mục nào mất.",
            problems: problems)
    }
}

extension Tx {
    /// Keeps a change in the history; a personal number only by its last four digits.
    func changed(_ subject: Subject, _ change: Change) throws {
        let isNumber = change.key == "personal_id"
        try changed(
            subject, change.key, from: isNumber ? Registry.masked(change.old) : change.old,
            to: isNumber ? Registry.masked(change.new) : change.new)
    }

    /// A class that the visitor may put learners into.
    func reachable(_ group: ID<ClassGroup>, _ visitor: Visitor) throws -> ClassRecord {
        guard let found = try classGroup(group, scope: visitor.scope) else { throw Fault.notFound }
        return found
    }
}
