import Base
import Files
import Work

extension ImportKind {
    /// The formats that the register reads, each with the empty files that one begins with.
    static let withTemplates: [ImportKind] = [
        oneRoster.offering(OneRosterTemplate.files.map { ImportTemplate(name: $0.name, header: $0.header) }),
        students.ofPeople("student", "hoc-sinh.xlsx", first: StudentRows.template) { StudentRows.layout },
        staff.ofPeople("staff", "can-bo-giao-vien.xlsx", first: StaffRows.template) { StaffRows.layout },
        adminUnits.offering([ImportTemplate(name: "don-vi-hanh-chinh.csv", header: PlaceBook.header)]),
        schools.offering([ImportTemplate(name: "danh-sach-truong.csv", header: SchoolOffices.header)]),
        idMatching.offering([ImportTemplate(name: "ket-qua-xac-thuc.csv", header: MatchingList.header)]),
    ]

    private func offering(_ files: @autoclosure @escaping @Sendable () -> [ImportTemplate]) -> ImportKind {
        var kind = self
        kind.template = files
        return kind
    }

    /// A list of people: what its columns may mean, and a workbook with the columns that most need, the lists of words beside it.
    private func ofPeople(
        _ entity: String, _ file: String, first: [String], _ layout: @escaping @Sendable () -> TableLayout
    ) -> ImportKind {
        var kind = self
        kind.meanings = { layout().meanings.map { ImportMeaning(key: $0.key, label: $0.label) } }
        kind.template = {
            let layout = layout(), catalogues = Catalogues.current, fields = catalogues.fields[entity]
            let choices = first.compactMap { key -> (heading: String, values: [String])? in
                guard let list = fields?[key]?.catalogue else { return nil }
                return (layout.label(of: key), catalogues.items(in: list).map(\.name))
            }
            return [ImportTemplate(name: file, header: first.map(layout.label), choices: choices)]
        }
        return kind
    }
}

extension StudentRows {
    /// The columns of the empty list.
    static let template = [
        "row", "moet_code", "full_name", "birth_date", "sex", "ethnicity", "class", "grade", "personal_id", "status",
        "phone", "birth_place", "permanent_commune", "permanent_hamlet", "current_address", "household", "father_name",
        "father_birth_year", "father_phone", "mother_name", "mother_birth_year", "mother_phone", "guardian_name",
        "guardian_phone", "guardian_relation",
    ]
}

extension StaffRows {
    static let template = [
        "row", "moet_code", "full_name", "birth_date", "sex", "ethnicity", "personal_id", "status", "staff_group",
        "position", "contract_form", "recruit_day", "professional_title", "qualification", "major", "main_subject",
        "phone", "email",
    ]
}
