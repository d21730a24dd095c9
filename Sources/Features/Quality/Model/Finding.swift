import Base
import Registry
import Storage

/// What keys of the room's own table stand for.
enum Finding {}

/// What stands against a record by one rule.
struct Found: Sendable, Hashable {
    let rule: String, kind: Profile.Kind, subject: Int64
    var classGroup: ID<ClassGroup>?
    var level: Level?
    let severity: Severity
    /// The figures of the sentence that says what was found, parted by bars; never a personal value.
    let detail: String
}

/// Where a find stands: still there, gone at a later look, or left as it is for a reason.
enum FindingState: String, Sendable, CaseIterable, Column {
    case open, mended, waived

    var label: String {
        switch self {
        case .open: t("Cần sửa")
        case .mended: t("Đã sửa")
        case .waived: t("Đã bỏ qua")
        }
    }
}

/// A find as it is kept.
struct FindingRecord: Sendable {
    let id: ID<Finding>, found: Found, org: ID<Org>, since: Day, state: FindingState, endedAt: Int64?
    let reason: String, until: Day?, account: ID<Account>?
}

/// What a worklist is narrowed to.
struct FindingFilter: Sendable, Hashable {
    var org: ID<Org>?
    var classGroup: ID<ClassGroup>?
    var kind: Profile.Kind?
    var rules: [String]?
    var severity: Severity?
    var state = FindingState.open
    /// One record alone.
    var subject: Int64?
}

/// A place in a worklist: after the row of this class, record and key.
struct FindingKey: Sendable, Hashable {
    let org: Int64, classGroup: Int64, subject: Int64, id: Int64

    init(org: Int64, classGroup: Int64, subject: Int64, id: Int64) {
        (self.org, self.classGroup, self.subject, self.id) = (org, classGroup, subject, id)
    }

    /// Reads what `text` said; nothing for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) ?? -1 }
        guard parts.count == 4, parts.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init(org: parts[0], classGroup: parts[1], subject: parts[2], id: parts[3])
    }

    var text: String { "\(org)-\(classGroup)-\(subject)-\(id)" }
}

/// How many records of a unit were looked at and how many of them have something open against them.
struct QualityShare: Sendable, Hashable {
    var records = 0, faulty = 0
    var sound: Int { max(0, records - faulty) }
}

/// The figures of a unit: by rule, by kind of record, by the units below, week by week.
struct QualitySight: Sendable {
    var byRule: [String: (open: Int, waived: Int)] = [:]
    var shares: [Profile.Kind: QualityShare] = [:]
    var units: [(line: OrgLine, open: Int, learners: QualityShare)] = []
    var weeks: [(day: Day, open: Int, learners: QualityShare)] = []
    var checkedAt: Int64?

    var open: Int { byRule.values.reduce(0) { $0 + $1.open } }
    var waived: Int { byRule.values.reduce(0) { $0 + $1.waived } }
}
