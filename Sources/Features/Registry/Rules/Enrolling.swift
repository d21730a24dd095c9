import Base

/// What must hold before a learner is put into a class.
enum Enrolling {
    /// The grade a learner has in a class; a combined class must be told.
    static func grade(_ asked: String, in group: ClassRecord) throws(Fault) -> String {
        if group.grades.count == 1, asked.isEmpty { return group.grades[0] }
        guard group.grades.contains(asked) else {
            throw .invalid([Problem("grade", "Lớp \(group.name) là lớp ghép: hãy chọn khối của học sinh.")])
        }
        return asked
    }

    static func check(_ group: ClassRecord, on day: Day) throws(Fault) {
        if let closed = group.closedOn, closed <= day {
            throw .invalid([Problem("class", "Lớp \(group.name) đã kết thúc từ \(closed.shown).")])
        }
        guard group.year.period.contains(day) else {
            throw .invalid([Problem("day", "Ngày \(day.shown) không thuộc năm học \(group.year) của lớp \(group.name).")])
        }
    }
}
