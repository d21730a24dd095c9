import Base
import Facts
import Files
import Storage
import Work

extension Registry {
    /// Enters a new member of staff with a post at a unit from a day on.
    public static func createStaff(
        _ form: RecordForm, at org: ID<Org>, since day: Day, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws -> (id: ID<Staff>, warnings: [String]) {
        try visitor.must(.editStaff)
        guard let fields = catalogues.fields["staff"] else { throw CatalogueError(description: "no staff fields") }
        let parsed = try Editing.parse(form, fields, catalogues, allowed: nil)
        return try await db.write(as: visitor, "registry.staff.create", on: Subject("staff", org: org)) { tx in
            let doubts = try Editing.checkPerson(parsed.values, today: tx.today)
            guard let unit = try tx.org(org, scope: visitor.scope), unit.isOpen else { throw Fault.notFound }
            var draft = try staffDraft(parsed.values)
            (draft.org, draft.since) = (org, day)
            let id = try tx.insert(draft), subject = Subject.staff(id, org: org)
            tx.audit(subject: subject)
            for (key, value) in parsed.values.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
                try tx.changed(subject, Change(key: key, old: "", new: value))
            }
            try tx.recountSchool(org, year: SchoolYear(of: tx.today))
            try tx.tell(StaffPlaceChanged(staff: id))
            return (id, parsed.warnings + doubts)
        }
    }

    /// Changes the fields of a member of staff's record that the form shows; answers doubts.
    @discardableResult
    public static func editStaff(
        _ id: ID<Staff>, _ form: RecordForm, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws -> [String] {
        try visitor.must(.editStaff)
        guard let fields = catalogues.fields["staff"] else { throw CatalogueError(description: "no staff fields") }
        let parsed = try Editing.parse(form, fields, catalogues, allowed: nil)
        return try await db.write(as: visitor, "registry.staff.update", on: .staff(id)) { tx in
            guard let record = try tx.staff(id, scope: visitor.scope) else { throw Fault.notFound }
            let changes = Editing.changes(parsed.values, of: record.values, base: form.base)
                .filter { $0.key != "personal_id" || !$0.new.isEmpty || record.hasPersonalID }
            try Editing.checkConflict(form, version: record.version, changes, fields, catalogues)
            let doubts = try Editing.checkPerson(record.values.merging(parsed.values) { $1 }, today: tx.today)
            let subject = Subject.staff(id, org: record.org)
            tx.audit(subject: subject)
            guard !changes.isEmpty else { return parsed.warnings }
            for change in changes { try tx.changed(subject, change) }
            try tx.update(record, changes)
            return parsed.warnings + doubts
        }
    }

    /// Moves a member of staff to a unit or position from a day on: the main post ends the day before, another begins.
    public static func movePost(
        of id: ID<Staff>, to org: ID<Org>, position: String, on day: Day, basis: String = "", by visitor: Visitor,
        in db: any Database
    ) async throws {
        try visitor.must(.editStaff)
        try await db.write(as: visitor, "registry.staff.move", on: .staff(id)) { tx in
            guard let record = try tx.staff(id, scope: visitor.scope), let unit = try tx.org(org, scope: visitor.scope),
                unit.isOpen
            else { throw Fault.notFound }
            guard let period = Period(day) else { throw Fault.invalid([Problem("day", "Ngày chưa đúng.")]) }
            let subject = Subject.staff(id, org: org)
            tx.audit(subject: subject)
            try tx.changed(subject, "org", from: record.org?.code, to: org.code)
            try tx.changed(subject, "position", from: record.position, to: position)
            try tx.endPosts(of: id, last: day.adding(-1), mainOnly: true)
            try tx.insertPost(id, at: org, position: position, period: period, basis: basis)
            try tx.setPost(of: record, org: org, position: position)
            for one in Set([record.org, org].compactMap { $0 }) {
                try tx.recountSchool(one, year: SchoolYear(of: tx.today))
            }
            try tx.tell(StaffPlaceChanged(staff: id))
        }
    }

    /// Lets a member of staff go: posts and assignments end on the last day; `status` is a closed state of `staff-statuses`.
    public static func endPosts(
        of id: ID<Staff>, last: Day, status: String, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws {
        try await endPosts(of: [id], last: last, status: status, by: visitor, in: db, catalogues)
    }

    /// Lets several members of staff go at once: one entry in the trail for the verb, the history of each kept.
    public static func endPosts(
        of ids: [ID<Staff>], last: Day, status: String, by visitor: Visitor, in db: any Database,
        _ catalogues: Catalogues = .current
    ) async throws {
        try visitor.must(.editStaff)
        guard let item = catalogues["staff-statuses"]?.item(status), item.open == false else {
            throw Fault.invalid([Problem("status", "Hãy chọn trạng thái thôi làm việc.")])
        }
        guard let first = ids.first else { throw Fault.notFound }
        let list = ids.count == 1 ? Subject.staff(first) : Subject("list", nil, org: visitor.org)
        try await db.write(as: visitor, "registry.staff.leave", on: list) { tx in
            if ids.count > 1 { tx.audit(note: "rows \(ids.count)") }
            for id in ids {
                guard let record = try tx.staff(id, scope: visitor.scope) else { throw Fault.notFound }
                let subject = Subject.staff(id, org: record.org)
                if ids.count == 1 { tx.audit(subject: subject) }
                try tx.changed(subject, "status", from: record.status, to: status)
                try tx.endPosts(of: id, last: last, mainOnly: false)
                try tx.endAssignments(of: id, last: last)
                try tx.update(record, [Change(key: "status", old: record.status, new: status)])
                try tx.tell(StaffPlaceChanged(staff: id))
            }
        }
    }

    /// Opens a member of staff's 12-digit number for reading; the reading is in the trail before the number is shown.
    public static func readPersonalID(of id: ID<Staff>, by visitor: Visitor, in db: any Database) async throws
        -> String?
    {
        try visitor.must(.viewPersonalID)
        return try await db.write(as: visitor, "registry.staff.read-personal-id", on: .staff(id)) { tx in
            guard let record = try tx.staff(id, scope: visitor.scope) else { throw Fault.notFound }
            tx.audit(subject: .staff(id, org: record.org))
            return try tx.personalID(ofStaff: id)
        }
    }

    /// Sets or takes away a member of staff's photo.
    public static func setPhoto(_ photo: Blobs.Kept?, of id: ID<Staff>, by visitor: Visitor, in db: any Database)
        async throws
    {
        try visitor.must(.editStaff)
        try await db.write(as: visitor, "registry.staff.photo", on: .staff(id)) { tx in
            guard let record = try tx.staff(id, scope: visitor.scope) else { throw Fault.notFound }
            tx.audit(subject: .staff(id, org: record.org))
            try tx.changed(.staff(id, org: record.org), "photo", from: record.photo?.hex, to: photo?.hash.hex)
            if let photo { try tx.keep(photo) }
            try tx.setPhoto(photo?.hash, ofStaff: id)
        }
    }

    private static func staffDraft(_ values: [String: String]) throws -> StaffDraft {
        let name = try PersonName(
            family: values["family_name"] ?? "", middle: values["middle_name"] ?? "", given: values["given_name"] ?? "",
            field: "given_name")
        var draft = StaffDraft(name: name)
        draft.birthDate = values["birth_date"].flatMap { PartialDay($0) }
        (draft.sex, draft.ethnicity) = (values["sex"] ?? "", values["ethnicity"] ?? "")
        draft.moetCode = values["moet_code"].flatMap { $0.isEmpty ? nil : $0 }
        (draft.personalID, draft.personalState) = (values["personal_id"], values["personal_id_state"] ?? "")
        if let status = values["status"], !status.isEmpty { draft.status = status }
        draft.group = values["staff_group"].flatMap(StaffGroup.init) ?? .teacher
        draft.position = values["position"] ?? ""
        draft.details = Details().changed(values.map { Change(key: $0.key, old: "", new: $0.value) })
        return draft
    }
}
