import Base
import Storage
import Work

/// What hangs on a learner's record: policy statuses, papers.
extension Registry {
    /// Adds a policy status from a day on (REC-12); the same status cannot be held twice at once.
    @discardableResult
    public static func addPolicy(
        _ draft: PolicyDraft, by visitor: Visitor, in db: any Database, _ catalogues: Catalogues = .current
    ) async throws -> ID<Policy> {
        try visitor.must(.editStudents)
        guard catalogues["policy-statuses"]?.item(draft.kind) != nil else {
            throw Fault.invalid([Problem("kind", "Hãy chọn đối tượng chính sách trong danh mục.")])
        }
        return try await db.write(as: visitor, "registry.student.add-policy", on: .student(draft.student)) { tx in
            let record = try tx.student(draft.student, scope: visitor.scope)
            guard let record else { throw Fault.notFound }
            let subject = Subject.student(record.id, org: record.org)
            tx.audit(subject: subject)
            if try tx.hasPolicy(draft.kind, of: record.id, during: draft.period) {
                throw Fault.conflict("Học sinh đã có đối tượng chính sách này trong thời gian đó.")
            }
            let id = try tx.insert(draft)
            try tx.changed(subject, "policy \(draft.kind)", from: nil, to: "\(draft.period.first) \(draft.period.last)")
            if let group = record.classGroup { try tx.recount(classes: [group]) }
            return id
        }
    }

    /// Ends a policy status on its last day.
    public static func endPolicy(
        _ id: ID<Policy>, of student: ID<Student>, last: Day, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.editStudents)
        try await db.write(as: visitor, "registry.student.end-policy", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope),
                let policy = try tx.policy(id, of: student)
            else { throw Fault.notFound }
            guard last >= policy.period.first else {
                throw Fault.invalid([Problem("day", "Ngày kết thúc trước ngày bắt đầu.")])
            }
            let subject = Subject.student(student, org: record.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "policy \(policy.kind)", from: policy.period.last.iso, to: last.iso)
            try tx.endPolicy(id, last: last)
            if let group = record.classGroup { try tx.recount(classes: [group]) }
        }
    }

    /// Adds a paper to a learner's file.
    @discardableResult
    public static func addDocument(
        _ draft: DocumentDraft, to student: ID<Student>, by visitor: Visitor, in db: any Database
    ) async throws -> ID<Document> {
        try visitor.must(.editStudents)
        return try await db.write(as: visitor, "registry.student.add-document", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope) else { throw Fault.notFound }
            let subject = Subject.student(student, org: record.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "document", from: nil, to: draft.name)
            return try tx.insert(draft, kind: "student", of: student.raw)
        }
    }

    /// Takes a paper out of a learner's file.
    public static func removeDocument(
        _ id: ID<Document>, of student: ID<Student>, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.editStudents)
        try await db.write(as: visitor, "registry.student.remove-document", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope),
                let name = try tx.removeDocument(id, kind: "student", of: student.raw)
            else { throw Fault.notFound }
            let subject = Subject.student(student, org: record.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "document", from: name, to: nil)
        }
    }
}
