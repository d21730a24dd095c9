/// The two editions of OneRoster CSV that are read and written.
public enum OneRosterVersion: String, Sendable, CaseIterable, Codable {
    case v11 = "1.1", v12 = "1.2"
}

/// What the manifest says of a file: a full replacement, a set of changes, or nothing sent (and then nothing is touched).
public enum OneRosterMode: String, Sendable, Codable {
    case bulk, delta, absent
}

/// The files of a bundle, by their names in the standard.
public enum OneRosterFile: String, Sendable, CaseIterable, Codable {
    case orgs, academicSessions, courses, classes, users, roles, userProfiles, demographics, enrollments
    case categories, lineItems, results, scoreScales, lineItemScoreScales, resultScoreScales
    case lineItemLearningObjectiveIds, resultLearningObjectiveIds
    case resources, classResources, courseResources, userResources

    public var fileName: String { "\(rawValue).csv" }

    /// Whether the rows mean something to the register; the others (marks, resources) are kept verbatim.
    public var isRostering: Bool {
        switch self {
        case .orgs, .academicSessions, .courses, .classes, .users, .roles, .userProfiles, .demographics, .enrollments:
            true
        default: false
        }
    }

    /// Whether the edition has the file.
    public func exists(in version: OneRosterVersion) -> Bool {
        guard version == .v11 else { return true }
        switch self {
        case .roles, .userProfiles, .scoreScales, .lineItemScoreScales, .resultScoreScales,
            .lineItemLearningObjectiveIds,
            .resultLearningObjectiveIds, .userResources:
            return false
        default: return true
        }
    }

    /// The entity of a file's name in any case, without folders and the marks browsers add to a second download.
    public init?(fileName name: String) {
        let last = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
        guard last.hasSuffix(".csv") else { return nil }
        let stem = last.dropLast(4).prefix { $0.isLetter && $0.isASCII }
        let rest = last.dropLast(4).dropFirst(stem.count)
        guard rest.allSatisfy({ " ()_-".contains($0) || $0.isNumber }),
            let file = OneRosterFile.allCases.first(where: { $0.rawValue.lowercased() == stem })
        else { return nil }
        self = file
    }

    /// The columns of the edition in the standard's order; empty for files kept verbatim.
    public func headers(_ version: OneRosterVersion) -> [String] {
        OneRosterSchema.columns(of: self).filter { $0.versions.contains(version) }.map(\.name)
    }
}
