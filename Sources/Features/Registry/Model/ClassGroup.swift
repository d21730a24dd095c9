import Base
import Storage

/// A class group (lớp) of one school year.
public struct ClassRecord: Sendable, Hashable {
    public let id: ID<ClassGroup>
    public let org: ID<Org>
    public let site: ID<Site>?
    public let year: SchoolYear
    public let name: String
    public let kind: ClassKind
    public let level: Level
    /// Codes of the catalogue `grades`; more than one in a combined class.
    public let grades: [String]
    public let isCombined: Bool
    public let homeroom: ID<Staff>?
    public let closedOn: Day?
    public let details: Details
    public let version: Int
}

/// A class with its children, or a group that meets for one subject.
public enum ClassKind: String, Sendable, Column { case homeroom, scheduled }

/// A class to be written.
public struct ClassDraft: Sendable {
    public var org: ID<Org>
    public var site: ID<Site>?
    public var year: SchoolYear
    public var name: String
    public var kind = ClassKind.homeroom
    public var level: Level
    public var grades: [String]
    public var homeroom: ID<Staff>?
    public var details = Details()

    public init(org: ID<Org>, year: SchoolYear, name: String, level: Level, grades: [String]) {
        (self.org, self.year, self.name) = (org, year, name)
        (self.level, self.grades) = (level, grades)
    }
}

/// A class as a list shows it, with the size kept for it.
public struct ClassLine: Sendable, Hashable {
    public let id: ID<ClassGroup>
    public let org: ID<Org>
    public let name: String
    public let level: Level
    public let grades: [String]
    public let isCombined: Bool
    public let siteName: String?
    public let homeroom: ID<Staff>?
    public let homeroomName: String?
    public let total: Int
    public let female: Int
}

/// Who teaches what to a class, and when; `duty` is `subject`, or another of the catalogue `teaching-duties`.
public struct TeachingRecord: Sendable, Hashable {
    public let id: ID<Teaching>
    public let classGroup: ID<ClassGroup>
    public let className: String
    public let staff: ID<Staff>
    public let staffName: String
    public let subject: String
    public let duty: String
    public let period: Period
}
