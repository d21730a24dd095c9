import Base
import Storage

/// One learner's way from one school to another, asked for and agreed by both.
public enum Transfer {}

/// A transfer to be asked for.
public struct TransferDraft: Sendable {
    public var student: ID<Student>
    /// The receiving school; nothing for one outside the system, which `outside` names.
    public var target: ID<Org>?
    public var outside = ""
    /// The class that the receiving school has chosen already.
    public var classGroup: ID<ClassGroup>?
    public var grade = ""
    /// The first day at the receiving school.
    public var day: Day
    public var reason = ""
    public var papers: [String] = []

    public init(student: ID<Student>, day: Day) { (self.student, self.day) = (student, day) }
}

/// A transfer as both schools see it.
public struct TransferLine: Sendable {
    public let id: ID<Transfer>
    public let student: ID<Student>
    public let studentName: String
    public let birthDate: PartialDay?
    public let source: ID<Org>
    public let sourceName: String
    public let target: ID<Org>?
    public let targetName: String
    /// The class left: its name when the transfer was asked for.
    public let sourceClass: String
    public let classGroup: ID<ClassGroup>?
    public let className: String?
    public let grade: String
    public let day: Day
    public let reason: String
    public let papers: [String]
    public let state: TransferState
    public let askedSide: TransferSide
    public let askedAt: Int64
    public let askedBy: ID<Account>?
    public let givenAt: Int64?
    public let givenBy: ID<Account>?
    public let takenAt: Int64?
    public let takenBy: ID<Account>?
    public let endedAt: Int64?
    public let endedBy: ID<Account>?
    public let endedReason: String

    var isOutside: Bool { target == nil }
    var waiting: Set<TransferSide> { Transferring.waiting(state, isOutside: isOutside) }
}
