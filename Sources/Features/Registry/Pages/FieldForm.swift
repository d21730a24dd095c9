import Base
import Storage
import Web

/// The fields of a record as a form: drawn from the catalogue, read back, with what was typed kept.
struct FieldForm: Sendable {
    let list: FieldList
    /// The fields that this visitor sees and may change, by key.
    let keys: Set<String>
    /// What stands in the controls, by key: stored values made readable, or what was typed.
    var texts: [String: String]
    /// The stored values that the form was filled from.
    var base: [String: String]
    var problems: [Problem] = []
    var level: Level?

    /// A form of stored values.
    init(_ record: String, values: [String: String], level: Level?, allows: (FieldDefinition) -> Bool) {
        list = Words.catalogues.fields(of: record)
        let shown = list.fields.filter { field in
            !field.isComputed && !field.isDated && field.relation == nil && field.applies(to: level) && allows(field)
        }
        (keys, base, self.level) = (Set(shown.map(\.key)), values.filter { $0.key != "personal_id" }, level)
        texts = Dictionary(
            shown.map { ($0.key, FieldForm.editable(values[$0.key] ?? "", $0)) },
            uniquingKeysWith: { first, _ in first })
        texts["personal_id"] = ""
    }

    /// The stored value as it is edited.
    static func editable(_ stored: String, _ field: FieldDefinition) -> String {
        switch field.type {
        case .day, .partialDay: PartialDay(stored)?.shown ?? stored
        case .number, .money: stored.replacing(".", with: ",")
        default: stored
        }
    }

    /// Takes what was sent: the texts stay in the form, the stored values it was filled from come along.
    mutating func take(_ form: Form) {
        base = [:]
        for key in keys {
            if list[key]?.isMany == true {
                if form.all("shown").contains(key) {
                    texts[key] = form.all(key).filter { !$0.isEmpty }.joined(separator: ",")
                }
            } else if form.has(key) {
                texts[key] = form.text(key)
            }
            base[key] = form.text("base.\(key)")
        }
    }

    /// What is handed to the action: only fields that the form held. An empty personal number means "as it is".
    func record(_ form: Form, version: Int? = nil) -> RecordForm {
        var values: [String: String] = [:]
        for key in keys where form.has(key) || form.all("shown").contains(key) { values[key] = texts[key] ?? "" }
        if values["personal_id"]?.isEmpty == true { values["personal_id"] = nil }
        return RecordForm(values, version: version, base: base.filter { keys.contains($0.key) })
    }

    /// The hidden fields: version, values the form was filled from.
    func hidden(version: Int?) -> [UI.Pair] {
        let stored = base.filter { keys.contains($0.key) && !$0.value.isEmpty }.sorted { $0.key < $1.key }
        return (version.map { [(name: "version", value: String($0))] } ?? [])
            + stored.map { (name: "base.\($0.key)", value: $0.value) }
    }

    /// Some fields by themselves, for what is asked first.
    func drawn(only first: [String]) -> HTML {
        UI.grid(UI.each(first.filter(keys.contains).compactMap { list[$0] }, control))
    }

    /// Every group, folded but for the first (where asked) and those with problems.
    func drawn(leavingOut left: Set<String> = [], opensFirst: Bool = true) -> HTML {
        let wrong = Set(problems.map(\.field))
        let groups = list.groups.map { group in
            (name: group.name, fields: group.fields.filter { keys.contains($0.key) && !left.contains($0.key) })
        }.filter { !$0.fields.isEmpty }
        return UI.each(groups.enumerated()) { index, group in
            UI.fold(
                translated(group.name), UI.grid(UI.each(group.fields, control)),
                isOpen: (opensFirst && index == 0) || groups.count <= 3
                    || group.fields.contains { wrong.contains($0.key) })
        }
    }

    /// The control of one field.
    func control(_ field: FieldDefinition) -> HTML {
        let (name, label, value) = (field.key, translated(field.label), texts[field.key] ?? "")
        switch field.type {
        case .code where field.isMany: return many(field, value)
        case .code:
            return UI.select(
                name, label, FieldForm.options(field, level, keeping: [value]), value: value, any: "–",
                problems: problems,
                required: field.isRequired)
        case .bool:
            return UI.select(
                name, label, [(value: "1", label: t("Có")), (value: "0", label: t("Không"))], value: value, any: "–",
                problems: problems)
        case .day, .partialDay:
            return UI.date(name, label, value: value, problems: problems, required: field.isRequired)
        case .number: return UI.number(name, label, value: value, problems: problems, hasDecimals: true)
        case .money: return UI.number(name, label, value: value, problems: problems)
        case .long:
            return UI.textarea(name, label, value: value, problems: problems, rows: 2, maxLength: field.max ?? 2000)
        case .personalID:
            return UI.text(
                name, label, value: value,
                hint: base["has_personal_id"] == "1" ? t("Đã có số; để trống nếu không đổi.") : t("12 chữ số"),
                problems: problems, entry: .digits, autocomplete: "off", maxLength: 20)
        case .phone:
            return UI.text(
                name, label, value: value, problems: problems, entry: .tel, autocomplete: "off", maxLength: 20)
        case .email:
            return UI.text(
                name, label, value: value, problems: problems, entry: .email, autocomplete: "off", maxLength: 254)
        case .text, .place:
            return UI.text(
                name, label, value: value, problems: problems, required: field.isRequired, autocomplete: "off",
                maxLength: field.max ?? 300)
        }
    }

    /// The codes that a field offers at a level; one that the list no longer offers stays choosable while it is stored.
    static func options(_ field: FieldDefinition, _ level: Level?, keeping stored: Set<String> = []) -> [(
        value: String, label: String
    )] {
        let list = field.catalogue ?? ""
        let options = Words.options(list) { item in
            guard let level else { return true }
            return (item.level.map { $0 == level } ?? true) && (item.levels?.contains(level) ?? true)
        }
        let kept = stored.subtracting(options.map(\.value)).subtracting([""]).sorted()
        return options + kept.map { (value: $0, label: Words.label($0, list)) }
    }

    private func many(_ field: FieldDefinition, _ value: String) -> HTML {
        let chosen = Set(value.split(separator: ",").map(String.init))
        return UI.hidden([(name: "shown", value: field.key)])
            + UI.checkboxes(
                field.key, translated(field.label), FieldForm.options(field, level), values: chosen, problems: problems,
                isInline: true)
    }
}

/// What was refused in a way that the form can show: anything else goes on to the gate.
enum Refusal {
    static func fault(_ error: any Error) throws -> Fault {
        let fault = (error as? Fault) ?? (error as? StorageError)?.fault
        guard let fault, fault.kind == .invalid || fault.kind == .conflict else { throw error }
        return fault
    }

    /// The sentence above the form, where the fields do not say it all.
    static func notice(_ fault: Fault?, by last: String? = nil) -> HTML {
        guard let fault, fault.problems.isEmpty || fault.kind == .conflict else { return HTML() }
        let words = [translated(fault.message), last ?? ""].filter { !$0.isEmpty }
        return UI.notice(.text(words.joined(separator: " ")), .bad)
    }

    /// What was done, with the doubts that came up.
    static func flash(_ done: String, _ doubts: [String]) -> String {
        doubts.isEmpty ? done : t("{} Lưu ý: {}", done, doubts.map { translated($0) }.joined(separator: " "))
    }
}
