import Base
import Storage

/// The managing offices of the register by their names, for lists that name them.
struct OfficeBook {
    enum Found { case one(ID<Org>), several(Int), none }

    private struct Office { let id: ID<Org>, kind: String }
    private var named: [String: [Office]] = [:]
    private var parents: [ID<Org>: ID<Org>] = [:]
    private var kinds: [ID<Org>: String] = [:]

    init(_ tx: Tx) throws {
        let kinds = Catalogues.current.items(in: "school-kinds").filter { $0.institution == false }.map(\.code)
        for unit in try tx.units(kinds: kinds) { add(unit.id, unit.name, unit.kind, under: unit.parent) }
    }

    mutating func add(_ id: ID<Org>, _ name: String, _ kind: String, under parent: ID<Org>?) {
        named[OfficeBook.key(name), default: []].append(Office(id: id, kind: kind))
        (parents[id], kinds[id]) = (parent, kind)
    }

    /// The office of a name right below a unit, else below it, else the one of the same province; lists leave tiers out.
    func find(_ name: String, under parent: ID<Org>?) -> Found {
        let all = named[OfficeBook.key(name)] ?? []
        if let exact = all.first(where: { parents[$0.id] == parent }) { return .one(exact.id) }
        guard let parent else { return OfficeBook.only(all) }
        let below = all.filter { chain(of: $0.id).contains(parent) }
        if !below.isEmpty { return OfficeBook.only(below) }
        let family = Set(chain(of: parent))
        let near = all.filter { office in
            let chain = chain(of: office.id)
            guard !chain.contains(where: { kinds[$0] == "so" }) else { return false }
            return chain.isEmpty ? all.count == 1 : !family.isDisjoint(with: chain)
        }
        return OfficeBook.only(near)
    }

    private static func only(_ offices: [Office]) -> Found {
        offices.isEmpty ? .none : offices.count == 1 ? .one(offices[0].id) : .several(offices.count)
    }

    private func chain(of id: ID<Org>) -> [ID<Org>] {
        var chain: [ID<Org>] = [], next = parents[id]
        while let unit = next, chain.count < 12 {
            chain.append(unit)
            next = parents[unit]
        }
        return chain
    }

    /// "Phòng GD&ĐT huyện Sìn Hồ" and "Phòng GDĐT Sìn Hồ" are one office of one department.
    static func key(_ name: String) -> String {
        var key = " " + Fold.key(name) + " "
        for words in ["gd dt", "gddt", "gd va dt", "giao duc va dao tao", "giao duc dao tao", "gdvadt"] {
            key = key.replacing(" \(words) ", with: " gd ")
        }
        for word in ["tinh", "thanh pho", "tp", "huyen", "thi xa", "quan"] {
            key = key.replacing(" \(word) ", with: " ")
        }
        return key
    }
}
