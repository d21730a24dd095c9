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

/// Two records of one learner became one: `given` is no more, its rows are the kept one's.
public struct StudentsMerged: Fact {
    public static let name = "registry.students-merged"
    public let kept: ID<Student>
    public let given: ID<Student>

    public init(kept: ID<Student>, given: ID<Student>) { (self.kept, self.given) = (kept, given) }
}

/// Two learners have records of their own: a merge was taken back, or a record that held two people was split.
public struct StudentsParted: Fact {
    public static let name = "registry.students-parted"
    public let kept: ID<Student>
    public let other: ID<Student>

    public init(kept: ID<Student>, other: ID<Student>) { (self.kept, self.other) = (kept, other) }
}
