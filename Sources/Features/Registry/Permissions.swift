import Base

/// The room's rights. How far each reaches is the scope of whoever holds it.
extension Permission {
    private static let office: Set<Role> = [.administrator, .department, .commune]
    private static let schoolOffice: Set<Role> = office.union(Role.heads).union([.clerk])

    /// Units, their places, sites and history.
    public static let viewOrgs = Permission("registry.view-orgs", Set(Role.allCases))
    /// Lists and figures of learners, without sensitive fields.
    public static let viewStudents = Permission("registry.view-students", Role.workers)
    /// One learner's record; learners and guardians reach their own alone.
    public static let viewStudent = Permission("registry.view-student", Set(Role.allCases))
    /// Health, policy papers, addresses, family numbers: what a list never shows.
    public static let viewSensitive = Permission(
        "registry.view-sensitive", schoolOffice.union([.homeroom, .inspector, .student, .guardian]))
    /// The 12-digit personal number itself; each reading is audited.
    public static let viewPersonalID = Permission("registry.view-personal-id", schoolOffice)
    public static let editStudents = Permission("registry.edit-students", schoolOffice)
    /// The contact fields of one's own class.
    public static let editContacts = Permission("registry.edit-contacts", schoolOffice.union([.homeroom]))
    /// Enrolling, moving, leaving, returning.
    public static let enrol = Permission("registry.enrol", schoolOffice)
    /// Comparing, merging and splitting the records of learners.
    public static let mergeStudents = Permission("registry.merge-students", office.union([.clerk]))
    /// The word of a school's head on a learner who leaves or comes (QĐ 51/2002/QĐ-BGDĐT).
    public static let approveTransfers = Permission(
        "registry.approve-transfers", Role.heads.union([.administrator]))
    public static let viewStaff = Permission("registry.view-staff", Role.workers)
    /// Salary, personal papers.
    public static let viewStaffSensitive = Permission("registry.view-staff-sensitive", schoolOffice.union([.inspector]))
    public static let editStaff = Permission("registry.edit-staff", schoolOffice)
    public static let editClasses = Permission("registry.edit-classes", schoolOffice)
    /// A school's own particulars: address, rooms, sites, who answers for what.
    public static let editOrgs = Permission("registry.edit-orgs", schoolOffice)
    /// The tree itself: founding, merging, splitting, moving, closing.
    public static let changeTree = Permission("registry.change-tree", [.administrator, .department])
    /// Figures over many schools.
    public static let viewFigures = Permission(
        "registry.view-figures", office.union(Role.heads).union([.inspector, .clerk]))
    public static let freezeFigures = Permission("registry.freeze-figures", schoolOffice)
    /// Counts of residents by place of birth or residence, wherever they learn: a right of its own (D08).
    public static let viewResidents = Permission("registry.view-residents", office)
    public static let exportLists = Permission("registry.export-lists", schoolOffice.union([.inspector, .homeroom]))
    public static let importFiles = Permission("registry.import-files", schoolOffice)
    public static let editCatalogues = Permission("registry.edit-catalogues", [.administrator, .department])

    /// All of them, for the room's front door.
    public static let registry: [Permission] = [
        viewOrgs, viewStudents, viewStudent, viewSensitive, viewPersonalID, editStudents, editContacts, enrol,
        mergeStudents, approveTransfers,
        viewStaff,
        viewStaffSensitive, editStaff, editClasses, editOrgs, changeTree, viewFigures, freezeFigures, viewResidents,
        exportLists, importFiles, editCatalogues,
    ]
}
