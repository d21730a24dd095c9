import Base

/// Which subjects a level teaches, and which a teacher is trained for.
enum Teaching {
    /// The subjects of a class, in the order of the curriculum.
    static func subjects(_ level: Level, grade: Int) -> [String] {
        switch level {
        case .preschool: ["TC", "NT", "NN", "TCXH"] + (grade > 2 ? ["TM"] : [])
        case .primary:
            ["TV", "TOAN", "DD", "HDTN", "GDTC", "AN", "MT"] + (grade < 9 ? ["TNXH"] : ["KH", "LSDL"])
                + (grade > 7 ? ["NN1", "THCN"] : [])
        case .lowerSecondary: ["VAN", "TOAN", "NN1", "KHTN", "LSDL", "GDCD", "CN", "TIN", "GDTC", "NT", "HDTN", "GDDP"]
        case .upperSecondary: ["VAN", "TOAN", "NN1", "SU", "DIA", "KTPL", "LI", "TIN", "GDTC", "GDQP", "HDTN"]
        case .continuing: ["VAN", "TOAN", "SU", "DIA", "LI", "HOA", "SINH", "HDTN"]
        case .college: []
        }
    }

    /// What the homeroom teacher of small children teaches; the rest falls to others.
    static func isHomerooms(_ subject: String, _ level: Level) -> Bool {
        level == .preschool || level == .primary && !["NN1", "AN", "MT", "GDTC", "THCN"].contains(subject)
    }

    /// The subjects that one teacher after another is trained for, the frequent ones early and often.
    static func cycle(_ level: Level) -> [String] {
        switch level {
        case .preschool: ["TC", "NN", "NT", "TCXH"]
        case .primary: ["TV", "TV", "TV", "NN1", "TV", "GDTC", "TV", "AN", "TV", "MT", "TV", "THCN"]
        case .lowerSecondary:
            ["VAN", "TOAN", "NN1", "KHTN", "LSDL", "GDTC", "KHTN", "TOAN", "VAN", "TIN", "NT", "GDCD", "CN"]
        case .upperSecondary:
            ["VAN", "TOAN", "NN1", "LI", "SU", "DIA", "GDTC", "TOAN", "VAN", "TIN", "KTPL", "GDQP", "HOA", "SINH"]
        case .continuing: ["VAN", "TOAN", "SU", "LI", "DIA", "HOA", "SINH"]
        case .college: ["VAN"]
        }
    }
}
