import Base
import Storage

/// A learner's record: what the register knows of one person.
public struct StudentRecord: Sendable {
    public let id: ID<Student>
    /// The province-wide permanent code with its check character.
    public let code: String
    public let moetCode: String?
    public let hasPersonalID: Bool
    /// Code of the catalogue `id-states`: how the 12-digit number stands against the population database.
    public let personalState: String
    public let name: PersonName
    public let birthDate: PartialDay?
    public let sex: String
    public let ethnicity: String
    public let status: String
    public let org: ID<Org>?
    public let classGroup: ID<ClassGroup>?
    public let level: Level?
    public let grade: String
    /// The commune where the learner lives, whoever manages the school.
    public let residence: ID<Place>?
    public let photo: [UInt8]?
    public let details: Details
    public let version: Int
    public let createdAt: Int64
    public let updatedAt: Int64
}

/// A learner to be written. Where `code` is empty the next one is taken.
public struct StudentDraft: Sendable {
    public var code = ""
    public var moetCode: String?
    public var personalID: String?
    public var personalState = ""
    public var name: PersonName
    public var birthDate: PartialDay?
    public var sex = ""
    public var ethnicity = ""
    public var status = StudentStatus.studying
    public var org: ID<Org>?
    public var classGroup: ID<ClassGroup>?
    public var level: Level?
    public var grade = ""
    public var residence: ID<Place>?
    public var details = Details()

    public init(name: PersonName) { self.name = name }
}

/// The states that the program itself sets and reads; the whole list is the catalogue `enrolment-statuses`.
public enum StudentStatus {
    public static let studying = "studying"
    public static let onHold = "on-hold"
    public static let graduated = "graduated"
    public static let completed = "completed"
    public static let dead = "dead"
}

/// A learner as a list shows it.
public struct StudentLine: Sendable, Hashable {
    public let id: ID<Student>
    public let code: String
    public let name: String
    public let birthDate: PartialDay?
    public let sex: String
    public let ethnicity: String
    public let status: String
    public let level: Level?
    public let grade: String
    public let classGroup: ID<ClassGroup>?
    public let className: String?
    public let org: ID<Org>?
    public let orgName: String?
    public let hasPhoto: Bool
}

/// A stay in a school and class: the truth from which a record's place of today is copied.
public struct EnrolmentRecord: Sendable, Hashable {
    public let id: ID<Enrolment>
    public let student: ID<Student>
    public let org: ID<Org>
    public let orgName: String
    public let classGroup: ID<ClassGroup>?
    public let className: String?
    public let year: SchoolYear
    public let level: Level?
    public let grade: String
    public let kind: String
    public let period: Period
    public let entry: String
    public let leaving: String
    public let reason: String

    public var isOpen: Bool { period.isOpen }
}

/// A stay to be written.
public struct EnrolmentDraft: Sendable {
    public var student: ID<Student>
    public var org: ID<Org>
    public var classGroup: ID<ClassGroup>?
    public var year: SchoolYear
    public var level: Level?
    public var grade: String
    /// `main`, or `second` for a learner of two institutions.
    public var kind = "main"
    public var period: Period
    public var entry = ""
    public var leaving = Leaving.none
    public var reason = ""

    public init(
        student: ID<Student>, org: ID<Org>, classGroup: ID<ClassGroup>?, year: SchoolYear, level: Level?, grade: String,
        period: Period
    ) {
        (self.student, self.org, self.classGroup, self.year) = (student, org, classGroup, year)
        (self.level, self.grade, self.period) = (level, grade, period)
    }
}

/// How a stay ended: a code of the catalogue `enrolment-statuses`, or one of these.
public enum Leaving {
    /// It goes on.
    public static let none = ""
    /// The year was over: it still counts in that year's figures.
    public static let yearEnd = "year-end"
    /// Went on in another class of the school, or in the school that took this one over.
    public static let moved = "class-moved", merged = "merged"
    /// Was the stay of a second record of the same child.
    public static let double = "double-record"
    /// The stays that a year's figures count.
    static let counted = [none, yearEnd, StudentStatus.graduated, StudentStatus.completed]
    /// Ends that only part one stay from the next.
    static let inner = [moved, merged, double]
}

/// A policy status with its period (REC-12).
public struct PolicyRecord: Sendable, Hashable {
    public let id: ID<Policy>
    public let kind: String
    public let period: Period
    public let basis: String
    public let document: String
}

/// A policy status to be written.
public struct PolicyDraft: Sendable {
    public var student: ID<Student>
    public var kind: String
    public var period: Period
    public var basis = ""
    public var document = ""

    public init(student: ID<Student>, kind: String, period: Period) {
        (self.student, self.kind, self.period) = (student, kind, period)
    }
}

/// A paper of a record's file.
public struct DocumentRecord: Sendable, Hashable {
    public let id: ID<Document>
    public let type: String
    public let name: String
    public let number: String
    public let issuedOn: Day?
    public let expiresOn: Day?
    public let blob: [UInt8]?
    public let addedAt: Int64
    /// What a paper of the school's own says, as it was issued.
    public let body: Details
}

/// Whose file a paper belongs to.
public enum PaperOwner: Sendable, Hashable {
    case student(ID<Student>), staff(ID<Staff>)
}

/// A paper to be written.
public struct DocumentDraft: Sendable {
    public var type: String
    public var name: String
    public var number = ""
    public var issuedOn: Day?
    public var expiresOn: Day?
    public var blob: [UInt8]?
    public var body = Details()

    public init(type: String, name: String) { (self.type, self.name) = (type, name) }
}
