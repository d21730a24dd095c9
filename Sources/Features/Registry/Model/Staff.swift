import Base
import Storage

/// Managers (cán bộ quản lý), teachers (giáo viên), other staff (nhân viên), officials: the catalogue `position-groups`.
public enum StaffGroup: String, Sendable, CaseIterable, Column {
    case manager = "CBQL", teacher = "GV", other = "NV", official = "CV"

    public var label: String {
        switch self {
        case .manager: t("Cán bộ quản lý")
        case .teacher: t("Giáo viên")
        case .other: t("Nhân viên")
        case .official: t("Công chức, chuyên viên")
        }
    }
}

/// A member of staff.
public struct StaffRecord: Sendable {
    public let id: ID<Staff>
    public let code: String
    public let moetCode: String?
    public let hasPersonalID: Bool
    public let personalState: String
    public let name: PersonName
    public let birthDate: PartialDay?
    public let sex: String
    public let ethnicity: String
    public let status: String
    public let org: ID<Org>?
    public let group: StaffGroup
    public let position: String
    public let photo: [UInt8]?
    public let details: Details
    public let version: Int
    public let createdAt: Int64
    public let updatedAt: Int64
}

/// A member of staff to be written. Where `code` is empty the next one is taken.
public struct StaffDraft: Sendable {
    public var code = ""
    public var moetCode: String?
    public var personalID: String?
    public var personalState = ""
    public var name: PersonName
    public var birthDate: PartialDay?
    public var sex = ""
    public var ethnicity = ""
    public var status = StaffStatus.working
    public var org: ID<Org>?
    public var group = StaffGroup.teacher
    public var position = ""
    public var details = Details()
    /// The first day of the post at `org`; nothing writes no post.
    public var since: Day?

    public init(name: PersonName) { self.name = name }
}

/// The states that the program itself sets and reads; the whole list is the catalogue `staff-statuses`.
public enum StaffStatus {
    public static let working = "working"
    public static let movedAway = "moved"
}

/// A teacher or head of a unit as a choice shows them.
struct TeacherChoice: Sendable {
    let id: ID<Staff>, name: String, birthDate: PartialDay?, position: String, hasPhoto: Bool
}

/// A member of staff as a list shows it.
public struct StaffLine: Sendable, Hashable {
    public let id: ID<Staff>
    public let code: String
    public let name: String
    public let birthDate: PartialDay?
    public let sex: String
    public let ethnicity: String
    public let group: StaffGroup
    public let position: String
    public let status: String
    public let org: ID<Org>?
    public let orgName: String?
    public let hasPhoto: Bool
}

/// A post held at a unit, and when.
public struct PostRecord: Sendable, Hashable {
    public let id: ID<Post>
    public let org: ID<Org>
    public let orgName: String
    public let position: String
    public let isMain: Bool
    public let period: Period
    public let basis: String
}
