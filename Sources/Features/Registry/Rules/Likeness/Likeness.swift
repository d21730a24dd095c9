import Base

/// Why two records may be of one child, or may not.
enum DuplicateSign: String, CaseIterable, Sendable {
    case name, unmarked, marks, order, typo, missing, joined
    case birth, swapped, digit, year
    case phone, guardian, commune, hamlet, sameClass = "class", sameSchool = "school"
    case otherSex = "sex", otherGuardians = "guardians", otherCodes = "codes", otherNumbers = "numbers"
    case bothLearning = "both", twins

    /// What speaks against one child.
    static let doubts: Set<DuplicateSign> = [
        .otherSex, .otherGuardians, .otherCodes, .otherNumbers, .bothLearning, .twins,
    ]
}

/// A learner as duplicates are looked for. Personal numbers are compared by their blind index alone.
struct MatchRecord {
    let id: Int64
    let name: MatchName
    let birth: MatchBirth
    var sex = ""
    /// Of the guardians, and the learner's own.
    var phones: [Int32] = []
    var guardians: [Int32] = []
    var org: Int64 = 0, classGroup: Int64 = 0
    var isLearning = false
    var commune: Int64 = 0
    var hamlet: Int32 = 0, moetCode: Int32 = 0, number: Int32 = 0
}

/// How much speaks for two records being of one child, in bits, with the reasons.
struct Likeness: Equatable, Sendable {
    let score: Int
    let signs: [DuplicateSign]

    /// Below this a pair is not proposed.
    static let least = 15
    /// Below this an entry is not held up by a question: a form knows less than a record.
    static let leastOfEntry = 18

    /// How sure it is, in three words; two who may be twins are never among the surest.
    var grade: DuplicateGrade { DuplicateGrade(score: score, isTwins: signs.contains(.twins)) }

    /// Weighs two records. `bearers` is how many learners of the register bear the more frequent of the two names.
    static func of(_ one: MatchRecord, _ other: MatchRecord, bearers: Int, _ lexicon: Lexicon) -> Likeness? {
        let birth = one.birth.likeness(other.birth)
        guard let name = NameLikeness.of(one.name, other.name, lexicon) else { return nil }
        var weighing = Weighing(score: rarity(bearers) - name.cost + birth.bits, signs: [name.sign])
        if let sign = birth.sign { weighing.signs.append(sign) }
        weighing.family(one, other)
        weighing.home(one, other)
        weighing.person(one, other)
        weighing.school(one, other)
        if name.hasOtherGiven, birth.sign == .birth, weighing.isOneFamily { weighing.add(-5, .twins) }
        return weighing.score >= least ? Likeness(score: weighing.score, signs: weighing.signs) : nil
    }

    /// The bits that a name is worth in a province of some 130,000 learners: the rarer, the more, thirteen at most.
    private static func rarity(_ bearers: Int) -> Int {
        min(13, 17 - (Int.bitWidth - max(1, bearers).leadingZeroBitCount))
    }
}

/// How sure a proposal is.
enum DuplicateGrade: String, CaseIterable, Sendable {
    case strong, likely, weak

    static let strongFrom = 30, likelyFrom = 23

    init(score: Int, isTwins: Bool) {
        self =
            score >= DuplicateGrade.strongFrom && !isTwins
            ? .strong : score >= DuplicateGrade.likelyFrom ? .likely : .weak
    }
}

/// The evidence of one pair being added up.
private struct Weighing {
    var score: Int
    var signs: [DuplicateSign]

    var isOneFamily: Bool { signs.contains(.phone) || signs.contains(.guardian) }

    mutating func add(_ bits: Int, _ sign: DuplicateSign) {
        score += bits
        signs.append(sign)
    }

    mutating func family(_ one: MatchRecord, _ other: MatchRecord) {
        let hasPhone = one.phones.contains(where: other.phones.contains)
        let hasGuardian = one.guardians.contains(where: other.guardians.contains)
        if hasPhone { add(8, .phone) }
        if hasGuardian { add(hasPhone ? 3 : 6, .guardian) }
        if !hasPhone, !hasGuardian, !one.guardians.isEmpty, !other.guardians.isEmpty { add(-4, .otherGuardians) }
    }

    mutating func home(_ one: MatchRecord, _ other: MatchRecord) {
        guard one.commune != 0, other.commune != 0 else { return }
        guard one.commune == other.commune else {
            score -= 2
            return
        }
        add(3, .commune)
        if one.hamlet != 0, one.hamlet == other.hamlet { add(2, .hamlet) }
    }

    mutating func person(_ one: MatchRecord, _ other: MatchRecord) {
        if !one.sex.isEmpty, !other.sex.isEmpty {
            if one.sex == other.sex { score += 1 } else { add(-4, .otherSex) }
        }
        if one.number != 0, other.number != 0, one.number != other.number { add(-9, .otherNumbers) }
        if one.moetCode != 0, other.moetCode != 0, one.moetCode != other.moetCode { add(-5, .otherCodes) }
    }

    mutating func school(_ one: MatchRecord, _ other: MatchRecord) {
        if one.org != 0, one.org == other.org {
            let isSameClass = one.classGroup != 0 && one.classGroup == other.classGroup
            add(isSameClass ? 2 : 1, isSameClass ? .sameClass : .sameSchool)
        }
        if one.isLearning, other.isLearning, one.classGroup != other.classGroup { add(-2, .bothLearning) }
    }
}
