import Base
import Registry
import Storage

/// How well planted duplicates were found.
public struct DuplicateScore: Sendable {
    public let planted: Int, proposed: Int, hits: Int, milliseconds: Int64
    /// The errors of those missed, with how many of each.
    public let missed: [String: Int]
    /// By grade: how many were proposed, how many of them rightly.
    public let grades: [String: String]

    public var recall: Double { planted == 0 ? 0 : Double(hits) / Double(planted) }
    public var precision: Double { proposed == 0 ? 0 : Double(hits) / Double(proposed) }
}

extension Demo {
    /// Plants duplicates into a sample, searches the whole register, and says how many were found, how rightly and how fast.
    public static func measureDuplicates(_ count: Int, seed: UInt64, in db: any Database) async throws -> DuplicateScore
    {
        let planted = try await plantDuplicates(count, seed: seed, in: db)
        let begin = Clock.monotonic
        _ = try await Registry.searchDuplicates(in: db)
        let time = Clock.monotonic - begin
        return score(planted, try await proposals(db), milliseconds: time)
    }

    private struct Proposal: Sendable { let pair: Set<ID<Student>>, grade: String }

    private static func proposals(_ db: any Database) async throws -> [Proposal] {
        var out: [Proposal] = [], key: PageKey?
        while true {
            let from = key
            let page = try await db.read { tx in
                try tx.duplicates(DuplicateFilter(), scope: .everything, from: from, size: 500)
            }
            out += page.items.map {
                Proposal(pair: Set([$0.first?.id, $0.second?.id].compactMap { $0 }), grade: $0.gradeName)
            }
            key = page.next.flatMap { PageKey($0) }
            if key == nil { return out }
        }
    }

    private static func score(_ planted: [Planted], _ proposals: [Proposal], milliseconds: Int64) -> DuplicateScore {
        let truth = Set(planted.map { Set([$0.original, $0.copy]) }), pairs = Set(proposals.map(\.pair))
        var missed: [String: Int] = [:], grades: [String: String] = [:]
        for one in planted where !pairs.contains([one.original, one.copy]) {
            missed[one.noise.joined(separator: "+"), default: 0] += 1
        }
        for (grade, some) in Dictionary(grouping: proposals, by: \.grade) {
            grades[grade] = "\(some.count { truth.contains($0.pair) })/\(some.count)"
        }
        return DuplicateScore(
            planted: planted.count, proposed: pairs.count, hits: truth.intersection(pairs).count,
            milliseconds: milliseconds, missed: missed, grades: grades)
    }
}
