import Base

/// The ways of looking at a record. Each is written once; a rule of the catalogue says what it looks at and by what measure.
enum Check: String, Sendable, CaseIterable {
    case missing, partialDay = "partial-day", digits, nameForm = "name-form", together, contact, repeated
    case birthRange = "birth-range", dayRange = "day-range", kinAge = "kin-age", pension
    case tooYoung = "too-young", tooOld = "too-old"
    case numberFlaw = "number-flaw", idState = "id-state"
    case statusPaper = "status-paper", statusField = "status-field", verySmall = "very-small"
    case count, gradeInClass = "grade-in-class", classSize = "class-size", combined, subjects
    case titleLevel = "title-level", qualification, outlier, mainAsSite = "main-as-site"

    /// What is found, as the figures of its sentence; nothing when the record is in order.
    var look: @Sendable (Profile, Rule, Yardstick) -> String? {
        switch self {
        case .missing: FieldChecks.missing
        case .partialDay: FieldChecks.partialDay
        case .digits: FieldChecks.digits
        case .nameForm: FieldChecks.nameForm
        case .together: FieldChecks.together
        case .contact: FieldChecks.contact
        case .repeated: FieldChecks.repeated
        case .birthRange: AgeChecks.birthRange
        case .dayRange: AgeChecks.dayRange
        case .kinAge: AgeChecks.kinAge
        case .pension: AgeChecks.pension
        case .tooYoung: AgeChecks.tooYoung
        case .tooOld: AgeChecks.tooOld
        case .numberFlaw: StateChecks.numberFlaw
        case .idState: StateChecks.idState
        case .statusPaper: StateChecks.statusPaper
        case .statusField: StateChecks.statusField
        case .verySmall: StateChecks.verySmall
        case .count: PlaceChecks.count
        case .gradeInClass: PlaceChecks.gradeInClass
        case .classSize: PlaceChecks.classSize
        case .combined: PlaceChecks.combined
        case .subjects: PlaceChecks.subjects
        case .titleLevel: PlaceChecks.titleLevel
        case .qualification: PlaceChecks.qualification
        case .outlier: PlaceChecks.outlier
        case .mainAsSite: PlaceChecks.mainAsSite
        }
    }

    /// Whether it compares the records of a unit with each other, so that one alone tells nothing.
    var isAcross: Bool { self == .repeated }
}

/// A grade: codes stand once a level.
struct Grade: Hashable, Sendable {
    let level: Level, code: String
}

/// What records are measured by: the day, ages and sizes of grades, lists of the catalogues, and what several records share.
struct Yardstick: Sendable {
    let today: Day
    var ages: [Grade: Int] = [:], sizes: [Grade: Int] = [:]
    var titles: [String: Level] = [:]
    var verySmall: Set<String> = []
    /// Values that more than one record of the unit bears, by field.
    var shared: [String: Set<String>] = [:]

    init(today: Day) { self.today = today }

    /// The school year by whose calendar year ages are counted.
    var year: SchoolYear { SchoolYear(of: today) }

    /// The same with what the records of one unit share in the fields that rules compare.
    func comparing(_ profiles: [Profile], by rules: [Rule]) -> Yardstick {
        var out = self
        for field in Set(rules.filter(\.check.isAcross).compactMap { $0.parameters["field"] }) {
            var seen: Set<String> = [], twice: Set<String> = []
            for value in profiles.lazy.map({ $0[field] }) where !value.isEmpty {
                if !seen.insert(value).inserted { twice.insert(value) }
            }
            out.shared[field] = twice
        }
        return out
    }
}

extension Rule {
    /// What the rule finds at a record; nothing when it is in order or the rule is not for it.
    func find(at profile: Profile, _ yardstick: Yardstick) -> String? {
        guard profile.kind == kind, isValid(on: yardstick.today), isFor(profile.level), holds(profile) else {
            return nil
        }
        return check.look(profile, self, yardstick)
    }

    private func isFor(_ level: Level?) -> Bool {
        guard let levels else { return true }
        return level.map(levels.contains) ?? false
    }

    /// `when` names a field that must be there, or `field=a,b` with the values it must have.
    private func holds(_ profile: Profile) -> Bool {
        guard let when = parameters["when"] else { return true }
        let parts = when.split(separator: "=", maxSplits: 1).map(String.init)
        let value = profile[parts.first ?? ""]
        return parts.count == 2 ? parts[1].split(separator: ",").contains { $0 == value } : !value.isEmpty
    }
}
