import Base
import Storage

/// The course that a class follows which no file gave one: OneRoster wants each class to have a course, and the programme of a grade is one.
struct GradeCourse: Sendable {
    let id: Int64, level: Level, grade: String

    /// Its name in the roster: `hoaban-th-5`.
    var name: String { grade.isEmpty ? "hoaban-\(level.rawValue)" : "hoaban-\(level.rawValue)-\(grade)" }

    /// One a level, and one a grade of each: keys below every key of the register's own.
    static let all: [GradeCourse] = {
        let grades = Catalogues.current["grades"]?.items ?? []
        var found: [GradeCourse] = []
        for level in Level.allCases {
            found.append(GradeCourse(id: Int64(found.count + 1), level: level, grade: ""))
            for item in grades where item.level == level {
                found.append(GradeCourse(id: Int64(found.count + 1), level: level, grade: item.code))
            }
        }
        return found
    }()

    /// The course of a class: of its first grade, where that is one of the level's.
    static func of(level: Level, grades: [String]) -> GradeCourse {
        let ofLevel = all.filter { $0.level == level }
        return ofLevel.first { $0.grade == grades.first } ?? ofLevel.first
            ?? GradeCourse(id: 1, level: level, grade: "")
    }

    static func named(_ name: String) -> GradeCourse? { all.first { $0.name == name } }
}
