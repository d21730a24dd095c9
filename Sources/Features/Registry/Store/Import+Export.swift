import Base
import Storage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What an export is limited to: a unit with all below it, a school year, what the visitor reaches.
struct RosterFilter: Sendable {
    let org: ID<Org>?, year: SchoolYear?, scope: Scope
}

extension Tx {
    /// Roughly how many rows an export will have.
    func rosterSize() throws -> Int {
        try count(
            """
            SELECT (SELECT COUNT(*) FROM registry_student) * 3 + (SELECT COUNT(*) FROM registry_staff) * 3
            + (SELECT COUNT(*) FROM registry_guardian) * 2 + (SELECT COUNT(*) FROM registry_enrolment)
            """)
    }

    /// The columns beyond the standard that files of other systems had.
    func rosterExtras(_ file: String) throws -> [String] {
        let rows = try all(
            "SELECT record FROM registry_identifier WHERE type = 'header' AND value = \(file) ORDER BY source"
        ) {
            try Details(kept: $0())
        }
        return Array(Set(rows.flatMap { $0.values.keys })).sorted()
    }

    private func below(_ filter: RosterFilter, _ column: StaticString) -> SQL {
        filter.org.map { below($0, column, on: today) } ?? "1 = 1"
    }

    func rosterOrgs(_ filter: RosterFilter) throws -> [OrgRecord] {
        try all(
            """
            SELECT \(sql: OrgRecord.columns) FROM registry_org o
            WHERE (\(filter.scope, on: "o.id") OR (o.closed_on < '2200-12-31' AND \(sql: everIn(filter.scope, "o.id"))))
            AND \(sql: below(filter, "o.id")) ORDER BY o.id
            """, OrgRecord.init)
    }

    func rosterCourses(_ filter: RosterFilter) throws -> [Int64] {
        try all(
            """
            SELECT c.id FROM registry_course c WHERE (c.org_id IS NULL OR (\(filter.scope, on: "c.org_id") AND \(sql: below(filter, "c.org_id"))))
            ORDER BY c.id
            """)
    }

    private func year(_ filter: RosterFilter, _ column: StaticString) -> SQL {
        filter.year.map { "\(sql: Tx.column(column)) = \($0)" } ?? "1 = 1"
    }

    /// Classes in pages, from the key given.
    func rosterClasses(_ filter: RosterFilter) throws -> (Int64) throws -> [(Int64, ClassRecord)] {
        { last in
            try self.all(
                """
                SELECT c.id, \(sql: ClassRecord.columns) FROM registry_class c
                WHERE \(filter.scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level"))
                AND \(sql: self.below(filter, "c.org_id")) AND \(sql: self.year(filter, "c.year")) AND c.id > \(last) ORDER BY c.id LIMIT 1000
                """
            ) { (try $0(), try ClassRecord(&$0)) }
        }
    }

    /// Stays in classes of learners who go out too, in pages from the key given.
    func rosterStays(_ filter: RosterFilter) throws -> (Int64) throws -> [(Int64, EnrolmentRecord)] {
        { last in
            try self.all(
                """
                SELECT e.id, \(sql: EnrolmentRecord.columns) FROM registry_enrolment e JOIN registry_org o ON o.id = e.org_id
                JOIN registry_class c ON c.id = e.class_id JOIN registry_student s ON s.id = e.student_id
                WHERE \(filter.scope, on: Belongs(org: "e.org_id", classGroup: "e.class_id", student: "e.student_id", level: "e.level"))
                AND \(filter.scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
                AND \(sql: self.below(filter, "s.org_id")) AND \(sql: self.below(filter, "e.org_id")) AND \(sql: self.year(filter, "e.year")) AND e.id > \(last) ORDER BY e.id LIMIT 1000
                """
            ) { (try $0(), try EnrolmentRecord(&$0)) }
        }
    }

    /// Passes over pages until one is empty.
    func inPages<Item>(_ page: (Int64) throws -> [(Int64, Item)], _ body: (Item) throws -> Void) throws {
        var last: Int64 = 0
        while true {
            let items = try page(last)
            for item in items { try body(item.1) }
            guard let end = items.last else { return }
            last = end.0
        }
    }

    func rosterStudents(_ filter: RosterFilter) throws -> [ID<Student>] {
        let inYear: SQL =
            filter.year.map {
                "AND EXISTS (SELECT 1 FROM registry_enrolment e WHERE e.student_id = s.id AND e.year = \($0))"
            } ?? .none
        return try all(
            """
            SELECT s.id FROM registry_student s
            WHERE \(filter.scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            AND \(sql: below(filter, "s.org_id")) \(sql: inYear) ORDER BY s.id
            """)
    }

    func rosterStaff(_ filter: RosterFilter) throws -> [ID<Staff>] {
        try all(
            "SELECT s.id FROM registry_staff s WHERE \(filter.scope, on: "s.org_id") AND \(sql: below(filter, "s.org_id")) ORDER BY s.id"
        )
    }

    /// Guardians of the learners exported; those without a child only for whoever sees everything.
    func rosterGuardians(_ filter: RosterFilter) throws -> [Int64] {
        if filter.scope.reach == .everything, filter.org == nil {
            return try all("SELECT id FROM registry_guardian ORDER BY id")
        }
        return try all(
            """
            SELECT DISTINCT g.guardian_id FROM registry_guardianship g JOIN registry_student s ON s.id = g.student_id
            WHERE g.valid_to >= \(today)
            AND \(filter.scope, on: Belongs(org: "s.org_id", classGroup: "s.class_id", student: "s.id", level: "s.level"))
            AND \(sql: below(filter, "s.org_id")) ORDER BY g.guardian_id
            """)
    }

    func rosterPosts(of staff: ID<Staff>) throws -> [Int64] {
        try all("SELECT id FROM registry_post WHERE staff_id = \(staff) ORDER BY id")
    }

    func rosterTeachings(_ filter: RosterFilter) throws -> [(id: Int64, org: ID<Org>)] {
        try all(
            """
            SELECT t.id, c.org_id FROM registry_teaching t JOIN registry_class c ON c.id = t.class_id
            JOIN registry_staff s ON s.id = t.staff_id
            WHERE \(filter.scope, on: "s.org_id") AND \(sql: below(filter, "s.org_id")) AND \(filter.scope, on: Belongs(org: "c.org_id", classGroup: "c.id", level: "c.level")) AND \(sql: below(filter, "c.org_id"))
            AND \(sql: year(filter, "c.year")) ORDER BY t.id
            """
        ) { (id: try $0(), org: try $0()) }
    }

    // MARK: rows kept verbatim

    func hasKept(_ type: String) throws -> Bool {
        try exists(
            "SELECT 1 FROM registry_identifier WHERE type = \(type) AND entity = 'kept' AND LENGTH(digest) > 0 LIMIT 1")
    }

    /// Rows of a file in the order in which they came, in pages from the key given.
    func keptRows(_ type: String) -> (Int64) throws -> [(Int64, RosterEntry)] {
        { last in
            try self.all(
                """
                SELECT entity_id, source, digest, record, value, batch_id FROM registry_identifier
                WHERE entity = 'kept' AND type = \(type) AND LENGTH(digest) > 0 AND entity_id > \(last)
                ORDER BY entity_id LIMIT 1000
                """
            ) { row in
                let id: Int64 = try row()
                return (
                    id,
                    RosterEntry(
                        entity: "kept", id: id, source: try row(), digest: try row(), record: try Details(kept: row()),
                        name: try row(), batch: try row())
                )
            }
        }
    }

    /// The columns of a file kept verbatim, as the systems that sent it wrote them.
    func keptColumns(_ type: String) throws -> [String] {
        let headers = try all(
            "SELECT record FROM registry_identifier WHERE type = 'header' AND value = \(type) ORDER BY source"
        ) { try RosterColumns.read(Details(kept: $0())) }
        return headers.reduce([]) { RosterColumns.merged($1, over: $0) }
    }
}

/// The header of a file kept verbatim, kept itself.
enum RosterColumns {
    static func record(_ columns: [String]) throws -> Details {
        ["columns": String(decoding: try JSONEncoder().encode(columns), as: UTF8.self)]
    }

    static func read(_ record: Details) -> [String] {
        record["columns"].flatMap { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) } ?? []
    }

    /// The later header where it has every column, else the earlier one with what it lacks behind it.
    static func merged(_ columns: [String], over known: [String]) -> [String] {
        let (new, old) = (RosterRow.keys(of: columns), RosterRow.keys(of: known))
        if Set(new).isSuperset(of: old) { return columns }
        return known + zip(new, columns).filter { !old.contains($0.0) }.map(\.1)
    }
}
