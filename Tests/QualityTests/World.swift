import Base
import Storage
import TestSupport
import Testing
import Web
import Work

@testable import Quality
@testable import Registry

/// The department, two communes, a primary and a secondary school, a class each and a few pupils.
struct World: Sendable {
    let db: any Database
    let moment: SettableMoment
    let department: ID<Org>, west: ID<Org>, east: ID<Org>
    let primary: ID<Org>, secondary: ID<Org>
    let class1: ID<ClassGroup>, class2: ID<ClassGroup>, class6: ID<ClassGroup>

    static let year = SchoolYear(of: Day(at: testMoment))

    static func make(in db: any Database, _ moment: SettableMoment) async throws -> World {
        try await db.commit { tx in
            func org(_ code: String, _ kind: String, _ name: String, _ parent: ID<Org>?, _ levels: [Level] = []) throws
                -> ID<Org>
            {
                var draft = OrgDraft(code: code, kind: kind, name: name, parent: parent)
                (draft.levels, draft.isInstitution, draft.opened) = (
                    levels, !levels.isEmpty, Day(iso: "2004-01-01") ?? .first
                )
                return try tx.insert(draft)
            }
            let department = try org("SO", "so", "Sở Giáo dục và Đào tạo", nil)
            let west = try org("X1", "ubnd-xa", "UBND xã Sìn Hồ", department),
                east = try org("X2", "ubnd-xa", "UBND xã Nậm Tăm", department)
            let primary = try org("TH1", "th", "Trường Tiểu học Sìn Hồ", west, [.primary])
            let secondary = try org("THCS1", "th-thcs", "Trường TH&THCS Nậm Tăm", east, [.primary, .lowerSecondary])
            try tx.rebuildPaths()
            func group(_ org: ID<Org>, _ name: String, _ level: Level, _ grade: String) throws -> ID<ClassGroup> {
                try tx.insert(ClassDraft(org: org, year: year, name: name, level: level, grades: [grade]))
            }
            return World(
                db: db, moment: moment, department: department, west: west, east: east, primary: primary,
                secondary: secondary,
                class1: try group(primary, "1A", .primary, "1"), class2: try group(primary, "2A", .primary, "2"),
                class6: try group(secondary, "6A", .lowerSecondary, "6"))
        }
    }

    /// A pupil in order but for the ministry's code, telephone and guardian.
    @discardableResult
    func pupil(_ name: String, in group: ID<ClassGroup>, born: String = "2020-03-05", phone: String = "0912345678")
        async throws
        -> ID<Student>
    {
        try await db.commit { tx in
            guard let place = try tx.classGroup(group, scope: .everything),
                let period = Period(Day(iso: "2026-09-05") ?? .first)
            else { throw Fault.notFound }
            var draft = StudentDraft(name: try PersonName(full: name))
            (draft.sex, draft.birthDate, draft.ethnicity) = (Sex.female, PartialDay(born), "03")
            (draft.org, draft.classGroup, draft.level, draft.grade) = (
                place.org, group, place.level, place.grades.first ?? ""
            )
            draft.details = Details(["phone": phone, "permanent_commune": "Xã Sìn Hồ"])
            let id = try tx.insert(draft)
            try tx.insert(
                EnrolmentDraft(
                    student: id, org: place.org, classGroup: group, year: place.year, level: place.level,
                    grade: draft.grade,
                    period: period))
            try tx.recount(classes: [group])
            return id
        }
    }

    func visitor(_ role: Role, _ reach: Scope.Reach, levels: [Level]? = nil) -> Visitor {
        Visitor(kind: .session, name: "\(role)", role: role, scope: Scope(reach, levels: levels))
    }

    func inspect(_ org: ID<Org>) async throws { _ = try await Quality.inspect(org, in: db, RuleTests.catalogues) }

    /// The open finds of one rule by the names of their records.
    func open(_ rule: String? = nil, state: FindingState = .open, scope: Scope = .everything) async throws
        -> [FindingRecord]
    {
        var filter = FindingFilter()
        (filter.rules, filter.state) = (rule.map { [$0] }, state)
        let asked = filter
        return try await db.read { tx in try tx.findings(asked, scope: scope, limit: 1000) }
    }
}

/// Runs a body in a fresh world.
func inWorld(_ backend: Backend, _ body: @escaping (World) async throws -> Void) async throws {
    let moment = SettableMoment(testMoment)
    let migrations = WorkSchema.migrations + Feature.registry.migrations + Feature.quality.migrations
    try await withDatabase(backend, migrations, at: moment) { db in try await body(try await World.make(in: db, moment))
    }
}
