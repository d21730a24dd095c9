import Base
import Demo
import Registry
import Storage
import TestSupport
import Testing

@Suite("Duplicates found")
struct DuplicateTests {
    @Test(
        "REC-02 planted duplicates are found: at least 95 of 100, and at least 80 of 100 proposals are right",
        arguments: Backend.all)
    func thresholds(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let score = try await Demo.measureDuplicates(300, seed: 5, in: sample.db)
            #expect(score.planted == 300)
            #expect(score.recall >= 0.95, "recall \(score.recall), missed \(score.missed)")
            #expect(score.precision >= 0.8, "precision \(score.precision), \(score.grades)")
        }
    }

    @Test("REC-02 what is found after an entry is what the whole search finds", arguments: Backend.all)
    func incremental(_ backend: Backend) async throws {
        try await Sample.make(backend) { sample in
            let planted = try await Demo.plantDuplicates(40, seed: 9, in: sample.db)
            _ = try await Registry.searchDuplicates(in: sample.db)
            let whole = try await DuplicateTests.pairs(sample.db)
            try await sample.db.commit { tx in try tx.exec("DELETE FROM registry_duplicate") }
            try await Registry.findDuplicates(of: planted.map(\.copy), in: sample.db)
            let found = try await DuplicateTests.pairs(sample.db)
            let truth = Set(planted.map { Set([$0.original, $0.copy]) })
            #expect(
                truth.intersection(found).isSuperset(of: truth.intersection(whole)), "\(whole.count) \(found.count)")
        }
    }

    static func pairs(_ db: any Database) async throws -> Set<Set<ID<Student>>> {
        let page = try await db.read { tx in
            try tx.duplicates(DuplicateFilter(), scope: .everything, size: 2000)
        }
        return Set(page.items.map { Set([$0.first?.id, $0.second?.id].compactMap { $0 }) })
    }
}
