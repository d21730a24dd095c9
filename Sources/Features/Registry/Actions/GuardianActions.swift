import Base
import Facts
import Storage
import Work

extension Registry {
    /// Writes a new guardian beside a learner.
    @discardableResult
    public static func addGuardian(
        _ draft: GuardianDraft, relation: String, isContact: Bool = true, to student: ID<Student>, by visitor: Visitor,
        in db: any Database, _ catalogues: Catalogues = .current
    ) async throws -> ID<Guardian> {
        try visitor.must(.editContacts)
        let draft = try checked(draft, relation, catalogues)
        return try await db.write(as: visitor, "registry.guardian.create", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope) else { throw Fault.notFound }
            let id = try tx.insert(draft)
            tx.audit(subject: .guardian(id, org: record.org))
            for (key, value) in draft.values {
                try tx.changed(.guardian(id, org: record.org), key, from: nil, to: value)
            }
            try tx.bind(id, to: record, relation: relation, isContact: isContact)
            return id
        }
    }

    /// Says that a guardian known already answers for another child too: one record for all children in all schools.
    public static func linkGuardian(
        _ guardian: ID<Guardian>, to student: ID<Student>, relation: String, isContact: Bool = true,
        by visitor: Visitor,
        in db: any Database, _ catalogues: Catalogues = .current
    ) async throws {
        try visitor.must(.editContacts)
        guard catalogues["relations"]?.item(relation) != nil else {
            throw Fault.invalid([Problem("relation", "Hãy chọn quan hệ.")])
        }
        try await db.write(as: visitor, "registry.guardian.link", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope), try tx.isGuardian(guardian) else {
                throw Fault.notFound
            }
            tx.audit(subject: .guardian(guardian, org: record.org))
            try tx.bind(guardian, to: record, relation: relation, isContact: isContact)
        }
    }

    /// Ends what binds a guardian to a learner; both records stay.
    public static func unlinkGuardian(
        _ guardian: ID<Guardian>, from student: ID<Student>, last: Day, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.editContacts)
        try await db.write(as: visitor, "registry.guardian.unlink", on: .student(student)) { tx in
            guard let record = try tx.student(student, scope: visitor.scope),
                let old = try tx.relation(of: guardian, to: student)
            else { throw Fault.notFound }
            tx.audit(subject: .student(student, org: record.org))
            try tx.changed(.student(student, org: record.org), "guardian", from: "\(guardian.code) \(old)", to: nil)
            try tx.endGuardianship(guardian, student, last: last)
            try tx.tell(GuardianshipChanged(guardian: guardian, student: student))
        }
    }

    /// Changes a guardian's particulars; another's change meanwhile is a conflict.
    public static func editGuardian(
        _ id: ID<Guardian>, _ draft: GuardianDraft, version: Int, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.editContacts)
        let draft = try checked(draft, nil, .current)
        try await db.write(as: visitor, "registry.guardian.update", on: .guardian(id)) { tx in
            guard let record = try tx.guardian(id, scope: visitor.scope) else { throw Fault.notFound }
            let old = record.values, new = draft.values
            let changes = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
            guard record.version == version else {
                throw Fault(
                    .conflict, "Hồ sơ này vừa được người khác sửa.",
                    problems: changes.map {
                        Problem($0, t("Đang lưu “{}”, bạn nhập “{}”.", old[$0] ?? "", new[$0] ?? ""))
                    })
            }
            for key in changes { try tx.changed(.guardian(id), key, from: old[key], to: new[key]) }
            try tx.update(id, draft)
        }
    }

    private static func checked(_ draft: GuardianDraft, _ relation: String?, _ catalogues: Catalogues) throws
        -> GuardianDraft
    {
        var draft = draft, problems: [Problem] = []
        draft.name = try PersonName(full: draft.name).full
        if !draft.phone.isEmpty {
            if let phone = FieldText.phone(draft.phone) {
                draft.phone = phone
            } else {
                problems.append(Problem("phone", "Số điện thoại phải có 9 đến 11 chữ số."))
            }
        }
        if let number = draft.personalID, !number.isEmpty {
            draft.personalID = try PersonalID(number, allowsDemo: catalogues.allowsDemo).text
        }
        if let relation, catalogues["relations"]?.item(relation) == nil {
            problems.append(Problem("relation", "Hãy chọn quan hệ."))
        }
        guard problems.isEmpty else { throw Fault.invalid(problems) }
        return draft
    }
}

extension GuardianDraft {
    var values: [String: String] {
        var out = details.values
        (out["name"], out["sex"], out["birth_date"], out["phone"]) = (name, sex, birthDate?.iso, phone)
        return out.filter { !$0.value.isEmpty }
    }
}

extension GuardianRecord {
    /// The record's stored values by field key.
    public var values: [String: String] {
        var out = details.values
        (out["name"], out["sex"], out["birth_date"], out["phone"]) = (name, sex, birthDate?.iso, phone)
        return out.filter { !$0.value.isEmpty }
    }
}

extension Tx {
    fileprivate func bind(_ guardian: ID<Guardian>, to record: StudentRecord, relation: String, isContact: Bool) throws
    {
        let old = try self.relation(of: guardian, to: record.id)
        try link(guardian, to: record.id, relation: relation, isContact: isContact, period: Period(today) ?? .always)
        try changed(
            .student(record.id, org: record.org), "guardian", from: old.map { "\(guardian.code) \($0)" },
            to: "\(guardian.code) \(relation)")
        try tell(GuardianshipChanged(guardian: guardian, student: record.id))
    }
}
