import Base

/// What a sample must add up to.
struct Targets: Sendable {
    struct Line: Sendable { let level: Level, classes: Int, learners: Int, teachers: Int }

    let lines: [Line]
    let managers: Int, others: Int
    /// Schools with boarders, and their boarders with support.
    let boardingSchools: Int, boarders: Int

    /// Lai Châu, school year 2025-2026: 336 institutions, 5,165 classes, 149,763 learners, 11,390 staff, 34,027
    /// boarders with support (laichau.gov.vn, 10/10/2025); the levels in the proportions of the year before.
    static let province = Targets(
        lines: [
            Line(level: .preschool, classes: 1482, learners: 36_400, teachers: 2590),
            Line(level: .primary, classes: 2190, learners: 55_143, teachers: 3070),
            Line(level: .lowerSecondary, classes: 1151, learners: 44_300, teachers: 2190),
            Line(level: .upperSecondary, classes: 298, learners: 12_300, teachers: 670),
            Line(level: .continuing, classes: 44, learners: 1620, teachers: 98),
        ], managers: 915, others: 1857, boardingSchools: 156, boarders: 34_027)

    /// One school of each kind.
    static let school = Targets(
        lines: [
            Line(level: .preschool, classes: 4, learners: 80, teachers: 7),
            Line(level: .primary, classes: 11, learners: 198, teachers: 15),
            Line(level: .lowerSecondary, classes: 8, learners: 208, teachers: 17),
            Line(level: .upperSecondary, classes: 3, learners: 90, teachers: 7),
            Line(level: .continuing, classes: 2, learners: 48, teachers: 5),
        ], managers: 12, others: 30, boardingSchools: 2, boarders: 90)
}
