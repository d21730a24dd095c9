import Base

/// A table that refers to learners: its rows follow when two records of one learner become one, and come back when that is undone.
public struct PersonTable: Sendable {
    enum Form: Sendable { case pointer, tie }

    public let name: String
    /// The columns kept to put a row back, written `id:i student_id:i …` (i integer, t text, b bytes), the key in front.
    public let columns: String
    /// How many of the first columns are the key.
    public let keyed: Int
    /// The column with the learner's key.
    public let learner: String
    /// The column, and its value, that say that the row is of a learner, where rows of others stand beside it.
    public let kind: (column: String, value: String)?
    /// Whether a learner has one such row at most: of two, the given-up record's is left without a learner.
    public let isSingle: Bool
    /// How people call the rows: `2 phiếu cha mẹ`.
    public let label: @Sendable (Int) -> String
    /// Whether the learner's key is part of the row's: such rows are written anew.
    public var isTie: Bool { form == .tie }
    private let form: Form

    /// Rows with a key of their own in the column `key`.
    public static func pointer(
        _ name: StaticString, key: StaticString = "id", learner: StaticString = "student_id",
        kind: (column: StaticString, value: StaticString)? = nil, isSingle: Bool = false,
        label: @escaping @Sendable (Int) -> String
    ) -> PersonTable {
        PersonTable(
            name: name.description, columns: "\(key):i \(learner):i", keyed: 1, learner: learner.description,
            kind: kind.map { ($0.column.description, $0.value.description) }, isSingle: isSingle, label: label,
            form: .pointer)
    }

    /// Rows in whose key the learner stands; `columns` are all that the table has.
    public static func tie(
        _ name: StaticString, columns: StaticString, keyed: Int, learner: StaticString = "student_id",
        label: @escaping @Sendable (Int) -> String
    ) -> PersonTable {
        PersonTable(
            name: name.description, columns: columns.description, keyed: keyed, learner: learner.description, kind: nil,
            isSingle: false, label: label, form: .tie)
    }

    private init(
        name: String, columns: String, keyed: Int, learner: String, kind: (column: String, value: String)?,
        isSingle: Bool, label: @escaping @Sendable (Int) -> String, form: Form
    ) {
        (self.name, self.columns, self.keyed, self.learner, self.kind) = (name, columns, keyed, learner, kind)
        (self.isSingle, self.label, self.form) = (isSingle, label, form)
    }
}
