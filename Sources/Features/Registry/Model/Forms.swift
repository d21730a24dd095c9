import Base

/// What a person typed into a record's form, by field key; fields that the form did not show are left out.
public struct RecordForm: Sendable {
    public var values: [String: String]
    /// The version that the form was filled from; nothing for a new record.
    public var version: Int?
    /// The stored values that the form showed: what others changed meanwhile in other fields is then no conflict.
    public var base: [String: String]

    public init(_ values: [String: String], version: Int? = nil, base: [String: String] = [:]) {
        (self.values, self.version, self.base) = (values, version, base)
    }
}

/// One field's change, in stored values; empty is nothing.
public struct Change: Sendable, Hashable {
    public let key: String
    public let old: String
    public let new: String
}

/// Where and since when a learner is enrolled.
public struct EnrolForm: Sendable {
    public var classGroup: ID<ClassGroup>
    public var day: Day
    /// One of the class's grades; left out where it has one.
    public var grade = ""
    /// A code of the catalogue `entry-forms`.
    public var entry = ""
    public var reason = ""

    public init(classGroup: ID<ClassGroup>, day: Day) { (self.classGroup, self.day) = (classGroup, day) }
}
