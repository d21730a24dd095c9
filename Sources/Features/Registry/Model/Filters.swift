import Base

/// What a list of learners is narrowed to; every part may be left out.
public struct StudentFilter: Sendable, Hashable {
    public enum Sort: String, Sendable, CaseIterable { case name, birth, `class`, code }

    /// Beginnings of the words of the name, or a whole code.
    public var q = ""
    /// A unit and all below it.
    public var org: ID<Org>?
    public var classGroup: ID<ClassGroup>?
    /// Who learned in that year; nothing is today's register.
    public var year: SchoolYear?
    public var grade = ""
    public var level: Level?
    public var sex = ""
    public var ethnicity = ""
    /// A policy status held today.
    public var policy = ""
    /// A status; nothing lists those who learn today, `any` all.
    public var status = ""
    public var site: ID<Site>?
    /// Whether the class learns at a satellite campus; nothing for both kinds.
    public var isSatellite: Bool?
    /// Khu vực I to III of the commune the school stands in.
    public var area = ""
    /// Whether the school stands in a commune on the border.
    public var isBorder: Bool?
    /// Age by year, as statistics count it.
    public var age: Int?
    /// Those enrolled in a school but in no class.
    public var isUnassigned = false
    /// The register as it stood on a day.
    public var on: Day?
    public var sort = Sort.name
    public var isDescending = false

    public init() {}
    public static let anyStatus = "any"

    /// Whether it leaves out so many that few remain on the way along the names.
    var isSifted: Bool {
        !grade.isEmpty || level != nil || !ethnicity.isEmpty || !policy.isEmpty || site != nil || age != nil
            || isUnassigned || isSatellite != nil || !area.isEmpty || isBorder != nil
            || !(status.isEmpty || status == StudentFilter.anyStatus) || sort != .name
    }
}

/// What a list of staff is narrowed to.
public struct StaffFilter: Sendable, Hashable {
    public enum Sort: String, Sendable, CaseIterable { case name, birth, code }

    public var q = ""
    public var org: ID<Org>?
    public var group: StaffGroup?
    public var position = ""
    public var sex = ""
    public var ethnicity = ""
    /// A status; nothing lists those at work, `any` all.
    public var status = ""
    /// Teachers and managers whose digital file lacks an identifier (K-06).
    public var isMissing = false
    /// Those ticked in a list; empty is no such narrowing.
    public var ids: [ID<Staff>] = []
    public var sort = Sort.name
    public var isDescending = false

    public init() {}
}
