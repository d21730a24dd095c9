import Base

/// The room's rights. How far each reaches is the scope of whoever holds it.
extension Permission {
    private static let menders: Set<Role> = Role.offices.union(Role.heads).union([.clerk, .homeroom])

    /// What stands against the records within reach. Finds tell of policy statuses and health: not for every teacher.
    public static let viewQuality = Permission("quality.view-findings", menders.union([.inspector]))
    /// Leaving a find as it is, with a reason.
    public static let waiveFindings = Permission(
        "quality.waive-findings", Role.offices.union(Role.heads).union([.clerk]))
    /// Having units looked over at once, without waiting for the night.
    public static let runQuality = Permission("quality.run-rules", Role.offices.union(Role.heads).union([.clerk]))

    static let quality: [Permission] = [viewQuality, waiveFindings, runQuality]
}
