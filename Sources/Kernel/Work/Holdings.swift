import Base
import Storage

/// One person of the register, of whatever kind: `student`, `staff` or `guardian`.
public struct HeldPerson: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable { case student, staff, guardian }

    public let kind: Kind
    public let id: Int64

    public init(_ kind: Kind, _ id: Int64) { (self.kind, self.id) = (kind, id) }

    /// The person as the audit trail names them.
    public var subject: Subject { Subject(stored: kind.rawValue, id) }
}

/// One thing that is kept of a person, as a term and its value, in the order in which it is read.
public typealias HeldFact = (term: String, value: String)

/// What a room keeps of one person under one heading: a record a row.
public struct HeldPart: Sendable {
    public let title: String
    /// The table that it is kept in, for programs.
    public let table: String
    public let rows: [[HeldFact]]

    public init(_ title: String, table: StaticString, rows: [[HeldFact]]) {
        (self.title, self.table, self.rows) = (title, table.description, rows.map { $0.filter { !$0.value.isEmpty } })
    }
}

/// What a room keeps of people, for whoever asks to see all that is held on them (law 91/2025/QH15): nothing of anybody else.
public struct PersonHolding: Sendable {
    /// The tables that it answers for.
    public let tables: Set<String>
    public let read: @Sendable (Tx, HeldPerson) throws -> [HeldPart]

    public init(tables: [StaticString], _ read: @escaping @Sendable (Tx, HeldPerson) throws -> [HeldPart]) {
        (self.tables, self.read) = (Set(tables.map(\.description)), read)
    }
}
