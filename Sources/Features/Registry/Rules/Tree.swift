import Base

/// One stretch in which a unit stands under another.
public struct ManagedSpan: Sendable, Hashable {
    public let parent: ID<Org>
    public let period: Period

    public init(_ parent: ID<Org>, _ period: Period) { (self.parent, self.period) = (parent, period) }
}

/// One row of the dated closure: in this period the unit stood so many steps below the ancestor.
struct PathSpan: Sendable, Hashable {
    let ancestor: ID<Org>
    let depth: Int
    let period: Period
}

/// The tree of units with all its days: who stood under whom, when. A pure value, built from rows, asked for closures.
struct DatedTree: Sendable {
    /// The life of each unit.
    var lives: [ID<Org>: Period] = [:]
    var managed: [ID<Org>: [ManagedSpan]] = [:]

    /// Deeper than any administration; a circle stops here.
    private static let deepest = 24

    /// Every ancestor of a unit with its days, the unit itself first: intersections of the periods on the way up.
    func paths(of org: ID<Org>) -> [PathSpan] {
        guard let life = lives[org] else { return [] }
        var found: [PathSpan] = []
        climb(from: org, depth: 0, within: life, into: &found)
        return DatedTree.joined(found)
    }

    /// The units that stand, or ever stood, below one, and itself.
    func everBelow(_ org: ID<Org>) -> Set<ID<Org>> {
        var children: [ID<Org>: [ID<Org>]] = [:]
        for (child, spans) in managed { for span in spans { children[span.parent, default: []].append(child) } }
        var seen: Set<ID<Org>> = [org], waiting = [org]
        while let next = waiting.popLast() {
            for child in children[next] ?? [] where seen.insert(child).inserted { waiting.append(child) }
        }
        return seen
    }

    /// Whether a unit would stand above itself on some day if it were put under the parent for the period.
    func closesCircle(_ org: ID<Org>, under parent: ID<Org>, during period: Period) -> Bool {
        org == parent || paths(of: parent).contains { $0.ancestor == org && $0.period.intersection(period) != nil }
    }

    private func climb(from org: ID<Org>, depth: Int, within period: Period, into found: inout [PathSpan]) {
        guard depth < DatedTree.deepest, let alive = lives[org]?.intersection(period) else { return }
        found.append(PathSpan(ancestor: org, depth: depth, period: alive))
        for span in managed[org] ?? [] {
            guard let shared = span.period.intersection(alive) else { continue }
            climb(from: span.parent, depth: depth + 1, within: shared, into: &found)
        }
    }

    /// Joins rows that differ only in that one begins the day after the other ends.
    private static func joined(_ spans: [PathSpan]) -> [PathSpan] {
        let sorted = spans.sorted {
            ($0.ancestor, $0.depth, $0.period.first) < ($1.ancestor, $1.depth, $1.period.first)
        }
        var out: [PathSpan] = []
        for span in sorted {
            if let last = out.last, last.ancestor == span.ancestor, last.depth == span.depth,
                last.period.last.adding(1) >= span.period.first,
                let whole = Period(last.period.first, max(last.period.last, span.period.last))
            {
                out[out.count - 1] = PathSpan(ancestor: span.ancestor, depth: span.depth, period: whole)
            } else {
                out.append(span)
            }
        }
        return out
    }
}
