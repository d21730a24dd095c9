import Base

/// How large a sample to make.
public enum DemoScale: String, Sendable {
    case school, province
    case nationSlice = "nation-slice"
}

/// What a sample has for those who try it: one account a role, and one thing of each kind.
public struct DemoResult: Codable, Sendable {
    public struct Account: Codable, Sendable {
        public let role: String, username: String, password: String
        /// The code of the unit where the role is held.
        public let org: String
    }

    /// Keys of things that belong together, for trying the pages out.
    public struct Sample: Codable, Sendable {
        public var orgId: String?, schoolId: String?, classId: String?, studentId: String?, subject: String?,
            examId: String?

        /// Every key is written: null for what does not exist yet.
        public func encode(to encoder: any Encoder) throws {
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(orgId, forKey: .orgId)
            try keys.encode(schoolId, forKey: .schoolId)
            try keys.encode(classId, forKey: .classId)
            try keys.encode(studentId, forKey: .studentId)
            try keys.encode(subject, forKey: .subject)
            try keys.encode(examId, forKey: .examId)
        }
    }

    public let accounts: [Account]
    public let sample: Sample
}

/// Makes up a province: schools, people, classes and their history, all from a seed.
public enum Demo {}
