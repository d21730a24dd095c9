import Base
import Storage
import Work

/// Writes the rows of a list, one after another, within one transaction.
protocol ListWriter {
    init(_ tx: Tx, _ batch: ImportBatch) throws
    var batch: ImportBatch { get }
    mutating func take(_ row: TableRow) throws
}

/// A record of the register by what a list can tell of a person.
protocol ListedPerson {
    associatedtype Kind
    var id: ID<Kind> { get }
    var name: PersonName { get }
    var birthDate: PartialDay? { get }
    var moetCode: String? { get }
    var hasPersonalID: Bool { get }
}

extension StudentRecord: ListedPerson {}
extension StaffRecord: ListedPerson {}

/// The record that a row is about, and whether it bears the personal number of the row already.
struct FoundPerson<Record: ListedPerson> {
    let record: Record, bearsNumber: Bool

    init(_ record: Record, bearsNumber: Bool = false) { (self.record, self.bearsNumber) = (record, bearsNumber) }
}

/// What lists of learners and lists of staff have alike: their fields, their schools, how a row finds its record.
struct PeopleList {
    let fields: FieldList, catalogues: Catalogues
    var places: ListPlaces
    private let own: PersonCode, today: Day, scope: Scope

    init(_ entity: String, _ own: PersonCode, _ tx: Tx, _ batch: ImportBatch) throws {
        var catalogues = Catalogues.current
        guard let fields = catalogues.fields[entity] else { throw CatalogueError(description: "no \(entity) fields") }
        catalogues.allowsDemo = try tx.setting("demo") != nil
        (self.fields, self.catalogues, self.own) = (fields, catalogues, own)
        (places, today, scope) = (ListPlaces(tx, batch.request), tx.today, batch.scope)
    }

    /// The columns of a list: the fields of its people, and headings that name no field.
    static func layout(_ entity: String, _ headings: [String: String]) -> TableLayout {
        guard let fields = Catalogues.current.fields[entity] else { return TableLayout([], needs: []) }
        return TableLayout(fields, headings: headings, needs: [["full_name", "given_name"]])
    }

    /// Signatures and sums below a list, the name of a class between two: nobody.
    static func isNobody(_ row: TableRow) -> Bool {
        row["full_name"].isEmpty && row["given_name"].isEmpty && row.values.count < 3
    }

    func person(_ row: TableRow) throws -> PersonRow {
        try PersonRow(row, fields, catalogues, own: own, today: today)
    }

    /// The record of the codes that a row bears: the register's, the ministry's, the personal number; `find` looks one up by a code.
    /// Codes of two records, and a code whose record has another name and another birthday, refuse the row.
    func known<Record: ListedPerson>(
        _ person: PersonRow, find: (String, Scope) throws -> Record?, reach: (ID<Record.Kind>, Scope) throws -> Record?
    ) throws -> FoundPerson<Record>? {
        let keys = [
            ("code", person.code), ("moet_code", person.values["moet_code"]),
            ("personal_id", person.values["personal_id"]),
        ]
        var found: FoundPerson<Record>?
        for case (let column, let text?) in keys where !text.isEmpty {
            guard let one = try find(text, .everything) else {
                if column == "code" {
                    throw RowRefused(person.row.refuse(column, t("Không có hồ sơ nào mang mã này.")))
                }
                continue
            }
            // Whose the number is stays untold.
            guard try reach(one.id, scope) != nil else {
                throw RowRefused(person.row.refuse(column, t("Mã này đã có người khác dùng.")))
            }
            if let before = found?.record, before.id != one.id {
                throw RowRefused(
                    person.row.refuse(
                        column, t("Các mã trong dòng là của hai hồ sơ: {} và {}.", before.name.full, one.name.full)))
            }
            found = FoundPerson(one, bearsNumber: column == "personal_id")
            try checkName(person, one, column)
        }
        return found
    }

    /// A code whose record has another name and another birthday: the columns of the file have slipped.
    private func checkName(_ person: PersonRow, _ record: some ListedPerson, _ column: String) throws {
        let birth = person.values["birth_date"], isSameDay = birth == nil || record.birthDate?.iso == birth
        guard !isSameDay, person.name.key != record.name.key else { return }
        throw RowRefused(
            person.row.refuse(
                column, t("Mã này trong sổ là của {}, khác cả tên và ngày sinh với dòng này.", record.name.full)))
    }

    /// Of the records with a row's name and birthday those that it may mean: who has another code is somebody else.
    static func alike<Record: ListedPerson>(_ person: PersonRow, _ records: [Record]) -> [Record] {
        records.filter { record in
            (person.values["moet_code"] == nil || record.moetCode == nil)
                && (person.values["personal_id"] == nil || !record.hasPersonalID)
        }
    }

    /// What a row would change of a record whose values are these: a name that is split otherwise is the same name.
    static func changes<Record>(_ person: PersonRow, of old: FoundPerson<Record>, now: [String: String]) -> [Change] {
        var values = person.values
        if old.bearsNumber { values["personal_id"] = nil }
        if person.name.full == old.record.name.full { values = values.filter { !PersonRow.names.contains($0.key) } }
        return Editing.changes(values, of: now, base: [:])
    }
}
