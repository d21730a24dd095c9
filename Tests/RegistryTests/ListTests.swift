import Base
import Storage
import TestSupport
import Testing

@testable import Registry

@Suite struct ListTests {
    @Test("D17 lists sort by given name and page both ways", arguments: Backend.all)
    func pages(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            for name in ["Lò Văn Ún", "Giàng A Ẳng", "Vàng Thị Ánh", "Tẩn Láo Ba", "Sùng A Đông", "Pờ Dần", "Lý"] {
                try await world.pupil(name, in: world.class1A)
            }
            try await world.db.read { tx throws in
                var filter = StudentFilter()
                filter.classGroup = world.class1A
                let first = try tx.students(filter, scope: .everything, size: 3)
                #expect(first.items.map(\.name) == ["Vàng Thị Ánh", "Giàng A Ẳng", "Tẩn Láo Ba"])
                #expect(first.previous == nil)
                let second = try tx.students(
                    filter, scope: .everything, from: first.next.flatMap(PageKey.init), size: 3)
                #expect(second.items.map(\.name) == ["Pờ Dần", "Sùng A Đông", "Lý"])
                let third = try tx.students(
                    filter, scope: .everything, from: second.next.flatMap(PageKey.init), size: 3)
                #expect(third.items.map(\.name) == ["Lò Văn Ún"])
                #expect(third.next == nil)
                let back = try tx.students(
                    filter, scope: .everything, from: third.previous.flatMap(PageKey.init), size: 3)
                #expect(back.items.map(\.name) == second.items.map(\.name))
                #expect(try tx.countUpTo1000(filter, scope: .everything).count == 7)
                for sort in StudentFilter.Sort.allCases {
                    filter.sort = sort
                    #expect(try tx.students(filter, scope: .everything).items.count == 7)
                }
            }
        }
    }

    @Test("every filter answers on both engines", arguments: Backend.all)
    func filters(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let girl = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            try await world.pupil("Lò Văn Hòa", in: world.class1B, sex: Sex.male, born: "2019", ethnicity: "08")
            try await world.pupil("Nguyễn An", in: world.class10A, born: "2011-01-01", ethnicity: "01")
            try await world.db.commit { tx in
                try tx.insert(PolicyDraft(student: girl, kind: "poor", period: .always))
            }
            func names(_ change: @escaping @Sendable (inout StudentFilter) -> Void, _ scope: Scope = .everything)
                async throws -> [String]
            {
                try await world.db.read { tx throws in
                    var filter = StudentFilter()
                    change(&filter)
                    return try tx.students(filter, scope: scope).items.map(\.name)
                }
            }
            #expect(try await names { $0.q = "lo ho" } == ["Lò Thị Hoa", "Lò Văn Hòa"])
            #expect(try await names { $0.org = world.sinHo }.count == 2)
            #expect(
                try await names {
                    $0.org = world.primary
                    $0.q = "hoa"
                }.count == 2)
            #expect(try await names { $0.sex = Sex.male } == ["Lò Văn Hòa"])
            #expect(try await names { $0.age = 7 } == ["Lò Văn Hòa"])
            #expect(try await names { $0.policy = "poor" } == ["Lò Thị Hoa"])
            #expect(try await names { $0.level = .upperSecondary } == ["Nguyễn An"])
            #expect(try await names { $0.grade = "1" }.count == 2)
            #expect(try await names { $0.ethnicity = "08" } == ["Lò Văn Hòa"])
            #expect(try await names { $0.year = World.year }.count == 3)
            #expect(
                try await names {
                    $0.on = World.today
                    $0.org = world.province
                }.count == 3)
            #expect(try await names { $0.on = World.day("2026-08-01") } == [])
            #expect(try await names { $0.isUnassigned = true } == [])
            #expect(try await names { $0.status = StudentFilter.anyStatus }.count == 3)
        }
    }

    @Test("each reach sees its own and nothing beside", arguments: Backend.all)
    func reaches(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let a = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            try await world.pupil("Lò Văn Hòa", in: world.class1B)
            try await world.pupil("Tẩn Láo Ba", in: world.class6A)
            try await world.pupil("Nguyễn An", in: world.class10A)
            let scopes: [(Scope, Int)] = [
                (.everything, 4), (.nothing, 0), (Scope(.tree([world.province])), 4), (Scope(.tree([world.sinHo])), 2),
                (Scope(.tree([world.district])), 0), (Scope(.institutions([world.high])), 1),
                (Scope(.tree([world.province]), levels: [.upperSecondary]), 1),
                (Scope(.classes([world.class1A], of: [world.primary])), 1),
                (Scope(.students([a], classes: [world.class1A], of: [world.primary])), 1),
            ]
            for (scope, count) in scopes {
                let seen = try await world.db.read { tx throws in
                    (
                        try tx.students(StudentFilter(), scope: scope).items.count,
                        try tx.countUpTo1000(StudentFilter(), scope: scope).count,
                        try tx.search("lo", scope: scope, kinds: [.student]).count
                            + (try tx.search("ba", scope: scope, kinds: [.student]).count)
                            + (try tx.search("an", scope: scope, kinds: [.student]).count)
                    )
                }
                #expect(seen == (count, count, count), "\(scope)")
                var dated = StudentFilter()
                dated.year = World.year
                let stays = try await world.db.read { [dated] tx in try tx.students(dated, scope: scope).items.count }
                #expect(stays == count, "\(scope)")
            }
        }
    }
}
