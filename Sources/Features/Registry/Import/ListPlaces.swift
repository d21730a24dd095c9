import Base
import Storage
import Work

/// The schools and classes that the rows of a list name, found once each.
struct ListPlaces {
    let tx: Tx
    private let request: ImportRequest
    private var schools: [String: OrgRecord] = [:]
    private var classes: [String: ClassRecord] = [:]

    init(_ tx: Tx, _ request: ImportRequest) { (self.tx, self.request) = (tx, request) }

    /// The unit of a row: by its code, its name, or the one that the file was sent for.
    mutating func org(_ row: TableRow, needsSchool: Bool) throws -> OrgRecord {
        let code = row["school_code"], name = row["school"].isEmpty ? row["commune"] : row["school"]
        let key = "\(code)\u{0}\(name)"
        if let known = schools[key] { return known }
        let column =
            !code.isEmpty ? "school_code" : !name.isEmpty ? (row["school"].isEmpty ? "commune" : "school") : "school"
        guard let found = try find(row, code, name, column) else {
            throw RowRefused(row.refuse(column, t("Không có đơn vị nào như vậy trong phạm vi quản lý của bạn.")))
        }
        guard found.isInstitution || !needsSchool else {
            throw RowRefused(row.refuse(column, t("“{}” không phải là trường.", found.name)))
        }
        schools[key] = found
        return found
    }

    private func find(_ row: TableRow, _ code: String, _ name: String, _ column: String) throws -> OrgRecord? {
        let scope = request.visitor.scope
        if !code.isEmpty, let unit = try tx.org(code: code, scope: scope) { return unit }
        if !name.isEmpty {
            let ids = try tx.orgs(called: name, scope: scope)
            guard ids.count < 2 else {
                throw RowRefused(row.refuse(column, t("Có {} đơn vị tên này; hãy thêm cột mã trường.", ids.count)))
            }
            if let id = ids.first { return try tx.org(id, scope: scope) }
        }
        guard code.isEmpty, name.isEmpty else { return nil }
        guard let id = request.org ?? request.visitor.org else {
            throw RowRefused(
                row.refuse("school", t("Chưa rõ trường: tệp không có cột trường và chưa chọn trường khi gửi.")))
        }
        return try tx.org(id, scope: scope)
    }

    /// The class of a row in a school and year; one that does not exist is made, with a word to whoever sent the list.
    mutating func classGroup(
        _ row: TableRow, in school: OrgRecord, _ year: SchoolYear, _ catalogues: Catalogues, _ batch: inout ImportBatch
    ) throws -> ClassRecord? {
        let column = row["class"].isEmpty ? "class_code" : "class"
        let name = ListPlaces.className(row[column].isEmpty ? row["sheet"] : row[column])
        guard !name.isEmpty else { return nil }
        let key = "\(school.id.raw) \(year.start) \(Fold.key(name))"
        if let known = classes[key] { return known }
        let found = try tx.classes(called: name, in: school.id, year: year)
        guard found.count < 2 else {
            throw RowRefused(
                row.refuse(column, t("Trường có {} lớp tên “{}” trong năm học {}.", found.count, name, year)))
        }
        let group = try found.first ?? make(name, column, row, in: school, year, catalogues, &batch)
        classes[key] = group
        return group
    }

    private func make(
        _ name: String, _ column: String, _ row: TableRow, in school: OrgRecord, _ year: SchoolYear,
        _ catalogues: Catalogues, _ batch: inout ImportBatch
    ) throws -> ClassRecord {
        guard name.unicodeScalars.count <= 60 else {
            throw RowRefused(row.refuse(column, t("Tên dài hơn {} ký tự.", 60)))
        }
        guard let (level, grade) = try grade(row, name, school, catalogues) else {
            throw RowRefused(
                row.refuse(column, t("Chưa có lớp “{}” ở {} và chưa rõ khối; hãy thêm cột khối.", name, school.name)))
        }
        let draft = ClassDraft(org: school.id, year: year, name: name, level: level, grades: [grade])
        let id = try tx.insert(draft)
        try tx.made(.classGroup, id, in: &batch)
        batch.tally.classes.insert(id)
        batch.tally.warn("class", t("Thêm lớp {} của {} theo danh sách.", name, school.name))
        guard let made = try tx.classGroup(id, scope: .everything) else { throw Fault.notFound }
        return made
    }

    /// The grade that a column says, or the class by its name: 6A1 is of grade 6 in a school that has it.
    private func grade(_ row: TableRow, _ name: String, _ school: OrgRecord, _ catalogues: Catalogues) throws
        -> (Level, String)?
    {
        let told = row["grade"].isEmpty ? String(name.drop { !$0.isNumber }.prefix { $0.isNumber }) : row["grade"]
        guard let list = catalogues["grades"], !told.isEmpty else { return nil }
        for level in school.levels.isEmpty ? Level.allCases : school.levels {
            let item = list.item(told, level: level) ?? list.item(matching: told)
            if let item, item.level == level || item.level == nil { return (level, item.code) }
        }
        return nil
    }

    /// "Lớp 6A" and "6A" are one class.
    private static func className(_ text: String) -> String {
        let text = Fold.compose(text), key = Fold.key(text)
        guard key.hasPrefix("lop "), let space = text.firstIndex(of: " ") else { return text }
        return Fold.compose(String(text[space...]))
    }
}
