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
        guard let fields = catalogues.fields["student"] else { throw CatalogueError(description: "no student fields") }
        var form = form
        // The state of a learner changes by moving, leaving and returning alone.
        form.values["status"] = nil
        let parsed = try Editing.parse(form, fields, catalogues, allowed: try Editing.allowed(visitor)), sent = form
        return try await db.write(as: visitor, "registry.student.update", on: .student(id)) { tx in
            guard let record = try tx.student(id, scope: visitor.scope) else { throw Fault.notFound }
            let changes = Editing.changes(parsed.values, of: record.values, base: sent.base)
                .filter { $0.key != "personal_id" || !$0.new.isEmpty || record.hasPersonalID }
            try Editing.checkConflict(sent, version: record.version, changes, fields, catalogues)
            let doubts = try Editing.checkPerson(record.values.merging(parsed.values) { $1 }, today: tx.today)
            let subject = Subject.student(id, org: record.org)
            tx.audit(subject: subject)
            guard !changes.isEmpty else { return parsed.warnings }
            for change in changes { try tx.changed(subject, change) }
            let home = changes.first { $0.key == "current_commune" } ?? changes.first { $0.key == "permanent_commune" }
            try tx.update(record, changes, residence: try home.flatMap { try tx.commune(named: $0.new) })
            return parsed.warnings + doubts
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
