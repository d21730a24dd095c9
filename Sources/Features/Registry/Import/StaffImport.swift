import Base
import Facts
import Storage
import Work

extension ImportKind {
    /// Lists of managers, teachers and other staff in Excel or CSV.
    static let staff = ImportKind("staff", label: "Danh sách cán bộ, giáo viên (Excel, CSV)") { request, db, progress in
        try await TableImport(kind: "staff", layout: StaffRows.layout, request: request, db: db).run(progress) { list in
            try request.visitor.must(.editStaff)
            return TableImport.chunks(of: list) { rows, tx, batch in
                var list = try StaffRows(tx, batch)
                for row in rows { try list.take(row) }
                batch = list.batch
            }
        }
    }
}

/// Writes the staff of a list within one transaction.
struct StaffRows {
    static let headings = [
        "row": "Số thứ tự", "code": "Mã hồ sơ", "full_name": "Họ và tên", "school": "Tên trường",
        "school_code": "Mã trường",
        "commune": "UBND xã",
    ]
    static var layout: TableLayout {
        guard let fields = Catalogues.current.fields["staff"] else { return TableLayout([], needs: []) }
        return TableLayout(fields, headings: headings, needs: [["full_name", "given_name"]])
    }

    let tx: Tx
    var batch: ImportBatch
    private let catalogues: Catalogues, fields: FieldList
    private var places: ListPlaces

    init(_ tx: Tx, _ batch: ImportBatch, _ catalogues: Catalogues = .current) throws {
        guard let fields = catalogues.fields["staff"] else { throw CatalogueError(description: "no staff fields") }
        var catalogues = catalogues
        catalogues.allowsDemo = try tx.setting("demo") != nil
        (self.tx, self.batch, self.catalogues, self.fields) = (tx, batch, catalogues, fields)
        places = ListPlaces(tx, batch.request)
    }

    mutating func take(_ row: TableRow) throws {
        if row["full_name"].isEmpty, row["given_name"].isEmpty, row.values.count < 3 {
            return batch.tally.warn(
                "note", t("{}, dòng {}: không phải dòng cán bộ, bỏ qua: {}", row.file, row.row, row.words))
        }
        do {
            let person = try PersonRow(row, fields, catalogues, own: .staff, today: tx.today)
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
        let unit = try places.org(person.row, needsSchool: false)
        guard let old = try find(person, at: unit) else { return try create(person, unit) }
        return try update(old, person, unit)
    }

    private func find(_ person: PersonRow, at unit: OrgRecord) throws -> StaffRecord? {
        let keys = [
            ("code", person.code), ("moet_code", person.values["moet_code"]),
            ("personal_id", person.values["personal_id"]),
        ]
        for case (let column, let text?) in keys where !text.isEmpty {
            guard let one = try tx.staff(code: text, scope: .everything) else {
                if column == "code" {
                    throw RowRefused(person.row.refuse(column, t("Không có hồ sơ nào mang mã này.")))
                }
                continue
            }
            guard try tx.staff(one.id, scope: batch.scope) != nil else {
                throw RowRefused(person.row.refuse(column, t("Mã này đã có người khác dùng.")))
            }
            let birth = person.values["birth_date"], isSameDay = birth == nil || one.birthDate?.iso == birth
            guard isSameDay || person.name.key == one.name.key else {
                throw RowRefused(
                    person.row.refuse(
                        column, t("Mã này trong sổ là của {}, khác cả tên và ngày sinh với dòng này.", one.name.full)))
            }
            return one
        }
        let born = person.values["birth_date"].flatMap { PartialDay($0) }
        let same = try tx.staff(called: person.name, born: born, in: unit.id).compactMap {
            try tx.staff($0, scope: batch.scope)
        }.filter { record in
            (person.values["moet_code"] == nil || record.moetCode == nil)
                && (person.values["personal_id"] == nil || !record.hasPersonalID)
        }
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
            ?? catalogues["position-codes"]?.item(draft.position)?.group.flatMap(StaffGroup.init(rawValue:))
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

    private mutating func update(_ old: StaffRecord, _ person: PersonRow, _ unit: OrgRecord) throws -> Fate {
        if let org = old.org, org != unit.id, StaffStatus.open.contains(old.status) {
            let name = try tx.orgName(org) ?? ""
            throw RowRefused(
                person.row.refuse("school", t("Người này đang công tác ở {}; hãy làm điều động trước.", name)))
        }
        var values = person.values
        if let number = values["personal_id"], try tx.staff(code: number, scope: .everything)?.id == old.id {
            values["personal_id"] = nil
        }
        if person.name.full == old.name.full { values = values.filter { !PersonRow.names.contains($0.key) } }
        let changes = Editing.changes(values, of: old.values, base: [:])
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
