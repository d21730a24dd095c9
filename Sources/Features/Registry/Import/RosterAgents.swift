import Base
import Facts
import Files
import Storage
import Work

// Who answers for whom: a second passage over the users, when all are there.
extension Roster {
    mutating func linkAgents(_ row: OneRosterRow) throws {
        guard !row.isGone else { return }
        for name in row.list("agentSourcedIds")
        where context.news.has(.users, row.sourcedId) || context.news.has(.users, name) {
            let pairs = [(row.sourcedId, name), (name, row.sourcedId)]
            let found = try pairs.lazy.compactMap { child, adult -> (Int64, Int64)? in
                guard let student = try self.person(child, as: "student"),
                    let guardian = try self.person(adult, as: "guardian")
                else { return nil }
                return (student, guardian)
            }.first
            if let (student, guardian) = found {
                try link(ID(stored: guardian), to: ID(stored: student))
            } else {
                warn(
                    row, "agentSourcedIds",
                    t("không rõ người liên quan “{}” hoặc hai người không phải học sinh và người giám hộ.", name))
            }
        }
    }

    private mutating func link(_ guardian: ID<Guardian>, to student: ID<Student>) throws {
        guard try !tx.isLinked(guardian, student), try tx.student(student, scope: batch.scope) != nil else { return }
        let sex = try tx.guardian(guardian.raw)?.sex ?? ""
        let relation = sex == "male" ? "father" : sex == "female" ? "mother" : "other"
        guard let period = Period(context.since) else { return }
        try tx.link(guardian, to: student, relation: relation, period: period)
        try tx.made(.guardianship, guardian, student, in: &batch)
        try tx.tell(GuardianshipChanged(guardian: guardian, student: student))
    }

    /// Ends the links that the earlier row named and this one does not.
    mutating func endAgents(_ row: OneRosterRow, _ old: RosterEntry) throws {
        guard row.header.has("agentSourcedIds"), let before = old.record["agentSourcedIds"] else { return }
        let now = Set(row.list("agentSourcedIds"))
        for name in OneRosterValue.list(before) where !now.contains(name) {
            for (child, adult) in [(row.sourcedId, name), (name, row.sourcedId)] {
                guard let student = try person(child, as: "student"), let guardian = try person(adult, as: "guardian")
                else { continue }
                try tx.changing(.guardianship, guardian, student, in: &batch) { [tx] in
                    try tx.endGuardianship(ID(stored: guardian), ID(stored: student), last: tx.today.adding(-1))
                }
                try tx.tell(GuardianshipChanged(guardian: ID(stored: guardian), student: ID(stored: student)))
            }
        }
    }
}
