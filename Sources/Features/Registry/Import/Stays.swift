import Base
import Facts
import Storage
import Work

// Stays that an import writes, each change noted in its batch.
extension Tx {
    /// Ends the open main stay before another begins: a group for one subject steps back, a class ends the day before.
    func makeRoom(_ open: EnrolmentRecord, for group: ClassRecord, from day: Day, in batch: inout ImportBatch) throws {
        let isGroup = try open.classGroup.flatMap { try classGroup($0, scope: .everything) }?.kind == .scheduled
        let last = day.adding(-1)
        try changing(.enrolment, open.id, in: &batch) {
            if isGroup || open.period.first > last {
                try update(stay: open.id, kind: "second", open.period, leaving: open.leaving)
            } else if let period = Period(open.period.first, last) {
                try update(
                    stay: open.id, kind: "main", period,
                    leaving: open.year < group.year ? Leaving.yearEnd : Leaving.moved)
            }
        }
        if let old = open.classGroup { batch.tally.classes.insert(old) }
    }

    /// Brings a learner's copies of today's place in line with a stay that goes on.
    func settle(_ student: StudentRecord, _ group: ClassRecord, _ draft: EnrolmentDraft, in batch: inout ImportBatch)
        throws
    {
        let inClass = draft.period.isOpen ? group.id : nil, isOpen = draft.period.isOpen
        try changing(.student, student.id, in: &batch) {
            try settle(
                student, org: group.org, classGroup: inClass, level: group.level, grade: draft.grade,
                status: isOpen && !StudentStatus.open.contains(student.status) ? StudentStatus.studying : student.status
            )
        }
        guard student.createdAt < batch.startedAt else { return }
        let subject = Subject.student(student.id, org: group.org)
        try changed(subject, "class", from: student.classGroup?.code, to: inClass?.code)
        try tell(EnrolmentChanged(student: student.id, org: group.org, classGroup: inClass))
    }
}
