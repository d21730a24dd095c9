import Base
import Synchronization

/// Numbers for the words, names and telephones that many records share, so that comparing them is comparing numbers. 0 is none.
final class Lexicon: Sendable {
    private struct Known {
        var numbers: [String: Int32] = [:]
        var texts: [[UInt8]] = [[]]
        var distances: [UInt64: UInt8] = [:]
    }

    private let known = Mutex(Known())

    func number(of text: String) -> Int32 {
        if text.utf8.isEmpty { return 0 }
        return known.withLock { known in
            if let number = known.numbers[text] { return number }
            let number = Int32(truncatingIfNeeded: known.texts.count)
            known.numbers[text] = number
            known.texts.append(Array(text.utf8))
            return number
        }
    }

    func bytes(_ number: Int32) -> [UInt8] {
        known.withLock { $0.texts.indices.contains(Int(number)) ? $0.texts[Int(number)] : [] }
    }

    /// How many letters must be changed, put in, left out or turned round to make one word the other; 3 is "more".
    func distance(_ one: Int32, _ other: Int32) -> Int {
        if one == other { return 0 }
        let (low, high) = (min(one, other), max(one, other))
        let key = UInt64(UInt32(bitPattern: low)) << 32 | UInt64(UInt32(bitPattern: high))
        if let known = known.withLock({ $0.distances[key] }) { return Int(known) }
        let found = Lexicon.distance(bytes(low), bytes(high))
        known.withLock { $0.distances[key] = UInt8(found) }
        return found
    }

    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        let most = 3
        if abs(one.count - other.count) >= most { return most }
        var before: [Int] = [], last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var now = [row + 1]
            now.reserveCapacity(other.count + 1)
            for (column, second) in other.enumerated() {
                var cost = min(last[column] + (letter == second ? 0 : 1), last[column + 1] + 1, now[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == second {
                    cost = min(cost, before[column - 1] + 1)
                }
                now.append(cost)
            }
            if now.allSatisfy({ $0 >= most }) { return most }
            (before, last) = (last, now)
        }
        return min(most, last.last ?? most)
    }
}
