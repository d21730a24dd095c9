import Base
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// A small province: the department, a district until 30/06/2025, two communes since, schools, classes and a few learners.
struct World: Sendable {
    let db: any Database
    let province: ID<Org>, district: ID<Org>, sinHo: ID<Org>, lungThang: ID<Org>
    let primary: ID<Org>, mixed: ID<Org>, high: ID<Org>
    let class1A: ID<ClassGroup>, class1B: ID<ClassGroup>, class6A: ID<ClassGroup>, class10A: ID<ClassGroup>

    static let year = SchoolYear(of: Day(at: testMoment))
    static let today = Day(at: testMoment)
    static let turn = day("2025-07-01")

    static let catalogues: Catalogues = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? Catalogues.load(from: root.path + "/Resources/catalogues", allowsDemo: true)) ?? .current
    }()

    static func day(_ text: String) -> Day { Day(iso: text) ?? .first }
    static func name(_ text: String) throws -> PersonName { try PersonName(full: text) }

    /// Somebody of a role with a reach.
    static func visitor(_ role: Role, _ reach: Scope.Reach, levels: [Level]? = nil) -> Visitor {
        Visitor(kind: .session, name: "\(role)", role: role, scope: Scope(reach, levels: levels))
    }

    var administrator: Visitor { World.visitor(.administrator, .everything) }

    static func make(in db: any Database) async throws -> World {
        try await db.commit { tx in
            let opened = day("2004-01-01")
            func org(
                _ code: String, _ kind: String, _ name: String, _ parent: ID<Org>?, levels: [Level] = [],
                from: Day? = nil, to: Day = .forever
            ) throws -> ID<Org> {
                var draft = OrgDraft(code: code, kind: kind, name: name, parent: parent)
                (draft.levels, draft.isInstitution) = (levels, !levels.isEmpty)
                (draft.opened, draft.closed) = (from ?? opened, to)
                return try tx.insert(draft)
            }
            let province = try org("SO", "so", "Sở Giáo dục và Đào tạo Lai Châu", nil)
            let district = try org("P108", "phong", "Phòng GD&ĐT huyện Sìn Hồ", province)
            let primary = try org("TH1", "th", "Trường Tiểu học Sìn Hồ", district, levels: [.primary])
            let mixed = try org(
                "THCS1", "th-thcs", "Trường TH&THCS Lùng Thàng", district, levels: [.primary, .lowerSecondary])
            let high = try org("THPT1", "thpt", "Trường THPT Sìn Hồ", province, levels: [.upperSecondary])
            // The conversion of 01/07/2025: the district's office goes, communes come.
            let sinHo = try org("X03478", "ubnd-xa", "UBND xã Sìn Hồ", province, from: turn)
            let lungThang = try org("X03517", "ubnd-xa", "UBND xã Nậm Tăm", province, from: turn)
            try tx.setManaged(primary, under: sinHo, on: turn, basis: "NQ 1670/NQ-UBTVQH15")
            try tx.setManaged(mixed, under: lungThang, on: turn, basis: "NQ 1670/NQ-UBTVQH15")
            try tx.endLife(of: district, last: turn.adding(-1))
            for unit in [primary, mixed, district] { try tx.refreshToday(unit) }
            try tx.rebuildPaths()
            func group(_ org: ID<Org>, _ name: String, _ level: Level, _ grades: [String]) throws -> ID<ClassGroup> {
                try tx.insert(ClassDraft(org: org, year: year, name: name, level: level, grades: grades))
            }
            return World(
                db: db, province: province, district: district, sinHo: sinHo, lungThang: lungThang, primary: primary,
                mixed: mixed,
                high: high, class1A: try group(primary, "1A", .primary, ["1"]),
                class1B: try group(primary, "1B", .primary, ["1", "2"]),
                class6A: try group(mixed, "6A", .lowerSecondary, ["6"]),
                class10A: try group(high, "10A", .upperSecondary, ["10"]))
        }
    }

    /// Writes a learner with an open stay, as an importer does.
    @discardableResult
    func pupil(
        _ name: String, in group: ID<ClassGroup>, sex: String = Sex.female, born: String = "2020-03-05",
        ethnicity: String = "03"
    ) async throws -> ID<Student> {
        try await db.commit { tx in
            guard let place = try tx.classGroup(group, scope: .everything) else { throw Fault.notFound }
            var draft = StudentDraft(name: try World.name(name))
            (draft.sex, draft.birthDate, draft.ethnicity) = (sex, PartialDay(born), ethnicity)
            (draft.org, draft.classGroup, draft.level, draft.grade) = (
                place.org, group, place.level, place.grades.first ?? ""
            )
            let id = try tx.insert(draft)
            guard let period = Period(World.day("2026-09-05")) else { throw Fault.notFound }
            try tx.insert(
                EnrolmentDraft(
                    student: id, org: place.org, classGroup: group, year: place.year, level: place.level,
                    grade: draft.grade, period: period))
            try tx.recount(classes: [group])
            return id
        }
    }
}

/// Runs a body in a fresh world.
func inWorld(_ backend: Backend, _ body: @escaping (World) async throws -> Void) async throws {
    try await withDatabase(backend, WorkSchema.migrations + Schema.migrations) { db in
        try await body(try await World.make(in: db))
    }
}
