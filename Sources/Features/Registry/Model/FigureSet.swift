import Base

/// What the figures of a unit are narrowed to: a level, a sex, and one value of any other dimension.
struct FigureFilter: Sendable, Hashable {
    var level: Level?
    /// `female` or `male`; empty is both.
    var sex = ""
    var values: [Dimension: String] = [:]

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
}

/// All figures of one unit that a page draws from.
struct FigureSet: Sendable {
    var rows: [FigureRow] = []
    var institutions = InstitutionCounts(institutions: 0, byLevel: [:])
    var units: [UnitTally] = []
    /// Learners of each class, at a school.
    var classes: [ID<ClassGroup>: Figure] = [:]
    /// Whether records were counted one by one, so that every dimension is there whatever the filter.
    var isCounted = false
    let filter: FigureFilter

    init(filter: FigureFilter) { self.filter = filter }

    /// The figures of one dimension under the filter, the most first.
    func by(_ dimension: Dimension) -> [Figure] {
        let wanted: Dimension = dimension == .level ? .all : dimension
        var sums: [String: (total: Int, female: Int)] = [:]
        for row in rows where row.dimension == wanted && isWanted(row) {
            let key = dimension == .level ? row.level?.rawValue ?? "" : row.value
            sums[key, default: (0, 0)].total += row.total
            sums[key, default: (0, 0)].female += row.female
        }
        return sums.map { filter.applied(to: Figure(value: $0, total: $1.total, female: $1.female)) }
            .sorted { ($1.total, $0.value) < ($0.total, $1.value) }
    }

    /// Everybody under the filter.
    var all: Figure {
        let sum = rows.filter { $0.dimension == .all && isWanted($0) }
            .reduce(into: (total: 0, female: 0)) { $0 = ($0.total + $1.total, $0.female + $1.female) }
        return filter.applied(to: Figure(value: "", total: sum.total, female: sum.female))
    }

    /// The sum of a dimension that is not of learners: classes, staff.
    func sum(_ dimension: Dimension, _ isWanted: (String) -> Bool = { _ in true }) -> Int {
        rows.filter { row in
            row.dimension == dimension && isWanted(row.value)
                && (row.level == nil || filter.level == nil || row.level == filter.level)
        }.reduce(0) { $0 + $1.total }
    }

    func has(_ dimension: Dimension) -> Bool { rows.contains { $0.dimension == dimension } }

    private func isWanted(_ row: FigureRow) -> Bool { filter.level == nil || row.level == filter.level }
}
