import Base

/// What must hold before a learner is put into a class.
enum Enrolling {
    /// The grade a learner has in a class; a combined class must be told.
    static func grade(_ asked: String, in group: ClassRecord) throws(Fault) -> String {
        if group.grades.count == 1, asked.isEmpty { return group.grades[0] }
        guard group.grades.contains(asked) else {
            throw .invalid([Problem("grade", t("Lớp {} là lớp ghép: hãy chọn khối của học sinh.", group.name))])
        }
        return asked
    }

    static func check(_ group: ClassRecord, on day: Day) throws(Fault) {
        if let closed = group.closedOn, closed <= day {
            throw .invalid([Problem("class", t("Lớp {} đã kết thúc từ {}.", group.name, closed.shown))])
        }
        guard group.year.period.contains(day) else {
            throw .invalid([
                Problem("day", t("Ngày {} không thuộc năm học {} của lớp {}.", day.shown, group.year, group.name))
            ])
        }
    }
}
