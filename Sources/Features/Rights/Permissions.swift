import Base

/// The room's rights. How far each reaches is the scope of whoever holds it.
extension Permission {
    private static let keepers: Set<Role> = Role.offices.union(Role.heads).union([.clerk])

    /// Asking for what is held, who has read it, and having it corrected: the person, the family, and those who keep the record.
    public static let useRights = Permission("rights.use-rights", keepers.union([.student, .guardian]))
    /// Taking what is held on oneself: everybody.
    public static let takeOwn = Permission("rights.take-own", Set(Role.allCases))
    /// Answering requests.
    public static let answerRequests = Permission("rights.answer-requests", keepers)

    static let rights: [Permission] = [useRights, takeOwn, answerRequests]
}
