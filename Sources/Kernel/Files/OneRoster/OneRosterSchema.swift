/// What a column holds, and how hard the register needs it.
struct OneRosterColumn: Sendable {
    enum Kind: Sendable {
        case text, reference, list, flag, day, year, grades
        /// The words of the standard; `isOpen` lets a partner's own words through with a doubt.
        case word([String], isOpen: Bool)
    }

    /// Without a `must` a row is refused; without a `should`, which the standard asks for as well, there is a doubt.
    /// A `column` must be in the header, its value may be left empty with a doubt: some people have one name.
    enum Need: Sendable { case must, column, should, may }

    let name: String
    let kind: Kind
    let need: Need
    let versions: [OneRosterVersion]

    init(
        _ name: String, _ kind: Kind = .text, _ need: Need = .may,
        in versions: [OneRosterVersion] = OneRosterVersion.allCases
    ) {
        (self.name, self.kind, self.need, self.versions) = (name, kind, need, versions)
    }
}

/// OneRoster 1.1 and 1.2 CSV binding as tables: the columns of each file in order, their kinds and vocabularies.
enum OneRosterSchema {
    static func columns(of file: OneRosterFile) -> [OneRosterColumn] {
        switch file {
        case .orgs: common + orgs
        case .academicSessions: common + sessions
        case .courses: common + courses
        case .classes: common + classes
        case .users: common + users
        case .roles: common + roles
        case .userProfiles: common + profiles
        case .demographics: common + demographics
        case .enrollments: common + enrollments
        default: []
        }
    }

    static let statuses = ["active", "tobedeleted", "inactive"]
    static let enrolmentRoles = ["student", "teacher", "administrator", "proctor", "aide"]
    static let roles11 = ["administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"]
    static let roles12 = [
        "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative",
        "siteAdministrator", "student", "systemAdministrator", "teacher", "administrator",
    ]

    private typealias C = OneRosterColumn
    private static let old: [OneRosterVersion] = [.v11]
    private static let new: [OneRosterVersion] = [.v12]

    private static let common = [
        C("sourcedId", .text, .must), C("status", .word(statuses, isOpen: false)), C("dateLastModified"),
    ]

    private static let orgs = [
        C("name", .text, .must),
        C("type", .word(["department", "school", "district", "local", "state", "national"], isOpen: true), .must),
        C("identifier"), C("parentSourcedId", .reference),
    ]

    private static let sessions = [
        C("title", .text, .must),
        C("type", .word(["gradingPeriod", "semester", "schoolYear", "term"], isOpen: true), .must),
        C("startDate", .day, .must), C("endDate", .day, .must), C("parentSourcedId", .reference),
        C("schoolYear", .year, .should),
    ]

    private static let courses = [
        C("schoolYearSourcedId", .reference), C("title", .text, .must), C("courseCode"), C("grades", .grades),
        C("orgSourcedId", .reference, .should), C("subjects", .list), C("subjectCodes", .list),
    ]

    private static let classes = [
        C("title", .text, .must), C("grades", .grades), C("courseSourcedId", .reference, .should), C("classCode"),
        C("classType", .word(["homeroom", "scheduled"], isOpen: true), .should), C("location"),
        C("schoolSourcedId", .reference, .must), C("termSourcedIds", .list, .should), C("subjects", .list),
        C("subjectCodes", .list), C("periods", .list),
    ]

    private static let users = [
        C("enabledUser", .flag, .should), C("orgSourcedIds", .list, .should, in: old),
        C("role", .word(roles11, isOpen: false), .must, in: old), C("username", .text, .should), C("userIds", .list),
        C("givenName", .text, .must), C("familyName", .text, .column), C("middleName"), C("identifier"), C("email"),
        C("sms"),
        C("phone"), C("agentSourcedIds", .list), C("grades", .grades), C("password"),
        C("userMasterIdentifier", in: new),
        C("resourceSourcedIds", .list, in: new), C("preferredGivenName", in: new), C("preferredMiddleName", in: new),
        C("preferredFamilyName", in: new), C("primaryOrgSourcedId", .reference, in: new), C("pronouns", in: new),
    ]

    private static let roles = [
        C("userSourcedId", .reference, .must, in: new),
        C("roleType", .word(["primary", "secondary"], isOpen: false), .should, in: new),
        C("role", .word(roles12, isOpen: true), .must, in: new), C("beginDate", .day, in: new),
        C("endDate", .day, in: new),
        C("orgSourcedId", .reference, .must, in: new), C("userProfileSourcedId", .reference, in: new),
    ]

    private static let profiles = [
        C("userSourcedId", .reference, .must, in: new), C("profileType", in: new), C("vendorId", in: new),
        C("applicationId", in: new), C("description", in: new), C("credentialType", in: new), C("username", in: new),
        C("password", in: new),
    ]

    private static let demographics = [
        C("birthDate", .day), C("sex", .word(["male", "female", "unspecified", "other"], isOpen: true)),
        C("americanIndianOrAlaskaNative", .flag), C("asian", .flag), C("blackOrAfricanAmerican", .flag),
        C("nativeHawaiianOrOtherPacificIslander", .flag), C("white", .flag), C("demographicRaceTwoOrMoreRaces", .flag),
        C("hispanicOrLatinoEthnicity", .flag), C("countryOfBirthCode"), C("stateOfBirthAbbreviation"), C("cityOfBirth"),
        C("publicSchoolResidenceStatus"),
    ]

    private static let enrollments = [
        C("classSourcedId", .reference, .must), C("schoolSourcedId", .reference, .should),
        C("userSourcedId", .reference, .must),
        C("role", .word(enrolmentRoles, isOpen: false), .must), C("primary", .flag), C("beginDate", .day),
        C("endDate", .day),
    ]

    /// Wrong and older names of columns seen in real and published files, in lower case.
    static func aliases(of file: OneRosterFile) -> [String: String] {
        let all = ["datalastmodified": "dateLastModified", "datelastmodifed": "dateLastModified"]
        let own: [String: String] =
            switch file {
            case .users:
                [
                    "prefferedgivenname": "preferredGivenName", "prefferedmiddlename": "preferredMiddleName",
                    "prefferedfamilyname": "preferredFamilyName", "preferedgivenname": "preferredGivenName",
                    "preferedmiddlename": "preferredMiddleName", "preferedfamilyname": "preferredFamilyName",
                    "userid": "userIds",
                    "agents": "agentSourcedIds", "grade": "grades", "orgsourcedid": "orgSourcedIds",
                ]
            case .classes: ["grade": "grades", "termsourcedid": "termSourcedIds"]
            case .courses: ["grade": "grades", "schoolyearid": "schoolYearSourcedId"]
            case .demographics: ["usersourcedid": "sourcedId"]
            default: [:]
            }
        return all.merging(own) { _, new in new }
    }
}
