import Base
import Registry
import Storage

/// Classes of three years with their homeroom teachers, and who teaches what this year.
extension Writing {
    /// `used` says which classes had learners in which year.
    mutating func writeClasses(_ tx: Tx, school index: Int, used: Set<ClassKey>) throws {
        let school = plan.schools[index]
        var byYear: [[ID<ClassGroup>?]] = []
        for year in years.indices {
            byYear.append(
                try school.slots.indices.map { slot in
                    guard used.contains(ClassKey(school: index, slot: slot, year: year)) else { return nil }
                    return try writeClass(tx, index, slot, year)
                })
        }
        classes.append(byYear)
        for slot in school.slots.indices { try writeTeaching(tx, index, slot, of: byYear[0][slot]) }
    }

    private func writeClass(_ tx: Tx, _ index: Int, _ slot: Int, _ year: Int) throws -> ID<ClassGroup> {
        let held = plan.schools[index].slots[slot]
        var draft = ClassDraft(
            org: schools[index], year: years[year], name: held.name, level: held.level,
            grades: held.grades.map(AgeGrade.code))
        draft.site = sites[index][held.site]
        draft.homeroom = leader(of: slot, at: index, year)?.id
        draft.details = ["shift": "day", "sessions_a_day": held.level <= .primary ? "2" : "1"]
        return try tx.insert(draft)
    }

    /// Every class of this year has a teacher of its own; in earlier years they stood one class further.
    private func leader(of slot: Int, at index: Int, _ year: Int) -> Worker? {
        guard let (level, number) = place(of: slot, at: index) else { return nil }
        let teachers = crews[index].teachers[level]
        return teachers.isEmpty ? nil : teachers[(number + year) % teachers.count]
    }

    /// Which of the school's levels a class belongs to, and its number in it.
    private func place(of slot: Int, at index: Int) -> (level: Int, number: Int)? {
        let school = plan.schools[index], level = school.slots[slot].level
        guard let place = school.levels.firstIndex(of: level) else { return nil }
        return (place, school.slots[..<slot].count { $0.level == level })
    }

    private mutating func writeTeaching(_ tx: Tx, _ index: Int, _ slot: Int, of classGroup: ID<ClassGroup>?) throws {
        let held = plan.schools[index].slots[slot]
        guard let classGroup, let (place, number) = place(of: slot, at: index), let period = Period(autumn(9, 5)) else {
            return
        }
        let teachers = crews[index].teachers[place]
        guard let leader = leader(of: slot, at: index, 0) else { return }
        let isSample = index == plan.sample && slot == 0
        if isSample { sample.classGroup = classGroup }
        for (turn, subject) in Teaching.subjects(held.level, grade: held.grades.last ?? 0).enumerated() {
            let worker =
                Teaching.isHomerooms(subject, held.level) || turn == number % 3
                ? leader : specialist(subject, held.level, among: teachers, turn: number * 7 + turn)
            try tx.insertTeaching(worker.id, of: classGroup, subject: subject, period: period)
            // The sample's subject teacher leads no class.
            let leads = plan.schools[index].classes(of: held.level)
            if isSample, sample.subjectTeacher == nil, teachers.dropFirst(leads).contains(where: { $0.id == worker.id })
            {
                (sample.subject, sample.subjectTeacher) = (subject, worker)
            }
        }
    }

    /// One of those trained for a subject, else whoever's turn it is.
    private func specialist(_ subject: String, _ level: Level, among teachers: [Worker], turn: Int) -> Worker {
        let cycle = Teaching.cycle(level)
        let trained = teachers.indices.filter { cycle[$0 % cycle.count] == subject }
        return trained.isEmpty ? teachers[turn % teachers.count] : teachers[trained[turn % trained.count]]
    }
}

/// A class of a year: years back from this one.
struct ClassKey: Hashable, Sendable {
    let school: Int, slot: Int, year: Int
}

extension [Learner] {
    /// The classes that anybody sat in.
    var classesUsed: Set<ClassKey> {
        var out: Set<ClassKey> = []
        for learner in self {
            for year in learner.years {
                out.insert(ClassKey(school: Int(learner[year].school), slot: Int(learner[year].slot), year: year))
            }
        }
        return out
    }
}
