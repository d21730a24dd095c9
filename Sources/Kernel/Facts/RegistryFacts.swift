import Base

/// What a member of staff does at a class or unit changed: a homeroom, a teaching assignment, a post.
public struct StaffPlaceChanged: Fact {
    public static let name = "registry.staff-place-changed"
    public let staff: ID<Staff>

    public init(staff: ID<Staff>) { self.staff = staff }
}

/// Who answers for a child changed.
public struct GuardianshipChanged: Fact {
    public static let name = "registry.guardianship-changed"
    public let guardian: ID<Guardian>
    public let student: ID<Student>

    public init(guardian: ID<Guardian>, student: ID<Student>) { (self.guardian, self.student) = (guardian, student) }
}
