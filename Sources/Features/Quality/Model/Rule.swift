import Base
import Registry

/// A rule of data quality, read from the catalogue `quality-rules`: what it looks at, how, how grave a find is, who mends it and where.
struct Rule: Sendable {
    let id: String, kind: Profile.Kind, check: Check, severity: Severity
    /// What is wrong, and what to do about it, as the catalogue writes them.
    let name: String, advice: String
    let basis: String
    let parameters: [String: String]
    /// The roles that mend it; the page below the record's address where it is mended, empty for the record itself.
    let mends: Set<Role>, form: String
    /// The levels of education it is for; nothing is all.
    let levels: [Level]?
    let first: Day, last: Day

    /// The measures that the checks of a rule go by.
    func list(_ name: String) -> [String] {
        (parameters[name] ?? "").split(separator: ",").map { String($0) }
    }

    func number(_ name: String) -> Int? { parameters[name].flatMap { Int($0) } }

    func isValid(on day: Day) -> Bool { first <= day && day <= last }
}

/// A record as rules look at it.
typealias Profile = ExaminedRecord

/// How grave a find is: reports go wrong, a mandatory field is missing, something is recommended.
enum Severity: String, Sendable, CaseIterable {
    case high, medium, low

    /// The word on a screen.
    var label: String {
        switch self {
        case .high: t("Sai")
        case .medium: t("Cần xem lại")
        case .low: t("Nên bổ sung")
        }
    }
}

extension Rule {
    init?(_ item: CatalogueItem) {
        guard let kind = item.entity.flatMap(Profile.Kind.init), let check = item.check.flatMap(Check.init),
            let severity = item.severity.flatMap(Severity.init)
        else { return nil }
        (id, self.kind, self.check, self.severity) = (item.code, kind, check, severity)
        (name, advice, basis) = (item.name, item.advice ?? "", item.legalBasis ?? "")
        (parameters, mends, form) = (item.parameters ?? [:], Set(item.mends ?? []), item.form ?? "")
        (levels, first, last) = (item.levels, item.validFrom ?? .first, item.validTo ?? .forever)
    }

    /// The rules in the catalogue in use, in its order.
    static var all: [Rule] { read(.current) }

    static func read(_ catalogues: Catalogues) -> [Rule] { catalogues.items(in: "quality-rules").compactMap(Rule.init) }
}

extension Yardstick {
    /// The measures of the catalogues in use, on a day.
    init(_ catalogues: Catalogues, today: Day) {
        self.init(today: today)
        for item in catalogues.items(in: "grades") {
            guard let level = item.level else { continue }
            ages[Grade(level: level, code: item.code)] = item.age
            sizes[Grade(level: level, code: item.code)] = item.maxSize
        }
        for item in catalogues.items(in: "professional-titles") { titles[item.code] = item.level }
        verySmall = Set(catalogues.items(in: "ethnic-groups").filter { $0.isVerySmall == true }.map(\.code))
    }
}
