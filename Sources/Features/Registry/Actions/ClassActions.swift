import Base
import Facts
import Storage
import Work

extension Registry {
    /// Opens a class.
    public static func createClass(
        _ draft: ClassDraft, by visitor: Visitor, in db: any Database, _ catalogues: Catalogues = .current
    ) async throws -> ID<ClassGroup> {
        try visitor.must(.editClasses)
        let draft = try checked(draft, catalogues)
        return try await db.write(as: visitor, "registry.class.create", on: Subject("class", org: draft.org)) { tx in
            guard let org = try tx.org(draft.org, scope: visitor.scope), org.isInstitution, org.isOpen else {
                throw Fault.notFound
            }
            guard org.levels.contains(draft.level) else {
                throw Fault.invalid([Problem("level", t("{} không có cấp {}.", org.name, draft.level.label))])
            }
            let id = try tx.insert(draft), subject = Subject.classGroup(id, org: draft.org)
            tx.audit(subject: subject)
            for (key, value) in draft.values { try tx.changed(subject, key, from: nil, to: value) }
            if let homeroom = draft.homeroom {
                try tx.setHomeroom(homeroom, of: id, on: max(tx.today, draft.year.firstDay))
            }
            try tx.recount(classes: [id])
            return id
        }
    }

    /// Changes a class; another's change meanwhile is a conflict. Unit and year stay what they are.
    public static func editClass(
        _ id: ID<ClassGroup>, _ draft: ClassDraft, version: Int, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws {
        try visitor.must(.editClasses)
        let draft = try checked(draft, catalogues)
        try await db.write(as: visitor, "registry.class.update", on: .classGroup(id)) { tx in
            guard let record = try tx.classGroup(id, scope: visitor.scope) else { throw Fault.notFound }
            let old = record.values, new = draft.values, subject = Subject.classGroup(id, org: record.org)
            tx.audit(subject: subject)
            let changes = Set(old.keys).union(new.keys).sorted().filter { $0 != "homeroom" && old[$0] != new[$0] }
            guard record.version == version else {
                throw Fault(
                    .conflict, "Lớp này vừa được người khác sửa.",
                    problems: changes.map {
                        Problem($0, t("Đang lưu “{}”, bạn nhập “{}”.", old[$0] ?? "", new[$0] ?? ""))
                    })
            }
            for key in changes { try tx.changed(subject, key, from: old[key], to: new[key]) }
            try tx.update(id, draft)
            try tx.recount(classes: [id])
        }
    }

    /// Closes a class after its last day; nobody may still learn in it.
    public static func closeClass(_ id: ID<ClassGroup>, last: Day, by visitor: Visitor, in db: any Database)
        async throws
    {
        try await closeClasses([id], last: last, by: visitor, in: db)
    }

    /// Closes several classes at once: all or none; one entry in the trail for the verb, the history of each kept.
    public static func closeClasses(_ ids: [ID<ClassGroup>], last: Day, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.editClasses)
        guard let first = ids.first else { throw Fault.notFound }
        let list = ids.count == 1 ? Subject.classGroup(first) : Subject("list", nil, org: visitor.org)
        try await db.write(as: visitor, "registry.class.close", on: list) { tx in
            if ids.count > 1 { tx.audit(note: "rows \(ids.count)") }
            for id in ids {
                guard let record = try tx.classGroup(id, scope: visitor.scope) else { throw Fault.notFound }
                guard try !tx.hasOpenStays(in: id) else {
                    throw Fault.conflict(t("Lớp {} còn học sinh. Hãy chuyển các em sang lớp khác trước.", record.name))
                }
                let subject = Subject.classGroup(id, org: record.org)
                if ids.count == 1 { tx.audit(subject: subject) }
                try tx.changed(subject, "closed_on", from: record.closedOn?.iso, to: last.iso)
                try tx.closeClass(id, last: last)
                try tx.recount(classes: [id])
            }
        }
    }

    /// Gives a class its homeroom teacher from a day on; nil leaves it without one.
    public static func assignHomeroom(
        _ staff: ID<Staff>?, to id: ID<ClassGroup>, on day: Day, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.editClasses)
        try await db.write(as: visitor, "registry.class.homeroom", on: .classGroup(id)) { tx in
            guard let record = try tx.classGroup(id, scope: visitor.scope) else { throw Fault.notFound }
            if let staff, try tx.staff(staff, scope: visitor.scope)?.org != record.org {
                throw Fault.invalid([Problem("homeroom", "Giáo viên chủ nhiệm phải thuộc trường của lớp.")])
            }
            let subject = Subject.classGroup(id, org: record.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "homeroom", from: record.homeroom?.code, to: staff?.code)
            try tx.setHomeroom(staff, of: id, on: day)
            for one in Set([record.homeroom, staff].compactMap { $0 }) { try tx.tell(StaffPlaceChanged(staff: one)) }
        }
    }

    /// Lets a member of staff teach a subject to a class from a day on.
    @discardableResult
    public static func assignTeaching(
        _ staff: ID<Staff>, to id: ID<ClassGroup>, subject code: String, from day: Day, by visitor: Visitor,
        in db: any Database
    ) async throws -> ID<Teaching> {
        try visitor.must(.editClasses)
        return try await db.write(as: visitor, "registry.class.assign-teaching", on: .classGroup(id)) { tx in
            guard let record = try tx.classGroup(id, scope: visitor.scope),
                try tx.staff(staff, scope: visitor.scope) != nil
            else { throw Fault.notFound }
            guard let period = Period(day, record.year.lastDay) else {
                throw Fault.invalid([Problem("day", "Ngày phân công sau khi năm học đã kết thúc.")])
            }
            let subject = Subject.classGroup(id, org: record.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "teaching \(code)", from: nil, to: staff.code)
            try tx.tell(StaffPlaceChanged(staff: staff))
            return try tx.insertTeaching(staff, of: id, subject: code, period: period)
        }
    }

    /// Ends a teaching assignment on its last day.
    public static func endTeaching(
        _ teaching: ID<Teaching>, of id: ID<ClassGroup>, last: Day, by visitor: Visitor, in db: any Database
    ) async throws {
        try visitor.must(.editClasses)
        try await db.write(as: visitor, "registry.class.end-teaching", on: .classGroup(id)) { tx in
            guard let record = try tx.classGroup(id, scope: visitor.scope),
                let old = try tx.endTeaching(teaching, of: id, last: last)
            else { throw Fault.notFound }
            let subject = Subject.classGroup(id, org: record.org)
            tx.audit(subject: subject)
            try tx.changed(subject, "teaching \(old.subject)", from: old.staff.code, to: nil)
            try tx.tell(StaffPlaceChanged(staff: old.staff))
        }
    }

    private static func checked(_ draft: ClassDraft, _ catalogues: Catalogues) throws -> ClassDraft {
        var draft = draft
        draft.name = Fold.compose(draft.name)
        var problems: [Problem] = []
        if draft.name.isEmpty { problems.append(Problem("name", "Chưa nhập tên lớp.")) }
        if draft.name.unicodeScalars.count > 60 { problems.append(Problem("name", "Tên lớp dài quá 60 chữ.")) }
        if draft.grades.isEmpty { problems.append(Problem("grades", "Hãy chọn khối.")) }
        for grade in draft.grades where catalogues["grades"]?.item(grade, level: draft.level)?.level != draft.level {
            problems.append(Problem("grades", t("Khối {} không thuộc cấp {}.", grade, draft.level.label)))
        }
        guard problems.isEmpty else { throw Fault.invalid(problems) }
        return draft
    }
}

extension ClassDraft {
    var values: [String: String] {
        var out = details.values
        (out["name"], out["level"], out["grades"]) = (name, level.rawValue, grades.joined(separator: ","))
        (out["site"], out["kind"], out["homeroom"]) = (site?.code, kind.rawValue, homeroom?.code)
        return out
    }
}

extension ClassRecord {
    /// The record's stored values by field key; unit, site and homeroom teacher by their codes.
    public var values: [String: String] {
        var out = details.values
        (out["name"], out["level"], out["grades"]) = (name, level.rawValue, grades.joined(separator: ","))
        (out["site"], out["kind"], out["homeroom"]) = (site?.code, kind.rawValue, homeroom?.code)
        return out
    }
}
