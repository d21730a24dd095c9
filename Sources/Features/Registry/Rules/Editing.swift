import Base

/// How typed forms become changes of a record: who may change what, what is wrong, what others changed meanwhile.
enum Editing {
    /// What a homeroom teacher keeps up to date for the own class.
    static let contactFields: Set<String> = [
        "phone", "email", "current_commune", "current_address", "class_duty", "father_phone", "mother_phone",
        "guardian_phone",
    ]

    /// The fields a visitor may change; nothing is all.
    static func allowed(_ visitor: Visitor) throws(Fault) -> Set<String>? {
        if visitor.may(.editStudents) { return nil }
        try visitor.must(.editContacts)
        return contactFields
    }

    /// Reads a form's texts; throws with every field that needs mending.
    static func parse(
        _ form: RecordForm, _ fields: FieldList, _ catalogues: Catalogues, allowed: Set<String>?
    ) throws(Fault) -> (values: [String: String], warnings: [String]) {
        var values: [String: String] = [:], warnings: [String] = [], problems: [Problem] = []
        for (key, text) in form.values.sorted(by: { $0.key < $1.key }) {
            guard let field = fields[key], !field.isComputed, !field.isDated, field.relation == nil else { continue }
            if let allowed, !allowed.contains(key) { throw .forbidden }
            switch catalogues.parse(text, as: field) {
            case .empty: values[key] = ""
            case .value(let value): values[key] = value
            case .doubtful(let value, let warning):
                values[key] = value
                warnings.append(warning)
            case .wrong(let problem): problems.append(problem)
            }
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        return (values, warnings)
    }

    /// What a form would change of what is stored; a field that the person left as it was shown changes nothing.
    static func changes(_ values: [String: String], of current: [String: String], base: [String: String]) -> [Change] {
        values.sorted { $0.key < $1.key }.compactMap { key, new in
            let old = current[key] ?? ""
            if new == old || shown(key, base) == new { return nil }
            return Change(key: key, old: old, new: new)
        }
    }

    /// What a form showed in a field; nothing when it did not say what it showed.
    private static func shown(_ key: String, _ base: [String: String]) -> String? {
        base.isEmpty ? nil : base[key] ?? ""
    }

    /// Throws when somebody else changed the same fields since the form was filled, naming both values.
    static func checkConflict(
        _ form: RecordForm, version: Int, _ changes: [Change], _ fields: FieldList, _ catalogues: Catalogues
    ) throws(Fault) {
        guard let read = form.version, read != version else { return }
        let problems = changes.filter { shown($0.key, form.base) != $0.old }.map { change in
            let field = fields[change.key]
            func words(_ value: String) -> String { field.map { catalogues.show(value, as: $0) } ?? value }
            let theirs = change.old.isEmpty ? "(để trống)" : words(change.old),
                ours = change.new.isEmpty ? "(để trống)" : words(change.new)
            return Problem(
                change.key, t("Người khác vừa lưu “{}”, bạn nhập “{}”. Hãy chọn một giá trị rồi lưu lại.", theirs, ours)
            )
        }
        guard problems.isEmpty else {
            throw Fault(
                .conflict, "Hồ sơ này vừa được người khác sửa. Những mục bị trùng được đánh dấu, chưa mục nào mất.",
                problems: problems)
        }
    }

    /// Checks what concerns several fields of a person at once; answers doubts.
    static func checkPerson(_ values: [String: String], today: Day) throws(Fault) -> [String] {
        if let birth = values["birth_date"], let day = PartialDay(birth), birth > today.iso {
            throw .invalid([Problem("birth_date", t("Ngày sinh {} chưa tới.", day.shown))])
        }
        guard let number = values["personal_id"], !number.isEmpty else { return [] }
        let id = try PersonalID(number, allowsDemo: true)
        return id.warnings(sex: values["sex"] ?? "", birth: values["birth_date"].flatMap { PartialDay($0) })
    }
}
