import Base
import Demo
import Storage
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The whole province: long, so only where HOABAN_TEST_FULL is set.
@Suite(.serialized, .enabled(if: getenv("HOABAN_TEST_FULL") != nil)) struct ProvinceTests {
    @Test("the province has 336 institutions, 5,165 classes, 149,763 learners, 11,390 staff and 34,027 boarders")
    func numbers() async throws {
        let clock = ContinuousClock(), start = clock.now
        try await Sample.make(.sqlite, .province) { sample in
            print("filled in \(clock.now - start)")
            let counts = try await sample.counts()
            #expect(counts.institutions == 336 && counts.colleges == 1)
            #expect(counts.levels == ["mn": 36_400, "th": 55_143, "thcs": 44_300, "thpt": 12_300, "gdtx": 1620])
            #expect(counts.levels.values.reduce(0, +) == 149_763)
            #expect(counts.classes == 5165)
            #expect(counts.staff == ["CBQL": 915, "GV": 8618, "NV": 1857])
            #expect(counts.boarders == 34_027)
            #expect(sample.result.accounts.count == Role.allCases.count)
            let wrong = try await sample.db.read { tx in
                try Sample.years(tx.today).flatMap { try Sample.differences(tx, $0) }
            }
            #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        }
    }
}
