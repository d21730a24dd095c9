import Base
import Work

/// What the columns of a kind of list can mean, and by which headings each is found.
struct TableLayout: Sendable {
    struct Meaning: Sendable {
        let key: String, label: String, spellings: [String]
    }

    let meanings: [Meaning]
    /// What a list must have: one meaning of each group.
    let needs: [[String]]
    /// Whether a column that stands twice refuses the file: so in lists with names of their own; in lists of people the second is left out and told.
    var isStrict = false
    private let byHeading: [String: String]

    init(_ meanings: [Meaning], needs: [[String]]) {
        (self.meanings, self.needs) = (meanings, needs)
        var found: [String: String] = [:]
        // What a field is called comes before what others call it.
        for meaning in meanings { found[TableLayout.key(meaning.label)] = meaning.key }
        for meaning in meanings {
            for spelling in meaning.spellings where found[TableLayout.key(spelling)] == nil {
                found[TableLayout.key(spelling)] = meaning.key
            }
        }
        byHeading = found
    }

    /// A layout of names alone, the first of each the one told to people.
    init(_ names: [String: [String]], needs: [String]) {
        self.init(
            names.sorted { $0.key < $1.key }.map { Meaning(key: $0.key, label: $0.key, spellings: $0.value) },
            needs: needs.map { [$0] })
        isStrict = true
    }

    /// The fields of learners or staff under all their names, and the headings that name no field.
    init(_ fields: FieldList, headings labels: [String: String], needs: [[String]]) {
        let other = labels.sorted { $0.key < $1.key }.map { key, label in
            Meaning(key: key, label: label, spellings: fields.headings[key] ?? [])
        }
        self.init(
            other
                + fields.fields.filter { !$0.isComputed }.map {
                    Meaning(key: $0.key, label: $0.label, spellings: $0.aliases ?? [])
                },
            needs: needs)
    }

    func label(of key: String) -> String { meanings.first { $0.key == key }.map { translated($0.label) } ?? key }

    func has(_ key: String) -> Bool { meanings.contains { $0.key == key } }

    /// The meaning of a heading; one of two rows is tried with the row above it in both orders, then alone.
    func meaning(of heading: TableHeading) -> String? {
        let (above, own) = (heading.above, heading.own)
        let tries =
            above.isEmpty || above == own ? [own] : own.isEmpty ? [above] : ["\(own) \(above)", "\(above) \(own)", own]
        return tries.lazy.compactMap { byHeading[TableLayout.key($0)] }.first
    }

    /// Letters and digits alone, without marks: what is compared of a heading.
    static func key(_ text: String) -> String {
        // "Họ và tên (*)", "Ngày sinh (dd/mm/yyyy)": what stands in brackets explains.
        var depth = 0
        let bare = text.filter { character in
            if character == "(" || character == "[" { depth += 1 }
            defer { if character == ")" || character == "]" { depth = max(0, depth - 1) } }
            return depth == 0 && character != "*"
        }
        let key = Fold.key(bare).filter { $0.isLetter || $0.isNumber }
        return key.isEmpty ? Fold.key(text).filter { $0.isLetter || $0.isNumber } : key
    }
}

/// The heading of a column: what stands in the row above the data, and in the row above that.
struct TableHeading: Sendable, Hashable {
    let above: String, own: String

    init(above: String = "", own: String) {
        (self.above, self.own) = (TableHeading.line(above), TableHeading.line(own))
    }

    private static func line(_ text: String) -> String {
        String(Fold.compose(text.map { $0.isNewline ? " " : String($0) }.joined()).prefix(120))
    }

    /// How people see it, and how a mapping names it.
    var text: String { above.isEmpty || above == own ? own : own.isEmpty ? above : "\(above) – \(own)" }
}
