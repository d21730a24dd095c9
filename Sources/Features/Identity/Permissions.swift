import Base

extension Permission {
    private static let offices: Set<Role> = [.administrator, .department, .commune]
    private static let keepers: Set<Role> = offices.union([.principal, .deputy, .clerk])

    /// Sees the accounts within reach.
    public static let readAccounts = Permission("identity.account.read", keepers.union([.homeroom]))
    /// Opens, suspends and restores accounts, prints their codes, ends their sessions.
    public static let manageAccounts = Permission("identity.account.manage", keepers)
    /// Gives and ends roles.
    public static let grantRoles = Permission(
        "identity.grant.manage", [.administrator, .department, .commune, .principal, .deputy])
    /// Prints first sign-in sheets and reset codes after seeing the person.
    public static let printCodes = Permission("identity.code.print", keepers.union([.homeroom]))
    /// Prints guardians' slips and decides on claims.
    public static let manageSlips = Permission("identity.slip.manage", [.principal, .deputy, .clerk, .homeroom])
    /// Looks with another account's eyes, read-only.
    public static let viewAs = Permission("identity.view-as", [.administrator, .department, .principal])
    /// Sees who can see a pupil.
    public static let whoCanSee = Permission("identity.who-can-see", keepers.union([.homeroom]))
    /// Makes and revokes tokens of the programming interface.
    public static let manageTokens = Permission("identity.token.manage", [.administrator, .department])
    /// Changes how this installation signs people in.
    public static let setIdentity = Permission("identity.setting.manage", [.administrator])

    /// All rights of the room.
    static let identity: [Permission] = [
        readAccounts, manageAccounts, grantRoles, printCodes, manageSlips, viewAs, whoCanSee, manageTokens, setIdentity,
    ]
}
