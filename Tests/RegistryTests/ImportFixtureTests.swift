import Base
import Foundation
import Storage
import TestSupport
import Testing
import Work

@testable import Registry

/// The files of others: every row accounted for, unchanged the second time, the same after out and in.
@Suite(.serialized, .enabled(if: Fixtures.arePresent)) struct ImportFixtureTests {
    private func say(_ name: String, _ report: ImportReport) {
        FileHandle.standardError.write(Data("\(name): \(report.words)\n".utf8))
    }

    @Test("OneRoster of two other makers", arguments: Backend.all)
    func oneRoster(_ backend: Backend) async throws {
        for (path, read) in [(Fixtures.oat, 10), (Fixtures.catalyst, 20)] {
            try await inOffice(backend) { office in
                let desk = try Desk(), first = try await office.bring(.oneRoster, path)
                say(path, first)
                #expect(first.refused == nil && first.read == read && first.rejected.isEmpty, "\(first.rejected)")
                let second = try await office.bring(.oneRoster, path)
                #expect(second.isUnchanged, "\(second.words)")
                try await office.send(.oneRoster, to: desk.path + "/out.zip")
                let back = try await office.bring(.oneRoster, desk.path + "/out.zip")
                #expect(
                    back.isUnchanged && back.rejected.isEmpty && back.refused == nil,
                    "\(back.words) \(back.rejected.prefix(5))")
                #expect(try await office.bring(.oneRoster, path).isUnchanged)
                guard let batch = ID<Batch>(first.batch) else { throw Fault.notFound }
                _ = try await Registry.undo(batch, by: .commandLine, in: office.db)
                #expect(try await office.count("registry_org") == 0)
                #expect(try await office.count("registry_student") == 0)
            }
        }
    }

    @Test("lists of schools", arguments: Backend.all)
    func schools(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk(), first = try await office.bring(.schools, Fixtures.schools)
            say("schools", first)
            #expect(first.refused == nil && first.read == 4111)
            let second = try await office.bring(.schools, Fixtures.schools)
            #expect(second.isUnchanged, "\(second.words)")
            #expect(second.rejected.count == first.rejected.count)
            try await office.send(.schools, to: desk.path + "/out.csv")
            let back = try await office.bring(.schools, desk.path + "/out.csv")
            say("schools back", back)
            #expect(back.isUnchanged && back.rejected.isEmpty, "\(back.words) \(back.rejected.prefix(5))")
            try await office.db.read { tx in
                let both = try tx.org(code: "79000774", scope: .everything)
                #expect(
                    both?.kind == "th-thcs-thpt" && both?.levels.contains(.primary) == true
                        && both?.levels.contains(.lowerSecondary) == true)
                #expect(both?.ownership == "private" && both?.isInstitution == true)
            }
            guard let batch = ID<Batch>(first.batch) else { throw Fault.notFound }
            // What came later names the same schools, so it goes first.
            guard let later = ID<Batch>(back.batch) else { throw Fault.notFound }
            _ = try await Registry.undo(later, by: .commandLine, in: office.db)
            _ = try await Registry.undo(batch, by: .commandLine, in: office.db)
            #expect(try await office.count("registry_org") == 0)
        }
    }

    @Test(
        "administrative units of both divisions, as tables, as trees, and who went over into whom",
        arguments: Backend.all)
    func adminUnits(_ backend: Backend) async throws {
        try await inOffice(backend) { office in
            let desk = try Desk()
            var reads: [Int] = []
            for path in [Fixtures.newUnits, Fixtures.oldUnits, Fixtures.newTree, Fixtures.oldTree, Fixtures.converter] {
                let first = try await office.bring(.adminUnits, path)
                say(path.split(separator: "/").last.map(String.init) ?? "", first)
                for row in first.rejected.prefix(3) {
                    FileHandle.standardError.write(
                        Data("  \(row.row) \(row.column) \(row.value) \(row.message)\n".utf8))
                }
                reads.append(first.read)
                let second = try await office.bring(.adminUnits, path)
                #expect(second.isUnchanged, "\(second.words)")
            }
            #expect(reads.prefix(4) == [3321, 10_040, 3355, 10_794])
            try await office.send(.adminUnits, to: desk.path + "/out.csv")
            let back = try await office.bring(.adminUnits, desk.path + "/out.csv")
            say("back", back)
            #expect(back.isUnchanged && back.rejected.isEmpty, "\(back.words) \(back.rejected.prefix(5))")
            try await office.db.read { tx in
                let laiChau = try tx.places(in: "12", tier: .commune, on: tx.today)
                #expect(laiChau.count == 38 && laiChau.allSatisfy { $0.latitude != nil })
                #expect(try tx.places(in: nil, tier: .province, on: tx.today).count == 34)
            }
        }
    }
}
