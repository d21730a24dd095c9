import Base

/// One page of a list, with the keys of the pages beside it.
public struct Slice<Item: Sendable>: Sendable {
    public let items: [Item]
    /// Where the page after this one starts; nothing on the last.
    public let next: String?
    /// Where the page before this one ends; nothing on the first.
    public let previous: String?

    public init(_ items: [Item], next: String? = nil, previous: String? = nil) {
        (self.items, self.next, self.previous) = (items, next, previous)
    }
}

/// A place in a list: the sort value and the key of the row beside it, and which way to go from there.
public struct PageKey: Sendable, Hashable {
    let sort: String
    let id: Int64
    let isBackwards: Bool

    /// Reads what `Slice.next` or `previous` said; nothing for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "~", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 2000, parts[0] == "n" || parts[0] == "p",
            let id = ID<Student>(parts[1])
        else { return nil }
        (sort, self.id, isBackwards) = (String(parts[2]), id.raw, parts[0] == "p")
    }

    init(sort: String, id: Int64, isBackwards: Bool) {
        (self.sort, self.id, self.isBackwards) = (sort, id, isBackwards)
    }

    var text: String { "\(isBackwards ? "p" : "n")~\(ID<Student>(stored: id).code)~\(sort)" }
}

/// How many a list has: exact to a thousand, then "more".
public struct ListCount: Sendable, Hashable {
    public let count: Int
    public var isMore: Bool { count > ListCount.most }
    static let most = 1000

    /// `1.000` at most, then `trên 1.000`.
    public var shown: String { isMore ? t("trên 1.000") : count == 1000 ? "1.000" : "\(count)" }
}

extension Slice {
    /// Makes the page from rows read one further than it is long, in reading direction of the key.
    static func page(
        _ rows: [(item: Item, sort: String, id: Int64)], size: Int, from key: PageKey?
    ) -> Slice<Item> {
        let isBackwards = key?.isBackwards ?? false
        let hasMore = rows.count > size
        let shown = isBackwards ? Array(rows.prefix(size).reversed()) : Array(rows.prefix(size))
        func mark(_ row: (item: Item, sort: String, id: Int64)?, _ back: Bool) -> String? {
            row.map { PageKey(sort: $0.sort, id: $0.id, isBackwards: back).text }
        }
        let next = isBackwards || hasMore ? mark(shown.last, false) : nil
        let previous =
            isBackwards ? (hasMore ? mark(shown.first, true) : nil) : (key == nil ? nil : mark(shown.first, true))
        return Slice(shown.map(\.item), next: next, previous: previous)
    }
}
