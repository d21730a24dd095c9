import Base
import Storage
import TestSupport
import Testing

@testable import Registry

@Suite struct TreeTests {
    static let before = World.day("2024-05-30")

    @Test(
        "D08 a report as of 30/05/2024 is the same after the reorganisation of 2025 and a merger",
        arguments: Backend.all)
    func asOf(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await world.oldPupils()
            let district = world.district, sinHo = world.sinHo, province = world.province
            func report() async throws -> [[Figure]] {
                try await world.db.read { tx throws in
                    try [district, sinHo, province].map {
                        try tx.countsAsOf(Self.before, of: $0, by: .sex, scope: .everything)
                    }
                }
            }
            let first = try await report()
            #expect(
                first[0] == [
                    Figure(value: Sex.female, total: 2, female: 2), Figure(value: Sex.male, total: 1, female: 0),
                ])
            #expect(first[1].isEmpty)
            #expect(first[2].map(\.total).reduce(0, +) == 4)
            try await Registry.mergeOrgs(
                [world.primary], into: .existing(world.mixed), on: World.day("2026-11-01"), basis: "QĐ 1/QĐ-UBND",
                by: world.administrator, in: world.db)
            #expect(try await report() == first)
            try await world.db.read { tx throws in
                let tree = try tx.orgs(under: province, on: Self.before, scope: .everything).map(\.name)
                #expect(tree.contains("Phòng GD&ĐT huyện Sìn Hồ") && !tree.contains("UBND xã Sìn Hồ"))
                let path = try tx.path(of: world.primary, on: Self.before, scope: .everything).map(\.name)
                #expect(
                    path == ["Sở Giáo dục và Đào tạo Lai Châu", "Phòng GD&ĐT huyện Sìn Hồ", "Trường Tiểu học Sìn Hồ"])
                let institutions = try tx.institutionCounts(of: district, on: Self.before, scope: .everything)
                #expect(institutions == InstitutionCounts(institutions: 2, byLevel: [.primary: 2, .lowerSecondary: 1]))
                // Those who manage the province read the register of then, whatever the tree is now.
                var filter = StudentFilter()
                filter.on = Self.before
                #expect(try tx.students(filter, scope: Scope(.tree([province]))).items.count == 4)
            }
        }
    }

    @Test("EMI-02 a merged school's learners, staff and classes go over, its history stays", arguments: Backend.all)
    func merge(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let pupil = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            let teacher = try await world.teacher("Hoàng Văn Nam", at: world.primary)
            let day = World.day("2026-11-01")
            try await Registry.mergeOrgs(
                [world.primary], into: .existing(world.mixed), on: day, basis: "QĐ 1/QĐ-UBND", by: world.administrator,
                in: world.db)
            try await world.db.read { tx throws in
                #expect(try tx.student(pupil, scope: Scope(.institutions([world.mixed])))?.org == world.mixed)
                #expect(try tx.staff(teacher, scope: Scope(.institutions([world.mixed])))?.org == world.mixed)
                #expect(try tx.classGroup(world.class1A, scope: .everything)?.org == world.mixed)
                let stays = try tx.enrolments(of: pupil, scope: .everything)
                #expect(stays.map(\.org) == [world.mixed, world.primary])
                #expect(stays.map(\.period.first) == [day, World.day("2026-09-05")])
                #expect(stays.map(\.leaving) == ["", Leaving.merged])
                #expect(try tx.posts(of: teacher, scope: .everything).map(\.org) == [world.mixed, world.primary])
                #expect(try tx.org(world.primary, scope: .everything)?.closedOn == day.adding(-1))
                #expect(try tx.org(world.primary, scope: Scope(.tree([world.province])))?.isOpen == false)
                #expect(try tx.events(of: world.mixed, scope: .everything).map(\.kind).contains(.mergedFrom))
                #expect(
                    try tx.figures(of: world.mixed, year: World.year, by: .all, scope: .everything).first?.total == 1)
                #expect(try tx.figures(of: world.primary, year: World.year, by: .all, scope: .everything).isEmpty)
                #expect(
                    try tx.countsAsOf(World.day("2026-10-15"), of: world.primary, by: .all, scope: .everything).first?
                        .total == 1)
                #expect(try tx.countsAsOf(day, of: world.mixed, by: .all, scope: .everything).first?.total == 1)
                #expect(try tx.search("lo hoa", scope: Scope(.institutions([world.mixed]))).count == 1)
            }
        }
    }

    @Test("EMI-02 a split school gives classes and staff away", arguments: Backend.all)
    func split(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let stays = try await world.pupil("Lò Thị Hoa", in: world.class1A),
                goes = try await world.pupil("Lò Thị Mai", in: world.class1B)
            var draft = OrgDraft(code: "TH9", kind: "th", name: "Trường Tiểu học Sà Dề Phìn")
            (draft.levels, draft.isInstitution) = ([.primary], true)
            let made = try await Registry.splitOrg(
                world.primary, into: [NewUnit(draft, classes: [world.class1B])], on: World.day("2026-11-01"),
                basis: "QĐ 2/QĐ-UBND",
                by: world.administrator, in: world.db, World.catalogues)
            try await world.db.read { tx throws in
                #expect(try tx.student(stays, scope: .everything)?.org == world.primary)
                #expect(try tx.student(goes, scope: .everything)?.org == made.first)
                #expect(try tx.org(made[0], scope: Scope(.tree([world.sinHo])))?.parent == world.sinHo)
                #expect(
                    try tx.figures(of: world.sinHo, year: World.year, by: .all, scope: .everything).first?.total == 2)
            }
        }
    }

    @Test("EMI-02 a tier is put in and taken out again", arguments: Backend.all)
    func tiers(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let day = World.day("2026-10-01"), later = World.day("2026-11-01")
            let made = try await Registry.insertTier(
                [
                    NewUnit(
                        OrgDraft(code: "CUM1", kind: "so", name: "Cụm Sìn Hồ"),
                        children: [world.sinHo, world.lungThang])
                ],
                under: world.province, on: day, basis: "Thử", by: world.administrator, in: world.db, World.catalogues)
            let cluster = made[0]
            try await world.db.read { tx throws in
                #expect(
                    try tx.path(of: world.primary, on: World.today, scope: .everything).map(\.id) == [
                        world.province, cluster, world.sinHo, world.primary,
                    ])
                #expect(
                    try tx.path(of: world.primary, on: day.adding(-1), scope: .everything).map(\.id) == [
                        world.province, world.sinHo, world.primary,
                    ])
                #expect(try tx.institutions(under: cluster, scope: Scope(.tree([cluster]))).count == 2)
            }
            try await Registry.removeTier([cluster], on: later, basis: "Thử", by: world.administrator, in: world.db)
            try await world.db.read { tx throws in
                #expect(
                    try tx.path(of: world.primary, on: World.today, scope: .everything).map(\.id) == [
                        world.province, world.sinHo, world.primary,
                    ])
                #expect(
                    try tx.path(of: world.primary, on: day, scope: .everything).map(\.id) == [
                        world.province, cluster, world.sinHo, world.primary,
                    ])
                #expect(try tx.institutions(under: cluster, scope: Scope(.tree([cluster]))).isEmpty)
            }
        }
    }

    @Test("EMI-02 renaming, moving and relocating keep what was", arguments: Backend.all)
    func dated(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let day = World.day("2026-10-01")
            try await Registry.renameOrg(
                world.primary, to: "Trường PTDTBT Tiểu học Sìn Hồ", on: day, basis: "QĐ 3", by: world.administrator,
                in: world.db)
            try await Registry.moveOrg(
                world.primary, under: world.lungThang, on: day, basis: "QĐ 3", by: world.administrator, in: world.db,
                World.catalogues)
            try await world.db.read { tx throws in
                #expect(try tx.orgName(world.primary) == "Trường PTDTBT Tiểu học Sìn Hồ")
                #expect(try tx.orgName(world.primary, on: day.adding(-1)) == "Trường Tiểu học Sìn Hồ")
                #expect(try tx.org(world.primary, scope: Scope(.tree([world.lungThang]))) != nil)
                #expect(try tx.children(of: world.lungThang, scope: .everything).count == 2)
                #expect(
                    try tx.search("ptdtbt sin ho", scope: .everything, kinds: [.org]).map(\.id) == [world.primary.raw])
                #expect(try tx.orgs(matching: "sin ho", scope: .everything, institutionsOnly: true).count == 2)
            }
        }
    }

    @Test("who may not manage a level is refused, and so is a circle", arguments: Backend.all)
    func refusals(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let day = World.day("2026-10-01")
            await #expect(throws: Fault.self) {
                try await Registry.moveOrg(
                    world.high, under: world.sinHo, on: day, basis: "", by: world.administrator, in: world.db,
                    World.catalogues)
            }
            await #expect(throws: Fault.self) {
                try await Registry.moveOrg(
                    world.province, under: world.sinHo, on: day, basis: "", by: world.administrator, in: world.db,
                    World.catalogues)
            }
            await #expect(throws: Fault.self) {
                try await Registry.renameOrg(
                    world.primary, to: "X", on: day, basis: "",
                    by: World.visitor(.principal, .institutions([world.primary])), in: world.db)
            }
            await #expect(throws: Fault.self) {
                try await Registry.closeOrg(world.sinHo, on: day, basis: "", by: world.administrator, in: world.db)
            }
        }
    }

    @Test("the closure of the tree is the same built row by row and whole")
    func closure() {
        let (a, b, c) = (ID<Org>(stored: 1), ID<Org>(stored: 2), ID<Org>(stored: 3))
        var tree = DatedTree()
        let turn = World.turn
        tree.lives = [a: .always, b: .always, c: .always]
        guard let old = Period(.first, turn.adding(-1)), let new = Period(turn) else { return }
        tree.managed = [b: [ManagedSpan(a, .always)], c: [ManagedSpan(a, old), ManagedSpan(b, new)]]
        let paths = tree.paths(of: c)
        #expect(paths.contains(PathSpan(ancestor: a, depth: 1, period: old)))
        #expect(paths.contains(PathSpan(ancestor: a, depth: 2, period: new)))
        #expect(paths.contains(PathSpan(ancestor: b, depth: 1, period: new)))
        #expect(paths.count == 4)
        #expect(tree.closesCircle(a, under: c, during: new))
        #expect(!tree.closesCircle(c, under: b, during: old))
        #expect(tree.everBelow(a) == [a, b, c])
    }
}

extension World {
    /// Learners of 2023-2024, whose year is over.
    func oldPupils() async throws {
        guard let year = SchoolYear(start: 2023), let period = Period(World.day("2023-09-05"), year.lastDay) else {
            return
        }
        let places: [(org: ID<Org>, level: Level, grade: String, sex: String)] = [
            (primary, .primary, "1", Sex.female), (primary, .primary, "1", Sex.male),
            (mixed, .lowerSecondary, "6", Sex.female),
            (high, .upperSecondary, "10", Sex.female),
        ]
        try await db.commit { tx in
            for place in places {
                let group = try tx.insert(
                    ClassDraft(
                        org: place.org, year: year, name: place.grade + "X", level: place.level, grades: [place.grade]))
                var draft = StudentDraft(name: try World.name("Lò Thị Cũ"))
                (draft.sex, draft.org, draft.level) = (place.sex, place.org, place.level)
                var stay = EnrolmentDraft(
                    student: try tx.insert(draft), org: place.org, classGroup: group, year: year, level: place.level,
                    grade: place.grade,
                    period: period)
                stay.leaving = Leaving.yearEnd
                try tx.insert(stay)
            }
            try tx.recountAll(year)
        }
    }

    @discardableResult
    func teacher(_ name: String, at org: ID<Org>) async throws -> ID<Staff> {
        try await db.commit { tx in
            var draft = StaffDraft(name: try World.name(name))
            (draft.org, draft.since, draft.position, draft.sex) = (org, World.day("2020-08-15"), "teacher", Sex.female)
            let id = try tx.insert(draft)
            try tx.recountSchool(org, year: World.year)
            return id
        }
    }
}
