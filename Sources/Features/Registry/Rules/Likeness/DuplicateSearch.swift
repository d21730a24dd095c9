import Base

/// Two records that may be of one child; the smaller key first.
struct FoundPair: Sendable {
    let first: Int64, second: Int64, likeness: Likeness
    /// What the proposal rests on.
    let digest: Int64
}

extension FoundPair {
    init(_ one: MatchRecord, _ other: MatchRecord, _ likeness: Likeness, _ lexicon: Lexicon) {
        let (low, high) = one.id < other.id ? (one, other) : (other, one)
        (first, second, self.likeness) = (low.id, high.id, likeness)
        digest = Int64((low.digest(lexicon) &* 31 ^ high.digest(lexicon)) >> 1)
    }
}

extension MatchRecord {
    /// All that is compared of one record: a pair decided on is proposed anew when it changes.
    fileprivate func digest(_ lexicon: Lexicon) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0x1F) &* 0x100_0000_01B3
        }
        for word in name.accents { take(lexicon.bytes(word)) }
        take("\(birth.year) \(birth.month) \(birth.day) \(sex) \(number == 0)".utf8)
        for text in (phones + guardians).map(lexicon.bytes).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            take(text)
        }
        take(lexicon.bytes(moetCode))
        return hash
    }
}

/// Looks through all learners of a register for pairs: records are compared where a date of birth (either way round), a whole name,
/// a telephone or a guardian's name with the year of birth brings them together.
final class DuplicateSearch {
    private let records: [MatchRecord], lexicon: Lexicon
    private var bearers: [Int32: Int] = [:]
    private var found: [UInt64: Likeness] = [:]
    private(set) var compared = 0

    init(_ records: [MatchRecord], _ lexicon: Lexicon) {
        (self.records, self.lexicon) = (records, lexicon)
        for record in records { bearers[record.name.set, default: 0] += 1 }
    }

    /// A block larger than this says nothing: everybody is in it.
    private static let mostOfBlock = 4000

    static let stages: [@Sendable (DuplicateSearch) -> Void] = [
        { $0.byBirth() }, { $0.byName() }, { $0.byPhone() }, { $0.byGuardian() },
    ]

    /// All stages one after the other.
    func run() -> [FoundPair] {
        for stage in DuplicateSearch.stages { stage(self) }
        return pairs
    }

    var pairs: [FoundPair] {
        found.map { key, likeness in
            FoundPair(records[Int(key >> 32)], records[Int(key & 0xFFFF_FFFF)], likeness, lexicon)
        }.sorted { ($1.likeness.score, $0.first, $0.second) < ($0.likeness.score, $1.first, $1.second) }
    }

    private func byBirth() {
        blocks { record in record.birth.isWhole ? [Int64(record.birth.block)] : [] }
    }

    private func byName() {
        blocks(
            { record in [Int64(record.name.set)] },
            where: { one, other in
                one.birth.year == 0 || other.birth.year == 0 || one.birth.likeness(other.birth).bits > 0
            })
    }

    private func byPhone() { blocks { record in record.phones.map(Int64.init) } }

    private func byGuardian() {
        blocks { record in record.guardians.map { Int64($0) << 16 | Int64(record.birth.year) } }
    }

    /// Compares the records of each key with each other.
    private func blocks(
        _ keys: (MatchRecord) -> [Int64], where isWorth: (MatchRecord, MatchRecord) -> Bool = { _, _ in true }
    ) {
        var entries: [(key: Int64, index: Int)] = []
        for (index, record) in records.enumerated() { for key in keys(record) { entries.append((key, index)) } }
        entries.sort { ($0.key, $0.index) < ($1.key, $1.index) }
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].key == entries[start].key { end += 1 }
            if end - start > 1, end - start <= DuplicateSearch.mostOfBlock {
                compare(entries[start..<end].map(\.index), where: isWorth)
            }
            start = end
        }
    }

    private func compare(_ block: [Int], where isWorth: (MatchRecord, MatchRecord) -> Bool) {
        for (place, one) in block.enumerated() {
            for other in block[(place + 1)...] where one != other && isWorth(records[one], records[other]) {
                compare(one, other)
            }
        }
    }

    private func compare(_ one: Int, _ other: Int) {
        compared += 1
        let (left, right) = (records[one], records[other])
        // A typing error makes a name rare: the name without it tells how many bear it.
        let count = max(bearers[left.name.set] ?? 1, bearers[right.name.set] ?? 1)
        guard let likeness = Likeness.of(left, right, bearers: count, lexicon) else { return }
        found[UInt64(min(one, other)) << 32 | UInt64(max(one, other))] = likeness
    }
}
