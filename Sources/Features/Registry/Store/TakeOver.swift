import Base
import Storage

/// How one school takes over classes, learners and staff of another on a day, without touching what was before it.
extension Tx {
    /// Moves classes with their learners, and staff; nil is everything. Classes keep their keys, so marks and registers go on.
    func takeOver(
        from source: ID<Org>, to target: ID<Org>, classes: [ID<ClassGroup>]?, staff: [ID<Staff>]?, on day: Day
    ) throws {
        let year = SchoolYear(of: day)
        let moving: [ID<ClassGroup>] = try all(
            """
            SELECT id FROM registry_class WHERE org_id = \(source) AND year >= \(year)
            \(sql: classes.map { "AND id IN \(list: $0)" } ?? .none) ORDER BY id
            """)
        let sites = try takeSites(from: source, to: target, classes: moving, isWhole: classes == nil, on: day)
        for group in moving { try moveClass(group, to: target, sites: sites) }
        try moveStays(from: source, to: target, classes: classes == nil ? nil : moving, on: day)
        try moveLearners(from: source, to: target, classes: classes == nil ? nil : moving)
        try moveStaff(from: source, to: target, staff, on: day)
        try takeLevels(from: source, to: target, classes: moving, isWhole: classes == nil)
        try recount(classes: moving)
        for org in [source, target] { for one in [year, SchoolYear(of: today)] { try recountSchool(org, year: one) } }
    }

    /// The campuses of a school taken over become satellites of the other; its main one too. Answers old site to new.
    private func takeSites(
        from source: ID<Org>, to target: ID<Org>, classes: [ID<ClassGroup>], isWhole: Bool, on day: Day
    ) throws -> [ID<Site>?: ID<Site>] {
        var out: [ID<Site>?: ID<Site>] = [:]
        let used = Set(
            try all("SELECT DISTINCT site_id FROM registry_class WHERE id IN \(list: classes)", ID<Site>?.self))
        let old = try sites(of: source, on: day, scope: .everything)
        for site in old where isWhole || used.contains(site.id) {
            var draft = SiteDraft(
                org: target, name: site.isMain ? try orgName(source, on: day) ?? site.name : site.name)
            (draft.code, draft.distance, draft.details) = (site.code, site.distance, site.details)
            draft.period = Period(day) ?? .always
            out[site.id] = try insert(draft)
            if site.isMain { out[nil as ID<Site>?] = out[site.id] }
        }
        if isWhole, out.keys.contains(nil) == false, used.contains(nil) {
            var draft = SiteDraft(org: target, name: try orgName(source, on: day) ?? "")
            draft.period = Period(day) ?? .always
            out[nil as ID<Site>?] = try insert(draft)
        }
        return out
    }

    private func moveClass(_ group: ID<ClassGroup>, to target: ID<Org>, sites: [ID<Site>?: ID<Site>]) throws {
        let site: ID<Site>? = try value("SELECT site_id FROM registry_class WHERE id = \(group)", ID<Site>?.self) ?? nil
        try exec(
            """
            UPDATE registry_class SET org_id = \(target), site_id = \(sites[site]), version = version + 1, updated_at = \(now)
            WHERE id = \(group)
            """)
    }

    /// Parts each stay at the day: what was stays with the old school, what comes is the new one's.
    private func moveStays(from source: ID<Org>, to target: ID<Org>, classes: [ID<ClassGroup>]?, on day: Day) throws {
        let only: SQL = classes.map { "AND class_id IN \(list: $0)" } ?? .none
        try exec(
            "UPDATE registry_enrolment SET org_id = \(target) WHERE org_id = \(source) AND valid_from >= \(day) \(sql: only)"
        )
        let parted: [ID<Enrolment>] = try all(
            """
            SELECT id FROM registry_enrolment WHERE org_id = \(source) AND valid_from < \(day) AND valid_to >= \(day) \(sql: only)
            """)
        for stay in parted {
            try exec(
                """
                INSERT INTO registry_enrolment (id, student_id, org_id, class_id, year, level, grade, kind, valid_from, valid_to, entry,
                leaving, reason)
                SELECT \(newID(Enrolment.self)), student_id, \(target), class_id, year, level, grade, kind, \(day), valid_to, '',
                leaving, reason FROM registry_enrolment WHERE id = \(stay)
                """)
            try exec(
                """
                UPDATE registry_enrolment SET valid_to = \(day.adding(-1)), leaving = \(Leaving.merged), reason = '' WHERE id = \(stay)
                """)
        }
    }

    private func moveLearners(from source: ID<Org>, to target: ID<Org>, classes: [ID<ClassGroup>]?) throws {
        let only: SQL = classes.map { "AND class_id IN \(list: $0)" } ?? .none
        let people = try all("SELECT id, name, level FROM registry_student WHERE org_id = \(source) \(sql: only)") {
            (id: try $0() as Int64, name: try $0() as String, level: Level(rawValue: try $0()))
        }
        try exec(
            """
            UPDATE registry_student SET org_id = \(target), version = version + 1, updated_at = \(now) WHERE org_id = \(source) \(sql: only)
            """)
        for person in people { try index(.student, person.id, org: target, name: person.name, level: person.level) }
    }

    private func moveStaff(from source: ID<Org>, to target: ID<Org>, _ staff: [ID<Staff>]?, on day: Day) throws {
        let only: SQL = staff.map { "AND id IN \(list: $0)" } ?? .none
        let people = try all("SELECT id, name, position FROM registry_staff WHERE org_id = \(source) \(sql: only)") {
            (id: try $0() as ID<Staff>, name: try $0() as String, position: try $0() as String)
        }
        for person in people {
            try exec(
                "UPDATE registry_staff SET org_id = \(target), version = version + 1, updated_at = \(now) WHERE id = \(person.id)"
            )
            try index(.staff, person.id.raw, org: target, name: person.name, level: nil)
            let ended = try exec(
                """
                UPDATE registry_post SET valid_to = \(day.adding(-1))
                WHERE staff_id = \(person.id) AND org_id = \(source) AND valid_from < \(day) AND valid_to >= \(day)
                """)
            try exec(
                "UPDATE registry_post SET org_id = \(target) WHERE staff_id = \(person.id) AND org_id = \(source) AND valid_from >= \(day)"
            )
            if ended > 0, let period = Period(day) {
                try insertPost(person.id, at: target, position: person.position, period: period)
            }
        }
    }

    private func takeLevels(from source: ID<Org>, to target: ID<Org>, classes: [ID<ClassGroup>], isWhole: Bool) throws {
        let levels: [Level] =
            isWhole
            ? try all("SELECT level FROM registry_org_level WHERE org_id = \(source)")
            : try all("SELECT DISTINCT level FROM registry_class WHERE id IN \(list: classes)")
        for level in levels {
            try exec(
                "INSERT INTO registry_org_level (org_id, level) VALUES (\(target), \(level)) ON CONFLICT (org_id, level) DO NOTHING"
            )
        }
        let all: [Level] = try all("SELECT level FROM registry_org_level WHERE org_id = \(target)")
        try exec(
            "UPDATE registry_org SET levels = \(all.sorted().map(\.rawValue).joined(separator: ",")) WHERE id = \(target)"
        )
    }
}
