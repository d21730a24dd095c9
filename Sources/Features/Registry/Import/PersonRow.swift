import Base
import Files
import Storage
import Work

/// What a row of a list says of a learner or member of staff, read into the register's values; nothing of it is written yet.
struct PersonRow {
    let row: TableRow
    let name: PersonName
    /// Stored values by field; a cell that is empty says nothing and changes nothing.
    private(set) var values: [String: String] = [:]
    /// Values of fields that have a period, and of fields of the family.
    private(set) var dated: [String: String] = [:], family: [String: String] = [:]
    private(set) var doubts: [String] = []
    /// The register's own code, where the row bears one.
    private(set) var code: String?

    /// Throws the fate of a row that cannot be taken.
    init(_ row: TableRow, _ fields: FieldList, _ catalogues: Catalogues, own: PersonCode, today: Day) throws {
        if let flaw = row.flaw { throw RowRefused(flaw) }
        self.row = row
        name = try PersonRow.name(row)
        for (meaning, text) in row.values.sorted(by: { $0.key < $1.key }) {
            guard let field = fields[meaning], !PersonRow.names.contains(meaning) else { continue }
            try take(PersonRow.text(text, of: field, row), of: field, catalogues)
        }
        try readCode(own)
        doubts += try refusing(row) { () throws(Fault) in try Editing.checkPerson(values, today: today) }
        (values["family_name"], values["middle_name"], values["given_name"]) = (name.family, name.middle, name.given)
    }

    static let names: Set<String> = ["family_name", "middle_name", "given_name"]

    /// The whole name, or its parts; family and middle name are often one column.
    private static func name(_ row: TableRow) throws -> PersonName {
        let parts = [row["family_name"], row["middle_name"], row["given_name"]]
        let column = row["full_name"].isEmpty ? "given_name" : "full_name"
        return try refusing(row, as: column) { () throws(Fault) in
            if !row["full_name"].isEmpty { return try PersonName(full: tidy(row["full_name"]), field: column) }
            if !parts[0].isEmpty, !parts[2].isEmpty {
                if parts[0].contains(" "), parts[1].isEmpty {
                    return try PersonName(full: tidy(parts.joined(separator: " ")), field: column)
                }
                return try PersonName(
                    family: tidy(parts[0]), middle: tidy(parts[1]), given: tidy(parts[2]), field: column)
            }
            return try PersonName(full: tidy(parts.filter { !$0.isEmpty }.joined(separator: " ")), field: column)
        }
    }

    /// A name all in capitals, as many lists have it, is written as names are.
    private static func tidy(_ name: String) -> String {
        let name = Fold.compose(name)
        guard name == name.uppercased(), name != name.lowercased(), name.contains(" ") else { return name }
        var isStart = true
        return String(
            name.map { character -> String in
                defer { isStart = character == " " || character == "-" || character == "'" }
                return isStart ? String(character) : character.lowercased()
            }.joined())
    }

    /// A cross below "Nữ" means a girl, and none a boy.
    private static func text(_ text: String, of field: FieldDefinition, _ row: TableRow) -> String {
        guard field.key == "sex", TableLayout.key(row.headings["sex"] ?? "") == "nu" else { return text }
        return FieldText.bool(text) == "1" ? "Nữ" : text
    }

    private mutating func take(_ text: String, of field: FieldDefinition, _ catalogues: Catalogues) throws {
        var text = text
        // Twelve digits that a spreadsheet took for a number have lost the zero in front.
        if field.type == .personalID, text.utf8.count == 11, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            text = "0" + text
            doubts.append(t("{} có 11 chữ số, đã thêm số 0 ở đầu.", field.label))
        }
        switch catalogues.parse(text, as: field) {
        case .empty: break
        case .value(let value): set(value, field)
        case .doubtful(let value, let warning):
            set(value, field)
            doubts.append(warning)
        case .wrong(let problem): throw RowRefused(row.refuse(field.key, problem.message))
        }
    }

    private mutating func set(_ value: String, _ field: FieldDefinition) {
        if field.isDated {
            dated[field.key] = value
        } else if field.relation != nil || field.key == "guardian_relation" {
            family[field.key] = value
        } else {
            values[field.key] = value
        }
    }

    /// The register's own code may stand in the ministry's column.
    private mutating func readCode(_ own: PersonCode) throws {
        if !row["code"].isEmpty {
            if let problem = own.problem(with: row["code"]) { throw RowRefused(row.refuse("code", problem.message)) }
            code = row["code"].uppercased()
        } else if let text = values["moet_code"], own.problem(with: text) == nil {
            (code, values["moet_code"]) = (text.uppercased(), nil)
            doubts = doubts.filter { $0 != MOETCode.warning(text) }
        }
    }

    /// The row in one line: what a person knows it by.
    var text: String {
        [name.full, values["birth_date"].flatMap { PartialDay($0)?.shown } ?? "", row["class"]].filter { !$0.isEmpty }
            .joined(separator: ", ")
    }
}

/// A row that is not taken, with the reason.
struct RowRefused: Error {
    let fate: Fate
    init(_ fate: Fate) { self.fate = fate }
}

/// Turns the fault of a value into the refusal of its row, at the column that it names.
func refusing<T>(_ row: TableRow, as column: String? = nil, _ work: () throws(Fault) -> T) throws -> T {
    do throws(Fault) { return try work() } catch {
        guard error.kind == .invalid || error.kind == .conflict else { throw error }
        let problem = error.problems.first
        throw RowRefused(row.refuse(column ?? problem?.field ?? "", problem?.message ?? error.message))
    }
}
