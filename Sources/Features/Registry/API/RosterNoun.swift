import Base
import Files

/// A kind of object of OneRoster's rostering service, and how it is written in JSON (1.2, REST binding, section 4.13).
enum RosterNoun: String, Sendable, CaseIterable {
    case orgs, academicSessions, courses, classes, users, demographics, enrollments

    /// The word for one, in an answer of one object.
    var single: String {
        switch self {
        case .orgs: "org"
        case .academicSessions: "academicSession"
        case .courses: "course"
        case .classes: "class"
        case .users: "user"
        case .demographics: "demographics"
        case .enrollments: "enrollment"
        }
    }

    var file: OneRosterFile {
        switch self {
        case .orgs: .orgs
        case .academicSessions: .academicSessions
        case .courses: .courses
        case .classes: .classes
        case .users: .users
        case .demographics: .demographics
        case .enrollments: .enrollments
        }
    }

    /// Whether its objects are about persons: reading them is noted.
    var isPersonal: Bool { [.users, .demographics, .enrollments].contains(self) }

    var fields: [RosterField] {
        switch self {
        case .orgs: RosterField.orgs
        case .academicSessions: RosterField.sessions
        case .courses: RosterField.courses
        case .classes: RosterField.classes
        case .users: RosterField.users
        case .demographics: RosterField.demographics
        case .enrollments: RosterField.enrollments
        }
    }

    /// Whether a filter may ask about a field: `familyName`, `school.sourcedId`, `roles.role`, `metadata.…`.
    func isKnown(_ path: String) -> Bool {
        if RosterField.common.contains(path) { return true }
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = parts.first else { return false }
        if first == "metadata" { return parts.count == 2 }
        guard let field = fields.first(where: { $0.json == first }) else { return false }
        return field.parts(below: parts.count > 1 ? parts[1] : "")
    }
}

/// One member of an object: its name, the column of the register's row that fills it, and its shape.
struct RosterField: Sendable {
    enum Shape: Sendable {
        case text, flag, day, list
        /// A text that stands even where it is empty: the standard demands the member.
        case demanded
        /// A word of the standard's; others are written as extensions, `ext:…`.
        case word([String])
        case reference(RosterNoun), references(RosterNoun)
        /// References that are looked up, not in the row.
        case children
        case roles, identifiers, resources
    }

    let json: String, column: String, shape: Shape

    init(_ json: String, _ shape: Shape = .text, column: String? = nil) {
        (self.json, self.shape) = (json, shape)
        self.column = (column ?? json).lowercased()
    }

    static let common: Set<String> = ["sourcedId", "status", "dateLastModified"]

    /// Whether a filter may go into it by this name; an empty one asks about the member itself.
    func parts(below name: String) -> Bool {
        switch shape {
        case .reference, .references, .children, .resources: ["sourcedId", "type", ""].contains(name)
        case .roles: ["role", "roleType", "org.sourcedId", "beginDate", "endDate"].contains(name)
        case .identifiers: ["type", "identifier"].contains(name)
        default: name.isEmpty
        }
    }
}

extension RosterField {
    private typealias F = RosterField

    static let orgs = [
        F("name", .demanded), F("type", .word(["department", "district", "local", "national", "school", "state"])),
        F("identifier", .demanded), F("parent", .reference(.orgs), column: "parentSourcedId"), F("children", .children),
    ]
    static let sessions = [
        F("title", .demanded), F("startDate", .day), F("endDate", .day),
        F("type", .word(["gradingPeriod", "semester", "schoolYear", "term"])),
        F("parent", .reference(.academicSessions), column: "parentSourcedId"), F("children", .children),
        F("schoolYear", .demanded),
    ]
    static let courses = [
        F("title", .demanded), F("schoolYear", .reference(.academicSessions), column: "schoolYearSourcedId"),
        F("courseCode", .demanded), F("grades", .list), F("subjects", .list),
        F("org", .reference(.orgs), column: "orgSourcedId"), F("subjectCodes", .list),
        F("resources", .resources, column: "resourceSourcedIds"),
    ]
    static let classes = [
        F("title", .demanded), F("classCode"), F("classType", .word(["homeroom", "scheduled"])), F("location"),
        F("grades", .list), F("subjects", .list), F("course", .reference(.courses), column: "courseSourcedId"),
        F("school", .reference(.orgs), column: "schoolSourcedId"),
        F("terms", .references(.academicSessions), column: "termSourcedIds"), F("subjectCodes", .list),
        F("periods", .list), F("resources", .resources, column: "resourceSourcedIds"),
    ]
    static let users = [
        F("userMasterIdentifier"), F("username"), F("userIds", .identifiers), F("enabledUser", .flag),
        F("givenName", .demanded), F("familyName", .demanded), F("middleName"),
        F("preferredFirstName", column: "preferredGivenName"), F("preferredMiddleName"),
        F("preferredLastName", column: "preferredFamilyName"), F("pronouns"), F("roles", .roles),
        F("primaryOrg", .reference(.orgs), column: "primaryOrgSourcedId"), F("identifier"),
        // Some readers ask for the member and not for an address in it.
        F("email", .demanded), F("sms"), F("phone"), F("agents", .references(.users), column: "agentSourcedIds"),
        F("grades", .list), F("resources", .resources, column: "resourceSourcedIds"),
    ]
    static let demographics = [
        F("birthDate", .day), F("sex", .word(["male", "female", "unspecified", "other"])),
        F("americanIndianOrAlaskaNative", .flag), F("asian", .flag), F("blackOrAfricanAmerican", .flag),
        F("nativeHawaiianOrOtherPacificIslander", .flag), F("white", .flag), F("demographicRaceTwoOrMoreRaces", .flag),
        F("hispanicOrLatinoEthnicity", .flag), F("countryOfBirthCode"), F("stateOfBirthAbbreviation"),
        F("cityOfBirth"), F("publicSchoolResidenceStatus"),
    ]
    static let enrollments = [
        F("user", .reference(.users), column: "userSourcedId"),
        F("class", .reference(.classes), column: "classSourcedId"),
        F("school", .reference(.orgs), column: "schoolSourcedId"),
        F("role", .word(["administrator", "proctor", "student", "teacher"])), F("primary", .flag),
        F("beginDate", .day), F("endDate", .day),
    ]
    /// The words of `roles.role`.
    static let roleWords = [
        "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative",
        "siteAdministrator", "student", "systemAdministrator", "teacher",
    ]
}
