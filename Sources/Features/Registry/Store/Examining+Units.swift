import Base
import Storage

/// Classes and units, as rules of data quality look at them.
extension Tx {
    /// The classes of the running year at a unit, or one of them.
    public func examineClasses(of org: ID<Org>, only: Int64? = nil, scope: Scope) throws -> [ExaminedRecord] {
        let year = SchoolYear(of: today)
        let wheres: SQL = """
            c.org_id = \(org) AND c.year = \(year) AND c.kind = 'homeroom' AND c.closed_on IS NULL
            \(sql: only.map { "AND c.id = \($0)" } ?? .none) AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
            """
        let learners = try counted(
            """
            SELECT s.class_id, COUNT(*) FROM registry_class c JOIN registry_student s ON s.class_id = c.id
            WHERE \(sql: wheres) AND s.status IN \(list: StudentStatus.open) GROUP BY s.class_id
            """)
        let led = try counted(
            """
            SELECT c.homeroom_id, COUNT(*) FROM registry_class c WHERE c.homeroom_id IS NOT NULL AND c.year = \(year)
            AND c.kind = 'homeroom' AND c.closed_on IS NULL AND c.org_id = \(org) GROUP BY c.homeroom_id
            """)
        let subjects = try subjectsTaught(where: wheres)
        return try all(
            """
            SELECT c.id, c.level, c.grades, c.is_combined, c.homeroom_id, c.site_id, c.details, h.org_id, h.status
            FROM registry_class c LEFT JOIN registry_staff h ON h.id = c.homeroom_id WHERE \(sql: wheres)
            """
        ) { row in
            let id: ID<ClassGroup> = try row()
            var out = ExaminedRecord(kind: .classGroup, id: id.raw, org: org)
            (out.classGroup, out.level) = (id, try row())
            out.grades = ClassRecord.grades(try row())
            out.counts = [
                "combined": try row(Bool.self) ? 1 : 0, "learners": learners[id.raw] ?? 0,
                "subjects": subjects[id.raw]?.count ?? 0,
            ]
            let homeroom: Int64? = try row(), site: Int64? = try row()
            out.values = try row(Details.self).values
            if site != nil { out.values["site"] = "1" }
            let place: ID<Org>? = try row(), status: String? = try row()
            if let homeroom {
                out.values["homeroom"] = "1"
                let works = place == org && status.map(StaffStatus.open.contains) == true
                out.counts["homeroom-works"] = works ? 1 : 0
                out.counts["led"] = led[homeroom] ?? 1
            }
            out.sets["subjects"] = subjects[id.raw] ?? []
            return out
        }
    }

    private func subjectsTaught(where wheres: SQL) throws -> [Int64: [String]] {
        var out: [Int64: [String]] = [:]
        try each(
            """
            SELECT DISTINCT t.class_id, t.subject FROM registry_class c JOIN registry_teaching t ON t.class_id = c.id
            WHERE \(sql: wheres) AND t.valid_from <= \(today) AND t.valid_to >= \(today) ORDER BY t.class_id, t.subject
            """
        ) { row in out[try row(), default: []].append(try row()) }
        return out
    }

    /// A unit itself, with its campuses, head, duties and learners of this year and the last.
    public func examineOrg(_ id: ID<Org>, scope: Scope) throws -> ExaminedRecord? {
        guard let org = try org(id, scope: scope) else { return nil }
        let year = SchoolYear(of: today)
        var out = ExaminedRecord(kind: .org, id: id.raw, org: id)
        out.values = org.values
        out.values["institution"] = org.isInstitution ? "1" : nil
        let place = try org.place.flatMap { try self.place($0) }
        if place != nil { out.values["place"] = "1" }
        let sites = try sites(of: id, on: today, scope: scope)
        out.sets["satellites"] = sites.filter { !$0.isMain }.map(\.name)
        out.sets["near"] = sites.filter { !$0.isMain && $0.distance == 0 }.map(\.name)
        out.sets["levels"] = org.levels.map(\.rawValue)
        out.counts = [
            // A place of a division that is over, or one larger than a commune: nobody knows the commune.
            "place-vague": place.map { $0.period.contains(today) && $0.tier == .commune ? 0 : 1 } ?? 0,
            "main-sites": sites.count(where: \.isMain), "sites": sites.count,
            "charges": try charges(of: id, on: today, scope: scope).count(where: { $0.duty == ChargeDraft.digital }),
            "heads": try head(of: id, scope: scope) == nil ? 0 : 1,
            "learners": try learners(of: id, year), "learners-before": try learners(of: id, year.previous),
            "classes": try count(
                "SELECT COUNT(*) FROM registry_class WHERE org_id = \(id) AND year = \(year) AND closed_on IS NULL"),
            "old-stays": try count(
                """
                SELECT COUNT(*) FROM registry_enrolment WHERE org_id = \(id) AND year < \(year) AND valid_to = '2200-12-31' AND kind = 'main'
                """),
            "old-classes": try count(
                """
                SELECT COUNT(*) FROM registry_class c WHERE c.org_id = \(id) AND c.year < \(year) AND c.closed_on IS NULL
                AND EXISTS (SELECT 1 FROM registry_student s WHERE s.class_id = c.id AND s.status IN \(list: StudentStatus.open))
                """),
        ]
        return out
    }

    private func learners(of org: ID<Org>, _ year: SchoolYear) throws -> Int {
        try count(
            """
            SELECT SUM(total) FROM registry_total
            WHERE org_id = \(org) AND year = \(year) AND dimension = 'all' AND class_id = 0
            """)
    }

    /// How the records of one kind are called, within the scope: those out of reach are not named.
    public func examinedNames(of kind: ExaminedRecord.Kind, _ ids: [Int64], scope: Scope) throws -> [Int64:
        ExaminedName]
    {
        let source: SQL =
            switch kind {
            case .student:
                """
                SELECT s.id, s.name, s.code, c.name, COALESCE(o.name, '') FROM registry_student s
                LEFT JOIN registry_class c ON c.id = s.class_id LEFT JOIN registry_org o ON o.id = s.org_id WHERE s.id IN \(list: ids)
                AND \(scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
                """
            case .staff:
                """
                SELECT s.id, s.name, s.code, NULL, COALESCE(o.name, '') FROM registry_staff s LEFT JOIN registry_org o ON o.id = s.org_id
                WHERE s.id IN \(list: ids) AND \(scope, on: "s.org_id")
                """
            case .classGroup:
                """
                SELECT c.id, c.name, '', c.name, o.name FROM registry_class c JOIN registry_org o ON o.id = c.org_id
                WHERE c.id IN \(list: ids) AND \(scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
                """
            case .org:
                """
                SELECT o.id, o.name, o.code, NULL, o.name FROM registry_org o WHERE o.id IN \(list: ids) AND \(scope, on: "o.id")
                """
            }
        var out: [Int64: ExaminedName] = [:]
        try each(source) { row in
            let id: Int64 = try row()
            out[id] = ExaminedName(name: try row(), code: try row(), className: try row(), orgName: try row())
        }
        return out
    }
}
