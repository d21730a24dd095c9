import Base
import Facts
import Storage
import Work

extension ImportKind {
    /// Lists of managers, teachers and other staff in Excel or CSV.
    static let staff = ImportKind("staff", label: "Danh sách cán bộ, giáo viên (Excel, CSV)") { request, db, progress in
        try await TableImport(kind: "staff", layout: StaffRows.layout, request: request, db: db).run(progress) { list in
            try request.visitor.must(.editStaff)
            return TableImport.chunks(of: list, by: StaffRows.self)
        }
    }
}

/// Writes the staff of a list within one transaction.
struct StaffRows: ListWriter {
    static let headings = [
        "row": "Số thứ tự", "code": "Mã hồ sơ", "full_name": "Họ và tên", "school": "Tên trường",
        "school_code": "Mã trường",
        "commune": "UBND xã",
    ]
    static var layout: TableLayout { PeopleList.layout("staff", headings) }

    let tx: Tx
    var batch: ImportBatch
    private var list: PeopleList

    init(_ tx: Tx, _ batch: ImportBatch) throws {
        (self.tx, self.batch, list) = (tx, batch, try PeopleList("staff", .staff, tx, batch))
    }

    mutating func take(_ row: TableRow) throws {
        if PeopleList.isNobody(row) {
            return batch.tally.warn(
                "note", t("{}, dòng {}: không phải dòng cán bộ, bỏ qua: {}", row.file, row.row, row.words))
        }
        do {
            let person = try list.person(row)
            let fate = try write(person)
            for doubt in person.doubts {
                batch.tally.warn(doubt, t("{}, dòng {}: {}", row.file, row.row, translated(doubt)))
            }
            batch.tally.count(fate, of: "staff", (row.file, row.row), person.text)
        } catch let refused as RowRefused {
            batch.tally.count(refused.fate, of: "staff", (row.file, row.row))
        }
    }

    private mutating func write(_ person: PersonRow) throws -> Fate {
        let unit = try list.places.org(person.row, needsSchool: false)
        guard let old = try find(person, at: unit) else { return try create(person, unit) }
        return try update(old, person, unit)
    }

    private func find(_ person: PersonRow, at unit: OrgRecord) throws -> FoundPerson<StaffRecord>? {
        try list.known(person, find: tx.staff(code:scope:), reach: tx.staff(_:scope:))
            ?? byName(person, at: unit).map { FoundPerson($0) }
    }

    private func byName(_ person: PersonRow, at unit: OrgRecord) throws -> StaffRecord? {
        let born = person.values["birth_date"].flatMap { PartialDay($0) }
        let ids = try tx.staff(called: person.name, born: born, in: unit.id)
        let same = PeopleList.alike(
            person, try ids.compactMap { try tx.staff($0, scope: batch.scope) })
        guard same.count < 2 else {
            throw RowRefused(
                person.row.refuse(
                    "full_name",
                    t("Đơn vị có {} người cùng tên và ngày sinh; hãy thêm cột mã để phân biệt.", same.count)))
        }
        return same.first
    }

    private mutating func create(_ person: PersonRow, _ unit: OrgRecord) throws -> Fate {
        let values = person.values
        var draft = StaffDraft(name: person.name)
        draft.birthDate = values["birth_date"].flatMap { PartialDay($0) }
        (draft.sex, draft.ethnicity) = (values["sex"] ?? "", values["ethnicity"] ?? "")
        (draft.moetCode, draft.personalID, draft.personalState) = (
            values["moet_code"], values["personal_id"], values["personal_id_state"] ?? ""
        )
        (draft.status, draft.position) = (values["status"] ?? StaffStatus.working, values["position"] ?? "")
        draft.group =
            values["staff_group"].flatMap(StaffGroup.init(rawValue:))
            ?? list.catalogues["position-codes"]?.item(draft.position)?.group.flatMap(StaffGroup.init(rawValue:))
            ?? (unit.isInstitution ? .teacher : .official)
        draft.org = unit.id
        draft.details = Details().changed(values.map { Change(key: $0.key, old: "", new: $0.value) })
        let id = try tx.insert(draft)
        try tx.made(.staff, id, in: &batch)
        let told = (values["school_day"] ?? values["recruit_day"]).flatMap { Day(iso: $0) }
        if StaffStatus.open.contains(draft.status), let period = Period(min(told ?? tx.today, tx.today)) {
            try tx.made(.post, tx.insertPost(id, at: unit.id, position: draft.position, period: period), in: &batch)
        }
        batch.tally.schools.insert(Tally.SchoolOfYear(org: unit.id, year: SchoolYear(of: tx.today)))
        return .created
    }

    private mutating func update(_ known: FoundPerson<StaffRecord>, _ person: PersonRow, _ unit: OrgRecord) throws
        -> Fate
    {
        let old = known.record
        if let org = old.org, org != unit.id, StaffStatus.open.contains(old.status) {
            let name = try tx.orgName(org) ?? ""
            throw RowRefused(
                person.row.refuse("school", t("Người này đang công tác ở {}; hãy làm điều động trước.", name)))
        }
        let changes = PeopleList.changes(person, of: known, now: old.values)
        guard !changes.isEmpty else { return .unchanged }
        for change in changes { try tx.changed(.staff(old.id, org: old.org), change) }
        try tx.changing(.staff, old.id, in: &batch) { [tx] in try tx.update(old, changes) }
        if let status = changes.first(where: { $0.key == "status" })?.new, !StaffStatus.open.contains(status) {
            try end(old, person)
        }
        batch.tally.schools.insert(Tally.SchoolOfYear(org: unit.id, year: SchoolYear(of: tx.today)))
        return .updated
    }

    /// Whoever has gone holds no post any more.
    private mutating func end(_ old: StaffRecord, _ person: PersonRow) throws {
        let told = person.values["status_day"].flatMap { Day(iso: $0) } ?? tx.today
        for post in try tx.openPosts(of: old.id) {
            guard let period = Period(post.first, min(max(told, post.first), tx.today)) else { continue }
            try tx.changing(.post, post.id, in: &batch) { [tx] in try tx.update(post: post.id, period) }
        }
        try tx.tell(StaffPlaceChanged(staff: old.id))
    }
}
