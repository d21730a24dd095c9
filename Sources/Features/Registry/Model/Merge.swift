import Base
import Storage

/// One merging or splitting of records, as the log keeps it.
public enum Merge {}

/// Which of two records.
public enum MergeSide: String, Sendable, CaseIterable {
    case kept, given

    var other: MergeSide { self == .kept ? .given : .kept }
}

/// How two records of one learner become one.
public struct MergePlan: Sendable {
    /// The record that stays, and the one that is given up.
    public var kept: ID<Student>
    public var given: ID<Student>
    /// The fields whose value is the given-up record's: field keys, `personal_id`, `photo`.
    public var fromGiven: Set<String> = []
    /// Where the learner is today, if both are in class.
    public var place = MergeSide.kept
    /// What becomes of the other stay that goes on.
    public var stay = StayFate.end
    /// Guardians of the given-up record who are not taken along: they are the same people as the kept record's.
    public var leaving: Set<ID<Guardian>> = []
    public var reason = ""

    public init(kept: ID<Student>, given: ID<Student>) { (self.kept, self.given) = (kept, given) }
}

/// What becomes of one of two stays that both go on.
public enum StayFate: String, Sendable, CaseIterable {
    /// It ends yesterday: the learner has gone over.
    case end
    /// It was never there: the same child entered twice.
    case drop
    /// It goes on beside the other: a learner of two institutions (REC-13).
    case second
}

/// How a record that holds two people is parted.
public struct SplitPlan: Sendable {
    public var student: ID<Student>
    public var name: PersonName
    public var birthDate: PartialDay?
    public var sex = ""
    /// What goes over to the new record; all else stays.
    public var stays: Set<ID<Enrolment>> = []
    public var guardians: Set<ID<Guardian>> = []
    public var policies: Set<ID<Policy>> = []
    public var documents: Set<ID<Document>> = []
    /// Field keys, `personal_id` and `photo` among them.
    public var fields: Set<String> = []
    public var reason = ""

    public init(student: ID<Student>, name: PersonName) { (self.student, self.name) = (student, name) }
}

/// A line of the log of merges and splits.
public struct MergeLine: Sendable {
    public enum Kind: String, Sendable, Column { case merge, split }

    public let id: ID<Merge>
    public let kind: Kind
    public let kept: ID<Student>
    public let keptName: String
    public let keptCode: String
    /// The record given up, or the one that came of a split.
    public let other: ID<Student>
    public let otherCode: String
    public let otherName: String
    public let reason: String
    public let at: Int64
    public let account: ID<Account>?
    /// How many rows of which table went over.
    public let moved: Details
    public let undoneAt: Int64?
    public let undoneBy: ID<Account>?
}
