import Base
import Storage

/// The row of totals that belongs to no class: those enrolled in a school but not yet in a class.
private let noClass: Int64 = 1

extension Tx {
    /// Counts the classes given anew, and their schools: called whenever learners of a class change.
    public func recount(classes: [ID<ClassGroup>]) throws {
        var schools: [ID<Org>: Set<SchoolYear>] = [:]
        for classGroup in Set(classes) {
            // A merged class has rows under the school it came from too.
            let places = try all(
                """
                SELECT org_id, year FROM registry_class WHERE id = \(classGroup)
                UNION SELECT org_id, year FROM registry_total WHERE class_id = \(classGroup)
                """
            ) { (org: try $0() as ID<Org>, year: try $0() as SchoolYear) }
            try exec("DELETE FROM registry_total WHERE class_id = \(classGroup)")
            for place in places { schools[place.org, default: []].insert(place.year) }
            guard let year = places.first?.year else { continue }
            try countStays(where: "e.class_id = \(classGroup)", year: year)
        }
        for (school, years) in schools { for year in years { try recountSchool(school, year: year) } }
    }

    /// Counts a school anew from the rows of its classes: those in no class, its classes, its staff.
    public func recountSchool(_ org: ID<Org>, year: SchoolYear) throws {
        try exec(
            """
            DELETE FROM registry_total WHERE org_id = \(org) AND year = \(year) AND class_id IN (0, \(noClass)) AND dimension <> 'stamp'
            """)
        let loose: SQL = "e.org_id = \(org) AND e.year = \(year) AND e.class_id IS NULL"
        if try exists("SELECT e.id FROM registry_enrolment e WHERE \(sql: loose) LIMIT 1") {
            try countStays(where: loose, year: year)
        }
        try sumClasses(where: "org_id = \(org) AND year = \(year)")
        try countClasses(where: "c.org_id = \(org) AND c.year = \(year)")
        try countStaff(where: "w.org_id = \(org)", posts: "w.org_id = \(org)", year: year)
        try raiseStamp(of: org, year: year)
    }

    /// Counts a whole year anew: after imports and demo data.
    public func recountAll(_ year: SchoolYear) throws {
        try exec("DELETE FROM registry_total WHERE year = \(year) AND dimension <> 'stamp'")
        try countStays(where: "e.year = \(year)", year: year)
        try sumClasses(where: "year = \(year)")
        try countClasses(where: "c.year = \(year)")
        try countStaff(where: "w.org_id IS NOT NULL", posts: "1 = 1", year: year)
        try raiseStamps(year)
    }

    private func countStays(where condition: SQL, year: SchoolYear) throws {
        let day = min(year.lastDay, today)
        for dimension in Dimension.kept {
            let counted = Counted(dimension, on: day)
            try exec(
                """
                INSERT INTO registry_total (org_id, year, dimension, class_id, level, value, total, female)
                SELECT e.org_id, e.year, \(dimension), COALESCE(e.class_id, \(noClass)), e.level, \(sql: counted.value),
                \(sql: counted.total), \(sql: counted.female)
                FROM registry_enrolment e JOIN registry_student s ON s.id = e.student_id \(sql: counted.joins)
                WHERE e.kind = 'main' AND \(sql: counted.condition) AND \(sql: condition) GROUP BY 1, 2, 4, 5, 6
                """)
        }
    }

    private func sumClasses(where condition: SQL) throws {
        try exec(
            """
            INSERT INTO registry_total (org_id, year, dimension, class_id, level, value, total, female)
            SELECT org_id, year, dimension, 0, level, value, SUM(total), SUM(female) FROM registry_total
            WHERE class_id > 0 AND \(sql: condition) GROUP BY org_id, year, dimension, level, value
            """)
    }

    private func countClasses(where condition: SQL) throws {
        try exec(
            """
            INSERT INTO registry_total (org_id, year, dimension, class_id, level, value, total, female)
            SELECT c.org_id, c.year, 'classes', 0, c.level, CASE WHEN c.is_combined = 1 THEN 'combined' ELSE 'single' END, COUNT(*), 0
            FROM registry_class c WHERE c.kind = 'homeroom' AND c.closed_on IS NULL AND \(sql: condition) GROUP BY 1, 2, 5, 6
            """)
    }

    /// Staff of the running year are those on the register; of an earlier one those whose main post held on its last day.
    private func countStaff(where condition: SQL, posts: SQL, year: SchoolYear) throws {
        let isRunning = year.lastDay >= today, day = min(year.lastDay, today)
        let source: SQL =
            isRunning
            ? "registry_staff w WHERE w.status IN \(list: StaffStatus.open) AND \(sql: condition)"
            : """
            (SELECT DISTINCT p.org_id, s.id, s.staff_group, s.sex FROM registry_post p JOIN registry_staff s ON s.id = p.staff_id
            WHERE p.is_main = 1 AND p.valid_from <= \(day) AND p.valid_to >= \(day)) w WHERE \(sql: posts)
            """
        try exec(
            """
            INSERT INTO registry_total (org_id, year, dimension, class_id, level, value, total, female)
            SELECT w.org_id, \(year), 'staff', 0, '', w.staff_group, COUNT(*), SUM(CASE WHEN w.sex = 'female' THEN 1 ELSE 0 END)
            FROM \(sql: source) GROUP BY w.org_id, w.staff_group
            """)
        try countStaffFiles(where: condition, year: year)
    }

    /// Files of today's staff with both identifiers: kept with the running year.
    private func countStaffFiles(where condition: SQL, year: SchoolYear) throws {
        guard year.lastDay >= today else { return }
        try exec(
            """
            INSERT INTO registry_total (org_id, year, dimension, class_id, level, value, total, female)
            SELECT s.org_id, \(year), \(Dimension.staffComplete), 0, '', \(sql: Counted.completeness), COUNT(*),
            SUM(CASE WHEN s.sex = 'female' THEN 1 ELSE 0 END)
            FROM registry_staff s JOIN registry_staff w ON w.id = s.id
            WHERE s.status IN \(list: StaffStatus.open) AND s.staff_group IN \(list: [StaffGroup.teacher.rawValue, StaffGroup.manager.rawValue])
            AND \(sql: condition) GROUP BY 1, 6
            """)
    }
}

/// How one dimension is read off stays `e` and learners `s`: the value, the tables it needs, the stays that count.
struct Counted {
    let value: SQL
    var joins = SQL.none
    var condition: SQL = "e.leaving IN \(list: Leaving.counted)"
    var total: SQL = "COUNT(*)"
    var female: SQL = "SUM(CASE WHEN s.sex = 'female' THEN 1 ELSE 0 END)"

    init(_ dimension: Dimension, on day: Day) {
        switch dimension {
        case .all, .classes, .staff, .staffComplete: value = "''"
        case .complete: value = Counted.completeness
        case .sex: value = "s.sex"
        case .age:
            value = """
                CASE WHEN s.birth_date IS NULL THEN '' ELSE CAST(e.year - CAST(SUBSTR(s.birth_date, 1, 4) AS BIGINT) AS TEXT) END
                """
        case .ethnicity: value = "s.ethnicity"
        case .level: value = "e.level"
        case .grade: value = "e.grade"
        case .policy:
            value = "p.kind"
            joins = "JOIN registry_policy p ON p.student_id = s.id AND p.valid_from <= \(day) AND p.valid_to >= \(day)"
            // The same status may be noted twice by two files.
            (total, female) = ("COUNT(DISTINCT s.id)", "COUNT(DISTINCT CASE WHEN s.sex = 'female' THEN s.id END)")
        case .area:
            value = "COALESCE(l.area, '')"
            joins = Counted.located(on: day)
        case .border:
            value = "CASE WHEN l.is_border = 1 THEN '1' ELSE '0' END"
            joins = Counted.located(on: day)
        case .site:
            value = "CASE WHEN t.is_main = 0 THEN 'satellite' ELSE 'main' END"
            joins = "LEFT JOIN registry_class c ON c.id = e.class_id LEFT JOIN registry_site t ON t.id = c.site_id"
        case .status:
            value = "CASE WHEN e.leaving IN \(list: Leaving.counted) THEN 'studying' ELSE e.leaving END"
            condition = "e.leaving NOT IN \(list: Leaving.inner)"
        }
    }

    /// A ministry's code of ten digits, and a 12-digit number, which is stored only when its structure holds (K-06).
    static let completeness: SQL = """
        CASE WHEN LENGTH(COALESCE(s.moet_code, '')) = 10 AND s.personal_blind IS NOT NULL THEN 'full'
        WHEN s.personal_blind IS NOT NULL THEN 'moet' WHEN LENGTH(COALESCE(s.moet_code, '')) = 10 THEN 'personal' ELSE 'both' END
        """

    private static func located(on day: Day) -> SQL {
        """
        LEFT JOIN registry_org_located a ON a.org_id = e.org_id AND a.valid_from <= \(day) AND a.valid_to >= \(day)
        LEFT JOIN registry_place l ON l.id = a.place_id
        """
    }
}
