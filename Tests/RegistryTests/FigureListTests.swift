import Base
import Storage
import TestSupport
import Testing

@testable import Registry

/// What opens behind a figure: the very people, classes and units that were counted.
@Suite struct FigureListTests {
    /// The primary school stands on the border in area III; its class 2C learns at a satellite campus.
    private func fill(_ world: World) async throws {
        let far = try await world.db.commit { tx in
            var draft = PlaceDraft(
                code: "03478", tier: .commune, kind: "xa", name: "Xã Sìn Hồ", parentCode: "12", provinceCode: "12")
            (draft.isBorder, draft.area) = (true, "III")
            let border = try tx.save(draft)
            draft = PlaceDraft(
                code: "03517", tier: .commune, kind: "xa", name: "Xã Nậm Tăm", parentCode: "12", provinceCode: "12")
            draft.area = "I"
            try tx.setLocated(world.primary, at: border, on: World.turn)
            try tx.setLocated(world.mixed, at: try tx.save(draft), on: World.turn)
            try tx.insert(SiteDraft(org: world.primary, name: "Trung tâm", isMain: true))
            var group = ClassDraft(org: world.primary, year: World.year, name: "2C", level: .primary, grades: ["2"])
            group.site = try tx.insert(SiteDraft(org: world.primary, name: "Điểm Nậm Ma"))
            return try tx.insert(group)
        }
        for (number, group) in [world.class1A, world.class1B, far, far, world.class6A, world.class10A].enumerated() {
            try await world.pupil("Lò Văn \(["An", "Bình", "Chi"][number % 3])", in: group)
        }
    }

    @Test("the list behind area, border and campus holds as many as were counted", arguments: Backend.all)
    func whereabouts(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await fill(world)
            try await world.db.read { tx throws in
                let dimensions: [(Dimension, String, Int)] = [
                    (.area, "III", 4), (.area, "I", 1), (.border, "1", 4), (.border, "0", 2), (.site, "satellite", 2),
                    (.site, "main", 4),
                ]
                let office = Scope(.tree([world.province]))
                for (dimension, value, wanted) in dimensions {
                    var narrowed = FigureFilter()
                    narrowed.values = [dimension: value]
                    let kept = try tx.keptFigures(
                        of: world.province, year: World.year, filter: narrowed, scope: office, on: World.today)
                    let counted = try tx.countedFigures(
                        of: world.province, .year(World.year), filter: narrowed, scope: office, on: World.today)
                    #expect(kept.all.total == wanted && counted.all.total == wanted, "\(dimension) \(value)")
                    for isDated in [false, true] {
                        var filter = list(dimension, value)
                        (filter.org, filter.year) = (world.province, isDated ? World.year : nil)
                        #expect(try tx.countUpTo1000(filter, scope: office).count == wanted, "\(dimension) \(value)")
                    }
                }
            }
        }
    }

    private func list(_ dimension: Dimension, _ value: String) -> StudentFilter {
        var filter = StudentFilter()
        switch dimension {
        case .area: filter.area = value
        case .border: filter.isBorder = value == "1"
        default: filter.isSatellite = value == "satellite"
        }
        return filter
    }

    @Test("what the home page counts as missing opens as lists of just that", arguments: Backend.all)
    func missing(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let teacher = try await world.teacher("Hoàng Văn Nam", at: world.primary)
            let head = World.visitor(.principal, .institutions([world.primary]))
            try await Registry.assignHomeroom(
                teacher, to: world.class1A, on: World.day("2026-09-01"), by: head, in: world.db)
            for number in 0..<7 { try await world.pupil("Lò Thị \(["Hoa", "Mai"][number % 2])", in: world.class1A) }
            try await world.db.read { tx throws in
                let scope = Scope(.tree([world.province]))
                let gaps = try tx.gaps(under: world.primary, year: World.year, duty: "digital", scope: scope)
                var staff = StaffFilter(), classes = ClassFilter(year: World.year)
                (staff.org, staff.isMissing) = (world.primary, true)
                (classes.org, classes.isUnled) = (world.primary, true)
                #expect(try tx.countUpTo1000(staff, scope: scope).count == gaps.staffFiles && gaps.staffFiles == 1)
                #expect(try tx.classRows(classes, scope: scope).items.map(\.line.name) == ["1B"] && gaps.classes == 1)
                var seen: [ID<Student>] = [], key: PageKey?
                repeat {
                    let page = try tx.gapSlice(of: world.primary, scope: scope, from: key, size: 3)
                    seen += page.items.map(\.id)
                    key = page.next.flatMap { PageKey($0) }
                } while key != nil
                #expect(seen == (try tx.gapLines(of: world.primary, scope: scope, limit: 100).map(\.id)))
                #expect(seen.count == 7 && gaps.studentFiles == 7)
            }
        }
    }

    @Test("units are listed in every order, both ways, page by page", arguments: Backend.all)
    func units(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            try await fill(world)
            try await world.db.read { tx throws in
                let scope = Scope(.tree([world.province]))
                for sort in OrgFilter.Sort.allCases {
                    for isDescending in [false, true] {
                        var filter = OrgFilter(), whole: [ID<Org>] = [], paged: [ID<Org>] = [], key: PageKey?
                        (filter.sort, filter.isDescending) = (sort, isDescending)
                        try tx.eachOrgRow(filter, year: World.year, scope: scope) { whole.append($0.id) }
                        repeat {
                            let page = try tx.orgRows(filter, year: World.year, scope: scope, from: key, size: 2)
                            paged += page.items.map(\.id)
                            key = page.next.flatMap { PageKey($0) }
                        } while key != nil
                        #expect(paged == whole && whole.count == 6, "\(sort) \(isDescending)")
                    }
                }
                var most = OrgFilter()
                (most.sort, most.isDescending, most.isInstitutions) = (.students, true, true)
                let rows = try tx.orgRows(most, year: World.year, scope: scope).items
                #expect(rows.map(\.students) == [4, 1, 1])
                var below = OrgFilter()
                below.org = world.sinHo
                #expect(
                    Set(try tx.orgRows(below, year: World.year, scope: scope).items.map(\.id))
                        == [world.sinHo, world.primary])
            }
        }
    }
}
