import Base

extension Permission {
    /// The home, one's own account and the guide: everybody who holds a role.
    static let home = Permission("identity.home", Set(Role.allCases))
    /// Claims further children, with a slip of the school's.
    static let claimChildren = Permission("identity.child.claim", [.guardian])
    /// Reads the audit trail of the units within reach.
    public static let readAudit = Permission(
        "identity.audit.read", [.administrator, .department, .commune, .principal, .inspector])
    /// Opens the values of changed fields in the audit trail; each opening is noted.
    public static let openAudit = Permission("identity.audit.open", [.administrator, .department, .principal])
    /// Looks after the installation: figures, jobs, settings.
    public static let administer = Permission("identity.installation.manage", [.administrator])

    static let screens: [Permission] = [home, claimChildren, readAudit, openAudit, administer]
}
