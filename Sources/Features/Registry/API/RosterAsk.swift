import Base
import Web

/// What a call asks of a list beside the address: how much, from where, in which order, which, and which members.
struct RosterAsk: Sendable {
    var limit = 100, offset = 0
    var sort: String?, isFalling = false
    var filter = "", condition: RosterCondition?
    var only: Set<String> = []

    static let most = 10_000, furthest = 1_000_000_000

    /// Reads the parameters; throws with the one at fault.
    init(_ visit: Visit, _ noun: RosterNoun, isOne: Bool) throws {
        only = try Self.fields(visit, noun)
        guard !isOne else { return }
        limit = try Self.number(visit, "limit", 1...Self.most, else: 100)
        offset = try Self.number(visit, "offset", 0...Self.furthest, else: 0)
        if Self.has(visit, "sort") {
            guard noun.isKnown(visit.query("sort")) else {
                throw Self.fault("sort", "Không sắp xếp được theo trường đó.")
            }
            sort = visit.query("sort")
        }
        if Self.has(visit, "orderBy") {
            guard ["asc", "desc"].contains(visit.query("orderBy")) else {
                throw Self.fault("orderBy", "orderBy chỉ nhận asc hoặc desc.")
            }
            isFalling = visit.query("orderBy") == "desc"
        }
        if Self.has(visit, "filter") {
            filter = visit.query("filter")
            condition = try RosterCondition(filter, isKnown: noun.isKnown) { $0 == "dateLastModified" }
        }
    }

    private static func has(_ visit: Visit, _ name: String) -> Bool { visit.queries.contains { $0.name == name } }

    private static func fault(_ field: String, _ sentence: String) -> Fault { .invalid([Problem(field, sentence)]) }

    private static func number(_ visit: Visit, _ name: String, _ range: ClosedRange<Int>, else preset: Int) throws
        -> Int
    {
        guard let text = visit.queries.first(where: { $0.name == name })?.value else { return preset }
        guard text.utf8.count <= 10, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
            range.contains(number)
        else { throw fault(name, "limit phải từ 1 đến 10.000, offset từ 0.") }
        return number
    }

    /// The members asked for, by their first parts.
    private static func fields(_ visit: Visit, _ noun: RosterNoun) throws -> Set<String> {
        guard has(visit, "fields") else { return [] }
        let asked = visit.queries.filter { $0.name == "fields" }.flatMap {
            $0.value.split(separator: ",").map { String($0).trimmed }
        }
        let known = RosterField.common.union(noun.fields.map(\.json)).union(["metadata"])
        let names = asked.map { $0.split(separator: ".").first.map(String.init) ?? "" }
        guard !names.isEmpty, names.allSatisfy(known.contains) else {
            throw fault("fields", "fields hỏi một trường không có.")
        }
        return Set(names)
    }
}
