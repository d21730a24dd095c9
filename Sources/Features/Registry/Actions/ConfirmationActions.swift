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
            draft.body = try tx.confirmationBody(record, on: tx.today, scope: visitor.scope)
            try tx.changed(subject, "document", from: nil, to: "\(number) \(purpose)")
            return try tx.insert(draft, kind: "student", of: student.raw)
        }
    }
}

extension Tx {
    /// What a confirmation says of a learner on a day, in the words that are printed: kept with the paper, so that it can be printed again.
    func confirmationBody(_ student: StudentRecord, on day: Day, scope: Scope) throws -> Details {
        guard let org = student.org else { throw Fault.notFound }
        let path = try path(of: org, on: today, scope: scope), head = try head(of: org, scope: scope)
        let place = try self.org(org, scope: scope)?.place.flatMap { try self.place($0) }
        let className = try student.classGroup.flatMap { try self.className($0, scope: scope) }
        let details = student.details
        let home = [details["permanent_hamlet"], details["permanent_commune"], details["permanent_province"]]
            .compactMap { $0 }.joined(separator: ", ")
        // The paper is Vietnamese whatever language its clerk reads.
        return Language.$current.withValue(.vi) {
            Details([
                "above": path.dropLast().last?.name ?? "", "org": path.last?.name ?? "",
                "place": Papers.placeName(place), "post": Papers.post(head), "signer": head?.name ?? "",
                "name": student.name.full, "birth": student.birthDate?.shown ?? "", "sex": Words.sex(student.sex),
                "ethnicity": Words.ethnicity(student.ethnicity), "code": student.code,
                "home": details["permanent_address"] ?? home, "class": className ?? "",
                "year": SchoolYear(of: day).description,
            ])
        }
    }
}
