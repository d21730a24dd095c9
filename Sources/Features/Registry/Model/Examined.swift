import Base

/// A record as rules of data quality look at it: its fields as stored, and what hangs on it. Nobody is shown it.
public struct ExaminedRecord: Sendable {
    /// What is looked at.
    public enum Kind: String, Sendable, CaseIterable { case student, staff, classGroup = "class", org }

    /// Somebody who answers for a learner.
    public struct Kin: Sendable {
        public let relation: String, birthYear: Int?, phone: String

        public init(relation: String, birthYear: Int? = nil, phone: String = "") {
            (self.relation, self.birthYear, self.phone) = (relation, birthYear, phone)
        }
    }

    /// A policy status held today.
    public struct Status: Sendable {
        public let kind: String, hasPaper: Bool

        public init(kind: String, hasPaper: Bool) { (self.kind, self.hasPaper) = (kind, hasPaper) }
    }

    public let kind: Kind, id: Int64, org: ID<Org>
    public var classGroup: ID<ClassGroup>?
    public var level: Level?
    /// The grade of a learner, the grades of a class.
    public var grades: [String] = []
    /// Stored values by field key; a personal number never is among them.
    public var values: [String: String] = [:]
    public var kin: [Kin] = []
    public var statuses: [Status] = []
    /// How many of what hangs on it, such as `learners`, `stays`, `posts`.
    public var counts: [String: Int] = [:]
    /// Values of what hangs on it, such as `subjects`, `satellites`; `number` holds what is wrong with the personal number.
    public var sets: [String: [String]] = [:]

    public init(kind: Kind, id: Int64, org: ID<Org>) { (self.kind, self.id, self.org) = (kind, id, org) }

    /// A value by its field key; empty where nothing is stored.
    public subscript(key: String) -> String { values[key] ?? "" }

    /// How many of what hangs on it; none where it was not counted.
    public func count(_ name: String) -> Int { counts[name] ?? 0 }
}

/// How a record is called where rules of data quality speak of it.
public struct ExaminedName: Sendable {
    public let name: String, code: String, className: String?, orgName: String
}
