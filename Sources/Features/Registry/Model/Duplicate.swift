import Base
import Storage

/// Two records that may be of one learner, with their fate.
public enum Duplicate {}

/// What has become of a proposed pair.
public enum DuplicateState: String, Sendable, CaseIterable, Column {
    case open, merged, different
}

/// One side of a pair as a list shows it; nothing of it is told to who may not see the record.
public struct DuplicateSide: Sendable, Hashable {
    public let id: ID<Student>
    public let code: String
    public let name: String
    public let birthDate: PartialDay?
    public let sex: String
    public let status: String
    public let className: String?
    public let orgName: String?
}

/// A proposed pair within the visitor's reach: what lies out of reach is not there.
public struct DuplicateLine: Sendable {
    public let id: ID<Duplicate>
    public let score: Int
    let signs: [DuplicateSign]
    public let state: DuplicateState
    public let first: DuplicateSide?
    public let second: DuplicateSide?
    /// When it was handed to whoever sees both.
    public let sentAt: Int64?
    public let reason: String
    public let decidedBy: ID<Account>?
    public let decidedAt: Int64?

    public var seesBoth: Bool { first != nil && second != nil }
    /// How sure it is: `strong`, `likely` or `weak`.
    public var gradeName: String { grade.rawValue }
    var grade: DuplicateGrade { DuplicateGrade(score: score, isTwins: signs.contains(.twins)) }
}

/// A learner about to be entered, as far as the form says.
struct SoughtLearner: Sendable {
    let name: PersonName, birth: String, sex: String, phone: String, commune: String, hamlet: String
}

/// Learners who may be the one about to be entered: those within reach, and how many elsewhere.
struct LearnersAlike: Sendable {
    var near: [(line: StudentLine, signs: [DuplicateSign])] = []
    var elsewhere = 0

    var isEmpty: Bool { near.isEmpty && elsewhere == 0 }
}

/// What a worklist of pairs is narrowed to.
public struct DuplicateFilter: Sendable {
    public var state = DuplicateState.open
    var grade: DuplicateGrade?
    /// Only pairs with a record at or below a unit.
    public var org: ID<Org>?
    /// Only those handed up.
    public var onlySent = false

    public init() {}
}
