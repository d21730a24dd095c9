import Base
import Web

/// What the room's printed papers have in common.
enum Papers {
    /// The head of a school's own list: who it is of, without the national heading.
    static func head(_ org: String, above: String = "") -> HTML {
        "\(when(!above.isEmpty, "<p class=\"upper\">\(above)</p>"))<p class=\"upper\"><strong>\(org)</strong></p>"
    }

    static func head(_ file: ClassFile) -> HTML {
        head(file.path.last?.name ?? "", above: file.path.dropLast().last?.name ?? "")
    }

    /// The post under a paper: the head's own, else the usual one.
    static func post(_ head: (position: String, name: String)?, _ levels: [Level] = []) -> String {
        head.map { Words.position($0.position) } ?? Words.leader(of: levels)
    }

    /// The name of a place without its kind, as it stands before a date: `thi-tran` are two words, `xa` one.
    static func placeName(_ place: PlaceRecord?) -> String {
        guard let place else { return "" }
        return place.name.split(separator: " ").dropFirst(place.kind.split(separator: "-").count).joined(separator: " ")
    }
}

/// One part of a long print: where its numbering starts, the way to the parts beside it.
struct PaperPart: Sendable {
    let visit: Visit, size: Int, start: Int

    init(_ visit: Visit, size: Int) {
        (self.visit, self.size) = (visit, size)
        start = min(max(Int(visit.query("at")) ?? 0, 0), 1_000_000)
    }

    /// The list that was printed, with its filters.
    func back(to path: String, without names: Set<String> = []) -> String {
        let kept = visit.queries.filter { !names.union(["from", "at"]).contains($0.name) && !$0.value.isEmpty }
        let text = kept.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }.joined(separator: "&")
        return text.isEmpty ? path : "\(path)?\(text)"
    }

    /// The parts before and after this one, by keys.
    func links(_ slice: Slice<some Sendable>) -> HTML {
        links(before: slice.previous.map { ("from", $0) }, after: slice.next.map { ("from", $0) }, slice.items.count)
    }

    /// The parts before and after this one of a list read whole.
    func links(of count: Int) -> HTML {
        links(
            before: start > 0 ? ("from", "") : nil, after: start + size < count ? ("from", "") : nil,
            min(size, count - start))
    }

    private func links(before: (String, String)?, after: (String, String)?, _ count: Int) -> HTML {
        guard before != nil || after != nil else { return HTML() }
        let back = before.map { key in
            UI.link(t("Phần trước"), visit.link((key.0, key.1), ("at", String(max(start - size, 0)))))
        }
        let on = after.map { key in
            UI.link(
                t("Phần sau, từ số {}", UI.grouped(start + count + 1)),
                visit.link((key.0, key.1), ("at", String(start + count))),
                isPrimary: true)
        }
        return "<p class=\"buttons no-print\">\(back)\(on)</p>"
    }

    /// How many the paper has, and whether others follow.
    func sum(_ slice: Slice<some Sendable>, _ whole: (String) -> String) -> String {
        let last = start + slice.items.count
        if slice.next == nil { return whole(UI.grouped(last)) }
        return t("Từ số {} đến số {}; còn phần sau.", UI.grouped(start + 1), UI.grouped(last))
    }
}
