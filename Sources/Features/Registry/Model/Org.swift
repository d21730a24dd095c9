import Base
import Storage

/// A unit of the tree: the department, a commune's office, a school, a centre, the college.
public struct OrgRecord: Sendable, Hashable {
    public let id: ID<Org>
    public let code: String
    public let moetCode: String?
    /// A code of the catalogue `school-kinds`.
    public let kind: String
    public let ownership: String
    public let name: String
    public let isInstitution: Bool
    public let levels: [Level]
    public let parent: ID<Org>?
    public let place: ID<Place>?
    public let openedOn: Day
    /// The last day of its life; `Day.forever` while it lives.
    public let closedOn: Day
    public let details: Details
    public let version: Int

    public var isOpen: Bool { closedOn == .forever }
    public var period: Period { Period(openedOn, closedOn) ?? .always }
}

/// A unit to be written: what a form, an importer or the demo hands over.
public struct OrgDraft: Sendable {
    public var code: String
    public var moetCode: String?
    public var kind: String
    public var ownership = "public"
    public var name: String
    public var isInstitution = false
    public var levels: [Level] = []
    public var parent: ID<Org>?
    public var place: ID<Place>?
    public var opened = Day.first
    public var closed = Day.forever
    public var details = Details()
    /// The decision that founds it: number, date, who signed.
    public var basis = ""

    public init(code: String, kind: String, name: String, parent: ID<Org>? = nil) {
        (self.code, self.kind, self.name, self.parent) = (code, kind, name, parent)
    }
}

/// A unit as a tree or list shows it.
public struct OrgLine: Sendable, Hashable {
    public let id: ID<Org>
    public let code: String
    public let name: String
    public let kind: String
    public let isInstitution: Bool
    public let levels: [Level]
    public let parent: ID<Org>?
    /// How far below the unit asked about.
    public let depth: Int
    public let hasChildren: Bool
}

/// One thing that happened to a unit, as its history tells it.
public struct OrgEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case created, renamed, moved, relocated, closed, split, inserted, removed
        case mergedInto = "merged-into", mergedFrom = "merged-from", splitFrom = "split-from"

        /// The event as people say it.
        public var label: String {
            switch self {
            case .created: t("Thành lập")
            case .renamed: t("Đổi tên")
            case .moved: t("Đổi đơn vị quản lý")
            case .relocated: t("Đổi địa bàn")
            case .closed: t("Giải thể")
            case .split: t("Chia tách")
            case .inserted: t("Thêm cấp quản lý")
            case .removed: t("Bỏ cấp quản lý")
            case .mergedInto: t("Sáp nhập vào")
            case .mergedFrom: t("Nhận sáp nhập từ")
            case .splitFrom: t("Tách ra từ")
            }
        }
    }

    public let kind: Kind
    public let day: Day
    public let other: ID<Org>?
    public let otherName: String?
    public let basis: String
}

/// A campus: the main one, or a satellite (điểm trường).
public struct SiteRecord: Sendable, Hashable {
    public let id: ID<Site>
    public let org: ID<Org>
    public let code: String
    public let name: String
    public let isMain: Bool
    public let distance: Double?
    public let period: Period
    public let details: Details
}

/// A campus to be written.
public struct SiteDraft: Sendable {
    public var org: ID<Org>
    public var code = ""
    public var name: String
    public var isMain = false
    public var distance: Double?
    public var period = Period.always
    public var details = Details()

    public init(org: ID<Org>, name: String, isMain: Bool = false) {
        (self.org, self.name, self.isMain) = (org, name, isMain)
    }
}

/// What keys of the room's own tables stand for.
public enum Site {}
public enum Policy {}
public enum Teaching {}
public enum Post {}
public enum Document {}
public enum Freeze {}
public enum Charge {}

/// Who answers for a duty of a unit, such as digital transformation, and when.
public struct ChargeRecord: Sendable, Hashable {
    public let id: ID<Charge>
    public let org: ID<Org>
    public let staff: ID<Staff>?
    public let name: String
    public let phone: String
    public let duty: String
    public let period: Period
}

extension OrgEvent.Kind: Column {}
