import Base
import Files
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

    /// Adds a paper to a person's file, with its scan where there is one.
    @discardableResult
    public static func addDocument(
        _ draft: DocumentDraft, scan: Blobs.Kept? = nil, to owner: PaperOwner, by visitor: Visitor,
        in db: any Database
    ) async throws -> ID<Document> {
        try visitor.must(owner.right)
        return try await db.write(as: visitor, owner.adding, on: owner.subject()) { tx in
            guard let subject = try tx.subject(of: owner, visitor) else { throw Fault.notFound }
            var draft = draft
            draft.blob = scan?.hash
            if let scan { try tx.keep(scan) }
            tx.audit(subject: subject)
            try tx.changed(subject, "document", from: nil, to: draft.name)
            return try tx.insert(draft, kind: subject.kind, of: owner.raw)
        }
    }

    /// Takes a paper out of a person's file; the row and the scan stay for the trail.
    public static func removeDocument(
        _ id: ID<Document>, of owner: PaperOwner, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(owner.right)
        try await db.write(as: visitor, owner.removing, on: owner.subject()) { tx in
            guard let subject = try tx.subject(of: owner, visitor),
                let name = try tx.removeDocument(id, kind: subject.kind, of: owner.raw)
            else { throw Fault.notFound }
            tx.audit(subject: subject)
            try tx.changed(subject, "document", from: name, to: nil)
        }
    }
}

extension PaperOwner {
    var right: Permission {
        switch self {
        case .student: .editStudents
        case .staff: .editStaff
        }
    }

    fileprivate var raw: Int64 {
        switch self {
        case .student(let id): id.raw
        case .staff(let id): id.raw
        }
    }

    fileprivate var adding: Verb {
        switch self {
        case .student: "registry.student.add-document"
        case .staff: "registry.staff.add-document"
        }
    }

    fileprivate var removing: Verb {
        switch self {
        case .student: "registry.student.remove-document"
        case .staff: "registry.staff.remove-document"
        }
    }

    fileprivate func subject(org: ID<Org>? = nil) -> Subject {
        switch self {
        case .student(let id): .student(id, org: org)
        case .staff(let id): .staff(id, org: org)
        }
    }
}

extension Tx {
    /// Whose papers they are, when the visitor reaches them.
    fileprivate func subject(of owner: PaperOwner, _ visitor: Visitor) throws -> Subject? {
        switch owner {
        case .student(let id): try student(id, scope: visitor.scope).map { owner.subject(org: $0.org) }
        case .staff(let id): try staff(id, scope: visitor.scope).map { owner.subject(org: $0.org) }
        }
    }

    /// Notes a kept file with the record that names it.
    func keep(_ file: Blobs.Kept) throws { try note(blob: file.hash, size: file.size, type: file.kind.rawValue) }
}
