import Base
import Storage
import TestSupport
import Testing

@testable import Registry

@Suite struct SearchTests {
    @Test("D17 names are found with and without diacritics, in any order, accented ones first", arguments: Backend.all)
    func names(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            for name in [
                "Lò Thị Hoà", "Lò Thị Hoa", "Lò Thị Hóa", "Vàng A H'Mông", "Đặng Thuý", "Nguyễn Văn Quí", "Sùng A",
            ] {
                try await world.pupil(name, in: world.class1A)
            }
            func found(_ text: String, limit: Int = 20) async throws -> [String] {
                try await world.db.read { tx in
                    try tx.search(text, scope: .everything, kinds: [.student], limit: limit).map(\.name)
                }
            }
            #expect(Set(try await found("lo hoa")) == ["Lò Thị Hoà", "Lò Thị Hoa", "Lò Thị Hóa"])
            #expect(try await found("hòa lò").first == "Lò Thị Hoà")
            #expect(try await found("hoá").first == "Lò Thị Hóa")
            #expect(try await found("lò thị hoa", limit: 1) == ["Lò Thị Hoa"])
            #expect(try await found("hmong") == ["Vàng A H'Mông"])
            #expect(try await found("dang thúy") == ["Đặng Thuý"])
            #expect(try await found("quy") == ["Nguyễn Văn Quí"])
            #expect(try await found("sung a") == ["Sùng A"])
            #expect(try await found("x\" OR * : ( ' & | !") == [])
            #expect(try await found("   ") == [])
        }
    }

    @Test("D17 in a list the marks typed are meant, a word without marks finds all", arguments: Backend.all)
    func marksMeant(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            for name in ["Lò Thị Dợ", "Lò Thị Dọn", "Lò Thị Đôi", "Lò Văn Thuý", "Lò Văn Quí"] {
                try await world.pupil(name, in: world.class1A)
            }
            // The one class is read name by name, the province through the index of names: both say the same.
            for group in [world.class1A, nil] {
                func found(_ text: String) async throws -> Set<String> {
                    try await world.db.read { tx in
                        var filter = StudentFilter()
                        (filter.q, filter.classGroup) = (text, group)
                        return Set(try tx.students(filter, scope: .everything).items.map(\.name))
                    }
                }
                #expect(try await found("thi do") == ["Lò Thị Dợ", "Lò Thị Dọn", "Lò Thị Đôi"])
                #expect(try await found("Thị Dợ") == ["Lò Thị Dợ"])
                #expect(try await found("dợ lò") == ["Lò Thị Dợ"])
                #expect(try await found("đ") == ["Lò Thị Đôi"])
                #expect(try await found("Dó") == [])
                #expect(try await found("thúy") == ["Lò Văn Thuý"])
                #expect(try await found("quý") == ["Lò Văn Quí"])
                #expect(try await found("qui") == ["Lò Văn Quí"])
                #expect(try await found("lò' \\ \" * : ( & | !").count == 5)
            }
        }
    }

    @Test("SYS-11 two words typed are two words of the name, in lists and in the search", arguments: Backend.all)
    func twoWords(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            for name in ["Vàng Văn Chua", "Vàng Thị Chua", "Văn Vàng", "Lò Văn Van", "Lò Văn"] {
                try await world.pupil(name, in: world.class1A)
            }
            for group in [world.class1A, nil] {
                func found(_ text: String, size: Int = 50) async throws -> Set<String> {
                    try await world.db.read { tx in
                        var filter = StudentFilter()
                        (filter.q, filter.classGroup) = (text, group)
                        return Set(try tx.students(filter, scope: .everything, size: size).items.map(\.name))
                    }
                }
                #expect(try await found("vang van") == ["Vàng Văn Chua", "Văn Vàng"])
                #expect(try await found("vàng van") == ["Vàng Văn Chua", "Văn Vàng"])
                #expect(try await found("van van") == ["Vàng Văn Chua", "Văn Vàng", "Lò Văn Van"])
                #expect(try await found("v v", size: 2).count == 2)
                #expect(try await found("van van van") == [])
            }
            try await world.db.read { tx throws in
                let hits = try tx.search("vang van", scope: .everything, kinds: [.student]).map(\.name)
                #expect(Set(hits) == ["Vàng Văn Chua", "Văn Vàng"])
            }
        }
    }

    @Test("a renamed learner is found by the new name alone", arguments: Backend.all)
    func renamed(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let id = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            let clerk = World.visitor(.clerk, .institutions([world.primary]))
            try await Registry.editStudent(
                id, RecordForm(["given_name": "Mai"]), by: clerk, in: world.db, World.catalogues)
            try await world.db.read { tx throws in
                #expect(try tx.search("lo mai", scope: clerk.scope).map(\.id) == [id.raw])
                #expect(try tx.search("lo hoa", scope: clerk.scope).isEmpty)
                #expect(try tx.student(id, scope: clerk.scope)?.name.full == "Lò Thị Mai")
            }
        }
    }

    @Test("codes are found whole, within the scope", arguments: Backend.all)
    func codes(_ backend: Backend) async throws {
        try await inWorld(backend) { world in
            let id = try await world.pupil("Lò Thị Hoa", in: world.class1A)
            try await world.db.read { tx throws in
                let code = try tx.student(id, scope: .everything)?.code ?? ""
                #expect(try tx.search(code.lowercased(), scope: .everything).map(\.id) == [id.raw])
                #expect(try tx.search(code, scope: Scope(.institutions([world.high]))).isEmpty)
                #expect(try tx.search("THPT1", scope: .everything).map(\.kind) == [.org])
            }
        }
    }
}
