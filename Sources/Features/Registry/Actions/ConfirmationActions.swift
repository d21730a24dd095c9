import Base
import Storage
import Work

extension Registry {
    /// The kind of the papers that confirm a learner.
    static let confirmation = "confirmation"

    /// Issues a confirmation that somebody learns at a school: numbered without gaps by school and calendar year, kept in the file.
    public static func issueConfirmation(
        for student: ID<Student>, purpose: String, by visitor: Visitor, in db: any Database
    ) async throws -> ID<Document> {
        try visitor.must(.editStudents)
        let purpose = Fold.compose(purpose)
        guard purpose.unicodeScalars.count <= 200 else { throw Fault.invalid([Problem("purpose", "Dài quá 200 chữ.")]) }
        return try await db.write(as: visitor, "registry.student.confirm", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope) else { throw Fault.notFound }
            guard let org = record.org, StudentStatus.open.contains(record.status) else {
                throw Fault.conflict("Em này không đang học nên không cấp giấy xác nhận được.")
            }
            let subject = Subject.student(student, org: org), year = tx.today.parts.year
            tx.audit(subject: subject)
            let number = "\(try tx.next("registry.confirmation", scope: org.raw, year: year))/\(year)"
            var draft = DocumentDraft(type: confirmation, name: purpose)
            (draft.number, draft.issuedOn) = (number, tx.today)
            try tx.changed(subject, "document", from: nil, to: "\(number) \(purpose)")
            return try tx.insert(draft, kind: "student", of: student.raw)
        }
    }
}
