import Base
import Storage

/// Where a guardian's slip stands.
public enum SlipState: String, Sendable, CaseIterable, Column {
    case issued, pending, approved, refused, revoked, expired

    /// The order in which the states follow each other.
    var rank: Int { SlipState.allCases.firstIndex(of: self) ?? 0 }

    public var label: String {
        switch self {
        case .issued: t("Đã phát")
        case .pending: t("Chờ duyệt")
        case .approved: t("Đã duyệt")
        case .refused: t("Từ chối")
        case .revoked: t("Đã thu hồi")
        case .expired: t("Hết hạn")
        }
    }
}

/// A slip that ties a guardian's account to one child.
public struct SlipRow: Sendable {
    public let id: ID<Slip>
    public let student: ID<Student>
    public let state: SlipState
    public let issuedAt: Int64, expiresAt: Int64
    public let account: ID<Account>?
    public let claimant: String, relation: String, phone: String
    public let claimedAt: Int64?, decidedAt: Int64?
    public let reason: String
}

/// What a key of a slip stands for.
public enum Slip {}
/// What a key of a printed code stands for.
public enum PrintedCode {}
/// What a key of an API token stands for.
public enum Token {}

/// One line of a sheet to print: the code is here and nowhere else.
public struct SheetRow: Sendable {
    public let person: Person?
    public let name: String
    public let username: String
    /// As printed, in groups of four.
    public let code: String
    public let expiresAt: Int64
}

/// As much of a sheet as one page holds, and where the next begins.
public struct SheetPart: Sendable {
    /// Each slip is a square code of some 400 bytes compressed: more would be longer than a page may be.
    static let most = 40

    public let rows: [SheetRow]
    /// The place in the list of people where the next part begins; nothing when all are drawn.
    public let next: Int?
    public let left: Int
}

/// One step in a slip's life.
public struct SlipStep: Sendable {
    public let at: Int64, state: SlipState, account: ID<Account>?, note: String
}

/// Somebody who can see a pupil, why, and until when.
public struct Seer: Sendable, Hashable {
    public enum Through: Sendable, Hashable {
        case org(ID<Org>), classGroup(ID<ClassGroup>), own, child
    }

    public let account: ID<Account>
    public let name: String
    public let role: Role
    public let through: Through
    public let until: Day
    public let state: AccountState
}
