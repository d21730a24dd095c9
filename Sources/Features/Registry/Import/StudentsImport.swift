import Base
import Facts
import Storage
import Work

extension ImportKind {
    /// Lists of learners in Excel or CSV, as the sector database and school systems write them (domain: TT 42/2021/TT-BGDĐT, annex of QĐ 1904/QĐ-BGDĐT).
    static let students = ImportKind("students", label: "Danh sách học sinh (Excel, CSV)") { request, db, progress in
        try await TableImport(kind: "students", layout: StudentRows.layout, request: request, db: db).run(progress) {
            list in
            try request.visitor.must(.editStudents)
            return TableImport.chunks(of: list, by: StudentRows.self)
        }
    }
}

/// Writes the learners of a list, with their families and classes, within one transaction.
struct StudentRows: ListWriter {
    /// What stands in lists beside the fields of a learner.
    static let headings = [
        "row": "Số thứ tự", "code": "Mã hồ sơ", "full_name": "Họ và tên", "school": "Trường",
        "school_code": "Mã trường",
        "class": "Lớp", "class_code": "Mã lớp", "grade": "Khối", "year": "Năm học", "site": "Điểm trường",
    ]
    static var layout: TableLayout { PeopleList.layout("student", headings) }

    let tx: Tx
    var batch: ImportBatch
    private var list: PeopleList
    private var catalogues: Catalogues { list.catalogues }

    init(_ tx: Tx, _ batch: ImportBatch) throws {
        (self.tx, self.batch, list) = (tx, batch, try PeopleList("student", .student, tx, batch))
    }

    mutating func take(_ row: TableRow) throws {
        if PeopleList.isNobody(row) {
            return batch.tally.warn(
                "note", t("{}, dòng {}: không phải dòng học sinh, bỏ qua: {}", row.file, row.row, row.words))
        }
        var text = row["full_name"]
        do {
            let person = try list.person(row)
            text = person.text
            let fate = try write(person)
            for doubt in person.doubts { warn(row, doubt) }
            batch.tally.count(fate, of: "students", (row.file, row.row), text)
        } catch let refused as RowRefused {
            batch.tally.count(refused.fate, of: "students", (row.file, row.row), text)
        }
    }

    private mutating func warn(_ row: TableRow, _ doubt: String) {
        batch.tally.warn(doubt, t("{}, dòng {}: {}", row.file, row.row, translated(doubt)))
    }

    private mutating func write(_ person: PersonRow) throws -> Fate {
        let row = person.row, school = try list.places.org(row, needsSchool: true), year = try year(row)
        let old = try find(person, in: school)
        let group = try list.places.classGroup(row, in: school, year, catalogues, &batch)
        guard let old else { return try create(person, school, group, year) }
        return try update(old, person, school, group)
    }

    private func year(_ row: TableRow) throws -> SchoolYear {
        if let year = batch.request.year { return year }
        guard !row["year"].isEmpty else { return SchoolYear(of: tx.today) }
        guard let year = SchoolYear(row["year"].replacing(" ", with: "")) else {
            throw RowRefused(row.refuse("year", t("Năm học viết như 2026-2027.")))
        }
        return year
    }

    // MARK: who it is

    /// The learner of a row: by the register's code, the ministry's, the personal number, or name and birthday in the school.
    private func find(_ person: PersonRow, in school: OrgRecord) throws -> FoundPerson<StudentRecord>? {
        try list.known(person, find: tx.student(code:scope:), reach: tx.student(_:scope:))
            ?? byName(person, in: school).map { FoundPerson($0) }
    }

    private func byName(_ person: PersonRow, in school: OrgRecord) throws -> StudentRecord? {
        let born = person.values["birth_date"].flatMap { PartialDay($0) }
        let ids = try tx.students(called: person.name, born: born, in: school.id)
        let same = PeopleList.alike(
            person, try ids.compactMap { try tx.student($0, scope: batch.scope) })
        guard same.count < 2 else {
            throw RowRefused(
                person.row.refuse(
                    "full_name",
                    t("Trường có {} học sinh cùng tên và ngày sinh; hãy thêm cột mã để phân biệt.", same.count)))
        }
        return born == nil && person.values["moet_code"] != nil ? nil : same.first
    }

    // MARK: new learners

    private mutating func create(_ person: PersonRow, _ school: OrgRecord, _ group: ClassRecord?, _ year: SchoolYear)
        throws -> Fate
    {
        let status = person.values["status"] ?? StudentStatus.studying
        let isOpen = catalogues["enrolment-statuses"]?.item(status)?.open ?? true
        guard group != nil || !isOpen else {
            throw RowRefused(person.row.refuse("class", t("Học sinh mới phải có lớp.")))
        }
        var draft = StudentDraft(name: person.name)
        draft.birthDate = person.values["birth_date"].flatMap { PartialDay($0) }
        (draft.sex, draft.ethnicity) = (person.values["sex"] ?? "", person.values["ethnicity"] ?? "")
        (draft.moetCode, draft.personalID) = (person.values["moet_code"], person.values["personal_id"])
        (draft.personalState, draft.status) = (person.values["personal_id_state"] ?? "", status)
        draft.residence = try tx.commune(
            named: person.values["current_commune"] ?? person.values["permanent_commune"] ?? "")
        draft.details = Details().changed(person.values.map { Change(key: $0.key, old: "", new: $0.value) })
        (draft.org, draft.level, draft.grade) = (
            school.id, group?.level, try group.map { try grade(person, in: $0) } ?? ""
        )
        if let group, isOpen, year.period.last >= tx.today { draft.classGroup = group.id }
        let id = try tx.insert(draft)
        try tx.made(.student, id, in: &batch)
        if let group { try enrol(id, person, group, isOpen ? nil : status) }
        var relatives = Relatives(tx, batch)
        _ = try relatives.write(person, of: id)
        batch = relatives.batch
        return .created
    }

    private func grade(_ person: PersonRow, in group: ClassRecord) throws -> String {
        let told = person.row["grade"], list = catalogues["grades"]
        let asked =
            told.isEmpty ? "" : (list?.item(told, level: group.level) ?? list?.item(matching: told))?.code ?? told
        if group.grades.contains(asked) { return asked }
        return try refusing(person.row, as: "grade") { () throws(Fault) in
            try Enrolling.grade(group.grades.count == 1 ? "" : asked, in: group)
        }
    }

    /// The stay of a new learner: from the day of entry, else from the start of the year.
    private mutating func enrol(_ id: ID<Student>, _ person: PersonRow, _ group: ClassRecord, _ leaving: String?) throws
    {
        let whole = group.year.period, isOver = whole.last < tx.today
        let entry = person.values["entry_day"].flatMap { Day(iso: $0) }
        let first = entry.map { min(max($0, whole.first), min(whole.last, tx.today)) } ?? min(whole.first, tx.today)
        let left = person.values["status_day"].flatMap { Day(iso: $0) } ?? tx.today
        let last = leaving != nil ? min(max(left, first), whole.last) : isOver ? whole.last : .forever
        var draft = EnrolmentDraft(
            student: id, org: group.org, classGroup: group.id, year: group.year, level: group.level,
            grade: try grade(person, in: group), period: Period(first, last) ?? whole)
        draft.entry = person.values["entry_form"] ?? ""
        draft.leaving = leaving ?? (isOver ? Leaving.yearEnd : Leaving.none)
        try tx.made(.enrolment, tx.insert(draft), in: &batch)
        batch.tally.classes.insert(group.id)
    }

    // MARK: learners who are known

    private mutating func update(
        _ known: FoundPerson<StudentRecord>, _ person: PersonRow, _ school: OrgRecord, _ group: ClassRecord?
    ) throws -> Fate {
        let old = known.record, status = person.values["status"]
        try checkSchool(old, person, school)
        // The state changes with the stay alone.
        let changes = PeopleList.changes(person, of: known, now: old.values).filter { $0.key != "status" }
        let subject = Subject.student(old.id, org: old.org)
        for change in changes { try tx.changed(subject, change) }
        if !changes.isEmpty {
            let home = changes.first { $0.key == "current_commune" } ?? changes.first { $0.key == "permanent_commune" }
            let residence = try home.flatMap { try tx.commune(named: $0.new) }
            try tx.changing(.student, old.id, in: &batch) { [tx] in
                try tx.update(old, changes, residence: residence, isCounted: false)
            }
            if let own = old.classGroup { batch.tally.classes.insert(own) }
        }
        let isMoved = try place(old, person, group, status)
        var relatives = Relatives(tx, batch)
        let isFamily = try relatives.write(person, of: old.id)
        batch = relatives.batch
        return changes.isEmpty && !isMoved && !isFamily ? .unchanged : .updated
    }

    /// A learner of another school comes by a transfer that both schools see, not by a list of one.
    private func checkSchool(_ old: StudentRecord, _ person: PersonRow, _ school: OrgRecord) throws {
        guard let org = old.org, org != school.id, StudentStatus.open.contains(old.status) else { return }
        let name = try tx.orgName(org) ?? ""
        throw RowRefused(
            person.row.refuse("school", t("Học sinh này đang học ở {}; hãy làm thủ tục chuyển trường.", name)))
    }

    /// The class and the state that a row says; answers whether something is new.
    private mutating func place(_ old: StudentRecord, _ person: PersonRow, _ group: ClassRecord?, _ status: String?)
        throws
        -> Bool
    {
        let isOpen = status.flatMap { catalogues["enrolment-statuses"]?.item($0)?.open } ?? true
        if !isOpen, let status { return try leave(old, person, status) }
        var isChanged = false
        if let group { isChanged = try move(old, person, to: group) }
        if let status, StudentStatus.open.contains(old.status), status != old.status {
            try tx.changed(.student(old.id, org: old.org), "status", from: old.status, to: status)
            try tx.changing(.student, old.id, in: &batch) { [tx] in try tx.setStatus(status, ofStudent: old.id) }
            isChanged = true
        }
        return isChanged
    }

    private mutating func move(_ old: StudentRecord, _ person: PersonRow, to group: ClassRecord) throws -> Bool {
        let open = try tx.openStay(of: old.id)
        if open?.classGroup == group.id { return false }
        if try tx.stay(of: old.id, in: group.id) != nil, group.year.period.last < tx.today { return false }
        if let open, open.year > group.year { return try addPast(old, person, group) }
        guard group.year.period.last >= tx.today else { return try addPast(old, person, group) }
        let whole = group.year.period, first = open.map { $0.year < group.year ? min(whole.first, tx.today) : tx.today }
        let day =
            first ?? person.values["entry_day"].flatMap { Day(iso: $0) }.map { min(max($0, whole.first), tx.today) }
            ?? min(whole.first, tx.today)
        guard let period = Period(max(day, min(whole.first, tx.today))) else { return false }
        if let open { try tx.makeRoom(open, for: group, from: period.first, in: &batch) }
        var draft = EnrolmentDraft(
            student: old.id, org: group.org, classGroup: group.id, year: group.year, level: group.level,
            grade: try grade(person, in: group), period: period)
        draft.entry = open == nil ? person.values["entry_form"] ?? "" : ""
        try tx.made(.enrolment, tx.insert(draft), in: &batch)
        guard let now = try tx.student(old.id, scope: .everything) else { return false }
        try tx.settle(now, group, draft, in: &batch)
        batch.tally.classes.insert(group.id)
        return true
    }

    /// A stay of a year that is over, where the register has none of that year.
    private mutating func addPast(_ old: StudentRecord, _ person: PersonRow, _ group: ClassRecord) throws -> Bool {
        let known = try tx.enrolments(of: old.id, scope: batch.scope).contains {
            $0.year == group.year && $0.kind == "main"
        }
        guard !known else {
            warn(person.row, t("đã có lớp khác trong năm học {}, giữ như trong sổ.", group.year))
            return false
        }
        try enrol(old.id, person, group, nil)
        return true
    }

    private mutating func leave(_ old: StudentRecord, _ person: PersonRow, _ status: String) throws -> Bool {
        guard let stay = try tx.openStay(of: old.id) else { return false }
        let told = person.values["status_day"].flatMap { Day(iso: $0) } ?? tx.today
        let last = min(max(told, stay.period.first), tx.today)
        guard let period = Period(stay.period.first, last) else { return false }
        let subject = Subject.student(old.id, org: stay.org)
        try tx.changed(subject, "status", from: old.status, to: status)
        try tx.changed(subject, "class", from: stay.className, to: nil)
        try tx.changing(.enrolment, stay.id, in: &batch) { [tx] in
            try tx.update(stay: stay.id, kind: stay.kind, period, leaving: status)
        }
        guard let now = try tx.student(old.id, scope: .everything) else { return false }
        try tx.changing(.student, old.id, in: &batch) { [tx] in
            try tx.settle(now, org: stay.org, classGroup: nil, level: stay.level, grade: stay.grade, status: status)
        }
        if let group = stay.classGroup { batch.tally.classes.insert(group) }
        try tx.tell(EnrolmentChanged(student: old.id, org: stay.org, classGroup: nil))
        return true
    }
}

extension TableRow {
    /// What the row says, for whoever is to look at it.
    var words: String { String(values.sorted { $0.key < $1.key }.map(\.value).joined(separator: " · ").prefix(80)) }
}
