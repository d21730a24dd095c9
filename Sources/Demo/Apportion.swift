import Base

/// Shares a whole number out so that nothing is lost: largest remainders, the least first.
enum Apportion {
    /// Parts that sum to the total, in proportion to the weights, each at least `least`.
    static func parts(of total: Int, by weights: [Int], least: Int = 0) -> [Int] {
        parts(of: total, by: weights, least: Array(repeating: least, count: weights.count))
    }

    static func parts(of total: Int, by weights: [Int], least: [Int]) -> [Int] {
        let rest = total - least.reduce(0, +), sum = max(1, weights.reduce(0, +))
        guard rest > 0, !weights.isEmpty else { return least }
        var out = zip(weights, least).map { $0 * rest / sum + $1 }
        let order = weights.indices.sorted { (weights[$0] * rest % sum, $1) > (weights[$1] * rest % sum, $0) }
        for index in order.prefix(total - out.reduce(0, +)) { out[index] += 1 }
        return out
    }
}

extension SeededRandom {
    /// A weight that strays from the one given by so many in a hundred at most.
    mutating func stray(_ weight: Int, _ percent: Int) -> Int {
        weight * (100 - percent + below(2 * percent + 1)) / 100
    }

    /// The place of one of the weights, each as often as it is heavy.
    mutating func place(by weights: [Int]) -> Int? {
        var draw = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if draw < weight { return index }
            draw -= weight
        }
        return nil
    }
}

extension Int {
    /// Decimal digits with zeros in front.
    func digits(_ width: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, width - text.utf8.count)) + text
    }
}
