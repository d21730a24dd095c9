import Base
import Registry
import Storage
import Synchronization

/// A second record of a learner, put into a sample on purpose.
public struct Planted: Sendable {
    public let original: ID<Student>, copy: ID<Student>
    /// The errors that part the two.
    public let noise: [String]
}

extension Demo {
    /// Puts second records of learners into a sample, each with the errors that people make: what the search for duplicates is measured by.
    public static func plantDuplicates(_ count: Int, seed: UInt64, in db: any Database) async throws -> [Planted] {
        let keys = try await db.read { tx in try tx.studentKeys(scope: .everything) }
        let planting = Mutex(Planting(noise: Noise(seed: seed), names: DemoNames(seed: seed &+ 7)))
        let chosen = planting.withLock { $0.choose(count, of: keys) }
        var planted: [Planted] = []
        for start in stride(from: 0, to: chosen.count, by: 500) {
            let part = Array(chosen[start..<min(start + 500, chosen.count)])
            planted += try await db.bulk { tx in
                try part.compactMap { id in try planting.withLock { try $0.plant(tx, id, among: keys) } }
            }
        }
        return planted
    }
}

/// One after the other, from one seed.
private struct Planting: Sendable {
    var noise: Noise
    var names: DemoNames

    /// So many different learners, at random.
    mutating func choose(_ count: Int, of keys: [ID<Student>]) -> [ID<Student>] {
        var chosen: Set<ID<Student>> = [], out: [ID<Student>] = []
        while out.count < min(count, keys.count / 2), let key = noise.pick(keys) {
            if chosen.insert(key).inserted { out.append(key) }
        }
        return out
    }

    mutating func plant(_ tx: Tx, _ id: ID<Student>, among keys: [ID<Student>]) throws -> Planted? {
        guard let original = try tx.student(id, scope: .everything) else { return nil }
        var draft = try draft(of: original)
        let stays = try tx.enrolments(of: id, scope: .everything)
        let seat = try place(&draft, original, tx, keys)
        let copy = try tx.insert(draft)
        if let stay = stays.first, let org = draft.org, let period = Period(seat == nil ? stay.period.first : tx.today)
        {
            var copied = EnrolmentDraft(
                student: copy, org: org, classGroup: draft.classGroup,
                year: seat == nil ? stay.year : SchoolYear(of: tx.today), level: draft.level,
                grade: draft.grade, period: draft.classGroup == nil ? stay.period : period)
            copied.entry = stay.entry
            try tx.insert(copied)
        }
        try family(of: original, copy, tx)
        return Planted(original: id, copy: copy, noise: noise.take())
    }

    private mutating func draft(of original: StudentRecord) throws -> StudentDraft {
        var draft = StudentDraft(name: noise.name(original.name))
        draft.birthDate = noise.birth(original.birthDate)
        (draft.sex, draft.ethnicity) = (original.sex, original.ethnicity)
        if noise.chance(25) {
            draft.sex = original.sex == Sex.female ? Sex.male : Sex.female
            noise.note("sex")
        }
        if noise.chance(200) { draft.moetCode = "98" + String(noise.number().suffix(8)) }
        if noise.chance(80) {
            draft.personalID = noise.number()
            noise.note("number")
        }
        draft.residence = noise.chance(880) ? original.residence : nil
        if noise.chance(700) { draft.details["permanent_hamlet"] = original.details["permanent_hamlet"] }
        return draft
    }

    /// The same class, another learner's class, or none any more. Answers the class of another.
    private mutating func place(
        _ draft: inout StudentDraft, _ original: StudentRecord, _ tx: Tx, _ keys: [ID<Student>]
    ) throws -> ID<ClassGroup>? {
        (draft.org, draft.classGroup, draft.level) = (original.org, original.classGroup, original.level)
        (draft.grade, draft.status) = (original.grade, original.status)
        let draw = noise.pick([0, 0, 1, 2]) ?? 0
        if draw == 1, let other = try noise.pick(keys).flatMap({ try tx.student($0, scope: .everything) }),
            let group = other.classGroup
        {
            (draft.org, draft.classGroup, draft.level) = (other.org, group, other.level)
            (draft.grade, draft.status) = (other.grade, other.status)
            noise.note("elsewhere")
            return group
        }
        if draw == 2 { (draft.classGroup, draft.status) = (nil, "left-1") }
        return nil
    }

    /// Who answers for the child: written once more, one of them, others, or nobody.
    private mutating func family(of original: StudentRecord, _ copy: ID<Student>, _ tx: Tx) throws {
        let lines = try tx.guardians(of: original.id, on: tx.today, scope: .everything)
        let draw = (noise.pick(Array(0..<100)) ?? 0)
        let kept = draw < 60 ? lines : draw < 78 ? Array(lines.prefix(1)) : []
        for line in kept {
            var draft = GuardianDraft(name: noise.chance(300) ? plain(line.name) : line.name)
            (draft.sex, draft.phone, draft.birthDate) = (line.sex, noise.phone(line.phone), line.birthDate)
            let id = try tx.insert(draft)
            try tx.link(id, to: copy, relation: line.relation, isContact: line.isContact)
        }
        if draw >= 78, draw < 90 {
            let name = names.person(ethnicity: original.ethnicity, sex: Sex.female, birthYear: 1985)
            let id = try tx.insert(GuardianDraft(name: name.full))
            try tx.link(id, to: copy, relation: "aunt")
            noise.note("others")
        }
        if draw >= 90 { noise.note("nobody") }
    }

    private func plain(_ name: String) -> String {
        Fold.key(name).split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}
