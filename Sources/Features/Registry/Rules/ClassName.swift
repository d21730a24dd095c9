import Base

/// How classes stand in a list: by grade, then by name with numbers by value, 6A2 before 6A10.
enum ClassName {
    /// The youngest first: nursery groups, kindergarten, grades 1 to 12, then what has no number.
    static func sortKey(level: Level, grades: [String], name: String) -> String {
        let rank = Level.allCases.firstIndex(of: level) ?? 0
        let grade = grades.map(Grade.rank).min() ?? 99
        return "\(rank)\(grade < 10 ? "0" : "")\(grade)\(Fold.sortKey(text: spread(name)))"
    }

    /// Parts letters from digits, so that each number is compared whole.
    private static func spread(_ name: String) -> String {
        var out = "", wasDigit: Bool?
        for character in name {
            let isDigit = character.isASCII && character.isNumber
            if let wasDigit, wasDigit != isDigit { out += " " }
            out.append(character)
            wasDigit = isDigit
        }
        return out
    }
}

/// Grades as stored: `1` … `12` and the groups of younger children.
public enum Grade {
    /// The place of a grade among all, by its number where it has one.
    static func rank(_ grade: String) -> Int {
        if let number = Int(grade) { return 20 + min(max(number, 0), 60) }
        return order.firstIndex(of: grade) ?? 19
    }

    /// Groups of children before school, the youngest first (catalogue `grades`).
    private static let order = ["NT1", "NT2", "NT3", "MG3", "MG4", "MG5"]
}
