import Base

/// What the figures of a unit are narrowed to: a level, a sex, and one value of any other dimension.
struct FigureFilter: Sendable, Hashable {
    var level: Level?
    /// `female` or `male`; empty is both.
    var sex = ""
    var values: [Dimension: String] = [:]

    init() {}

    /// What the name and value pairs of an address or a form say.
    init(_ pairs: [(name: String, value: String)]) {
        func value(_ name: String) -> String { pairs.first { $0.name == name }?.value ?? "" }
        level = Level(rawValue: value("level"))
        sex = ["female", "male"].contains(value("sex")) ? value("sex") : ""
        for dimension in FigureFilter.dimensions {
            let value = value(dimension.rawValue)
            if !value.isEmpty, value.utf8.count <= 60 { values[dimension] = value }
        }
    }

    /// The same as pairs of an address, in one order.
    var pairs: [(name: String, value: String)] {
        var out: [(name: String, value: String)] = level.map { [(name: "level", value: $0.rawValue)] } ?? []
        if !sex.isEmpty { out.append((name: "sex", value: sex)) }
        return out
            + FigureFilter.dimensions.compactMap { dimension in
                values[dimension].map { (name: dimension.rawValue, value: $0) }
            }
    }

    /// The same as the line that a freeze keeps, and back.
    var text: String {
        pairs.filter { !$0.value.contains("\n") }.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
    }

    init(text: String) {
        self.init(
            text.split(separator: "\n").compactMap { line in
                line.firstIndex(of: "=").map {
                    (name: String(line[..<$0]), value: String(line[line.index(after: $0)...]))
                }
            })
    }

    /// The dimensions that may be chosen besides level and sex, in the order of the chips.
    static let dimensions: [Dimension] = [.grade, .age, .ethnicity, .policy, .area, .border, .site]

    /// Whether the kept totals know the answer: they hold each dimension beside the level, not two crossed.
    var isKept: Bool { values.count <= 1 }
    var isEmpty: Bool { level == nil && sex.isEmpty && values.isEmpty }
    /// The dimension whose kept rows stand for everybody.
    var main: (dimension: Dimension, value: String) { values.first.map { ($0.key, $0.value) } ?? (.all, "") }

    /// The figure with the sex applied.
    func applied(to figure: Figure) -> Figure {
        switch sex {
        case "female": Figure(value: figure.value, total: figure.female, female: figure.female)
        case "male": Figure(value: figure.value, total: figure.total - figure.female, female: 0)
        default: figure
        }
    }
}

/// One cell of figures: so many of a value at a level.
struct FigureRow: Sendable, Hashable {
    let dimension: Dimension
    let level: Level?
    let value: String
    let total: Int
    let female: Int
}

/// One unit right below the one shown.
struct UnitTally: Sendable {
    let line: OrgLine
    var students = 0, female = 0, classes = 0, institutions = 0, staff = 0
    /// The learners of the year before, where they are known.
    var before: Int?
    var use: UseTally?
}

/// How many of a unit's own staff, and of its teachers, have an account in use.
struct InUse: Sendable { var staff = 0, teachers = 0 }

/// Institutions that run on the system (K-05) and teachers with an account in use (K-13).
public struct UseTally: Sendable, Hashable, Codable {
    public internal(set) var institutions = 0, running = 0, teachers = 0, active = 0

    mutating func add(_ more: UseTally) {
        institutions += more.institutions
        running += more.running
        teachers += more.teachers
        active += more.active
    }
}

/// All figures of one unit that a page draws from.
struct FigureSet: Sendable {
    var rows: [FigureRow] = []
    var institutions = InstitutionCounts(institutions: 0, byLevel: [:])
    var units: [UnitTally] = []
    /// Who uses the system, where it is known: today, and nowhere for other days.
    var use: UseTally?
    /// Learners of each class, at a school.
    var classes: [ID<ClassGroup>: Figure] = [:]
    /// Whether records were counted one by one, so that every dimension is there whatever the filter.
    var isCounted = false
    let filter: FigureFilter

    init(filter: FigureFilter) { self.filter = filter }

    /// The figures of one dimension under the filter, the most first; what is counted beside the learners has no sex to narrow.
    func by(_ dimension: Dimension) -> [Figure] {
        let wanted: Dimension = dimension == .level ? .all : dimension
        let isBeside = Dimension.beside.contains(dimension)
        var sums: [String: (total: Int, female: Int)] = [:]
        for row in rows where row.dimension == wanted && isWanted(row) {
            let key = dimension == .level ? row.level?.rawValue ?? "" : row.value
            sums[key, default: (0, 0)].total += row.total
            sums[key, default: (0, 0)].female += row.female
        }
        return sums.map { Figure(value: $0, total: $1.total, female: $1.female) }
            .map { isBeside ? $0 : filter.applied(to: $0) }
            .sorted { ($1.total, $0.value) < ($0.total, $1.value) }
    }

    /// Everybody under the filter.
    var all: Figure {
        let sum = rows.filter { $0.dimension == .all && isWanted($0) }
            .reduce(into: (total: 0, female: 0)) { $0 = ($0.total + $1.total, $0.female + $1.female) }
        return filter.applied(to: Figure(value: "", total: sum.total, female: sum.female))
    }

    /// The sum of a dimension, or of some of its values.
    func sum(_ dimension: Dimension, _ isWanted: (String) -> Bool = { _ in true }) -> Int {
        by(dimension).filter { isWanted($0.value) }.reduce(0) { $0 + $1.total }
    }

    func has(_ dimension: Dimension) -> Bool { rows.contains { $0.dimension == dimension } }

    /// Staff have no level of education: a level does not narrow them.
    private func isWanted(_ row: FigureRow) -> Bool {
        filter.level == nil || row.level == filter.level
            || (row.level == nil && Dimension.beside.contains(row.dimension))
    }
}
