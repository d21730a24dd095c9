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
    /// Age by year, as statistics count it.
    public var age: Int?
    /// Those enrolled in a school but in no class.
    public var isUnassigned = false
    /// The register as it stood on a day.
    public var on: Day?
    public var sort = Sort.name

    public init() {}
    public static let anyStatus = "any"

    /// Whether it leaves out so many that few remain on the way along the names.
    var isSifted: Bool {
        !grade.isEmpty || level != nil || !ethnicity.isEmpty || !policy.isEmpty || site != nil || age != nil
            || isUnassigned
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
    public var sort = Sort.name

    public init() {}
}
